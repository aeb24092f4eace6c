//! Store, host, catalog, intake and engine wired as the server wires them, and what tests do with them.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use throughline_domain::id::RunId;
use throughline_domain::permission::PermissionSet;
use throughline_domain::run::RunState;
use throughline_domain::run::event::RunEvent;
use throughline_domain::time::Timestamp;
use throughline_engine::command::{NewConnection, ResolveRequest};
use throughline_engine::{CommandError, Engine, EngineConfig, EngineParts, RunDetail};
use throughline_host::services::{Clock, Services, memory};
use throughline_host::{EnvAndFileSecrets, Host, HostConfig, inspect};
use throughline_intake::{Catalog, Intake};
use throughline_store::{
    EffectRow, EffectState, ExceptionStep, RunRow, RunStatus, Scope, Store, StoreError, StoreOptions,
};
use throughline_vault::Vault;

use crate::support::{Ground, MachineClock, MachineEntropy};

/// Who does things in tests.
pub(crate) const BY: &str = "tester";
/// The longest a run may take to get where a test expects it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(25);
/// Connectors that are installed everywhere; `code` takes longer and is installed where it is used.
const USUAL: [&str; 5] = ["accounting", "projects", "http", "throughline", "webhook"];

/// Runs each test on SQLite: what it is about never reaches the store.
macro_rules! on_sqlite {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::support::Ground::sqlite().await).await;
            })+
        }
    };
}
pub(crate) use on_sqlite;

/// Runs each test on both stores.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        crate::world::on_sqlite!($($test),+);
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::support::Ground::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_both;

/// One engine over a ground.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) host: Host,
    pub(crate) engine: Engine,
    pub(crate) intake: Intake,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) scope: Scope,
}

impl World {
    /// Everything, with the connectors installed, the connections made, and runs moving.
    pub(crate) async fn start(ground: &Ground) -> Self {
        let world = Box::pin(Self::open(ground)).await;
        Box::pin(world.furnish(ground, &USUAL)).await;
        world.engine.start().await.unwrap();
        world
    }

    /// With the sandbox for code besides.
    pub(crate) async fn start_with_code(ground: &Ground) -> Self {
        let world = Box::pin(Self::open(ground)).await;
        Box::pin(world.furnish(ground, &USUAL)).await;
        world.install(&["code"]).await;
        world.engine.start().await.unwrap();
        world
    }

    /// Opens what is there; no run moves before `engine.start()`.
    pub(crate) async fn open(ground: &Ground) -> Self {
        let store = open_store(ground).await;
        let clock = Arc::new(MachineClock);
        let entropy = Arc::new(MachineEntropy);
        let keys = ground.path().join("keys");
        std::fs::create_dir_all(&keys).unwrap();
        let vault =
            Vault::open(store.clone(), &keys, Arc::new(MachineEntropy), MachineClock.now()).await.unwrap();
        let services = Services {
            secrets: Arc::new(EnvAndFileSecrets),
            clock: clock.clone(),
            entropy: entropy.clone(),
            ..memory::services(Timestamp(0), 1)
        };
        let host = Host::new(HostConfig::new(cache(), [9; 32]), services).unwrap();
        let plugins = ground.path().join("plugins");
        let catalog = Arc::new(Catalog::new(store.clone(), host.clone(), clock.clone(), plugins));
        let front = (store.clone(), host.clone(), Arc::clone(&catalog));
        let intake = Intake::new(front, Arc::new(EnvAndFileSecrets), clock.clone(), entropy.clone());
        let config = EngineConfig {
            lease_ms: 1_500,
            poll_ms: 100,
            public_url: Some("https://runner.test/".to_owned()),
            ..EngineConfig::new([3; 32])
        };
        let engine = Engine::new(EngineParts {
            store: store.clone(),
            host: host.clone(),
            vault,
            catalog: Arc::clone(&catalog),
            intake: intake.clone(),
            mailer: Some(ground.mailer()),
            clock,
            entropy,
            config,
        });
        Self { store, host, engine, intake, catalog, scope: Scope::new("main").unwrap() }
    }

    /// Connectors, connections and opened ports, once a ground.
    pub(crate) async fn furnish(&self, ground: &Ground, connectors: &[&str]) {
        self.store.create_workspace(&self.scope, "Main", Timestamp::default()).await.unwrap();
        self.install(connectors).await;
        for simulator in [&ground.accounting, &ground.projects] {
            let range = format!("127.0.0.1/32:{}", simulator.address.port());
            self.engine.grant_egress(&self.scope, &range, "the test's own system", BY).await.unwrap();
            self.connect(ground, simulator.kind().as_str(), simulator.kind().as_str(), &simulator.url())
                .await;
        }
        self.connect(ground, "any", "http", &ground.accounting.url()).await;
    }

