//! Installing plugins: what they may do is agreed to before they may do it.

use serde::Serialize;
use throughline_domain::connector::Manifest;
use throughline_domain::permission::PermissionSet;
use throughline_host::{Digest, Inspection, inspect};
use throughline_store::{NewPlugin, PluginRow, PluginState, StoreError};

use super::CommandError;
use crate::Engine;

/// What somebody must agree to.
#[derive(Clone, Debug, Serialize)]
pub struct Consent {
    /// Connector.
    pub connector: String,
    /// Version.
    pub version: String,
    /// Digest of the bytes.
    pub digest: String,
    /// The hash to accept.
    pub permissions: String,
    /// What it may do, in words.
    pub words: Vec<String>,
    /// What of that the installed version does not ask for.
    pub beyond: Vec<String>,
}

/// An installed plugin.
#[derive(Clone, Debug, Serialize)]
pub struct InstalledPlugin {
    /// Connector.
    pub connector: String,
    /// Version.
    pub version: String,
    /// Digest of the bytes.
    pub digest: String,
    /// Hash of the permissions that were agreed to.
    pub permissions: String,
    /// This very digest was current before.
    pub unchanged: bool,
}

/// A plugin as people see it.
#[derive(Clone, Debug, Serialize)]
pub struct PluginView {
    /// Connector.
    pub connector: String,
    /// Version.
    pub version: String,
    /// Digest of the bytes.
    pub digest: String,
    /// New runs use this digest.
    pub current: bool,
    /// `installed`, `quarantined` or `removed`.
    pub state: &'static str,
    /// Hash of the permissions that were agreed to.
    pub permissions: String,
    /// When, RFC 3339.
    pub installed_at: String,
    /// Who.
    pub installed_by: String,
    /// The manifest.
    pub manifest: Option<Manifest>,
}

/// What a component says of itself before anything of it runs.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// The manifest.
    pub manifest: Manifest,
    /// Digest of the bytes.
    pub digest: String,
    /// Hash of what it may do.
    pub permissions: String,
    /// What it may do, in words.
    pub words: Vec<String>,
}

/// Reads what a component asks for; nothing of it is run.
pub fn inspected(wasm: &[u8]) -> Result<Inspected, CommandError> {
    let inspection = inspect(wasm)?;
    let wanted = PermissionSet::of(&inspection.manifest);
    Ok(Inspected {
        digest: inspection.digest.to_string(),
        permissions: wanted.hash(),
        words: wanted.words(),
        manifest: inspection.manifest,
    })
}

impl Engine {
    /// Installs a plugin and makes it current; running and parked runs keep their digest. `accept` is the hash of
    /// the permissions that somebody agreed to; the same set as the installed version needs no new consent.
    pub async fn install_plugin(
        &self,
        wasm: Vec<u8>,
        accept: Option<&str>,
        by: &str,
    ) -> Result<InstalledPlugin, CommandError> {
        let inspection = inspect(&wasm)?;
        let before = self.shared.store.current_plugin(&inspection.manifest.id).await?;
        let permissions = agreed(&inspection, before.as_ref(), accept)?;
        let (connector, version) = (inspection.manifest.id.clone(), inspection.manifest.version.clone());
        let digest = inspection.digest.to_string();
        let unchanged = before.is_some_and(|row| row.digest == digest);
        // Compiling proves that it runs here; describing, that the manifest is what the code says.
        let plugin = self.shared.host.load(&wasm).await?;
        self.shared.host.verify(&plugin).await?;
        self.keep_bytes(&digest, wasm).await?;
        let new = NewPlugin {
            connector: connector.clone(),
            digest: digest.clone(),
            version: version.clone(),
            manifest: inspection.manifest_json.into_bytes(),
            permissions: permissions.clone().into_bytes(),
            installed_at: self.shared.clock.now(),
            installed_by: by.to_owned(),
        };
        fail::fail_point!("command.before_install", |_| std::process::abort());
        self.shared.store.install_plugin(&new).await?;
        fail::fail_point!("command.after_install", |_| std::process::abort());
        self.shared.catalog.forget();
        tracing::info!(plugin.id = %connector, plugin.version = %version, %digest, account.name = by,
            "a plugin was installed");
        Ok(InstalledPlugin { connector, version, digest, permissions, unchanged })
    }

