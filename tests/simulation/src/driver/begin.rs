//! `driver/begin.rs` and the write gateway: the intent is durable before anything leaves.

use std::rc::Rc;

use sha2::{Digest, Sha256};
use throughline_domain::connector::{Effect, Undo};
use throughline_domain::failure::{Failure, FailureKind};
use throughline_domain::id::{EffectId, RunId};
use throughline_domain::json;
use throughline_domain::retry::is_retryable;
use throughline_domain::run::decision::{ActionCall, ChildCall, CodeCall, Seal, Settle, Work};
use throughline_domain::run::event::{BlobRef, Payload, RunEvent, RunStarted, StepPath};
use throughline_domain::run::fail_step;
use throughline_domain::time::Timestamp;

use super::done::{Done, Found};
use super::{Driver, DriverError, Place};
use crate::Broken;
use crate::catalog::{KEY_LIFETIME_MS, SETTLE_MS, means};
use crate::remote::{self, Look, failure};
use crate::sim::{MS, Sim};
use crate::store::NewSignal;

const MAX_FAILED_LOOKS: u32 = 3;

impl Driver {
    pub(super) async fn begin(&mut self, work: Work) -> Result<(), DriverError> {
        // The outcome of an earlier write and the intent of the next share a commit; nothing else leaves before it.
        if !matches!(&work, Work::Action(call) if self.version.action(&call.action).effect.is_write()) {
            self.flush_outcome().await?;
        }
        match work {
            Work::Action(call) if self.version.action(&call.action).effect.is_write() => {
                self.begin_write(call).await
            }
            Work::Action(call) => self.begin_read(call),
            Work::Settle(settle) => {
                self.begin_settle(settle);
                Ok(())
            }
            Work::Resume(_) => unreachable!("no system here suspends a call"),
            Work::Code(call) => self.begin_code(call),
            Work::Child(call) => self.begin_child(call),
            Work::Load(blobs) => self.load(&blobs).await,
            Work::Seal(seal) => self.seal(seal).await,
            Work::CancelChild { run } => {
                self.cancel_child(run);
                Ok(())
            }
        }
    }

    fn begin_read(&mut self, call: ActionCall) -> Result<(), DriverError> {
        self.append(attempt_started(&call))?;
        self.running.paths.insert(call.path.clone());
        let (sim, place) = (Rc::clone(&self.sim), self.place(true));
        self.flight.push(Box::pin(async move {
            let attempted = remote::run_action(&sim, &place, &call, None).await;
            Done::Action { call, attempted }
        }));
        Ok(())
    }

    async fn begin_write(&mut self, call: ActionCall) -> Result<(), DriverError> {
        let traits = self.version.action(&call.action);
        let sending = call.sendings + 1;
        let effect = EffectId::derived(&self.claim.run, &call.path, call.logical_attempt, sending);
        let key = key(&self.claim.run, &call.path, call.logical_attempt);
        self.append(attempt_started(&call))?;
        self.append(RunEvent::EffectIntended {
            path: call.path.clone(),
            effect: effect.clone(),
            attempt: call.attempt,
            idempotency_key: key.clone(),
            request_sha256: json::sha256(&call.input),
            class: traits.effect,
            undo: Undo::Irreversible,
            sending,
        })?;
        self.sim.point(self.node.index, "before an intent is durable").await;
        if self.sim.broken != Broken::SkipIntent {
            self.flush().await?;
        }
        self.sim.point(self.node.index, "after an intent is durable").await;
        self.running.paths.insert(call.path.clone());
        let (sim, place) = (Rc::clone(&self.sim), self.place(false));
        self.flight.push(Box::pin(async move {
            let attempted = remote::run_action(&sim, &place, &call, Some((effect, key))).await;
            Done::Action { call, attempted }
        }));
        Ok(())
    }

    pub(super) fn begin_settle(&mut self, settle: Settle) {
        self.running.paths.insert(settle.call.path.clone());
        let (sim, place, node) = (Rc::clone(&self.sim), self.place(false), Rc::clone(&self.node));
        self.flight.push(Box::pin(async move {
            let found = settle_intent(&sim, &place, &settle, node.clock(&sim)).await;
            Done::Settle { settle, found }
        }));
    }

    fn begin_code(&mut self, call: CodeCall) -> Result<(), DriverError> {
        self.append(RunEvent::AttemptStarted {
            path: call.path.clone(),
            attempt: call.attempt,
            input: Payload::Inline(call.input.clone()),
        })?;
        self.running.paths.insert(call.path.clone());
        let sim = Rc::clone(&self.sim);
        self.flight.push(Box::pin(async move {
            sim.sleep(sim.throw(|dice| dice.between(1, 50)) * MS).await;
            let broken = sim.strikes(|faults| faults.unanswered);
            let result = if broken { Err(failure(FailureKind::TimedOut)) } else { Ok(call.seed.into()) };
            Done::Code { call, result }
        }));
        Ok(())
    }

