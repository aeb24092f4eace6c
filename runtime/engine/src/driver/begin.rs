//! Beginning work the plan asks for. What is quick is done at once; calls go in flight.

use std::sync::Arc;

use futures::FutureExt;
use serde_json::Value;
use throughline_domain::id::RunId;
use throughline_domain::run::decision::{ActionCall, ChildCall, CodeCall, Seal, Settle, Work};
use throughline_domain::run::event::{BlobRef, Payload, RunEvent};
use throughline_domain::run::{fail_step, hold};
use throughline_store::{Lifecycle, NewSignal};
use tokio_util::sync::CancellationToken;

use super::done::Done;
use super::{Driver, DriverError};
use crate::calls::{self, Attempted, Place};
use crate::gateway::propose::{Asking, look_at};
use crate::gateway::{self, Verdict};
use crate::lease::LeaseFence;
use crate::signal::SignalBody;

impl Driver {
    pub(super) async fn begin(&mut self, work: Work) -> Result<(), DriverError> {
        // The outcome of an earlier write and the intent of the next share a commit; nothing else leaves before it.
        if !self.is_write(&work) {
            self.flush_outcome().await?;
        }
        match work {
            Work::Action(call) if self.version.action(&call.action).effect.is_write() => {
                self.begin_write(call).await
            }
            Work::Action(call) => self.begin_read(call).await,
            Work::Resume(call) => self.begin_resume(call).await,
            Work::Settle(settle) => {
                self.begin_settle(settle);
                Ok(())
            }
            Work::Code(call) => self.begin_code(call),
            Work::Child(call) => self.begin_child(call).await,
            Work::Load(blobs) => self.load(&blobs).await,
            Work::Seal(seal) => self.seal(seal).await,
            Work::CancelChild { run } => {
                self.cancel_child(run);
                Ok(())
            }
        }
    }

    fn is_write(&self, work: &Work) -> bool {
        matches!(work, Work::Action(call) if self.version.action(&call.action).effect.is_write())
    }

    fn place(&self, cancel: CancellationToken) -> Place {
        let plugins = self.state.start().map(|start| start.plugins.clone()).unwrap_or_default();
        Place {
            scope: self.claim.scope.clone(),
            run: self.claim.run.clone(),
            plugins: Arc::new(plugins),
            cancel,
            fence: Arc::new(LeaseFence::new(&self.shared, &self.claim, &self.reins)),
        }
    }

    async fn begin_read(&mut self, call: ActionCall) -> Result<(), DriverError> {
        if !self.is_born().await {
            return Err(DriverError::Unborn);
        }
        self.append(attempt_started(&call))?;
        self.running.paths.insert(call.path.clone());
        let (shared, place) = (Arc::clone(&self.shared), self.place(self.stop_reads.clone()));
        self.flight.push(
            async move {
                let attempted = calls::run_action(&shared, &place, &call, "").await;
                Done::Action { call, attempted }
            }
            .boxed(),
        );
        Ok(())
    }

    /// The intent is durable before anything leaves the host.
    async fn begin_write(&mut self, call: ActionCall) -> Result<(), DriverError> {
        match gateway::verdict(&self.shared, &self.claim.scope, &self.version, &call).await {
            Verdict::Go => {
                self.append(attempt_started(&call))?;
                self.send_write(call, None).await
            }
            #[cfg(feature = "faults")]
            Verdict::Look if crate::faults::skips_approval() => {
                self.append(attempt_started(&call))?;
                self.send_write(call, None).await
            }
            Verdict::Look => self.begin_look(call).await,
            Verdict::Hold(stage) => {
                let sentence = gateway::hold_sentence(&call, stage);
                let parked = hold(&self.version, &self.state, &call.path, sentence);
                self.append(parked)
            }
        }
    }

    /// A preview of the write: for people, or right before what they approved is sent.
    async fn begin_look(&mut self, call: ActionCall) -> Result<(), DriverError> {
        if !self.is_born().await {
            return Err(DriverError::Unborn);
        }
        self.append(attempt_started(&call))?;
        self.running.paths.insert(call.path.clone());
        let asking = Asking::new(&self.version, &self.state, &call);
        let (shared, place) = (Arc::clone(&self.shared), self.place(self.stop_reads.clone()));
        self.flight.push(
            async move {
                let (call, looked) = look_at(shared, place, call, asking).await;
                Done::Looked { call, looked: Box::new(looked) }
            }
            .boxed(),
        );
        Ok(())
    }

    /// Sends the write of the attempt that has begun.
    pub(super) async fn send_write(
        &mut self,
        call: ActionCall,
        precondition: Option<Value>,
    ) -> Result<(), DriverError> {
        let traits = self.version.action(&call.action);
        let intent = gateway::intent(&self.shared.config.workspace_key, &self.claim.run, &call, traits);
        let RunEvent::EffectIntended { idempotency_key, .. } = &intent else {
            unreachable!("the gateway makes intents")
        };
        let key = idempotency_key.clone();
        self.append(intent)?;
        fail::fail_point!("gateway.before_intent_commit", |_| std::process::abort());
        #[cfg(feature = "faults")]
        let durable = !crate::faults::skips_intent();
        #[cfg(not(feature = "faults"))]
        let durable = true;
        if durable {
            self.flush().await?;
        }
        fail::fail_point!("gateway.after_intent_commit", |_| std::process::abort());
        fail::fail_point!("gateway.after_apply", call.approved_by.is_some(), |_| std::process::abort());
        self.running.paths.insert(call.path.clone());
        // A cancel does not stop a write under way: its outcome must be known. Only a lost lease does.
        let (shared, place) = (Arc::clone(&self.shared), self.place(self.reins.lost.clone()));
        let doubtful = gateway::may_have_happened(self.claim.doubtful_since, &call);
        self.flight.push(
            async move {
                let attempted = match doubtful {
                    Some(failure) => Attempted { sent: true, ..Attempted::unsent(failure) },
                    None => {
                        #[cfg(feature = "faults")]
                        if call.approved_by.is_some() && crate::faults::applies_twice() {
                            calls::run_unless_moved(&shared, &place, &call, &key, precondition.as_ref())
                                .await;
                        }
                        calls::run_unless_moved(&shared, &place, &call, &key, precondition.as_ref()).await
                    }
                };
                fail::fail_point!("gateway.after_call", |_| std::process::abort());
                Done::Action { call, attempted }
            }
            .boxed(),
        );
        Ok(())
    }

