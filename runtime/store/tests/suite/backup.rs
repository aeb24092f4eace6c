//! Backups as the database knows them, a copy that is taken under load, and what a restore does with open runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use throughline_domain::id::RunId;
use throughline_store::{
    BackupState, CommitOutcome, HeldChoice, Lifecycle, Location, PageRequest, Scope, Store, StoreOptions,
    copy_database,
};

use crate::place::{THEN, accepted, claimed, commit_of, new_event, scope, worker};

const SECOND_LIFE: &str = "0123456789abcdef0123456789abcdef";

/// Uses every function of a workspace: what is open in it is held, and let go.
pub(crate) async fn live(store: &Store, scope: &Scope) {
    store.begin_incarnation(SECOND_LIFE, "bkp_1").await.unwrap();
    let (held, last) = store.hold_open_runs(scope, SECOND_LIFE, None, 100).await.unwrap();
    assert!(held > 0, "the life before leaves an open run");
    let run = last.unwrap();
    assert!(!store.list_held(scope, &PageRequest::first(5)).await.unwrap().items.is_empty());
    store.get_held(scope, &run).await.unwrap().unwrap();
    assert!(store.release_held(scope, &run, HeldChoice::Resume, "ada", THEN).await.unwrap());
}

async fn hold_all(store: &Store) -> Vec<RunId> {
    store.begin_incarnation(SECOND_LIFE, "bkp_1").await.unwrap();
    let (mut after, mut runs) = (None, 0);
    loop {
        let (held, last) = store.hold_open_runs(&scope(), SECOND_LIFE, after.as_ref(), 2).await.unwrap();
        runs += held;
        after = last;
        if after.is_none() {
            break;
        }
    }
    let listed = store.list_held(&scope(), &PageRequest::first(200)).await.unwrap().items;
    assert_eq!(listed.len() as u64, runs);
    listed.into_iter().map(|row| row.run).collect()
}

