//! Runs that were open in a backup that was restored. What the lost data did after the backup nobody here knows: a person
//! says of each whether it goes on as it is, or as one whose writes may have happened already.

use throughline_domain::id::RunId;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::changes::RunChange;
use crate::db::{Arg, FromRow, Row, Sql, args, statements, words};
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::run::Lifecycle;
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

words! {
    /// What a person says of a held run.
    HeldChoice {
        /// Nothing of it happened after the backup: it goes on where it is.
        Resume = "resume",
        /// Its writes may have happened: each is looked up or asked about before it is sent.
        InDoubt = "in_doubt",
    }
}

/// A run that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRow {
    /// Workspace.
    pub scope: Scope,
    /// Run.
    pub run: RunId,
    /// Its workflow.
    pub workflow: String,
    /// What people wanted of it before.
    pub lifecycle: Lifecycle,
    /// Since when.
    pub held_at: Timestamp,
}

statements! {
    Tenant OPEN_AFTER = Sql::same(
        "SELECT run_id FROM run WHERE workspace_id = $1 AND run_id > $2 AND ended_at IS NULL ORDER BY run_id LIMIT $3",
    );
    Tenant HOLD = Sql::same(
        "INSERT INTO held_run (workspace_id, run_id, incarnation_id, lifecycle, held_at)
         SELECT run.workspace_id, run.run_id, CAST($3 AS TEXT), run.lifecycle, (SELECT now FROM clock) FROM run
         WHERE run.workspace_id = $1 AND run.run_id IN (SELECT key FROM json_each($2)) AND run.ended_at IS NULL
         ON CONFLICT (workspace_id, run_id, incarnation_id) DO NOTHING",
    );
    // A worker that held it in the lost data has a generation that is never reached again.
    Tenant FREEZE = Sql::same(
        "UPDATE run SET lifecycle = 'paused', generation = generation + 1048576, lease_worker = NULL, lease_until = NULL,
             status = CASE WHEN status = 'running' THEN 'queued' ELSE status END,
             due_at = CASE WHEN status = 'running' THEN (SELECT now FROM clock) ELSE due_at END
         WHERE workspace_id = $1 AND run_id IN (SELECT key FROM json_each($2)) AND ended_at IS NULL",
    );
    Tenant HELD = Sql::same(
        "SELECT held_run.workspace_id, held_run.run_id, run.workflow_id, held_run.lifecycle, held_run.held_at
         FROM held_run CROSS JOIN run
         WHERE held_run.workspace_id = $1 AND held_run.run_id < $2 AND held_run.released_at IS NULL
             AND run.workspace_id = held_run.workspace_id AND run.run_id = held_run.run_id
         ORDER BY held_run.run_id DESC LIMIT $3",
    );
    Tenant ONE = Sql::same(
        "SELECT held_run.workspace_id, held_run.run_id, run.workflow_id, held_run.lifecycle, held_run.held_at
         FROM held_run CROSS JOIN run
         WHERE held_run.workspace_id = $1 AND held_run.run_id = $2 AND held_run.released_at IS NULL
             AND run.workspace_id = held_run.workspace_id AND run.run_id = held_run.run_id",
    );
    Tenant RELEASED = Sql::same(
        "UPDATE held_run SET released_at = (SELECT now FROM clock), released_by = $3, choice = $4
         WHERE workspace_id = $1 AND run_id = $2 AND released_at IS NULL",
    );
    Tenant LET_GO = Sql::same(
        "UPDATE run SET lifecycle = $3, doubtful_since = $4 WHERE workspace_id = $1 AND run_id = $2 AND ended_at IS NULL",
    );
}

impl Store {
    /// Holds the next open runs of a workspace and fences whoever worked on them; says how many, and where to go on.
    /// For a database that was restored and that nobody works on yet.
    pub async fn hold_open_runs(
        &self,
        scope: &Scope,
        incarnation: &str,
        after: Option<&RunId>,
        limit: u32,
    ) -> Result<(u64, Option<RunId>)> {
        let after = after.map_or("", RunId::as_str);
        let mut rows = self.rows(&OPEN_AFTER, args![scope, after, limit]).await?;
        let runs: Vec<RunId> = rows.iter_mut().map(Row::parse).collect::<Result<_>>()?;
        let Some(last) = runs.last() else { return Ok((0, None)) };
        let keys = Arg::keys(runs.iter().map(RunId::as_str));
        let mut group = Group::new(Kind::Admin);
        group.op(&HOLD, vec![Arg::from(scope), keys.clone(), Arg::from(incarnation)]);
        group.op(&FREEZE, vec![Arg::from(scope), keys]);
        self.commit_group(group).await?.done()?;
        Ok((runs.len() as u64, Some(last.clone())))
    }

    /// Runs that wait for a person after a restore.
    pub async fn list_held(&self, scope: &Scope, page: &PageRequest) -> Result<Page<HeldRow>> {
        let rows: Vec<HeldRow> = self.all(&HELD, args![scope, page.before()?, page.limit() + 1]).await?;
        Ok(Page::cut(rows, page, |row| row.run.to_string()))
    }

    /// One of them; `None`: it is not held.
    pub async fn get_held(&self, scope: &Scope, run: &RunId) -> Result<Option<HeldRow>> {
        self.one(&ONE, args![scope, run]).await
    }

    /// Lets a held run go on; one in doubt since `at`, by the clock of the workers. False: it is not held.
    pub async fn release_held(
        &self,
        scope: &Scope,
        run: &RunId,
        choice: HeldChoice,
        by: &str,
        at: Timestamp,
    ) -> Result<bool> {
        let Some(held) = self.get_held(scope, run).await? else { return Ok(false) };
        let mut group = Group::new(Kind::Admin);
        group.key("run", scope, run.as_str());
        group.fence(&RELEASED, args![scope, run, by, choice]);
        let doubtful_since = (choice == HeldChoice::InDoubt).then_some(at);
        group.op(&LET_GO, args![scope, run, held.lifecycle, doubtful_since]);
        let changes = group.changes();
        changes.due = true;
        changes.runs.push(RunChange::new(scope, run));
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }
}

impl FromRow for HeldRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            run: row.parse()?,
            workflow: row.text()?,
            lifecycle: row.parse()?,
            held_at: row.time()?,
        })
    }
}
