//! Filing: a step that parked waits on the exception of its fingerprint, which is counted, opened again, or opened anew.

use serde_json::{Value, json};
use throughline_domain::exception::answers::{self, Answers, Known, UpdatesAfter};
use throughline_domain::exception::life::{Event, Seen, Standing, Update};
use throughline_domain::exception::recurrence::{Last, Recurrence, recur};
use throughline_domain::exception::route::{Facts, Routed, Said, Source, route};
use throughline_domain::exception::{Kind, Severity, reason};
use throughline_domain::failure::Failure;
use throughline_domain::id::ExceptionId;
use throughline_domain::json;
use throughline_domain::run::event::Resolution;
use throughline_domain::workflow::{Due, ExceptionPolicy, Owner, ReasonCode, UpdateAfter, UpdateBy};
use throughline_store::{
    ExceptionKind, ExceptionRow, ExceptionSave, ExceptionState, ExceptionStep, StoreError,
};

use super::room::DEFAULT_CALENDAR;
use super::tended::Base;
use super::{Room, StepContext, TRIES, Tended, passes, proposed, settle};
use crate::shared::Shared;

/// Files steps that are not filed yet; true: there may be more.
pub(crate) async fn file(shared: &Shared, most: u32) -> Result<bool, StoreError> {
    let steps = shared.store.unfiled_steps_all(most).await?;
    let full = steps.len() >= most as usize;
    let mut room: Option<(throughline_store::Scope, Room)> = None;
    for step in steps {
        if room.as_ref().is_none_or(|(scope, _)| *scope != step.scope) {
            room = Some((step.scope.clone(), Room::enter(shared, &step.scope).await?));
        }
        if let Some((_, room)) = &room {
            fail::fail_point!("engine.before_filing", |_| std::process::abort());
            file_one(shared, room, &Stopped { step: &step, waits: true }).await?;
            passes::filed(shared, &step);
            fail::fail_point!("engine.after_filing", |_| std::process::abort());
            let connection = step.context.get("connection").and_then(Value::as_str);
            if let Some(connection) = connection {
                shared.desk.trouble.note(&step.scope, connection);
            }
        }
    }
    Ok(full)
}

/// Something that happened, as a step that parks tells it.
pub(super) struct Stopped<'a> {
    pub(super) step: &'a ExceptionStep,
    /// The step is stored, and waits.
    pub(super) waits: bool,
}

impl Stopped<'_> {
    /// What waits on the exception from now on.
    fn attach(&self, exception: &ExceptionId) -> Vec<(ExceptionId, ExceptionId)> {
        let step = self.waits.then(|| self.step.exception.clone());
        step.into_iter().map(|step| (step, exception.clone())).collect()
    }
}

/// Files one; where another node was faster all is looked up again.
pub(super) async fn file_one(shared: &Shared, room: &Room, stopped: &Stopped<'_>) -> Result<(), StoreError> {
    let step = Box::pin(proposed::told(shared, stopped.step)).await?;
    let stopped = &Stopped { step: &step, waits: stopped.waits };
    for _ in 0..TRIES {
        if Box::pin(try_one(shared, room, stopped)).await? {
            return Ok(());
        }
    }
    Err(StoreError::Busy("the exception of something that stopped"))
}

/// False: another node was faster.
async fn try_one(shared: &Shared, room: &Room, stopped: &Stopped<'_>) -> Result<bool, StoreError> {
    let step = stopped.step;
    let evidence = evidence(step);
    let mut row = shared.store.exception_of_fingerprint(&step.scope, &step.fingerprint).await?;
    for _ in 0..TRIES {
        let tended = match row {
            Some(row) => Some(Tended::load(shared, row).await?),
            None => None,
        };
        let last = tended.as_ref().map(|tended| Last::of(&tended.life));
        match (recur(last.as_ref(), &evidence, step.opened_at), tended) {
            (Recurrence::Again(_), Some(tended)) => {
                return again(shared, room, tended, stopped, evidence, Again::Counted).await;
            }
            (Recurrence::Reopen(_), Some(tended)) => {
                return again(shared, room, tended, stopped, evidence, Again::Reopened).await;
            }
            (Recurrence::Count(_), Some(tended)) => {
                return count(shared, room, tended, stopped, evidence).await;
            }
            (Recurrence::Follow(into), _) => {
                row = shared.store.get_exception(&step.scope, &into).await?;
            }
            (Recurrence::New { after }, _) => return open(shared, room, stopped, after, evidence).await,
            (Recurrence::Again(_) | Recurrence::Reopen(_) | Recurrence::Count(_), None) => return Ok(false),
        }
    }
    open(shared, room, stopped, None, evidence).await
}

/// Once more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    Counted,
    Reopened,
}

