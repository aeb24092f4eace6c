//! Exceptions: the five answers, and the life.

mod fix;

use serde::Serialize;
use serde_json::Value;
use throughline_domain::exception::clock::{Elapsed, Reading};
use throughline_domain::exception::life::{Transition, Update};
use throughline_domain::time::Timestamp;
use throughline_engine::command::ExceptionView as Whole;
use throughline_store::{CommentRow, ExceptionRow, ExceptionState, ExceptionStep};
use utoipa::ToSchema;

pub(crate) use fix::{FixView, PreviewView, fixes};

use super::at;
use super::run::FailureView;

/// Why the normal path stopped.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct WhyStoppedView {
    /// One of the closed list of reasons.
    pub(crate) reason: String,
    /// The same in words.
    pub(crate) sentence: String,
    /// Workflow.
    pub(crate) workflow: String,
    /// Its version.
    pub(crate) version: u32,
    /// Step; empty: the whole run.
    pub(crate) step: String,
}

/// By when.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DueView {
    /// By when now; null while its clock stands still.
    pub(crate) due_at: Option<String>,
    /// By when at first.
    pub(crate) original: String,
    /// Time allowed: `4h`, `1 business day`.
    pub(crate) allowed: Option<String>,
    /// Business calendar.
    pub(crate) calendar: Option<String>,
    /// When its owner is warned.
    pub(crate) warn_at: Option<String>,
    /// When the backup takes it.
    pub(crate) escalate_at: Option<String>,
    /// When it became late.
    pub(crate) breached_at: Option<String>,
}

/// One exception: one record and reason, or one cause. In a run, the step that waits on it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ExceptionView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Exception.
    pub(crate) exception_id: String,
    /// `business`: one per record and reason; `technical`: one per cause.
    pub(crate) kind: &'static str,
    /// Run of the step it was seen at last.
    pub(crate) run_id: String,
    /// That step; empty: the whole run.
    pub(crate) path: String,
    /// Workflow.
    pub(crate) workflow: String,
    /// Workflow version.
    pub(crate) version: u32,
    /// `open`, `assigned`, `in_progress`, `waiting`, `verifying`, `resolved`, `dismissed` or `superseded`.
    pub(crate) state: &'static str,
    /// `low`, `normal`, `high` or `critical`.
    pub(crate) severity: Option<String>,
    /// What changed: the record, old and new.
    pub(crate) what_changed: Value,
    /// Why the normal path stopped.
    pub(crate) why_stopped: WhyStoppedView,
    /// The reason's code.
    pub(crate) reason: String,
    /// The reason in words.
    pub(crate) sentence: String,
    /// Who owns the next action: a person, team or role.
    pub(crate) owner: String,
    /// Handle of whoever has it.
    pub(crate) person: Option<String>,
    /// Who takes over.
    pub(crate) backup: Option<String>,
    /// From where the owner came: `node`, `rule`, `workflow`, `reason`, `workspace`, `person`, `escalation`.
    pub(crate) assigned_by: Option<String>,
    /// By when.
    pub(crate) due: DueView,
    /// Until when.
    pub(crate) due_at: String,
    /// Which systems update after it is resolved.
    pub(crate) updates_after: Value,
    /// Why none does.
    pub(crate) no_update_reason: Option<String>,
    /// An answer came from defaults because it could not be derived.
    pub(crate) unrouted: bool,
    /// The failure behind it.
    pub(crate) failure: Option<FailureView>,
    /// The effect in doubt.
    pub(crate) effect_id: Option<String>,
    /// The connection whose trouble is the cause.
    pub(crate) connection: Option<String>,
    /// Step that runs again on *retry*.
    pub(crate) retry_from: Option<String>,
    /// Money at risk, in hundredths.
    pub(crate) money: Option<i64>,
    /// A customer sees it.
    pub(crate) customer_visible: bool,
    /// Tags.
    pub(crate) tags: Vec<String>,
    /// How often it happened.
    pub(crate) occurrences: u32,
    /// How often it came back after it was over.
    pub(crate) reopened: u32,
    /// When it opened.
    pub(crate) opened_at: String,
    /// When it was seen last.
    pub(crate) last_seen_at: Option<String>,
    /// On whom it waits: `customer`, `vendor`, `system` or `internal`.
    pub(crate) waiting_on: Option<String>,
    /// Until when at most.
    pub(crate) waiting_until: Option<String>,
    /// Hidden until then.
    pub(crate) snooze_until: Option<String>,
    /// When it was over.
    pub(crate) resolved_at: Option<String>,
    /// By whom.
    pub(crate) resolved_by: Option<String>,
    /// How: `retry`, `skip`, …; of a run's step `retried`, `skipped`, …
    pub(crate) resolution: Option<String>,
    /// What came of it.
    pub(crate) outcome: Option<String>,
    /// In words.
    pub(crate) note: Option<String>,
    /// How sure the resolution is: `read_back`, `evidence`, `receipt`, `attested` or `unverified`.
    pub(crate) strength: Option<String>,
    /// The exception that goes on with it.
    pub(crate) merged_into: Option<String>,
    /// The last one about the same.
    pub(crate) after: Option<String>,
    /// What usually helps and may be done now, the likeliest first; none where nobody works on it any more.
    pub(crate) suggested_fixes: Vec<FixView>,
}

