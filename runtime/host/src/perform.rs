//! Carries one call out: a place, a fresh store, the guest under its limits, then what came of it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use throughline_domain::connector::Effect;
use throughline_domain::failure::{Failure, FailureKind, Origin};
use tokio::time::Instant;
use wasmtime::component::Instance;
use wasmtime::{Store, UpdateDeadline};

use crate::bindings::throughline::connector::types::ConnectorError;
use crate::call::{Call, Mode};
use crate::capability::CallState;
use crate::convert::failure_of;
use crate::error::codes;
use crate::facts::Facts;
use crate::host::Host;
use crate::ledger::Ledger;
use crate::outcome::settle;
use crate::report::{CallOutcome, CallReport, TrapKind};
use crate::trap;

/// How long a cancelled call may still wait for the answer of a write that left.
const CANCEL_GRACE: Duration = Duration::from_secs(5);
/// Bytes a guest may hand over in one call into the host, or in its answer.
const HOST_CALL_BYTES: usize = 16 << 20;

/// A call with what its kind decides.
pub(crate) struct Job {
    pub(crate) call: Call,
    pub(crate) mode: Mode,
    pub(crate) effect: Effect,
    pub(crate) pure: bool,
    pub(crate) input_blobs: BTreeSet<String>,
}

impl Job {
    /// A call that may only read.
    pub(crate) const fn reading(call: Call, mode: Mode) -> Self {
        Self { call, mode, effect: Effect::Read, pure: false, input_blobs: BTreeSet::new() }
    }
}

/// Why there is no answer of the guest.
#[derive(Debug)]
pub(crate) enum Halt {
    Trap(TrapKind, String),
    Broken(String),
    Wall,
    Cancelled,
}

/// What a guest's function returns.
pub(crate) type Answer<R> = Result<R, ConnectorError>;

