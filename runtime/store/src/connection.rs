//! Connections to systems, and private addresses opened to a workspace. A secret is stored as a reference only.

mod account;

use throughline_domain::id::{ConnectionId, SecretId};
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::changes::Subject;
use crate::db::{FromRow, Row, Sql, args, statements, words};
use crate::error::{Result, StoreError};
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

pub(crate) use account::ALL as ACCOUNT;
pub use account::TestedAccount;

words! {
    /// Can a connection be used?
    ConnectionState {
        /// Yes.
        Active = "active",
        /// No; runs that name it wait on an exception.
        Deleted = "deleted",
    }
}

/// A connection to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConnection {
    /// Its id.
    pub connection: ConnectionId,
    /// The name workflows use; unique among the active ones of a workspace.
    pub name: String,
    /// Connector.
    pub connector: String,
    /// The account it is authorised as, if known.
    pub account: Option<String>,
    /// What is not secret, JSON bytes.
    pub settings: Vec<u8>,
    /// References to secrets, JSON bytes.
    pub secrets: Vec<u8>,
    /// The one origin it speaks to, if it is bound to one.
    pub bound_to: Option<String>,
    /// The secrets of the vault among its references, by field: none of them can be deleted while it is active.
    pub uses: Vec<(String, SecretId)>,
    /// When.
    pub created_at: Timestamp,
}

/// A stored connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionRow {
    /// Workspace.
    pub scope: Scope,
    /// Its id.
    pub connection: ConnectionId,
    /// The name workflows use.
    pub name: String,
    /// Connector.
    pub connector: String,
    /// The account it is authorised as, if known.
    pub account: Option<String>,
    /// What is not secret, JSON bytes.
    pub settings: Vec<u8>,
    /// References to secrets, JSON bytes.
    pub secrets: Vec<u8>,
    /// The one origin it speaks to, if it is bound to one.
    pub bound_to: Option<String>,
    /// When the system last said which account it is.
    pub tested_at: Option<Timestamp>,
    /// The account that writes of live workflows may go to by themselves; nothing: no test has named one yet.
    pub agreed_account: Option<String>,
    /// Can it be used?
    pub state: ConnectionState,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl ConnectionRow {
    /// Live writes may go by themselves: the account that was agreed to is the one that answered last, and nothing was
    /// changed since. Where no test has named an account there is nothing to compare.
    pub fn is_agreed(&self) -> bool {
        self.agreed_account.is_none() || (self.tested_at.is_some() && self.agreed_account == self.account)
    }
}

/// A private address range opened to one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EgressGrant {
    /// Range: `127.0.0.1/32`.
    pub cidr: String,
    /// Ports, one or `first-last`, with commas; empty: every port.
    pub ports: String,
    /// Why.
    pub reason: String,
    /// When.
    pub granted_at: Timestamp,
    /// Who.
    pub granted_by: String,
}

macro_rules! columns {
    () => {
        "workspace_id, connection_id, name, connector, account, settings, secrets, bound_to, tested_at, agreed_account,
         state, created_at, updated_at"
    };
}

statements! {
    Tenant CREATE = Sql::same(
        "INSERT INTO connection (workspace_id, connection_id, name, connector, account, settings, secrets, bound_to,
             state, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'active', $9, $9)
         ON CONFLICT (workspace_id, name) WHERE state = 'active' DO NOTHING",
    );
    Tenant USE = Sql::same(
        "INSERT INTO connection_secret (workspace_id, connection_id, field, secret_id) VALUES ($1, $2, $3, $4)",
    );
    Tenant RELEASE = Sql::same("DELETE FROM connection_secret WHERE workspace_id = $1 AND connection_id = $2");
    Tenant UPDATE = Sql::same(
        "UPDATE connection SET account = $3, settings = $4, secrets = $5, updated_at = $6, tested_at = NULL
         WHERE workspace_id = $1 AND connection_id = $2 AND state = 'active'",
    );
    Tenant REPLACE = Sql::same(
        "UPDATE connection SET settings = $4, secrets = $5, bound_to = $6, updated_at = $7, tested_at = NULL
         WHERE workspace_id = $1 AND connection_id = $2 AND connector = $3 AND state = 'active'",
    );
    Tenant DELETE = Sql::same(
        "UPDATE connection SET state = 'deleted', deleted_at = $3, updated_at = $3
         WHERE workspace_id = $1 AND connection_id = $2 AND state = 'active'",
    );
    Tenant GET = Sql::same(concat!(
        "SELECT ", columns!(), " FROM connection WHERE workspace_id = $1 AND connection_id = $2"
    ));
    Tenant BY_NAME = Sql::same(concat!(
        "SELECT ", columns!(), " FROM connection WHERE workspace_id = $1 AND name = $2 AND state = 'active'"
    ));
    Tenant LIST = Sql::same(concat!(
        "SELECT ", columns!(), " FROM connection WHERE workspace_id = $1 AND state = 'active' ORDER BY name"
    ));
    Tenant GRANT = Sql::same(
        "INSERT INTO egress_grant (workspace_id, cidr, ports, reason, granted_at, granted_by)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (workspace_id, cidr, ports) DO UPDATE SET reason = excluded.reason,
             granted_at = excluded.granted_at, granted_by = excluded.granted_by",
    );
    Tenant REVOKE = Sql::same("DELETE FROM egress_grant WHERE workspace_id = $1 AND cidr = $2 AND ports = $3");
    Tenant GRANTS = Sql::same(
        "SELECT cidr, ports, reason, granted_at, granted_by FROM egress_grant WHERE workspace_id = $1
         ORDER BY cidr, ports",
    );
}

