//! `driver/commit.rs`: making the journal durable, with the lease kept, given up, or the run ended.

use std::collections::BTreeSet;

use throughline_domain::failure::Failure;
use throughline_domain::id::{AskId, ExceptionId};
use throughline_domain::run::event::RunEvent;
use throughline_domain::run::{EndHow, WaitView};
use throughline_domain::time::Timestamp;

use super::{Driver, DriverError};
use crate::rows;
use crate::store::{CommitOutcome, NewSignal, Release, RunCommit, Status};

impl Driver {
    pub(super) async fn flush(&mut self) -> Result<(), DriverError> {
        if !self.journal.is_empty() {
            self.commit(Release::Keep).await?;
        }
        Ok(())
    }

    /// Makes the outcome of a write durable, if one is in the journal.
    pub(super) async fn flush_outcome(&mut self) -> Result<(), DriverError> {
        if self.journal.outcome { self.flush().await } else { Ok(()) }
    }

    /// True when the lease was given up; false: an unread signal is there.
    pub(super) async fn wait(&mut self, wake_at: Option<Timestamp>) -> Result<bool, DriverError> {
        self.sim.point(self.node.index, "before a wait").await;
        self.commit(Release::ToWaiting { wake_at: wake_at.map(|at| at.0) }).await
    }

    pub(super) async fn requeue(&mut self) -> Result<(), DriverError> {
        self.commit(Release::Requeue { due_at: self.now().0 }).await.map(drop)
    }

    pub(super) async fn end(&mut self) -> Result<(), DriverError> {
        self.sim.point(self.node.index, "before an end").await;
        let status = match self.state.end().map(|end| &end.how) {
            Some(EndHow::Failed { .. }) => Status::Failed,
            Some(EndHow::Cancelled) => Status::Cancelled,
            Some(EndHow::Succeeded { .. }) | None => Status::Succeeded,
        };
        self.tell_parent();
        self.commit(Release::Ended(status)).await?;
        self.sim.point(self.node.index, "after an end").await;
        Ok(())
    }

    fn tell_parent(&mut self) {
        let parent = self.state.start().and_then(|start| start.parent.clone());
        let Some((parent, end)) = parent.zip(self.state.end()) else { return };
        let result = match &end.how {
            EndHow::Succeeded { output } => Ok(output.clone()),
            EndHow::Failed { failure } => Err(failure.clone()),
            EndHow::Cancelled => Err(Failure::permanent("TL0446", "the called run was cancelled")),
        };
        let run = self.claim.run.clone();
        let signal = NewSignal {
            id: format!("child/{run}"),
            event: RunEvent::ChildEnded {
                path: parent.path,
                run,
                result,
                requested_by: self.state.requested_by().clone(),
            },
            sent_at: self.now().0,
            cancels: false,
        };
        self.journal.signals_out.push((parent.run, signal));
    }

    /// True when the lease was given up.
    async fn commit(&mut self, release: Release) -> Result<bool, DriverError> {
        let after_seq = self.committed_seq;
        let mut commit = RunCommit {
            run: self.claim.run.clone(),
            generation: self.claim.generation,
            after_seq,
            entries: std::mem::take(&mut self.journal.entries),
            release,
            intents: Vec::new(),
            settled: Vec::new(),
            exceptions: Vec::new(),
            resolved: Vec::new(),
            asks: Vec::new(),
            answered: Vec::new(),
            waits: Vec::new(),
            waits_over: Vec::new(),
            signals_read: std::mem::take(&mut self.journal.signals_read),
            replied: false,
            children: std::mem::take(&mut self.journal.children),
            signals_out: std::mem::take(&mut self.journal.signals_out),
        };
        rows::add(&mut commit, &self.version, &self.state);
        if self.opened && commit.entries.iter().any(|entry| rows::may_close(&entry.event)) {
            self.close_what_is_gone(&mut commit).await?;
        }
        let last_seq = commit.entries.last().map_or(after_seq, |entry| entry.seq);
        let node = Some(self.node.index);
        if std::mem::take(&mut self.journal.outcome) {
            self.sim.point(self.node.index, "before an outcome is durable").await;
        }
        let outcome = self.sim.ask(node, "commit", |store, now| store.commit(&commit, now)).await?;
        match outcome {
            CommitOutcome::Fenced => {
                self.sim.count("commits fenced");
                Err(DriverError::Fenced)
            }
            CommitOutcome::Refused => Err(DriverError::Store),
            CommitOutcome::Committed { released, cancelling, matched } => {
                self.committed_seq = last_seq;
                self.signals_unread |= matched || (cancelling && self.state.cancelled_by().is_none());
                Ok(released)
            }
        }
    }

    /// Exceptions and questions whose steps started over, were cancelled, or ended with the run are closed.
    async fn close_what_is_gone(&mut self, commit: &mut RunCommit) -> Result<(), DriverError> {
        let held: BTreeSet<ExceptionId> =
            self.state.open_exceptions().into_iter().map(|(_, exception, _)| exception).collect();
        let run = self.claim.run.clone();
        let node = Some(self.node.index);
        let asked = self.sim.ask(node, "read what is open", |store, _| {
            let exceptions = store.exceptions_of(&run).filter(|(_, row)| row.resolution.is_none());
            let asks = store.asks_of(&run).filter(|(_, row)| !row.closed);
            let exceptions: Vec<ExceptionId> = exceptions.map(|(id, _)| id.clone()).collect();
            (exceptions, asks.map(|(id, _)| id.clone()).collect::<Vec<AskId>>())
        });
        let (mut exceptions, mut asks) = asked.await?;
        // What this very commit opens is not in the tables yet, and may be gone again all the same.
        exceptions.extend(commit.exceptions.iter().map(|(exception, _)| exception.clone()));
        asks.extend(commit.asks.iter().map(|(ask, _)| ask.clone()));
        for exception in exceptions {
            // A cancel ends a quarantined run without lifting the quarantine.
            let quarantined = self.state.end().is_none() && self.state.quarantine() == Some(&exception);
            let stays = held.contains(&exception) || quarantined;
            if !stays && !commit.resolved.iter().any(|(closed, _)| *closed == exception) {
                commit.resolved.push((exception, "superseded"));
            }
        }
        let asking: BTreeSet<AskId> = self
            .state
            .steps()
            .into_iter()
            .filter_map(|step| match step.wait {
                Some(WaitView::Answer { ask, .. }) => Some(ask),
                Some(_) | None => None,
            })
            .collect();
        for ask in asks {
            if !asking.contains(&ask) && !commit.answered.contains(&ask) {
                commit.answered.push(ask);
            }
        }
        Ok(())
    }
}