    /// Installs connectors of the bundle.
    pub(crate) async fn install(&self, connectors: &[&str]) {
        // One process compiles, the others find it in the cache they share.
        let lock = File::create(cache().with_extension("lock")).unwrap();
        let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await.unwrap().unwrap();
        for connector in connectors {
            let file = throughline_test_support::bundle().join("plugins").join(format!("{connector}.wasm"));
            let wasm = std::fs::read(&file)
                .unwrap_or_else(|error| panic!("{}: {error}: run `make plugins` first", file.display()));
            let consent = PermissionSet::of(&inspect(&wasm).unwrap().manifest).hash();
            self.engine.install_plugin(wasm, Some(&consent), BY).await.unwrap();
        }
        drop(lock);
    }

    /// A connection with the token of the simulators.
    pub(crate) async fn connect(&self, ground: &Ground, name: &str, connector: &str, url: &str) {
        let new = connection(ground, name, connector, url);
        self.engine.create_connection(&self.scope, new, BY).await.unwrap();
    }

    /// The same once more, as if somebody had typed it in again.
    pub(crate) async fn connect_again(&self, ground: &Ground, name: &str, connector: &str, url: &str) {
        let new = connection(ground, name, connector, url);
        self.engine.replace_connection(&self.scope, new, BY).await.unwrap();
    }

    /// Publishes a workflow of these nodes, started by hand. Each line of `nodes` is an entry of the list.
    pub(crate) async fn publish(&self, id: &str, nodes: &str) -> u32 {
        self.publish_text(&text(id, "on: throughline.manual", nodes)).await
    }

    /// Publishes a text.
    pub(crate) async fn publish_text(&self, text: &str) -> u32 {
        match self.engine.publish_workflow(&self.scope, text, BY).await {
            Ok(published) => published.version,
            Err(CommandError::Problems(problems)) => panic!("{text}\n{problems:#?}"),
            Err(error) => panic!("{error}"),
        }
    }

    /// Starts a run.
    pub(crate) async fn run(&self, workflow: &str, event: Value) -> RunId {
        self.engine.start_run(&self.scope, workflow, event, None, BY).await.unwrap().run_id
    }

