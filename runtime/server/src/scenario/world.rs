//! What a scenario is played on: a server in this process, and the systems.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use throughline_domain::permission::PermissionSet;
use throughline_domain::time::Timestamp;
use throughline_host::services::Clock;
use throughline_simulators::{Kind, LedgerEntry, Simulator, SimulatorOptions};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::SetClock;
use super::file::SystemCall;
use crate::bundle::Bundle;
use crate::client::Client;
use crate::config::Settings;
use crate::data_dir::{DataDir, Locked, private_dir, random, write_private};
use crate::error::{CliError, Result, codes};
use crate::plugin::{install, of_host};
use crate::stack::Stack;

const WORKSPACE: &str = "scenario";
/// How long the server may take to come to rest after something happened, of the machine's time.
const PATIENCE: Duration = Duration::from_mins(1);

/// Everything, running.
pub(super) struct World {
    pub(super) client: Client,
    stack: Stack,
    clock: SetClock,
    systems: BTreeMap<Kind, Simulator>,
    http: reqwest::Client,
    token: String,
    /// Where systems reach the server.
    hooks: String,
    stop: CancellationToken,
    folder: TempDir,
}

pub(super) fn failed(what: impl std::fmt::Display) -> CliError {
    CliError::refused(codes::SCENARIO, what.to_string())
}

impl World {
    /// A server with the connectors that the texts name, and the systems with a connection to each. What is compiled is
    /// kept in `compiled` for the next one.
    pub(super) async fn start(
        at: Timestamp,
        kinds: &[Kind],
        texts: &[String],
        compiled: &Path,
        settings: &Settings,
    ) -> Result<Self> {
        let folder = tempfile::tempdir().map_err(failed)?;
        let clock = SetClock::at(at);
        let locked = DataDir::new(&folder.path().join("data")).lock()?;
        share_compiled(&locked, compiled)?;
        let admin = locked.ensure_admin_token()?;
        let stack = Stack::start_at(clock.clone(), locked, settings).await?;
        let client = Client::in_process(stack.router(), admin.clone(), None);
        client.post("/workspaces", &json!({ "workspace": WORKSPACE })).await?;
        let client = client.in_workspace(WORKSPACE);
        let token = hex::encode(random::<32>()?);
        let mut systems = BTreeMap::new();
        for kind in kinds {
            let clock = clock.clone();
            let options = SimulatorOptions {
                dir: folder.path().join(kind.as_str()),
                listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                token: token.clone(),
                clock: Arc::new(move || clock.now().0),
            };
            systems.insert(*kind, throughline_simulators::start(*kind, options).await.map_err(failed)?);
        }
        let http =
            reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().map_err(failed)?;
        let stop = CancellationToken::new();
        let hooks = listen(stack.router(), stop.clone()).await?;
        let world = Self { client, stack, clock, systems, http, token, hooks, stop, folder };
        world.install(texts, settings).await?;
        world.connect().await?;
        Ok(world)
    }

    async fn install(&self, texts: &[String], settings: &Settings) -> Result<()> {
        for file in Bundle::find(settings.optional("plugins.bundle"))?.plugins()? {
            let bytes =
                std::fs::read(&file).map_err(|error| failed(format!("{}: {error}", file.display())))?;
            let manifest = throughline_host::inspect(&bytes).map_err(of_host)?.manifest;
            let name = format!("{}.", manifest.id);
            let is_named = texts.iter().any(|text| text.contains(&name));
            if is_named || self.systems.keys().any(|kind| kind.as_str() == manifest.id) {
                install::install(&self.client, bytes, &PermissionSet::of(&manifest)).await?;
            }
        }
        Ok(())
    }

    /// A connection to each system, called like it.
    async fn connect(&self) -> Result<()> {
        let file = self.folder.path().join("token");
        write_private(&file, self.token.as_bytes())?;
        let hook = self.folder.path().join("hook");
        write_private(&hook, self.hook_secret().as_bytes())?;
        for (kind, system) in &self.systems {
            let range = format!("127.0.0.1/32:{}", system.address.port());
            self.client
                .post("/grants", &json!({ "range": range, "reason": "the scenario's system" }))
                .await?;
            let mut secrets = json!({ "default.token": { "file": file } });
            if *kind == Kind::Projects {
                secrets["webhook.secret"] = json!({ "file": hook });
            }
            let settings = json!({ "base_url": system.url() });
            let connection = json!({
                "name": kind.as_str(), "connector": kind.as_str(), "settings": settings, "secrets": secrets,
            });
            self.client.post("/connections", &connection).await?;
        }
        Ok(())
    }