    /// Lets a connector that was set aside run again; false if none of its digests was.
    pub async fn release_plugin(&self, connector: &str, by: &str) -> Result<bool, CommandError> {
        let digests: Vec<String> = self
            .shared
            .store
            .list_plugins()
            .await?
            .into_iter()
            .filter(|row| row.connector == connector)
            .map(|row| row.digest)
            .collect();
        if digests.is_empty() {
            return Err(StoreError::Missing { what: "plugin", name: connector.to_owned() }.into());
        }
        // The store first: what the host alone forgets it would learn from there again.
        let mut released = self.shared.store.release_plugin(connector).await?;
        for digest in digests.iter().filter_map(|digest| Digest::parse(digest)) {
            released |= self.shared.host.release(&digest);
        }
        tracing::info!(plugin.id = connector, released, account.name = by, "a plugin was released");
        Ok(released)
    }

    /// Every installed digest, by connector.
    pub async fn list_plugins(&self) -> Result<Vec<PluginView>, CommandError> {
        Ok(self.shared.store.list_plugins().await?.into_iter().map(view).collect())
    }

    /// The file is durable before the row that names it.
    async fn keep_bytes(&self, digest: &str, wasm: Vec<u8>) -> Result<(), CommandError> {
        let path = self.shared.catalog.plugin_file(digest);
        let kept = path.clone();
        let written = tokio::task::spawn_blocking(move || write_synced(&path, &wasm)).await;
        let words = match written {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        Err(CommandError::Invalid(format!("the plugin cannot be kept at {}: {words}", kept.display())))
    }
}

fn write_synced(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let dir = path.parent().unwrap_or_else(|| std::path::Path::new("."));
    std::fs::create_dir_all(dir)?;
    let temporary = path.with_extension("part");
    let mut file = std::fs::File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)?;
    std::fs::File::open(dir)?.sync_all()
}

/// The hash of the permissions, if somebody agreed to them.
fn agreed(
    inspection: &Inspection,
    before: Option<&PluginRow>,
    accept: Option<&str>,
) -> Result<String, CommandError> {
    let wanted = PermissionSet::of(&inspection.manifest);
    let hash = wanted.hash();
    let same_as_before = before.is_some_and(|row| row.permissions == hash.as_bytes());
    if accept == Some(hash.as_str()) || (accept.is_none() && same_as_before) {
        return Ok(hash);
    }
    let earlier: Option<Manifest> = before.and_then(|row| serde_json::from_slice(&row.manifest).ok());
    let beyond = earlier.map_or_else(Vec::new, |earlier| wanted.beyond(&PermissionSet::of(&earlier)));
    Err(CommandError::ConsentNeeded(Box::new(Consent {
        connector: inspection.manifest.id.clone(),
        version: inspection.manifest.version.clone(),
        digest: inspection.digest.to_string(),
        permissions: hash,
        words: wanted.words(),
        beyond,
    })))
}

fn view(row: PluginRow) -> PluginView {
    PluginView {
        state: match row.state {
            PluginState::Installed => "installed",
            PluginState::Quarantined => "quarantined",
            PluginState::Removed => "removed",
        },
        manifest: serde_json::from_slice(&row.manifest).ok(),
        permissions: String::from_utf8_lossy(&row.permissions).into_owned(),
        connector: row.connector,
        version: row.version,
        digest: row.digest,
        current: row.current,
        installed_at: row.installed_at.to_rfc3339(),
        installed_by: row.installed_by,
    }
}
