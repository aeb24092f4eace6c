//! `lease.rs`: claims and leases, by the database's clock alone.

use throughline_domain::id::RunId;

use super::{Lifecycle, RunRow, Status, Store};

#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) run: RunId,
    pub(crate) workflow: String,
    pub(crate) generation: u64,
    pub(crate) claims: u32,
    pub(crate) cancelling: bool,
}

impl Store {
    /// `CLAIM`: the oldest due runs; the generation and the count of claims rise with it.
    pub(crate) fn claim(&mut self, worker: u64, limit: usize, lease_us: i64, now: i64) -> Vec<Claim> {
        let is_due = |row: &RunRow| row.due_at.is_some_and(|due| due <= now);
        let mut due: Vec<(i64, RunId)> = self
            .runs
            .iter()
            .filter(|(_, row)| is_due(row))
            .map(|(run, row)| (row.due_at.unwrap_or(0), run.clone()))
            .collect();
        due.sort();
        due.truncate(limit);
        let mut claims = Vec::new();
        for (_, run) in due {
            let Some(row) = self.runs.get_mut(&run) else { continue };
            row.status = Status::Running;
            row.due_at = None;
            row.generation += 1;
            row.claims += 1;
            row.lease_worker = Some(worker);
            row.lease_until = Some(now + lease_us);
            let (workflow, generation) = (row.workflow.clone(), row.generation);
            let cancelling = row.lifecycle == Lifecycle::Cancelling;
            claims.push(Claim { run: run.clone(), workflow, generation, claims: row.claims, cancelling });
            self.changes.touched.insert(run);
        }
        claims
    }

    /// `RENEW`; gives those that are lost.
    pub(crate) fn renew(
        &mut self,
        worker: u64,
        leases: &[(RunId, u64)],
        lease_us: i64,
        now: i64,
    ) -> Vec<(RunId, u64)> {
        let mut lost = Vec::new();
        for (run, generation) in leases {
            let held = self.runs.get_mut(run).filter(|row| {
                row.generation == *generation
                    && row.lease_worker == Some(worker)
                    && row.lease_until.is_some_and(|until| until > now)
            });
            match held {
                Some(row) => row.lease_until = Some(now + lease_us),
                None => lost.push((run.clone(), *generation)),
            }
        }
        lost
    }

    /// `RELEASE`: given back untouched; the claim is not counted.
    pub(crate) fn give_back(&mut self, run: &RunId, generation: u64, now: i64) {
        let held = |row: &&mut RunRow| row.generation == generation && row.status == Status::Running;
        if let Some(row) = self.runs.get_mut(run).filter(held) {
            (row.status, row.due_at) = (Status::Queued, Some(now));
            (row.lease_worker, row.lease_until) = (None, None);
            row.claims = row.claims.saturating_sub(1);
            self.changes.due = true;
            self.changes.touched.insert(run.clone());
        }
    }

    /// `EXPIRE`: the runs of ended leases go back to the queue.
    pub(crate) fn expire(&mut self, now: i64) -> usize {
        self.requeue_where(now, |row| row.lease_until.is_some_and(|until| until < now))
    }

    /// `VOID`: SQLite only, when the data directory's lock proves that no other worker lives.
    pub(crate) fn void(&mut self, now: i64) -> usize {
        self.requeue_where(now, |row| row.lease_until.is_some())
    }

    fn requeue_where(&mut self, now: i64, which: impl Fn(&RunRow) -> bool) -> usize {
        let mut count = 0;
        for (run, row) in self.runs.iter_mut().filter(|(_, row)| which(row)) {
            row.status = Status::Queued;
            row.due_at = Some(now);
            row.lease_worker = None;
            row.lease_until = None;
            count += 1;
            self.changes.touched.insert(run.clone());
        }
        self.changes.due |= count > 0;
        count
    }

    /// `NEXT_DUE`.
    pub(crate) fn next_due(&self) -> Option<i64> {
        self.runs.values().filter_map(|row| row.due_at).min()
    }

    /// `get_run`, as far as commands look at it.
    pub(crate) fn open_run(&self, run: &RunId) -> Option<&RunRow> {
        self.runs.get(run).filter(|row| !row.ended)
    }

    pub(crate) fn is_cancelling(&self, run: &RunId) -> bool {
        self.runs.get(run).is_some_and(|row| row.lifecycle == Lifecycle::Cancelling)
    }
}
