//! Which origins and methods a call may reach: what the manifest asks, made concrete by the connection.

use serde_json::Value;
use throughline_domain::connector::{HostRequest, Manifest};
use url::{Host, Url};

use crate::call::Connection;
use crate::egress::denied;
use crate::error::codes;
use crate::report::Denied;

/// Methods that a manifest without a list gets.
const DEFAULT_METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
/// Methods that may be sent at all.
const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
/// Longest URL, in bytes.
const MAX_URL_BYTES: usize = 8 << 10;

/// Parses and checks what does not depend on the connection.
pub(crate) fn parse(method: &str, url: &str) -> Result<Url, Denied> {
    let bad = |reason: String| denied(codes::URL, reason);
    if !METHODS.contains(&method) {
        return Err(bad(format!("the method {method:?} is not one of {}", METHODS.join(", "))));
    }
    if url.len() > MAX_URL_BYTES {
        return Err(bad("the URL is longer than 8 KiB".into()));
    }
    if url.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(bad("the URL has a control character, a space or a backslash: percent-encode it".into()));
    }
    let parsed = Url::parse(url).map_err(|error| bad(format!("the URL does not read ({error})")))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(bad(format!("the scheme `{}` is not http or https", parsed.scheme())));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() || authority(url).contains('@') {
        return Err(bad("the URL carries a user name or password: use an auth slot".into()));
    }
    if parsed.host().is_none() {
        return Err(bad("the URL names no host".into()));
    }
    Ok(parsed)
}

/// What stands between the scheme and the path, as written.
fn authority(url: &str) -> &str {
    let rest = url.split_once(':').map_or(url, |(_, rest)| rest).trim_start_matches('/');
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Scheme, host and port as text.
pub(crate) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Refuses an origin or method that is not granted.
pub(crate) fn check(
    manifest: &Manifest,
    connection: Option<&Connection>,
    url: &Url,
    method: &str,
) -> Result<(), Denied> {
    let mut origin_known = false;
    for host in &manifest.hosts {
        let Some(granted) = concrete(host, connection) else { continue };
        if granted.origin() != url.origin() {
            continue;
        }
        origin_known = true;
        let allowed = if host.methods.is_empty() {
            DEFAULT_METHODS.contains(&method)
        } else {
            host.methods.iter().any(|allowed| allowed == method)
        };
        if allowed {
            return Ok(());
        }
    }
    let target = origin(url);
    Err(denied(
        codes::NOT_GRANTED,
        if origin_known {
            format!("{method} to {target} was refused: the connector's manifest asks for other methods there")
        } else {
            format!(
                "{target} was refused: connector {} may reach {}",
                manifest.id,
                granted_words(manifest, connection)
            )
        },
    ))
}

fn granted_words(manifest: &Manifest, connection: Option<&Connection>) -> String {
    let mut known: Vec<String> = manifest
        .hosts
        .iter()
        .map(|host| {
            concrete(host, connection).map_or_else(
                || format!("{} (not set in the connection)", host.origin),
                |granted| origin(&granted),
            )
        })
        .collect();
    known.dedup();
    if known.is_empty() { "no host at all".into() } else { known.join(", ") }
}

/// The origins a connector may reach with these settings, as an URL's origin is written; an entry whose setting is
/// missing or does not read is left out.
pub fn origins(manifest: &Manifest, settings: &Value) -> Vec<String> {
    let mut known = Vec::new();
    for url in manifest.hosts.iter().filter_map(|host| concrete_of(host, settings)) {
        let text = origin(&url);
        if !known.contains(&text) {
            known.push(text);
        }
    }
    known
}

/// The URL whose origin a manifest's entry stands for with this connection.
fn concrete(host: &HostRequest, connection: Option<&Connection>) -> Option<Url> {
    concrete_of(host, connection.map_or(&Value::Null, |connection| &connection.public))
}

fn concrete_of(host: &HostRequest, settings: &Value) -> Option<Url> {
    let template = &host.origin;
    let whole = template.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let text = match whole {
        Some(name) if !name.contains(['{', '}']) => settings.get(name)?.as_str()?.to_owned(),
        _ => fill(template, settings)?,
    };
    let url = parse("GET", &text).ok()?;
    matches!(url.host(), Some(Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_))).then_some(url)
}

