//! The root keys of this node: their files, and what the database says of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use throughline_domain::time::Timestamp;
use throughline_store::{RootKeyRow, Store};

use crate::error::{Result, VaultError};
use crate::key::RootKey;
use crate::random::Random;
use crate::root_file::RootFile;

/// Root keys that were read, by version.
pub(crate) struct Roots {
    folder: PathBuf,
    read: Mutex<BTreeMap<u32, Arc<RootKey>>>,
}

impl std::fmt::Debug for Roots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Roots").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Roots {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), read: Mutex::default() }
    }

    /// Reads every root key the database goes with; makes the first one where it has none.
    pub(crate) async fn open(&self, store: &Store, random: &Arc<dyn Random>, at: Timestamp) -> Result<()> {
        let mut rows = store.list_root_keys().await?;
        if rows.is_empty() {
            self.add(store, 1, random, at).await?;
            // Another node may have been faster: its key counts, and ours is refused below.
            rows = store.list_root_keys().await?;
        }
        for row in &rows {
            self.load(row).await?;
        }
        Ok(())
    }

    /// One root key; read now if another node has added it since.
    pub(crate) async fn get(&self, store: &Store, version: u32) -> Result<Arc<RootKey>> {
        if let Some(key) = self.known(version) {
            return Ok(key);
        }
        let rows = store.list_root_keys().await?;
        let row = rows.iter().find(|row| row.version == version);
        let row = row.ok_or_else(|| VaultError::NoSuchKey { key: format!("root key {version}") })?;
        self.load(row).await
    }

    /// Makes the file of the next root key and makes it known. A file that is there already was left by a start or a
    /// rotation that was cut short, before anything was wrapped with it.
    pub(crate) async fn add(
        &self,
        store: &Store,
        version: u32,
        random: &Arc<dyn Random>,
        at: Timestamp,
    ) -> Result<bool> {
        let (file, random) = (RootFile::new(&self.folder, version), Arc::clone(random));
        let key = on_disk(move || {
            if let Some(key) = file.read()? {
                return Ok(key);
            }
            let key = RootKey::generate(version, random.as_ref())?;
            file.create(&key)?;
            Ok(key)
        })
        .await?;
        let added = store.add_root_key(version, key.fingerprint().as_str(), at).await?;
        if added {
            tracing::info!(root_key.version = version, root_key.fingerprint = %key.fingerprint(), "a root key was made");
        }
        Ok(added)
    }

    pub(crate) fn forget(&self, version: u32) {
        self.lock().remove(&version);
    }

    fn known(&self, version: u32) -> Option<Arc<RootKey>> {
        self.lock().get(&version).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<u32, Arc<RootKey>>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn load(&self, row: &RootKeyRow) -> Result<Arc<RootKey>> {
        let (file, version) = (RootFile::new(&self.folder, row.version), row.version);
        let path = file.path().to_owned();
        let key = on_disk(move || file.read()).await?;
        let key = key.ok_or_else(|| VaultError::KeyFileMissing { version, path: path.clone() })?;
        let found = key.fingerprint();
        if found.as_str() != row.fingerprint {
            let (found, expected) = (found.to_string(), row.fingerprint.clone());
            return Err(VaultError::OtherRootKey { path, found, expected });
        }
        let key = Arc::new(key);
        self.lock().insert(version, Arc::clone(&key));
        Ok(key)
    }
}

/// A flush may take long: never on the threads that everything else runs on.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| VaultError::KeyFileIo { path: PathBuf::new(), detail: error.to_string() })?
}
