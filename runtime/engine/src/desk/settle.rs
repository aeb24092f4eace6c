//! What time and runs bring about: a resolution that its runs have taken is verified and done, rungs are reached, waits and
//! snoozes end, and an owner who left is replaced.

mod see;

use throughline_domain::exception::clock::{Recipient, Rung};
use throughline_domain::exception::life::{Ended, Event, State, Way, Who};
use throughline_domain::exception::release::{Limit, release as room_for};
use throughline_domain::exception::route::backup_now;
use throughline_domain::id::{ExceptionId, PersonId, RunId};
use throughline_domain::run::event::{Resolution, StepPath};
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::Owner;
use throughline_store::{ExceptionRow, ExceptionSave, ExceptionStep, NewSignal, StoreError};

pub(super) use see::Seen;
pub(crate) use see::{ReadOnly, can_look, writes_to};

use super::{Room, TRIES, Tended};
use crate::shared::Shared;
use crate::signal::SignalBody;

/// What a step's run is told.
pub(crate) fn release(
    step: &ExceptionStep,
    resolution: Resolution,
    (by, person): (&str, Option<&PersonId>),
    at: Timestamp,
) -> (ExceptionId, RunId, NewSignal) {
    let signal = NewSignal {
        id: format!("resolve/{}", step.exception),
        kind: "resolved".to_owned(),
        path: Some(step.path.clone()),
        body: SignalBody::Resolved {
            path: StepPath(step.path.clone()),
            exception: step.exception.clone(),
            resolution,
            by: by.to_owned(),
            person: person.cloned(),
        }
        .to_bytes(),
        sent_at: at,
        lifecycle: None,
    };
    (step.exception.clone(), step.run.clone(), signal)
}

/// Steps told how to go on in one go, where no connection limits them.
pub(crate) const ALL: u32 = 10_000;
/// Steps of one cause released within [`WINDOW_MS`].
const LIMIT: u32 = 50;
const WINDOW_MS: u64 = 1_000;

/// How many steps may go on at once: of a cause as many as its connection takes.
pub(crate) fn at_once(tended: &Tended) -> u32 {
    let retries = matches!(
        tended.life.resolving.as_ref().map(|resolving| &resolving.way),
        Some(Way::Retry { .. } | Way::FixAndContinue)
    );
    if tended.row.connection.is_some() && retries { LIMIT } else { ALL }
}

/// The word of a state.
pub(crate) const fn word(state: State) -> &'static str {
    super::tended::state(state).as_str()
}

/// Does what is due for one exception.
pub(crate) async fn look(shared: &Shared, room: &Room, row: ExceptionRow) -> Result<(), StoreError> {
    let (scope, exception) = (row.scope.clone(), row.exception.clone());
    let mut row = Some(row);
    for _ in 0..TRIES {
        let found = match row.take() {
            Some(row) => Some(row),
            None => shared.store.get_exception(&scope, &exception).await?,
        };
        let Some(found) = found else { return Ok(()) };
        let mut tended = Tended::load(shared, found).await?;
        let now = shared.clock.now();
        let rung = tended.life.rung;
        tick(&mut tended, room, now);
        #[cfg_attr(not(feature = "failpoints"), expect(unused_variables, reason = "failpoints ask"))]
        let climbed = tended.life.rung != rung;
        settle(shared, &mut tended, room, now).await?;
        let (release, next) = released(shared, &tended, now).await?;
        #[cfg_attr(not(feature = "failpoints"), expect(unused_variables, reason = "failpoints ask"))]
        let goes_on = !release.is_empty();
        let save = ExceptionSave { release, ..ExceptionSave::default() };
        fail::fail_point!("engine.before_exception_look", |_| std::process::abort());
        fail::fail_point!("engine.before_rung", climbed, |_| std::process::abort());
        fail::fail_point!("engine.before_release", goes_on, |_| std::process::abort());
        if tended.save_and_look(shared, room, save, next).await? {
            fail::fail_point!("engine.after_rung", climbed, |_| std::process::abort());
            fail::fail_point!("engine.after_release", goes_on, |_| std::process::abort());
            fail::fail_point!("engine.after_exception_look", |_| std::process::abort());
            return Ok(());
        }
    }
    Ok(())
}