    /// Waits until a run has a status; then its row must be what its log folds to.
    pub(crate) async fn until(&self, run: &RunId, status: RunStatus) -> RunRow {
        let began = tokio::time::Instant::now();
        loop {
            let row = self.store.get_run(&self.scope, run).await.unwrap().unwrap();
            if row.status == status {
                if row.ended_at.is_some() {
                    self.check_fold(run).await;
                }
                return row;
            }
            if row.ended_at.is_some() || began.elapsed() > PATIENCE {
                let log = self.store.load_log(&self.scope, run).await.unwrap();
                let log: Vec<String> = log.iter().map(|entry| format!("{:?}", entry.event)).collect();
                panic!("run {run} is {:?}, not {status:?}:\n{}", row.status, log.join("\n"));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Until it has ended well; its output.
    pub(crate) async fn succeeded(&self, run: &RunId) -> RunDetail {
        self.until(run, RunStatus::Succeeded).await;
        self.detail(run).await
    }

    /// The log of an ended run folds to what its row says.
    async fn check_fold(&self, run: &RunId) {
        let row = self.store.get_run(&self.scope, run).await.unwrap().unwrap();
        let log = self.store.load_log(&self.scope, run).await.unwrap();
        let Some(RunEvent::RunStarted(started)) = log.first().map(|entry| &entry.event) else {
            panic!("no start")
        };
        let version =
            self.catalog.version(&self.scope, &row.workflow, row.version, &started.plugins).await.unwrap();
        let mut state = RunState::new();
        for entry in &log {
            state.apply(entry, &version).unwrap();
        }
        assert_eq!(json!(state.status()), json!(row.status.as_str()), "{run}");
        assert_eq!(state.seq(), row.last_seq, "{run}");
        assert_eq!(Some(state.end().unwrap().at), row.ended_at, "{run}");
        assert!(state.open_exceptions().is_empty(), "{run}");
        let open = self.open_exceptions(run).await;
        assert!(open.is_empty(), "an ended run has open exceptions: {open:#?}");
        let effects = self.effects(run).await;
        assert!(effects.iter().all(|effect| effect.state != EffectState::Intended), "{effects:#?}");
    }

    pub(crate) async fn detail(&self, run: &RunId) -> RunDetail {
        self.engine.run_detail(&self.scope, run).await.unwrap()
    }

    pub(crate) async fn effects(&self, run: &RunId) -> Vec<EffectRow> {
        self.store.list_effects(&self.scope, run).await.unwrap()
    }

    pub(crate) async fn open_exceptions(&self, run: &RunId) -> Vec<ExceptionStep> {
        let all = self.store.exceptions_of_run(&self.scope, run).await.unwrap();
        all.into_iter().filter(|exception| exception.resolved_at.is_none()).collect()
    }

    /// The exception a run opens.
    pub(crate) async fn exception(&self, run: &RunId) -> ExceptionStep {
        let began = tokio::time::Instant::now();
        loop {
            if let Some(exception) = self.open_exceptions(run).await.pop() {
                return exception;
            }
            let log = if began.elapsed() > PATIENCE { self.detail(run).await.log } else { Vec::new() };
            assert!(log.is_empty(), "run {run} opened no exception: {log:#?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Resolves an exception; the run must take it.
    pub(crate) async fn resolve(&self, exception: &ExceptionStep, request: Value) {
        let request: ResolveRequest = serde_json::from_value(request).unwrap();
        self.engine.resolve_exception(&self.scope, &exception.exception, request, BY).await.unwrap();
    }

    /// The exception a step waited on, once it is over.
    pub(crate) async fn over(&self, step: &ExceptionStep) -> throughline_store::ExceptionRow {
        let began = tokio::time::Instant::now();
        loop {
            let row = self.store.get_exception(&self.scope, &step.exception).await.unwrap().unwrap();
            if row.resolved_at.is_some() {
                return row;
            }
            assert!(began.elapsed() < PATIENCE, "{row:#?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The refusal of a resolution.
    pub(crate) async fn refused(&self, exception: &ExceptionStep, request: Value) -> String {
        let request: ResolveRequest = serde_json::from_value(request).unwrap();
        let refused = self.engine.resolve_exception(&self.scope, &exception.exception, request, BY).await;
        refused.unwrap_err().to_string()
    }

    /// Stops in order.
    pub(crate) async fn stop(self) {
        assert!(self.engine.drain(Duration::from_secs(10)).await, "the engine did not drain");
        self.store.close().await;
    }

    /// The output of a step, read from the blob store where it is there.
    pub(crate) async fn output(&self, detail: &RunDetail, path: &str) -> Value {
        let step = detail.steps.iter().find(|step| step.path.0 == path);
        let step = step.unwrap_or_else(|| panic!("no step {path}: {:#?}", detail.steps));
        let output = step.output.as_ref().unwrap_or_else(|| panic!("no output: {step:#?}"));
        self.engine.load_payload(&self.scope, output).await.unwrap()
    }
}

/// The folder of compiled connectors that all tests share.
pub(crate) fn cache() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("engine-plugins")
}

/// Opens the store; after a crash its lock may take a moment to fall.
async fn open_store(ground: &Ground) -> Store {
    let began = tokio::time::Instant::now();
    loop {
        match Store::open(StoreOptions::new(ground.location())).await {
            Ok(store) => return store,
            Err(StoreError::Busy(_) | StoreError::Locked { .. }) if began.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// A whole text around a trigger and nodes.
pub(crate) fn text(id: &str, trigger: &str, nodes: &str) -> String {
    let nodes: Vec<String> = nodes.lines().map(|line| format!("  {}\n", line.trim_end())).collect();
    let nodes = nodes.concat();
    format!(
        "workflow: {id}\nowner: team:ops\nsource: desk\ntrigger: {{ id: start, {trigger} }}\nnodes:\n{nodes}\
         exceptions: {{ owner: team:ops, backup: person:boss, due: 1 business day }}\n\
         log: {{ retention: 90d }}\nreview: {{ stage: live }}\n"
    )
}

/// A node that creates an invoice; `more` is what else it says: `, next: done`.
pub(crate) fn invoice(more: &str) -> String {
    format!(
        "- {{ id: invoice, action: accounting.create_invoice, connection: accounting, with: {{ customer: cus_0001, \
         lines: [ {{ description: Work, quantity: \"1\", unit_price: \"10.00\" }} ] }}{more} }}"
    )
}

/// A node that pays an invoice.
pub(crate) fn pay(more: &str) -> String {
    format!(
        "- {{ id: pay, action: accounting.record_payment, connection: accounting, \
         with: {{ invoice: \"{{{{ event.invoice }}}}\", amount: \"10.00\" }}{more} }}"
    )
}

/// A node that pays it through a connector that cannot look the payment up.
pub(crate) fn pay_blind(more: &str) -> String {
    format!(
        "- {{ id: pay, action: http.write_once, connection: any, with: {{ path: /v1/payments, \
         body: {{ json: {{ invoice_id: \"{{{{ event.invoice }}}}\", amount: \"10.00\" }} }} }}{more} }}"
    )
}

/// A connection with the token of the simulators.
fn connection(ground: &Ground, name: &str, connector: &str, url: &str) -> NewConnection {
    let (slot, auth) =
        if connector == "http" { ("bearer", json!("bearer")) } else { ("default", json!(null)) };
    let mut settings = serde_json::Map::from_iter([("base_url".to_owned(), json!(url))]);
    if !auth.is_null() {
        settings.insert("auth".to_owned(), auth);
    }
    NewConnection {
        name: name.to_owned(),
        connector: connector.to_owned(),
        settings,
        secrets: [(format!("{slot}.token"), format!("file:{}", ground.token_file().display()))].into(),
    }
}
