//! Events that do not fit the state they meet, each by name.

use crate::id::{AskId, EffectId, ExceptionId, ProposalId, RunId};
use crate::run::event::StepPath;

/// Why an entry cannot follow. The state is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IllegalEvent {
    /// The log has a gap or a repetition.
    #[error("entry {got} cannot follow: the next one is {expected}")]
    OutOfOrder {
        /// The number that would fit.
        expected: u64,
        /// The number it has.
        got: u64,
    },
    /// Something before `run_started`.
    #[error("`{event}` came before the run started")]
    NotStarted {
        /// Tag of the event.
        event: &'static str,
    },
    /// A second `run_started`.
    #[error("the run has already started")]
    AlreadyStarted,
    /// The log is of another workflow or version.
    #[error("the run is of {workflow} version {number}, not of the version given")]
    OtherVersion {
        /// Workflow id in the log.
        workflow: String,
        /// Version in the log.
        number: u32,
    },
    /// Something after the end.
    #[error("the run has ended: `{event}` changes nothing")]
    RunEnded {
        /// Tag of the event.
        event: &'static str,
    },
    /// The step waits on another proposal.
    #[error("step {path} does not wait on proposal {proposal}")]
    OtherProposal {
        /// Step.
        path: StepPath,
        /// The proposal that was decided.
        proposal: ProposalId,
    },
    /// Nothing new starts while the run or the item is being stopped.
    #[error("step {path} cannot start anything: it is being stopped")]
    Stopping {
        /// Step.
        path: StepPath,
    },
    /// The workflow has no such node, or not in that scope.
    #[error("the workflow has no node at {path}")]
    NoSuchNode {
        /// Step.
        path: StepPath,
    },
    /// No branch has led there, or it was reset.
    #[error("step {path} is not open")]
    NoSuchStep {
        /// Step.
        path: StepPath,
    },
    /// The step's node is of another kind.
    #[error("`{event}` does not fit the kind of node at {path}")]
    WrongKind {
        /// Step.
        path: StepPath,
        /// Tag of the event.
        event: &'static str,
    },
    /// The step is somewhere else in its life.
    #[error("`{event}` does not fit step {path}, which is {phase}")]
    WrongPhase {
        /// Step.
        path: StepPath,
        /// Tag of the event.
        event: &'static str,
        /// Where the step is.
        phase: &'static str,
    },
    /// Attempts are numbered without gaps.
    #[error("step {path} is at attempt {expected}, not {got}")]
    WrongAttempt {
        /// Step.
        path: StepPath,
        /// The number that would fit.
        expected: u32,
        /// The number it has.
        got: u32,
    },
    /// Logical attempts are numbered without gaps.
    #[error("the next logical attempt of step {path} is {expected}, not {got}")]
    WrongLogicalAttempt {
        /// Step.
        path: StepPath,
        /// The number that would fit.
        expected: u32,
        /// The number it has.
        got: u32,
    },
    /// A read has no effect.
    #[error("step {path} is a read: it cannot intend an effect")]
    ReadIntends {
        /// Step.
        path: StepPath,
    },
    /// Another intent of this step is open.
    #[error("effect {effect} of step {path} is not settled: nothing may be sent before it is")]
    EffectUnsettled {
        /// Step.
        path: StepPath,
        /// The open effect.
        effect: EffectId,
    },
    /// The logical attempt has its confirmed effect.
    #[error("effect {effect} of step {path} is confirmed: a second one needs a person's decision")]
    EffectRepeated {
        /// Step.
        path: StepPath,
        /// The confirmed effect.
        effect: EffectId,
    },
    /// Sendings are numbered without gaps and never share an id.
    #[error("effect {effect} of step {path} is out of order")]
    EffectOutOfOrder {
        /// Step.
        path: StepPath,
        /// The effect.
        effect: EffectId,
    },
    /// The step never intended it.
    #[error("step {path} has no effect {effect}")]
    NoSuchEffect {
        /// Step.
        path: StepPath,
        /// The effect.
        effect: EffectId,
    },
    /// Its outcome is known.
    #[error("effect {effect} of step {path} is settled already")]
    EffectSettledTwice {
        /// Step.
        path: StepPath,
        /// The effect.
        effect: EffectId,
    },
    /// A step with an effect in doubt cannot end by itself.
    #[error("step {path} cannot end while effect {effect} is not settled")]
    EndsUnsettled {
        /// Step.
        path: StepPath,
        /// The effect.
        effect: EffectId,
    },
    /// The workflow has no such edge.
    #[error("no edge leads from step {path} to `{next}`")]
    NoSuchEdge {
        /// Step.
        path: StepPath,
        /// Where it would lead.
        next: String,
    },
    /// The step does not wait on that exception.
    #[error("step {path} does not wait on exception {exception}")]
    OtherException {
        /// Step.
        path: StepPath,
        /// The exception.
        exception: ExceptionId,
    },
    /// Somebody was faster.
    #[error("exception {exception} is resolved already")]
    ResolvedTwice {
        /// The exception.
        exception: ExceptionId,
    },
    /// The resolution does not fit what is known.
    #[error("exception {exception} cannot be resolved so: {why}")]
    ResolutionRefused {
        /// The exception.
        exception: ExceptionId,
        /// In words.
        why: &'static str,
    },
    /// Only a person's decision starts a step over.
    #[error("nobody decided to retry step {path}")]
    RetryUndecided {
        /// Step.
        path: StepPath,
    },
    /// The step waits for another child.
    #[error("step {path} does not wait for run {run}")]
    OtherChild {
        /// Step.
        path: StepPath,
        /// The child.
        run: RunId,
    },
    /// The step does not ask that.
    #[error("step {path} does not ask question {ask}")]
    OtherAsk {
        /// Step.
        path: StepPath,
        /// The question.
        ask: AskId,
    },
    /// The answer, event or result was given before.
    #[error("step {path} has what it waited for already")]
    GivenTwice {
        /// Step.
        path: StepPath,
    },
    /// The item is not there to end.
    #[error("item {index} of {path} is not ready to end")]
    ItemNotFinished {
        /// The for-each's step.
        path: StepPath,
        /// Item.
        index: u64,
    },
    /// A segment must hold results that are there and not sealed.
    #[error("results {first} to {last} of {path} cannot be sealed")]
    SegmentUnfit {
        /// The for-each's step.
        path: StepPath,
        /// First index.
        first: u64,
        /// Last index.
        last: u64,
    },
    /// One request, one reply.
    #[error("the caller has had its reply")]
    RepliedTwice,
    /// One cancel is enough.
    #[error("the run is being cancelled already")]
    AlreadyCancelling,
    /// The run cannot end so.
    #[error("the run cannot end as `{event}`: {why}")]
    CannotEnd {
        /// Tag of the event.
        event: &'static str,
        /// In words.
        why: &'static str,
    },
    /// The run is quarantined already, or not.
    #[error("quarantine does not fit: {why}")]
    QuarantineUnfit {
        /// In words.
        why: &'static str,
    },
}
