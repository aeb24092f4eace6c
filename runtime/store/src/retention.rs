//! What is deleted, and when: finished runs by age, and what has expired.

use throughline_domain::id::RunId;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{Arg, FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::scope::Scope;
use crate::writer::{Group, Kind};

macro_rules! delete_of_runs {
    ($table:literal) => {
        Sql::same(concat!(
            "DELETE FROM ",
            $table,
            " WHERE workspace_id = $1 AND run_id IN (SELECT key FROM json_each($2))"
        ))
    };
}

macro_rules! delete_of_proposals {
    ($table:literal) => {
        Sql::same(concat!(
            "DELETE FROM ",
            $table,
            " WHERE workspace_id = $1 AND proposal_id IN (SELECT p.proposal_id FROM proposal AS p
                 WHERE p.workspace_id = $1 AND p.run_id IN (SELECT key FROM json_each($2)))"
        ))
    };
}

macro_rules! oldest_of_workflow {
    ($from:literal) => {
        concat!(
            "SELECT run_id, ended_at FROM ",
            $from,
            " WHERE workspace_id = $1 AND run_id > $2 AND run_id < $3 AND workflow_id = $5 ORDER BY run_id LIMIT $4"
        )
    };
}

statements! {
    // A look at so many runs, whatever came of them: what is old and still open must not make it long.
    Tenant OLDEST = Sql::same(
        "SELECT run_id, ended_at FROM run WHERE workspace_id = $1 AND run_id > $2 AND run_id < $3 ORDER BY run_id LIMIT $4",
    );
    Tenant OLDEST_WORKFLOW = Sql::fork(oldest_of_workflow!("run INDEXED BY run_workflow"), oldest_of_workflow!("run"));
    Tenant DELETE_LOG = delete_of_runs!("run_log");
    Tenant DELETE_SNAPSHOT = delete_of_runs!("run_snapshot");
    Tenant DELETE_LATE = delete_of_runs!("late_result");
    Tenant DELETE_SIGNAL = delete_of_runs!("run_signal");
    Tenant DELETE_WAIT = delete_of_runs!("run_wait");
    Tenant DELETE_REPLY = delete_of_runs!("run_reply");
    Tenant DELETE_KEY = delete_of_runs!("run_key");
    Tenant DELETE_EFFECT = delete_of_runs!("effect");
    Tenant DELETE_EXCEPTION = delete_of_runs!("exception_step");
    Tenant DELETE_ASK = delete_of_runs!("ask");
    Tenant DELETE_LANE = delete_of_proposals!("proposal_lane");
    Tenant DELETE_ASKED = delete_of_proposals!("proposal_asked");
    Tenant DELETE_DECISION = delete_of_proposals!("proposal_decision");
    Tenant DELETE_CODE = delete_of_proposals!("deciding_code");
    Tenant DELETE_COMMENT = delete_of_proposals!("proposal_comment");
    Tenant DELETE_SNOOZE = delete_of_proposals!("proposal_snooze");
    Tenant DELETE_PROPOSAL = delete_of_runs!("proposal");
    Tenant DELETE_HELD = delete_of_runs!("held_run");
    Tenant DELETE_EVENT = Sql::same(
        "DELETE FROM event WHERE workspace_id = $1 AND event_id IN (SELECT run.event_id FROM run
             WHERE run.workspace_id = $1 AND run.run_id IN (SELECT key FROM json_each($2)))",
    );
    Tenant DELETE_REFERENCE = delete_of_runs!("blob_reference");
    Tenant DELETE_RUN = Sql::same(
        "DELETE FROM run WHERE workspace_id = $1 AND run_id IN (SELECT key FROM json_each($2)) AND ended_at IS NOT NULL",
    );
    All EXPIRED_DEDUPE = Sql::same(
        "DELETE FROM dedupe WHERE expires_at < $1 AND (workspace_id, scope, key_hash) IN (SELECT workspace_id, scope,
             key_hash FROM dedupe WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
    );
    All EXPIRED_CORRELATED = Sql::same(
        "SELECT workspace_id, event_id FROM correlated_event WHERE expires_at < $1 ORDER BY expires_at LIMIT $2",
    );
    Tenant DELETE_CORRELATED = Sql::same(
        "DELETE FROM correlated_event WHERE workspace_id = $1 AND event_id = $2",
    );
    All OLD_SEEN = Sql::same(
        "DELETE FROM poll_seen WHERE seen_at < $1 AND (workspace_id, workflow_id, key_hash) IN (SELECT workspace_id,
             workflow_id, key_hash FROM poll_seen WHERE seen_at < $1 ORDER BY seen_at LIMIT $2)",
    );
}

