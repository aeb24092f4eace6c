//! Hosts, connections and servers for the tests.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use futures::future::BoxFuture;
use serde_json::{Value, json};
use throughline_domain::time::Timestamp;
use throughline_host::contract::{RunInput, RunOutcome};
use throughline_host::services::memory::{
    FixedSecrets, ManualClock, MemoryBlobs, MemoryState, SeededEntropy,
};
use throughline_host::services::{SecretSource, SecretUse, ServiceError, Services};
use throughline_host::{
    Call, CallOutcome, Connection, EgressPolicy, Host, HostConfig, Plugin, Secret, SecretRef,
};

pub(crate) const TOKEN: &str = "canary-token-9f8e7d";
/// A Standard Webhooks secret whose key is `a key of 24 bytes, so..`.
pub(crate) const HOOK: &str = "whsec_YSBrZXkgb2YgMjQgYnl0ZXMsIHNvLi4=";

/// A host with its directory, clock and services.
pub(crate) struct Bench {
    pub(crate) host: Host,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) blobs: Arc<MemoryBlobs>,
    /// What secrets were asked for, in order.
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
    pub(crate) dir: tempfile::TempDir,
}

pub(crate) fn config(dir: &Path) -> HostConfig {
    HostConfig { max_instances: 8, ..HostConfig::new(dir.join("cache"), [7; 32]) }
}

pub(crate) fn bench() -> Bench {
    bench_with(|_| {})
}

pub(crate) fn bench_with(change: impl FnOnce(&mut HostConfig)) -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path());
    change(&mut config);
    let clock = Arc::new(ManualClock::new(Timestamp(1_700_000_000_000_000)));
    let blobs = Arc::new(MemoryBlobs::default());
    let secrets = FixedSecrets(BTreeMap::from([
        ("token".to_owned(), Secret::new(TOKEN)),
        ("hook".to_owned(), Secret::new(HOOK)),
    ]));
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let services = Services {
        secrets: Arc::new(NotedSecrets { fixed: secrets, asked: Arc::clone(&asked) }),
        blobs: blobs.clone(),
        state: Arc::new(MemoryState::default()),
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(1)),
    };
    Bench { host: Host::new(config, services).unwrap(), clock, blobs, asked, dir }
}

/// Secrets that note what each was asked for.
struct NotedSecrets {
    fixed: FixedSecrets,
    asked: Arc<Mutex<Vec<String>>>,
}

impl SecretSource for NotedSecrets {
    fn resolve<'a>(
        &'a self,
        workspace: &'a str,
        reference: &'a SecretRef,
        wanted: SecretUse<'a>,
    ) -> BoxFuture<'a, Result<Secret, ServiceError>> {
        self.asked.lock().unwrap().push(format!("{workspace}: {wanted:?}"));
        self.fixed.resolve(workspace, reference, wanted)
    }
}

impl Bench {
    pub(crate) async fn load(&self, wasm: &[u8]) -> Arc<Plugin> {
        throughline_host::inspect(wasm).unwrap();
        self.host.load(wasm).await.unwrap()
    }

    /// Loads a guest and runs its action `go` once.
    pub(crate) async fn go(&self, wasm: &[u8]) -> CallOutcome<RunOutcome> {
        let plugin = self.load(wasm).await;
        self.host.run(call(&plugin, "go"), RunInput::new(&json!({}))).await
    }

    /// The host still works: an honest guest gives its answer.
    pub(crate) async fn still_works(&self) {
        let honest =
            super::guests::action("honest", "read", "", "(call $done (i32.const 32778) (i32.const 4))");
        let outcome = self.go(&honest).await;
        assert_eq!(outcome.result.unwrap(), RunOutcome::Done { output: Value::Bool(true) });
    }
}

pub(crate) fn call(plugin: &Arc<Plugin>, operation: &str) -> Call {
    Call {
        idempotency_key: "key-1".into(),
        run_id: "run_1".into(),
        ..Call::new(Arc::clone(plugin), "demo", operation)
    }
}

/// Ranges that open one address to the call.
pub(crate) fn open(address: SocketAddr) -> Arc<EgressPolicy> {
    let range = format!("{}/32:{}", address.ip(), address.port());
    Arc::new(EgressPolicy { open_ranges: vec![range.parse().unwrap()] })
}

/// A connection whose `base_url` is this server, with the test's token in the slot `default`.
pub(crate) fn connection(address: SocketAddr) -> Arc<Connection> {
    Arc::new(Connection {
        id: "con_1".into(),
        connector: "relay".into(),
        public: json!({ "base_url": format!("http://{address}") }),
        secrets: BTreeMap::from([("default.token".into(), SecretRef::Stored("token".into()))]),
        bound_to: None,
    })
}

/// What a server saw of one request.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A real server on loopback that keeps what it saw.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

type Answer = Arc<dyn Fn(&Seen) -> Response + Send + Sync>;

impl Server {
    /// Starts a server whose answers come from a function.
    pub(crate) async fn start(answer: impl Fn(&Seen) -> Response + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { address: listener.local_addr().unwrap(), seen: Arc::default() };
        let state = (server.clone(), Arc::new(answer) as Answer);
        let app = Router::new().fallback(handle).with_state(state);
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        server
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn url(&self, path: &str) -> Value {
        Value::String(format!("http://{}{path}", self.address))
    }

    /// A relay's call with this server opened and connected.
    pub(crate) fn call(&self, plugin: &Arc<Plugin>, operation: &str) -> Call {
        Call {
            connection: Some(connection(self.address)),
            egress: open(self.address),
            ..call(plugin, operation)
        }
    }
}

async fn handle(State((server, answer)): State<(Server, Answer)>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
    let path = parts.uri.to_string();
    let seen = Seen { method: parts.method.to_string(), path, headers: parts.headers, body };
    let response = answer(&seen);
    server.seen.lock().unwrap().push(seen);
    response
}

/// A JSON answer.
pub(crate) fn reply(status: u16, body: impl Into<axum::body::Body>) -> Response {
    Response::builder().status(status).body(body.into()).unwrap()
}
