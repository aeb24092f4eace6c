//! What an operator opened: address ranges that are refused to everyone else.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Non-public ranges that the operator opened for one workspace. The default opens none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EgressPolicy {
    /// The ranges; plain HTTP is allowed to them too.
    #[serde(default)]
    pub open_ranges: Vec<OpenRange>,
}

impl EgressPolicy {
    /// True if an address and port lie in an opened range.
    pub fn opens(&self, address: IpAddr, port: u16) -> bool {
        self.open_ranges.iter().any(|range| range.holds(address, port))
    }
}

/// An address range with ports: `127.0.0.1/32:41001`, `10.1.0.0/16:*`, `[fd00::]/8:443,8443`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OpenRange {
    /// The addresses.
    pub net: IpNet,
    /// The ports; empty means all.
    pub ports: Vec<u16>,
}

impl OpenRange {
    /// True if the address and port are in the range.
    pub fn holds(&self, address: IpAddr, port: u16) -> bool {
        self.net.contains(&address) && (self.ports.is_empty() || self.ports.contains(&port))
    }
}

/// A range that does not read.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not an address range: write `127.0.0.1/32:8080`, `10.0.0.0/8:*` or `[fd00::]/8:443`")]
pub struct BadRange(String);

impl FromStr for OpenRange {
    type Err = BadRange;

    fn from_str(text: &str) -> Result<Self, BadRange> {
        let bad = || BadRange(text.to_owned());
        let (net, ports) = if let Some(rest) = text.strip_prefix('[') {
            let (address, rest) = rest.split_once(']').ok_or_else(bad)?;
            let (prefix, ports) = rest.split_once(':').ok_or_else(bad)?;
            (format!("{address}{prefix}"), ports)
        } else {
            let (net, ports) = text.split_once(':').ok_or_else(bad)?;
            (net.to_owned(), ports)
        };
        let net: IpNet = if net.contains('/') {
            net.parse().map_err(|_| bad())?
        } else {
            IpNet::from(net.parse::<IpAddr>().map_err(|_| bad())?)
        };
        let ports = if ports == "*" {
            Vec::new()
        } else {
            ports.split(',').map(str::parse).collect::<Result<Vec<u16>, _>>().map_err(|_| bad())?
        };
        Ok(Self { net, ports })
    }
}

impl fmt::Display for OpenRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.net {
            IpNet::V4(net) => write!(f, "{net}:")?,
            IpNet::V6(net) => write!(f, "[{}]/{}:", net.addr(), net.prefix_len())?,
        }
        if self.ports.is_empty() {
            return f.write_str("*");
        }
        for (i, port) in self.ports.iter().enumerate() {
            write!(f, "{}{port}", if i == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl TryFrom<String> for OpenRange {
    type Error = BadRange;
    fn try_from(text: String) -> Result<Self, BadRange> {
        text.parse()
    }
}

impl From<OpenRange> for String {
    fn from(range: OpenRange) -> Self {
        range.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_read_and_write() {
        for text in ["127.0.0.1/32:41001", "10.1.0.0/16:*", "[fd00::]/8:443,8443"] {
            assert_eq!(text.parse::<OpenRange>().unwrap().to_string(), text);
        }
        assert_eq!("127.0.0.1:80".parse::<OpenRange>().unwrap().to_string(), "127.0.0.1/32:80");
        for text in ["", "127.0.0.1", "10.0.0.0/40:1", "::1:80", "10.0.0.0/8:", "10.0.0.0/8:99999"] {
            assert!(text.parse::<OpenRange>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_range_opens_only_its_ports() {
        let policy = EgressPolicy { open_ranges: vec!["127.0.0.1/32:41001".parse().unwrap()] };
        let home = "127.0.0.1".parse().unwrap();
        assert!(policy.opens(home, 41001));
        assert!(!policy.opens(home, 41002));
        assert!(!policy.opens("127.0.0.2".parse().unwrap(), 41001));
    }
}
