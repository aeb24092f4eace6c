//! The front door of the store: an event and the run it starts, in one commit.

mod sql;

use sha2::{Digest, Sha256};
use throughline_domain::id::{EventId, RunId, WorkerId};
use throughline_domain::run::event::{BlobRef, Entry, Parent, Payload};
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::blob::PUT_BLOB;
use crate::changes::RunChange;
use crate::db::{Arg, args, to_json, words};
use crate::error::{Result, StoreError};
use crate::event::EVENT_OF_DEDUPE;
use crate::reference::refer_ops;
use crate::scope::Scope;
use crate::writer::{Committing, Group, Kind, Outcome};

pub(crate) use sql::{ALL, REFER_BLOB};
use sql::{DEDUPE, INSERT_EVENT, INSERT_KEY, INSERT_LOG, INSERT_RUN, REMEMBER};

words! {
    /// How an event came in.
    EventKind {
        /// A request to a webhook path.
        Webhook = "webhook",
        /// A planned instant of a schedule.
        Schedule = "schedule",
        /// An item of a poll.
        Poll = "poll",
        /// An internal event.
        Event = "event",
        /// A person or the command line.
        Manual = "manual",
        /// A call from another workflow.
        Called = "called",
        /// A hosted form that somebody filled.
        Form = "form",
        /// A mail that arrived.
        Mail = "mail",
    }
}

/// Names an event once: the same key again within [`DEDUPE_DAYS`] gives the first event's run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dedupe {
    /// Within which keys are unique: the trigger.
    pub scope: String,
    /// The key, any text.
    pub key: String,
}

/// Days a dedupe key is remembered.
pub const DEDUPE_DAYS: u64 = 30;
const DAY_MS: u64 = 86_400_000;

/// The same content within so many milliseconds is the same event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentWindow {
    /// Hex SHA-256 of the content.
    pub sha256: String,
    /// Milliseconds.
    pub ms: u64,
}

/// An event to accept.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// Its id.
    pub id: EventId,
    /// Workflow of the trigger.
    pub workflow: String,
    /// The trigger's node id.
    pub trigger: String,
    /// How it came in.
    pub kind: EventKind,
    /// When.
    pub received_at: Timestamp,
    /// JSON bytes as received; what is larger than [`Payload::INLINE_MAX`] goes to the blob store.
    pub payload: Vec<u8>,
    /// JSON bytes of an object: the headers of a webhook, else `{}`.
    pub headers: Vec<u8>,
    /// Names it once.
    pub dedupe: Option<Dedupe>,
    /// The same content soon after is the same event.
    pub content_window: Option<ContentWindow>,
    /// The run it starts.
    pub run: NewRun,
}

/// A run to create.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRun {
    /// Its id; creating it again changes nothing.
    pub id: RunId,
    /// Workflow.
    pub workflow: String,
    /// Pinned version.
    pub version: u32,
    /// Searchable keys: name and value.
    pub keys: Vec<(String, String)>,
    /// The beginning of its log: `RunStarted`, perhaps more; seq 1, 2, …
    pub first_entries: Vec<Entry>,
    /// A caller waits for a reply.
    pub reply_wanted: bool,
    /// The event that starts it; `None` for a child and a retry.
    pub event: Option<EventId>,
    /// The calling step.
    pub parent: Option<Parent>,
    /// The run it retries.
    pub retry_of: Option<RunId>,
    /// When it was created; it is claimable at once.
    pub created_at: Timestamp,
}

/// A run that is born claimed: its worker begins with it before it is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Who holds it, under generation 1.
    pub worker: WorkerId,
    /// Its first lease.
    pub lease_ms: u64,
}

/// An accepted event. Durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The event: the given one, or the earlier one it duplicates.
    pub event: EventId,
    /// Its run.
    pub run: RunId,
    /// The event was here before; nothing was created.
    pub duplicate: bool,
}

impl Store {
    /// Accepts one event: durable when this returns. The same dedupe key, or the same content within its window,
    /// gives the earlier event and its run.
    pub async fn accept(&self, scope: &Scope, event: NewEvent) -> Result<Accepted> {
        let blob = self.spill_event(scope, &event).await?;
        let (run, size) = (&event.run, event.payload.len());
        if blob.is_none() {
            self.inner.fresh.keep(scope, &run.id, &run.first_entries, size);
        }
        let accepted = self.accept_new(scope, &event, blob.as_ref()).await;
        if !matches!(&accepted, Ok(Accepted { duplicate: false, .. })) {
            let _ = self.inner.fresh.take(scope, &event.run.id, 0);
        }
        accepted
    }

