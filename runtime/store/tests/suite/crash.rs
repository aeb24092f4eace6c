//! A store that is dropped without closing, and one that is closed under load.

use throughline_store::{CommitOutcome, PageRequest, RunFilter, RunStatus, Store, StoreOptions};

use crate::place::{accepted, cancel_requested, claimed, commit, commit_of, new_event, scope, worker};

on_both! {
    async fn what_was_acknowledged_is_there_after_a_crash(place) {
        let location = place.location();
        let Place { store, folder, database } = place;
        let claim = claimed(&store, &scope()).await;
        let mut step = commit_of(&claim);
        step.entries = vec![cancel_requested(2)];
        commit(&store, step.clone()).await;
        let run = accepted(&store, &scope()).await;
        // Nothing is closed: the last handle goes, as in a process that ends.
        let sqlite = store.is_sqlite();
        drop(store);
        let store = reopen(&location).await;
        assert_eq!(store.load_log(&scope(), &claim.run).await.unwrap().len(), 2);
        assert_eq!(store.get_run(&scope(), &run).await.unwrap().unwrap().status, RunStatus::Queued);
        let void = store.void_leases_all().await.unwrap();
        assert_eq!(void.len(), usize::from(sqlite));
        if sqlite {
            let claims = store.claim_all(&worker(), 5, 60_000).await.unwrap();
            assert_eq!(claims.len(), 2);
            step.after_seq = 2;
            step.entries = vec![cancel_requested(3)];
            assert_eq!(store.commit(step).await.unwrap(), CommitOutcome::Fenced, "the worker of before");
        }
        drop((folder, database));
    }

    async fn closing_commits_what_is_queued(place) {
        let location = place.location();
        let store = place.store.clone();
        let tasks: Vec<_> = (0..100).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.accept(&scope(), new_event()).await })
        }).collect();
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        store.close().await;
        let mut good = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => good += 1,
                Err(error) => assert_eq!(error.code(), "TL0515"),
            }
        }
        assert_eq!(store.accept(&scope(), new_event()).await.unwrap_err().code(), "TL0515");
        assert!(store.get_run(&scope(), &crate::place::run_id()).await.is_err());
        let Place { store: old, folder, database } = place;
        drop((store, old));
        let store = reopen(&location).await;
        let runs = store.list_runs(&scope(), &RunFilter::default(), &PageRequest::first(200)).await.unwrap();
        assert_eq!(runs.items.len(), good, "no more and no fewer than were acknowledged");
        drop((folder, database));
    }
}

/// The writer's thread ends by itself once the last handle is gone; until then the old lock may be held.
async fn reopen(location: &throughline_store::Location) -> Store {
    for _ in 0..200 {
        match Store::open(StoreOptions::new(location.clone())).await {
            Ok(store) => return store,
            Err(error) if error.code() == "TL0501" => {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the lock is still held");
}
