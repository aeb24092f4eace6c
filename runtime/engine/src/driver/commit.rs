//! Making the journal durable: with the lease kept, given up, or the run ended.

use throughline_domain::failure::Failure;
use throughline_domain::run::EndHow;
use throughline_domain::run::event::{Payload, RunEvent};
use throughline_domain::time::Timestamp;
use throughline_store::{
    CommitOutcome, Committed, Ending, Lifecycle, NewSignal, Release, RunCommit, Snapshot, Store,
};

use super::{Driver, DriverError, LetGo, SNAPSHOT_EVERY};
use crate::announce::announce;
use crate::desk::Worked;
use crate::rows::{self, RowContext};
use crate::signal::{ChildEnded, SignalBody};
use crate::spill;

impl Driver {
    /// Hands the journal to the writer and waits until it is durable; the lease is kept.
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

    /// Results of reads and pure steps that have waited long enough.
    pub(super) async fn flush_loose(&mut self) -> Result<(), DriverError> {
        fail::fail_point!("engine.before_loose_commit", |_| std::process::abort());
        self.flush().await
    }

    /// Lets the run wait. `None`: an unread signal is there, so the lease was kept.
    pub(super) async fn wait(&mut self, wake_at: Option<Timestamp>) -> Result<Option<LetGo>, DriverError> {
        fail::fail_point!("engine.before_wait", |_| std::process::abort());
        let committed = self.commit(Release::ToWaiting { wake_at }).await?;
        fail::fail_point!("engine.after_wait", |_| std::process::abort());
        Ok(committed.released.then_some(LetGo::Waiting))
    }

    /// Gives the run back for another worker to claim at once.
    pub(super) async fn requeue(&mut self) -> Result<LetGo, DriverError> {
        fail::fail_point!("engine.before_requeue", |_| std::process::abort());
        self.commit(Release::Requeue { due_at: self.now() }).await?;
        Ok(LetGo::Requeued)
    }

    /// Commits the end, and tells the calling run.
    pub(super) async fn end(&mut self) -> Result<LetGo, DriverError> {
        fail::fail_point!("engine.before_end", |_| std::process::abort());
        let ending = self.ending();
        self.tell_parent();
        self.commit(Release::Ended(ending)).await?;
        fail::fail_point!("engine.after_end", |_| std::process::abort());
        Ok(LetGo::Ended)
    }

    fn ending(&self) -> Ending {
        let end = self.state.end();
        let at = end.map_or_else(|| self.now(), |end| end.at);
        match end.map(|end| &end.how) {
            Some(EndHow::Failed { failure }) => {
                Ending::Failed { at, code: failure.code.clone(), message: failure.message.clone() }
            }
            Some(EndHow::Cancelled) => Ending::Cancelled { at },
            Some(EndHow::Succeeded { .. }) | None => Ending::Succeeded { at },
        }
    }

    fn tell_parent(&mut self) {
        let Some((parent, end)) =
            self.state.start().and_then(|start| start.parent.clone()).zip(self.state.end())
        else {
            return;
        };
        let result = match &end.how {
            EndHow::Succeeded { output } => Ok(output.clone()),
            EndHow::Failed { failure } => Err(failure.clone()),
            EndHow::Cancelled => Err(Failure::permanent("TL0446", "the called run was cancelled")),
        };
        let body = SignalBody::ChildEnded(ChildEnded {
            path: parent.path.clone(),
            run: self.claim.run.clone(),
            result,
            requested_by: self.state.requested_by().clone(),
        });
        let signal = NewSignal {
            id: format!("child/{}", self.claim.run),
            kind: "child_ended".into(),
            path: Some(parent.path.0),
            body: body.to_bytes(),
            sent_at: self.now(),
            lifecycle: None,
        };
        self.journal.signals_out.push((parent.run, signal));
    }

