//! A simulator in a temporary folder, a clock to turn by hand, and short forms of HTTP calls.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use reqwest::{Client, Method, Response};
use serde_json::Value;
use tempfile::TempDir;
use throughline_simulators::{FailureMode, FailureSpec, Kind, Simulator, SimulatorError, SimulatorOptions};

pub(crate) const TOKEN: &str = "a token for tests";
const START: i64 = 1_700_000_000_000_000;

pub(crate) struct Bench {
    pub(crate) dir: TempDir,
    pub(crate) sim: Simulator,
    pub(crate) clock: Arc<AtomicI64>,
    pub(crate) client: Client,
}

/// What came back: status, body (`null` if none) and whether it was a replay.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) headers: reqwest::header::HeaderMap,
}

pub(crate) fn client() -> Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .build()
        .unwrap()
}

pub(crate) async fn start_in(
    kind: Kind,
    dir: &Path,
    clock: &Arc<AtomicI64>,
) -> Result<Simulator, SimulatorError> {
    let clock = Arc::clone(clock);
    let options = SimulatorOptions {
        dir: dir.to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        token: TOKEN.to_owned(),
        clock: Arc::new(move || clock.load(Ordering::SeqCst)),
    };
    throughline_simulators::start(kind, options).await
}

impl Bench {
    pub(crate) async fn new(kind: Kind) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(START));
        let sim = start_in(kind, dir.path(), &clock).await.unwrap();
        Self { dir, sim, clock, client: client() }
    }

    /// Stops the simulator and starts it on the same folder.
    pub(crate) async fn restart(self) -> Self {
        let Self { dir, sim, clock, client } = self;
        let kind = sim.kind();
        sim.stop().await;
        let sim = start_in(kind, dir.path(), &clock).await.unwrap();
        Self { dir, sim, clock, client }
    }

    pub(crate) fn advance(&self, time: Duration) {
        self.clock.fetch_add(i64::try_from(time.as_micros()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.sim.url())).bearer_auth(TOKEN)
    }

    pub(crate) async fn get(&self, path: &str) -> Got {
        read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Got {
        read(self.request(Method::POST, path).json(body).send().await.unwrap()).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Got {
        read(self.request(Method::PATCH, path).json(body).send().await.unwrap()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Got {
        read(self.request(Method::DELETE, path).send().await.unwrap()).await
    }

    pub(crate) async fn post_with_key(&self, path: &str, key: &str, body: &Value) -> Got {
        let request = self.request(Method::POST, path).header("Idempotency-Key", key).json(body);
        read(request.send().await.unwrap()).await
    }

    pub(crate) fn fail(&self, mode: FailureMode) {
        self.sim.set_failure(FailureSpec::next(mode)).unwrap();
    }

    /// How many items a list has.
    pub(crate) async fn count(&self, path: &str) -> usize {
        self.get(path).await.items().len()
    }
}

pub(crate) async fn read(response: Response) -> Got {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let bytes = response.bytes().await.unwrap();
    let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
    Got { status, body, headers }
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn items(&self) -> &[Value] {
        self.body["items"].as_array().unwrap()
    }

    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap()
    }

    /// The fields with issues, in order.
    pub(crate) fn issues(&self) -> Vec<&str> {
        let issues = self.body["issues"].as_array().unwrap();
        issues.iter().map(|issue| issue["field"].as_str().unwrap()).collect()
    }
}
