//! The host: loads plugins and keeps what all calls share.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Semaphore, watch};
use wasmtime::Engine;
use wasmtime::component::{Component, Linker};

use crate::cache::Cache;
use crate::capability::CallState;
use crate::compile::compile;
use crate::config::HostConfig;
use crate::egress::client::EgressClient;
use crate::engine::server_engine;
use crate::error::HostError;
use crate::inspect::{self, Digest, Inspection};
use crate::plugin::{Plugin, linker};
use crate::quarantine::{Quarantine, Quarantined};
use crate::services::Services;

/// Loads plugins and calls them. Clones share everything; make one per process.
#[derive(Clone)]
pub struct Host(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) config: HostConfig,
    pub(crate) services: Services,
    pub(crate) egress: Arc<EgressClient>,
    pub(crate) quarantine: Quarantine,
    /// Places for instances: the pool has no more.
    pub(crate) places: Semaphore,
    linker: Linker<CallState>,
    cache: Cache,
    loaded: Mutex<HashMap<Digest, Weak<Plugin>>>,
    /// One compilation at a time: each may take gigabytes.
    compiling: tokio::sync::Mutex<()>,
}

/// Reading, hashing and mapping megabytes takes long enough to hold up all that shares the thread.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, HostError> + Send + 'static,
) -> Result<T, HostError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| HostError::Compile(error.to_string()))?
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("config", &self.0.config).finish_non_exhaustive()
    }
}

impl Host {
    /// Starts the engine, its epoch thread and the egress client, and opens the cache.
    pub fn new(config: HostConfig, services: Services) -> Result<Self, HostError> {
        let engine = server_engine(config.max_instances)?;
        let cache = Cache::open(&config.cache_dir, config.cache_key, &engine)?;
        let egress = Arc::new(EgressClient::new(&config, services.clone())?);
        Ok(Self(Arc::new(Inner {
            linker: linker(&engine)?,
            cache,
            egress,
            services,
            quarantine: Quarantine::default(),
            places: Semaphore::new(config.max_instances.max(1) as usize),
            loaded: Mutex::new(HashMap::new()),
            compiling: tokio::sync::Mutex::new(()),
            engine,
            config,
        })))
    }

    /// Loads a plugin: from the cache if its native code is there and genuine, else by compiling it.
    pub async fn load(&self, wasm: &[u8]) -> Result<Arc<Plugin>, HostError> {
        let wasm: Arc<[u8]> = wasm.into();
        match self.look(&wasm).await? {
            Some(plugin) => Ok(plugin),
            None => self.compile(&wasm).await,
        }
    }

    /// A plugin that is loaded, or whose native code is in the cache.
    async fn look(&self, wasm: &Arc<[u8]>) -> Result<Option<Arc<Plugin>>, HostError> {
        let (host, wasm) = (self.clone(), Arc::clone(wasm));
        aside(move || {
            let inspection = inspect::scan(&wasm)?;
            if let Some(plugin) = host.loaded(&inspection.digest) {
                return Ok(Some(plugin));
            }
            match host.0.cache.load(&host.0.engine, &inspection.digest) {
                Some(component) => host.keep(inspection, &component).map(Some),
                None => Ok(None),
            }
        })
        .await
    }

    fn loaded(&self, digest: &Digest) -> Option<Arc<Plugin>> {
        self.0.loaded.lock().unwrap_or_else(PoisonError::into_inner).get(digest)?.upgrade()
    }

    fn keep(&self, inspection: Inspection, component: &Component) -> Result<Arc<Plugin>, HostError> {
        let digest = inspection.digest.clone();
        let plugin = Arc::new(Plugin::new(inspection, component, &self.0.linker)?);
        let mut loaded = self.0.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded.retain(|_, weak| weak.strong_count() > 0);
        loaded.insert(digest, Arc::downgrade(&plugin));
        Ok(plugin)
    }

    async fn compile(&self, wasm: &Arc<[u8]>) -> Result<Arc<Plugin>, HostError> {
        let _one = self.0.compiling.lock().await;
        if let Some(plugin) = self.look(wasm).await? {
            return Ok(plugin);
        }
        let whole = Arc::clone(wasm);
        let inspection = aside(move || inspect::inspect(&whole)).await?;
        let scratch = self.0.cache.scratch()?;
        let native = compile(&self.0.config.compiler, &self.0.engine, wasm, &scratch.0).await?;
        let host = self.clone();
        aside(move || {
            let component = host.0.cache.store(&host.0.engine, &inspection.digest, &native, &scratch)?;
            host.keep(inspection, &component)
        })
        .await
    }

    /// Runs `describe` and compares its answer with the embedded manifest.
    pub async fn verify(&self, plugin: &Arc<Plugin>) -> Result<(), HostError> {
        let text = self.describe(plugin).await?;
        let said: serde_json::Value = serde_json::from_str(&text)
            .map_err(|error| HostError::ManifestDiffers(format!(" (it is not JSON: {error})")))?;
        let embedded: serde_json::Value = serde_json::from_str(plugin.manifest_json())
            .map_err(|error| HostError::Manifest(format!("is not JSON: {error}")))?;
        if said == embedded {
            Ok(())
        } else {
            Err(HostError::ManifestDiffers(first_difference(&said, &embedded)))
        }
    }

    /// Rises when a connector is set aside. The host keeps that in memory: whoever may write makes it last, and gives
    /// it back with [`Host::adopt_quarantine`].
    pub fn quarantine_changes(&self) -> watch::Receiver<u64> {
        self.0.quarantine.changes()
    }

    /// Takes over what was set aside before this process, or on another node.
    pub fn adopt_quarantine(&self, held: Quarantined) {
        self.0.quarantine.adopt(held);
    }

    /// Connectors set aside now.
    pub fn quarantined(&self) -> Vec<Quarantined> {
        let now = self.0.services.clock.now();
        self.quarantine_records().into_iter().filter(|held| now < held.until).collect()
    }

    /// The same, and those whose pause is over but for whom one more trap is still enough.
    pub fn quarantine_records(&self) -> Vec<Quarantined> {
        self.0.quarantine.list(self.0.services.clock.now())
    }

    /// Lets a connector run again; true if it was set aside or had traps counted.
    pub fn release(&self, digest: &Digest) -> bool {
        self.0.quarantine.clear(digest)
    }
}

fn first_difference(said: &serde_json::Value, embedded: &serde_json::Value) -> String {
    let (Some(said), Some(embedded)) = (said.as_object(), embedded.as_object()) else { return String::new() };
    let keys = said.keys().chain(embedded.keys());
    keys.filter(|key| said.get(*key) != embedded.get(*key))
        .map(|key| format!(" (at `{key}`)"))
        .next()
        .unwrap_or_default()
}
