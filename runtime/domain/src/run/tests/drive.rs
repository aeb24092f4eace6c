//! A driver with a remote of its own: answers, lies about what it applied, loses its worker, and checks after every
//! entry that nothing forbidden has happened.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::generate::Dice;
use crate::connector::{Effect, Undo};
use crate::failure::{Failure, FailureKind, Origin};
use crate::id::{EffectId, RunId};
use crate::run::WaitView;
use crate::run::decision::{ActionCall, Plan, Settle, Work};
use crate::run::event::{BlobRef, EffectOutcome, Entry, Evidence, Payload, RunEvent, RunStarted, StepPath};
use crate::run::{
    IllegalEvent, RunState, RunStatus, Running, Suspension, Version, after_attempt, after_code, after_resend,
    after_suspension, plan, unfit,
};
use crate::time::Timestamp;

pub(super) const T0: Timestamp = Timestamp(1_767_225_600_000_000);

pub(super) struct Drive {
    pub(super) version: Version,
    pub(super) state: RunState,
    pub(super) log: Vec<Entry>,
    pub(super) running: Running,
    pub(super) now: Timestamp,
    pub(super) dice: Dice,
    /// Values are stored apart now and then, as large ones are.
    pub(super) spill: bool,
    /// No check after every entry: for long lives.
    pub(super) quiet: bool,
    /// Calls begun and not answered, with what the remote really did.
    flying: Vec<(ActionCall, bool)>,
    blobs: HashMap<String, Value>,
    /// Unsafe requests the remote applied without a key, per step and logical attempt.
    pub(super) applied: BTreeMap<(StepPath, u32), u32>,
}

pub(super) fn started(version: &Version, input: Value, reply_wanted: bool) -> RunEvent {
    let vars = json!({ "limit": 5 }).as_object().cloned().unwrap_or_else(Map::new);
    RunEvent::RunStarted(Box::new(RunStarted {
        run: RunId::new(1_767_225_600_000, 7),
        workflow: version.workflow().id.clone(),
        version: version.number(),
        event: None,
        input: Payload::Inline(input),
        vars,
        plugins: BTreeMap::new(),
        parent: None,
        depth: 0,
        retry_of: None,
        copied: Vec::new(),
        edited: None,
        reply_wanted,
        requested_by: std::collections::BTreeSet::new(),
    }))
}

pub(super) fn failure(kind: FailureKind) -> Failure {
    Failure { kind, origin: Origin::Remote, ..Failure::permanent("crm.said_no", "the CRM said no") }
}

impl Drive {
    pub(super) fn new(version: Version, seed: u64) -> Self {
        let mut drive = Self {
            version,
            state: RunState::new(),
            log: Vec::new(),
            running: Running::default(),
            now: T0,
            dice: Dice::new(seed),
            spill: false,
            quiet: false,
            flying: Vec::new(),
            blobs: HashMap::new(),
            applied: BTreeMap::new(),
        };
        let input = json!({ "n": drive.dice.below(8), "list": [1, 2, { "x": 3 }, null, 5] });
        let reply = drive.dice.one_in(2);
        let start = started(&drive.version, input, reply);
        drive.record(start).unwrap();
        drive
    }

    pub(super) fn plan(&self) -> Plan {
        plan(&self.version, &self.state, &self.running, self.now)
    }

    pub(super) fn record(&mut self, event: RunEvent) -> Result<(), IllegalEvent> {
        let event = if self.spill && self.dice.one_in(6) { self.spilled(event) } else { event };
        let entry = Entry { seq: self.state.seq() + 1, at: self.now, event };
        let before = if self.quiet { RunState::new() } else { self.state.clone() };
        match self.state.apply(&entry, &self.version) {
            Ok(()) => {
                self.log.push(entry);
                if !self.quiet {
                    self.check();
                }
                Ok(())
            }
            Err(error) => {
                assert!(self.quiet || before == self.state, "an illegal event changed the state");
                Err(error)
            }
        }
    }