/// The next steps of a cause that is gone, oldest first, as many as its connection has room for; and when more may go.
async fn released(
    shared: &Shared,
    tended: &Tended,
    now: Timestamp,
) -> Result<(Vec<(ExceptionId, RunId, NewSignal)>, Option<Timestamp>), StoreError> {
    let (scope, exception) = (&tended.row.scope, &tended.row.exception);
    let by = match (tended.life.state, &tended.life.resolving, tended.row.ended.as_deref()) {
        (State::Verifying, Some(resolving), _) if at_once(tended) == LIMIT => {
            resolving.by.person().unwrap_or("runner").to_owned()
        }
        // Nothing is left waiting on what is over.
        (State::Resolved, _, Some("evidence")) => "runner".to_owned(),
        _ => return Ok((Vec::new(), None)),
    };
    let resolution = match shown_by(tended) {
        Some(later) => Resolution::Superseded { by: later },
        None => Resolution::Retried,
    };
    let waiting = shared.store.unreleased_steps(scope, exception, LIMIT + 1).await?;
    if waiting.is_empty() {
        return Ok((Vec::new(), None));
    }
    let recent = shared.store.released_since(scope, exception, before(now, WINDOW_MS)).await?;
    let room = room_for(waiting.len(), &recent, Limit { count: LIMIT, window_ms: WINDOW_MS }, now);
    let steps = waiting.iter().take(room.count);
    Ok((steps.map(|step| release(step, resolution.clone(), (&by, None), now)).collect(), room.next))
}

/// The later run that showed that it is over: what waits here needs not be done any more.
fn shown_by(tended: &Tended) -> Option<RunId> {
    match &tended.life.ended {
        Some((Ended::ByEvidence { evidence }, _)) => evidence.run.clone(),
        Some((
            Ended::ByPerson { .. } | Ended::Dismissed | Ended::MergedInto { .. } | Ended::Superseded,
            _,
        ))
        | None => None,
    }
}

fn before(now: Timestamp, ms: u64) -> Timestamp {
    Timestamp(now.0.saturating_sub(Timestamp(0).plus_ms(ms).0))
}

/// What time alone brings about.
fn tick(tended: &mut Tended, room: &Room, now: Timestamp) {
    let look = tended.clock(room, now, |clock| clock.look(&tended.life));
    if look.wait_over {
        noted(tended.runs(Event::WaitEnded, now, room));
    }
    if look.snooze_over {
        noted(tended.runs(Event::Woken, now, room));
    }
    keep_owned(tended, room, now);
    for (rung, _) in look.reached {
        let to = if rung == Rung::Backup { backup(tended, room, now) } else { None };
        if tended.runs(Event::Reached { rung, to: to.clone() }, now, room).is_ok() {
            if to.is_some() {
                "escalation".clone_into(&mut tended.row.assigned_by);
            }
            tell_rung(tended, room, (rung, to), now);
        }
    }
}

/// Who takes over today.
fn backup(tended: &Tended, room: &Room, now: Timestamp) -> Option<Owner> {
    let row = &tended.row;
    let facts = super::file::facts(row.kind, row.reason, row.severity, &row.workflow, &row.what_changed);
    let (kept, clock) = (row.backup.clone().map(Owner), (now, &room.calendar));
    let standing = |owner: &Owner| room.standing(owner);
    backup_now(&room.table, &facts, kept.as_ref(), clock, &standing, &tended.life.owner)
}

