//! What people and the API see of a run.

use serde::Serialize;

use crate::failure::Failure;
use crate::id::{AskId, ExceptionId, ProposalId, RunId};
use crate::run::event::{Correlation, ExceptionDraft, Payload, StepPath};
use crate::run::path::ScopePath;
use crate::run::state::{EndHow, RunState};
use crate::run::step::{EffectState, Phase, Step};
use crate::run::version::Version;
use crate::time::Timestamp;
use crate::workflow::Owner;

/// State of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Accepted, not begun.
    Queued,
    /// Something can be done now.
    Running,
    /// Everything waits: for a time, an event, a child, a person.
    Waiting,
    /// Ended well.
    Succeeded,
    /// Ended badly.
    Failed,
    /// Ended by a person's wish.
    Cancelled,
}

/// State of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the states' own words")]
pub enum StepStatus {
    Pending,
    Ready,
    Running,
    Waiting,
    Succeeded,
    Failed,
    Skipped,
    Cancelled,
}

/// What a waiting step waits for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "for")]
pub enum WaitView {
    /// A time, or an event until then.
    Time {
        /// Ends by itself at this time.
        until: Timestamp,
        /// The event, if any.
        event: Option<Correlation>,
    },
    /// The next attempt.
    Retry {
        /// Not before.
        until: Timestamp,
    },
    /// A call that its connector suspended.
    Call {
        /// Goes on at this time at the latest.
        until: Timestamp,
        /// A request to its callback address wakes it too.
        on_callback: bool,
    },
    /// A child run.
    Child {
        /// The child.
        run: RunId,
        /// Its workflow.
        workflow: String,
        /// Its version.
        version: u32,
    },
    /// A person's answer.
    Answer {
        /// The question's id.
        ask: AskId,
        /// What is asked.
        question: String,
        /// Who.
        owner: Owner,
        /// By when.
        due_at: Timestamp,
    },
    /// A decision about its write.
    Proposal {
        /// The proposal.
        proposal: ProposalId,
    },
    /// A person's decision.
    Exception {
        /// The exception.
        exception: ExceptionId,
    },
    /// Items of a for-each.
    Items {
        /// Items in all.
        count: u64,
        /// Items that have ended.
        ended: u64,
        /// Items in flight.
        flying: u64,
        /// Items that wait on exceptions.
        parked: u64,
    },
}

/// A step as people see it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepView {
    /// Where.
    pub path: StepPath,
    /// Its node.
    pub node: String,
    /// State.
    pub status: StepStatus,
    /// Tries of this logical attempt so far.
    pub attempts: u32,
    /// Counts a person's retries, from 1.
    pub logical_attempt: u32,
    /// When it became ready.
    pub ready_at: Timestamp,
    /// When its first attempt or wait began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Evaluated input of actions and code.
    pub input: Option<Payload>,
    /// Output.
    pub output: Option<Payload>,
    /// The last failure.
    pub failure: Option<Failure>,
    /// What it waits for.
    pub wait: Option<WaitView>,
    /// The open exception.
    pub exception: Option<ExceptionId>,
    /// Effects of this logical attempt.
    #[serde(skip)]
    pub effects: Vec<EffectState>,
    /// Nodes its taken ports led to.
    pub next: Vec<String>,
    /// Taken over from the run that is retried.
    pub copied: bool,
}

impl RunState {
    /// State of the run.
    pub fn status(&self) -> RunStatus {
        if let Some(end) = &self.end {
            return match end.how {
                EndHow::Succeeded { .. } => RunStatus::Succeeded,
                EndHow::Failed { .. } => RunStatus::Failed,
                EndHow::Cancelled => RunStatus::Cancelled,
            };
        }
        if self.start.is_none() {
            return RunStatus::Queued;
        }
        if self.quarantine.is_some() && self.cancel.is_none() {
            return RunStatus::Waiting;
        }
        let open = |path: &&StepPath| self.steps.get(*path).is_some_and(|step| self.is_moving(path, step));
        let root = self.scopes.get(&ScopePath::root()).is_some_and(|root| root.active.is_empty());
        if self.todo.iter().any(|path| open(&path)) || (root && self.orphans.is_empty()) {
            RunStatus::Running
        } else {
            RunStatus::Waiting
        }
    }

    /// Something can be done about this step now.
    fn is_moving(&self, path: &StepPath, step: &Step) -> bool {
        let stopping = self.stopping(&path.scope());
        match &step.phase {
            Phase::Ready | Phase::Attempting => true,
            Phase::Parked { resolution, .. } => resolution.is_some() || (stopping && step.doubt().is_none()),
            Phase::Child { result, .. } => result.is_some(),
            Phase::Iterating(each) => each.needs_planner(),
            Phase::Suspended { on_callback, .. } => stopping || (*on_callback && step.callback.is_some()),
            Phase::Waiting { data, .. } => stopping || data.is_some(),
            Phase::Asked { answer, .. } => stopping || answer.is_some(),
            Phase::Proposed { outcome, .. } => stopping || outcome.is_some(),
            Phase::Gathering | Phase::Backoff { .. } => stopping,
            Phase::Succeeded | Phase::Failed | Phase::Skipped | Phase::Cancelled => false,
        }
    }

    /// Steps that are open or done, in the order of their paths. Nodes no branch has led to, and steps of ended
    /// items, are not among them.
    pub fn steps(&self) -> Vec<StepView> {
        self.steps.iter().map(|(path, step)| view(path, step)).collect()
    }

    /// One step.
    pub fn step(&self, path: &StepPath) -> Option<StepView> {
        self.steps.get(path).map(|step| view(path, step))
    }

