//! Connections and opened address ranges.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughline_domain::id::ConnectionId;
use throughline_host::contract::Account;
use throughline_host::{Call, OpenRange, SecretRef};
use throughline_store::{ConnectionRow, EgressGrant, NewConnection as Stored, Scope};

use super::CommandError;
use crate::Engine;

/// A connection to create. Secrets are references, never values.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewConnection {
    /// The name workflows use.
    pub name: String,
    /// Connector.
    pub connector: String,
    /// What is not secret: `base_url` and the like.
    #[serde(default)]
    pub settings: serde_json::Map<String, Value>,
    /// `slot.field` to `env:NAME` or `file:PATH`.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
}

/// A connection as people see it: no secret, only where each one is.
#[derive(Clone, Debug, Serialize)]
pub struct ConnectionView {
    /// Its id.
    pub connection_id: ConnectionId,
    /// Name.
    pub name: String,
    /// Connector.
    pub connector: String,
    /// The account it is authorised as, if a test found out.
    pub account: Option<String>,
    /// Settings.
    pub settings: Value,
    /// References by `slot.field`.
    pub secrets: BTreeMap<String, String>,
    /// When it was created, RFC 3339.
    pub created_at: String,
}

/// What a test of a connection found.
#[derive(Clone, Debug, Serialize)]
pub struct Tested {
    /// It works.
    pub ok: bool,
    /// The account, if it works.
    pub account: Option<Account>,
    /// Why not, if it does not.
    pub failure: Option<throughline_domain::failure::Failure>,
}

impl Engine {
    /// Creates a connection.
    pub async fn create_connection(
        &self,
        scope: &Scope,
        new: NewConnection,
        by: &str,
    ) -> Result<ConnectionView, CommandError> {
        let manifests = self.manifests().await?;
        let manifest = manifests.get(&new.connector).ok_or_else(|| {
            CommandError::Invalid(format!(
                "no plugin is installed for connector `{}`: install one first",
                new.connector
            ))
        })?;
        let mut secrets = BTreeMap::new();
        for (field, reference) in &new.secrets {
            let known = field.split_once('.').is_some_and(|(slot, name)| {
                manifest.auth.get(slot).is_some_and(|slot| slot.fields.contains_key(name))
            });
            if !known {
                return Err(CommandError::Invalid(format!(
                    "connector `{}` has no secret `{field}`",
                    new.connector
                )));
            }
            secrets.insert(field.clone(), read_reference(reference)?);
        }
        let connection = ConnectionId::new(self.shared.now_millis(), self.shared.random_wide());
        let stored = Stored {
            connection: connection.clone(),
            name: new.name.clone(),
            connector: new.connector.clone(),
            account: None,
            settings: serde_json::to_vec(&new.settings).unwrap_or_default(),
            secrets: serde_json::to_vec(&secrets).unwrap_or_default(),
            // The references above are to the environment and to files: nothing of the vault.
            bound_to: None,
            uses: Vec::new(),
            created_at: self.shared.clock.now(),
        };
        self.shared.store.create_connection(scope, &stored).await?;
        self.shared.catalog.forget();
        tracing::info!(connection.name = %new.name, account.name = by, "a connection was created");
        let row = self.shared.store.get_connection(scope, &connection).await?;
        row.map(view).ok_or_else(|| not_found(&new.name))
    }

    /// The connections of a workspace, by name.
    pub async fn list_connections(&self, scope: &Scope) -> Result<Vec<ConnectionView>, CommandError> {
        Ok(self.shared.store.list_connections(scope).await?.into_iter().map(view).collect())
    }

    /// Deletes a connection; steps that name it park with words.
    pub async fn delete_connection(&self, scope: &Scope, name: &str, by: &str) -> Result<(), CommandError> {
        let row = self.shared.store.connection_by_name(scope, name).await?.ok_or_else(|| not_found(name))?;
        self.shared.store.delete_connection(scope, &row.connection, self.shared.clock.now()).await?;
        self.shared.catalog.forget();
        tracing::info!(connection.name = name, account.name = by, "a connection was deleted");
        Ok(())
    }

    /// Asks the connector who the connection is.
    pub async fn test_connection(&self, scope: &Scope, name: &str) -> Result<Tested, CommandError> {
        let connection = self.shared.catalog.connection(scope, name).await?;
        let row = self.shared.store.current_plugin(&connection.connector).await?;
        let row = row.ok_or_else(|| {
            CommandError::Invalid(format!("no plugin is installed for connector `{}`", connection.connector))
        })?;
        let plugin = self.shared.catalog.plugin(&row.digest).await?;
        let slot = plugin.manifest().auth.keys().next().cloned().unwrap_or_else(|| "default".to_owned());
        let mut call = Call::new(plugin, scope.as_str(), "test");
        call.connection = Some(connection);
        call.egress = self.shared.catalog.egress(scope).await?;
        let outcome = self.shared.host.test_connection(call, &slot).await;
        Ok(match outcome.result {
            Ok(account) => Tested { ok: true, account: Some(account), failure: None },
            Err(failure) => Tested { ok: false, account: None, failure: Some(failure) },
        })
    }

    /// Opens a private address range to one workspace: explicit, listed, and logged.
    pub async fn grant_egress(
        &self,
        scope: &Scope,
        range: &str,
        reason: &str,
        by: &str,
    ) -> Result<EgressGrant, CommandError> {
        let range = OpenRange::try_from(range.to_owned())
            .map_err(|error| CommandError::Invalid(error.to_string()))?;
        if reason.trim().is_empty() {
            return Err(CommandError::Invalid("say why the range is opened".to_owned()));
        }
        let ports: Vec<String> = range.ports.iter().map(ToString::to_string).collect();
        let grant = EgressGrant {
            cidr: range.net.to_string(),
            ports: ports.join(","),
            reason: reason.to_owned(),
            granted_at: self.shared.clock.now(),
            granted_by: by.to_owned(),
        };
        self.shared.store.grant_egress(scope, &grant).await?;
        self.shared.catalog.forget();
        tracing::warn!(workspace.id = %scope, range = %range, reason, account.name = by,
            "a private address range was opened to a workspace");
        Ok(grant)
    }
}

fn not_found(name: &str) -> CommandError {
    CommandError::NotFound { what: "connection", id: name.to_owned() }
}

fn read_reference(text: &str) -> Result<SecretRef, CommandError> {
    match text.split_once(':') {
        Some(("env", name)) if !name.is_empty() => Ok(SecretRef::Env(name.to_owned())),
        Some(("file", path)) if !path.is_empty() => Ok(SecretRef::File(path.into())),
        _ => Err(CommandError::Invalid(
            "a secret is given as a reference, `env:NAME` or `file:PATH`, never as a value".to_owned(),
        )),
    }
}

fn view(row: ConnectionRow) -> ConnectionView {
    let secrets: BTreeMap<String, SecretRef> = serde_json::from_slice(&row.secrets).unwrap_or_default();
    let secrets = secrets
        .into_iter()
        .map(|(field, reference)| {
            let text = match reference {
                SecretRef::Env(name) => format!("env:{name}"),
                SecretRef::File(path) => format!("file:{}", path.display()),
                SecretRef::Stored(id) => format!("stored:{id}"),
            };
            (field, text)
        })
        .collect();
    ConnectionView {
        connection_id: row.connection,
        name: row.name,
        connector: row.connector,
        account: row.account,
        settings: serde_json::from_slice(&row.settings).unwrap_or_default(),
        secrets,
        created_at: row.created_at.to_rfc3339(),
    }
}
