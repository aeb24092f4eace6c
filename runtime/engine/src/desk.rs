//! The desk: files steps that wait under exceptions, sees resolutions through, and lets time pass over the queue. What may
//! happen is decided in `domain`; what happened is committed with the log it is read from.

pub(crate) mod asks;
mod evidence;
mod file;
mod left;
mod mail;
mod passes;
mod proposed;
mod room;
pub(crate) mod settle;
mod tended;
pub(crate) mod undelivered;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use throughline_domain::workflow::{Owner, Weight};
use throughline_store::{Scope, StoreError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub(crate) use asks::Asked;
pub(crate) use evidence::Worked;
pub(crate) use mail::{Burst, Told};
pub(crate) use room::{DEFAULT_CALENDAR, Room, calendar_of, default_definition, stored_definition};
pub(crate) use settle::ReadOnly;
pub(crate) use tended::Tended;

use crate::shared::Shared;

/// Exceptions looked at in one go.
const BATCH: u32 = 200;
/// Steps that are filed at most before somebody who asked is answered.
const A_FEW: u32 = 50;
/// Between two looks when nothing is known to be due: another node may have filed something.
const LOOK: Duration = Duration::from_secs(5);
/// How long to leave the store alone after it failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Between two looks for owners who left, and for what other nodes have filed.
const LOOK_ROUND_EVERY: Duration = Duration::from_secs(10);
/// How often something is tried again that somebody else changed at the same time.
pub(crate) const TRIES: usize = 16;

/// An action that writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WriteAction {
    pub(crate) connector: String,
    pub(crate) name: String,
    pub(crate) connection: Option<String>,
}

/// What filing a step needs besides its answers; kept with the step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StepContext {
    /// Where it stopped, for people.
    pub(crate) place: String,
    /// Owner at the node.
    pub(crate) owner: Option<Owner>,
    /// Due at the node.
    pub(crate) due: Option<String>,
    /// The workflow's policy.
    pub(crate) policy_owner: Option<Owner>,
    pub(crate) policy_backup: Option<Owner>,
    pub(crate) policy_due: Option<String>,
    /// The connection that is the cause of a technical one.
    pub(crate) connection: Option<String>,
    /// Its updates were stated, or its step writes; else nothing follows from it.
    pub(crate) updates: bool,
    /// What the workflow writes.
    pub(crate) writes: Vec<WriteAction>,
    /// How much it weighs, as the node says.
    pub(crate) weight: Weight,
    /// Digests of the run's connectors.
    pub(crate) plugins: std::collections::BTreeMap<String, String>,
}

/// Tends the queue until the engine stops.
pub(crate) async fn keep(shared: std::sync::Arc<Shared>, stop: CancellationToken) {
    let mut looked = None::<Instant>;
    loop {
        let round = looked.is_none_or(|looked| looked.elapsed() >= LOOK_ROUND_EVERY);
        if round {
            if let Err(error) = look_round(&shared, looked.is_none()).await {
                tracing::warn!(%error, "looking for owners who left failed; trying again");
            }
            looked = Some(Instant::now());
        }
        shared.desk.busy.store(true, Ordering::SeqCst);
        let tended = Box::pin(tend(&shared, round)).await;
        shared.desk.busy.store(false, Ordering::SeqCst);
        let pause = match tended {
            Ok(()) => until_next(&shared).await,
            Err(error) => {
                tracing::warn!(%error, "tending the exceptions failed; trying again");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = shared.desk.called.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// What other nodes and people have changed meanwhile.
async fn look_round(shared: &Shared, is_first: bool) -> Result<(), StoreError> {
    shared.desk.trouble.know(shared.store.connections_in_trouble_all().await?);
    // At the start the rest is in order already, or the first look does it.
    if is_first { Ok(()) } else { left::replace_who_left(shared).await }
}

async fn until_next(shared: &Shared) -> Duration {
    match shared.store.next_exception_look_all().await {
        Ok(Some(next)) => {
            let micros = next.0.saturating_sub(shared.clock.now().0).max(50_000);
            Duration::from_micros(micros.cast_unsigned()).min(LOOK)
        }
        Ok(None) => LOOK,
        Err(_) => AFTER_FAILURE,
    }
}

/// Files what waits unfiled, and does what time and runs have made due. `through`: it is time to look through what is open.
async fn tend(shared: &Shared, through: bool) -> Result<(), StoreError> {
    {
        let _one = shared.desk.turn.lock().await;
        while file::file(shared, BATCH).await? {}
    }
    evidence::weigh(shared).await?;
    passes::weigh(shared).await?;
    if through {
        passes::look_through(shared).await?;
    }
    let now = shared.clock.now();
    mail::tell(shared, now).await?;
    asks::tell(shared, now).await?;
    let mut room: Option<(Scope, Room)> = None;
    for row in shared.store.exceptions_to_look_at_all(now, BATCH).await? {
        if room.as_ref().is_none_or(|(scope, _)| *scope != row.scope) {
            room = Some((row.scope.clone(), Room::enter(shared, &row.scope).await?));
        }
        if let Some((_, room)) = &room {
            settle::look(shared, room, row).await?;
        }
    }
    Ok(())
}

/// Files some of what waits unfiled: whoever reads the queue calls this first, so that what a run has committed is seen.
pub(crate) async fn catch_up(shared: &Shared) -> Result<(), StoreError> {
    let _one = shared.desk.turn.lock().await;
    file::file(shared, A_FEW).await.map(drop)
}

/// Has the desk something to do that it knows of, or is mail on its way? Deadlines and steps that are not filed yet are in the store.
pub(crate) fn is_tending(shared: &Shared) -> bool {
    let desk = &shared.desk;
    desk.busy.load(Ordering::SeqCst)
        || desk.posting.load(Ordering::SeqCst)
        || shared.desk.records.is_waiting()
        || shared.desk.trouble.is_waiting()
}

/// What wakes the desk, and whose turn it is.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    /// Something was committed that it should see.
    pub(crate) called: tokio::sync::Notify,
    /// It is at work.
    busy: AtomicBool,
    /// Mail is being sent.
    pub(crate) posting: AtomicBool,
    turn: tokio::sync::Mutex<()>,
    /// Connections in trouble, and what went well on them.
    pub(crate) trouble: evidence::Trouble,
    /// Records that exceptions are open about, and their runs since.
    pub(crate) records: passes::Records,
    /// Runs whose part of an update was seen already.
    seen: settle::Seen,
}
