//! A cause that is gone: a call on the connection that succeeded, or its test, resolves what stood for its trouble, and what
//! waits is released.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use throughline_domain::exception::fingerprint::{Cause, Technical, technical};
use throughline_domain::exception::life::{Event, Evidence, State};
use throughline_domain::exception::reason::{self, EvidenceKind};
use throughline_domain::time::Timestamp;
use throughline_store::{ExceptionRow, ExceptionSave, Scope, StoreError};

use super::{Room, TRIES, Tended};
use crate::shared::Shared;

/// Something on a connection went well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Worked {
    pub(crate) scope: Scope,
    pub(crate) connection: String,
    /// The action, with its connector; nothing: the whole connection was tested.
    pub(crate) action: Option<(String, String)>,
    /// In words.
    pub(crate) what: String,
    pub(crate) at: Timestamp,
}

/// Connections that exceptions are open about, as far as this node knows; and what went well on them since.
#[derive(Debug, Default)]
pub(crate) struct Trouble {
    with: Mutex<BTreeSet<(Scope, String)>>,
    worked: Mutex<Vec<Worked>>,
}

impl Trouble {
    /// An exception was filed about this connection.
    pub(crate) fn note(&self, scope: &Scope, connection: &str) {
        locked(&self.with).insert((scope.clone(), connection.to_owned()));
    }

    /// Is anything open about it?
    pub(crate) fn is_with(&self, scope: &Scope, connection: &str) -> bool {
        let with = locked(&self.with);
        !with.is_empty() && with.contains(&(scope.clone(), connection.to_owned()))
    }

    /// Something went well.
    pub(crate) fn worked(&self, worked: Worked) {
        let mut all = locked(&self.worked);
        // One is enough of each.
        let same = |other: &Worked| {
            (&other.scope, &other.connection, &other.action)
                == (&worked.scope, &worked.connection, &worked.action)
        };
        all.retain(|other| !same(other));
        all.push(worked);
    }

    /// These are all that are open anywhere: other nodes file, too.
    pub(crate) fn know(&self, all: Vec<(Scope, String)>) {
        *locked(&self.with) = all.into_iter().collect();
    }

    /// Did something go well that the desk has not looked at yet?
    pub(super) fn is_waiting(&self) -> bool {
        !locked(&self.worked).is_empty()
    }

    fn over(&self, scope: &Scope, connection: &str) {
        locked(&self.with).remove(&(scope.clone(), connection.to_owned()));
    }

    fn take(&self) -> Vec<Worked> {
        std::mem::take(&mut *locked(&self.worked))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while it was held leaves a list that is still a list.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes what went well as evidence.
pub(crate) async fn weigh(shared: &Shared) -> Result<(), StoreError> {
    for worked in shared.desk.trouble.take() {
        let open = shared.store.exceptions_of_connection(&worked.scope, &worked.connection).await?;
        if open.is_empty() {
            shared.desk.trouble.over(&worked.scope, &worked.connection);
            continue;
        }
        let room = Room::enter(shared, &worked.scope).await?;
        for row in open.into_iter().filter(|row| is_about(row, &worked)) {
            clear(shared, &room, row, &worked).await?;
        }
    }
    Ok(())
}

/// Does it show that this exception's cause is gone? An expired credential and a limit stop every action, so any shows it.
fn is_about(row: &ExceptionRow, worked: &Worked) -> bool {
    let Some((connector, action)) = &worked.action else { return true };
    let cause = Cause::Connection { connection: &worked.connection, connector, action };
    row.fingerprint == technical(&Technical { workspace: row.scope.as_str(), cause, reason: row.reason })
}

async fn clear(shared: &Shared, room: &Room, row: ExceptionRow, worked: &Worked) -> Result<(), StoreError> {
    let (scope, exception) = (row.scope.clone(), row.exception.clone());
    let mut row = Some(row);
    for _ in 0..TRIES {
        let found = match row.take() {
            Some(row) => Some(row),
            None => shared.store.get_exception(&scope, &exception).await?,
        };
        let Some(found) = found else { return Ok(()) };
        let kind =
            if worked.action.is_some() { EvidenceKind::CleanPass } else { EvidenceKind::ConnectionWorks };
        if !reason::of(found.reason).cleared_by.contains(&kind) {
            return Ok(());
        }
        let mut tended = Tended::load(shared, found).await?;
        // A person has said how it goes on: that is seen through first.
        if tended.life.state == State::Verifying {
            return Ok(());
        }
        let now = shared.clock.now();
        let evidence =
            Evidence { kind, at: worked.at.min(now), what: worked.what.clone(), run: None, event: None };
        if tended.runs(Event::AutoResolved { evidence }, now, room).is_err() {
            return Ok(());
        }
        let restart = Some(exception.clone());
        let save = ExceptionSave { restart, ..ExceptionSave::default() };
        fail::fail_point!("engine.before_evidence", |_| std::process::abort());
        // What waits is released by the next look.
        if tended.save_and_look(shared, room, save, Some(now)).await? {
            fail::fail_point!("engine.after_evidence", |_| std::process::abort());
            shared.desk.called.notify_one();
            return Ok(());
        }
    }
    Ok(())
}