    /// One commit of the run: log, rows and release behind one fence.
    async fn commit(&mut self, release: Release) -> Result<Committed, DriverError> {
        let after_seq = self.committed_seq;
        let (scope, run) = (self.claim.scope.clone(), self.claim.run.clone());
        let mut commit = RunCommit::new(scope, run, self.claim.generation, after_seq);
        let outcome = self.journal.outcome;
        self.journal.drain_into(&mut commit);
        spill_values(&self.shared.store, &mut commit).await?;
        for entry in &commit.entries {
            if let RunEvent::ItemsListed { path, items: Payload::Blob(blob), .. } = &entry.event {
                self.state.items_stored(path, blob);
            }
        }
        let context = RowContext {
            workspace: self.claim.scope.as_str(),
            version: &self.version,
            state: &self.state,
            proposed: self.proposed,
        };
        rows::add(&mut commit, &context);
        if self.state.seq() / SNAPSHOT_EVERY > after_seq / SNAPSHOT_EVERY {
            commit.snapshot = Some(self.snapshot());
        }
        if self.opened && commit.entries.iter().any(|entry| rows::may_close(&entry.event)) {
            self.close_what_is_gone(&mut commit).await?;
        }
        self.close_proposals(&mut commit).await?;
        announce(&self.shared, &mut commit, &self.version, &self.state).await;
        let worked = self.worked(&commit);
        let ends = matches!(release, Release::Ended(_));
        let rests = !matches!(release, Release::Keep);
        commit.looks = self.opened && (outcome || ends || !commit.exceptions.is_empty());
        let desk = commit.looks;
        commit.release = release;
        #[cfg(feature = "failpoints")]
        points_of(&commit);
        commit.waited = self.waited;
        let last_seq = commit.entries.last().map_or(after_seq, |entry| entry.seq);
        if outcome {
            fail::fail_point!("gateway.before_outcome_commit", |_| std::process::abort());
        }
        let committed = self.shared.store.commit(commit).await?;
        if outcome {
            fail::fail_point!("gateway.after_outcome_commit", |_| std::process::abort());
        }
        match committed {
            CommitOutcome::Fenced => Err(DriverError::Fenced),
            CommitOutcome::Committed(committed) => {
                self.committed_seq = last_seq;
                self.note_what_worked(worked);
                let shown = rests && self.may_show();
                if desk || shown {
                    self.shared.desk.called.notify_one();
                }
                self.signals_unread |= !committed.matched.is_empty();
                self.signals_unread |=
                    committed.lifecycle == Lifecycle::Cancelling && self.state.cancelled_by().is_none();
                Ok(committed)
            }
        }
    }

    /// Is an exception open about the record of this run, which came to rest and may have got past what stopped others?
    fn may_show(&self) -> bool {
        let (scope, run) = (&self.claim.scope, &self.claim.run);
        self.shared.desk.records.rested(scope, run, &self.version, &self.state)
    }

    /// Calls that succeeded on connections that exceptions are open about.
    fn worked(&self, commit: &RunCommit) -> Vec<Worked> {
        let (scope, trouble) = (&self.claim.scope, &self.shared.desk.trouble);
        let done = commit.entries.iter().filter_map(|entry| {
            let RunEvent::StepSucceeded { path, .. } = &entry.event else { return None };
            Some((entry.at, path))
        });
        let called = done.filter_map(|(at, path)| {
            let (action, connection) = self.version.find(path.node())?.called()?;
            let connection = connection.unwrap_or(&action.connector);
            trouble.is_with(scope, connection).then(|| Worked {
                scope: scope.clone(),
                connection: connection.to_owned(),
                action: Some((action.connector.clone(), action.name.clone())),
                what: format!("{action} succeeded at {path} of {}", self.claim.run),
                at,
            })
        });
        called.collect()
    }

    fn note_what_worked(&self, worked: Vec<Worked>) {
        if worked.is_empty() {
            return;
        }
        for one in worked {
            self.shared.desk.trouble.worked(one);
        }
        self.shared.desk.called.notify_one();
    }

    fn snapshot(&self) -> Snapshot {
        // The state is plain data of ours; it always serialises.
        let state = serde_json::to_vec(&self.state).unwrap_or_default();
        Snapshot { seq: self.state.seq(), state }
    }
}

/// What a commit carries besides the log has failpoints of its own.
#[cfg(feature = "failpoints")]
fn points_of(commit: &RunCommit) {
    use throughline_store::ProposalChange;
    fail::fail_point!("engine.before_announcement", !commit.events.is_empty(), |_| std::process::abort());
    fail::fail_point!("engine.before_child", !commit.children.is_empty(), |_| std::process::abort());
    fail::fail_point!("engine.before_signal", !commit.signals_out.is_empty(), |_| std::process::abort());
    fail::fail_point!("engine.before_reply", commit.reply.is_some(), |_| std::process::abort());
    fail::fail_point!("engine.before_proposal", !commit.proposals.is_empty(), |_| std::process::abort());
    let applying = |change: &ProposalChange| matches!(change, ProposalChange::Applying { .. });
    let applied = |change: &ProposalChange| {
        matches!(change, ProposalChange::Applied { .. } | ProposalChange::Close { .. })
    };
    fail::fail_point!(
        "gateway.before_apply",
        commit.proposals.iter().any(applying),
        |_| std::process::abort()
    );
    fail::fail_point!("gateway.before_applied", commit.proposals.iter().any(applied), |_| {
        std::process::abort()
    });
    fail::fail_point!("engine.before_question", !commit.asks.is_empty(), |_| std::process::abort());
    fail::fail_point!("engine.before_exception", !commit.exceptions.is_empty(), |_| std::process::abort());
}

/// Values over 64 KiB are written and fsynced as blobs before the commit that refers to them.
async fn spill_values(store: &Store, commit: &mut RunCommit) -> Result<(), DriverError> {
    for payload in commit.entries.iter_mut().flat_map(|entry| spill::payloads(&mut entry.event)) {
        let Payload::Inline(value) = payload else { continue };
        if spill::longer_than(value, Payload::INLINE_MAX) {
            fail::fail_point!("engine.before_spill", |_| std::process::abort());
            *payload = store.spill(&commit.scope, std::mem::take(value)).await?;
        }
    }
    Ok(())
}