    /// Accepts one event whose run is held from its birth. When this returns, the event is on its way to the writer and
    /// not durable yet: what the worker commits for the run comes after it. Await what is returned before anybody is
    /// told, and before the worker lets anything leave that no commit of the run stands before.
    pub async fn accept_held(&self, scope: &Scope, event: NewEvent, hold: &Hold) -> Result<Accepting> {
        let blob = self.spill_event(scope, &event).await?;
        let mut group = Group::new(Kind::Accept);
        let fenced = dedupe_ops(&mut group, scope, &event);
        event_ops(&mut group, scope, &event, blob.as_ref(), Some(hold))?;
        let committing = self.begin_commit(group).await?;
        Ok(Accepting { store: self.clone(), scope: scope.clone(), event, blob, fenced, committing })
    }

    async fn accept_new(&self, scope: &Scope, event: &NewEvent, blob: Option<&BlobRef>) -> Result<Accepted> {
        for _ in 0..4 {
            let mut group = Group::new(Kind::Accept);
            let fenced = dedupe_ops(&mut group, scope, event);
            event_ops(&mut group, scope, event, blob, None)?;
            let outcome = self.commit_group(group).await?;
            if let Some(accepted) = self.accepted(scope, event, outcome, fenced).await? {
                return Ok(accepted);
            }
        }
        Err(StoreError::Busy("the dedupe key"))
    }

    /// `None`: the row that refused it expired or was swept in between.
    async fn accepted(
        &self,
        scope: &Scope,
        event: &NewEvent,
        outcome: Outcome,
        fenced: Vec<(String, String)>,
    ) -> Result<Option<Accepted>> {
        match outcome {
            Outcome::Committed(_) => {
                let (event, run) = (event.id.clone(), event.run.id.clone());
                return Ok(Some(Accepted { event, run, duplicate: false }));
            }
            Outcome::Refused(name) => return Err(StoreError::Busy(name)),
            Outcome::Fenced => {}
        }
        for (dedupe_scope, hash) in fenced {
            let found: Option<Earlier> =
                self.one(&EVENT_OF_DEDUPE, args![scope, dedupe_scope, hash, event.received_at]).await?;
            if let Some(Earlier { event, run }) = found {
                return Ok(Some(Accepted { event, run, duplicate: true }));
            }
        }
        Ok(None)
    }

    /// Creates a run without an event of its own: a retry. False: it exists already.
    pub async fn start_run(&self, scope: &Scope, run: &NewRun) -> Result<bool> {
        let mut group = Group::new(Kind::Accept);
        run_ops(&mut group, scope, run, None)?;
        let done = self.commit_group(group).await?.done()?;
        Ok(done.first().is_some_and(|done| done.changed > 0))
    }

    pub(crate) async fn spill_event(&self, scope: &Scope, event: &NewEvent) -> Result<Option<BlobRef>> {
        if event.payload.len() <= Payload::INLINE_MAX {
            return Ok(None);
        }
        self.write_blob(scope, &event.payload).await.map(Some)
    }
}

/// An event on its way to the disk, with a run that is held from its birth.
#[derive(Debug)]
pub struct Accepting {
    store: Store,
    scope: Scope,
    event: NewEvent,
    blob: Option<BlobRef>,
    fenced: Vec<(String, String)>,
    committing: Committing,
}

impl Accepting {
    /// Waits until the event is durable. A duplicate, like an error, means that the held run was not created: its
    /// worker drops it. Where the earlier event is gone in between, the event starts a run that nobody holds yet.
    pub async fn accepted(self) -> Result<(Accepted, bool)> {
        let Self { store, scope, event, blob, fenced, committing } = self;
        let outcome = committing.await?;
        let held = matches!(outcome, Outcome::Committed(_));
        if let Some(accepted) = store.accepted(&scope, &event, outcome, fenced).await? {
            return Ok((accepted, held));
        }
        Ok((store.accept_new(&scope, &event, blob.as_ref()).await?, false))
    }
}

/// The earlier event of a dedupe key.
pub(crate) struct Earlier {
    event: EventId,
    run: RunId,
}

impl crate::db::FromRow for Earlier {
    fn from_row(row: &mut crate::db::Row) -> Result<Self> {
        Ok(Self { event: row.parse()?, run: row.parse()? })
    }
}

pub(crate) fn key_hash(key: &str) -> String {
    hex::encode(Sha256::digest(key.as_bytes()))
}