fn tell_rung(tended: &mut Tended, room: &Room, (rung, to): (Rung, Option<Owner>), now: Timestamp) {
    let what = match rung {
        Rung::Warn => "warn",
        Rung::Due => "due",
        Rung::Backup => "backup",
        Rung::Digest => "digest",
    };
    let owner = tended.life.owner.clone();
    for recipient in rung.recipients() {
        match recipient {
            Recipient::Owner => tended.tell(&owner.0, what, now),
            Recipient::Lead => {
                for team in room.teams_of(&owner) {
                    tended.tell(&format!("lead:team:{team}"), what, now);
                }
            }
            Recipient::Backup => {
                if let Some(backup) = &to {
                    tended.tell(&backup.0, what, now);
                }
            }
            Recipient::ManagersDigest => tended.tell(&room.workspace.owner.0.clone(), what, now),
        }
    }
}

/// The owner is always active and has access, else the backup, else the workspace's own.
pub(crate) fn keep_owned(tended: &mut Tended, room: &Room, now: Timestamp) {
    let person = tended.life.person.clone().map(|person| Owner(format!("person:{person}")));
    // Somebody who asked with a token is no member, and cannot leave.
    let known = |owner: &Owner| !owner.0.starts_with("person:") || room.knew(owner);
    let person_left = person.is_some_and(|person| known(&person) && !room.standing(&person).is_fit());
    let owner_left = known(&tended.life.owner) && !room.standing(&tended.life.owner).is_fit();
    if !tended.life.state.is_open() || !(person_left || owner_left) {
        return;
    }
    let candidates = [
        (!owner_left && !tended.life.owner.0.starts_with("person:")).then(|| tended.life.owner.clone()),
        tended.row.backup.clone().map(Owner),
        Some(room.workspace.owner.clone()),
    ];
    let to = candidates.into_iter().flatten().find(|owner| room.standing(owner).is_fit());
    let to = to.unwrap_or_else(|| room.workspace.owner.clone());
    if tended.does(Event::Assigned { to: to.clone() }, Who::Runner, now, room.standing(&to), room).is_ok() {
        "escalation".clone_into(&mut tended.row.assigned_by);
        tended.tell(&to.0, "assigned", now);
    }
}

/// What runs have brought about: all steps went on, so the resolution was taken; what updates after is looked at.
async fn settle(shared: &Shared, tended: &mut Tended, room: &Room, now: Timestamp) -> Result<(), StoreError> {
    if !tended.life.state.is_open() {
        return Ok(());
    }
    let waiting = shared.store.count_waiting_steps(&tended.row.scope, &tended.row.exception).await?;
    if waiting > 0 {
        return Ok(());
    }
    if tended.life.state != State::Verifying {
        let steps = shared.store.steps_of_exception(&tended.row.scope, &tended.row.exception, 1).await?;
        // Its steps went on without it: the run was cancelled, or started over.
        if !steps.is_empty() && tended.life.items > 0 && !undone(tended) {
            noted(tended.runs(Event::Superseded { into: None }, now, room));
        }
        return Ok(());
    }
    if tended.life.resolving.as_ref().is_some_and(|resolving| !resolving.taken) {
        noted(tended.runs(Event::ResolutionTaken, now, room));
    }
    see::verify(shared, tended, room, now).await?;
    if tended.life.state == State::Verifying {
        // Refused as long as something was not seen.
        let _ = tended.runs(Event::Resolved, now, room);
    }
    if !tended.life.state.is_open() {
        shared.desk.seen.forget(&tended.row.exception);
    }
    Ok(())
}

/// Its resolution was carried out and did not hold: nothing waits on it, and a person must look all the same.
fn undone(tended: &Tended) -> bool {
    let last = tended.log.iter().rev().map(|entry| &entry.event);
    let mut last = last.filter(|event| {
        matches!(event, Event::Mismatched { .. } | Event::Recurred { .. } | Event::Reopened { .. })
    });
    matches!(last.next(), Some(Event::Mismatched { .. } | Event::Reopened { seen: None, .. }))
}

fn noted(done: Result<(), throughline_domain::exception::life::Refused>) {
    if let Err(refused) = done {
        tracing::debug!(%refused, "nothing to do after all");
    }
}