impl Store {
    /// Creates a connection; the name must be free among the active ones, and the secrets it uses must be there.
    pub async fn create_connection(&self, scope: &Scope, new: &NewConnection) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        group.changes().touch(scope, Subject::Connection, new.connection.as_str());
        let (settings, secrets) = (&new.settings, &new.secrets);
        group.fence(
            &CREATE,
            args![
                scope,
                &new.connection,
                &new.name,
                &new.connector,
                &new.account,
                settings,
                secrets,
                &new.bound_to,
                new.created_at
            ],
        );
        for (field, secret) in &new.uses {
            group.op(&USE, args![scope, &new.connection, field, secret]);
        }
        match self.commit_group(group).await? {
            Outcome::Committed(_) => Ok(()),
            Outcome::Fenced | Outcome::Refused(_) => {
                Err(StoreError::NameTaken { what: "connection", name: new.name.clone() })
            }
        }
    }

    /// Replaces account, settings and secret references; it counts as not tested again. False: there is no such active connection.
    pub async fn update_connection(
        &self,
        scope: &Scope,
        connection: &ConnectionId,
        account: Option<&str>,
        settings: &[u8],
        secrets: &[u8],
        at: Timestamp,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.changes().touch(scope, Subject::Connection, connection.as_str());
        group.fence(&UPDATE, args![scope, connection, account, settings, secrets, at]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Replaces settings, secrets and what it is bound to of the active connection of the same id and connector. The
    /// account stays as it was known until a test asks again, so that another one is noticed. False: there is no such
    /// connection, or one of the secrets is gone.
    pub async fn replace_connection(&self, scope: &Scope, new: &NewConnection) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.changes().touch(scope, Subject::Connection, new.connection.as_str());
        let (id, at) = (&new.connection, new.created_at);
        group.fence(
            &REPLACE,
            args![scope, id, &new.connector, &new.settings, &new.secrets, &new.bound_to, at],
        );
        group.op(&RELEASE, args![scope, id]);
        for (field, secret) in &new.uses {
            group.op(&USE, args![scope, id, field, secret]);
        }
        match self.commit_group(group).await {
            Ok(Outcome::Committed(_)) => Ok(true),
            Ok(Outcome::Fenced | Outcome::Refused(_)) | Err(StoreError::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Deletes a connection; its row stays for the runs that named it, and its secrets are free. False: there is no such active one.
    pub async fn delete_connection(
        &self,
        scope: &Scope,
        connection: &ConnectionId,
        at: Timestamp,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.changes().touch(scope, Subject::Connection, connection.as_str());
        group.fence(&DELETE, args![scope, connection, at]);
        group.op(&RELEASE, args![scope, connection]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// One connection, deleted or not.
    pub async fn get_connection(
        &self,
        scope: &Scope,
        connection: &ConnectionId,
    ) -> Result<Option<ConnectionRow>> {
        self.one(&GET, args![scope, connection]).await
    }

    /// The active connection of this name.
    pub async fn connection_by_name(&self, scope: &Scope, name: &str) -> Result<Option<ConnectionRow>> {
        self.one(&BY_NAME, args![scope, name]).await
    }

    /// The active connections of a workspace, by name.
    pub async fn list_connections(&self, scope: &Scope) -> Result<Vec<ConnectionRow>> {
        self.all(&LIST, args![scope]).await
    }

    /// Opens a private address range to a workspace.
    pub async fn grant_egress(&self, scope: &Scope, grant: &EgressGrant) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        let (cidr, ports, reason) = (&grant.cidr, &grant.ports, &grant.reason);
        group.op(&GRANT, args![scope, cidr, ports, reason, grant.granted_at, &grant.granted_by]);
        self.commit_group(group).await?.done().map(drop)
    }

    /// Closes it again. False: it was not open.
    pub async fn revoke_egress(&self, scope: &Scope, cidr: &str, ports: &str) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&REVOKE, args![scope, cidr, ports]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// The private address ranges open to a workspace.
    pub async fn list_egress_grants(&self, scope: &Scope) -> Result<Vec<EgressGrant>> {
        self.all(&GRANTS, args![scope]).await
    }
}

impl FromRow for ConnectionRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            connection: row.parse()?,
            name: row.text()?,
            connector: row.text()?,
            account: row.opt_text()?,
            settings: row.bytes()?,
            secrets: row.bytes()?,
            bound_to: row.opt_text()?,
            tested_at: row.opt_time()?,
            agreed_account: row.opt_text()?,
            state: row.parse()?,
            created_at: row.time()?,
            updated_at: row.time()?,
        })
    }
}

impl FromRow for EgressGrant {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            cidr: row.text()?,
            ports: row.text()?,
            reason: row.text()?,
            granted_at: row.time()?,
            granted_by: row.text()?,
        })
    }
}
