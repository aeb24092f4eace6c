//! How often one address may send a form. In memory: a restart forgets it, and each node counts for itself.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::ConnectInfo;
use http::Extensions;
use http::HeaderMap;
use ipnet::IpNet;
use tokio::time::Instant;

/// Answers of one address within the window.
const MOST: usize = 20;
const WINDOW: Duration = Duration::from_mins(10);
/// Addresses that are remembered at the same time.
const ADDRESSES: usize = 10_000;

/// Who sent how often.
#[derive(Debug, Default)]
pub(crate) struct Senders(Mutex<HashMap<IpAddr, VecDeque<Instant>>>);

impl Senders {
    /// Counts one more of this address; how long it must wait if that is too many.
    pub(crate) fn count(&self, address: IpAddr) -> Result<(), Duration> {
        let now = Instant::now();
        // What a panicking holder left is at worst one count more or less.
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= ADDRESSES && !all.contains_key(&network(address)) {
            make_room(&mut all, now);
        }
        let sent = all.entry(network(address)).or_default();
        while sent.front().is_some_and(|first| now.duration_since(*first) >= WINDOW) {
            sent.pop_front();
        }
        match sent.front() {
            Some(first) if sent.len() >= MOST => Err(WINDOW.saturating_sub(now.duration_since(*first))),
            _ => {
                sent.push_back(now);
                Ok(())
            }
        }
    }
}

/// Forgets those whose time is over; else the one that has been silent for longest.
fn make_room(all: &mut HashMap<IpAddr, VecDeque<Instant>>, now: Instant) {
    all.retain(|_, sent| sent.back().is_some_and(|last| now.duration_since(*last) < WINDOW));
    if all.len() >= ADDRESSES
        && let Some(silent) =
            all.iter().min_by_key(|(_, sent)| sent.back().copied()).map(|(address, _)| *address)
    {
        all.remove(&silent);
    }
}

/// Who has one address of IPv6 has all of its network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address @ IpAddr::V4(_) => address,
    }
}

/// Who asks. A proxy that the operator trusts says for whom it asks; what others say of themselves is not believed.
pub(crate) fn sender(extensions: &Extensions, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let peer =
        extensions.get::<ConnectInfo<SocketAddr>>().map_or(Ipv6Addr::UNSPECIFIED.into(), |info| info.0.ip());
    let trusted = |address: &IpAddr| proxies.iter().any(|proxy| proxy.contains(&address.to_canonical()));
    let mut sender = peer;
    let said = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let said: Vec<&str> = said.flat_map(|value| value.split(',')).map(str::trim).collect();
    for address in said.iter().rev() {
        let Ok(address) = address.parse() else { break };
        if !trusted(&sender) {
            break;
        }
        sender = address;
    }
    sender
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_address_is_heard_twenty_times_in_ten_minutes() {
        let senders = Senders::default();
        let (one, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..MOST {
            assert_eq!(senders.count(one), Ok(()));
        }
        assert_eq!(senders.count(one), Err(WINDOW));
        assert_eq!(senders.count(other), Ok(()));
        tokio::time::advance(WINDOW).await;
        assert_eq!(senders.count(one), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_network_of_ipv6_is_one_and_the_number_is_bounded() {
        let senders = Senders::default();
        let address =
            |high: u128, low: u128| IpAddr::from(Ipv6Addr::from_bits(0x2001_0db8 << 96 | high << 64 | low));
        for low in 0..20 {
            assert_eq!(senders.count(address(0, low)), Ok(()));
        }
        assert!(senders.count(address(0, 99)).is_err());
        for high in 1..=12_000 {
            tokio::time::advance(Duration::from_millis(1)).await;
            assert_eq!(senders.count(address(high, 1)), Ok(()));
        }
        assert_eq!(senders.0.lock().unwrap().len(), ADDRESSES);
    }

    #[test]
    fn only_a_trusted_proxy_speaks_for_others() {
        let proxies: Vec<IpNet> = vec!["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        let sender = |peer: &str, said: &[&'static str]| {
            let mut extensions = Extensions::new();
            extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
            let mut headers = HeaderMap::new();
            for value in said {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            sender(&extensions, &headers, &proxies).to_string()
        };
        assert_eq!(sender("127.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(sender("127.0.0.1", &["6.6.6.6, 198.51.100.7, 10.0.0.3"]), "198.51.100.7");
        assert_eq!(sender("127.0.0.1", &["6.6.6.6", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(sender("203.0.113.9", &["198.51.100.7"]), "203.0.113.9");
        assert_eq!(sender("127.0.0.1", &["nonsense"]), "127.0.0.1");
        assert_eq!(sender("127.0.0.1", &[]), "127.0.0.1");
    }
}
