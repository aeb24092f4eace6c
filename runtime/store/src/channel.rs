//! Addresses of a workspace that are told what people are told by mail, as signed webhooks.

use throughline_domain::id::SecretId;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::people::By;
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

/// A channel as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelRow {
    /// Its name within the workspace.
    pub name: String,
    /// Where its messages go.
    pub url: String,
    /// What they are signed with.
    pub secret: SecretId,
    /// It is told of proposals.
    pub proposals: bool,
    /// It is told of exceptions.
    pub exceptions: bool,
    /// When it was set.
    pub changed_at: Timestamp,
    /// Who set it.
    pub changed_by: String,
}

statements! {
    // Not where the secret was deleted a moment ago.
    Tenant PUT = Sql::same(
        "INSERT INTO channel (workspace_id, name, url, secret_id, proposals, exceptions, changed_at, changed_by)
         SELECT s.workspace_id, CAST($2 AS TEXT), CAST($3 AS TEXT), s.secret_id, CAST($5 AS BIGINT), CAST($6 AS BIGINT),
             CAST($7 AS BIGINT), CAST($8 AS TEXT)
         FROM secret AS s WHERE s.workspace_id = $1 AND s.secret_id = $4
         ON CONFLICT (workspace_id, name) DO UPDATE SET url = excluded.url, secret_id = excluded.secret_id,
             proposals = excluded.proposals, exceptions = excluded.exceptions, changed_at = excluded.changed_at,
             changed_by = excluded.changed_by",
    );
    Tenant LIST = Sql::same(
        "SELECT name, url, secret_id, proposals, exceptions, changed_at, changed_by FROM channel
         WHERE workspace_id = $1 ORDER BY name",
    );
    Tenant DELETE = Sql::same("DELETE FROM channel WHERE workspace_id = $1 AND name = $2");
}

impl Store {
    /// Sets a channel. False: its secret is not there any more.
    pub async fn put_channel(&self, scope: &Scope, row: &ChannelRow, by: By<'_>) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        let (name, url, secret) = (&row.name, &row.url, &row.secret);
        group.fence(&PUT, args![scope, name, url, secret, row.proposals, row.exceptions, by.at, by.who]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// The channels of a workspace, by name.
    pub async fn list_channels(&self, scope: &Scope) -> Result<Vec<ChannelRow>> {
        self.all(&LIST, args![scope]).await
    }

    /// Deletes a channel. False: there is none.
    pub async fn delete_channel(&self, scope: &Scope, name: &str) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&DELETE, args![scope, name]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }
}

impl FromRow for ChannelRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            name: row.text()?,
            url: row.text()?,
            secret: row.parse()?,
            proposals: row.flag()?,
            exceptions: row.flag()?,
            changed_at: row.time()?,
            changed_by: row.text()?,
        })
    }
}