    /// The called run is created in the same commit as the wait for it.
    fn begin_child(&mut self, call: ChildCall) -> Result<(), DriverError> {
        let Some(version) = self.sim.catalog.version(&call.workflow) else {
            let failed = Failure::permanent("TL0209", "there is no such workflow");
            return self.append(fail_step(&self.version, &self.state, &call.path, failed));
        };
        let started = RunStarted {
            parent: Some(call.parent),
            depth: call.depth,
            requested_by: call.requested_by,
            ..crate::people::started(version, call.run.clone(), call.input)
        };
        let child = crate::people::new_run(started, self.now());
        let (path, run, workflow) = (call.path, call.run, call.workflow);
        self.append(RunEvent::ChildStarted { path, run, workflow, version: version.number() })?;
        self.journal.children.push(child);
        Ok(())
    }

    async fn load(&mut self, blobs: &[BlobRef]) -> Result<(), DriverError> {
        for blob in blobs {
            let payload = Payload::Blob(blob.clone());
            let node = Some(self.node.index);
            let value = self.sim.ask(node, "load a blob", |store, _| store.load(&payload)).await?;
            self.state.hydrate(&blob.sha256, value.ok_or(DriverError::Store)?);
        }
        self.replan = true;
        Ok(())
    }

    async fn seal(&mut self, seal: Seal) -> Result<(), DriverError> {
        let count = seal.results.as_array().map_or(0, Vec::len) as u64;
        let text = seal.results.to_string();
        let segment = BlobRef { sha256: hex::encode(Sha256::digest(&text)), size: text.len() as u64 };
        let (hash, node) = (segment.sha256.clone(), Some(self.node.index));
        self.sim.ask(node, "write a blob", move |store, _| store.blobs.insert(hash, seal.results)).await?;
        let (path, first, succeeded) = (seal.path, seal.first, seal.succeeded);
        self.append(RunEvent::SegmentSealed { path, first, count, succeeded, segment })
    }

    fn cancel_child(&mut self, run: RunId) {
        let signal = NewSignal {
            id: "cancel".to_owned(),
            event: RunEvent::CancelRequested { by: format!("run {}", self.claim.run) },
            sent_at: self.now().0,
            cancels: true,
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

/// The same for every sending of one decision, and for no other.
fn key(run: &RunId, path: &StepPath, logical_attempt: u32) -> String {
    hex::encode(&Sha256::digest(format!("{run}\n{path}\n{logical_attempt}"))[..20])
}

/// `gateway/settle.rs`: send again where that is safe, else look, else nobody knows.
async fn settle_intent(sim: &Rc<Sim>, place: &Place, settle: &Settle, now: Timestamp) -> Found {
    let means = means(&settle.call.action);
    let fresh = now < settle.intended_at.plus_ms(KEY_LIFETIME_MS);
    let blind = sim.broken == Broken::ResendUnknown && means.effect == Effect::WriteOnce;
    let resend = means.effect == Effect::WriteIdempotent && !settle.look_only && fresh;
    if resend || blind {
        let write = Some((settle.effect.clone(), settle.idempotency_key.clone()));
        return Found::Resent(remote::run_action(sim, place, &settle.call, write).await);
    }
    if means.reconcile {
        return look_twice(sim, place, settle).await;
    }
    Found::Unknown(unknown())
}

/// *Not applied* counts only when answered twice, at least the manifest's time apart.
async fn look_twice(sim: &Rc<Sim>, place: &Place, settle: &Settle) -> Found {
    let (mut absent, mut failures) = (false, 0);
    loop {
        match remote::look(sim, place, &settle.idempotency_key).await {
            Look::Applied(output) => return Found::Applied(output),
            Look::NotApplied if absent => {
                return Found::NotApplied(failure(FailureKind::Transient { after_ms: None }));
            }
            Look::NotApplied => absent = true,
            Look::Failed(failure) if is_retryable(&failure.kind) && failures < MAX_FAILED_LOOKS => {
                failures += 1;
            }
            Look::Unknown | Look::Failed(_) => return Found::Unknown(unknown()),
        }
        sim.point(place.node, "between two looks").await;
        let until = sim.now() + SETTLE_MS.cast_signed() * MS;
        let done = || place.is_cancelled() || sim.reached(until);
        std::future::poll_fn(|_| if done() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending })
            .await;
        if place.is_cancelled() {
            return Found::Unknown(unknown());
        }
    }
}

fn unknown() -> Failure {
    let words = "nobody can tell whether the write landed";
    Failure { kind: FailureKind::OutcomeUnknown, ..Failure::permanent("TL0413", words) }
}