impl Host {
    /// Calls a guest's function and settles what came of it.
    pub(crate) async fn perform<R, T>(
        &self,
        job: Job,
        guest: impl for<'a> FnOnce(
            &'a mut Store<CallState>,
            &'a Instance,
        ) -> BoxFuture<'a, wasmtime::Result<Answer<R>>>
        + Send,
        convert: impl FnOnce(&Facts, R) -> Result<T, Failure> + Send,
    ) -> CallOutcome<T>
    where
        R: Send,
    {
        let digest = job.call.plugin.digest().clone();
        let now = self.0.services.clock.now();
        if let Some(held) = self.0.quarantine.check(&digest, now) {
            let after_ms = u64::try_from(held.until.as_millis() - now.as_millis()).unwrap_or(0);
            return CallOutcome::failed(trap::quarantined(&held, after_ms));
        }
        let place = tokio::select! {
            biased;
            () = job.call.cancel.cancelled() => None,
            place = self.0.places.acquire() => place.ok(),
        };
        let facts = Arc::new(self.facts(job));
        let Some(_place) = place else {
            return CallOutcome::failed(trap::halted(&facts, &Halt::Cancelled));
        };
        let ledger = Arc::new(Ledger::default());
        let (answer, mut report) = self.run_guest(&facts, &ledger, guest).await;
        let result = match answer {
            Ok(Ok(value)) => convert(&facts, value),
            Ok(Err(error)) => Err(failure_of(error)),
            Err(halt) => {
                self.count_trap(&facts, &halt);
                Err(trap::halted(&facts, &halt))
            }
        };
        let result = trap::with_denials(&facts, &report, result);
        let result = result.map_err(|failure| {
            let failure = settle(facts.effect, &ledger.unsafe_answers(), failure);
            trap::scrubbed(&ledger.scrubber(), failure)
        });
        if result.is_err() {
            report.state_writes.clear();
        }
        CallOutcome { result, report }
    }

    fn facts(&self, job: Job) -> Facts {
        let asked = &job.call.plugin.manifest().limits;
        let limits = job.call.limits.clone().unwrap_or_else(|| self.0.config.limits.without_grant(asked));
        let started = Instant::now();
        Facts {
            deadline: started + limits.wall_of(job.mode),
            started,
            mode: job.mode,
            effect: job.effect,
            pure: job.pure,
            input_blobs: job.input_blobs,
            limits,
            call: job.call,
        }
    }

    async fn run_guest<R: Send>(
        &self,
        facts: &Arc<Facts>,
        ledger: &Arc<Ledger>,
        guest: impl for<'a> FnOnce(
            &'a mut Store<CallState>,
            &'a Instance,
        ) -> BoxFuture<'a, wasmtime::Result<Answer<R>>>
        + Send,
    ) -> (Result<Answer<R>, Halt>, CallReport) {
        let mut store = self.store(facts, ledger);
        let plugin = Arc::clone(&facts.call.plugin);
        let ended = {
            let running = async {
                store.data_mut().meter.resume();
                let instance = plugin.pre.instantiate_async(&mut store).await?;
                guest(&mut store, &instance).await
            };
            tokio::select! {
                biased;
                ended = running => Ok(ended),
                halt = halted(facts, ledger) => Err(halt),
            }
        };
        let state = store.data_mut();
        state.meter.pause();
        let answer = match ended {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(trap::classify(state, &error)),
            Err(halt) => Err(halt),
        };
        let mut report = ledger.take_report();
        report.cpu_ms = millis(state.meter.used());
        report.wall_ms = millis(facts.started.elapsed());
        report.memory_bytes = state.limiter.used();
        report.state_writes = state.state_writes();
        report.trapped = if let Err(Halt::Trap(kind, _)) = &answer { Some(*kind) } else { None };
        (answer, report)
    }

    fn store(&self, facts: &Arc<Facts>, ledger: &Arc<Ledger>) -> Store<CallState> {
        let state = CallState::new(
            Arc::clone(facts),
            Arc::clone(ledger),
            self.0.services.clone(),
            Arc::clone(&self.0.egress),
        );
        let mut store = Store::new(&self.0.engine, state);
        store.limiter(|state| &mut state.limiter);
        store.set_hostcall_fuel(HOST_CALL_BYTES);
        store.set_max_component_handles(crate::capability::MAX_HANDLES * 2);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut context| {
            let within = context.data_mut().meter.tick();
            Ok(if within { UpdateDeadline::Yield(1) } else { UpdateDeadline::Interrupt })
        });
        store
    }

    fn count_trap(&self, facts: &Facts, halt: &Halt) {
        let Halt::Trap(kind, words) = halt else { return };
        let plugin = &facts.call.plugin;
        let (digest, id) = (plugin.digest(), &plugin.manifest().id);
        let reason = format!("{} ({words})", trap::words(*kind));
        tracing::warn!(plugin.id = %id, plugin.digest = %digest, run.id = %facts.call.run_id, trap = ?kind, words, "a plugin was stopped");
        if self.0.quarantine.trapped(digest, id, &reason, self.0.services.clock.now()) {
            tracing::error!(plugin.id = %id, plugin.digest = %digest, code = codes::QUARANTINED, "a plugin is quarantined");
        }
    }
}

/// Resolves when the call must end, whatever the guest does.
async fn halted(facts: &Facts, ledger: &Ledger) -> Halt {
    tokio::select! {
        () = tokio::time::sleep_until(facts.deadline) => Halt::Wall,
        () = facts.call.cancel.cancelled() => {
            // A write that left is worth waiting for: its answer decides between done and in doubt.
            if !ledger.unsafe_answers().is_empty() {
                tokio::time::sleep_until(facts.deadline.min(Instant::now() + CANCEL_GRACE)).await;
            }
            Halt::Cancelled
        }
    }
}

impl<T> CallOutcome<T> {
    /// A call that never began.
    pub(crate) fn failed(failure: Failure) -> Self {
        Self { result: Err(failure), report: CallReport::default() }
    }

    /// An operation or interface that the connector does not have.
    pub(crate) fn unsupported(call: &Call, what: &str) -> Self {
        let manifest = call.plugin.manifest();
        Self::failed(Failure {
            kind: FailureKind::Unsupported,
            code: codes::UNSUPPORTED.into(),
            message: format!("connector {} {} has no {what}", manifest.id, manifest.version),
            origin: Origin::Host,
            http_status: None,
            remote_request_id: None,
            detail: None,
        })
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
