//! Sessions of browsers: the cookie, and whom it signs in now. They are kept in the store, so that every node knows them
//! and an account that was disabled is out at its next request.

use http::{HeaderMap, StatusCode, header};
use throughline_domain::access::{Principal, SessionOver};
use throughline_domain::id::{PersonId, SessionId};
use throughline_domain::time::Timestamp;
use throughline_store::{By, NewSession};

use super::token::hash;
use super::{Acting, Caller, Way};
use crate::config::ApiConfig;
use crate::error::{ApiError, Result, codes};
use crate::state::ApiState;

/// Most characters of what a browser calls itself.
const MAX_CLIENT: usize = 200;

/// The cookie's name. With the prefix browsers refuse it from anything but this very host by TLS.
fn cookie_name(config: &ApiConfig) -> &'static str {
    if config.is_tls() { "__Host-throughline_session" } else { "throughline_session" }
}

/// `Set-Cookie` for a session; an empty secret removes it.
pub(crate) fn set_cookie(config: &ApiConfig, secret: &str) -> String {
    let age = if secret.is_empty() { "; Max-Age=0" } else { "" };
    let secure = if config.is_tls() { "; Secure" } else { "" };
    format!("{}={secret}; Path=/; HttpOnly; SameSite=Strict{secure}{age}", cookie_name(config))
}

/// The secret in the request's session cookie.
pub(crate) fn cookie(state: &ApiState, headers: &HeaderMap) -> Option<String> {
    named(headers, cookie_name(state.config()))
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

/// Begins a session: the secret of its cookie. Nothing: the account is gone or disabled.
pub(crate) async fn begin(
    state: &ApiState,
    headers: &HeaderMap,
    person: Option<PersonId>,
) -> Result<Option<String>> {
    let secret = hex::encode(state.random());
    let new = NewSession {
        session: state.fresh_id(SessionId::new),
        hash: hash(&secret),
        person,
        client: client(headers),
        created_at: state.now(),
    };
    Ok(state.store().create_session(&new).await?.then_some(secret))
}

/// What a browser calls itself, as far as it can stand in a list.
fn client(headers: &HeaderMap) -> String {
    let text = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.chars().filter(|c| !c.is_control()).take(MAX_CLIENT).collect()
}

/// Ends the session of this cookie, if there is one.
pub(crate) async fn end(state: &ApiState, secret: &str) -> Result<()> {
    let Some((row, _)) = state.store().signed_in_all(&hash(secret)).await? else { return Ok(()) };
    let who = row.person.as_ref().map_or("admin", PersonId::as_str);
    let by = By { who, at: state.now() };
    state.store().end_session(&row.session, row.person.as_ref(), by).await?;
    Ok(())
}

/// Who is signed in with this cookie?
pub(super) async fn caller(state: &ApiState, secret: &str, used: bool) -> Result<Caller> {
    let Some((row, rights)) = state.store().signed_in_all(&hash(secret)).await? else {
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            codes::BAD_CREDENTIALS,
            "there is no such session",
        )
        .hint(SIGN_IN));
    };
    let now = state.now();
    let alive = state.config().session.check(&row.times, now).map_err(|over| {
        ApiError::new(StatusCode::UNAUTHORIZED, SessionOver::CODE, over.to_string()).hint(SIGN_IN)
    })?;
    if used && alive.touch {
        touch(state, &row.session, now).await;
    }
    let principal = match row.person {
        // Opened by a link that the token of the data directory made.
        None => Principal::keyholder(),
        Some(person) => Principal::person(person, rights),
    };
    let way = Way::Session { session: row.session, confirmed_at: row.confirmed_at };
    let acting = Acting::new(&principal, way);
    Ok(Caller { principal, acting })
}

const SIGN_IN: &str =
    "sign in at /sign-in; with the token of the data directory `throughline token sign-in` makes a link";

/// Writes the use down. That it could not be is no reason to refuse a page.
async fn touch(state: &ApiState, session: &SessionId, now: Timestamp) {
    if let Err(error) = state.store().touch_session(session, now).await {
        tracing::debug!(session.id = %session, %error, "the use of a session was not written down");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_tls_the_cookie_is_bound_to_the_host() {
        let mut config = ApiConfig::new(([127, 0, 0, 1], 1).into(), [0; 32]);
        let plain = set_cookie(&config, "");
        assert_eq!(plain, "throughline_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
        config.public_url = Some("https://runner.example.org".into());
        let cookie = set_cookie(&config, "x");
        assert_eq!(cookie, "__Host-throughline_session=x; Path=/; HttpOnly; SameSite=Strict; Secure");
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