/// Once more: counted, or opened again.
async fn again(
    shared: &Shared,
    room: &Room,
    mut tended: Tended,
    stopped: &Stopped<'_>,
    evidence: String,
    how: Again,
) -> Result<bool, StoreError> {
    let step = stopped.step;
    let now = shared.clock.now().max(step.opened_at);
    let seen = Seen { evidence, items: u32::from(stopped.waits) };
    let event = match how {
        Again::Reopened => Event::Reopened { why: "it happened again".to_owned(), seen: Some(seen) },
        Again::Counted => Event::Recurred { seen },
    };
    if let Err(refused) = tended.runs(event, now, room) {
        tracing::warn!(exception.id = %tended.row.exception, %refused, "a recurrence was refused; it opens anew");
        return Ok(false);
    }
    if how == Again::Reopened {
        (tended.row.breached_at, tended.row.frozen) = (None, None);
        // An owner who left while it was over does not own it again.
        settle::keep_owned(&mut tended, room, now);
        tended.tell(&tended.row.owner.clone(), "opened", now);
    }
    latest(&mut tended.row, step);
    let attach = stopped.attach(&tended.row.exception);
    tended.save(shared, room, ExceptionSave { attach, ..ExceptionSave::default() }).await
}

/// Somebody said that this is no problem: it is counted, and what waits gets the answer the dismissal gave.
async fn count(
    shared: &Shared,
    room: &Room,
    mut tended: Tended,
    stopped: &Stopped<'_>,
    evidence: String,
) -> Result<bool, StoreError> {
    let step = stopped.step;
    let now = shared.clock.now().max(step.opened_at);
    let seen = Seen { evidence, items: u32::from(stopped.waits) };
    if tended.runs(Event::Recurred { seen }, now, room).is_err() {
        return Ok(false);
    }
    let note = tended.row.note.clone().unwrap_or_else(|| "it was dismissed before".to_owned());
    let by = tended.row.resolved_by.clone().unwrap_or_else(|| "runner".to_owned());
    let attach = stopped.attach(&tended.row.exception);
    let answer = stopped.waits.then(|| settle::release(step, Resolution::GaveUp { note }, (&by, None), now));
    let release = answer.into_iter().collect();
    tended.save(shared, room, ExceptionSave { attach, release, ..ExceptionSave::default() }).await
}

/// The row shows what was seen last.
fn latest(row: &mut ExceptionRow, step: &ExceptionStep) {
    row.what_changed.clone_from(&step.what_changed);
    row.sentence.clone_from(&step.sentence);
    row.failure.clone_from(&step.failure);
    row.effect.clone_from(&step.effect);
    row.run = step.run.clone();
    row.path.clone_from(&step.path);
    row.workflow.clone_from(&step.workflow);
    row.version = step.version;
    row.retry_from.clone_from(&step.retry_from);
}

async fn open(
    shared: &Shared,
    room: &Room,
    stopped: &Stopped<'_>,
    after: Option<ExceptionId>,
    evidence: String,
) -> Result<bool, StoreError> {
    let step = stopped.step;
    let context: StepContext = serde_json::from_value(step.context.clone()).unwrap_or_default();
    let code = reason_of(step);
    let severity = context.weight.severity.unwrap_or(reason::of(code).severity);
    let facts = facts(step.kind, code, severity, &step.workflow, &step.what_changed);
    let routed = routed(shared, room, step, &context, &facts);
    let answers = answered(room, step, &context, &routed);
    let (updates_after, no_update_reason) = match answers.updates_after.clone() {
        UpdatesAfter::Systems(systems) => (systems, None),
        UpdatesAfter::None(why) => (Vec::new(), Some(why)),
    };
    let base = Base {
        severity: facts.severity,
        owner: answers.owner.clone(),
        updates: updates(shared, &context, &updates_after).await,
        evidence,
        in_doubt: code == ReasonCode::UnknownOutcome && step.effect.is_some(),
        quarantined: step.path.is_empty(),
        items: u32::from(stopped.waits),
    };
    let row = ExceptionRow {
        after,
        severity: facts.severity,
        connection: context.connection.clone(),
        assigned_by: source(routed.source).to_owned(),
        due: routed.due.clone(),
        ladder: routed.ladder,
        updates_after,
        no_update_reason,
        money: step.what_changed.get("money").and_then(proposed::hundredths),
        customer_visible: context.weight.customer_visible,
        tags: context.weight.tags.clone(),
        ..blank(step, answers)
    };
    let mut tended = Tended::open(row, &base);
    tended.tell(&tended.row.owner.clone(), "opened", step.opened_at);
    let attach = stopped.attach(&tended.row.exception);
    tended.save(shared, room, ExceptionSave { attach, ..ExceptionSave::default() }).await
}

/// What routing sees.
pub(super) fn facts<'a>(
    kind: ExceptionKind,
    reason: ReasonCode,
    severity: Severity,
    workflow: &'a str,
    changed: &'a Value,
) -> Facts<'a> {
    let kind = match kind {
        ExceptionKind::Business => Kind::Business,
        ExceptionKind::Technical => Kind::Technical,
    };
    let money = changed.get("money").and_then(proposed::hundredths).map(whole);
    Facts { workflow, kind, reason, severity, money, changed }
}

/// As conditions count it.
#[expect(clippy::cast_precision_loss, reason = "only compared with what a person wrote into a condition")]
fn whole(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}

