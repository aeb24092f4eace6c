//! Blobs in a folder: `{folder}/{workspace}/{first two of the hash}/{hash}`.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use futures::future::BoxFuture;

use super::BlobStore;
use crate::error::{Result, StoreError};
use crate::scope::Scope;
use throughline_domain::time::Timestamp;

/// Blobs in a local folder.
#[derive(Clone, Debug)]
pub struct FolderBlobs {
    folder: PathBuf,
    /// Held while a file gets its name or loses it, so that a sweep never removes what was just put again.
    naming: Arc<Mutex<()>>,
}

impl FolderBlobs {
    /// Blobs under this folder; it is created when the first one is stored.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, naming: Arc::default() }
    }

    fn path(&self, scope: &Scope, sha256: &str) -> Result<PathBuf> {
        // The hash comes out of stored data: it must not lead elsewhere.
        if sha256.len() != 64 || !sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(StoreError::BlobMissing(sha256.to_owned()));
        }
        Ok(self.folder.join(scope.as_str()).join(&sha256[..2]).join(sha256))
    }
}

fn failed(path: &Path, error: &std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull => StoreError::Full,
        _ => StoreError::Directory { path: path.to_owned(), detail: error.to_string() },
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| StoreError::Database(format!("blob work died: {e}")))?
}

impl BlobStore for FolderBlobs {
    fn put(&self, scope: &Scope, sha256: &str, bytes: Vec<u8>) -> BoxFuture<'static, Result<()>> {
        let (path, root, naming) = (self.path(scope, sha256), self.folder.clone(), Arc::clone(&self.naming));
        Box::pin(async move {
            let path = path?;
            blocking(move || write(&root, &path, &bytes, &naming).map_err(|e| failed(&path, &e))).await
        })
    }

    fn get(&self, scope: &Scope, sha256: &str) -> BoxFuture<'static, Result<Option<Vec<u8>>>> {
        let path = self.path(scope, sha256);
        Box::pin(async move {
            let path = path?;
            blocking(move || match std::fs::read(&path) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
                Err(e) => Err(failed(&path, &e)),
            })
            .await
        })
    }

    fn delete(&self, scope: &Scope, sha256: &str, before: Timestamp) -> BoxFuture<'static, Result<()>> {
        let (path, naming) = (self.path(scope, sha256), Arc::clone(&self.naming));
        Box::pin(async move {
            let path = path?;
            blocking(move || remove(&path, before, &naming).map_err(|e| failed(&path, &e))).await
        })
    }
}

fn remove(path: &Path, before: Timestamp, naming: &Mutex<()>) -> std::io::Result<()> {
    let _named = naming.lock().unwrap_or_else(PoisonError::into_inner);
    let put = match std::fs::metadata(path) {
        Ok(found) => found.modified()?,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(e),
    };
    let before = UNIX_EPOCH + Duration::from_micros(before.0.max(0).cast_unsigned());
    if put < before { std::fs::remove_file(path) } else { Ok(()) }
}

/// A temporary file, synced, renamed; then the folders that name it are synced. A power cut leaves the whole file
/// or none.
fn write(root: &Path, path: &Path, bytes: &[u8], naming: &Mutex<()>) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(root);
    std::fs::create_dir_all(folder)?;
    let (temporary, mut file) = tempfile_in(folder, path)?;
    fail::fail_point!("store.before_blob_write", |_| std::process::abort());
    file.write_all(bytes)?;
    file.sync_all()?;
    fail::fail_point!("store.before_blob_rename", |_| std::process::abort());
    {
        let _named = naming.lock().unwrap_or_else(PoisonError::into_inner);
        // Also when it is there already: its age says when it was last put.
        std::fs::rename(&temporary, path)?;
    }
    fail::fail_point!("store.after_blob_rename", |_| std::process::abort());
    sync_folders(root, path)
}

fn tempfile_in(folder: &Path, path: &Path) -> std::io::Result<(PathBuf, File)> {
    use std::sync::atomic::{AtomicU64, Ordering};
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let unique = format!(".{name}.{}.{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let temporary = folder.join(unique);
    File::create(&temporary).map(|file| (temporary, file))
}

fn sync_folders(root: &Path, path: &Path) -> std::io::Result<()> {
    for folder in path.ancestors().skip(1) {
        File::open(folder)?.sync_all()?;
        if folder == root {
            break;
        }
    }
    // The folder itself may be new in the data directory.
    root.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}
