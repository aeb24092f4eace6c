//! The demo's systems: simulators in this process, their ports and their secrets.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use throughline_api::PracticeSystem;
use throughline_host::services::Clock;
use throughline_simulators::{Kind, LedgerEntry, Simulator, SimulatorError, SimulatorOptions, start};

use crate::config::Settings;
use crate::data_dir::{Locked, private_dir, random, write_private};
use crate::error::{CliError, Result, codes};
use crate::mail;
use crate::services::SystemClock;

const KINDS: [Kind; 4] = [Kind::Projects, Kind::Crm, Kind::Accounting, Kind::Mail];

struct System {
    simulator: Simulator,
    token: String,
    token_file: PathBuf,
}

/// All of them.
pub(crate) struct Systems {
    all: Vec<System>,
    webhook_secret: String,
    webhook_file: PathBuf,
    http: reqwest::Client,
}

fn failed(kind: Kind, error: impl std::fmt::Display) -> CliError {
    CliError::unavailable(codes::SIMULATOR, format!("the {kind} simulator: {error}"))
        .hint("its state is in the data directory under demo/; another --data starts afresh")
}

impl Systems {
    /// Starts them where they were before, else on free ports; adds the demo records that are missing.
    pub(crate) async fn start(locked: &Locked) -> Result<Self> {
        let folder = locked.dir().join("demo");
        private_dir(&folder)?;
        let ports_file = folder.join("ports.json");
        let known: Value = std::fs::read(&ports_file)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        let mut systems = Vec::new();
        for kind in KINDS {
            let port = known[kind.as_str()].as_u64().and_then(|port| u16::try_from(port).ok()).unwrap_or(0);
            let (token_file, token) =
                secret(locked, &format!("demo-{kind}.token"), || Ok(hex::encode(random::<32>()?)))?;
            let simulator = simulator(kind, folder.join(kind.as_str()), port, &token).await?;
            simulator.seed().await.map_err(|error| failed(kind, error))?;
            systems.push(System { simulator, token, token_file });
        }
        let ports: Map<String, Value> = systems
            .iter()
            .map(|system| (system.simulator.kind().to_string(), json!(system.simulator.address.port())))
            .collect();
        if known != Value::Object(ports.clone()) {
            write_private(&ports_file, Value::Object(ports).to_string().as_bytes())?;
        }
        let (webhook_file, webhook_secret) = secret(locked, "demo-webhook.secret", || {
            Ok(format!("whsec_{}", STANDARD.encode(random::<32>()?)))
        })?;
        let http = reqwest::Client::builder().no_proxy().timeout(std::time::Duration::from_secs(10)).build();
        let http = http.map_err(|error| failed(Kind::Projects, error))?;
        Ok(Self { all: systems, webhook_secret, webhook_file, http })
    }

    /// Mail to people goes to the mail simulator, unless a mail server is set.
    pub(crate) fn with_mail(&self, settings: &Settings) -> Result<Settings> {
        let system = self.of(Kind::Mail)?;
        match system.simulator.smtp {
            Some(smtp) if settings.optional("mail.server").is_none() => {
                Ok(mail::to_simulator(settings, smtp, &system.token_file))
            }
            Some(_) | None => Ok(settings.clone()),
        }
    }

    /// The file that the token of one is in.
    pub(super) fn token_file(&self, kind: Kind) -> Result<&std::path::Path> {
        Ok(&self.of(kind)?.token_file)
    }

    fn of(&self, kind: Kind) -> Result<&System> {
        self.all
            .iter()
            .find(|system| system.simulator.kind() == kind)
            .ok_or_else(|| failed(kind, "is not running"))
    }

    /// Address of one, for people.
    pub(super) fn urls(&self) -> Vec<(Kind, String)> {
        self.all.iter().map(|system| (system.simulator.kind(), system.simulator.url())).collect()
    }

    /// Address of this one.
    pub(super) fn url(&self, kind: Kind) -> String {
        self.of(kind).map(|system| system.simulator.url()).unwrap_or_default()
    }

