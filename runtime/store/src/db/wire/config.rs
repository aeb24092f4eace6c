//! A database URL, as the connections of whoever writes read it.

use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;
use url::Url;

use super::tls::{Mode, TlsOptions, connector};
use crate::error::{Result, StoreError};

/// How long a peer may be silent when an answer is due.
const SILENCE: Duration = Duration::from_secs(30);

/// Where to connect to, and how.
pub(crate) struct Target {
    pub(super) config: Config,
    pub(super) tls: Option<MakeRustlsConnect>,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target").field("tls", &self.tls.is_some()).finish_non_exhaustive()
    }
}

impl Target {
    /// From a URL; `settings` hold for its sessions.
    pub(crate) fn parse(url: &str, settings: &[(&str, String)]) -> Result<Self> {
        let (config, tls) = read(url, settings)?;
        Ok(Self { config, tls: connector(&tls)? })
    }
}

fn read(url: &str, settings: &[(&str, String)]) -> Result<(Config, TlsOptions)> {
    // Words about a URL must not show it: it may hold a password.
    let bad = |e: &dyn std::fmt::Display| StoreError::Database(format!("the database URL is not good: {e}"));
    let mut url = Url::parse(url).map_err(|e| bad(&e))?;
    let mut tls = TlsOptions::default();
    let (mut certificate, mut key) = (None, None);
    let mut options = Vec::new();
    let mut kept = Vec::new();
    for (name, value) in url.query_pairs().into_owned() {
        match name.as_str() {
            "sslmode" | "ssl-mode" => tls.mode = Mode::parse(&value)?,
            "sslrootcert" | "ssl-root-cert" | "ssl-ca" => tls.roots = Some(PathBuf::from(value)),
            "sslcert" | "ssl-cert" => certificate = Some(PathBuf::from(value)),
            "sslkey" | "ssl-key" => key = Some(PathBuf::from(value)),
            "options" => options.push(value),
            "statement-cache-capacity" => {}
            _ => match name.strip_prefix("options[").and_then(|rest| rest.strip_suffix(']')) {
                Some(setting) => options.push(format!("-c {setting}={value}")),
                None => kept.push((name, value)),
            },
        }
    }
    tls.client = match (certificate, key) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(bad(&"sslcert and sslkey go together")),
    };
    if kept.is_empty() {
        url.set_query(None);
    } else {
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    let mut config: Config =
        url.as_str().parse().map_err(|e: tokio_postgres::Error| bad(&super::with_cause(&e)))?;
    options.extend(settings.iter().map(|(name, value)| format!("-c {name}={value}")));
    config.options(options.join(" ")).ssl_mode(tls.mode.wire());
    // A peer that vanished without a word is noticed.
    config.keepalives_idle(SILENCE).tcp_user_timeout(SILENCE);
    if config.get_application_name().is_none() {
        config.application_name("throughline");
    }
    Ok((config, tls))
}

#[cfg(test)]
mod tests {
    use tokio_postgres::config::{Host, SslMode};

    use super::*;

    #[test]
    fn a_url_says_where_and_how() {
        let url = "postgres://me:p%40ss@db.example:5433/books?sslmode=verify-full&sslrootcert=/ca.pem&options[search_path]=a";
        let (config, tls) = read(url, &[("jit", "off".to_owned())]).unwrap();
        assert_eq!(config.get_hosts(), [Host::Tcp("db.example".to_owned())]);
        assert_eq!(config.get_ports(), [5433]);
        assert_eq!((config.get_user(), config.get_dbname()), (Some("me"), Some("books")));
        assert_eq!(config.get_password(), Some(&b"p@ss"[..]));
        assert_eq!(config.get_options(), Some("-c search_path=a -c jit=off"));
        assert_eq!(config.get_ssl_mode(), SslMode::Require);
        assert_eq!(tls, TlsOptions { mode: Mode::VerifyFull, roots: Some("/ca.pem".into()), client: None });
    }

    #[test]
    fn a_socket_is_found_in_a_url_without_a_host() {
        let (config, tls) = read("postgres:///books?host=/run/postgresql&user=me", &[]).unwrap();
        assert_eq!(config.get_hosts(), [Host::Unix("/run/postgresql".into())]);
        assert_eq!((config.get_user(), tls.mode), (Some("me"), Mode::Prefer));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for (url, words) in [
            ("postgres://me:hidden@db/books?sslmode=maybe", "sslmode=maybe"),
            ("postgres://me:hidden@db/books?sslcert=/a.pem", "go together"),
            ("postgres://me:hidden@db:x/books", "port"),
            ("postgres://me:hidden@db/books?tries=3", "tries"),
        ] {
            let error = read(url, &[]).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
            assert!(!error.contains("hidden"), "{error}");
        }
    }
}
