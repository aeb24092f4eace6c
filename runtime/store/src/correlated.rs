//! Correlated events: an event of a type and a key satisfies the steps that wait for it, whichever comes first.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use throughline_domain::id::{EventId, PersonId, RunId};
use throughline_domain::run::event::Payload;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{Sql, args, statements, to_json};
use crate::error::Result;
use crate::reference::refer_ops;
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

/// How long a correlated event is kept by default, in milliseconds: 7 days.
pub const CORRELATED_TTL_MS: u64 = 7 * 86_400_000;

/// A correlated event to publish.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCorrelated {
    /// Its id; publishing it again changes nothing.
    pub id: EventId,
    /// Type.
    pub event_type: String,
    /// Key.
    pub key: String,
    /// Its data.
    pub data: Payload,
    /// Who published it, where a person did.
    pub requested_by: BTreeSet<PersonId>,
    /// When it was received.
    pub received_at: Timestamp,
    /// Milliseconds it is kept for waits registered later.
    pub ttl_ms: u64,
}

/// The data of a correlated event as it is stored, and as the run that waits for it is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PublishedData {
    /// Its data.
    #[serde(flatten)]
    pub data: Payload,
    /// Who published it, where a person did.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub requested_by: BTreeSet<PersonId>,
}

/// A wait to register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWait {
    /// The waiting step.
    pub path: String,
    /// Event type.
    pub event_type: String,
    /// Key.
    pub key: String,
    /// Events received at this time or later count: the run's start.
    pub since: Timestamp,
}

statements! {
    // Publishing and registering must not miss each other: on PostgreSQL two transactions may run at once.
    Tenant LOCK_KEY = Sql::fork(
        "SELECT 1 FROM clock WHERE $1 <> $2 || $3",
        "SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended($1 || '/' || $2 || '/' || $3, 7))) AS held",
    );
    Tenant INSERT_CORRELATED = Sql::same(
        "INSERT INTO correlated_event (workspace_id, event_id, event_type, key, data, received_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (workspace_id, event_id) DO NOTHING",
    );
    Tenant SATISFY_WAITS = Sql::same(
        "UPDATE run_wait SET event_id = $2
         WHERE workspace_id = $1 AND event_type = $3 AND key = $4 AND event_id IS NULL AND since_at <= $5
             AND NOT EXISTS (SELECT 1 FROM run_signal WHERE run_signal.workspace_id = $1
                 AND run_signal.run_id = run_wait.run_id AND run_signal.signal_id = 'match/' || run_wait.path || '/' || $2)",
    );
    Tenant WAKE_SATISFIED = Sql::same(
        "UPDATE run SET
             status = CASE WHEN status = 'waiting' THEN 'queued' ELSE status END,
             due_at = CASE WHEN status IN ('waiting', 'queued') AND (due_at IS NULL
                 OR due_at > (SELECT now FROM clock)) THEN (SELECT now FROM clock) ELSE due_at END
         WHERE workspace_id = $1 AND ended_at IS NULL AND run_id IN (SELECT run_wait.run_id FROM run_wait
             WHERE run_wait.workspace_id = $1 AND run_wait.event_type = $3 AND run_wait.key = $4
                 AND run_wait.event_id = $2)",
    );
    Tenant SIGNAL_SATISFIED = Sql::same(
        "INSERT INTO run_signal (workspace_id, run_id, signal_id, kind, path, body, sent_at)
         SELECT run_wait.workspace_id, run_wait.run_id, 'match/' || run_wait.path || '/' || $2, 'matched',
             run_wait.path, $5, $6
         FROM run_wait WHERE run_wait.workspace_id = $1 AND run_wait.event_type = $3 AND run_wait.key = $4
             AND run_wait.event_id = $2
         ON CONFLICT (workspace_id, run_id, signal_id) DO NOTHING",
    );
    Tenant REGISTER_WAIT = Sql::same(
        "INSERT INTO run_wait (workspace_id, run_id, path, event_type, key, since_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (workspace_id, run_id, path) DO UPDATE SET event_type = excluded.event_type,
             key = excluded.key, since_at = excluded.since_at, event_id = NULL",
    );
    // The oldest event that this step has not had yet.
    Tenant MATCH_WAIT = Sql::same(
        "UPDATE run_wait SET event_id = (SELECT found.event_id FROM correlated_event AS found
             WHERE found.workspace_id = $1 AND found.event_type = run_wait.event_type AND found.key = run_wait.key
                 AND found.received_at >= run_wait.since_at AND found.expires_at > (SELECT now FROM clock)
                 AND NOT EXISTS (SELECT 1 FROM run_signal WHERE run_signal.workspace_id = $1
                     AND run_signal.run_id = $2 AND run_signal.signal_id = 'match/' || $3 || '/' || found.event_id)
             ORDER BY found.received_at, found.event_id LIMIT 1)
         WHERE workspace_id = $1 AND run_id = $2 AND path = $3",
    );
    Tenant SIGNAL_MATCHED = Sql::same(
        "INSERT INTO run_signal (workspace_id, run_id, signal_id, kind, path, body, sent_at)
         SELECT run_wait.workspace_id, run_wait.run_id, 'match/' || run_wait.path || '/' || found.event_id, 'matched',
             run_wait.path, found.data, found.received_at
         FROM run_wait JOIN correlated_event AS found ON found.workspace_id = run_wait.workspace_id
             AND found.event_id = run_wait.event_id
         WHERE run_wait.workspace_id = $1 AND run_wait.run_id = $2 AND run_wait.path = $3
         ON CONFLICT (workspace_id, run_id, signal_id) DO NOTHING
         RETURNING signal_id, kind, path, body, sent_at",
    );
    // A run may be paused for longer than the event is kept: from its signal on it holds the blobs itself.
    Tenant HOLD_SATISFIED = Sql::same(
        "INSERT INTO blob_reference (workspace_id, sha256, run_id)
         SELECT run_wait.workspace_id, held.sha256, run_wait.run_id
         FROM run_wait JOIN blob_reference AS held ON held.workspace_id = run_wait.workspace_id
             AND held.run_id = run_wait.event_id
         WHERE run_wait.workspace_id = $1 AND run_wait.event_type = $3 AND run_wait.key = $4
             AND run_wait.event_id = $2
         ON CONFLICT (workspace_id, sha256, run_id) DO NOTHING",
    );
    Tenant HOLD_MATCHED = Sql::same(
        "INSERT INTO blob_reference (workspace_id, sha256, run_id)
         SELECT run_wait.workspace_id, held.sha256, run_wait.run_id
         FROM run_wait JOIN blob_reference AS held ON held.workspace_id = run_wait.workspace_id
             AND held.run_id = run_wait.event_id
         WHERE run_wait.workspace_id = $1 AND run_wait.run_id = $2 AND run_wait.path = $3
         ON CONFLICT (workspace_id, sha256, run_id) DO NOTHING",
    );
    Tenant UNREGISTER_WAIT = Sql::same(
        "DELETE FROM run_wait WHERE workspace_id = $1 AND run_id = $2 AND path = $3",
    );
}

