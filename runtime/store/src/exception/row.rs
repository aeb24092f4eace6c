//! An exception's row.

use serde_json::Value as Json;
use throughline_domain::calendar::CalendarDefinition;
use throughline_domain::exception::Severity;
use throughline_domain::exception::clock::{Ladder, Rung};
use throughline_domain::exception::life::{Outcome, Strength, WaitingOn};
use throughline_domain::failure::Failure;
use throughline_domain::id::{EffectId, ExceptionId, RunId};
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::{Due, ReasonCode, UpdateAfter};

use super::{ExceptionKind, ExceptionState, opt_read, opt_word, read, word};
use crate::db::{Arg, FromRow, Row, args, to_json};
use crate::error::{Result, StoreError};
use crate::scope::Scope;

/// An exception as stored: what the fold of its log gives.
#[derive(Clone, Debug, PartialEq)]
pub struct ExceptionRow {
    /// Workspace.
    pub scope: Scope,
    /// Exception.
    pub exception: ExceptionId,
    /// Kind.
    pub kind: ExceptionKind,
    /// The same again has the same one.
    pub fingerprint: String,
    /// The last one of this fingerprint, ended too long ago to be this one.
    pub after: Option<ExceptionId>,
    /// Where it stands.
    pub state: ExceptionState,
    /// How bad it is to leave it.
    pub severity: Severity,
    /// What changed.
    pub what_changed: Json,
    /// Workflow of the step it was seen at last.
    pub workflow: String,
    /// Version.
    pub version: u32,
    /// Run.
    pub run: RunId,
    /// Step.
    pub path: String,
    /// Reason code.
    pub reason: ReasonCode,
    /// Why the normal path stopped.
    pub sentence: String,
    /// The failure behind it.
    pub failure: Option<Failure>,
    /// The effect in doubt.
    pub effect: Option<EffectId>,
    /// The connection whose trouble is the cause.
    pub connection: Option<String>,
    /// Step that runs again on *retry*.
    pub retry_from: Option<String>,
    /// Who is answerable: person, team or role.
    pub owner: String,
    /// Handle of whoever has it.
    pub person: Option<String>,
    /// Who takes over.
    pub backup: Option<String>,
    /// From where the owner came: `node`, `rule`, `workflow`, `reason`, `workspace`, `person`, `escalation`.
    pub assigned_by: String,
    /// An answer came from defaults because it could not be derived.
    pub unrouted: bool,
    /// Time allowed.
    pub due: Due,
    /// By when; while its clock stands still, as of when it stopped.
    pub due_at: Timestamp,
    /// By when, at first.
    pub original_due_at: Timestamp,
    /// Name of the business calendar it goes by.
    pub calendar: String,
    /// When whom to tell.
    pub ladder: Ladder,
    /// When its owner is warned.
    pub warn_at: Option<Timestamp>,
    /// When the backup takes it.
    pub escalate_at: Option<Timestamp>,
    /// The last rung that was reached.
    pub rung: Option<Rung>,
    /// When it became late.
    pub breached_at: Option<Timestamp>,
    /// The calendar at the breach.
    pub frozen: Option<CalendarDefinition>,
    /// Which systems update after resolution.
    pub updates_after: Vec<UpdateAfter>,
    /// Why none does.
    pub no_update_reason: Option<String>,
    /// Money at risk, in hundredths.
    pub money: Option<i64>,
    /// A customer sees it.
    pub customer_visible: bool,
    /// Tags.
    pub tags: Vec<String>,
    /// How often it happened.
    pub occurrences: u32,
    /// How often it came back after it was over.
    pub reopened: u32,
    /// When it opened.
    pub opened_at: Timestamp,
    /// When it was seen last.
    pub last_seen_at: Timestamp,
    /// When anything last happened.
    pub changed_at: Timestamp,
    /// On whom it waits.
    pub waiting_on: Option<WaitingOn>,
    /// Until when at most.
    pub waiting_until: Option<Timestamp>,
    /// Hidden until then.
    pub snooze_until: Option<Timestamp>,
    /// How it is or was resolved, one word: `retry`, `skip`, …
    pub way: Option<String>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// In words.
    pub note: Option<String>,
    /// Who resolved or dismissed it.
    pub resolved_by: Option<String>,
    /// How sure the resolution is.
    pub strength: Option<Strength>,
    /// How it ended: `person`, `evidence`, `dismissed`, `merged`, `superseded`.
    pub ended: Option<String>,
    /// When.
    pub resolved_at: Option<Timestamp>,
    /// What it was merged into.
    pub merged_into: Option<ExceptionId>,
    /// When time changes something next.
    pub look_at: Option<Timestamp>,
    /// Entries of its log.
    pub revision: u32,
    /// What its log is folded onto.
    pub opening: Json,
}

