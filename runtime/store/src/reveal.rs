//! Who looked at the hidden values of a run, when and why.

use throughline_domain::id::RunId;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::people::By;
use crate::scope::Scope;
use crate::writer::{Group, Kind};

/// Most that are listed of one run.
const MOST: usize = 200;

/// Somebody looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevealRow {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why, in their words.
    pub reason: String,
}

statements! {
    Tenant ADD = Sql::same(
        "INSERT INTO reveal (workspace_id, run_id, revealed_at, revealed_by, reason) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (workspace_id, run_id, revealed_at, revealed_by) DO NOTHING",
    );
    Tenant LIST = Sql::same(
        "SELECT revealed_at, revealed_by, reason FROM reveal WHERE workspace_id = $1 AND run_id = $2
         ORDER BY revealed_at DESC LIMIT $3",
    );
}

impl Store {
    /// Records that somebody looks at what is hidden of a run: before they do.
    pub async fn add_reveal(&self, scope: &Scope, run: &RunId, reason: &str, by: By<'_>) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        group.op(&ADD, args![scope, run, by.at, by.who, reason]);
        self.commit_group(group).await?.done().map(drop)
    }

    /// Who looked at what is hidden of a run, the last first; at most 200.
    pub async fn list_reveals(&self, scope: &Scope, run: &RunId) -> Result<Vec<RevealRow>> {
        self.all(&LIST, args![scope, run, MOST]).await
    }
}

impl FromRow for RevealRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { at: row.time()?, by: row.text()?, reason: row.text()? })
    }
}