on_both! {
    async fn a_backup_is_running_then_good_or_failed(place) {
        let store = &place.store;
        assert_eq!(store.fresh_backup_at().await.unwrap(), None);
        let begun = store.begin_backup("bkp_1", "ada").await.unwrap().unwrap();
        assert_eq!((begun.state, begun.ended_at), (BackupState::Running, None));
        assert_eq!(store.fresh_backup_at().await.unwrap(), None, "it is not good yet");
        assert!(store.end_backup("bkp_1", &"a".repeat(64), (3, 4_000), true).await.unwrap());
        assert!(!store.end_backup("bkp_1", &"b".repeat(64), (3, 4_000), true).await.unwrap());
        assert!(!store.fail_backup("bkp_1", "no").await.unwrap());
        store.begin_backup("bkp_2", "ada").await.unwrap();
        assert!(store.fail_backup("bkp_2", "the disk is full").await.unwrap());
        store.begin_backup("bkp_3", "ada").await.unwrap();
        assert!(store.end_backup("bkp_3", &"c".repeat(64), (3, 4_000), false).await.unwrap());
        assert_eq!(store.fresh_backup_at().await.unwrap(), Some(begun.began_at), "the last was not rehearsed");
        let all = store.list_backups(10).await.unwrap();
        let seen: Vec<_> = all.iter().map(|row| (row.backup.as_str(), row.state, row.bytes, row.rehearsed)).collect();
        let good = |id, rehearsed| (id, BackupState::Good, Some(4_000), Some(rehearsed));
        assert_eq!(seen, [good("bkp_3", false), ("bkp_2", BackupState::Failed, None, None), good("bkp_1", true)]);
        assert!(store.schema_version() >= 12);
    }

    async fn no_blob_goes_while_a_backup_runs(place) {
        let store = &place.store;
        store.put_blob(&scope(), b"loose").await.unwrap();
        let listed = store.list_blobs_all(None, 10).await.unwrap();
        assert_eq!((listed.len(), listed[0].1.size), (1, 5));
        assert!(store.list_blobs_all(listed.last(), 10).await.unwrap().is_empty());
        let tomorrow = store.now().await.unwrap().plus_ms(2 * 86_400_000);
        store.begin_backup("bkp_1", "ada").await.unwrap();
        assert_eq!(store.sweep_blobs_all(tomorrow, 10).await.unwrap(), 0);
        store.fail_backup("bkp_1", "cut off").await.unwrap();
        assert_eq!(store.sweep_blobs_all(tomorrow, 10).await.unwrap(), 1);
    }

    async fn open_runs_are_held_and_their_workers_fenced(place) {
        let store = &place.store;
        let first = store.incarnation().await.unwrap().unwrap();
        let claim = claimed(store, &scope()).await;
        let waiting = accepted(store, &scope()).await;
        let cancelled = accepted(store, &scope()).await;
        assert!(store.set_lifecycle(&scope(), &cancelled, Lifecycle::Cancelling).await.unwrap());
        store.begin_backup("bkp_9", "ada").await.unwrap();
        let held = hold_all(store).await;
        assert_eq!(held.len(), 3);
        let second = store.incarnation().await.unwrap().unwrap();
        assert_eq!((second.id.as_str(), second.restored_from.as_deref()), (SECOND_LIFE, Some("bkp_1")));
        assert_ne!(first.id, second.id);
        assert_eq!(store.get_backup("bkp_9").await.unwrap().unwrap().state, BackupState::Failed);
        assert!(store.claim_all(&worker(), 10, 60_000).await.unwrap().is_empty(), "nothing goes on by itself");
        assert_eq!(store.commit(commit_of(&claim)).await.unwrap(), CommitOutcome::Fenced, "the worker of before");
        assert!(store.release_held(&scope(), &claim.run, HeldChoice::InDoubt, "ada", THEN).await.unwrap());
        assert!(!store.release_held(&scope(), &claim.run, HeldChoice::Resume, "ada", THEN).await.unwrap());
        let again = store.claim_all(&worker(), 10, 60_000).await.unwrap();
        assert_eq!(again.len(), 1);
        assert!(again[0].run == claim.run && again[0].doubtful_since == Some(THEN) && again[0].generation > claim.generation + 1_000);
        assert_eq!(store.commit(commit_of(&claim)).await.unwrap(), CommitOutcome::Fenced);
        assert!(matches!(store.commit(commit_of(&again[0])).await.unwrap(), CommitOutcome::Committed(_)));
        assert!(store.release_held(&scope(), &waiting, HeldChoice::Resume, "ada", THEN).await.unwrap());
        let again = store.claim_all(&worker(), 10, 60_000).await.unwrap();
        assert!(again.len() == 1 && again[0].run == waiting && again[0].doubtful_since.is_none());
        assert!(store.release_held(&scope(), &cancelled, HeldChoice::Resume, "ada", THEN).await.unwrap());
        let again = store.claim_all(&worker(), 10, 60_000).await.unwrap();
        assert_eq!(again[0].lifecycle, Lifecycle::Cancelling, "what people wanted of it before");
        let other = Scope::new("other").unwrap();
        assert!(!store.release_held(&other, &waiting, HeldChoice::Resume, "ada", THEN).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_under_load_has_everything_acknowledged_before() {
    let place = crate::place::Place::sqlite().await;
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let (store, stop) = (place.store.clone(), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut runs = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    runs.push(store.accept(&scope(), new_event()).await.unwrap().run);
                }
                runs
            })
        })
        .collect();
    let mut before = Vec::new();
    for _ in 0..50 {
        before.push(accepted(&place.store, &scope()).await);
    }
    let target = tempfile::tempdir().unwrap();
    copy_database(place.folder.path(), &target.path().join("throughline.db")).await.unwrap();
    stop.store(true, Ordering::Relaxed);
    let mut written = 0;
    for writer in writers {
        written += writer.await.unwrap().len();
    }
    assert!(written > 0, "the writers went on");
    let copy = Store::open(StoreOptions::new(Location::Sqlite(target.path().to_owned()))).await.unwrap();
    assert!(copy.check().await.unwrap().is_empty());
    for run in before {
        assert!(copy.get_run(&scope(), &run).await.unwrap().is_some(), "{run}");
    }
    let error = copy_database(place.folder.path(), &target.path().join("throughline.db")).await.unwrap_err();
    assert!(error.to_string().contains("exists"), "a copy never goes over another file: {error}");
}
