//! What is deleted, and when: finished runs by age, and what has expired.

use throughline_domain::id::RunId;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{Arg, Sql, args, statements};
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

statements! {
    Tenant FINISHED = Sql::same(
        "SELECT run_id FROM run WHERE workspace_id = $1 AND (CAST($2 AS TEXT) IS NULL OR workflow_id = $2)
             AND run_id < $3 AND ended_at < $4 ORDER BY run_id LIMIT $5",
    );
    Tenant DELETE_LOG = delete_of_runs!("run_log");
    Tenant DELETE_SNAPSHOT = delete_of_runs!("run_snapshot");
    Tenant DELETE_LATE = delete_of_runs!("late_result");
    Tenant DELETE_SIGNAL = delete_of_runs!("run_signal");
    Tenant DELETE_WAIT = delete_of_runs!("run_wait");
    Tenant DELETE_REPLY = delete_of_runs!("run_reply");
    Tenant DELETE_KEY = delete_of_runs!("run_key");
    Tenant DELETE_EFFECT = delete_of_runs!("effect");
    Tenant DELETE_EXCEPTION = delete_of_runs!("exception");
    Tenant DELETE_ASK = delete_of_runs!("ask");
    Tenant DELETE_EVENT = delete_of_runs!("event");
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

impl Store {
    /// Deletes at most `batch` runs of a workspace (perhaps of one workflow) that ended before a time, with
    /// everything that belongs to them. Gives how many; call again while it is `batch`.
    pub async fn delete_finished_runs(
        &self,
        scope: &Scope,
        workflow: Option<&str>,
        ended_before: Timestamp,
        batch: u32,
    ) -> Result<u64> {
        // A run that ended before then was created before then, and ids sort by creation.
        let bound = RunId::new(ended_before.as_millis().max(0).cast_unsigned(), u128::MAX);
        let rows =
            self.rows(&FINISHED, args![scope, workflow, &bound, ended_before, batch.clamp(1, 500)]).await?;
        let runs: Vec<String> = rows.into_iter().map(|mut row| row.text()).collect::<Result<_>>()?;
        if runs.is_empty() {
            return Ok(0);
        }
        let keys = Arg::keys(runs.iter().map(String::as_str));
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
            &DELETE_EVENT,
            &DELETE_REFERENCE,
            &DELETE_RUN,
        ] {
            group.op(sql, vec![Arg::from(scope), keys.clone()]);
        }
        self.commit_group(group).await?.done()?;
        Ok(runs.len() as u64)
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
