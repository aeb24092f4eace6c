//! Later runs of the record that an open exception is about: one of them may show that it is over.

use serde_json::Value as Json;
use throughline_domain::id::{ExceptionId, RunId};

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::scope::Scope;

/// An open exception about a record.
#[derive(Clone, Debug, PartialEq)]
pub struct StandingRow {
    /// Exception.
    pub exception: ExceptionId,
    /// The same again has the same one.
    pub fingerprint: String,
    /// Workflow.
    pub workflow: String,
    /// What changed; the keys of the record among it.
    pub what_changed: Json,
}

/// A run that began, for the same record, after an exception was seen last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaterRow {
    /// Exception.
    pub exception: ExceptionId,
    /// Run.
    pub run: RunId,
    /// Last entry of its log.
    pub last_seq: u64,
}

statements! {
    Tenant STANDING = Sql::same(
        "SELECT exception_id, fingerprint, workflow_id, what_changed FROM exception
         WHERE workspace_id = $1 AND exception_id > $2 AND ended_at IS NULL AND kind = 'business'
         ORDER BY exception_id LIMIT $3",
    );
    // In this order: few exceptions are open, and few runs follow on one. A key may have any number of runs before.
    Tenant LATER = Sql::same(
        "SELECT DISTINCT e.exception_id, r.run_id, r.last_seq
         FROM exception AS e CROSS JOIN run_key AS own CROSS JOIN run_key AS k CROSS JOIN run AS r
         WHERE e.workspace_id = $1 AND e.exception_id > $2 AND e.exception_id <= $3 AND e.ended_at IS NULL
             AND e.kind = 'business'
             AND own.workspace_id = $1 AND own.run_id = e.run_id
             AND k.workspace_id = $1 AND k.name = own.name AND k.value = own.value AND k.run_id > e.run_id
             AND r.workspace_id = $1 AND r.run_id = k.run_id AND r.workflow_id = e.workflow_id
             AND r.parent_run_id IS NULL AND r.created_at > e.last_seen_at
         ORDER BY e.exception_id, r.run_id LIMIT 1000",
    );
}

impl Store {
    /// Open exceptions about records, in the order of their ids, after one of them; nothing: from the first.
    pub async fn standing_exceptions(
        &self,
        scope: &Scope,
        after: Option<&ExceptionId>,
        limit: u32,
    ) -> Result<Vec<StandingRow>> {
        self.all(&STANDING, args![scope, after.map_or("", ExceptionId::as_str), limit]).await
    }

    /// The runs of the same workflow and keys that began after each of these exceptions was seen last, of the ids after
    /// one up to another; at most 1,000.
    pub async fn later_runs(
        &self,
        scope: &Scope,
        after: Option<&ExceptionId>,
        up_to: &ExceptionId,
    ) -> Result<Vec<LaterRow>> {
        self.all(&LATER, args![scope, after.map_or("", ExceptionId::as_str), up_to]).await
    }
}

impl FromRow for StandingRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            exception: row.parse()?,
            fingerprint: row.text()?,
            workflow: row.text()?,
            what_changed: row.json()?,
        })
    }
}

impl FromRow for LaterRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { exception: row.parse()?, run: row.parse()?, last_seq: row.count()? })
    }
}
