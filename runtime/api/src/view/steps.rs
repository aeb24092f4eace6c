//! The steps of a run as its log tells them, in the order they were reached.

mod items;

use std::collections::HashMap;

use throughline_domain::failure::{Failure, FailureKind};
use throughline_domain::run::event::{Entry, Payload, ProposalOutcome, Resolution, RunEvent, StepPath};
use throughline_domain::time::Timestamp;

/// One step, or one node of one item.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) path: StepPath,
    pub(crate) status: &'static str,
    pub(crate) logical_attempt: u32,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) input: Option<Payload>,
    pub(crate) output: Option<Payload>,
    pub(crate) failure: Option<Failure>,
    pub(crate) next: Vec<String>,
    pub(crate) waits: Option<Waits>,
    pub(crate) items: Option<Items>,
    pub(crate) resolution: Option<(&'static str, String)>,
    /// The later run of the same record that did what it stood for.
    pub(crate) superseded_by: Option<String>,
    pub(crate) is_copied: bool,
    /// Somebody was asked about it.
    pub(crate) is_held: bool,
}

/// One try.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Attempt {
    pub(crate) logical: u32,
    pub(crate) number: u32,
    pub(crate) status: &'static str,
    pub(crate) started_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) failure: Option<Failure>,
}

/// What a waiting step waits for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Waits {
    /// `time`, `event`, `run`, `answer`, `exception` or `retry`.
    pub(crate) what: &'static str,
    /// Its id: event type and key, run, ask, exception.
    pub(crate) id: Option<String>,
    pub(crate) until: Option<Timestamp>,
}

/// Items of a for-each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Items {
    pub(crate) count: u64,
    pub(crate) succeeded: u64,
    pub(crate) failed: u64,
}

/// What a log says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    pub(crate) steps: Vec<Step>,
    pub(crate) input: Option<Payload>,
    pub(crate) output: Option<Payload>,
    pub(crate) failure: Option<Failure>,
    pub(crate) cancelled_by: Option<String>,
    /// Steps of ended items that are not among `steps`.
    pub(crate) left_out: u64,
    index: HashMap<StepPath, usize>,
    /// Steps of ended items among `steps`, until there are enough of them.
    item_steps: usize,
    /// Where the steps begin that came when there were enough.
    enough_at: Option<usize>,
}

/// Reads a log from its beginning.
#[cfg(test)]
pub(crate) fn told(log: &[Entry]) -> Told {
    let mut told = Told::default();
    told.add(log);
    told
}

impl Told {
    /// Reads on.
    pub(crate) fn add(&mut self, log: &[Entry]) {
        for entry in log {
            self.entry(entry);
        }
    }

    fn step(&mut self, path: &StepPath) -> &mut Step {
        let next = self.steps.len();
        let index = *self.index.entry(path.clone()).or_insert(next);
        if index == next {
            self.steps.push(Step::new(path));
        }
        &mut self.steps[index]
    }

    fn entry(&mut self, entry: &Entry) {
        let at = entry.at;
        match &entry.event {
            RunEvent::RunStarted(started) => {
                self.input = Some(started.input.clone());
                for copied in &started.copied {
                    let step = self.step(&copied.path);
                    step.done("succeeded", at);
                    (step.output, step.is_copied) = (Some(copied.output.clone()), true);
                    step.next.clone_from(&copied.next);
                }
            }
            RunEvent::CancelRequested { by } => self.cancelled_by = Some(by.clone()),
            RunEvent::RunSucceeded { output } => self.output = Some(output.clone()),
            RunEvent::RunFailed { failure } => self.failure = Some(failure.clone()),
            RunEvent::StepRetried { path, logical_attempt, input } => {
                self.start_over(path, *logical_attempt, input.as_ref());
            }
            RunEvent::AttemptStarted { .. }
            | RunEvent::AttemptFailed { .. }
            | RunEvent::StepSucceeded { .. }
            | RunEvent::StepFailed { .. }
            | RunEvent::StepSkipped { .. }
            | RunEvent::StepCancelled { .. } => self.moved(&entry.event, at),
            RunEvent::ItemsListed { path, items, count } => self.items_listed(path, items, *count, at),
            RunEvent::ItemEnded { path, index, result } => self.item_ended(path, *index, result.is_ok()),
            RunEvent::StepParked { .. }
            | RunEvent::CallSuspended { .. }
            | RunEvent::CallResumed { .. }
            | RunEvent::CallPutOff { .. }
            | RunEvent::WaitStarted { .. }
            | RunEvent::WaitMatched { .. }
            | RunEvent::ChildStarted { .. }
            | RunEvent::ChildEnded { .. }
            | RunEvent::Asked { .. }
            | RunEvent::Answered { .. }
            | RunEvent::Proposed { .. }
            | RunEvent::ProposalDecided { .. }
            | RunEvent::ExceptionResolved { .. } => self.waited(&entry.event, at),
            RunEvent::CallbackReceived { .. }
            | RunEvent::EffectIntended { .. }
            | RunEvent::EffectSettled { .. }
            | RunEvent::SegmentSealed { .. }
            | RunEvent::Replied { .. }
            | RunEvent::Quarantined { .. }
            | RunEvent::RunCancelled => {}
        }
    }

