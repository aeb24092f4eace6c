//! Signals: no wake-up is lost.

use throughline_domain::id::RunId;
use throughline_store::{Lifecycle, NewSignal, Release, RunStatus};

use crate::place::{THEN, accepted, claimed, commit, commit_of, run_id, scope, worker};

pub(crate) fn signal(id: &str) -> NewSignal {
    NewSignal {
        id: id.to_owned(),
        kind: "answered".to_owned(),
        path: Some("ask".to_owned()),
        body: b"{}".to_vec(),
        sent_at: THEN,
        lifecycle: None,
    }
}

async fn status(store: &throughline_store::Store, run: &RunId) -> RunStatus {
    store.get_run(&scope(), run).await.unwrap().unwrap().status
}

on_both! {
    async fn a_signal_wakes_a_waiting_run(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let mut wait = commit_of(&claim);
        wait.release = Release::ToWaiting { wake_at: None };
        assert!(commit(store, wait).await.released);
        assert_eq!(status(store, &claim.run).await, RunStatus::Waiting);
        let mut due = store.due();
        due.borrow_and_update();
        assert!(store.signal(&scope(), &claim.run, &signal("one")).await.unwrap());
        due.changed().await.unwrap();
        assert_eq!(status(store, &claim.run).await, RunStatus::Queued);
        assert_eq!(store.claim_all(&worker(), 1, 60_000).await.unwrap()[0].run, claim.run);
    }

    async fn an_unread_signal_keeps_the_lease(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        assert!(store.signal(&scope(), &claim.run, &signal("one")).await.unwrap());
        assert!(store.signal(&scope(), &claim.run, &signal("one")).await.unwrap(), "sending again is nothing");
        let mut wait = commit_of(&claim);
        wait.release = Release::ToWaiting { wake_at: None };
        assert!(!commit(store, wait.clone()).await.released);
        assert_eq!(status(store, &claim.run).await, RunStatus::Running);
        let unread = store.unread_signals(&scope(), &claim.run).await.unwrap();
        assert_eq!(unread.len(), 1);
        assert_eq!((unread[0].id.as_str(), unread[0].path.as_deref()), ("one", Some("ask")));
        wait.signals_read = vec!["one".to_owned()];
        assert!(commit(store, wait).await.released, "read in the same commit");
        assert!(store.unread_signals(&scope(), &claim.run).await.unwrap().is_empty());
    }

    async fn the_first_of_two_signals_counts_until_it_is_read(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        assert!(store.signal_first(&scope(), &claim.run, &signal("one")).await.unwrap());
        assert!(!store.signal_first(&scope(), &claim.run, &signal("one")).await.unwrap());
        let mut read = commit_of(&claim);
        read.signals_read = vec!["one".to_owned()];
        commit(store, read).await;
        assert!(store.signal_first(&scope(), &claim.run, &signal("one")).await.unwrap(), "it may be said again");
        assert_eq!(store.unread_signals(&scope(), &claim.run).await.unwrap().len(), 1);
        assert!(!store.signal_first(&scope(), &run_id(), &signal("one")).await.unwrap());
    }

    async fn a_cancel_is_seen_by_the_next_commit_and_stays(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let mut cancel = signal("cancel");
        cancel.lifecycle = Some(Lifecycle::Cancelling);
        assert!(store.signal(&scope(), &claim.run, &cancel).await.unwrap());
        assert_eq!(commit(store, commit_of(&claim)).await.lifecycle, Lifecycle::Cancelling);
        let mut resume = signal("resume");
        resume.lifecycle = Some(Lifecycle::Active);
        assert!(store.signal(&scope(), &claim.run, &resume).await.unwrap());
        assert_eq!(commit(store, commit_of(&claim)).await.lifecycle, Lifecycle::Cancelling);
        assert!(!store.set_lifecycle(&scope(), &claim.run, Lifecycle::Active).await.unwrap());
    }

    async fn nobody_signals_what_is_not_there(place) {
        let store = &place.store;
        assert!(!store.signal(&scope(), &run_id(), &signal("one")).await.unwrap());
        let claim = claimed(store, &scope()).await;
        let mut end = commit_of(&claim);
        end.release = Release::Ended(throughline_store::Ending::Cancelled { at: THEN });
        commit(store, end).await;
        assert!(!store.signal(&scope(), &claim.run, &signal("one")).await.unwrap());
    }

    async fn a_commit_signals_another_run(place) {
        let store = &place.store;
        let parent = claimed(store, &scope()).await;
        let mut wait = commit_of(&parent);
        wait.release = Release::ToWaiting { wake_at: None };
        commit(store, wait).await;
        let child = claimed(store, &scope()).await;
        let mut end = commit_of(&child);
        end.release = Release::Ended(throughline_store::Ending::Succeeded { at: THEN });
        end.signals_out = vec![(parent.run.clone(), signal("child")), (run_id(), signal("nobody"))];
        commit(store, end).await;
        assert_eq!(status(store, &parent.run).await, RunStatus::Queued);
        assert_eq!(store.unread_signals(&scope(), &parent.run).await.unwrap().len(), 1);
    }

    // Senders race with a worker that reads and releases: in the end every signal was read, and none is left
    // unread beside a waiting run.
    async fn no_wake_up_is_lost_in_a_race(place) {
        const SIGNALS: usize = 120;
        let store = place.store.clone();
        let run = accepted(&store, &scope()).await;
        let sender = {
            let (store, run) = (store.clone(), run.clone());
            tokio::spawn(async move {
                let mut tasks = Vec::new();
                for i in 0..SIGNALS {
                    let (store, run) = (store.clone(), run.clone());
                    tasks.push(tokio::spawn(async move {
                        store.signal(&scope(), &run, &signal(&format!("s{i}"))).await.unwrap()
                    }));
                    if i % 10 == 0 {
                        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
                    }
                }
                for task in tasks {
                    assert!(task.await.unwrap());
                }
            })
        };
        let mut read = 0;
        let me = worker();
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
        while read < SIGNALS && tokio::time::Instant::now() < deadline {
            let Some(claim) = store.claim_all(&me, 1, 60_000).await.unwrap().pop() else {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                continue;
            };
            loop {
                let unread = store.unread_signals(&scope(), &run).await.unwrap();
                read += unread.len();
                let mut wait = commit_of(&claim);
                wait.signals_read = unread.into_iter().map(|signal| signal.id).collect();
                wait.release = Release::ToWaiting { wake_at: None };
                if commit(&store, wait).await.released {
                    break;
                }
            }
        }
        sender.await.unwrap();
        assert_eq!(read, SIGNALS);
        assert_eq!(status(&store, &run).await, RunStatus::Waiting);
    }
}
