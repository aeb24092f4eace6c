//! Workspaces, tokens, grants, connections and plugins.

use serde::Serialize;
use serde_json::Value;
use throughline_domain::connector::Manifest;
use throughline_domain::time::Timestamp;
use throughline_engine::command::Inspected;
use throughline_store::{
    ConnectionRow, EgressGrant, PluginRow, PluginState, QuarantineRow, Scope, TokenRow, WorkspaceRow,
};
use utoipa::ToSchema;

use super::at;
use super::run::FailureView;

/// A workspace: one client.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct WorkspaceView {
    /// Id.
    #[schema(example = "demo")]
    pub(crate) workspace: String,
    /// Name for people.
    pub(crate) name: String,
    /// When it was made.
    pub(crate) created_at: String,
}

/// A token, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TokenView {
    /// Token.
    pub(crate) token_id: String,
    /// What it is for.
    pub(crate) name: String,
    /// The only workspace it may use; null: all.
    pub(crate) workspace: Option<String>,
    /// Whose it is; null: of the data directory's token, as good as an administrator of the server.
    pub(crate) person_id: Option<String>,
    /// What it may do of what its owner may.
    pub(crate) scopes: Vec<String>,
    /// When it was made.
    pub(crate) created_at: String,
    /// When it ends by itself.
    pub(crate) expires_at: Option<String>,
    /// When it was revoked.
    pub(crate) revoked_at: Option<String>,
    /// When it was last used, to the minute.
    pub(crate) used_at: Option<String>,
}

/// A token that was just made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct NewTokenView {
    /// The row.
    #[serde(flatten)]
    pub(crate) row: TokenView,
    /// The token itself; it is shown this once.
    pub(crate) token: String,
}

/// Private addresses that the connectors of one workspace may reach.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct GrantView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Addresses and ports: `127.0.0.1/32:41001`.
    pub(crate) range: String,
    /// Why.
    pub(crate) reason: String,
    /// When it was opened.
    pub(crate) created_at: String,
    /// Who opened it.
    pub(crate) created_by: String,
}

/// A connection: an account of a connector, with references to its secrets.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Connection.
    pub(crate) connection_id: String,
    /// Name that workflows use.
    pub(crate) name: String,
    /// Connector.
    pub(crate) connector: String,
    /// Whose account it is, as the connector says.
    pub(crate) account: Option<String>,
    /// Settings that are no secrets.
    pub(crate) settings: Value,
    /// Where each secret is: `{"default.token": {"vault": "NAME"}}`. Never the secret.
    pub(crate) secrets: Value,
    /// The one origin it speaks to, if it is bound to one.
    pub(crate) bound_to: Option<String>,
    /// When the system last said which account it is.
    pub(crate) tested_at: Option<String>,
    /// Writes of live workflows may go over it by themselves. Else people are asked about each, until somebody agrees to
    /// the account that answered the last test.
    pub(crate) agreed: bool,
    /// When it was made.
    pub(crate) created_at: String,
    /// When it was changed.
    pub(crate) updated_at: String,
}

/// What a connector says of a connection.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TestView {
    /// It works.
    pub(crate) ok: bool,
    /// Whose account it is.
    pub(crate) account: Option<String>,
    /// The account's id at the system: what is compared.
    pub(crate) account_id: Option<String>,
    /// `first` (none was known), `same`, or `other`: what was decided with the one before does not hold for it.
    pub(crate) account_change: Option<&'static str>,
    /// Of `other`: the account that was known.
    pub(crate) account_before: Option<String>,
    /// Why it does not work.
    pub(crate) failure: Option<FailureView>,
}

/// An installed plugin.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PluginView {
    /// Connector id.
    pub(crate) connector: String,
    /// Its own version.
    pub(crate) version: String,
    /// Name for people.
    pub(crate) name: String,
    /// What it is for.
    pub(crate) description: String,
    /// SHA-256 of the component.
    pub(crate) digest: String,
    /// Version of the contract it was built for.
    pub(crate) contract: String,
    /// Hash of what it may do, which somebody agreed to.
    pub(crate) permissions: String,
    /// Actions.
    pub(crate) actions: Vec<String>,
    /// Triggers.
    pub(crate) triggers: Vec<String>,
    /// `installed`, `quarantined` or `removed`.
    pub(crate) state: &'static str,
    /// Why it is set aside, and until when; null: it is not.
    pub(crate) quarantine: Option<QuarantineView>,
    /// New runs use this digest.
    pub(crate) current: bool,
    /// When it was installed.
    pub(crate) installed_at: String,
    /// Who installed it.
    pub(crate) installed_by: String,
}

