//! A fresh store for each test, and the things tests put into it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use throughline_domain::id::{EffectId, EventId, ExceptionId, RunId, WorkerId};
use throughline_domain::run::event::{Entry, ExceptionDraft, Payload, RunEvent, RunStarted, StepPath};
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::{Due, Owner, ReasonCode};
use throughline_store::{
    Claim, CommitOutcome, Committed, EventKind, Listens, Location, NewEvent, NewRun, NewTrigger, NewVersion,
    RunCommit, Scope, Store, StoreOptions, TextFormat,
};
use throughline_test_support::postgres;

/// 2025-06-15, in the past of every database's clock.
pub(crate) const THEN: Timestamp = Timestamp(1_750_000_000_000_000);

/// A store and where it is.
pub(crate) struct Place {
    pub(crate) store: Store,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) database: Option<postgres::Database>,
}

impl Place {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open_first(Location::Sqlite(folder.path().to_owned())).await;
        Self { store, folder, database: None }
    }

    pub(crate) async fn postgres() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = postgres::database();
        let location =
            Location::Postgres { url: database.url().to_owned(), blobs: folder.path().join("blobs") };
        let store = open_first(location).await;
        Self { store, folder, database: Some(database) }
    }

    pub(crate) fn location(&self) -> Location {
        match &self.database {
            None => Location::Sqlite(self.folder.path().to_owned()),
            Some(database) => Location::Postgres { url: database.url().to_owned(), blobs: self.blobs() },
        }
    }

    pub(crate) fn blobs(&self) -> PathBuf {
        self.folder.path().join("blobs")
    }
}

/// Each function becomes one test an engine.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($place:ident) $body:block)*) => { $(
        mod $name {
            #[allow(unused_imports, reason = "what one test needs another may not")]
            use super::*;
            use crate::place::Place;

            $(#[$doc])*
            async fn body($place: Place) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body(Place::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body(Place::postgres().await).await;
            }
        }
    )* };
}

/// A fresh store with the workspace that the tests work in.
async fn open_first(location: Location) -> Store {
    let store = Store::open(StoreOptions::new(location)).await.unwrap();
    assert!(store.create_workspace(&scope(), "Default", THEN).await.unwrap());
    store
}

fn next() -> (u64, u128) {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    (THEN.as_millis().cast_unsigned() + n, u128::from(n))
}

pub(crate) fn scope() -> Scope {
    Scope::new("default").unwrap()
}

pub(crate) fn run_id() -> RunId {
    let (ms, random) = next();
    RunId::new(ms, random)
}

pub(crate) fn event_id() -> EventId {
    let (ms, random) = next();
    EventId::new(ms, random)
}

pub(crate) fn effect_id() -> EffectId {
    let (ms, random) = next();
    EffectId::new(ms, random)
}

pub(crate) fn exception_id() -> ExceptionId {
    let (ms, random) = next();
    ExceptionId::new(ms, random)
}

pub(crate) fn worker() -> WorkerId {
    let (ms, random) = next();
    WorkerId::new(ms, random)
}

pub(crate) fn entry(seq: u64, event: RunEvent) -> Entry {
    Entry { seq, at: THEN, event }
}

pub(crate) fn cancel_requested(seq: u64) -> Entry {
    entry(seq, RunEvent::CancelRequested { by: "person:ada".to_owned() })
}

pub(crate) fn started(run: &RunId, event: Option<&EventId>) -> Entry {
    let started = RunStarted {
        run: run.clone(),
        workflow: "invoice".to_owned(),
        version: 1,
        event: event.cloned(),
        input: Payload::Inline(json!({ "job": 7 })),
        vars: serde_json::Map::default(),
        plugins: std::collections::BTreeMap::default(),
        parent: None,
        depth: 0,
        retry_of: None,
        copied: Vec::new(),
        edited: None,
        reply_wanted: false,
        requested_by: std::collections::BTreeSet::default(),
    };
    entry(1, RunEvent::RunStarted(Box::new(started)))
}

pub(crate) fn new_run(run: &RunId, event: Option<&EventId>) -> NewRun {
    NewRun {
        id: run.clone(),
        workflow: "invoice".to_owned(),
        version: 1,
        keys: vec![("job".to_owned(), "7".to_owned())],
        first_entries: vec![started(run, event)],
        reply_wanted: false,
        event: event.cloned(),
        parent: None,
        retry_of: None,
        created_at: THEN,
    }
}

pub(crate) fn new_event() -> NewEvent {
    let (id, run) = (event_id(), run_id());
    NewEvent {
        workflow: "invoice".to_owned(),
        trigger: "done".to_owned(),
        kind: EventKind::Webhook,
        received_at: THEN,
        payload: br#"{"job":7}"#.to_vec(),
        headers: b"{}".to_vec(),
        dedupe: None,
        content_window: None,
        run: new_run(&run, Some(&id)),
        id,
    }
}

/// A run that was accepted.
pub(crate) async fn accepted(store: &Store, scope: &Scope) -> RunId {
    store.accept(scope, new_event()).await.unwrap().run
}

/// A run that was accepted and claimed, by itself in the queue.
pub(crate) async fn claimed(store: &Store, scope: &Scope) -> Claim {
    let run = accepted(store, scope).await;
    let claims = store.claim_all(&worker(), 1, 60_000).await.unwrap();
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0].run, run);
    claims.into_iter().next().unwrap()
}

/// An empty commit for a claim.
pub(crate) fn commit_of(claim: &Claim) -> RunCommit {
    RunCommit::new(claim.scope.clone(), claim.run.clone(), claim.generation, claim.last_seq)
}

pub(crate) async fn commit(store: &Store, commit: RunCommit) -> Committed {
    match store.commit(commit).await.unwrap() {
        CommitOutcome::Committed(committed) => committed,
        CommitOutcome::Fenced => panic!("the commit was fenced"),
    }
}

pub(crate) fn draft() -> ExceptionDraft {
    ExceptionDraft {
        reason: ReasonCode::MissingRequired,
        sentence: "Job 7 lacks two photos and a signature".to_owned(),
        what_changed: json!({ "record": "job 7" }),
        owner: Owner("team:billing".to_owned()),
        backup: None,
        due: Due::After { ms: 3_600_000 },
        updates_after: Vec::new(),
        failure: None,
        effect: None,
        unrouted: false,
        retry_from: Some(StepPath("job".to_owned())),
    }
}

pub(crate) fn version(workflow: &str, content: &str, listens: Listens) -> NewVersion {
    NewVersion {
        workflow: workflow.to_owned(),
        title: "Invoice readiness".to_owned(),
        owner: "team:billing".to_owned(),
        source: content.as_bytes().to_vec(),
        format: TextFormat::Yaml,
        sha256: sha256(content),
        canonical: content.as_bytes().to_vec(),
        trigger: NewTrigger {
            id: "done".to_owned(),
            connector: "webhook".to_owned(),
            listens,
            config: b"{}".to_vec(),
        },
        published_at: THEN,
        published_by: "person:ada".to_owned(),
    }
}

/// 64 hexadecimal digits that differ with the text.
pub(crate) fn sha256(text: &str) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:064x}", hasher.finish())
}
