//! One exception that is tended: its row, its life, and what has been decided but not saved yet.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use throughline_domain::calendar::Calendar;
use throughline_domain::exception::Severity;
use throughline_domain::exception::clock::{Clock, Reading, Rung, Terms};
use throughline_domain::exception::life::{
    Ended, Event, Life, Opening, Refused, Request, Standing, State, Transition, Update, Who,
};
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::Owner;
use throughline_store::{ExceptionRow, ExceptionSave, ExceptionState, NewFigure, NewNotice, StoreError};

use super::Room;
use super::room::calendar_of;
use crate::channel;
use crate::shared::Shared;

/// What an exception's log is folded onto, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Base {
    pub(crate) severity: Severity,
    pub(crate) owner: Owner,
    pub(crate) updates: Vec<Update>,
    pub(crate) evidence: String,
    pub(crate) in_doubt: bool,
    pub(crate) quarantined: bool,
    pub(crate) items: u32,
}

/// An exception, tended.
pub(crate) struct Tended {
    pub(crate) row: ExceptionRow,
    pub(crate) life: Life,
    pub(crate) log: Vec<Transition>,
    /// What is saved already; nothing: it is new.
    pub(crate) saved: Option<u32>,
    fresh: Vec<Transition>,
    notices: Vec<NewNotice>,
    /// Look again by then, whatever the clock says.
    look_by: Option<Timestamp>,
}

impl Tended {
    /// A new one: the row has the answers, the base what its life begins with.
    pub(crate) fn open(mut row: ExceptionRow, base: &Base) -> Self {
        row.opening = serde_json::to_value(base).unwrap_or_default();
        let life = Life::open(opening(&row, base.clone()));
        Self {
            row,
            life,
            log: Vec::new(),
            saved: None,
            fresh: Vec::new(),
            notices: Vec::new(),
            look_by: None,
        }
    }

    /// One that is stored.
    pub(crate) async fn load(shared: &Shared, row: ExceptionRow) -> Result<Self, StoreError> {
        let stored = shared.store.exception_log(&row.scope, &row.exception).await?;
        let log: Vec<Transition> = stored.into_iter().map(|entry| entry.transition).collect();
        let base: Base = serde_json::from_value(row.opening.clone())
            .map_err(|error| StoreError::Unreadable(format!("exception {}: {error}", row.exception)))?;
        let life = Life::open(opening(&row, base)).after(&log);
        // The log may have grown since the row was read; then the save is refused, and all is read again.
        let saved = Some(row.revision);
        Ok(Self { row, life, log, saved, fresh: Vec::new(), notices: Vec::new(), look_by: None })
    }

    /// Decides one event and takes it in.
    pub(crate) fn does(
        &mut self,
        event: Event,
        who: Who,
        at: Timestamp,
        standing: Standing,
        room: &Room,
    ) -> Result<(), Refused> {
        let due_at = self.clock(room, at, |clock| clock.read().due_at);
        let transition = self.life.decide(Request { event, who, at, standing, due_at })?;
        self.takes(transition);
        Ok(())
    }

    /// The same by what was seen.
    pub(crate) fn runs(&mut self, event: Event, at: Timestamp, room: &Room) -> Result<(), Refused> {
        self.does(event, Who::Runner, at, Standing::FIT, room)
    }

    /// Takes in what was decided elsewhere.
    pub(crate) fn takes(&mut self, transition: Transition) {
        self.life.apply(&transition);
        self.log.push(transition.clone());
        self.fresh.push(transition);
    }

    /// Somebody is to be told.
    pub(crate) fn tell(&mut self, recipient: &str, what: &'static str, at: Timestamp) {
        let (exception, step) = (self.row.exception.clone(), self.log.len());
        let id = format!("{exception}/{step}/{what}/{recipient}");
        self.notices.push(NewNotice { id, exception, recipient: recipient.to_owned(), what, made_at: at });
    }

