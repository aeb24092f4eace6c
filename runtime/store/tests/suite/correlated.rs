//! Correlated events: before or after the wait, once each.

use serde_json::json;
use throughline_domain::run::event::Payload;
use throughline_domain::time::Timestamp;
use throughline_store::{CORRELATED_TTL_MS, Claim, NewCorrelated, NewWait, Release, RunStatus, Store};

use crate::place::{claimed, commit, commit_of, event_id, scope, worker};

fn paid(key: &str, at: Timestamp) -> NewCorrelated {
    NewCorrelated {
        id: event_id(),
        event_type: "invoice.paid".to_owned(),
        key: key.to_owned(),
        data: Payload::Inline(json!({ "key": key })),
        received_at: at,
        ttl_ms: CORRELATED_TTL_MS,
        requested_by: std::collections::BTreeSet::new(),
    }
}

fn wait_for(key: &str, since: Timestamp) -> NewWait {
    NewWait { path: "wait".to_owned(), event_type: "invoice.paid".to_owned(), key: key.to_owned(), since }
}

async fn register(store: &Store, claim: &Claim, wait: NewWait) -> throughline_store::Committed {
    let mut register = commit_of(claim);
    register.waits = vec![wait];
    register.release = Release::ToWaiting { wake_at: None };
    commit(store, register).await
}

on_both! {
    async fn an_event_after_the_wait_wakes_the_run(place) {
        let store = &place.store;
        let now = store.now().await.unwrap();
        let claim = claimed(store, &scope()).await;
        let done = register(store, &claim, wait_for("I-1", now)).await;
        assert!(done.released && done.matched.is_empty());
        let event = paid("I-1", now);
        assert!(store.publish_correlated(&scope(), &paid("I-2", now)).await.unwrap());
        assert!(store.claim_all(&worker(), 1, 60_000).await.unwrap().is_empty(), "another key");
        assert!(store.publish_correlated(&scope(), &event).await.unwrap());
        assert!(!store.publish_correlated(&scope(), &event).await.unwrap());
        assert!(store.publish_correlated(&scope(), &paid("I-1", now)).await.unwrap());
        let unread = store.unread_signals(&scope(), &claim.run).await.unwrap();
        assert_eq!(unread.len(), 1, "a wait is satisfied once");
        assert_eq!((unread[0].kind.as_str(), unread[0].path.as_deref()), ("matched", Some("wait")));
        assert_eq!(serde_json::from_slice::<Payload>(&unread[0].body).unwrap(), event.data);
        assert_eq!(store.get_run(&scope(), &claim.run).await.unwrap().unwrap().status, RunStatus::Queued);
    }

    async fn an_event_before_the_wait_is_found(place) {
        let store = &place.store;
        let now = store.now().await.unwrap();
        let claim = claimed(store, &scope()).await;
        let (old, first, second) = (paid("I-1", Timestamp(now.0 - 1)), paid("I-1", now), paid("I-1", now.plus_ms(1)));
        for event in [&old, &second, &first] {
            store.publish_correlated(&scope(), event).await.unwrap();
        }
        let done = register(store, &claim, wait_for("I-1", now)).await;
        assert!(!done.released, "the match is an unread signal");
        assert_eq!(done.matched.len(), 1);
        assert!(done.matched[0].id.ends_with(first.id.as_str()), "the oldest since the run's start");
        // The step waits again: the same event does not count twice.
        let mut again = commit_of(&claim);
        again.signals_read = vec![done.matched[0].id.clone()];
        again.waits_over = vec!["wait".to_owned()];
        again.waits = vec![wait_for("I-1", now)];
        let done = commit(store, again).await;
        assert!(done.matched[0].id.ends_with(second.id.as_str()));
    }

    async fn a_wait_that_is_over_matches_nothing(place) {
        let store = &place.store;
        let now = store.now().await.unwrap();
        let claim = claimed(store, &scope()).await;
        let mut over = commit_of(&claim);
        over.waits = vec![wait_for("I-1", now)];
        commit(store, over).await;
        let mut over = commit_of(&claim);
        over.waits_over = vec!["wait".to_owned()];
        commit(store, over).await;
        store.publish_correlated(&scope(), &paid("I-1", now)).await.unwrap();
        assert!(store.unread_signals(&scope(), &claim.run).await.unwrap().is_empty());
    }

    async fn one_event_satisfies_every_run_that_waits(place) {
        let store = &place.store;
        let now = store.now().await.unwrap();
        let mut runs = Vec::new();
        for _ in 0..3 {
            let claim = claimed(store, &scope()).await;
            assert!(register(store, &claim, wait_for("I-1", now)).await.released);
            runs.push(claim.run);
        }
        let publisher = claimed(store, &scope()).await;
        let mut publish = commit_of(&publisher);
        publish.publishes = vec![paid("I-1", now)];
        commit(store, publish).await;
        assert_eq!(store.claim_all(&worker(), 10, 60_000).await.unwrap().len(), 3);
        for run in runs {
            assert_eq!(store.unread_signals(&scope(), &run).await.unwrap().len(), 1);
        }
    }

    // Publishing and registering at the same moment, many times: each wait finds its event.
    async fn no_match_is_lost_in_a_race(place) {
        let store = place.store.clone();
        let now = store.now().await.unwrap();
        for round in 0..30 {
            let key = format!("I-{round}");
            let claim = claimed(&store, &scope()).await;
            let event = paid(&key, now);
            let scope = scope();
            let (published, registered) =
                tokio::join!(store.publish_correlated(&scope, &event), register(&store, &claim, wait_for(&key, now)));
            assert!(published.unwrap());
            assert_eq!(store.unread_signals(&scope, &claim.run).await.unwrap().len(), 1, "{registered:?}");
            if registered.released {
                assert_eq!(store.claim_all(&worker(), 5, 60_000).await.unwrap().len(), 1);
            }
        }
    }
}