impl ExceptionRow {
    /// One of which nothing is known yet; every answer of it is still to be given, or it is refused.
    pub fn empty(scope: Scope, exception: ExceptionId, run: RunId) -> Self {
        let never = Timestamp(0);
        Self {
            scope,
            exception,
            run,
            kind: ExceptionKind::Business,
            fingerprint: String::new(),
            after: None,
            state: ExceptionState::Open,
            severity: Severity::Normal,
            what_changed: Json::Null,
            workflow: String::new(),
            version: 0,
            path: String::new(),
            reason: ReasonCode::NeedsJudgement,
            sentence: String::new(),
            failure: None,
            effect: None,
            connection: None,
            retry_from: None,
            owner: String::new(),
            person: None,
            backup: None,
            assigned_by: String::new(),
            unrouted: true,
            due: Due::After { ms: 0 },
            due_at: never,
            original_due_at: never,
            calendar: String::new(),
            ladder: Ladder::default(),
            warn_at: None,
            escalate_at: None,
            rung: None,
            breached_at: None,
            frozen: None,
            updates_after: Vec::new(),
            no_update_reason: None,
            money: None,
            customer_visible: false,
            tags: Vec::new(),
            occurrences: 0,
            reopened: 0,
            opened_at: never,
            last_seen_at: never,
            changed_at: never,
            waiting_on: None,
            waiting_until: None,
            snooze_until: None,
            way: None,
            outcome: None,
            note: None,
            resolved_by: None,
            strength: None,
            ended: None,
            resolved_at: None,
            merged_into: None,
            look_at: None,
            revision: 0,
            opening: Json::Null,
        }
    }
}

/// The values of the columns behind the key, in their order.
pub(super) fn values(row: &ExceptionRow) -> Result<Vec<Arg>> {
    let [warn, backup, digest]: [u32; 3] = row.ladder.into();
    let mut values = about(row)?;
    values.extend(args![
        &row.owner,
        &row.person,
        &row.backup,
        &row.assigned_by,
        row.unrouted,
        row.due.to_string(),
        row.due_at,
        row.original_due_at,
        &row.calendar,
        warn,
        backup,
        digest,
        row.warn_at,
        row.escalate_at,
        opt_word(row.rung.as_ref()),
        row.breached_at,
        row.frozen.as_ref().map(to_json).transpose()?,
    ]);
    values.extend(life(row)?);
    Ok(values)
}

/// What it is about, and why it stopped.
fn about(row: &ExceptionRow) -> Result<Vec<Arg>> {
    Ok(args![
        row.kind,
        &row.fingerprint,
        row.after.as_ref(),
        row.state,
        word(&row.severity),
        to_json(&row.what_changed)?,
        &row.workflow,
        row.version,
        &row.run,
        &row.path,
        word(&row.reason),
        &row.sentence,
        row.failure.as_ref().map(to_json).transpose()?,
        row.effect.as_ref(),
        &row.connection,
        &row.retry_from,
    ])
}

/// What updates after, and what happened to it.
fn life(row: &ExceptionRow) -> Result<Vec<Arg>> {
    let updates = if row.updates_after.is_empty() { None } else { Some(to_json(&row.updates_after)?) };
    let tags = if row.tags.is_empty() { None } else { Some(to_json(&row.tags)?) };
    Ok(args![
        updates,
        &row.no_update_reason,
        row.money,
        row.customer_visible,
        tags,
        row.occurrences,
        row.reopened,
        row.opened_at,
        row.last_seen_at,
        row.changed_at,
        opt_word(row.waiting_on.as_ref()),
        row.waiting_until,
        row.snooze_until,
        &row.way,
        opt_word(row.outcome.as_ref()),
        &row.note,
        &row.resolved_by,
        opt_word(row.strength.as_ref()),
        &row.ended,
        row.resolved_at,
        row.merged_into.as_ref(),
        row.look_at,
        row.revision,
        to_json(&row.opening)?,
    ])
}

impl FromRow for ExceptionRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            exception: row.parse()?,
            kind: row.parse()?,
            fingerprint: row.text()?,
            after: row.opt_parse()?,
            state: row.parse()?,
            severity: read(row.text()?)?,
            what_changed: row.json()?,
            workflow: row.text()?,
            version: row.small()?,
            run: row.parse()?,
            path: row.text()?,
            reason: read(row.text()?)?,
            sentence: row.text()?,
            failure: row.opt_json()?,
            effect: row.opt_parse()?,
            connection: row.opt_text()?,
            retry_from: row.opt_text()?,
            owner: row.text()?,
            person: row.opt_text()?,
            backup: row.opt_text()?,
            assigned_by: row.text()?,
            unrouted: row.flag()?,
            due: Due::parse(&row.text()?).map_err(StoreError::Unreadable)?,
            due_at: row.time()?,
            original_due_at: row.time()?,
            calendar: row.text()?,
            ladder: Ladder::new(row.small()?, row.small()?, row.small()?)
                .map_err(|e| StoreError::Unreadable(e.to_string()))?,
            warn_at: row.opt_time()?,
            escalate_at: row.opt_time()?,
            rung: opt_read(row.opt_text()?)?,
            breached_at: row.opt_time()?,
            frozen: row.opt_json()?,
            updates_after: row.opt_json()?.unwrap_or_default(),
            no_update_reason: row.opt_text()?,
            money: row.opt_int()?,
            customer_visible: row.flag()?,
            tags: row.opt_json()?.unwrap_or_default(),
            occurrences: row.small()?,
            reopened: row.small()?,
            opened_at: row.time()?,
            last_seen_at: row.time()?,
            changed_at: row.time()?,
            waiting_on: opt_read(row.opt_text()?)?,
            waiting_until: row.opt_time()?,
            snooze_until: row.opt_time()?,
            way: row.opt_text()?,
            outcome: opt_read(row.opt_text()?)?,
            note: row.opt_text()?,
            resolved_by: row.opt_text()?,
            strength: opt_read(row.opt_text()?)?,
            ended: row.opt_text()?,
            resolved_at: row.opt_time()?,
            merged_into: row.opt_parse()?,
            look_at: row.opt_time()?,
            revision: row.small()?,
            opening: row.json()?,
        })
    }
}
