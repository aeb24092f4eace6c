//! The `Host` check: a page of a stranger that points its own name at this machine (DNS rebinding) is not served.

use std::net::IpAddr;

use axum::extract::Request;
use http::uri::Authority;
use http::{StatusCode, header};

use crate::config::ApiConfig;
use crate::error::{ApiError, Result, codes, shown};

/// Names this server answers to.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    /// Lower-case names; with a port only where the operator wrote one.
    names: Vec<(String, Option<u16>)>,
    listen: IpAddr,
}

impl Hosts {
    pub(crate) fn new(config: &ApiConfig) -> Self {
        let mut names =
            vec![("localhost".to_owned(), None), ("127.0.0.1".to_owned(), None), ("[::1]".to_owned(), None)];
        names.extend(config.allowed_hosts.iter().filter_map(|host| named(host)));
        let public = config.public_url.as_deref().and_then(|url| url.parse::<http::Uri>().ok());
        names.extend(public.as_ref().and_then(http::Uri::host).map(|host| (host.to_ascii_lowercase(), None)));
        Self { names, listen: config.listen.ip() }
    }

    /// True if requests to this name are ours. A port is ignored unless the operator named one: the name is what
    /// an attacker chooses, and a forwarded port is common.
    pub(crate) fn accepts(&self, host: &str, port: Option<u16>) -> bool {
        let host = host.to_ascii_lowercase();
        let known = |(name, only): &(String, Option<u16>)| {
            *name == host && only.is_none_or(|only| Some(only) == port)
        };
        if self.names.iter().any(known) {
            return true;
        }
        // An address cannot be pointed elsewhere: where the server listens on all of them, each is its own.
        match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            Ok(address) => self.listen.is_unspecified() || address == self.listen,
            Err(_) => false,
        }
    }
}

fn named(host: &str) -> Option<(String, Option<u16>)> {
    let authority: Authority = host.trim().parse().ok()?;
    Some((authority.host().to_ascii_lowercase(), authority.port_u16()))
}

/// Health checks come by address from whatever runs the server, and tell nothing about anybody.
fn is_exempt(path: &str) -> bool {
    matches!(path, "/livez" | "/readyz")
}

/// The one host the request names.
pub(crate) fn of(request: &Request) -> Option<Authority> {
    let mut values = request.headers().get_all(header::HOST).iter();
    let named = match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok()?.parse().ok()?,
        (None, None) => request.uri().authority()?.clone(),
        (_, Some(_)) => return None,
    };
    // HTTP/1 with an absolute address must not name two different hosts.
    match request.uri().authority() {
        Some(other) if other.host() != named.host() => None,
        _ => Some(named),
    }
}

/// Refuses a request whose `Host` is not one of ours.
pub(crate) fn check(hosts: &Hosts, request: &Request) -> Result<()> {
    if is_exempt(request.uri().path()) {
        return Ok(());
    }
    let Some(authority) = of(request) else {
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            codes::BAD_HOST,
            "the request does not name one host",
        )
        .hint("send exactly one Host header"));
    };
    if hosts.accepts(authority.host(), authority.port_u16()) {
        return Ok(());
    }
    let message = format!("this server does not answer to the host `{}`", shown(authority.host()));
    Err(ApiError::new(StatusCode::MISDIRECTED_REQUEST, codes::BAD_HOST, message)
        .hint("if the name is yours, add it to http.allowed_hosts or set public_url"))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn hosts(listen: &str) -> Hosts {
        let mut config = ApiConfig::new(listen.parse().unwrap(), [0; 32]);
        config.allowed_hosts = vec!["Runner.example.org".into(), "ported.example.org:8443".into()];
        config.public_url = Some("https://public.example.org/".into());
        Hosts::new(&config)
    }

    #[test]
    fn only_our_own_names_are_answered() {
        let hosts = hosts("127.0.0.1:8790");
        for good in
            ["localhost", "LOCALHOST", "127.0.0.1", "[::1]", "runner.example.org", "public.example.org"]
        {
            assert!(hosts.accepts(good, Some(8790)) && hosts.accepts(good, None), "{good}");
        }
        for bad in [
            "evil.example",
            "localhost.evil.example",
            "runner.example.org.evil.example",
            "10.0.0.1",
            "0.0.0.0",
            "",
        ] {
            assert!(!hosts.accepts(bad, Some(8790)), "{bad}");
        }
        assert!(hosts.accepts("ported.example.org", Some(8443)));
        assert!(!hosts.accepts("ported.example.org", Some(80)));
    }

    #[test]
    fn a_server_on_all_addresses_answers_to_each() {
        assert!(hosts("0.0.0.0:8790").accepts("192.168.1.5", None));
        assert!(hosts("[::]:8790").accepts("[fe80::1]", None));
        assert!(!hosts("0.0.0.0:8790").accepts("evil.example", None));
    }

    #[test]
    fn two_hosts_or_none_are_refused() {
        let request = |hosts: &[&str], uri: &str| {
            let mut builder = Request::builder().uri(uri);
            for host in hosts {
                builder = builder.header(header::HOST, *host);
            }
            builder.body(Body::empty()).unwrap()
        };
        let hosts = hosts("127.0.0.1:8790");
        assert!(check(&hosts, &request(&["localhost"], "/")).is_ok());
        for (names, uri) in [(&["localhost", "evil"][..], "/"), (&[], "/"), (&["localhost"], "http://evil/")]
        {
            assert_eq!(check(&hosts, &request(names, uri)).unwrap_err().status(), StatusCode::BAD_REQUEST);
        }
        assert_eq!(
            check(&hosts, &request(&["evil"], "/")).unwrap_err().status(),
            StatusCode::MISDIRECTED_REQUEST
        );
        assert!(check(&hosts, &request(&["10.0.0.9:1"], "/livez")).is_ok());
    }
}
