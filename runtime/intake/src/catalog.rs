//! What intake and engine look up for every event and every call, kept ready: compiled versions, loaded plugins,
//! connections and opened address ranges.

mod compile;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use throughline_domain::expression::Compiled;
use throughline_domain::failure::{Failure, FailureKind};
use throughline_domain::run::Version;
use throughline_domain::run::decision::ChildCall;
use throughline_domain::run::event::{Entry, Payload, RunEvent, RunStarted};
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::Workflow;
use throughline_host::services::Clock;
use throughline_host::{Connection, EgressPolicy, Host, HostError, Plugin};
use throughline_store::{EventKind, NewRun, PageRequest, Scope, Store, StoreError, WorkflowState};

/// Milliseconds that a connection, a grant or the current version is believed without asking the store again.
const FRESH_MS: u64 = 1_000;
/// Compiled versions kept ready.
const MAX_VERSIONS: usize = 2_000;

/// Plugin digests by connector.
pub type Plugins = BTreeMap<String, String>;

/// Why something could not be looked up.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// There is no such workflow, or it is not published.
    #[error("there is no published workflow `{0}`: publish it first")]
    NoWorkflow(String),
    /// A stored version does not read: written by a newer release, or changed from outside.
    #[error("version {version} of workflow `{workflow}` cannot be read: {words}")]
    BadVersion {
        /// Workflow.
        workflow: String,
        /// Version.
        version: u32,
        /// Why.
        words: String,
    },
    /// There is no active connection of this name.
    #[error("there is no connection `{0}`: create it, or name another one in the workflow")]
    NoConnection(String),
    /// A stored connection does not read.
    #[error("connection `{name}` cannot be read: {words}")]
    BadConnection {
        /// Name.
        name: String,
        /// Why.
        words: String,
    },
    /// The plugin's bytes are not where they were installed.
    #[error("the plugin {digest} is not here any more ({words}): install it again")]
    NoPlugin {
        /// Digest.
        digest: String,
        /// Why.
        words: String,
    },
    /// The plugin cannot be loaded.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CatalogError {
    /// Page under `docs/errors`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoWorkflow(_) => "TL0209",
            Self::BadVersion { .. } => "TL0210",
            Self::NoConnection(_) => "TL0447",
            Self::BadConnection { .. } => "TL0448",
            Self::NoPlugin { .. } => "TL0441",
            Self::Host(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// What it means for a step: what may be back soon is waited for, the rest goes to a person.
    pub fn into_failure(self) -> Failure {
        let failure = Failure::permanent(self.code(), self.to_string());
        match self {
            Self::Store(_) | Self::NoPlugin { .. } | Self::Host(_) => {
                Failure { kind: FailureKind::Unavailable { after_ms: Some(30_000) }, ..failure }
            }
            Self::NoWorkflow(_)
            | Self::BadVersion { .. }
            | Self::NoConnection(_)
            | Self::BadConnection { .. } => failure,
        }
    }
}

/// A published version and the plugins its next run will be pinned to.
#[derive(Clone, Debug)]
pub struct Current {
    /// The version.
    pub version: Version,
    /// Digests of the connectors it uses.
    pub plugins: Arc<Plugins>,
    /// Its templates, read once: the trigger's dedupe key and the run's keys are evaluated with them.
    pub templates: Arc<Compiled>,
}

type VersionKey = (Scope, String, u32, Plugins);
/// Looked up by workspace and name, believed for a moment.
type FreshMap<K, T> = Mutex<HashMap<K, Fresh<T>>>;

/// Looks things up once; cheap to share.
pub struct Catalog {
    store: Store,
    host: Host,
    clock: Arc<dyn Clock>,
    plugin_dir: PathBuf,
    versions: Mutex<HashMap<VersionKey, Version>>,
    current: FreshMap<(Scope, String), Current>,
    plugins: Mutex<HashMap<String, Arc<Plugin>>>,
    connections: FreshMap<(Scope, String), Known>,
    egress: FreshMap<Scope, Arc<EgressPolicy>>,
    listeners: FreshMap<(Scope, String), Arc<[String]>>,
    routes: FreshMap<(Scope, EventKind, String), Route>,
}

/// Where a path of webhooks or forms leads, or a mail address.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    /// Workflow.
    pub(crate) workflow: String,
    /// It takes events now.
    pub(crate) active: bool,
}

/// A connection, and whether live writes may go over it by themselves.
#[derive(Clone)]
struct Known {
    connection: Arc<Connection>,
    agreed: bool,
}

