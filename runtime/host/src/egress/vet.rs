//! Which addresses may be connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::egress::denied;
use crate::egress::policy::EgressPolicy;
use crate::error::codes;
use crate::report::Denied;

/// Lets an address pass if it is public and the connection encrypted, or if the operator opened it.
pub(crate) fn vet(address: IpAddr, port: u16, https: bool, policy: &EgressPolicy) -> Result<(), Denied> {
    let address = address.to_canonical();
    if policy.opens(address, port) {
        return Ok(());
    }
    if !is_public(address) {
        return Err(denied(
            codes::ADDRESS,
            format!(
                "{address} port {port} was refused: it is not a public address, and the operator has not opened it for this workspace"
            ),
        ));
    }
    if !https {
        return Err(denied(
            codes::PLAIN_HTTP,
            format!(
                "{address} port {port} was refused: http is not encrypted. Use https, or have the operator open the address"
            ),
        ));
    }
    Ok(())
}

/// True for addresses that are reachable from anywhere and belong to no special use.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => public_v4(v4),
        IpAddr::V6(v6) => public_v6(v6),
    }
}

#[expect(clippy::match_same_arms, reason = "each range has its own reason")]
fn public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, d] = address.octets();
    let special = match (a, b, c) {
        // This network, private, loopback, multicast, reserved and broadcast.
        (0 | 10 | 127 | 224..=255, ..) => true,
        // Shared address space of carriers (100.64.0.0/10); some clouds keep metadata there.
        (100, 64..=127, _) => true,
        // Link-local, with the metadata service of most clouds.
        (169, 254, _) => true,
        (172, 16..=31, _) | (192, 168, _) => true,
        // Protocol assignments, documentation, 6to4 relay.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 51, 100) | (203, 0, 113) => true,
        // Benchmarks.
        (198, 18 | 19, _) => true,
        // Azure's virtual host address.
        (168, 63, 129) => d == 16,
        _ => false,
    };
    !special
}

fn public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // NAT64: the address inside is the one that is reached.
    if segments[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let inner = (u32::from(segments[6]) << 16) | u32::from(segments[7]);
        return public_v4(Ipv4Addr::from_bits(inner));
    }
    // Only global unicast: not loopback, unspecified, mapped, compatible, local, link-local or multicast.
    let global = segments[0] & 0xe000 == 0x2000;
    // Special assignments with Teredo (2001::/23), documentation, 6to4.
    let special = (segments[0] == 0x2001 && (segments[1] < 0x200 || segments[1] == 0x0db8))
        || segments[0] == 0x2002
        || (segments[0] == 0x3fff && segments[1] < 0x1000);
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_addresses_are_not_public() {
        for text in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
            "100::1",
        ] {
            assert!(!is_public(text.parse::<IpAddr>().unwrap().to_canonical()), "{text}");
        }
        for text in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "168.63.129.17",
            "198.20.0.1",
            "2606:4700::1111",
            "2a00:1450::1",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(text.parse::<IpAddr>().unwrap().to_canonical()), "{text}");
        }
        assert!(is_public("::ffff:8.8.8.8".parse::<IpAddr>().unwrap().to_canonical()));
    }

    #[test]
    fn an_opened_range_holds_for_its_mapped_form_too() {
        let policy = EgressPolicy { open_ranges: vec!["127.0.0.1/32:41001".parse().unwrap()] };
        let code = |text: &str, port, https| {
            vet(text.parse().unwrap(), port, https, &policy).map_err(|denied| denied.code)
        };
        assert_eq!(code("127.0.0.1", 41001, false), Ok(()));
        assert_eq!(code("::ffff:127.0.0.1", 41001, false), Ok(()));
        assert_eq!(code("127.0.0.1", 41002, true), Err("TL0331".into()));
        assert_eq!(code("::1", 41001, true), Err("TL0331".into()));
        assert_eq!(code("8.8.8.8", 443, true), Ok(()));
        assert_eq!(code("8.8.8.8", 80, false), Err("TL0337".into()));
    }
}