/// The five answers, each there.
fn answered(room: &Room, step: &ExceptionStep, context: &StepContext, routed: &Routed) -> Answers {
    let due_at = throughline_domain::calendar::due_at(&routed.due, step.opened_at, &room.calendar);
    // A step of an older release says nothing of what it writes: what it was given then stands.
    let follows = context.updates || context.place.is_empty();
    let stated = if follows { step.updates_after.clone() } else { Vec::new() };
    let no_update = stated.is_empty().then(|| why_none(step, context));
    answers::complete(Known {
        place: &context.place,
        what_changed: step.what_changed.clone(),
        reason: reason_of(step),
        sentence: Some(&step.sentence),
        routed,
        due_at,
        updates_after: stated,
        no_update_reason: no_update.as_deref(),
    })
}

/// A row with the answers, to which nothing has happened yet.
fn blank(step: &ExceptionStep, answers: Answers) -> ExceptionRow {
    ExceptionRow {
        scope: step.scope.clone(),
        exception: step.exception.clone(),
        kind: step.kind,
        fingerprint: step.fingerprint.clone(),
        after: None,
        state: ExceptionState::Open,
        severity: Severity::Normal,
        what_changed: answers.what_changed,
        workflow: step.workflow.clone(),
        version: step.version,
        run: step.run.clone(),
        path: step.path.clone(),
        reason: answers.reason,
        sentence: answers.sentence,
        failure: step.failure.clone(),
        effect: step.effect.clone(),
        connection: None,
        retry_from: step.retry_from.clone(),
        owner: answers.owner.0,
        backup: answers.backup.map(|backup| backup.0),
        unrouted: answers.unrouted || step.unrouted,
        due_at: answers.due_at,
        original_due_at: answers.due_at,
        calendar: DEFAULT_CALENDAR.to_owned(),
        occurrences: 1,
        opened_at: step.opened_at,
        last_seen_at: step.opened_at,
        changed_at: step.opened_at,
        ..ExceptionRow::empty(step.scope.clone(), step.exception.clone(), step.run.clone())
    }
}

fn routed(
    shared: &Shared,
    room: &Room,
    step: &ExceptionStep,
    context: &StepContext,
    facts: &Facts<'_>,
) -> Routed {
    let now = shared.clock.now();
    let read = |due: &Option<String>| due.as_deref().and_then(|text| Due::parse(text).ok());
    let policy = match (&context.policy_owner, read(&context.policy_due)) {
        (Some(owner), Some(due)) => {
            Some(ExceptionPolicy { owner: owner.clone(), backup: context.policy_backup.clone(), due })
        }
        // A step of an older release: what it was given then.
        _ => Owner::parse(&step.owner).map(|owner| ExceptionPolicy {
            owner,
            backup: step.backup.as_deref().and_then(Owner::parse),
            due: Due::After {
                ms: (step.due_at.0 - step.opened_at.0).max(60_000_000).cast_unsigned() / 1_000,
            },
        }),
    };
    let due = read(&context.due);
    let said = Said { owner: context.owner.as_ref(), due: due.as_ref(), policy: policy.as_ref() };
    let standing = |owner: &Owner| -> Standing { room.standing(owner) };
    route(&room.table, facts, said, &room.workspace, (now, &room.calendar), &standing)
}

fn why_none(step: &ExceptionStep, context: &StepContext) -> String {
    match &step.no_update_reason {
        Some(why) if context.place.is_empty() => why.clone(),
        Some(_) | None => "the step that stopped writes to no system".to_owned(),
    }
}

/// Which updates can be read back: those whose every write its connector can look up.
async fn updates(shared: &Shared, context: &StepContext, after: &[UpdateAfter]) -> Vec<Update> {
    let mut updates = Vec::new();
    for what in after {
        let automatic = what.by == UpdateBy::Automatic;
        let writes = context.writes.iter().filter(|write| settle::writes_to(write, &what.system));
        let (mut any, mut all) = (false, true);
        for write in writes {
            any = true;
            all &= settle::can_look(shared, context, write).await;
        }
        updates.push(Update { what: what.clone(), readable: automatic && any && all, verified: None });
    }
    updates
}

fn reason_of(step: &ExceptionStep) -> ReasonCode {
    serde_json::from_value(json!(step.reason)).unwrap_or(ReasonCode::NeedsJudgement)
}

/// What an exception was seen with, but for what is different each time.
fn evidence(step: &ExceptionStep) -> String {
    let failure = step.failure.as_ref().map(|failure: &Failure| json!([failure.kind, failure.code]));
    let words = match step.kind {
        ExceptionKind::Business => Some(&step.sentence),
        ExceptionKind::Technical => None,
    };
    json::sha256(&json!([step.reason, failure, words]))
}

const fn source(source: Source) -> &'static str {
    match source {
        Source::Node => "node",
        Source::Rule(_) => "rule",
        Source::Workflow => "workflow",
        Source::Reason => "reason",
        Source::Workspace => "workspace",
    }
}
