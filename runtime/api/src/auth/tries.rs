//! Tries to sign in, counted before a password is looked at.

use std::net::IpAddr;

use axum::extract::Request;
use http::StatusCode;
use throughline_domain::access::{ACCOUNT, ADDRESS, Limit, PAIR, TooMany};

use super::token::hash;
use crate::error::{ApiError, Result};
use crate::form::limit;
use crate::state::ApiState;

/// What the tries of one sign-in have in common with others.
pub(crate) struct Tries([(String, &'static Limit); 3]);

impl Tries {
    /// Tries for this account from this address.
    pub(crate) fn of(mail: &str, address: &str) -> Self {
        let account = mail.trim().to_ascii_lowercase();
        Self([
            // The narrowest first: what it refuses does not count against others.
            (hash(&format!("pair\n{address}\n{account}")), &PAIR),
            (hash(&format!("address\n{address}")), &ADDRESS),
            (hash(&format!("account\n{account}")), &ACCOUNT),
        ])
    }

    /// Counts one, or says how long to wait.
    pub(crate) async fn count(&self, state: &ApiState) -> Result<()> {
        for (key, limit) in &self.0 {
            state.store().count_sign_in(key, limit, state.now()).await??;
        }
        Ok(())
    }

    /// The password was right: it was no guess.
    pub(crate) async fn forgive(&self, state: &ApiState) -> Result<()> {
        for (key, _) in &self.0 {
            state.store().uncount_sign_in(key).await?;
        }
        Ok(())
    }
}

impl From<TooMany> for ApiError {
    fn from(error: TooMany) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, TooMany::CODE, error.to_string())
            .hint("sessions and tokens that exist go on working; an administrator makes a link for a new password")
            .retry_after(error.after_ms.div_ceil(1_000))
    }
}

/// Where a request comes from; of what proxies say as much is believed as of forms.
pub(crate) fn address(state: &ApiState, request: &Request) -> String {
    whole(limit::sender(request.extensions(), request.headers(), &state.config().trusted_proxies))
}

/// Of IPv6 the network of 64 bits: its owner has all of its addresses.
fn whole(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => ip.to_string(),
            None => ip.segments()[..4].iter().map(|part| format!("{part:x}")).collect::<Vec<_>>().join(":"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_one_address_of_ipv6_has_its_network() {
        let of = |address: &str| whole(address.parse().unwrap());
        assert_eq!(of("198.51.100.1"), "198.51.100.1");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2");
        assert_eq!(of("::ffff:198.51.100.1"), "198.51.100.1");
    }
}