/// What one step of deleting came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Runs deleted.
    pub runs: u64,
    /// Where to go on; `None`: every run that is old enough was looked at.
    pub next: Option<RunId>,
}

struct Looked {
    run: RunId,
    ended_at: Option<Timestamp>,
}

impl FromRow for Looked {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { run: row.parse()?, ended_at: row.opt_time()? })
    }
}

impl Store {
    /// Looks at `batch` runs of a workspace (perhaps of one workflow) after `after`, oldest first, and deletes those
    /// that ended before a time, with everything that belongs to them. Go on after `next` while there is one.
    pub async fn delete_finished_runs(
        &self,
        scope: &Scope,
        workflow: Option<&str>,
        ended_before: Timestamp,
        after: Option<&RunId>,
        batch: u32,
    ) -> Result<Deleted> {
        // A run that ended before then was created before then, and ids sort by creation.
        let bound = RunId::new(ended_before.as_millis().max(0).cast_unsigned(), u128::MAX);
        let batch = batch.clamp(1, 500);
        let mut args = args![scope, after.map_or("", RunId::as_str), &bound, batch];
        args.extend(workflow.map(Arg::from));
        let sql = if workflow.is_some() { &OLDEST_WORKFLOW } else { &OLDEST };
        let looked: Vec<Looked> = self.all(sql, args).await?;
        let next = looked.last().filter(|_| looked.len() == batch as usize).map(|last| last.run.clone());
        let ended = looked.iter().filter(|looked| looked.ended_at.is_some_and(|at| at < ended_before));
        let runs: Vec<&str> = ended.map(|looked| looked.run.as_str()).collect();
        if !runs.is_empty() {
            self.delete_runs(scope, &runs).await?;
        }
        Ok(Deleted { runs: runs.len() as u64, next })
    }

    async fn delete_runs(&self, scope: &Scope, runs: &[&str]) -> Result<()> {
        let keys = Arg::keys(runs.iter().copied());
        let mut group = Group::new(Kind::Sweep);
        for sql in [
            &DELETE_LOG,
            &DELETE_SNAPSHOT,
            &DELETE_LATE,
            &DELETE_SIGNAL,
            &DELETE_WAIT,
            &DELETE_REPLY,
            &DELETE_KEY,
            &DELETE_EFFECT,
            &DELETE_EXCEPTION,
            &DELETE_ASK,
            &DELETE_LANE,
            &DELETE_ASKED,
            &DELETE_DECISION,
            &DELETE_CODE,
            &DELETE_COMMENT,
            &DELETE_SNOOZE,
            &DELETE_PROPOSAL,
            &DELETE_HELD,
            &DELETE_EVENT,
            &DELETE_REFERENCE,
            &DELETE_RUN,
        ] {
            group.op(sql, vec![Arg::from(scope), keys.clone()]);
        }
        self.commit_group(group).await?.done().map(drop)
    }

    /// Deletes expired dedupe keys and correlated events, and poll items not seen for 30 days; at most `batch` of
    /// each. Gives how many in all.
    pub async fn sweep_expired_all(&self, now: Timestamp, batch: u32) -> Result<u64> {
        let seen_before = now.0.saturating_sub(Timestamp(0).plus_ms(30 * 86_400_000).0);
        let mut group = Group::new(Kind::Sweep);
        group.op(&EXPIRED_DEDUPE, args![now, batch]);
        group.op(&OLD_SEEN, args![seen_before, batch]);
        for mut row in self.rows(&EXPIRED_CORRELATED, args![now, batch]).await? {
            let (scope, event): (Scope, String) = (row.parse()?, row.text()?);
            group.op(&DELETE_CORRELATED, args![&scope, &event]);
            let mut reference = args![&scope];
            reference.push(Arg::keys([event.as_str()]));
            group.op(&DELETE_REFERENCE, reference);
        }
        let done = self.commit_group(group).await?.done()?;
        Ok(done.iter().map(|done| done.changed).sum())
    }
}
