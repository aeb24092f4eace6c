//! A store on either engine, and vaults of nodes that share it.

use std::path::PathBuf;
use std::sync::Arc;

use throughline_domain::id::SecretId;
use throughline_domain::time::Timestamp;
use throughline_store::{Location, Scope, SecretSummary, Store, StoreOptions};
use throughline_test_support::postgres;
use throughline_vault::{Binding, PutSecret, Random, Result, SecretName, Vault};

use crate::{Counting, value};

pub(crate) const THEN: Timestamp = Timestamp(1_750_000_000_000_000);
pub(crate) const ORIGIN: &str = "https://crm.example.com";

pub(crate) struct Place {
    pub(crate) store: Store,
    pub(crate) folder: tempfile::TempDir,
    random: Arc<Counting>,
    _database: Option<postgres::Database>,
}

impl Place {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(folder.path().to_owned());
        Self::at(folder, location, None).await
    }

    pub(crate) async fn postgres() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = postgres::database();
        let location =
            Location::Postgres { url: database.url().to_owned(), blobs: folder.path().join("blobs") };
        Self::at(folder, location, Some(database)).await
    }

    async fn at(folder: tempfile::TempDir, location: Location, database: Option<postgres::Database>) -> Self {
        let store = Store::open(StoreOptions::new(location)).await.unwrap();
        for workspace in ["default", "other"] {
            assert!(store.create_workspace(&Scope::new(workspace).unwrap(), workspace, THEN).await.unwrap());
        }
        std::fs::create_dir(folder.path().join("keys")).unwrap();
        Self { store, folder, random: Arc::default(), _database: database }
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    /// A vault as a start of the server opens it.
    pub(crate) async fn open(&self) -> Result<Vault> {
        let random: Arc<dyn Random> = Arc::clone(&self.random) as Arc<dyn Random>;
        Vault::open(self.store.clone(), &self.keys(), random, THEN).await
    }

    /// A time of the database's clock at which a backup may have begun: after everything so far.
    pub(crate) async fn backup(&self) -> Timestamp {
        self.store.now().await.unwrap().plus_ms(1)
    }
}

/// Each function becomes one test an engine.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($place:ident) $body:block)*) => { $(
        mod $name {
            #[allow(unused_imports, reason = "what one test needs another may not")]
            use super::*;
            use crate::place::Place;

            $(#[$doc])*
            async fn body($place: Place) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body(Place::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body(Place::postgres().await).await;
            }
        }
    )* };
}

pub(crate) fn scope() -> Scope {
    Scope::new("default").unwrap()
}

pub(crate) fn name(name: &str) -> SecretName {
    SecretName::new(name).unwrap()
}

/// Puts a value; the id is made of its name's place in the alphabet of tests.
pub(crate) async fn put(vault: &Vault, scope: &Scope, id: u64, text: &str) -> Result<SecretSummary> {
    let (name, bound_to, value) = (name(&format!("s{id}")), Binding::new(ORIGIN).unwrap(), value(text));
    let put = PutSecret {
        name: &name,
        bound_to: &bound_to,
        value: &value,
        id: &SecretId::new(id, 7),
        at: THEN,
        by: "person:ada",
    };
    vault.put(scope, &put).await
}

/// What a call would be given.
pub(crate) async fn get(vault: &Vault, scope: &Scope, id: u64) -> Result<String> {
    let opened = vault.get(scope, &SecretId::new(id, 7)).await?;
    Ok(opened.for_origin(ORIGIN)?.reveal().to_owned())
}
