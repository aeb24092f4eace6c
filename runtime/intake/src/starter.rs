//! Runs that begin in the process that accepted them, before their event is durable.

use std::sync::Arc;

use throughline_domain::run::event::{Entry, Payload};
use throughline_store::{
    Accepted, Accepting, Claim, Hold, Lifecycle, NewEvent, Result as StoreResult, Scope,
};
use tokio::sync::oneshot;

use crate::Intake;
use crate::error::IntakeError;

/// Starts runs at their birth: the engine of this process, once it works.
pub trait Starter: Send + Sync {
    /// A worker for one run, if one is free and nothing that came earlier waits for one.
    fn take(&self) -> Option<Box<dyn Start>>;
}

/// A worker that is kept for one run.
pub trait Start: Send {
    /// Under what it holds the run.
    fn hold(&self) -> Hold;

    /// Begins with the run in a task of its own, which also sees to it that the event is accepted.
    fn begin(self: Box<Self>, birth: Birth);
}

/// A run that its worker begins with while its event is on the way to the disk.
#[derive(Debug)]
pub struct Birth {
    claim: Claim,
    log: Vec<Entry>,
    accepting: Accepting,
    tell: oneshot::Sender<StoreResult<Accepted>>,
}

impl Birth {
    /// The claim, the log, and what must be awaited meanwhile: it waits until the event is durable, tells its sender,
    /// and says whether the run exists and is this worker's.
    pub fn parts(self) -> (Claim, Vec<Entry>, impl Future<Output = bool> + Send) {
        let Self { claim, log, accepting, tell } = self;
        let accepted = async move {
            let (accepted, held) = match accepting.accepted().await {
                Ok((accepted, held)) => (Ok(accepted), held),
                Err(error) => (Err(error), false),
            };
            // A sender that has hung up changes nothing.
            let _ = tell.send(accepted);
            held
        };
        (claim, log, accepted)
    }
}

impl Intake {
    /// Runs are started by this one from now on; the first one stays.
    pub fn set_starter(&self, starter: Arc<dyn Starter>) {
        let _ = self.starter.set(starter);
    }

    /// A worker for the run of this event.
    pub(crate) fn start_for(&self, event: &NewEvent) -> Option<Box<dyn Start>> {
        // What is spilled is read back by whoever claims the run.
        if event.payload.len() > Payload::INLINE_MAX {
            return None;
        }
        self.starter.get()?.take()
    }

    /// Accepts the event and lets its run begin meanwhile.
    pub(crate) async fn accept_held(
        &self,
        scope: &Scope,
        event: NewEvent,
        start: Box<dyn Start>,
    ) -> Result<Accepted, IntakeError> {
        let hold = start.hold();
        let claim = Claim {
            scope: scope.clone(),
            run: event.run.id.clone(),
            workflow: event.run.workflow.clone(),
            version: event.run.version,
            generation: 1,
            claims: 1,
            lifecycle: Lifecycle::Active,
            last_seq: event.run.first_entries.last().map_or(0, |entry| entry.seq),
            doubtful_since: None,
        };
        let log = event.run.first_entries.clone();
        let accepting = self.store.accept_held(scope, event, &hold).await?;
        fail::fail_point!("intake.before_birth", |_| std::process::abort());
        let (tell, told) = oneshot::channel();
        start.begin(Birth { claim, log, accepting, tell });
        told.await.map_err(|_| IntakeError::from(throughline_store::StoreError::Closed))?.map_err(Into::into)
    }
}