/// A system that updates after.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct UpdateView {
    /// System or connection.
    system: String,
    /// Record type.
    record: Option<String>,
    /// Fields.
    fields: Vec<String>,
    /// `automatic` or `hand`.
    by: Value,
    /// Its connector can read it back.
    readable: bool,
    /// How it was seen to have happened.
    pub(crate) verified: Option<Value>,
}

/// One entry of the log of its life.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TransitionView {
    /// When.
    at: String,
    /// Who; null: the runner.
    who: Option<String>,
    /// What, with what was said.
    pub(crate) event: Value,
    /// State before.
    from: String,
    /// State after.
    to: String,
}

/// A comment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CommentView {
    /// Comment.
    comment_id: String,
    /// Who.
    by: String,
    /// What.
    pub(crate) text: String,
    /// When.
    at: String,
}

/// A time both ways, in whole minutes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MinutesView {
    /// On the wall.
    calendar: i64,
    /// In business hours.
    business: i64,
}

/// What its clock shows.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ClockView {
    /// Since it first opened.
    whole: MinutesView,
    /// Open and counted.
    running: MinutesView,
    /// Waiting on a customer or a vendor.
    paused: MinutesView,
    /// Over, until it came back.
    at_rest: MinutesView,
    /// Share of the time allowed that is used.
    percent: i64,
}

/// A step that waits or waited on it, with its own evidence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct WaitingStepView {
    /// Run.
    run_id: String,
    /// Step.
    path: String,
    /// Workflow.
    workflow: String,
    /// `waiting`, `resolved`, `dismissed` or `superseded`.
    state: &'static str,
    /// Since when.
    since: String,
    /// When its run went on.
    until: Option<String>,
    /// Why it stopped.
    pub(crate) sentence: String,
    /// The failure behind it.
    pub(crate) failure: Option<FailureView>,
    /// What changed, as this step saw it.
    pub(crate) what_changed: Value,
}

/// One exception, whole.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ExceptionDetail {
    /// The exception.
    #[serde(flatten)]
    pub(crate) exception: ExceptionView,
    /// Steps that wait now.
    pub(crate) items: u32,
    /// It ended a week ago: nobody opens it again by hand.
    pub(crate) closed: bool,
    /// Its clock.
    pub(crate) clock: ClockView,
    /// Which systems update after, and what was seen of them.
    pub(crate) updates: Vec<UpdateView>,
    /// Steps that wait or waited on it, oldest first; at most 200.
    pub(crate) steps: Vec<WaitingStepView>,
    /// Its life.
    pub(crate) log: Vec<TransitionView>,
    /// Comments, oldest first.
    pub(crate) comments: Vec<CommentView>,
    /// Handles of those who watch it.
    pub(crate) watchers: Vec<String>,
}

fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn due(row: &ExceptionRow) -> DueView {
    let paused = row.waiting_on.is_some_and(throughline_domain::exception::life::WaitingOn::stops_the_clock);
    DueView {
        due_at: (!paused).then(|| at(row.due_at)),
        original: at(row.original_due_at),
        allowed: Some(row.due.to_string()),
        calendar: Some(row.calendar.clone()),
        warn_at: row.warn_at.map(at),
        escalate_at: row.escalate_at.map(at),
        breached_at: row.breached_at.map(at),
    }
}

impl From<ExceptionRow> for ExceptionView {
    fn from(row: ExceptionRow) -> Self {
        let (reason, due) = (row.reason.to_string(), due(&row));
        let suggested_fixes = fixes(&row, 1, None);
        Self {
            workspace: row.scope.to_string(),
            exception_id: row.exception.into(),
            kind: row.kind.as_str(),
            run_id: row.run.into(),
            state: row.state.as_str(),
            severity: Some(row.severity.to_string()),
            what_changed: row.what_changed,
            why_stopped: WhyStoppedView {
                reason: reason.clone(),
                sentence: row.sentence.clone(),
                workflow: row.workflow.clone(),
                version: row.version,
                step: row.path.clone(),
            },
            path: row.path,
            workflow: row.workflow,
            version: row.version,
            reason,
            sentence: row.sentence,
            owner: row.owner,
            person: row.person,
            backup: row.backup,
            assigned_by: Some(row.assigned_by),
            due,
            due_at: at(row.due_at),
            updates_after: serde_json::to_value(&row.updates_after).unwrap_or_default(),
            no_update_reason: row.no_update_reason,
            unrouted: row.unrouted,
            failure: row.failure.as_ref().map(FailureView::from),
            effect_id: row.effect.map(String::from),
            connection: row.connection,
            retry_from: row.retry_from,
            money: row.money,
            customer_visible: row.customer_visible,
            tags: row.tags,
            occurrences: row.occurrences,
            reopened: row.reopened,
            opened_at: at(row.opened_at),
            last_seen_at: Some(at(row.last_seen_at)),
            waiting_on: row.waiting_on.map(|on| on.to_string()),
            waiting_until: row.waiting_until.map(at),
            snooze_until: row.snooze_until.map(at),
            resolved_at: row.resolved_at.map(at),
            resolved_by: row.resolved_by,
            resolution: row.way,
            outcome: row.outcome.map(|outcome| outcome.to_string()),
            note: row.note,
            strength: row.strength.map(|strength| strength.to_string()),
            merged_into: row.merged_into.map(String::from),
            after: row.after.map(String::from),
            suggested_fixes,
        }
    }
}

