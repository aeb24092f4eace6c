//! Services that keep everything in the process: for tests, the plugin author's commands and examples.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use futures::FutureExt;
use futures::future::BoxFuture;
use throughline_domain::time::Timestamp;

use super::{
    BlobInfo, BlobSink, BlobStore, Clock, Entropy, SecretSource, SecretUse, ServiceError, Services,
    StateOwner, StateStore,
};
use crate::report::StateWrite;
use crate::secret::{Secret, SecretRef};

/// All five services in memory, at Unix time `now` and with the given seed.
pub fn services(now: Timestamp, seed: u64) -> Services {
    Services {
        secrets: Arc::new(FixedSecrets::default()),
        blobs: Arc::new(MemoryBlobs::default()),
        state: Arc::new(MemoryState::default()),
        clock: Arc::new(ManualClock::new(now)),
        entropy: Arc::new(SeededEntropy::new(seed)),
    }
}

/// A clock that moves only when told.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock at this time.
    pub const fn new(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Moves it by milliseconds.
    pub fn advance_ms(&self, ms: i64) {
        self.0.fetch_add(ms * 1000, Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
}

/// Repeatable bytes (SplitMix64): never for anything that must not be guessed.
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// Starts from a seed.
    pub const fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        for chunk in buffer.chunks_mut(8) {
            let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            chunk.copy_from_slice(&z.to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Secrets by the name in [`SecretRef::Stored`].
#[derive(Debug, Default)]
pub struct FixedSecrets(pub BTreeMap<String, Secret>);

impl SecretSource for FixedSecrets {
    fn resolve<'a>(
        &'a self,
        _workspace: &'a str,
        reference: &'a SecretRef,
        _wanted: SecretUse<'a>,
    ) -> BoxFuture<'a, Result<Secret, ServiceError>> {
        let found = match reference {
            SecretRef::Stored(name) => self.0.get(name).cloned(),
            SecretRef::Env(_) | SecretRef::File(_) => None,
        };
        async move { found.ok_or_else(|| ServiceError::NotFound("no such secret".into())) }.boxed()
    }
}

/// State in a map.
#[derive(Debug, Default)]
pub struct MemoryState(Mutex<BTreeMap<StateOwner, BTreeMap<String, String>>>);

impl MemoryState {
    /// Carries writes out, as the engine does when it commits.
    pub fn apply(&self, owner: &StateOwner, writes: &[StateWrite]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let map = all.entry(owner.clone()).or_default();
        for write in writes.iter().filter(|write| write.scope == owner.scope) {
            match &write.value {
                Some(value) => map.insert(write.key.clone(), value.clone()),
                None => map.remove(&write.key),
            };
        }
    }
}

impl StateStore for MemoryState {
    fn get<'a>(
        &'a self,
        owner: &'a StateOwner,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, ServiceError>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = all.get(owner).and_then(|map| map.get(key)).cloned();
        async move { Ok(found) }.boxed()
    }

    fn keys<'a>(&'a self, owner: &'a StateOwner) -> BoxFuture<'a, Result<Vec<String>, ServiceError>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = all.get(owner).map(|map| map.keys().cloned().collect()).unwrap_or_default();
        async move { Ok(keys) }.boxed()
    }
}

type BlobMap = Arc<Mutex<BTreeMap<(String, String), (BlobInfo, Bytes)>>>;

/// Blobs in a map.
#[derive(Debug, Default)]
pub struct MemoryBlobs {
    blobs: BlobMap,
    count: AtomicU64,
}

impl MemoryBlobs {
    fn find(&self, workspace: &str, reference: &str) -> Result<(BlobInfo, Bytes), ServiceError> {
        let blobs = self.blobs.lock().unwrap_or_else(PoisonError::into_inner);
        blobs
            .get(&(workspace.to_owned(), reference.to_owned()))
            .cloned()
            .ok_or_else(|| ServiceError::NotFound(format!("no blob {reference}")))
    }
}

impl BlobStore for MemoryBlobs {
    fn open<'a>(
        &'a self,
        workspace: &'a str,
        reference: &'a str,
    ) -> BoxFuture<'a, Result<BlobInfo, ServiceError>> {
        async move { self.find(workspace, reference).map(|(info, _)| info) }.boxed()
    }

    fn read<'a>(
        &'a self,
        workspace: &'a str,
        reference: &'a str,
        offset: u64,
        len: u32,
    ) -> BoxFuture<'a, Result<Bytes, ServiceError>> {
        async move {
            let (_, bytes) = self.find(workspace, reference)?;
            let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
            let end = start.saturating_add(len as usize).min(bytes.len());
            Ok(bytes.slice(start..end))
        }
        .boxed()
    }

    fn create<'a>(
        &'a self,
        workspace: &'a str,
        media_type: &'a str,
        name: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Box<dyn BlobSink>, ServiceError>> {
        let number = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        let sink = MemorySink {
            workspace: workspace.to_owned(),
            info: BlobInfo {
                reference: format!("blob-{number}"),
                size: 0,
                media_type: media_type.to_owned(),
                name: name.map(str::to_owned),
            },
            bytes: BytesMut::new(),
            blobs: Arc::clone(&self.blobs),
        };
        async move { Ok(Box::new(sink) as Box<dyn BlobSink>) }.boxed()
    }
}

struct MemorySink {
    workspace: String,
    info: BlobInfo,
    bytes: BytesMut,
    blobs: BlobMap,
}

impl BlobSink for MemorySink {
    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, Result<(), ServiceError>> {
        self.bytes.extend_from_slice(&chunk);
        async { Ok(()) }.boxed()
    }

    fn finish(mut self: Box<Self>) -> BoxFuture<'static, Result<BlobInfo, ServiceError>> {
        async move {
            self.info.size = self.bytes.len() as u64;
            let key = (self.workspace, self.info.reference.clone());
            let mut blobs = self.blobs.lock().unwrap_or_else(PoisonError::into_inner);
            blobs.insert(key, (self.info.clone(), self.bytes.freeze()));
            Ok(self.info)
        }
        .boxed()
    }
}