    pub(super) fn must(&mut self, event: RunEvent) {
        let shown = format!("{event:?}");
        self.record(event).unwrap_or_else(|error| panic!("{error}\n{shown}\n{:#?}", self.state.steps()));
    }

    fn blob(&mut self, value: Value) -> BlobRef {
        let text = value.to_string();
        let sha256 = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&text));
        self.blobs.insert(sha256.clone(), value);
        BlobRef { sha256, size: text.len() as u64 }
    }

    fn spilled(&mut self, mut event: RunEvent) -> RunEvent {
        if let RunEvent::StepSucceeded { output: payload, .. }
        | RunEvent::ItemsListed { items: payload, .. }
        | RunEvent::AttemptStarted { input: payload, .. } = &mut event
            && let Payload::Inline(value) = payload
        {
            *payload = Payload::Blob(self.blob(value.take()));
        }
        event
    }

    /// What must hold in every state.
    fn check(&self) {
        for step in self.state.steps() {
            let unsettled = |outcome: &Option<EffectOutcome>| {
                matches!(outcome, None | Some(EffectOutcome::InDoubt { .. }))
            };
            let open = step.effects.iter().filter(|effect| unsettled(&effect.outcome)).count();
            assert!(open <= 1, "two unsettled effects at {}", step.path);
            let confirmed =
                |outcome: &Option<EffectOutcome>| matches!(outcome, Some(EffectOutcome::Confirmed { .. }));
            let done = step.effects.iter().filter(|effect| confirmed(&effect.outcome)).count();
            assert!(done <= 1 && (done == 0 || open == 0), "two effects at {}", step.path);
        }
        for (key, times) in &self.applied {
            assert!(*times <= 1, "applied {times} times at {key:?}");
        }
        for (_, _, draft) in self.state.open_exceptions() {
            assert!(
                draft.sentence.chars().count() >= crate::run::MIN_SENTENCE && !draft.updates_after.is_empty()
            );
        }
    }

    /// There is always something to do, to wait for, or the end.
    pub(super) fn has_decision(&self, plan: &Plan) -> bool {
        let waits =
            !self.state.open_exceptions().is_empty()
                || self.state.steps().iter().any(|step| {
                    matches!(step.wait, Some(WaitView::Answer { .. } | WaitView::Proposal { .. }))
                })
                || !self.state.children().is_empty()
                || !self.state.orphans.is_empty()
                || self.state.quarantine().is_some();
        let busy = !self.running.paths.is_empty();
        plan.ended
            || !plan.record.is_empty()
            || !plan.work.is_empty()
            || plan.wake_at.is_some()
            || waits
            || busy
    }

    /// The worker goes down: everything in flight is lost, the log is not.
    pub(super) fn crash(&mut self) {
        self.running = Running::default();
        self.flying.clear();
        self.state = self.refold();
    }

    pub(super) fn refold(&self) -> RunState {
        let mut again = RunState::new();
        for entry in &self.log {
            again.apply(entry, &self.version).unwrap();
        }
        assert_eq!(again, self.state, "replay differs from live");
        again
    }

    /// Does one thing. False when the run has ended.
    pub(super) fn turn(&mut self) -> bool {
        let plan = self.plan();
        assert!(self.has_decision(&plan), "nothing to do and nothing to wait for:\n{:#?}", self.state);
        if plan.ended {
            return false;
        }
        if !plan.record.is_empty() {
            let due = self.state.timers.first().is_some_and(|(at, _)| *at <= self.now);
            assert!(due || self.state.status() == RunStatus::Running, "{:?}\n{:#?}", plan.record, self.state);
            for event in plan.record {
                self.must(event);
            }
            return true;
        }
        let work = plan.work.len() as u64;
        let flying = self.flying.len() as u64;
        let choice = self.dice.below(work * 4 + flying * 3 + 1);
        if choice < work * 4 {
            let index = usize::try_from(choice / 4).unwrap();
            self.begin(plan.work[index].clone());
        } else if choice < work * 4 + flying * 3 {
            let index = usize::try_from((choice - work * 4) / 3).unwrap();
            let (call, applied) = self.flying.swap_remove(index);
            self.answer(&call, applied);
        } else if let Some(at) = plan.wake_at.filter(|_| self.dice.one_in(3)) {
            self.now = self.now.max(at);
        }
        self.now = self.now.plus_ms(self.dice.below(50));
        true
    }

    pub(super) fn begin(&mut self, work: Work) {
        match work {
            Work::Action(call) => self.begin_action(call),
            Work::Resume(call) => {
                self.must(RunEvent::CallResumed { path: call.path.clone(), attempt: call.attempt });
                self.running.paths.insert(call.path.clone());
                let really = self.applied.contains_key(&(call.path.clone(), call.logical_attempt));
                self.flying.push((call, really));
            }
            Work::Code(call) => {
                let input = Payload::Inline(call.input.clone());
                self.must(RunEvent::AttemptStarted { path: call.path.clone(), attempt: call.attempt, input });
                let outcome = self.outcome(false);
                let random = self.dice.next();
                for event in after_code(&self.version, &self.state, &call, outcome, self.now, random) {
                    self.must(event);
                }
            }
            Work::Settle(settle) => self.settle(settle),
            Work::Child(call) => {
                let (run, workflow) = (call.run, call.workflow);
                self.must(RunEvent::ChildStarted { path: call.path, run, workflow, version: 3 });
            }
            Work::Load(blobs) => {
                for blob in blobs {
                    let value = self.blobs[&blob.sha256].clone();
                    self.state.hydrate(&blob.sha256, value);
                }
            }
            Work::Seal(seal) => {
                let count = seal.results.as_array().unwrap().len() as u64;
                let segment = self.blob(seal.results);
                let (path, first, succeeded) = (seal.path, seal.first, seal.succeeded);
                self.must(RunEvent::SegmentSealed { path, first, count, succeeded, segment });
            }
            Work::CancelChild { run } => {
                self.running.cancelled.insert(run);
            }
        }
    }

    /// A keyed write is sent again; for any other the remote is asked what it knows.
    fn settle(&mut self, settle: Settle) {
        let keyed = self.version.action(&settle.call.action).effect == Effect::WriteIdempotent;
        if keyed && !settle.look_only {
            if self.dice.one_in(4) {
                return self.suspend(&settle.call);
            }
            let outcome = self.outcome(false);
            let random = self.dice.next();
            for event in after_resend(&self.version, &self.state, &settle, outcome, self.now, random) {
                let not_applied =
                    |outcome: &EffectOutcome| matches!(outcome, EffectOutcome::NotApplied { .. });
                assert!(!matches!(&event, RunEvent::EffectSettled { outcome, .. } if not_applied(outcome)));
                self.must(event);
            }
            return;
        }
        // A reconcile never says "not applied" of what was.
        let key = (settle.call.path.clone(), settle.call.logical_attempt);
        let outcome = match self.dice.below(3) {
            0 if !self.applied.contains_key(&key) => {
                EffectOutcome::NotApplied { failure: failure(FailureKind::Transient { after_ms: None }) }
            }
            0 | 1 => EffectOutcome::InDoubt { failure: failure(FailureKind::OutcomeUnknown) },
            _ => {
                let receipt = Payload::Inline(json!({ "id": 1 }));
                EffectOutcome::Confirmed { receipt, by: Evidence::Reconciled }
            }
        };
        self.must(RunEvent::EffectSettled { path: settle.call.path, effect: settle.effect, outcome });
    }

    fn begin_action(&mut self, call: ActionCall) {
        let input = Payload::Inline(call.input.clone());
        self.must(RunEvent::AttemptStarted { path: call.path.clone(), attempt: call.attempt, input });
        let class = self.version.action(&call.action).effect;
        let mut really = false;
        if class.is_write() && call.approved_by.is_none() && self.dice.one_in(6) {
            return self.propose(&call);
        }
        if class.is_write() && !self.dice.one_in(6) {
            let sending = call.sendings + 1;
            let run = self.state.start().unwrap().run.clone();
            self.must(RunEvent::EffectIntended {
                path: call.path.clone(),
                effect: EffectId::derived(&run, &call.path, call.logical_attempt, sending),
                attempt: call.attempt,
                idempotency_key: format!("{}-{}", call.path, call.logical_attempt),
                request_sha256: String::new(),
                class,
                undo: Undo::Irreversible,
                sending,
            });
            really = self.dice.one_in(2);
            if really && class == Effect::WriteOnce {
                *self.applied.entry((call.path.clone(), call.logical_attempt)).or_default() += 1;
            }
        }
        self.running.paths.insert(call.path.clone());
        self.flying.push((call, really));
    }

    fn answer(&mut self, call: &ActionCall, really: bool) {
        self.running.paths.remove(&call.path);
        if self.dice.one_in(5) {
            return self.suspend(call);
        }
        let open = self.state.step(&call.path).unwrap().effects.iter().any(|effect| effect.outcome.is_none());
        // What went on after a pause may have sent nothing more.
        let sent = open && (call.resume.is_none() || self.dice.one_in(2));
        let mut outcome = self.outcome(really);
        if open && !really && outcome.is_ok() {
            outcome = Err(failure(FailureKind::NotFound));
        }
        let random = self.dice.next();
        for event in after_attempt(&self.version, &self.state, call, outcome, sent, self.now, random) {
            self.must(event);
        }
    }

    /// The connector wants to be called again.
    fn suspend(&mut self, call: &ActionCall) {
        let suspension = Suspension {
            token: json!({ "job": self.dice.below(100) }),
            wake_after_ms: (!self.dice.one_in(3)).then_some(5_000),
            on_callback: self.dice.one_in(2),
        };
        let events = match unfit(&self.state, call, &suspension) {
            None => after_suspension(&self.state, call, suspension, self.now),
            Some(failure) => {
                let sent = call.open_key.is_some();
                after_attempt(&self.version, &self.state, call, Err(failure), sent, self.now, 0)
            }
        };
        for event in events {
            self.must(event);
        }
    }

    #[expect(clippy::result_large_err, reason = "the value a call gives")]
    /// What the driver hears; of something applied never that it surely was not.
    fn outcome(&mut self, applied: bool) -> Result<Value, Failure> {
        let kind = match self.dice.below(if applied { 8 } else { 13 }) {
            0..=3 => return Ok(json!({ "id": self.dice.below(100) })),
            4 => FailureKind::OutcomeUnknown,
            5 => FailureKind::Transient { after_ms: None },
            6 => FailureKind::Trap,
            7 => FailureKind::TimedOut,
            8 => FailureKind::NotFound,
            9 => FailureKind::RateLimited { after_ms: Some(self.dice.below(5_000)) },
            10 => FailureKind::Unavailable { after_ms: None },
            11 => FailureKind::Cancelled,
            _ => FailureKind::Permanent,
        };
        Err(failure(kind))
    }

    /// Everybody gives up or answers until the run ends; it always does.
    pub(super) fn close(&mut self, cancel: bool) {
        if cancel {
            let _already = self.record(RunEvent::CancelRequested { by: "ana".into() });
        }
        for _ in 0..3_000 {
            if !self.turn() {
                return;
            }
            let plan = self.plan();
            if plan.ended || !plan.record.is_empty() {
                continue;
            }
            // A quarantined run waits for its person, whatever else has come.
            let given = if self.state.quarantine().is_none() { self.given() } else { None };
            if let Some(event) = given {
                let _given_before = self.record(event);
            } else if let Some(event) = self.resolution(true) {
                self.must(event);
            }
        }
        panic!("the run does not end:\n{:#?}\n{:?}", self.state, self.plan());
    }
}
