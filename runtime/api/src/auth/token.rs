//! Bearer tokens: the admin token of the data directory, and the tokens made by the API.

use std::collections::BTreeSet;

use http::StatusCode;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use throughline_domain::access::{Principal, TokenLimits, TokenScope};
use throughline_domain::time::Timestamp;
use throughline_store::TokenRow;

use super::{Acting, Caller, Way};
use crate::error::{ApiError, Result, codes};
use crate::state::ApiState;

/// What stands before the 64 hexadecimal characters of a token made by the API.
pub(crate) const PREFIX: &str = "tlt_";
/// Uses closer together than this are not written down, in milliseconds.
const TOUCH_MS: u64 = 60_000;

/// A fresh token in clear, shown once.
pub(crate) fn fresh(random: [u8; 32]) -> String {
    format!("{PREFIX}{}", hex::encode(random))
}

/// What is stored of a token, a cookie or a link.
pub(crate) fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}

/// Scopes from their words.
pub(crate) fn scopes(words: &[String]) -> Result<BTreeSet<TokenScope>, String> {
    words.iter().map(|word| TokenScope::try_from(word.clone()).map_err(|error| error.to_string())).collect()
}

/// Whose token is this?
pub(super) async fn caller(state: &ApiState, token: &str, used: bool) -> Result<Caller> {
    let digest: [u8; 32] = Sha256::digest(token).into();
    if bool::from(digest.ct_eq(&state.config().admin_token_sha256)) {
        let principal = Principal::keyholder();
        let acting = Acting::new(&principal, Way::AdminToken);
        return Ok(Caller { principal, acting });
    }
    if !token.starts_with(PREFIX) {
        return Err(unknown());
    }
    let row = state.store().token_by_hash(&hex::encode(digest)).await?.ok_or_else(unknown)?;
    let now = state.now();
    if !row.is_good(now) {
        return Err(unknown());
    }
    // What no program of this release has written down gives nothing.
    let scopes = scopes(&row.scopes).map_err(|_| unknown())?;
    let workspace = row.workspace.as_ref().map(|scope| scope.as_str().to_owned());
    let limits = TokenLimits { token: row.token.clone(), scopes, workspace };
    let owner = match &row.person {
        // Made by the token of the data directory, as all were before there were accounts.
        None => Principal::keyholder(),
        Some(person) => Principal::person(person.clone(), state.store().rights_all(person).await?),
    };
    if used {
        touch(state, &row, now).await;
    }
    let principal = owner.through(limits);
    let acting = Acting::new(&principal, Way::Token(row.token));
    Ok(Caller { principal, acting })
}

/// Writes the use down. That it could not be is no reason to refuse what the token may.
async fn touch(state: &ApiState, row: &TokenRow, now: Timestamp) {
    if row.used_at.is_none_or(|used| now >= used.plus_ms(TOUCH_MS))
        && let Err(error) = state.store().touch_token(&row.token, now).await
    {
        tracing::debug!(token.id = %row.token, %error, "the use of a token was not written down");
    }
}

/// One answer for unknown, expired and revoked: a guesser learns nothing.
fn unknown() -> ApiError {
    ApiError::new(
        StatusCode::UNAUTHORIZED,
        codes::BAD_CREDENTIALS,
        "the token is unknown, expired or revoked",
    )
    .hint("`throughline token list` shows the tokens; the first one is in admin.token in the data directory")
}
