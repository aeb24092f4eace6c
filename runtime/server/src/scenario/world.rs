//! What a scenario is played on: a server in this process, and the systems.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use throughline_domain::exception::batch::HOLD_MS;
use throughline_domain::id::PersonId;
use throughline_domain::permission::PermissionSet;
use throughline_domain::time::Timestamp;
use throughline_host::services::Clock;
use throughline_simulators::{Kind, LedgerEntry, Simulator, SimulatorOptions};
use tower::ServiceExt;

use super::file::{Person, SystemCall};
use super::people::{People, nobody};
use super::power::Power;
use super::{SetClock, Trial};
use crate::bundle::Bundle;
use crate::client::Client;
use crate::config::Settings;
use crate::data_dir::{DataDir, Locked, private_dir, random, write_private};
use crate::error::{CliError, Result, codes};
use crate::plugin::{install, of_host};
use crate::stack::Stack;

pub(super) const WORKSPACE: &str = "scenario";
/// How long the server may take to come to rest after something happened, of the machine's time.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a world is made of.
pub(super) struct Ground<'a> {
    pub(super) start: Timestamp,
    pub(super) kinds: &'a [Kind],
    pub(super) texts: &'a [String],
    /// What is compiled is kept there for the next one.
    pub(super) compiled: &'a Path,
    pub(super) trial: Trial,
}

/// Everything, running.
pub(super) struct World {
    power: Power,
    clock: SetClock,
    systems: BTreeMap<Kind, Simulator>,
    people: People,
    http: reqwest::Client,
    token: String,
    folder: TempDir,
}

/// Headers and body.
type With<'a> = (&'a BTreeMap<String, String>, &'a Value);
static NOTHING: BTreeMap<String, String> = BTreeMap::new();

pub(super) fn failed(what: impl std::fmt::Display) -> CliError {
    CliError::refused(codes::SCENARIO, what.to_string())
}

impl World {
    /// A server with the connectors that the texts name, and the systems with a connection to each.
    pub(super) async fn start(ground: Ground<'_>, settings: &Settings) -> Result<Self> {
        let folder = tempfile::tempdir().map_err(failed)?;
        let clock = SetClock::at(ground.start);
        let token = hex::encode(random::<32>()?);
        let file = folder.path().join("token");
        write_private(&file, token.as_bytes())?;
        let mut systems = BTreeMap::new();
        for kind in ground.kinds {
            let clock = clock.clone();
            let options = SimulatorOptions {
                dir: folder.path().join(kind.as_str()),
                listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                token: token.clone(),
                clock: Arc::new(move || clock.now().0),
            };
            systems.insert(*kind, throughline_simulators::start(*kind, options).await.map_err(failed)?);
        }
        let settings = with_mail(settings, systems.get(&Kind::Mail), &file);
        let locked = DataDir::new(&folder.path().join("data")).lock()?;
        share_compiled(&locked, ground.compiled)?;
        let power = Box::pin(Power::on(clock.clone(), locked, settings.clone(), ground.trial)).await?;
        power.admin().post("/workspaces", &json!({ "workspace": WORKSPACE })).await?;
        let http =
            reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().map_err(failed)?;
        let world = Self { power, clock, systems, people: People::new(), http, token, folder };
        world.install(ground.texts, &settings).await?;
        world.connect().await?;
        Ok(world)
    }

    /// The API of the workspace, as whoever holds the data directory.
    pub(super) fn client(&self) -> Client {
        self.power.admin().in_workspace(WORKSPACE)
    }

    /// The token of the data directory.
    pub(super) fn admin(&self) -> &str {
        self.power.token()
    }

    /// The server that runs now.
    pub(super) fn stack(&self) -> &Stack {
        self.power.stack()
    }

    /// Somebody of the scenario.
    pub(super) fn person(&self, handle: &str) -> Result<&(Person, PersonId)> {
        self.people.get(handle).ok_or_else(|| nobody(handle))
    }

    /// Somebody is there.
    pub(super) fn keep(&mut self, one: Person, person: PersonId) {
        self.people.insert(one.handle.clone(), (one, person));
    }

