//! Runs that are held from their birth, and what a crowd of them costs.

use throughline_domain::run::event::Payload;
use throughline_store::{
    CommitOutcome, Dedupe, Ending, Hold, Lease, NewEvent, Release, Reply, RunCommit, RunStatus, Store,
};

use crate::place::{THEN, cancel_requested, new_event, scope, worker};

/// Lives at the same time.
const CROWD: usize = 128;

fn hold() -> Hold {
    Hold { worker: worker(), lease_ms: 60_000 }
}

/// What the worker of a newborn run commits first.
fn first_commit(event: &NewEvent) -> RunCommit {
    let mut commit = RunCommit::new(scope(), event.run.id.clone(), 1, 1);
    commit.entries = vec![cancel_requested(2)];
    commit.waited = false;
    commit
}

/// Birth, a commit that does not wait for it, and the end with a reply.
async fn live(store: Store) {
    let event = new_event();
    let accepting = store.accept_held(&scope(), event.clone(), &hold()).await.unwrap();
    let (accepted, first) = tokio::join!(accepting.accepted(), store.commit(first_commit(&event)));
    assert!(accepted.unwrap().1);
    assert!(matches!(first.unwrap(), CommitOutcome::Committed(_)));
    let mut last = RunCommit::new(scope(), event.run.id.clone(), 1, 2);
    last.entries = vec![cancel_requested(3)];
    last.waited = false;
    let body = Payload::Inline("done".into());
    last.reply = Some(Reply { status: 200, headers: Vec::new(), body, replied_at: THEN });
    last.release = Release::Ended(Ending::Succeeded { at: THEN });
    assert!(matches!(store.commit(last).await.unwrap(), CommitOutcome::Committed(_)));
}

on_both! {
    async fn a_run_is_held_from_its_birth(place) {
        let store = &place.store;
        let (event, mine) = (new_event(), hold());
        let accepting = store.accept_held(&scope(), event.clone(), &mine).await.unwrap();
        // What the worker commits stands behind the birth, whether that is durable yet or not.
        let first = store.commit(first_commit(&event)).await.unwrap();
        assert!(matches!(first, CommitOutcome::Committed(_)), "{first:?}");
        let (accepted, held) = accepting.accepted().await.unwrap();
        assert_eq!((accepted.duplicate, held), (false, true));
        let row = store.get_run(&scope(), &event.run.id).await.unwrap().unwrap();
        assert_eq!((row.status, row.generation, row.claims), (RunStatus::Running, 1, 1));
        assert_eq!((row.worker.as_deref(), row.due_at), (Some(mine.worker.as_str()), None));
        assert!(row.started_at.is_some());
        assert_eq!(store.load_log(&scope(), &event.run.id).await.unwrap().len(), 2);
        assert_eq!(store.claim_all(&worker(), 10, 60_000).await.unwrap(), []);
        let lease = Lease { scope: scope(), run: event.run.id.clone(), generation: 1 };
        assert_eq!(store.renew_all(&mine.worker, &[lease], 60_000).await.unwrap(), []);
    }

    async fn nothing_is_held_of_a_duplicate(place) {
        let store = &place.store;
        let event = || {
            let mut event = new_event();
            event.dedupe = Some(Dedupe { scope: "invoice/done".to_owned(), key: "one".to_owned() });
            event
        };
        let first = store.accept(&scope(), event()).await.unwrap();
        let again = event();
        let accepting = store.accept_held(&scope(), again.clone(), &hold()).await.unwrap();
        assert_eq!(store.commit(first_commit(&again)).await.unwrap(), CommitOutcome::Fenced);
        let (accepted, held) = accepting.accepted().await.unwrap();
        assert_eq!((accepted.run, accepted.duplicate, held), (first.run, true, false));
        assert!(store.get_run(&scope(), &again.run.id).await.unwrap().is_none());
    }

    async fn a_crowd_shares_statements_and_commits(place) {
        let store = &place.store;
        // Texts are prepared, so that what follows is like any other second.
        live(store.clone()).await;
        let before = store.counters();
        let lives: Vec<_> = (0..CROWD).map(|_| tokio::spawn(live(store.clone()))).collect();
        for life in lives {
            life.await.unwrap();
        }
        let after = store.counters();
        assert_eq!(after.replays, 0, "a batch failed as a whole and was carried out group by group: {after:?}");
        let statements = after.statements - before.statements;
        assert_eq!(after.groups - before.groups, 3 * CROWD as u64);
        assert!(statements < 4 * CROWD as u64, "{statements} statements for {CROWD} lives");
        assert_eq!(store.open_runs(&scope()).await.unwrap(), []);
    }
}