    /// A suspended call goes on, of a write under the intent that is open: that it did is durable first, so that
    /// after a crash it is settled and not called once more.
    async fn begin_resume(&mut self, call: ActionCall) -> Result<(), DriverError> {
        self.append(RunEvent::CallResumed { path: call.path.clone(), attempt: call.attempt })?;
        let key = call.open_key.clone();
        if key.is_some() {
            self.flush().await?;
            fail::fail_point!("gateway.after_resume_commit", |_| std::process::abort());
        }
        self.running.paths.insert(call.path.clone());
        let cancel = if key.is_some() { self.reins.lost.clone() } else { self.stop_reads.clone() };
        let (shared, place) = (Arc::clone(&self.shared), self.place(cancel));
        self.flight.push(
            async move {
                let attempted = calls::run_action(&shared, &place, &call, &key.unwrap_or_default()).await;
                Done::Action { call, attempted }
            }
            .boxed(),
        );
        Ok(())
    }

    pub(super) fn begin_settle(&mut self, settle: Settle) {
        fail::fail_point!("gateway.before_settle", |_| std::process::abort());
        self.running.paths.insert(settle.call.path.clone());
        let class = self.version.action(&settle.call.action).effect;
        let (shared, place) = (Arc::clone(&self.shared), self.place(self.reins.lost.clone()));
        self.flight.push(
            async move {
                let found = gateway::settle::settle(&shared, &place, class, &settle).await;
                Done::Settle { settle, found }
            }
            .boxed(),
        );
    }

    fn begin_code(&mut self, call: CodeCall) -> Result<(), DriverError> {
        self.append(RunEvent::AttemptStarted {
            path: call.path.clone(),
            attempt: call.attempt,
            input: Payload::Inline(call.input.clone()),
        })?;
        self.running.paths.insert(call.path.clone());
        let (shared, place) = (Arc::clone(&self.shared), self.place(self.stop_reads.clone()));
        self.flight.push(
            async move {
                let result = calls::run_code(&shared, &place, &call).await;
                Done::Code { call, result }
            }
            .boxed(),
        );
        Ok(())
    }

    /// Creates the called run in the same commit as the wait for it; creating it again changes nothing.
    async fn begin_child(&mut self, call: ChildCall) -> Result<(), DriverError> {
        let path = call.path.clone();
        let now = self.now();
        match self.shared.catalog.child_run(&self.claim.scope, &call, now).await {
            Ok(child) => {
                let (workflow, version) = (child.workflow.clone(), child.version);
                self.append(RunEvent::ChildStarted { path, run: call.run, workflow, version })?;
                self.journal.children.push(child);
                Ok(())
            }
            Err(error) => {
                let failed = fail_step(&self.version, &self.state, &path, error.into_failure());
                self.append(failed)
            }
        }
    }

    async fn load(&mut self, blobs: &[BlobRef]) -> Result<(), DriverError> {
        for blob in blobs {
            let value = self.shared.store.load(&self.claim.scope, &Payload::Blob(blob.clone())).await?;
            self.state.hydrate(&blob.sha256, value);
        }
        self.replan = true;
        Ok(())
    }

    async fn seal(&mut self, seal: Seal) -> Result<(), DriverError> {
        let count = seal.results.as_array().map_or(0, Vec::len) as u64;
        let bytes = serde_json::to_vec(&seal.results).unwrap_or_default();
        let segment = self.shared.store.put_json(&self.claim.scope, &bytes).await?;
        fail::fail_point!("engine.after_segment", |_| std::process::abort());
        let Seal { path, first, succeeded, .. } = seal;
        self.append(RunEvent::SegmentSealed { path, first, count, succeeded, segment })
    }
}

impl Driver {
    fn cancel_child(&mut self, run: RunId) {
        fail::fail_point!("engine.before_child_cancel", |_| std::process::abort());
        let signal = NewSignal {
            id: "cancel".to_owned(),
            kind: "cancel".to_owned(),
            path: None,
            body: SignalBody::Cancel { by: format!("run {}", self.claim.run) }.to_bytes(),
            sent_at: self.now(),
            lifecycle: Some(Lifecycle::Cancelling),
        };
        self.running.cancelled.insert(run.clone());
        self.journal.signals_out.push((run, signal));
        self.replan = true;
    }
}

fn attempt_started(call: &ActionCall) -> RunEvent {
    RunEvent::AttemptStarted {
        path: call.path.clone(),
        attempt: call.attempt,
        input: Payload::Inline(call.input.clone()),
    }
}