    /// Attempts and ends.
    fn moved(&mut self, event: &RunEvent, at: Timestamp) {
        match event {
            RunEvent::AttemptStarted { path, attempt, input } => {
                self.step(path).attempted(*attempt, input, at);
            }
            RunEvent::AttemptFailed { path, failure, retry_at, .. } => {
                let step = self.step(path);
                let status = if failure.kind == FailureKind::TimedOut { "timed_out" } else { "retryable" };
                step.attempt_ended(status, at, Some(failure));
                step.wait(Waits { what: "retry", id: None, until: Some(*retry_at) }, at);
                step.failure = Some(failure.clone());
            }
            RunEvent::StepSucceeded { path, output, next } => {
                let step = self.step(path);
                step.attempt_ended("succeeded", at, None);
                step.done("succeeded", at);
                (step.output, step.failure) = (Some(output.clone()), None);
                step.next.clone_from(next);
            }
            RunEvent::StepFailed { path, failure, next } => {
                let step = self.step(path);
                step.attempt_ended("permanent", at, Some(failure));
                step.done("failed", at);
                (step.failure, step.next) = (Some(failure.clone()), vec![next.clone()]);
            }
            RunEvent::StepSkipped { path } => self.step(path).done("skipped", at),
            RunEvent::StepCancelled { path } => {
                let step = self.step(path);
                step.attempt_ended("lost", at, None);
                step.done("cancelled", at);
            }
            _ => {}
        }
    }

    /// Waits, and what ends them.
    fn waited(&mut self, event: &RunEvent, at: Timestamp) {
        let waits = |what, id, until| Waits { what, id, until };
        match event {
            RunEvent::StepParked { path, exception, draft } => {
                let step = self.step(path);
                step.attempt_ended("permanent", at, draft.failure.as_ref());
                step.failure.clone_from(&draft.failure);
                step.is_held = true;
                step.wait(waits("exception", Some(exception.to_string()), None), at);
            }
            RunEvent::CallSuspended { path, until, on_callback, .. } => {
                let what = if *on_callback { "callback" } else { "connector" };
                self.step(path).wait(waits(what, None, Some(*until)), at);
            }
            RunEvent::CallPutOff { path, failure, retry_at, .. } => {
                let step = self.step(path);
                step.wait(waits("retry", None, Some(*retry_at)), at);
                step.failure = Some(failure.clone());
            }
            RunEvent::CallResumed { path, .. } => self.step(path).begin(at),
            RunEvent::WaitStarted { path, until, event } => {
                let what = if event.is_some() { "event" } else { "time" };
                let id = event.as_ref().map(|event| format!("{} {}", event.event_type, event.key));
                self.step(path).wait(waits(what, id, Some(*until)), at);
            }
            RunEvent::ChildStarted { path, run, .. } => {
                self.step(path).wait(waits("run", Some(run.to_string()), None), at);
            }
            RunEvent::Asked { path, ask, due_at, .. } => {
                let step = self.step(path);
                step.is_held = true;
                step.wait(waits("answer", Some(ask.to_string()), Some(*due_at)), at);
            }
            RunEvent::Proposed { path, proposal, .. } => {
                let step = self.step(path);
                step.attempt_ended("previewed", at, None);
                step.failure = None;
                step.is_held = true;
                step.wait(waits("proposal", Some(proposal.to_string()), None), at);
            }
            RunEvent::ProposalDecided { path, outcome: ProposalOutcome::Replaced { by }, .. } => {
                self.step(path).wait(waits("proposal", Some(by.to_string()), None), at);
            }
            RunEvent::ProposalDecided { path, .. }
            | RunEvent::WaitMatched { path, .. }
            | RunEvent::ChildEnded { path, .. }
            | RunEvent::Answered { path, .. } => {
                let step = self.step(path);
                (step.status, step.waits) = ("ready", None);
            }
            RunEvent::ExceptionResolved { path, resolution, by, .. } if !path.0.is_empty() => {
                let step = self.step(path);
                step.resolution = Some((word(resolution), by.clone()));
                step.superseded_by = superseded_by(resolution);
                (step.status, step.waits) = ("ready", None);
                // Nothing follows in the log: giving up ends the step at once.
                if matches!(resolution, Resolution::GaveUp { .. }) {
                    step.done("failed", at);
                }
            }
            _ => {}
        }
    }

