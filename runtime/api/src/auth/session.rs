//! Sign-in codes and the sessions they begin. Both live in memory only: a restart signs everybody out.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use crate::config::ApiConfig;
use crate::state::ApiState;

/// Sessions and codes kept at the same time; the oldest go first.
const MOST: usize = 1000;

/// Codes and sessions by the hash of their secret, with the time they end.
#[derive(Debug)]
pub(crate) struct Sessions {
    code_time: Duration,
    idle_time: Duration,
    tls: bool,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    codes: HashMap<[u8; 32], Instant>,
    sessions: HashMap<[u8; 32], Instant>,
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// Adds an entry; drops what has ended, and the one that ends first where there are too many.
fn keep(map: &mut HashMap<[u8; 32], Instant>, key: [u8; 32], until: Instant) {
    let now = Instant::now();
    map.retain(|_, until| *until > now);
    if map.len() >= MOST
        && let Some(first) = map.iter().min_by_key(|(_, until)| **until).map(|(key, _)| *key)
    {
        map.remove(&first);
    }
    map.insert(key, until);
}

impl Sessions {
    pub(crate) fn new(config: &ApiConfig) -> Self {
        Self {
            code_time: Duration::from_millis(config.sign_in_code_ms),
            idle_time: Duration::from_millis(config.session_idle_ms),
            tls: config.is_tls(),
            kept: Mutex::default(),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Every change is one insert or remove: what a panicking holder left is whole.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A code for one sign-in.
    pub(crate) fn issue_code(&self, random: [u8; 32]) -> String {
        let code = hex::encode(random);
        keep(&mut self.kept().codes, hash(&code), Instant::now() + self.code_time);
        code
    }

    /// Takes a code, once, and begins a session: the value of its cookie.
    pub(crate) fn redeem(&self, code: &str, random: [u8; 32]) -> Option<String> {
        let mut kept = self.kept();
        let until = kept.codes.remove(&hash(code))?;
        let now = Instant::now();
        if until <= now {
            return None;
        }
        let secret = hex::encode(random);
        keep(&mut kept.sessions, hash(&secret), now + self.idle_time);
        Some(secret)
    }

    /// True if the session lives; it then lives on.
    pub(crate) fn touch(&self, secret: &str) -> bool {
        let mut kept = self.kept();
        let now = Instant::now();
        match kept.sessions.get_mut(&hash(secret)) {
            Some(until) if *until > now => {
                *until = now + self.idle_time;
                true
            }
            _ => false,
        }
    }

    /// Ends a session.
    pub(crate) fn end(&self, secret: &str) {
        self.kept().sessions.remove(&hash(secret));
    }

    /// The cookie's name. With the prefix browsers refuse it from anything but this very host by TLS.
    pub(crate) fn cookie_name(&self) -> &'static str {
        if self.tls { "__Host-throughline_session" } else { "throughline_session" }
    }

    /// `Set-Cookie` for a session; an empty secret removes it.
    pub(crate) fn set_cookie(&self, secret: &str) -> String {
        let age = if secret.is_empty() { "; Max-Age=0" } else { "" };
        let secure = if self.tls { "; Secure" } else { "" };
        format!("{}={secret}; Path=/; HttpOnly; SameSite=Strict{secure}{age}", self.cookie_name())
    }
}

/// The secret in the request's session cookie.
pub(crate) fn cookie(state: &ApiState, headers: &HeaderMap) -> Option<String> {
    named(headers, state.sessions().cookie_name())
}

fn named(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions() -> Sessions {
        Sessions::new(&ApiConfig::new(([127, 0, 0, 1], 1).into(), [0; 32]))
    }

    #[tokio::test(start_paused = true)]
    async fn a_code_signs_in_once_and_not_for_long() {
        let sessions = sessions();
        let code = sessions.issue_code([1; 32]);
        assert!(sessions.redeem("0000", [2; 32]).is_none());
        assert!(sessions.redeem(&code, [2; 32]).is_some());
        assert!(sessions.redeem(&code, [3; 32]).is_none());
        let late = sessions.issue_code([4; 32]);
        tokio::time::advance(Duration::from_secs(15 * 60 + 1)).await;
        assert!(sessions.redeem(&late, [5; 32]).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_lives_while_it_is_used() {
        let sessions = sessions();
        let secret = sessions.redeem(&sessions.issue_code([1; 32]), [2; 32]).unwrap();
        for _ in 0..3 {
            tokio::time::advance(Duration::from_hours(11)).await;
            assert!(sessions.touch(&secret));
        }
        tokio::time::advance(Duration::from_hours(13)).await;
        assert!(!sessions.touch(&secret));
        let other = sessions.redeem(&sessions.issue_code([3; 32]), [4; 32]).unwrap();
        sessions.end(&other);
        assert!(!sessions.touch(&other));
    }

    #[tokio::test]
    async fn the_number_of_codes_is_bounded() {
        let sessions = sessions();
        for n in 0..=MOST {
            let mut random = [0; 32];
            random[..8].copy_from_slice(&n.to_be_bytes());
            sessions.issue_code(random);
        }
        assert_eq!(sessions.kept().codes.len(), MOST);
    }

    #[test]
    fn by_tls_the_cookie_is_bound_to_the_host() {
        let mut config = ApiConfig::new(([127, 0, 0, 1], 1).into(), [0; 32]);
        config.public_url = Some("https://runner.example.org".into());
        let cookie = Sessions::new(&config).set_cookie("x");
        assert_eq!(cookie, "__Host-throughline_session=x; Path=/; HttpOnly; SameSite=Strict; Secure");
        assert_eq!(
            sessions().set_cookie(""),
            "throughline_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
        );
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=1; throughline_session_x=2".parse().unwrap());
        headers.append(header::COOKIE, "throughline_session=s; b=3".parse().unwrap());
        assert_eq!(named(&headers, "throughline_session").as_deref(), Some("s"));
        assert_eq!(named(&headers, "c"), None);
    }
}