    /// Every node of the outermost level a finished run did not need: the skipped ones.
    pub fn untouched<'a>(&self, version: &'a Version) -> Vec<&'a str> {
        let nodes = version.workflow().nodes.iter().map(|node| node.id.as_str());
        nodes.filter(|node| !self.steps.contains_key(&ScopePath::root().step(node))).collect()
    }

    /// Exceptions that wait for a person, with the step that waits. That of a quarantined run is [`RunState::quarantine`].
    pub fn open_exceptions(&self) -> Vec<(StepPath, ExceptionId, &ExceptionDraft)> {
        let mut all = Vec::new();
        for (path, step) in &self.steps {
            if let Phase::Parked { exception, draft, resolution: None } = &step.phase {
                all.push((path.clone(), exception.clone(), draft.as_ref()));
            }
        }
        all
    }

    /// Events the run waits for, and until when.
    pub fn correlations(&self) -> Vec<(StepPath, Correlation, Timestamp)> {
        let mut all = Vec::new();
        for (_, path) in &self.timers {
            if let Some(Phase::Waiting { until, event: Some(event), data: None }) =
                self.steps.get(path).map(|step| &step.phase)
            {
                all.push((path.clone(), event.clone(), *until));
            }
        }
        all
    }

    /// Children the run waits for.
    pub fn children(&self) -> Vec<(StepPath, RunId)> {
        let child = |(path, step): (&StepPath, &Step)| match &step.phase {
            Phase::Child { run, result: None, .. } => Some((path.clone(), run.clone())),
            Phase::Child { result: Some(_), .. }
            | Phase::Gathering
            | Phase::Ready
            | Phase::Attempting
            | Phase::Backoff { .. }
            | Phase::Suspended { .. }
            | Phase::Waiting { .. }
            | Phase::Asked { .. }
            | Phase::Proposed { .. }
            | Phase::Iterating(_)
            | Phase::Parked { .. }
            | Phase::Succeeded
            | Phase::Failed
            | Phase::Skipped
            | Phase::Cancelled => None,
        };
        self.steps.iter().filter_map(child).collect()
    }
}

impl Step {
    /// The exception that waits for a person.
    fn exception(&self) -> Option<&ExceptionId> {
        if let Phase::Parked { exception, resolution: None, .. } = &self.phase {
            Some(exception)
        } else {
            None
        }
    }
}

fn view(path: &StepPath, step: &Step) -> StepView {
    StepView {
        path: path.clone(),
        node: path.node().to_owned(),
        status: status(&step.phase),
        attempts: step.attempts,
        logical_attempt: step.logical_attempt,
        ready_at: step.ready_at,
        started_at: step.started_at,
        ended_at: step.ended_at,
        input: step.input.clone(),
        output: step.output.clone(),
        failure: step.failure.clone(),
        wait: wait(&step.phase),
        exception: step.exception().cloned(),
        effects: step.effects.clone(),
        next: step.next.clone(),
        copied: step.copied,
    }
}

const fn status(phase: &Phase) -> StepStatus {
    match phase {
        Phase::Gathering => StepStatus::Pending,
        Phase::Ready => StepStatus::Ready,
        Phase::Attempting | Phase::Iterating(_) => StepStatus::Running,
        Phase::Backoff { .. }
        | Phase::Suspended { .. }
        | Phase::Waiting { .. }
        | Phase::Child { .. }
        | Phase::Asked { .. }
        | Phase::Proposed { .. }
        | Phase::Parked { .. } => StepStatus::Waiting,
        Phase::Succeeded => StepStatus::Succeeded,
        Phase::Failed => StepStatus::Failed,
        Phase::Skipped => StepStatus::Skipped,
        Phase::Cancelled => StepStatus::Cancelled,
    }
}

/// What a step still waits for.
fn wait(phase: &Phase) -> Option<WaitView> {
    match phase {
        Phase::Waiting { until, event, data: None } => {
            Some(WaitView::Time { until: *until, event: event.clone() })
        }
        Phase::Backoff { until } => Some(WaitView::Retry { until: *until }),
        Phase::Suspended { until, on_callback } => {
            Some(WaitView::Call { until: *until, on_callback: *on_callback })
        }
        Phase::Child { run, workflow, version, result: None } => {
            Some(WaitView::Child { run: run.clone(), workflow: workflow.clone(), version: *version })
        }
        Phase::Asked { ask, question, owner, due_at, answer: None } => Some(WaitView::Answer {
            ask: ask.clone(),
            question: question.clone(),
            owner: owner.clone(),
            due_at: *due_at,
        }),
        Phase::Parked { exception, resolution: None, .. } => {
            Some(WaitView::Exception { exception: exception.clone() })
        }
        Phase::Proposed { proposal, outcome: None } => {
            Some(WaitView::Proposal { proposal: proposal.clone() })
        }
        Phase::Iterating(each) => Some(WaitView::Items {
            count: each.count,
            ended: each.ended(),
            flying: each.flying.len() as u64,
            parked: each.parked.len() as u64,
        }),
        Phase::Waiting { data: Some(_), .. }
        | Phase::Child { result: Some(_), .. }
        | Phase::Asked { answer: Some(_), .. }
        | Phase::Proposed { outcome: Some(_), .. }
        | Phase::Parked { resolution: Some(_), .. }
        | Phase::Gathering
        | Phase::Ready
        | Phase::Attempting
        | Phase::Succeeded
        | Phase::Failed
        | Phase::Skipped
        | Phase::Cancelled => None,
    }
}