    /// A step starts over, and with it everything it led to.
    fn start_over(&mut self, path: &StepPath, logical_attempt: u32, input: Option<&Payload>) {
        let mut open = vec![path.clone()];
        let mut reset = Vec::new();
        while let Some(path) = open.pop() {
            if reset.contains(&path) {
                continue;
            }
            let scope = path.0.rsplit_once('/').map_or(String::new(), |(scope, _)| format!("{scope}/"));
            if let Some(index) = self.index.get(&path) {
                open.extend(self.steps[*index].next.iter().map(|node| StepPath(format!("{scope}{node}"))));
            }
            reset.push(path);
        }
        for path in &reset {
            let items = format!("{}[", path.0);
            for step in
                self.steps.iter_mut().filter(|step| step.path == *path || step.path.0.starts_with(&items))
            {
                step.reset();
            }
        }
        let step = self.step(path);
        (step.status, step.logical_attempt) = ("ready", logical_attempt);
        step.input = input.cloned();
    }
}

impl Step {
    fn new(path: &StepPath) -> Self {
        Self {
            path: path.clone(),
            status: "ready",
            logical_attempt: 1,
            attempts: Vec::new(),
            started_at: None,
            ended_at: None,
            input: None,
            output: None,
            failure: None,
            next: Vec::new(),
            waits: None,
            items: None,
            resolution: None,
            superseded_by: None,
            is_copied: false,
            is_held: false,
        }
    }

    /// The node's id: the last part of the path.
    pub(crate) fn node(&self) -> &str {
        self.path.0.rsplit('/').next().unwrap_or(&self.path.0)
    }

    fn begin(&mut self, at: Timestamp) {
        self.status = "running";
        self.waits = None;
        self.started_at.get_or_insert(at);
    }

    fn attempted(&mut self, attempt: u32, input: &Payload, at: Timestamp) {
        self.attempt_ended("lost", at, None);
        self.begin(at);
        self.input = Some(input.clone());
        let logical_attempt = self.logical_attempt;
        self.attempts.push(Attempt {
            logical: logical_attempt,
            number: attempt,
            status: "started",
            started_at: at,
            ended_at: None,
            failure: None,
        });
    }

    fn attempt_ended(&mut self, status: &'static str, at: Timestamp, failure: Option<&Failure>) {
        if let Some(last) = self.attempts.last_mut().filter(|last| last.ended_at.is_none()) {
            (last.status, last.ended_at, last.failure) = (status, Some(at), failure.cloned());
        }
    }

    fn wait(&mut self, waits: Waits, at: Timestamp) {
        self.begin(at);
        (self.status, self.waits) = ("waiting", Some(waits));
    }

    fn done(&mut self, status: &'static str, at: Timestamp) {
        if status != "skipped" {
            self.started_at.get_or_insert(at);
        }
        (self.status, self.waits, self.ended_at) = (status, None, Some(at));
    }

    fn reset(&mut self) {
        let attempts = std::mem::take(&mut self.attempts);
        *self = Self {
            attempts,
            status: "pending",
            logical_attempt: self.logical_attempt,
            is_held: self.is_held,
            ..Self::new(&self.path)
        };
    }
}

/// The later run that did what the step stood for.
fn superseded_by(resolution: &Resolution) -> Option<String> {
    match resolution {
        Resolution::Superseded { by } => Some(by.to_string()),
        _ => None,
    }
}