    /// Standard Webhooks want 24 bytes or more, in base64.
    fn hook_secret(&self) -> String {
        use base64::Engine;
        format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode(&self.token[..32]))
    }

    /// Publishes a workflow; what projects announces goes to it, if it listens.
    pub(super) async fn publish(&self, file: &Path, text: &str) -> Result<()> {
        let name = file.display().to_string();
        let row = self.client.post("/workflows", &json!({ "name": name, "text": text })).await?;
        let workflow = row["workflow"].as_str().unwrap_or_default();
        if self.systems.contains_key(&Kind::Projects) && text.contains("on: projects.") {
            let body = json!({ "url": format!("{}/hooks/{WORKSPACE}/{workflow}", self.hooks), "secret": self.hook_secret() });
            self.request(Kind::Projects, "POST", "/v1/webhooks", &body).await?;
        }
        Ok(())
    }

    /// The time there.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets it be this time: what has become due happens.
    pub(super) async fn pass_to(&self, time: Timestamp) -> Result<()> {
        self.clock.set(time);
        self.stack.engine().look_again();
        self.stack.intake().fire_due().await.map_err(failed)?;
        while self.stack.intake().poll_due(&self.stop).await > 0 {}
        // Most polls bring nothing.
        if self.is_moving().await? { self.rest().await } else { Ok(()) }
    }

    /// When something becomes due by itself.
    pub(super) async fn next_due(&self) -> Result<Option<Timestamp>> {
        let store = self.stack.store();
        let due = [
            store.next_due_all().await.map_err(failed)?,
            store.next_poll_all().await.map_err(failed)?,
            store.next_schedule_all().await.map_err(failed)?,
            store.next_mail_all().await.map_err(failed)?,
        ];
        Ok(due.into_iter().flatten().min())
    }

    /// Waits until nothing moves: no run is driven, none is due, and no system owes anybody an event.
    pub(super) async fn rest(&self) -> Result<()> {
        let until = tokio::time::Instant::now() + PATIENCE;
        let mut quiet = 0;
        while quiet < 2 {
            quiet = if self.is_moving().await? { 0 } else { quiet + 1 };
            if tokio::time::Instant::now() > until {
                return Err(failed("the runs do not come to rest within a minute"));
            }
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        Ok(())
    }

    async fn is_moving(&self) -> Result<bool> {
        let due = self.stack.store().next_due_all().await.map_err(failed)?;
        let is_due = due.is_some_and(|due| due <= self.now());
        Ok(self.stack.engine().active_runs() > 0 || is_due || self.owes().await?)
    }

    /// Projects announces completed jobs in its own time.
    async fn owes(&self) -> Result<bool> {
        if !self.systems.contains_key(&Kind::Projects) {
            return Ok(false);
        }
        let pending = self.request(Kind::Projects, "GET", "/_sim/deliveries", &Value::Null).await?;
        Ok(pending["pending"].as_u64().unwrap_or(0) > 0)
    }

    /// A webhook as its sender makes it: status and answer.
    pub(super) async fn webhook(
        &self,
        path: &str,
        headers: &BTreeMap<String, String>,
        body: &Value,
    ) -> Result<(u16, Value)> {
        let mut request = http::Request::post(format!("/hooks/{WORKSPACE}/{path}"))
            .header("host", "localhost")
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body.to_string())).map_err(failed)?;
        let response = match self.stack.router().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.map_err(failed)?.to_bytes();
        Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    /// Somebody's work in a system.
    pub(super) async fn work(&self, call: &SystemCall) -> Result<()> {
        let (method, path) = match (&call.post, &call.patch) {
            (Some(path), None) => ("POST", path),
            (None, Some(path)) => ("PATCH", path),
            _ => return Err(failed(format!("a call to {} is either a post or a patch", call.system))),
        };
        self.request(call.system, method, path, &call.body).await.map(drop)
    }

    /// What a list of a system holds.
    pub(super) async fn list(&self, kind: Kind, path: &str) -> Result<Vec<Value>> {
        let found = self.request(kind, "GET", path, &Value::Null).await?;
        found["items"].as_array().cloned().ok_or_else(|| failed(format!("{kind} {path} is no list: {found}")))
    }

    async fn request(&self, kind: Kind, method: &str, path: &str, body: &Value) -> Result<Value> {
        let system = self.system(kind)?;
        let method = reqwest::Method::from_bytes(method.as_bytes()).map_err(failed)?;
        let mut request =
            self.http.request(method, format!("{}{path}", system.url())).bearer_auth(&self.token);
        if !body.is_null() {
            request = request.json(body);
        }
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        let text = response.text().await.map_err(failed)?;
        if !status.is_success() {
            return Err(failed(format!("{kind} answers {path} with {status}: {text}")));
        }
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// One of the systems.
    pub(super) fn system(&self, kind: Kind) -> Result<&Simulator> {
        self.systems.get(&kind).ok_or_else(|| failed(format!("{kind} is not among the scenario's systems")))
    }

    /// What a system was asked.
    pub(super) async fn ledger(&self, kind: Kind) -> Result<Vec<LedgerEntry>> {
        self.system(kind)?.ledger().await.map_err(failed)
    }

    /// Ends everything.
    pub(super) async fn stop(self) -> Result<()> {
        self.stop.cancel();
        self.stack.stop().await?;
        for system in self.systems.into_values() {
            system.stop().await;
        }
        Ok(())
    }
}

/// Compiled connectors outlive one scenario: they take longer than all else.
fn share_compiled(locked: &Locked, compiled: &Path) -> Result<()> {
    let (ours, shared) = (locked.dir().join("keys/cache.key"), compiled.join("cache.key"));
    private_dir(&locked.dir().join("keys"))?;
    if shared.exists() {
        std::fs::copy(&shared, &ours).map_err(failed)?;
    } else {
        locked.ensure_key("cache")?;
        std::fs::copy(&ours, &shared).map_err(failed)?;
    }
    let cache = compiled.join("cache");
    private_dir(&cache)?;
    std::os::unix::fs::symlink(cache, locked.dir().join("cache")).map_err(failed)
}

/// Serves what systems send of themselves; where.
async fn listen(router: Router, stop: CancellationToken) -> Result<String> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned());
    tokio::spawn(async move { serving.await });
    Ok(format!("http://localhost:{}", address.port()))
}

/// Where a file is that a scenario names.
pub(super) fn beside(scenario: &Path, file: &Path) -> PathBuf {
    scenario.parent().unwrap_or(Path::new(".")).join(file)
}
