//! What an exception says: the five answers, made from what is known. One that cannot be derived comes from the
//! workflow's defaults and marks the draft `unrouted`; a failure is never lost.

use serde_json::{Map, Value, json};

use crate::failure::{Failure, FailureKind, Origin};
use crate::id::EffectId;
use crate::run::eval::{EvalError, Eyes};
use crate::run::event::{ExceptionDraft, StepPath};
use crate::run::state::RunState;
use crate::run::version::Version;
use crate::workflow::{Node, ReasonCode, UpdateAfter, UpdateBy};

/// Characters a sentence has at least.
pub const MIN_SENTENCE: usize = 20;

/// What is known when an exception opens.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) reason: Option<ReasonCode>,
    pub(crate) sentence: Option<String>,
    pub(crate) failure: Option<Failure>,
    pub(crate) effect: Option<EffectId>,
    /// Money at risk, decimal text.
    pub(crate) money: Option<String>,
    pub(crate) updates_after: Vec<UpdateAfter>,
    pub(crate) retry_from: Option<StepPath>,
    pub(crate) unrouted: bool,
}

/// The reason code a failure stands for.
pub fn reason_of(failure: &Failure) -> ReasonCode {
    match &failure.kind {
        FailureKind::InvalidInput { .. } => ReasonCode::InvalidValue,
        FailureKind::AuthExpired | FailureKind::PermissionDenied { .. } => ReasonCode::AuthFailed,
        FailureKind::NotFound => ReasonCode::UnmatchedIdentity,
        FailureKind::Conflict => ReasonCode::StalePrecondition,
        FailureKind::RateLimited { .. } => ReasonCode::RateLimited,
        FailureKind::Transient { .. } | FailureKind::TimedOut | FailureKind::Cancelled => {
            ReasonCode::TransientExhausted
        }
        FailureKind::OutcomeUnknown => ReasonCode::UnknownOutcome,
        FailureKind::Unsupported | FailureKind::Trap | FailureKind::Unavailable { .. } => {
            ReasonCode::ConnectorFault
        }
        FailureKind::Permanent => match failure.origin {
            Origin::Remote => ReasonCode::DownstreamReject,
            Origin::Connector => ReasonCode::ConnectorFault,
            Origin::Host => ReasonCode::WorkflowDefect,
        },
    }
}

/// Writes the draft of the exception a step parks on.
pub(crate) fn draft(version: &Version, state: &RunState, path: &StepPath, known: Known) -> ExceptionDraft {
    let workflow = version.workflow();
    let node = version.find(path.node());
    let failure = known.failure;
    let reason =
        known.reason.or_else(|| failure.as_ref().map(reason_of)).unwrap_or(ReasonCode::NeedsJudgement);
    let (sentence, made_up) = sentence(version, node, path, known.sentence, failure.as_ref());
    let updates_after = if known.updates_after.is_empty() {
        vec![derived_update(version, node, known.retry_from.as_ref())]
    } else {
        known.updates_after
    };
    ExceptionDraft {
        reason,
        sentence,
        what_changed: what_changed(version, state, path, known.money),
        owner: node.and_then(|node| node.owner.clone()).unwrap_or_else(|| workflow.exceptions.owner.clone()),
        backup: workflow.exceptions.backup.clone(),
        due: node.and_then(|node| node.due.clone()).unwrap_or_else(|| workflow.exceptions.due.clone()),
        updates_after,
        failure,
        effect: known.effect,
        unrouted: known.unrouted || made_up,
        retry_from: known.retry_from,
    }
}

/// The sentence, and whether a given one had to be replaced.
fn sentence(
    version: &Version,
    node: Option<&Node>,
    path: &StepPath,
    given: Option<String>,
    failure: Option<&Failure>,
) -> (String, bool) {
    let long = |text: &str| text.trim().chars().count() >= MIN_SENTENCE;
    let short = match given {
        Some(text) if long(&text) => return (text.trim().to_owned(), false),
        other => other,
    };
    let title = node.map_or(path.node(), |node| node.title.as_deref().unwrap_or(&node.id));
    let workflow = version.workflow();
    let workflow = workflow.title.as_deref().unwrap_or(&workflow.id);
    let why = match (&short, failure) {
        (Some(text), _) if !text.trim().is_empty() => text.trim().to_owned(),
        (_, Some(failure)) => failure.message.clone(),
        (_, None) => "a person must decide how to go on".to_owned(),
    };
    (format!("{workflow} stopped at \"{title}\": {why}"), short.is_some())
}

fn derived_update(version: &Version, node: Option<&Node>, retry_from: Option<&StepPath>) -> UpdateAfter {
    let retried = retry_from.and_then(|path| version.find(path.node()));
    let found = node.and_then(Node::system).or_else(|| retried.and_then(Node::system));
    UpdateAfter {
        system: found.unwrap_or(&version.workflow().source).to_owned(),
        record: None,
        fields: Vec::new(),
        by: UpdateBy::Automatic,
    }
}

/// Something worth keeping in a failure, which never leaves the log for the blob store.
pub(crate) fn is_short(value: &Value) -> bool {
    !value.is_null() && value.to_string().len() <= 4_096
}

/// What changed, as far as the run knows: its event and keys, and the money that is at risk.
fn what_changed(version: &Version, state: &RunState, path: &StepPath, money: Option<String>) -> Value {
    let Some(start) = state.start() else { return Value::Null };
    let keys = keys_of(version, state, path);
    let mut changed = json!({
        "source": version.workflow().source,
        "trigger": version.workflow().trigger.on.to_string(),
        "event": start.event,
        "keys": keys,
        "step": path,
        "at": start.at.to_rfc3339(),
    });
    if let (Value::Object(fields), Some(money)) = (&mut changed, money) {
        fields.insert("money".to_owned(), Value::String(money));
    }
    changed
}

/// The run's keys, as far as they can be known.
pub(crate) fn keys_of(version: &Version, state: &RunState, path: &StepPath) -> Map<String, Value> {
    let Some(start) = state.start() else { return Map::new() };
    let eyes = Eyes { version, state, path, now: start.at };
    let mut keys = Map::new();
    for (name, template) in version.keys() {
        match template.evaluate(&eyes) {
            Ok(value) => {
                keys.insert(name.clone(), value);
            }
            // A key that cannot be known is left out: the exception opens all the same.
            Err(EvalError::Failed(_) | EvalError::Missing(_)) => {}
        }
    }
    keys
}