    /// What its clock says.
    pub(crate) fn clock<T>(&self, room: &Room, now: Timestamp, read: impl FnOnce(&Clock<'_>) -> T) -> T {
        let frozen: Option<Calendar> =
            self.row.frozen.as_ref().map(|definition| calendar_of(definition, self.row.opened_at));
        let terms = Terms {
            opened_at: self.life.opened_at,
            due: &self.row.due,
            ladder: self.row.ladder,
            calendar: &room.calendar,
            frozen: frozen.as_ref(),
        };
        read(&Clock::new(terms, &self.log, now))
    }

    /// What its clock shows.
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method is not general enough")]
    pub(crate) fn reading(&self, room: &Room, now: Timestamp) -> Reading {
        self.clock(room, now, |clock| clock.read())
    }

    /// Puts it among what is saved together.
    pub(crate) fn put(mut self, save: &mut ExceptionSave, room: &Room, now: Timestamp) {
        self.refresh(room, now);
        self.row.revision = self.saved.unwrap_or(0) + u32::try_from(self.fresh.len()).unwrap_or(u32::MAX);
        save.at = now;
        save.figures.push(self.figure(room, now));
        // A channel hears once of what several people hear of.
        let once: BTreeMap<&str, &NewNotice> =
            self.notices.iter().map(|notice| (notice.what, notice)).collect();
        for notice in once.into_values() {
            for channel in room.channels.iter().filter(|channel| channel.exceptions) {
                let recipient = channel::recipient(channel);
                let id = format!("{}/{}/{}/{recipient}", self.row.exception, self.log.len(), notice.what);
                save.notices.push(NewNotice { id, recipient, ..notice.clone() });
            }
        }
        // Who leads a team and owns what is due hears of it once.
        let mut heard: BTreeSet<(&str, String)> = BTreeSet::new();
        for notice in self.notices.drain(..) {
            for person in room.people(&notice.recipient) {
                if !heard.insert((notice.what, person.clone())) {
                    continue;
                }
                let id = format!("{}/{person}", notice.id);
                save.notices.push(NewNotice { id, recipient: format!("person:{person}"), ..notice.clone() });
            }
        }
        let ends = |entry: &Transition| entry.from.is_open() && !entry.to.is_open();
        if !self.life.state.is_open() && self.fresh.iter().any(ends) {
            save.ended.push(self.row.exception.clone());
        }
        save.rows.push((self.row, self.saved, self.fresh));
    }

    /// Minutes of its life so far, for figures.
    fn figure(&self, room: &Room, now: Timestamp) -> NewFigure {
        let reading = self.reading(room, now);
        let opened_at = self.life.opened_at;
        let until = |at: Timestamp| (at, room.calendar.business_us(opened_at, at) / 60_000_000);
        let first = self.row.opening["owner"].as_str();
        let given = first.is_some_and(|owner| owner.starts_with("person:"));
        let has = |entry: &&Transition| match &entry.event {
            Event::Taken => true,
            Event::Assigned { to } | Event::HandedOver { to, .. } => to.0.starts_with("person:"),
            _ => false,
        };
        let assigned = self.log.iter().find(has).map(|entry| entry.at);
        let acted = self.log.iter().find(|entry| entry.who.person().is_some()).map(|entry| entry.at);
        NewFigure {
            exception: self.row.exception.clone(),
            counted_at: now,
            running: (reading.running.calendar_minutes(), reading.running.business_minutes()),
            paused: (reading.paused.calendar_minutes(), reading.paused.business_minutes()),
            assigned: assigned.or_else(|| given.then_some(opened_at)).map(until),
            acted: acted.map(until),
        }
    }

    /// Saves it, if anything happened, with what goes along, and when to look again. False: somebody else was faster.
    pub(crate) async fn save_and_look(
        mut self,
        shared: &Shared,
        room: &Room,
        mut save: ExceptionSave,
        next: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let (scope, now) = (self.row.scope.clone(), shared.clock.now());
        self.look_by = next;
        self.put(&mut save, room, now);
        shared.store.save_exception(&scope, &save).await
    }

    /// Saves it, with what goes along. False: somebody else was faster.
    pub(crate) async fn save(
        self,
        shared: &Shared,
        room: &Room,
        mut save: ExceptionSave,
    ) -> Result<bool, StoreError> {
        let (scope, now) = (self.row.scope.clone(), shared.clock.now());
        self.put(&mut save, room, now);
        shared.store.save_exception(&scope, &save).await
    }

    /// The row as the life says.
    fn refresh(&mut self, room: &Room, now: Timestamp) {
        let (reading, look, warn_at, escalate_at) = self.clock(room, now, |clock| {
            (clock.read(), clock.look(&self.life), clock.reaches(Rung::Warn), clock.reaches(Rung::Backup))
        });
        let (row, life) = (&mut self.row, &self.life);
        fold(row, life);
        if life.state.is_open() {
            row.due_at = reading.due_at.unwrap_or(row.due_at);
            (row.warn_at, row.escalate_at) = (warn_at, escalate_at);
        }
        if look.freeze && life.state.is_open() {
            row.breached_at = reading.breached_at;
            row.frozen = reading.breached_at.map(|_| room.definition.clone());
        }
        let due_now = !look.reached.is_empty() || look.wait_over || look.snooze_over;
        let checks = life.state == State::Verifying;
        let soon = (due_now || checks).then(|| now.plus_ms(if due_now { 0 } else { pause(life, now) }));
        let next = soon.into_iter().chain(look.next).min();
        // What is over is looked at only while something of it is still to be released.
        row.look_at = next.filter(|_| life.state.is_open()).into_iter().chain(self.look_by).min();
    }

    /// Where the row says something else than its log folds to: the columns, with both values.
    pub(crate) fn differs(&self) -> Vec<String> {
        let mut folded = self.row.clone();
        fold(&mut folded, &self.life);
        folded.revision = u32::try_from(self.log.len()).unwrap_or(u32::MAX);
        let (row, mut wrong) = (&self.row, Vec::new());
        let mut same = |column: &str, row: &dyn std::fmt::Debug, log: &dyn std::fmt::Debug| {
            let (row, log) = (format!("{row:?}"), format!("{log:?}"));
            if row != log {
                wrong.push(format!("{column}: the log has {log}, the row {row}"));
            }
        };
        same("revision", &row.revision, &folded.revision);
        same("state", &row.state, &folded.state);
        same("owner", &(&row.owner, &row.person), &(&folded.owner, &folded.person));
        same("severity", &row.severity, &folded.severity);
        same("occurrences", &(row.occurrences, row.reopened), &(folded.occurrences, folded.reopened));
        same("rung", &row.rung, &folded.rung);
        same("wait", &(row.waiting_on, row.waiting_until), &(folded.waiting_on, folded.waiting_until));
        same("snooze", &row.snooze_until, &folded.snooze_until);
        same("end", &(row.resolved_at, &row.ended), &(folded.resolved_at, &folded.ended));
        same(
            "outcome",
            &(row.outcome, &row.way, row.strength),
            &(folded.outcome, &folded.way, folded.strength),
        );
        same("merged_into", &row.merged_into, &folded.merged_into);
        wrong
    }
}

/// Between two looks at whether what must update after has done so, in milliseconds: the longer it takes, the longer.
fn pause(life: &Life, now: Timestamp) -> u64 {
    let since = (now.0 - life.changed_at.0).max(0).cast_unsigned() / 1_000;
    (since / 4).clamp(500, 300_000)
}

/// What the log alone says.
fn fold(row: &mut ExceptionRow, life: &Life) {
    row.state = state(life.state);
    row.severity = life.severity;
    row.owner.clone_from(&life.owner.0);
    row.person.clone_from(&life.person);
    (row.occurrences, row.reopened) = (life.occurrences, life.reopened);
    row.last_seen_at = life.last_seen_at.max(row.opened_at);
    row.changed_at = life.changed_at.max(row.opened_at);
    row.waiting_on = life.waiting.filter(|_| life.state == State::Waiting).map(|wait| wait.on);
    row.waiting_until = life.waiting.filter(|_| life.state == State::Waiting).map(|wait| wait.until);
    row.snooze_until = life.snooze_until;
    row.rung = life.rung;
    settle(row, life);
}

/// How it is or was resolved, and how it ended.
fn settle(row: &mut ExceptionRow, life: &Life) {
    let resolving = life.resolving.as_ref();
    let dismissal = life.dismissal.as_ref();
    row.way = resolving.map(|resolving| way_word(resolving.way.button()));
    row.outcome = resolving.map(|resolving| resolving.outcome);
    row.note = resolving
        .and_then(|resolving| resolving.note.clone())
        .or_else(|| dismissal.map(|dismissal| dismissal.reason.clone()));
    row.strength = life.strength();
    row.resolved_at = life.ended_at();
    row.merged_into = life.merged_into().cloned();
    let person = |who: &Who| who.person().map(str::to_owned);
    let resolved_by = resolving.and_then(|resolving| person(&resolving.by));
    row.ended = life.ended.as_ref().map(|(ended, _)| {
        let word = match ended {
            Ended::ByPerson { .. } => "person",
            Ended::ByEvidence { .. } => "evidence",
            Ended::Dismissed => "dismissed",
            Ended::MergedInto { .. } => "merged",
            Ended::Superseded => "superseded",
        };
        word.to_owned()
    });
    row.resolved_by = match row.ended.as_deref() {
        Some("dismissed") => dismissal.and_then(|dismissal| person(&dismissal.by)),
        Some("evidence" | "merged" | "superseded") => None,
        Some(_) => resolved_by.or_else(|| Some("runner".to_owned())),
        None => resolved_by,
    };
}

fn way_word(button: throughline_domain::exception::reason::Button) -> String {
    button.to_string()
}

fn opening(row: &ExceptionRow, base: Base) -> Opening {
    Opening {
        id: row.exception.clone(),
        kind: match row.kind {
            throughline_store::ExceptionKind::Business => throughline_domain::exception::Kind::Business,
            throughline_store::ExceptionKind::Technical => throughline_domain::exception::Kind::Technical,
        },
        reason: row.reason,
        severity: base.severity,
        owner: base.owner,
        updates: base.updates,
        evidence: base.evidence,
        in_doubt: base.in_doubt,
        quarantined: base.quarantined,
        items: base.items,
        at: row.opened_at,
    }
}

pub(super) const fn state(state: State) -> ExceptionState {
    match state {
        State::Open => ExceptionState::Open,
        State::Assigned => ExceptionState::Assigned,
        State::InProgress => ExceptionState::InProgress,
        State::Waiting => ExceptionState::Waiting,
        State::Verifying => ExceptionState::Verifying,
        State::Resolved => ExceptionState::Resolved,
        State::Dismissed => ExceptionState::Dismissed,
        State::Superseded => ExceptionState::Superseded,
    }
}
