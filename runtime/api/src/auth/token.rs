//! Bearer tokens: the admin token of the data directory, and the tokens made by the API.

use http::StatusCode;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Level, Principal};
use crate::error::{ApiError, Result, codes};
use crate::state::ApiState;

/// What stands before the 64 hexadecimal characters of a token made by the API.
pub(crate) const PREFIX: &str = "tlt_";

/// A fresh token in clear, shown once.
pub(crate) fn fresh(random: [u8; 32]) -> String {
    format!("{PREFIX}{}", hex::encode(random))
}

/// What is stored of a token.
pub(crate) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// Scopes as stored, and what they allow.
pub(crate) fn level(scopes: &[String]) -> Option<Level> {
    let one = |scope: &String| match scope.as_str() {
        "read" => Some(Level::Read),
        "write" => Some(Level::Write),
        "admin" => Some(Level::Admin),
        _ => None,
    };
    scopes.iter().filter_map(one).max()
}

/// Whose token is this?
pub(super) async fn principal(state: &ApiState, token: &str) -> Result<Principal> {
    let digest: [u8; 32] = Sha256::digest(token).into();
    if bool::from(digest.ct_eq(&state.config().admin_token_sha256)) {
        return Ok(Principal { name: "admin".into(), level: Level::Admin, workspace: None });
    }
    if !token.starts_with(PREFIX) {
        return Err(unknown());
    }
    let row = state.store().token_by_hash(&hex::encode(digest)).await?.ok_or_else(unknown)?;

    match level(&row.scopes) {
        Some(level) if row.is_good(state.now()) => {
            Ok(Principal { name: format!("token:{}", row.name), level, workspace: row.workspace })
        }
        _ => Err(unknown()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_scope_counts_and_unknown_ones_do_not() {
        assert_eq!(level(&["read".into(), "write".into()]), Some(Level::Write));
        assert_eq!(level(&["everything".into()]), None);
        assert_eq!(level(&[]), None);
    }
}
