//! Passwords: hashed with Argon2id away from the threads that answer, a few at a time.

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use throughline_domain::access::Password;
use throughline_store::PasswordHash;
use tokio::sync::Semaphore;

use crate::error::{ApiError, Result};

/// Each hash takes 19 MiB while it is made: more at once would let strangers fill the memory.
static AT_ONCE: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(4));

/// What OWASP recommends: 19 MiB, two passes, one lane. A stored hash keeps the costs it was made with.
fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

async fn away<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _permit = AT_ONCE.acquire().await.map_err(|_| ApiError::internal())?;
    tokio::task::spawn_blocking(work).await.map_err(|_| ApiError::internal())
}

/// The hash of a new password.
pub(crate) async fn hash(password: Password, random: [u8; 32]) -> Result<PasswordHash> {
    let made = away(move || {
        hasher().hash_password_with_salt(password.as_bytes(), &random[..16]).map(|hash| hash.to_string())
    })
    .await?
    .map_err(|error| {
        tracing::error!(%error, "a password was not hashed");
        ApiError::internal()
    })?;
    Ok(PasswordHash::new(made)?)
}

/// Is it this password? Where there is no hash the answer takes as long: who guesses does not learn which addresses exist.
pub(crate) async fn is(password: Password, hash: Option<PasswordHash>) -> Result<bool> {
    away(move || {
        if let Some(hash) = hash {
            return hasher().verify_password(password.as_bytes(), hash.as_str()).is_ok();
        }
        drop(hasher().hash_password_with_salt(password.as_bytes(), &[0; 16]));
        false
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Password {
        Password::typed(text.to_owned()).unwrap_or_else(|error| panic!("{error}"))
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let kept = hash(typed("four words in a row"), [7; 32]).await.unwrap();
        assert!(kept.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", kept.as_str());
        assert!(is(typed("four words in a row"), Some(kept.clone())).await.unwrap());
        assert!(!is(typed("four words in a Row"), Some(kept)).await.unwrap());
        assert!(!is(typed("four words in a row"), None).await.unwrap());
    }
}