fn due_of(due_at: Timestamp) -> DueView {
    DueView {
        due_at: Some(at(due_at)),
        original: at(due_at),
        allowed: None,
        calendar: None,
        warn_at: None,
        escalate_at: None,
        breached_at: None,
    }
}

/// As its run shows it: over as soon as the run has gone on.
impl From<ExceptionStep> for ExceptionView {
    fn from(step: ExceptionStep) -> Self {
        Self {
            workspace: step.scope.to_string(),
            exception_id: step.filed.unwrap_or(step.exception).into(),
            kind: step.kind.as_str(),
            run_id: step.run.into(),
            state: if step.state == ExceptionState::Waiting { "open" } else { step.state.as_str() },
            severity: None,
            what_changed: step.what_changed,
            why_stopped: WhyStoppedView {
                reason: step.reason.clone(),
                sentence: step.sentence.clone(),
                workflow: step.workflow.clone(),
                version: step.version,
                step: step.path.clone(),
            },
            path: step.path,
            workflow: step.workflow,
            version: step.version,
            reason: step.reason,
            sentence: step.sentence,
            owner: step.owner,
            person: None,
            backup: step.backup,
            assigned_by: None,
            due: due_of(step.due_at),
            due_at: at(step.due_at),
            updates_after: serde_json::to_value(&step.updates_after).unwrap_or_default(),
            no_update_reason: step.no_update_reason,
            unrouted: step.unrouted,
            failure: step.failure.as_ref().map(FailureView::from),
            effect_id: step.effect.map(String::from),
            connection: None,
            retry_from: step.retry_from,
            money: None,
            customer_visible: false,
            tags: Vec::new(),
            occurrences: 1,
            reopened: 0,
            opened_at: at(step.opened_at),
            last_seen_at: None,
            waiting_on: None,
            waiting_until: None,
            snooze_until: None,
            resolved_at: step.resolved_at.map(at),
            resolved_by: step.resolved_by,
            resolution: step.resolution,
            outcome: None,
            note: None,
            strength: None,
            merged_into: None,
            after: None,
            suggested_fixes: Vec::new(),
        }
    }
}

impl From<Whole> for ExceptionDetail {
    fn from(whole: Whole) -> Self {
        Self {
            exception: ExceptionView::from(whole.row),
            items: whole.waiting,
            closed: whole.closed,
            clock: clock(&whole.reading),
            updates: whole.updates.iter().map(UpdateView::from).collect(),
            steps: whole.steps.into_iter().map(WaitingStepView::from).collect(),
            log: whole.log.iter().map(TransitionView::from).collect(),
            comments: whole.comments.into_iter().map(CommentView::from).collect(),
            watchers: whole.watchers.into_iter().map(|row| row.person).collect(),
        }
    }
}

fn clock(reading: &Reading) -> ClockView {
    let minutes = |elapsed: Elapsed| MinutesView {
        calendar: elapsed.calendar_minutes(),
        business: elapsed.business_minutes(),
    };
    ClockView {
        whole: minutes(reading.whole),
        running: minutes(reading.running),
        paused: minutes(reading.paused),
        at_rest: minutes(reading.at_rest),
        percent: reading.percent(),
    }
}

impl From<&Update> for UpdateView {
    fn from(update: &Update) -> Self {
        Self {
            system: update.what.system.clone(),
            record: update.what.record.clone(),
            fields: update.what.fields.clone(),
            by: serde_json::to_value(update.what.by).unwrap_or_default(),
            readable: update.readable,
            verified: update.verified.as_ref().map(|how| serde_json::to_value(how).unwrap_or_default()),
        }
    }
}

impl From<&Transition> for TransitionView {
    fn from(entry: &Transition) -> Self {
        Self {
            at: at(entry.at),
            who: entry.who.person().map(str::to_owned),
            event: serde_json::to_value(&entry.event).unwrap_or_default(),
            from: word(&entry.from),
            to: word(&entry.to),
        }
    }
}

impl From<CommentRow> for CommentView {
    fn from(row: CommentRow) -> Self {
        Self { comment_id: row.id, by: row.by, text: row.text, at: at(row.at) }
    }
}

impl From<ExceptionStep> for WaitingStepView {
    fn from(step: ExceptionStep) -> Self {
        Self {
            run_id: step.run.into(),
            path: step.path,
            workflow: step.workflow,
            state: step.state.as_str(),
            since: at(step.opened_at),
            until: step.resolved_at.map(at),
            sentence: step.sentence,
            failure: step.failure.as_ref().map(FailureView::from),
            what_changed: step.what_changed,
        }
    }
}