impl Store {
    /// Stores a correlated event and signals the steps that wait for it. False: it was published before.
    pub async fn publish_correlated(&self, scope: &Scope, event: &NewCorrelated) -> Result<bool> {
        let mut group = Group::new(Kind::Event);
        let inserted = publish_ops(&mut group, scope, event)?;
        match self.commit_group(group).await? {
            Outcome::Committed(done) => Ok(done[inserted].changed > 0),
            Outcome::Fenced | Outcome::Refused(_) => Ok(false),
        }
    }
}

/// Stores the event and signals who waits for it; gives the place of the insert.
pub(crate) fn publish_ops(group: &mut Group, scope: &Scope, event: &NewCorrelated) -> Result<usize> {
    let (id, event_type, key) = (&event.id, &event.event_type, &event.key);
    let published = PublishedData { data: event.data.clone(), requested_by: event.requested_by.clone() };
    let data = to_json(&published)?;
    group.key("correlated", scope, &format!("{event_type}/{key}"));
    group.op(&LOCK_KEY, args![scope, event_type, key]);
    // The event itself holds the blobs until it expires; runs that take it hold them longer.
    refer_ops(group, scope, id.as_str(), &data);
    let expires = event.received_at.plus_ms(event.ttl_ms);
    let place = group
        .op(&INSERT_CORRELATED, args![scope, id, event_type, key, data.clone(), event.received_at, expires]);
    group.op(&SATISFY_WAITS, args![scope, id, event_type, key, event.received_at]);
    group.op(&WAKE_SATISFIED, args![scope, id, event_type, key]);
    group.op(&SIGNAL_SATISFIED, args![scope, id, event_type, key, data, event.received_at]);
    group.op(&HOLD_SATISFIED, args![scope, id, event_type, key]);
    group.changes().due = true;
    Ok(place)
}

/// Registers a wait and looks for an event that is here already; gives the place whose rows are the signal.
pub(crate) fn wait_ops(group: &mut Group, scope: &Scope, run: &RunId, wait: &NewWait) -> usize {
    let (path, event_type, key) = (&wait.path, &wait.event_type, &wait.key);
    group.key("correlated", scope, &format!("{event_type}/{key}"));
    group.op(&LOCK_KEY, args![scope, event_type, key]);
    group.op(&REGISTER_WAIT, args![scope, run, path, event_type, key, wait.since]);
    group.op(&MATCH_WAIT, args![scope, run, path]);
    let place = group.op(&SIGNAL_MATCHED, args![scope, run, path]);
    group.op(&HOLD_MATCHED, args![scope, run, path]);
    place
}
