//! A whole stack in this process, on SQLite in a folder of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use throughline_api::{Allocations, ApiConfig, ApiState, Parts};
use throughline_domain::time::Timestamp;
use throughline_engine::{Engine, EngineConfig, EngineParts};
use throughline_host::services::Clock;
use throughline_host::services::memory::{self, SeededEntropy};
use throughline_host::{EnvAndFileSecrets, Host, HostConfig};
use throughline_intake::{Catalog, Intake};
use throughline_store::{Location, NewPlugin, Scope, Store, StoreOptions};
use throughline_vault::{Random, Vault};
use tower::ServiceExt;

/// The admin token of every stack.
pub(crate) const ADMIN: &str = "tla_test";
/// When everything was put in place: 2026-01-05 09:00 UTC, a Monday.
const START: i64 = 1_767_603_600_000_000;

/// The machine's clock: leases and waits are compared with the database's, which is the same.
struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "a stack of its own, as the server wires one")]
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// Bytes that differ each time.
#[derive(Default)]
struct Bytes(AtomicU64);

impl Random for Bytes {
    fn fill(&self, buffer: &mut [u8]) -> throughline_vault::Result<()> {
        for chunk in buffer.chunks_mut(32) {
            let bytes = Sha256::digest(self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes());
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
        Ok(())
    }
}

/// A connector whose only trigger the runner makes itself: no code of it ever runs.
fn native(connector: &str, trigger: &str) -> NewPlugin {
    let triggers =
        serde_json::json!({ trigger: { "title": trigger, "kind": "native", "output": {}, "sample": {} } });
    let manifest = serde_json::json!({ "contract": "0.1", "id": connector, "version": "0.1.0", "name": connector, "triggers": triggers });
    NewPlugin {
        connector: connector.to_owned(),
        digest: format!("sha256:{}", hex::encode(Sha256::digest(connector))),
        version: "0.1.0".to_owned(),
        manifest: manifest.to_string().into_bytes(),
        permissions: Vec::new(),
        installed_at: Timestamp(START),
        installed_by: "test".to_owned(),
    }
}

/// Everything, running.
pub(crate) struct Stack {
    pub(crate) api: ApiState,
    pub(crate) engine: Engine,
    pub(crate) store: Store,
    router: Router,
    now: Arc<AtomicI64>,
    _dir: TempDir,
}

impl Stack {
    /// With the defaults.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// With other settings of the API.
    pub(crate) async fn with(change: impl FnOnce(&mut ApiConfig)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(StoreOptions::new(Location::Sqlite(dir.path().to_owned()))).await.unwrap();
        let now = Timestamp(START);
        store.create_workspace(&Scope::new("default").unwrap(), "Default", now).await.unwrap();
        let config = HostConfig::new(dir.path().join("cache"), [1; 32]);
        let host = Host::new(config, memory::services(now, 7)).unwrap();
        let clock = Arc::new(MachineClock);
        let entropy = Arc::new(SeededEntropy::new(11));
        let catalog =
            Arc::new(Catalog::new(store.clone(), host.clone(), clock.clone(), dir.path().join("plugins")));
        let front = (store.clone(), host.clone(), Arc::clone(&catalog));
        let intake = Intake::new(front, Arc::new(EnvAndFileSecrets), clock.clone(), entropy.clone());
        let keys = dir.path().join("keys");
        std::fs::create_dir(&keys).unwrap();
        let vault = Vault::open(store.clone(), &keys, Arc::new(Bytes::default()), now).await.unwrap();
        let engine = Engine::new(EngineParts {
            store: store.clone(),
            host,
            vault,
            catalog,
            intake: intake.clone(),
            mailer: None,
            clock,
            entropy,
            config: EngineConfig::new([2; 32]),
        });
        engine.start().await.unwrap();
        for (connector, trigger) in [("webhook", "received"), ("schedule", "tick"), ("form", "submitted")] {
            store.install_plugin(&native(connector, trigger)).await.unwrap();
        }
        let mut config = ApiConfig::new(([127, 0, 0, 1], 8790).into(), Sha256::digest(ADMIN).into());
        change(&mut config);
        let counter = AtomicU64::new(1);
        let random = move || Sha256::digest(counter.fetch_add(1, Ordering::Relaxed).to_be_bytes()).into();
        // As late as the engine's: what is old for its sweep must be old for the API.
        let clock = Arc::new(AtomicI64::new(MachineClock.now().0));
        let now = Arc::clone(&clock);
        let api = ApiState::new(Parts {
            config,
            store: store.clone(),
            engine: engine.clone(),
            intake,
            now: Arc::new(move || Timestamp(now.load(Ordering::Relaxed))),
            random: Arc::new(random),
            shipped: Arc::new(()),
            practice: None,
            allocations: Some(|| Allocations { count: 2, bytes: 640 }),
        });
        Self { router: throughline_api::router(api.clone()), api, engine, store, now: clock, _dir: dir }
    }

    /// Lets the API's time pass.
    pub(crate) fn pass(&self, ms: i64) {
        self.now.fetch_add(ms * 1000, Ordering::Relaxed);
    }

    /// The router itself, to be served.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// One request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// One request of the administrator; status and JSON.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = request(method, path).header(header::AUTHORIZATION, format!("Bearer {ADMIN}"));
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        read(self.send(request.body(body).unwrap()).await).await
    }

    /// A GET of the administrator that must succeed.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call("GET", path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    /// A POST of the administrator that must succeed.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call("POST", path, Some(body)).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    /// Publishes a workflow.
    pub(crate) async fn publish(&self, text: &str) {
        self.post("/api/v1/workflows", serde_json::json!({ "text": text })).await;
    }

    /// Looks at a run until it has a status.
    pub(crate) async fn until(&self, run: &str, status: &str) -> Value {
        for _ in 0..400 {
            let detail = self.get(&format!("/api/v1/runs/{run}")).await;
            if detail["status"] == status {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let detail = self.get(&format!("/api/v1/runs/{run}")).await;
        panic!("{run} is not {status}: {detail:#}");
    }
}

/// A request to this server.
pub(crate) fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder()
        .method(method.parse::<Method>().unwrap())
        .uri(path)
        .header(header::HOST, "localhost:8790")
}

/// Status and JSON of an answer; `Null` where it is not JSON.
pub(crate) async fn read(response: Response<Body>) -> (StatusCode, Value) {
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

/// The text of an answer.
pub(crate) async fn text(response: Response<Body>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

/// A workflow with a trigger and nodes, and everything else it needs.
pub(crate) fn workflow(id: &str, trigger: &str, nodes: &str, redact: &str) -> String {
    format!(
        "workflow: {id}\ntitle: The {id} workflow\nowner: team:ops\nsource: desk\ntrigger: {trigger}\n\
         keys: {{ who: \"{{{{ event.who }}}}\" }}\nnodes:\n{nodes}\n\
         exceptions: {{ owner: team:ops, backup: person:boss, due: 1 business day }}\n\
         log: {{ retention: 1y, redact: [ {redact} ] }}\n\
         review: {{ stage: live, tolerated_error: 1%, until: graduated }}\n"
    )
}

/// Started by hand; greets.
pub(crate) fn greet() -> String {
    let nodes = "  - { id: hello, set: { text: \"Hello {{ event.who }}\" } }";
    workflow("greet", "{ id: start, on: throughline.manual }", nodes, "")
}

impl Stack {
    /// Publishes a workflow in a workspace.
    pub(crate) async fn publish_in(&self, workspace: &str, text: &str) {
        self.post(&format!("/api/v1/workflows?workspace={workspace}"), serde_json::json!({ "text": text }))
            .await;
    }
}