    /// The server ends without a word, and starts again.
    pub(super) async fn cut(&mut self) -> Result<()> {
        self.power.cut().await
    }

    /// Commits since then, where it was not cut.
    pub(super) fn commits(&self) -> u64 {
        self.power.commits()
    }

    /// From now on a trial counts commits.
    pub(super) fn arm(&mut self) {
        self.power.arm();
    }

    /// How often it did.
    pub(super) const fn cuts(&self) -> u32 {
        self.power.cuts()
    }

    async fn install(&self, texts: &[String], settings: &Settings) -> Result<()> {
        for file in Bundle::find(settings.optional("plugins.bundle"))?.plugins()? {
            let bytes =
                std::fs::read(&file).map_err(|error| failed(format!("{}: {error}", file.display())))?;
            let manifest = throughline_host::inspect(&bytes).map_err(of_host)?.manifest;
            let name = format!("{}.", manifest.id);
            let is_named = texts.iter().any(|text| text.contains(&name));
            if is_named || self.systems.keys().any(|kind| kind.as_str() == manifest.id) {
                install::install(&self.client(), bytes, &PermissionSet::of(&manifest)).await?;
            }
        }
        Ok(())
    }

    /// A connection to each system, called like it.
    async fn connect(&self) -> Result<()> {
        let file = self.folder.path().join("token");
        let hook = self.folder.path().join("hook");
        write_private(&hook, self.hook_secret().as_bytes())?;
        for (kind, system) in &self.systems {
            let range = format!("127.0.0.1/32:{}", system.address.port());
            self.client()
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
            self.client().post("/connections", &connection).await?;
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
        let row = self.client().post("/workflows", &json!({ "name": name, "text": text })).await?;
        let workflow = row["workflow"].as_str().unwrap_or_default();
        if self.systems.contains_key(&Kind::Projects) && text.contains("on: projects.") {
            let body = json!({ "url": format!("{}/hooks/{WORKSPACE}/{workflow}", self.power.hooks()), "secret": self.hook_secret() });
            self.request(Kind::Projects, "POST", "/v1/webhooks", (&NOTHING, &body)).await?;
        }
        Ok(())
    }

    /// The time there.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets it be this time: what has become due happens.
    pub(super) async fn pass_to(&mut self, time: Timestamp) -> Result<()> {
        let told = self.held_until().await?.is_some_and(|until| until <= time);
        self.clock.set(time);
        if told || self.is_due().await? {
            self.stack().engine().look_again();
        }
        self.stack().intake().fire_due().await.map_err(failed)?;
        while self.stack().intake().poll_due(self.power.stop_token()).await > 0 {}
        // Most polls bring nothing.
        let idle = !told && !self.is_at_work().await? && !self.stack().engine().is_tending();
        if idle { Ok(()) } else { self.rest().await }
    }

    /// When something becomes due by itself.
    pub(super) async fn next_due(&self) -> Result<Option<Timestamp>> {
        let store = self.stack().store();
        let polled =
            [store.next_poll_all().await.map_err(failed)?, store.next_schedule_all().await.map_err(failed)?];
        let others = [self.due().await?, self.held_until().await?];
        Ok(polled.into_iter().chain(others).flatten().min())
    }

    /// When what people are to be told has been held for long enough; nothing: it was told, or waits for a digest.
    async fn held_until(&self) -> Result<Option<Timestamp>> {
        let (store, mut oldest) = (self.stack().store(), None::<Timestamp>);
        for due in store.due_notices_all(Timestamp(i64::MAX), false, 1_000).await.map_err(failed)? {
            let first = store.notices_for(&due.scope, &due.recipient, false, 1).await.map_err(failed)?;
            oldest = oldest.into_iter().chain(first.first().map(|notice| notice.made_at)).min();
        }
        Ok(oldest.map(|oldest| oldest.plus_ms(HOLD_MS)).filter(|until| *until > self.now()))
    }

    /// When the engine has something to do by itself.
    async fn due(&self) -> Result<Option<Timestamp>> {
        let store = self.stack().store();
        let due = [
            store.next_due_all().await.map_err(failed)?,
            store.next_mail_all().await.map_err(failed)?,
            store.next_exception_look_all().await.map_err(failed)?,
            store.next_proposal_all().await.map_err(failed)?,
        ];
        Ok(due.into_iter().flatten().min())
    }

    async fn is_due(&self) -> Result<bool> {
        Ok(self.due().await?.is_some_and(|due| due <= self.now()))
    }

    /// Waits until nothing moves: no run is driven, none is due, nobody is owed an event, a mail or a look.
    pub(super) async fn rest(&mut self) -> Result<()> {
        let until = tokio::time::Instant::now() + PATIENCE;
        let mut quiet = 0;
        while quiet < 2 {
            quiet = if self.is_moving().await? { 0 } else { quiet + 1 };
            if tokio::time::Instant::now() > until {
                return Err(failed("the runs do not come to rest within a minute"));
            }
            self.power.revive().await?;
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        Ok(())
    }

    async fn is_moving(&self) -> Result<bool> {
        let engine = self.stack().engine();
        engine.tend_exceptions().await.map_err(failed)?;
        Ok(self.is_at_work().await? || engine.is_tending() || self.owes().await?)
    }

    /// Is something due, or driven? A run that is claimed between two of these looks is driven at the second, and what
    /// the end of one made due is seen at the third.
    async fn is_at_work(&self) -> Result<bool> {
        Ok(self.is_due().await? || self.stack().engine().is_driving() || self.is_due().await?)
    }

    /// Projects announces completed jobs in its own time.
    async fn owes(&self) -> Result<bool> {
        if !self.systems.contains_key(&Kind::Projects) {
            return Ok(false);
        }
        let pending =
            self.request(Kind::Projects, "GET", "/_sim/deliveries", (&NOTHING, &Value::Null)).await?;
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
        let response = match self.stack().router().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.map_err(failed)?.to_bytes();
        Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    /// What an event brought.
    pub(super) async fn payload(&self, event: &str) -> Result<Value> {
        let scope = throughline_store::Scope::new(WORKSPACE).map_err(failed)?;
        let event = event.parse().map_err(|_| failed(format!("`{event}` is no event")))?;
        let payload = self.stack().store().event_payload(&scope, &event).await.map_err(failed)?;
        let payload = payload.ok_or_else(|| failed(format!("{event} is gone")))?;
        serde_json::from_slice(&payload).map_err(failed)
    }

    /// Somebody's work in a system.
    pub(super) async fn work(&self, call: &SystemCall) -> Result<()> {
        let (method, path) = match (&call.post, &call.patch) {
            (Some(path), None) => ("POST", path),
            (None, Some(path)) => ("PATCH", path),
            _ => return Err(failed(format!("a call to {} is either a post or a patch", call.system))),
        };
        self.request(call.system, method, path, (&call.headers, &call.body)).await.map(drop)
    }

    /// What a list of a system holds.
    pub(super) async fn list(&self, kind: Kind, path: &str) -> Result<Vec<Value>> {
        let found = self.request(kind, "GET", path, (&NOTHING, &Value::Null)).await?;
        found["items"].as_array().cloned().ok_or_else(|| failed(format!("{kind} {path} is no list: {found}")))
    }

    async fn request(
        &self,
        kind: Kind,
        method: &str,
        path: &str,
        (headers, body): With<'_>,
    ) -> Result<Value> {
        let system = self.system(kind)?;
        let method = reqwest::Method::from_bytes(method.as_bytes()).map_err(failed)?;
        let mut request =
            self.http.request(method, format!("{}{path}", system.url())).bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(name, value);
        }
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
        self.power.off().await?;
        for system in self.systems.into_values() {
            system.stop().await;
        }
        Ok(())
    }
}

/// Mail to people goes to the simulated mail service, if there is one.
fn with_mail(settings: &Settings, mail: Option<&Simulator>, password: &Path) -> Settings {
    match mail.and_then(|mail| mail.smtp) {
        None => settings.clone(),
        Some(smtp) => crate::mail::to_simulator(settings, smtp, password),
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

/// Where a file is that a scenario names.
pub(super) fn beside(scenario: &Path, file: &Path) -> PathBuf {
    scenario.parent().unwrap_or(Path::new(".")).join(file)
}