struct Fresh<T> {
    value: T,
    until: Timestamp,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Catalog {
    /// An empty catalog. `plugin_dir` holds the installed components, one file a digest.
    pub fn new(store: Store, host: Host, clock: Arc<dyn Clock>, plugin_dir: PathBuf) -> Self {
        Self {
            store,
            host,
            clock,
            plugin_dir,
            versions: Mutex::default(),
            current: Mutex::default(),
            plugins: Mutex::default(),
            connections: Mutex::default(),
            egress: Mutex::default(),
            listeners: Mutex::default(),
            routes: Mutex::default(),
        }
    }

    /// Where an installed component is.
    pub fn plugin_file(&self, digest: &str) -> PathBuf {
        self.plugin_dir.join(format!("{}.wasm", digest.trim_start_matches("sha256:")))
    }

    /// Forgets what a command of this process just changed.
    pub fn forget(&self) {
        lock(&self.current).clear();
        lock(&self.connections).clear();
        lock(&self.egress).clear();
        lock(&self.listeners).clear();
        lock(&self.routes).clear();
    }

    fn fresh<K: std::hash::Hash + Eq, T: Clone>(&self, map: &FreshMap<K, T>, key: &K) -> Option<T> {
        let now = self.clock.now();
        lock(map).get(key).filter(|fresh| fresh.until > now).map(|fresh| fresh.value.clone())
    }

    fn keep<K: std::hash::Hash + Eq, T: Clone>(&self, map: &FreshMap<K, T>, key: K, value: &T) {
        let until = self.clock.now().plus_ms(FRESH_MS);
        lock(map).insert(key, Fresh { value: value.clone(), until });
    }

    /// The current version of a workflow.
    pub async fn current(&self, scope: &Scope, workflow: &str) -> Result<Current, CatalogError> {
        let key = (scope.clone(), workflow.to_owned());
        if let Some(current) = self.fresh(&self.current, &key) {
            return Ok(current);
        }
        let row = self.store.get_workflow(scope, workflow).await?;
        let row = row
            .filter(|row| row.state != WorkflowState::Unpublished)
            .ok_or_else(|| CatalogError::NoWorkflow(workflow.to_owned()))?;
        let last = lock(&self.current).get(&key).map(|last| last.value.clone());
        let current = match last {
            // Only what a new run would be pinned to may have changed: the text of a version never does.
            Some(last)
                if last.version.number() == row.version
                    && self.digests(last.version.workflow()).await? == *last.plugins =>
            {
                last
            }
            Some(_) | None => self.pinned(scope, workflow, row.version).await?,
        };
        self.keep(&self.current, key, &current);
        Ok(current)
    }

    /// The workflow that listens on a path of webhooks or forms, or at a mail address; `None` where nobody does.
    pub(crate) async fn route(
        &self,
        scope: &Scope,
        kind: EventKind,
        path: &str,
    ) -> Result<Option<Route>, CatalogError> {
        let key = (scope.clone(), kind, path.to_owned());
        if let Some(route) = self.fresh(&self.routes, &key) {
            return Ok(Some(route));
        }
        let Some(row) = self.store.route(scope, kind, path).await? else { return Ok(None) };
        let route = Route { workflow: row.workflow, active: row.active };
        self.keep(&self.routes, key, &route);
        Ok(Some(route))
    }

    /// A version with the plugins that a new run on it would be pinned to.
    pub async fn pinned(&self, scope: &Scope, workflow: &str, version: u32) -> Result<Current, CatalogError> {
        let definition = self.definition(scope, workflow, version).await?;
        let plugins = Arc::new(self.digests(&definition).await?);
        let templates = Compiled::new(&definition);
        let version = self.compile(scope, definition, version, &plugins).await?;
        Ok(Current { version, plugins, templates })
    }

    /// The published workflows of a workspace, by id: what calls are checked against.
    pub async fn published(&self, scope: &Scope) -> Result<BTreeMap<String, Workflow>, CatalogError> {
        let mut published = BTreeMap::new();
        let mut page = PageRequest::first(throughline_store::MAX_PAGE);
        loop {
            let rows = self.store.list_workflows(scope, &page).await?;
            for row in rows.items.into_iter().filter(|row| row.state != WorkflowState::Unpublished) {
                // One that does not read is not there to be called.
                if let Ok(definition) = self.definition(scope, &row.workflow, row.version).await {
                    published.insert(row.workflow, definition);
                }
            }
            match rows.next {
                Some(next) => page.after = Some(next),
                None => return Ok(published),
            }
        }
    }

    /// A version as a run is pinned to it.
    pub async fn version(
        &self,
        scope: &Scope,
        workflow: &str,
        version: u32,
        plugins: &Plugins,
    ) -> Result<Version, CatalogError> {
        let key = (scope.clone(), workflow.to_owned(), version, plugins.clone());
        if let Some(version) = lock(&self.versions).get(&key) {
            return Ok(version.clone());
        }
        let definition = self.definition(scope, workflow, version).await?;
        self.compile(scope, definition, version, plugins).await
    }

    /// A plugin, loaded on first use.
    pub async fn plugin(&self, digest: &str) -> Result<Arc<Plugin>, CatalogError> {
        if let Some(plugin) = lock(&self.plugins).get(digest) {
            return Ok(Arc::clone(plugin));
        }
        let path = self.plugin_file(digest);
        let wasm = tokio::fs::read(&path).await.map_err(|error| CatalogError::NoPlugin {
            digest: digest.to_owned(),
            words: error.to_string(),
        })?;
        let plugin = self.host.load(&wasm).await?;
        if plugin.digest().as_str() != digest {
            let words = "the file does not have this digest".to_owned();
            return Err(CatalogError::NoPlugin { digest: digest.to_owned(), words });
        }
        lock(&self.plugins).insert(digest.to_owned(), Arc::clone(&plugin));
        Ok(plugin)
    }

    /// The active connection of this name.
    pub async fn connection(&self, scope: &Scope, name: &str) -> Result<Arc<Connection>, CatalogError> {
        Ok(self.known(scope, name).await?.connection)
    }

    /// Live writes may go over this connection by themselves: nobody has signed in as another account since somebody
    /// agreed to it.
    pub async fn is_agreed(&self, scope: &Scope, name: &str) -> Result<bool, CatalogError> {
        Ok(self.known(scope, name).await?.agreed)
    }

    async fn known(&self, scope: &Scope, name: &str) -> Result<Known, CatalogError> {
        let key = (scope.clone(), name.to_owned());
        if let Some(known) = self.fresh(&self.connections, &key) {
            return Ok(known);
        }
        let row = self.store.connection_by_name(scope, name).await?;
        let row = row.ok_or_else(|| CatalogError::NoConnection(name.to_owned()))?;
        let bad = |error: serde_json::Error| CatalogError::BadConnection {
            name: name.to_owned(),
            words: error.to_string(),
        };
        let agreed = row.is_agreed();
        let connection = Arc::new(Connection {
            id: row.connection.to_string(),
            connector: row.connector,
            public: serde_json::from_slice(&row.settings).map_err(bad)?,
            secrets: serde_json::from_slice(&row.secrets).map_err(bad)?,
            bound_to: row.bound_to,
        });
        let known = Known { connection, agreed };
        self.keep(&self.connections, key, &known);
        Ok(known)
    }

    /// Address ranges that were opened to a workspace.
    pub async fn egress(&self, scope: &Scope) -> Result<Arc<EgressPolicy>, CatalogError> {
        if let Some(policy) = self.fresh(&self.egress, scope) {
            return Ok(policy);
        }
        let grants = self.store.list_egress_grants(scope).await?;
        let open_ranges = grants
            .iter()
            .filter_map(|grant| {
                let ports = if grant.ports.is_empty() { "*" } else { &grant.ports };
                // What does not read opens nothing.
                format!("{}:{ports}", grant.cidr).parse().ok()
            })
            .collect();
        let policy = Arc::new(EgressPolicy { open_ranges });
        self.keep(&self.egress, scope.clone(), &policy);
        Ok(policy)
    }

    /// The workflows that listen to an internal event now.
    pub async fn listeners(&self, scope: &Scope, event_type: &str) -> Result<Arc<[String]>, CatalogError> {
        let key = (scope.clone(), event_type.to_owned());
        if let Some(listeners) = self.fresh(&self.listeners, &key) {
            return Ok(listeners);
        }
        let rows = self.store.listeners(scope, event_type).await?;
        let listeners: Arc<[String]> =
            rows.into_iter().filter(|row| row.active).map(|row| row.workflow).collect();
        self.keep(&self.listeners, key, &listeners);
        Ok(listeners)
    }

    /// The run that a `call` step creates: the callee's version is pinned here, at the call.
    pub async fn child_run(
        &self,
        scope: &Scope,
        call: &ChildCall,
        now: Timestamp,
    ) -> Result<NewRun, CatalogError> {
        let current = self.current(scope, &call.workflow).await?;
        let mut started = started(&current, call.run.clone(), Payload::Inline(call.input.clone()));
        started.parent = Some(call.parent.clone());
        started.depth = call.depth;
        started.requested_by.clone_from(&call.requested_by);
        let keys = crate::accept::keys(&current, &call.input, &serde_json::Map::new(), now);
        Ok(NewRun {
            id: call.run.clone(),
            workflow: call.workflow.clone(),
            version: current.version.number(),
            // A child with a key that cannot be evaluated runs all the same, without it.
            keys: keys.unwrap_or_default(),
            first_entries: vec![Entry { seq: 1, at: now, event: RunEvent::RunStarted(Box::new(started)) }],
            reply_wanted: false,
            event: None,
            parent: Some(call.parent.clone()),
            retry_of: None,
            created_at: now,
        })
    }
}

/// The first entry of a run on the current version.
pub(crate) fn started(current: &Current, run: throughline_domain::id::RunId, input: Payload) -> RunStarted {
    let workflow = current.version.workflow();
    RunStarted {
        run,
        workflow: workflow.id.clone(),
        version: current.version.number(),
        event: None,
        input,
        vars: workflow.vars.clone(),
        plugins: current.plugins.as_ref().clone(),
        parent: None,
        depth: 0,
        retry_of: None,
        copied: Vec::new(),
        edited: None,
        reply_wanted: false,
        requested_by: std::collections::BTreeSet::new(),
    }
}