/// Fills `{name}`s inside a template. A value there is one label of a host name, never more: a setting
/// must not be able to move the host.
fn fill(template: &str, settings: &Value) -> Option<String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let value = settings.get(name)?.as_str()?;
        let plain = !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !plain {
            return None;
        }
        out.push_str(before);
        out.push_str(value);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manifest(hosts: &[(&str, &[&str])]) -> Manifest {
        let hosts: Vec<_> = hosts.iter().map(|(o, m)| json!({ "origin": o, "methods": m })).collect();
        serde_json::from_value(
            json!({ "contract": "0.1", "id": "acme", "version": "1.0.0", "name": "Acme", "hosts": hosts }),
        )
        .unwrap()
    }

    fn connection(public: Value) -> Connection {
        Connection {
            id: "con".into(),
            connector: "acme".into(),
            public,
            secrets: std::collections::BTreeMap::new(),
            bound_to: None,
        }
    }

    #[test]
    fn urls_that_mislead_are_refused() {
        for url in [
            "https://good.dev@evil.dev/",
            "https://@evil.dev/",
            "https://u:p@good.dev/",
            "ftp://good.dev/",
            "data:text/plain,x",
            "file:///etc/passwd",
            "https://good.dev/a b",
            "https://good.dev/\r\nHost: x",
            "https:\\\\good.dev",
            "/relative",
            "https://",
            "",
        ] {
            assert_eq!(parse("GET", url).map_err(|d| d.code).unwrap_err(), "TL0335", "{url}");
        }
        assert_eq!(parse("CONNECT", "https://good.dev/").unwrap_err().code, "TL0335");
        assert_eq!(parse("get", "https://good.dev/").unwrap_err().code, "TL0335");
        assert!(parse("GET", "https://good.dev/a?b=c@d#e").is_ok());
    }

    #[test]
    fn only_the_exact_origin_is_granted() {
        let manifest = manifest(&[
            ("https://api.acme.dev", &[]),
            ("{base_url}", &["GET"]),
            ("https://{sub}.zen.dev", &[]),
        ]);
        let connection = connection(json!({ "base_url": "http://127.0.0.1:41001/api", "sub": "mine" }));
        let ok = |url: &str, method: &str| {
            check(&manifest, Some(&connection), &Url::parse(url).unwrap(), method).is_ok()
        };
        assert!(ok("https://api.acme.dev/x", "POST"));
        assert!(ok("https://API.ACME.dev:443/x", "POST"));
        assert!(ok("http://127.0.0.1:41001/other", "GET"));
        assert!(ok("http://2130706433:41001/other", "GET"), "another spelling of the same address");
        assert!(ok("https://mine.zen.dev/", "DELETE"));
        for url in [
            "http://api.acme.dev/",
            "https://api.acme.dev:8443/",
            "https://api.acme.dev./",
            "https://api.acme.dev.evil.com/",
            "https://evil-api.acme.dev/",
            "http://127.0.0.1:41002/",
            "https://other.zen.dev/",
        ] {
            assert!(!ok(url, "GET"), "{url}");
        }
        assert!(!ok("http://127.0.0.1:41001/", "POST"), "method not asked for");
        assert!(!ok("https://api.acme.dev/", "OPTIONS"), "not among the defaults");
    }

    #[test]
    fn a_setting_cannot_move_the_host() {
        let manifest = manifest(&[("https://{sub}.zen.dev", &[])]);
        for sub in ["evil.dev/", "evil.dev#", "a.b", "", "x@y", "{sub}"] {
            let connection = connection(json!({ "sub": sub }));
            let url = Url::parse("https://evil.dev/").unwrap();
            let refused = check(&manifest, Some(&connection), &url, "GET").unwrap_err();
            assert!(refused.reason.contains("not set in the connection"), "{sub}: {}", refused.reason);
        }
    }
}
