//! `accept.rs`: an event and the run it starts, in one commit.

use throughline_domain::id::{EventId, RunId};
use throughline_domain::run::event::Entry;

use super::{Lifecycle, RunRow, Segment, Status, Store};

#[derive(Clone, Debug)]
pub(crate) struct NewEvent {
    pub(crate) id: EventId,
    pub(crate) dedupe: String,
    pub(crate) run: NewRun,
}

#[derive(Clone, Debug)]
pub(crate) struct NewRun {
    pub(crate) id: RunId,
    pub(crate) workflow: String,
    pub(crate) first_entries: Vec<Entry>,
    pub(crate) reply_wanted: bool,
    pub(crate) event: Option<EventId>,
    pub(crate) created_at: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) run: RunId,
    pub(crate) duplicate: bool,
}

impl Store {
    /// `DEDUPE`, then `INSERT_EVENT` and `run_ops`. No key expires here: thirty days are longer than any simulation.
    pub(crate) fn accept(&mut self, event: &NewEvent) -> Accepted {
        if let Some((_, run)) = self.dedupe.get(&event.dedupe) {
            return Accepted { run: run.clone(), duplicate: true };
        }
        let earlier = (event.id.clone(), event.run.id.clone());
        self.dedupe.insert(event.dedupe.clone(), earlier);
        let mut run = event.run.clone();
        run.event = Some(event.id.clone());
        self.create_run(&run);
        Accepted { run: run.id, duplicate: false }
    }

    /// `INSERT_RUN … ON CONFLICT DO NOTHING` and `INSERT_LOG … ON CONFLICT DO NOTHING`. False: it was there.
    pub(crate) fn create_run(&mut self, run: &NewRun) -> bool {
        if self.runs.contains_key(&run.id) {
            return false;
        }
        let row = RunRow {
            workflow: run.workflow.clone(),
            status: Status::Queued,
            lifecycle: Lifecycle::Active,
            due_at: Some(run.created_at),
            generation: 0,
            claims: 0,
            lease_worker: None,
            lease_until: None,
            last_seq: run.first_entries.last().map_or(0, |entry| entry.seq),
            ended: false,
            event: run.event.clone(),
            reply_wanted: run.reply_wanted,
            replied: false,
        };
        self.runs.insert(run.id.clone(), row);
        let segment = Segment { generation: 0, entries: run.first_entries.clone() };
        self.log.insert(run.id.clone(), vec![segment]);
        self.changes.due = true;
        self.changes.touched.insert(run.id.clone());
        true
    }
}
