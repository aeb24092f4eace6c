//! What the host asks the server for: the time, randomness, state and blobs out of the store.

mod blobs;
mod secrets;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use futures::FutureExt;
use futures::future::BoxFuture;
use throughline_domain::time::Timestamp;
use throughline_host::services::{
    Clock, Entropy, ServiceError, Services, StateOwner, StateScope, StateStore,
};
use throughline_store::{Scope, Store};
use throughline_vault::Vault;

pub(crate) use secrets::{ServerSecrets, SystemRandom};

/// The real services over a store and its vault.
pub(crate) fn real(store: &Store, vault: &Vault, clock: Arc<dyn Clock>) -> Services {
    Services {
        secrets: ServerSecrets::shared(vault),
        blobs: Arc::new(blobs::StoredBlobs::new(store.clone())),
        state: Arc::new(StoredState(store.clone())),
        clock,
        entropy: Arc::new(SystemEntropy),
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the server is where the time comes from")]
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// The operating system's randomness.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        #[expect(clippy::disallowed_methods, reason = "the server is where randomness comes from")]
        let filled = getrandom::fill(buffer);
        // Only early in a machine's boot is there none; going on with zeros would make ids and keys guessable.
        assert!(filled.is_ok(), "the operating system gives no randomness");
    }
}

struct StoredState(Store);

/// What can go wrong below, in the host's words.
fn broken(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Broken(error.to_string())
}

/// The owner's name in the store.
fn state_scope(owner: &StateOwner) -> String {
    let scope = match owner.scope {
        StateScope::Trigger => "trigger",
        StateScope::Connection => "connection",
    };
    format!("{}/{scope}/{}", owner.connector, owner.id)
}

impl StateStore for StoredState {
    fn get<'a>(
        &'a self,
        owner: &'a StateOwner,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, ServiceError>> {
        async move {
            let scope = Scope::new(&owner.workspace).map_err(broken)?;
            let found = self.0.get_state(&scope, &state_scope(owner), key).await.map_err(broken)?;
            found.map(String::from_utf8).transpose().map_err(broken)
        }
        .boxed()
    }

    fn keys<'a>(&'a self, owner: &'a StateOwner) -> BoxFuture<'a, Result<Vec<String>, ServiceError>> {
        async move {
            let scope = Scope::new(&owner.workspace).map_err(broken)?;
            self.0.state_keys(&scope, &state_scope(owner)).await.map_err(broken)
        }
        .boxed()
    }
}