/// The fence of an event with a dedupe key or a content window; gives the rows that may have refused it.
fn dedupe_ops(group: &mut Group, scope: &Scope, event: &NewEvent) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String, Timestamp)> = Vec::new();
    if let Some(dedupe) = &event.dedupe {
        let expires = event.received_at.plus_ms(DEDUPE_DAYS * DAY_MS);
        rows.push((format!("key/{}", dedupe.scope), key_hash(&dedupe.key), expires));
    }
    if let Some(window) = &event.content_window {
        let content = format!("content/{}/{}", event.workflow, event.trigger);
        rows.push((content, window.sha256.clone(), event.received_at.plus_ms(window.ms)));
    }
    for (dedupe_scope, hash, _) in &rows {
        group.key("dedupe", scope, &format!("{dedupe_scope}/{hash}"));
    }
    if let Some((dedupe_scope, hash, expires)) = rows.first() {
        let (other_scope, other_hash) =
            rows.get(1).map_or(("", ""), |(other, hash, _)| (other.as_str(), hash.as_str()));
        let at = event.received_at;
        group.fence(
            &DEDUPE,
            args![scope, dedupe_scope, hash, &event.id, &event.run.id, *expires, at, other_scope, other_hash],
        );
    }
    if let Some((dedupe_scope, hash, expires)) = rows.get(1) {
        group.op(&REMEMBER, args![scope, dedupe_scope, hash, &event.id, &event.run.id, *expires]);
    }
    rows.into_iter().map(|(dedupe_scope, hash, _)| (dedupe_scope, hash)).collect()
}

/// The event's row and its run.
pub(crate) fn event_ops(
    group: &mut Group,
    scope: &Scope,
    event: &NewEvent,
    blob: Option<&BlobRef>,
    hold: Option<&Hold>,
) -> Result<()> {
    if let Some(blob) = blob {
        group.op(&PUT_BLOB, args![scope, &blob.sha256, blob.size]);
        group.op(&REFER_BLOB, args![scope, &blob.sha256, &event.run.id]);
        refer_ops(group, scope, &blob.sha256, &event.payload);
    }
    let inline = if blob.is_some() { None } else { Some(event.payload.clone()) };
    group.op(
        &INSERT_EVENT,
        args![
            scope,
            &event.id,
            &event.workflow,
            &event.trigger,
            event.kind,
            event.received_at,
            &event.run.id,
            event.dedupe.as_ref().map(|dedupe| dedupe.key.as_str()),
            &event.headers,
            event.payload.len(),
            inline,
            blob.map(|blob| blob.sha256.as_str()),
        ],
    );
    let mut run = event.run.clone();
    run.event = Some(event.id.clone());
    run_ops(group, scope, &run, hold)
}

/// A run's row, its keys and the beginning of its log. Creating it again changes nothing.
pub(crate) fn run_ops(group: &mut Group, scope: &Scope, run: &NewRun, hold: Option<&Hold>) -> Result<()> {
    group.key("run", scope, run.id.as_str());
    let last_seq = run.first_entries.last().map_or(0, |entry| entry.seq);
    let parent = run.parent.as_ref();
    group.op(
        &INSERT_RUN,
        args![
            scope,
            &run.id,
            &run.workflow,
            run.version,
            run.event.as_ref(),
            parent.map(|parent| &parent.run),
            parent.map(|parent| parent.path.0.as_str()),
            run.retry_of.as_ref(),
            run.reply_wanted,
            to_json(&run.keys)?,
            run.created_at,
            last_seq,
            hold.map(|hold| &hold.worker),
            hold.map(|hold| hold.lease_ms * 1000),
        ],
    );
    for (name, value) in &run.keys {
        group.op(&INSERT_KEY, args![scope, name, value, &run.id]);
    }
    log_ops(group, scope, &run.id, 0, &run.first_entries)?;
    let changes = group.changes();
    changes.due |= hold.is_none();
    changes.runs.push(RunChange::new(scope, &run.id));
    Ok(())
}

/// One row of the log, and the blobs it refers to.
pub(crate) fn log_ops(
    group: &mut Group,
    scope: &Scope,
    run: &RunId,
    generation: u64,
    entries: &[Entry],
) -> Result<()> {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(()) };
    let bytes = to_json(&entries)?;
    refer_ops(group, scope, run.as_str(), &bytes);
    group.op(
        &INSERT_LOG,
        vec![
            Arg::from(scope),
            Arg::from(run),
            Arg::from(first.seq),
            Arg::from(last.seq),
            Arg::from(generation),
            Arg::from(bytes),
        ],
    );
    Ok(())
}
