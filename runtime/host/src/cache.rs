//! Compiled plugins on disk. A file here is native code: nothing is mapped without a MAC that fits.

use std::fs::File;
use std::hash::{Hash, Hasher};
use std::io::Read;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::error::HostError;
use crate::inspect::Digest;

/// Changes when the files' form changes.
const FORM: &str = "throughline-aot-1";

/// Numbers scratch directories of this process.
static SCRATCH: AtomicU64 = AtomicU64::new(0);

/// The directory of compiled plugins.
#[derive(Debug)]
pub(crate) struct Cache {
    dir: PathBuf,
    key: [u8; 32],
    engine_hash: String,
}

impl Cache {
    /// Makes the directory if needed, and closes it to others.
    pub(crate) fn open(dir: &Path, key: [u8; 32], engine: &Engine) -> Result<Self, HostError> {
        use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
        let failed = |error: std::io::Error| cache_error(dir, &error);
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(failed)?;
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700)).map_err(failed)?;
        let cache = Self { dir: dir.to_owned(), key, engine_hash: engine_hash(engine) };
        cache.remove_orphans();
        Ok(cache)
    }

    /// Scratch directories of processes that are gone.
    fn remove_orphans(&self) {
        for entry in std::fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let owner = name.to_str().and_then(|name| name.strip_prefix("tmp-")?.split_once('-'));
            if owner.is_some_and(|(process, _)| !Path::new("/proc").join(process).exists()) {
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
    }

    fn path(&self, digest: &Digest, extension: &str) -> PathBuf {
        self.dir.join(format!("{}-{}.{extension}", digest.hex(), self.engine_hash))
    }

    /// A scratch directory that removes itself, on the same file system.
    pub(crate) fn scratch(&self) -> Result<Scratch, HostError> {
        loop {
            let number = SCRATCH.fetch_add(1, Ordering::Relaxed);
            let path = self.dir.join(format!("tmp-{}-{number}", std::process::id()));
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Scratch(path)),
                // Left by a process that died and had our id.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(cache_error(&path, &error)),
            }
        }
    }

    /// The compiled plugin, if there is one whose MAC fits and which this engine made.
    pub(crate) fn load(&self, engine: &Engine, digest: &Digest) -> Option<Component> {
        match self.read(engine, digest)? {
            Ok(component) => Some(component),
            Err(reason) => {
                tracing::warn!(plugin.digest = %digest, reason, "a compiled plugin is not used; it is compiled again");
                None
            }
        }
    }

    /// Nothing if there is no such file; words if there is one that must not be used.
    fn read(&self, engine: &Engine, digest: &Digest) -> Option<Result<Component, String>> {
        let path = self.path(digest, "cwasm");
        let mut file = File::open(&path).ok()?;
        let expected = std::fs::read(self.path(digest, "mac")).ok()?;
        let mut native = Vec::new();
        file.read_to_end(&mut native).ok()?;
        if self.mac(digest, &native).verify_slice(&expected).is_err() {
            return Some(Err("it does not fit its MAC".into()));
        }
        drop(native);
        // The open file, not the path: between check and use another file may have taken the name.
        let checked = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        let source = if checked.exists() { checked } else { path };
        #[expect(
            unsafe_code,
            reason = "the bytes carry our MAC, so our own compiler wrote them; mode 0600 keeps others out"
        )]
        // SAFETY: see the reason above; the directory is ours alone and files are replaced, never changed.
        let component = unsafe { Component::deserialize_file(engine, &source) };
        Some(component.map_err(|error| format!("{error:#}")))
    }

    /// Writes native code and its MAC, each by rename, then maps it.
    pub(crate) fn store(
        &self,
        engine: &Engine,
        digest: &Digest,
        native: &[u8],
        scratch: &Scratch,
    ) -> Result<Component, HostError> {
        let mac = self.mac(digest, native).finalize().into_bytes();
        // A crash between the two renames leaves a pair that does not fit: compiled again, never run.
        fail::fail_point!("host.before_cache", |_| std::process::abort());
        write_and_rename(&scratch.0.join("mac"), &self.path(digest, "mac"), &mac)?;
        fail::fail_point!("host.between_cache_files", |_| std::process::abort());
        write_and_rename(&scratch.0.join("cwasm"), &self.path(digest, "cwasm"), native)?;
        self.read(engine, digest)
            .unwrap_or_else(|| Err("it could not be read back".into()))
            .map_err(|reason| HostError::Compile(format!("the native code cannot be used: {reason}")))
    }

    fn mac(&self, digest: &Digest, native: &[u8]) -> Hmac<Sha256> {
        // One block: HMAC takes shorter keys as if zeros followed.
        let mut block = [0_u8; 64];
        block[..self.key.len()].copy_from_slice(&self.key);
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
        for part in [FORM, digest.as_str(), &self.engine_hash] {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        mac.update(native);
        mac
    }
}

fn cache_error(path: &Path, error: &std::io::Error) -> HostError {
    HostError::Cache { path: path.display().to_string(), reason: error.to_string() }
}

fn write_and_rename(temporary: &Path, path: &Path, bytes: &[u8]) -> Result<(), HostError> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let write = || -> std::io::Result<()> {
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(temporary, path)
    };
    write().map_err(|error| cache_error(path, &error))
}

/// Scratch space; removed on drop.
#[derive(Debug)]
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Identity of compiler, version and settings: other native code must not be looked up under this name.
fn engine_hash(engine: &Engine) -> String {
    struct Collect(Sha256);
    impl Hasher for Collect {
        fn finish(&self) -> u64 {
            0
        }
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
    }
    let mut collect = Collect(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut collect);
    hex::encode(&collect.0.finalize()[..8])
}
