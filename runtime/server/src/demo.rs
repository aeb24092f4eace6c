//! `serve --demo`: a workspace with simulated systems, real connectors, a pack, and real events.
//!
//! Every part is looked for before it is made, so that a second start finds everything in place and is quick.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use throughline_domain::permission::PermissionSet;
use throughline_host::Digest;

use crate::bundle::Bundle;
use crate::client::Client;
use crate::command::read_text;
use crate::data_dir::{DataDir, Locked};
use crate::error::{CliError, Result, codes};
use crate::plugin::{install, lock, of_host};
use crate::progress;

mod decide;
mod events;
mod narrate;
mod people;
mod practice;
mod systems;

pub(crate) use decide::Decider;
pub(crate) use people::Player;
pub(crate) use practice::Beside;
pub(crate) use systems::Systems;

/// The demo's workspace.
pub(crate) const WORKSPACE: &str = "demo";
/// The pack it shows.
const PACK: &str = "invoice-readiness";
/// What the demo adds to the pack: its approver may decide about small amounts by code alone, so that the page of a mail can be
/// tried on a phone that nobody is signed in on.
const POLICY: &str = "\
# The demo's own: its approver decides about small amounts by a code from a mail.
approvals: { who: role:approver, code_alone: [ { person: person:ana, up_to: 1000 GBP, irreversible: true } ] }
";
/// Why the simulators' ports are open.
const GRANT_REASON: &str = "demo: the simulators on this machine";

/// True if the directory was served with the demo.
pub(crate) fn is_at(dir: &DataDir) -> bool {
    dir.join("demo/ports.json").exists()
}

/// A running demo.
pub(crate) struct Demo {
    systems: Arc<Systems>,
    client: Client,
    /// Commands are shown with it.
    data: PathBuf,
    installed: usize,
    players: Vec<Player>,
    /// Where the server is.
    server: String,
}

impl Demo {
    /// Puts the workspace in place beside the simulators; the server must answer `client`, nothing more.
    pub(crate) async fn start(
        systems: Arc<Systems>,
        locked: &Locked,
        client: &Client,
        (bundle, server): (&Bundle, &str),
    ) -> Result<Self> {
        client.post("/workspaces", &json!({ "workspace": WORKSPACE })).await?;
        let client = client.in_workspace(WORKSPACE);
        let demo = Self {
            systems,
            client,
            data: locked.dir().path().to_owned(),
            installed: 0,
            players: Vec::new(),
            server: server.to_owned(),
        };
        let installed = demo.install_plugins(locked, bundle).await?;
        demo.open_ports().await?;
        demo.connect().await?;
        let players = people::gather(&demo.client).await?;
        demo.import(bundle).await?;
        demo.systems.subscribe(server, &format!("/hooks/{WORKSPACE}/{PACK}")).await?;
        Ok(Self { installed, players, ..demo })
    }

    /// Who is there, one for each role.
    pub(crate) fn players(&self) -> &[Player] {
        &self.players
    }

    /// Completes jobs, waits for their runs and says what happened. `links`: one for each player that signs them in;
    /// `decider`: the approver, who says yes to one of the invoices.
    pub(crate) async fn tell(&self, sign_in: &str, links: &[String], decider: Option<&Decider>) {
        narrate::welcome(self, sign_in, links);
        if let Err(error) = narrate::events(self, decider).await {
            crate::output::note(format!("the demo's story ends early: {error}"));
        }
    }

    /// Installs what ships with the binary. Its permissions are agreed to by starting the demo; they are listed
    /// by `plugin list --json`.
    async fn install_plugins(&self, locked: &Locked, bundle: &Bundle) -> Result<usize> {
        let files = bundle.plugins()?;
        let installed = self.client.list("/plugins").await?;
        let is_installed = |digest: &Digest| installed.iter().any(|row| row["digest"] == digest.as_str());
        let bar = progress::bar(files.len() as u64, "installing connectors");
        let mut fresh = 0;
        for file in &files {
            let bytes = std::fs::read(file).map_err(|error| {
                CliError::unavailable(codes::BUNDLE, format!("{} cannot be read: {error}", file.display()))
            })?;
            if !is_installed(&Digest::of(&bytes)) {
                let manifest = throughline_host::inspect(&bytes).map_err(of_host)?.manifest;
                install::install(&self.client, bytes, &PermissionSet::of(&manifest)).await?;
                fresh += 1;
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        if fresh > 0 {
            lock::write(locked.dir(), &self.client.list("/plugins").await?)?;
        }
        Ok(files.len())
    }

    /// Opens exactly the simulators' ports to this workspace, and closes ports they no longer have.
    async fn open_ports(&self) -> Result<()> {
        let wanted = self.systems.ranges();
        let granted = self.client.list("/grants").await?;
        for grant in &granted {
            let range = grant["range"].as_str().unwrap_or_default();
            if grant["reason"] == GRANT_REASON && !wanted.iter().any(|wanted| wanted == range) {
                self.client.delete(&format!("/grants?range={}", crate::client::segment(range))).await?;
            }
        }
        for range in
            wanted.iter().filter(|wanted| !granted.iter().any(|grant| grant["range"] == wanted.as_str()))
        {
            self.client.post("/grants", &json!({ "range": range, "reason": GRANT_REASON })).await?;
        }
        Ok(())
    }

    /// Connections whose secrets are files of this data directory.
    async fn connect(&self) -> Result<()> {
        let there = self.client.list("/connections").await?;
        for system in self.systems.to_connect() {
            let secrets: Map<String, Value> =
                system.secrets.into_iter().map(|(field, path)| (field, json!({ "file": path }))).collect();
            let wanted = json!({
                "name": system.connector, "connector": system.connector,
                "settings": { "base_url": system.base_url }, "secrets": secrets,
            });
            let same = |row: &Value| {
                ["name", "connector", "settings", "secrets"].iter().all(|field| row[field] == wanted[field])
            };
            if !there.iter().any(same) {
                self.client.post("/connections", &wanted).await?;
            }
        }
        Ok(())
    }

    async fn import(&self, bundle: &Bundle) -> Result<()> {
        let folder = bundle.pack(PACK)?;
        let pack: Value = toml::from_str(&read_text(&folder.join("pack.toml"))?).map_err(|error| {
            CliError::unavailable(
                codes::BUNDLE,
                format!("{} does not read: {error}", folder.join("pack.toml").display()),
            )
        })?;
        for file in pack["workflows"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let text = format!("{}\n{POLICY}", read_text(&folder.join(file))?);
            self.client.post("/workflows", &json!({ "name": file, "text": text })).await?;
        }
        Ok(())
    }
}
