//! Large values: spilled, checked, swept.

use serde_json::json;
use throughline_domain::run::event::{BlobRef, Payload};
use throughline_store::{Ending, Release};

use crate::place::{THEN, cancel_requested, claimed, commit, commit_of, entry, new_event, scope};

fn large(fill: &str) -> serde_json::Value {
    json!({ "text": fill.repeat(Payload::INLINE_MAX) })
}

on_both! {
    async fn a_large_payload_is_spilled_and_read_back(place) {
        let store = &place.store;
        let mut event = new_event();
        event.payload = serde_json::to_vec(&large("a")).unwrap();
        store.accept(&scope(), event.clone()).await.unwrap();
        assert_eq!(store.event_payload(&scope(), &event.id).await.unwrap().unwrap(), event.payload);
        assert!(place.blobs().join("default").is_dir());
        let small = store.spill(&scope(), json!(1)).await.unwrap();
        assert_eq!(small, Payload::Inline(json!(1)));
        let spilled = store.spill(&scope(), large("a")).await.unwrap();
        assert!(matches!(&spilled, Payload::Blob(blob) if blob.size > 64 * 1024));
        assert_eq!(store.load(&scope(), &spilled).await.unwrap(), large("a"));
    }

    async fn a_missing_and_a_damaged_blob_are_named(place) {
        let store = &place.store;
        let Payload::Blob(blob) = store.spill(&scope(), large("b")).await.unwrap() else { panic!() };
        let path = place.blobs().join("default").join(&blob.sha256[..2]).join(&blob.sha256);
        let other = throughline_store::Scope::new("other").unwrap();
        assert_eq!(store.read_blob(&other, &blob).await.unwrap_err().code(), "TL0513", "another workspace's");
        std::fs::write(&path, b"x").unwrap();
        assert_eq!(store.read_blob(&scope(), &blob).await.unwrap_err().code(), "TL0514");
        let again = store.spill(&scope(), large("b")).await.unwrap();
        assert_eq!(store.load(&scope(), &again).await.unwrap(), large("b"), "putting it again repairs it");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(store.read_blob(&scope(), &blob).await.unwrap_err().code(), "TL0513");
        let evil = BlobRef { sha256: "../../etc/passwd".to_owned(), size: 1 };
        assert_eq!(store.read_blob(&scope(), &evil).await.unwrap_err().code(), "TL0513");
    }

    async fn what_a_run_refers_to_is_not_swept(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let kept = store.spill(&scope(), large("c")).await.unwrap();
        let loose = store.spill(&scope(), large("d")).await.unwrap();
        let mut end = commit_of(&claim);
        let output = throughline_domain::run::event::RunEvent::RunSucceeded { output: kept.clone() };
        end.entries = vec![cancel_requested(2), entry(3, output)];
        end.release = Release::Ended(Ending::Succeeded { at: THEN });
        commit(store, end).await;
        let now = store.now().await.unwrap();
        assert_eq!(store.sweep_blobs_all(now, 10).await.unwrap(), 0, "younger than a day");
        let tomorrow = now.plus_ms(2 * 86_400_000);
        assert_eq!(store.sweep_blobs_all(tomorrow, 10).await.unwrap(), 1);
        assert!(store.load(&scope(), &kept).await.is_ok());
        assert_eq!(store.load(&scope(), &loose).await.unwrap_err().code(), "TL0513");
        assert_eq!(store.delete_finished_runs(&scope(), None, now, None, 10).await.unwrap().runs, 1);
        assert!(store.get_run(&scope(), &claim.run).await.unwrap().is_none());
        assert!(store.load_log(&scope(), &claim.run).await.unwrap().is_empty());
        assert_eq!(store.sweep_blobs_all(tomorrow, 10).await.unwrap(), 1, "its run is gone");
    }

    async fn open_and_young_runs_are_not_deleted(place) {
        let store = &place.store;
        for i in 0..5_u64 {
            let claim = claimed(store, &scope()).await;
            if i < 3 {
                let mut end = commit_of(&claim);
                end.release = Release::Ended(Ending::Succeeded { at: THEN.plus_ms(1_000 + i * 60_000) });
                commit(store, end).await;
            }
        }
        let before = THEN.plus_ms(90_000);
        assert_eq!(store.delete_finished_runs(&scope(), Some("other"), before, None, 10).await.unwrap().runs, 0);
        assert_eq!(store.delete_finished_runs(&scope(), Some("invoice"), before, None, 1).await.unwrap().runs, 1);
        assert_eq!(store.delete_finished_runs(&scope(), None, before, None, 10).await.unwrap().runs, 1);
        assert_eq!(store.delete_finished_runs(&scope(), None, before, None, 10).await.unwrap().runs, 0);
    }

    async fn what_has_expired_is_swept(place) {
        let store = &place.store;
        let mut event = new_event();
        event.dedupe = Some(throughline_store::Dedupe { scope: "s".to_owned(), key: "k".to_owned() });
        store.accept(&scope(), event).await.unwrap();
        let correlated = throughline_store::NewCorrelated {
            id: crate::place::event_id(),
            event_type: "paid".to_owned(),
            key: "k".to_owned(),
            data: Payload::Inline(json!(1)),
            received_at: THEN,
            ttl_ms: 1_000,
            requested_by: std::collections::BTreeSet::new(),
        };
        store.publish_correlated(&scope(), &correlated).await.unwrap();
        assert_eq!(store.sweep_expired_all(THEN, 10).await.unwrap(), 0);
        assert_eq!(store.sweep_expired_all(THEN.plus_ms(60_000), 10).await.unwrap(), 1);
        assert_eq!(store.sweep_expired_all(THEN.plus_ms(31 * 86_400_000), 10).await.unwrap(), 1);
    }
}