/// A resolution in a word.
pub(crate) const fn word(resolution: &Resolution) -> &'static str {
    match resolution {
        Resolution::Retried => "retried",
        Resolution::EditedAndRetried { .. } => "edited_and_retried",
        Resolution::CompletedByHand { .. } => "completed_by_hand",
        Resolution::Skipped => "skipped",
        Resolution::GaveUp { .. } => "gave_up",
        Resolution::Happened { .. } => "happened",
        Resolution::DidNotHappen => "did_not_happen",
        Resolution::Superseded { .. } => "superseded",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn log(events: Vec<RunEvent>) -> Vec<Entry> {
        (1..)
            .zip(events)
            .map(|(seq, event)| Entry { seq, at: Timestamp(i64::try_from(seq).unwrap() * 10), event })
            .collect()
    }

    fn path(text: &str) -> StepPath {
        StepPath(text.into())
    }

    fn started(text: &str, attempt: u32) -> RunEvent {
        RunEvent::AttemptStarted {
            path: path(text),
            attempt,
            input: Payload::Inline(json!({ "n": attempt })),
        }
    }

    fn succeeded(text: &str, next: &[&str]) -> RunEvent {
        let next = next.iter().map(|node| (*node).to_owned()).collect();
        RunEvent::StepSucceeded { path: path(text), output: Payload::Inline(json!(text)), next }
    }

    #[test]
    fn a_retry_shows_every_attempt() {
        let failure = Failure::permanent("acme.busy", "busy");
        let failed = RunEvent::AttemptFailed {
            path: path("a"),
            attempt: 1,
            failure,
            retry_at: Timestamp(99),
            counted: true,
        };
        let told = told(&log(vec![started("a", 1), failed, started("a", 2), succeeded("a", &[])]));
        let step = &told.steps[0];
        assert_eq!(
            (step.status, step.started_at, step.ended_at),
            ("succeeded", Some(Timestamp(10)), Some(Timestamp(40)))
        );
        assert_eq!(
            step.attempts.iter().map(|attempt| attempt.status).collect::<Vec<_>>(),
            ["retryable", "succeeded"]
        );
        assert_eq!(step.input, Some(Payload::Inline(json!({ "n": 2 }))));
        assert!(step.failure.is_none());
    }

    #[test]
    fn an_attempt_without_an_end_was_lost_when_the_next_begins() {
        let told = told(&log(vec![started("a", 1), started("a", 2)]));
        assert_eq!(told.steps[0].attempts[0].status, "lost");
        assert_eq!(told.steps[0].status, "running");
    }

    #[test]
    fn giving_up_ends_the_step() {
        let gave_up = RunEvent::ExceptionResolved {
            path: path("a"),
            exception: throughline_domain::id::ExceptionId::new(1, 1),
            resolution: Resolution::GaveUp { note: "no use".into() },
            by: "team".into(),
            person: None,
        };
        let told = told(&log(vec![started("a", 1), gave_up]));
        let step = &told.steps[0];
        assert_eq!((step.status, step.ended_at), ("failed", Some(Timestamp(20))));
        assert_eq!(step.resolution, Some(("gave_up", "team".into())));
    }

    #[test]
    fn starting_over_resets_what_the_step_led_to() {
        let retried = RunEvent::StepRetried { path: path("a"), logical_attempt: 2, input: None };
        let events = vec![
            started("a", 1),
            succeeded("a", &["each"]),
            started("each[0]/b", 1),
            succeeded("each[0]/b", &[]),
            succeeded("each", &["c"]),
            succeeded("c", &[]),
            succeeded("other", &[]),
            retried,
        ];
        let told = told(&log(events));
        let shown: Vec<_> = told.steps.iter().map(|step| (step.path.0.as_str(), step.status)).collect();
        assert_eq!(
            shown,
            [
                ("a", "ready"),
                ("each[0]/b", "pending"),
                ("each", "pending"),
                ("c", "pending"),
                ("other", "succeeded")
            ]
        );
        assert_eq!(told.steps[0].logical_attempt, 2);
        assert_eq!(told.steps[1].node(), "b");
        assert_eq!(told.steps[0].attempts.len(), 1, "what was tried stays visible");
    }
}