    /// The ranges to open: this machine, their ports.
    pub(super) fn ranges(&self) -> Vec<String> {
        self.all.iter().map(|system| range(&system.simulator)).collect()
    }

    /// How a workspace is connected to each.
    pub(crate) fn to_connect(&self) -> Vec<PracticeSystem> {
        let of = |system: &System| {
            let kind = system.simulator.kind();
            let mut secrets = BTreeMap::from([("default.token".to_owned(), shown(&system.token_file))]);
            if kind == Kind::Projects {
                secrets.insert("webhook.secret".to_owned(), shown(&self.webhook_file));
            }
            PracticeSystem {
                connector: kind.as_str().to_owned(),
                base_url: system.simulator.url(),
                range: range(&system.simulator),
                secrets,
            }
        };
        self.all.iter().map(of).collect()
    }

    /// Has completed jobs announced at this path of the server too, and nowhere at an address that it had before.
    pub(crate) async fn subscribe(&self, server: &str, path: &str) -> Result<()> {
        let there = self.call(Kind::Projects, "GET", "/v1/webhooks", None).await?;
        let url = format!("{server}{path}");
        let is_ours = |old: &&Value| {
            old["url"]
                .as_str()
                .and_then(|url| url.strip_prefix(server))
                .is_some_and(|path| path.starts_with('/'))
        };
        for old in there["items"].as_array().into_iter().flatten().filter(|old| !is_ours(old)) {
            let id = old["id"].as_str().unwrap_or_default();
            self.call(Kind::Projects, "DELETE", &format!("/v1/webhooks/{id}"), None).await?;
        }
        if there["items"].as_array().is_some_and(|items| items.iter().any(|item| item["url"] == url.as_str()))
        {
            return Ok(());
        }
        let body = json!({ "url": url, "secret": self.webhook_secret });
        self.call(Kind::Projects, "POST", "/v1/webhooks", Some(body)).await.map(drop)
    }

    /// A call as that system's own users make it.
    pub(crate) async fn call(
        &self,
        kind: Kind,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value> {
        let system = self.of(kind)?;
        let method = reqwest::Method::from_bytes(method.as_bytes()).map_err(|error| failed(kind, error))?;
        let request =
            self.http.request(method, format!("{}{path}", system.simulator.url())).bearer_auth(&system.token);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let response = request.send().await.map_err(|error| failed(kind, error))?;
        let status = response.status();
        let text = response.text().await.map_err(|error| failed(kind, error))?;
        if !status.is_success() {
            return Err(failed(kind, format!("{path} answers {status}: {text}")));
        }
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// What a system was asked, call by call.
    pub(super) async fn ledger(&self, kind: Kind) -> Result<Vec<LedgerEntry>> {
        self.of(kind)?.simulator.ledger().await.map_err(|error| failed(kind, error))
    }

    /// Stops all of them.
    pub(crate) async fn stop(&self) {
        for system in &self.all {
            system.simulator.stop().await;
        }
    }
}

fn range(simulator: &Simulator) -> String {
    format!("127.0.0.1/32:{}", simulator.address.port())
}

fn shown(path: &std::path::Path) -> String {
    path.display().to_string()
}

/// A secret of the demo as a file that connections refer to, absolute.
fn secret(locked: &Locked, name: &str, make: impl FnOnce() -> Result<String>) -> Result<(PathBuf, String)> {
    let (path, text) = locked.ensure_text(name, make)?;
    let path = std::path::absolute(&path)
        .map_err(|error| CliError::unavailable(codes::DATA_DIR, format!("{}: {error}", path.display())))?;
    Ok((path, text))
}

async fn simulator(kind: Kind, dir: PathBuf, port: u16, token: &str) -> Result<Simulator> {
    let options = |port| SimulatorOptions {
        dir: dir.clone(),
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        token: token.to_owned(),
        clock: Arc::new(|| SystemClock.now().0),
    };
    match start(kind, options(port)).await {
        // Somebody else has the port now: any other does as well, connection and grant follow it.
        Err(SimulatorError::Listen { .. }) if port != 0 => start(kind, options(0)).await,
        started => started,
    }
    .map_err(|error| failed(kind, error))
}
