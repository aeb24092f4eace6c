//! Connections and opened address ranges.

mod binding;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughline_domain::id::ConnectionId;
use throughline_host::contract::Account;
use throughline_host::{Call, OpenRange, SecretRef};
use throughline_store::{ConnectionRow, EgressGrant, NewConnection as Stored, Scope, TestedAccount};

use super::CommandError;
use crate::Engine;
use crate::desk::Worked;

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
    /// `slot.field` to `vault:NAME`, `env:NAME` or `file:PATH`.
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
    /// How it compares with the account that was known; none if it does not work, or was deleted meanwhile.
    #[serde(skip)]
    pub before: Option<TestedAccount>,
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
        let stored = self.checked(scope, &new).await?;
        self.shared.store.create_connection(scope, &stored).await?;
        self.shared.catalog.forget();
        tracing::info!(connection.name = %new.name, account.name = by, "a connection was created");
        let row = self.shared.store.get_connection(scope, &stored.connection).await?;
        row.map(view).ok_or_else(|| not_found(&new.name))
    }

    /// Gives the active connection of this name other settings and secrets. With the same connector it stays the same
    /// connection: the next test says whether its account is still the one that was known.
    pub async fn replace_connection(
        &self,
        scope: &Scope,
        new: NewConnection,
        by: &str,
    ) -> Result<ConnectionView, CommandError> {
        let row = self.shared.store.connection_by_name(scope, &new.name).await?;
        let row = row.ok_or_else(|| not_found(&new.name))?;
        if row.connector != new.connector {
            // Everything but the name is looked at first, so that what replaces the old one will be taken.
            self.checked(scope, &new).await?;
            self.delete_connection(scope, &new.name, by).await?;
            return self.create_connection(scope, new, by).await;
        }
        let stored = Stored { connection: row.connection, ..self.checked(scope, &new).await? };
        if !self.shared.store.replace_connection(scope, &stored).await? {
            return Err(CommandError::Conflict(format!(
                "connection `{}` or a secret it uses was changed at the same time: try again",
                new.name
            )));
        }
        self.shared.catalog.forget();
        tracing::info!(connection.name = %new.name, account.name = by, "a connection was changed");
        let row = self.shared.store.get_connection(scope, &stored.connection).await?;
        row.map(view).ok_or_else(|| not_found(&new.name))
    }

    /// What is to be stored, if all of it is good.
    async fn checked(&self, scope: &Scope, new: &NewConnection) -> Result<Stored, CommandError> {
        let manifests = self.manifests().await?;
        let manifest = manifests.get(&new.connector).ok_or_else(|| {
            CommandError::Invalid(format!(
                "no plugin is installed for connector `{}`: install one first",
                new.connector
            ))
        })?;
        let settings = Value::Object(new.settings.clone());
        let bound = self.bind(scope, manifest, &settings, &new.secrets).await?;
        Ok(Stored {
            connection: ConnectionId::new(self.shared.now_millis(), self.shared.random_wide()),
            name: new.name.clone(),
            connector: new.connector.clone(),
            account: None,
            settings: serde_json::to_vec(&settings).unwrap_or_default(),
            secrets: serde_json::to_vec(&bound.secrets).unwrap_or_default(),
            bound_to: bound.bound_to,
            uses: bound.uses,
            created_at: self.shared.clock.now(),
        })
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
        // As it is stored now: a test must not speak with what was replaced a moment ago.
        self.shared.catalog.forget();
        let connection = self.shared.catalog.connection(scope, name).await?;
        let row = self.shared.store.current_plugin(&connection.connector).await?;
        let row = row.ok_or_else(|| {
            CommandError::Invalid(format!("no plugin is installed for connector `{}`", connection.connector))
        })?;
        let plugin = self.shared.catalog.plugin(&row.digest).await?;
        let slot = plugin.manifest().auth.keys().next().cloned().unwrap_or_else(|| "default".to_owned());
        let mut call = Call::new(plugin, scope.as_str(), "test");
        call.connection = Some(Arc::clone(&connection));
        call.egress = self.shared.catalog.egress(scope).await?;
        let outcome = self.shared.host.test_connection(call, &slot).await;
        let account = match outcome.result {
            Ok(account) => account,
            Err(failure) => {
                return Ok(Tested { ok: false, account: None, before: None, failure: Some(failure) });
            }
        };
        let before = self.record(scope, (name, &connection.id), &account).await?;
        self.shared.desk.trouble.worked(Worked {
            scope: scope.clone(),
            connection: name.to_owned(),
            action: None,
            what: format!("the test of connection {name} succeeded"),
            at: self.shared.clock.now(),
        });
        self.shared.desk.called.notify_one();
        Ok(Tested { ok: true, account: Some(account), before, failure: None })
    }

    /// Lets writes of live workflows go by themselves to the account that answered last, and that the caller names.
    pub async fn agree_to_account(
        &self,
        scope: &Scope,
        name: &str,
        account: &str,
        by: &str,
    ) -> Result<(), CommandError> {
        let row = self.shared.store.connection_by_name(scope, name).await?.ok_or_else(|| not_found(name))?;
        if !self.shared.store.agree_account(scope, &row.connection, account).await? {
            let words = format!(
                "connection `{name}` did not answer as `{account}` when it was tested last: test it, and confirm the \
                 account that the test names"
            );
            return Err(CommandError::Invalid(words));
        }
        self.shared.catalog.forget();
        tracing::warn!(workspace.id = %scope, connection.name = name, account.is = account, account.name = by,
            "live writes may go to this account");
        Ok(())
    }

    /// Keeps which account answered. What was decided with another one does not hold for it, so that is said aloud.
    async fn record(
        &self,
        scope: &Scope,
        (name, id): (&str, &str),
        account: &Account,
    ) -> Result<Option<TestedAccount>, CommandError> {
        let id: ConnectionId = id.parse().map_err(|_| not_found(name))?;
        let now = self.shared.clock.now();
        let found = self.shared.store.record_account(scope, &id, &account.id, now).await?;
        self.shared.catalog.forget();
        if let Some(TestedAccount::Other { was }) = &found {
            tracing::warn!(workspace.id = %scope, connection.name = name, account.was = %was, account.is = %account.id,
                "a connection is authorised as another account than before");
        }
        Ok(found)
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

fn view(row: ConnectionRow) -> ConnectionView {
    let secrets: BTreeMap<String, SecretRef> = serde_json::from_slice(&row.secrets).unwrap_or_default();
    let secrets = secrets.into_iter().map(|(field, reference)| (field, reference.to_string())).collect();
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