/// A connector that ships with the server.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ShippedView {
    /// Connector id.
    pub(crate) connector: String,
    /// Its own version.
    pub(crate) version: String,
    /// Name for people.
    pub(crate) name: String,
    /// What it is for.
    pub(crate) description: String,
    /// SHA-256 of the component.
    pub(crate) digest: String,
    /// Hash of what it asks for, to agree to.
    pub(crate) permissions: String,
    /// What it asks for, in words.
    pub(crate) asks_for: Vec<String>,
    /// This very component is the one that new runs use.
    pub(crate) installed: bool,
    /// Version of another component of this connector that is installed; null: none is.
    pub(crate) replaces: Option<String>,
}

impl ShippedView {
    pub(crate) fn new(inspected: Inspected) -> Self {
        let Inspected { manifest, digest, permissions, words } = inspected;
        Self {
            connector: manifest.id,
            version: manifest.version,
            name: manifest.name,
            description: manifest.description,
            digest,
            permissions,
            asks_for: words,
            installed: false,
            replaces: None,
        }
    }
}

/// A simulated system that runs beside the server.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PracticeSystemView {
    /// Its connector, and the name of its connection.
    pub(crate) connector: String,
    /// Where it answers.
    #[schema(example = "http://127.0.0.1:41001")]
    pub(crate) base_url: String,
    /// The connector is installed.
    pub(crate) installed: bool,
    /// A connection of that name leads to it.
    pub(crate) connected: bool,
}

/// A job that was completed in the simulated projects system.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PracticeJobView {
    /// Its id there.
    #[schema(example = "job_0007")]
    pub(crate) job_id: String,
    /// Its number, as people say it.
    #[schema(example = "J-1007")]
    pub(crate) number: String,
    /// What it is.
    #[schema(example = "Boiler swap")]
    pub(crate) title: String,
}

/// A plugin that kept trapping is set aside: its steps wait, nothing fails.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct QuarantineView {
    /// When it may be called again by itself.
    pub(crate) until: String,
    /// How often it was set aside in a row.
    pub(crate) times: u32,
    /// The last trap, in words.
    pub(crate) reason: String,
}

/// Something is gone, or done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DoneView {
    /// What it was.
    pub(crate) id: String,
    /// It was there before.
    pub(crate) done: bool,
}

impl From<WorkspaceRow> for WorkspaceView {
    fn from(row: WorkspaceRow) -> Self {
        Self { workspace: row.scope.to_string(), name: row.name, created_at: at(row.created_at) }
    }
}

impl From<TokenRow> for TokenView {
    fn from(row: TokenRow) -> Self {
        Self {
            token_id: row.token.into(),
            name: row.name,
            workspace: row.workspace.map(String::from),
            person_id: row.person.map(String::from),
            scopes: row.scopes,
            created_at: at(row.created_at),
            expires_at: row.expires_at.map(at),
            revoked_at: row.revoked_at.map(at),
            used_at: row.used_at.map(at),
        }
    }
}

impl GrantView {
    /// From a workspace's grant.
    pub(crate) fn new(scope: &Scope, grant: EgressGrant) -> Self {
        Self {
            workspace: scope.to_string(),
            range: format!("{}:{}", grant.cidr, grant.ports),
            reason: grant.reason,
            created_at: at(grant.granted_at),
            created_by: grant.granted_by,
        }
    }
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_default()
}

impl From<ConnectionRow> for ConnectionView {
    fn from(row: ConnectionRow) -> Self {
        Self {
            agreed: row.is_agreed(),
            workspace: row.scope.to_string(),
            connection_id: row.connection.into(),
            name: row.name,
            connector: row.connector,
            account: row.account,
            settings: json(&row.settings),
            secrets: json(&row.secrets),
            bound_to: row.bound_to,
            tested_at: row.tested_at.map(at),
            created_at: at(row.created_at),
            updated_at: at(row.updated_at),
        }
    }
}

impl PluginView {
    /// From its row, and the quarantines there are.
    pub(crate) fn new(row: PluginRow, quarantines: &[QuarantineRow], now: Timestamp) -> Self {
        let held = quarantines
            .iter()
            .find(|held| held.connector == row.connector && held.digest == row.digest && now < held.until_at);
        let quarantine = held.map(|held| QuarantineView {
            until: at(held.until_at),
            times: held.times,
            reason: held.reason.clone(),
        });
        let manifest: Option<Manifest> = serde_json::from_slice(&row.manifest).ok();
        let (name, description, contract, actions, triggers) = match manifest {
            Some(manifest) => (
                manifest.name,
                manifest.description,
                manifest.contract,
                manifest.actions.into_keys().collect(),
                manifest.triggers.into_keys().collect(),
            ),
            None => (row.connector.clone(), String::new(), String::new(), Vec::new(), Vec::new()),
        };
        Self {
            connector: row.connector,
            version: row.version,
            name,
            description,
            digest: row.digest,
            contract,
            permissions: String::from_utf8_lossy(&row.permissions).into_owned(),
            actions,
            triggers,
            state: if quarantine.is_some() { PluginState::Quarantined } else { row.state }.as_str(),
            quarantine,
            current: row.current,
            installed_at: at(row.installed_at),
            installed_by: row.installed_by,
        }
    }
}
