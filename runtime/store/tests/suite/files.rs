//! Files that stored values refer to: kept by every kind of place a value can stand in, and by nothing else.

use serde_json::{Value, json};
use throughline_domain::run::event::{
    BlobRef, CopiedStep, EffectOutcome, Evidence, Payload, RunEvent, StepPath,
};
use throughline_store::{
    CommitOutcome, Ending, NewCorrelated, NewSignal, NewWait, Release, Scope, Store, StoreError,
};

use crate::place::{
    THEN, accepted, claimed, commit, commit_of, effect_id, entry, event_id, new_event, new_run, run_id,
    scope, started,
};

/// A file, and a value that refers to it, too large for the log.
async fn large(store: &Store, place: &str) -> (BlobRef, Value) {
    let file = store.put_blob(&scope(), format!("file of {place}").as_bytes()).await.unwrap();
    let reference = format!("{}.{}.x", file.sha256, file.size);
    let padding = "x".repeat(Payload::INLINE_MAX);
    (file, json!({ "rows": [{ "scan": { "$blob": reference } }], "padding": padding, "place": place }))
}

/// The same, stored.
async fn spilled(store: &Store, place: &str) -> (BlobRef, Payload) {
    let (file, value) = large(store, place).await;
    let payload = store.spill(&scope(), value).await.unwrap();
    assert!(matches!(payload, Payload::Blob(_)));
    (file, payload)
}

async fn sweep(store: &Store) {
    let later = store.now().await.unwrap().plus_ms(40 * 86_400_000);
    store.sweep_expired_all(later, 100).await.unwrap();
    while store.sweep_blobs_all(later, 100).await.unwrap() > 0 {}
}

async fn is_there(store: &Store, file: &BlobRef) -> bool {
    match store.read_blob(&scope(), file).await {
        Ok(_) => true,
        Err(StoreError::BlobMissing(_)) => false,
        Err(error) => panic!("{error}"),
    }
}

/// Entries that bring a value into a run, each with its file.
async fn entries(store: &Store) -> Vec<(BlobRef, RunEvent)> {
    let path = || StepPath("a".into());
    let mut all = Vec::new();
    let (file, input) = spilled(store, "input").await;
    all.push((file, RunEvent::AttemptStarted { path: path(), attempt: 1, input }));
    let (file, token) = spilled(store, "token").await;
    let until = THEN;
    all.push((file, RunEvent::CallSuspended { path: path(), attempt: 1, token, until, on_callback: false }));
    let (file, request) = spilled(store, "callback").await;
    all.push((file, RunEvent::CallbackReceived { path: path(), logical_attempt: 1, request }));
    let (file, output) = spilled(store, "output").await;
    all.push((file, RunEvent::StepSucceeded { path: path(), output, next: Vec::new() }));
    let (file, data) = spilled(store, "event").await;
    all.push((
        file,
        RunEvent::WaitMatched { path: path(), data, requested_by: std::collections::BTreeSet::default() },
    ));
    let (file, result) = spilled(store, "item").await;
    all.push((file, RunEvent::ItemEnded { path: path(), index: 0, result: Ok(result) }));
    let (file, result) = spilled(store, "child").await;
    all.push((
        file,
        RunEvent::ChildEnded {
            path: path(),
            run: run_id(),
            result: Ok(result),
            requested_by: std::collections::BTreeSet::default(),
        },
    ));
    let (file, receipt) = spilled(store, "receipt").await;
    let outcome = EffectOutcome::Confirmed { receipt, by: Evidence::Answer };
    all.push((file, RunEvent::EffectSettled { path: path(), effect: effect_id(), outcome }));
    let (file, body) = spilled(store, "reply").await;
    all.push((file, RunEvent::Replied { path: None, status: 200, headers: Vec::new(), body }));
    let (file, results) = large(store, "segment").await;
    let segment = store.put_json(&scope(), &serde_json::to_vec(&results).unwrap()).await.unwrap();
    let blob = segment.clone();
    let sealed = RunEvent::SegmentSealed { path: path(), first: 0, count: 1, succeeded: 1, segment };
    all.extend([(blob, sealed.clone()), (file, sealed)]);
    let (file, _) = large(store, "inline").await;
    let small = json!({ "scan": { "$blob": format!("{}.1.x", file.sha256) } });
    all.push((file, RunEvent::RunSucceeded { output: Payload::Inline(small) }));
    all
}

on_both! {
    async fn entries_of_a_run_keep_the_files_inside_their_values(place) {
        let store = &place.store;
        let kept = entries(store).await;
        let (loose, _) = spilled(store, "nothing").await;
        let claim = claimed(store, &scope()).await;
        let mut end = commit_of(&claim);
        end.entries = (2..).zip(&kept).map(|(seq, (_, event))| entry(seq, event.clone())).collect();
        end.release = Release::Ended(Ending::Succeeded { at: THEN });
        assert!(matches!(store.commit(end).await.unwrap(), CommitOutcome::Committed(_)));
        sweep(store).await;
        assert!(!is_there(store, &loose).await, "a value nobody refers to takes its files along");
        for (file, event) in &kept {
            assert!(is_there(store, file).await, "{event:?}");
        }
        assert_eq!(store.delete_finished_runs(&scope(), None, store.now().await.unwrap(), None, 10).await.unwrap().runs, 1);
        sweep(store).await;
        for (file, event) in &kept {
            assert!(!is_there(store, file).await, "{event:?}");
        }
    }

    async fn an_event_and_a_retry_keep_the_files_of_what_they_bring(place) {
        let store = &place.store;
        let (of_event, value) = large(store, "accepted").await;
        let mut event = new_event();
        // As a sender writes it.
        event.payload = serde_json::to_vec_pretty(&value).unwrap();
        store.accept(&scope(), event).await.unwrap();
        let (of_copy, output) = spilled(store, "copied").await;
        let again = run_id();
        let mut retry = new_run(&again, None);
        let mut start = started(&again, None);
        if let RunEvent::RunStarted(started) = &mut start.event {
            started.copied = vec![CopiedStep { path: StepPath("a".into()), output, next: Vec::new() }];
        }
        retry.first_entries = vec![start];
        store.start_run(&scope(), &retry).await.unwrap();
        sweep(store).await;
        assert!(is_there(store, &of_event).await && is_there(store, &of_copy).await);
    }

    async fn a_signal_that_waits_and_a_correlated_event_keep_their_files(place) {
        let store = &place.store;
        let run = accepted(store, &scope()).await;
        let (of_signal, body) = spilled(store, "signal").await;
        let signal = NewSignal {
            id: "answer/1".to_owned(),
            kind: "answered".to_owned(),
            path: None,
            body: serde_json::to_vec(&body).unwrap(),
            sent_at: THEN,
            lifecycle: None,
        };
        store.signal(&scope(), &run, &signal).await.unwrap();
        let nobody = run_id();
        let (of_nobody, body) = spilled(store, "signal to nobody").await;
        let lost = NewSignal { body: serde_json::to_vec(&body).unwrap(), ..signal };
        assert!(!store.signal(&scope(), &nobody, &lost).await.unwrap());
        sweep(store).await;
        assert!(is_there(store, &of_signal).await, "it is not read yet");
        assert!(!is_there(store, &of_nobody).await);
    }

    async fn a_correlated_event_hands_its_files_to_the_runs_that_take_it(place) {
        let store = &place.store;
        let waits = |path: &str| NewWait {
            path: path.to_owned(),
            event_type: "paid".to_owned(),
            key: "7".to_owned(),
            since: THEN,
        };
        let claim = claimed(store, &scope()).await;
        let mut before = commit_of(&claim);
        before.waits = vec![waits("early")];
        before.release = Release::ToWaiting { wake_at: None };
        commit(store, before).await;
        let (file, data) = spilled(store, "correlated").await;
        let now = store.now().await.unwrap();
        let event = NewCorrelated {
            id: event_id(),
            event_type: "paid".to_owned(),
            key: "7".to_owned(),
            data,
            received_at: now,
            ttl_ms: 60_000,
            requested_by: std::collections::BTreeSet::new(),
        };
        store.publish_correlated(&scope(), &event).await.unwrap();
        sweep(store).await;
        assert!(is_there(store, &file).await, "the event is gone, the run has its signal");
    }

    async fn a_file_is_kept_in_its_own_workspace_alone(place) {
        let store = &place.store;
        let other = Scope::new("other").unwrap();
        store.create_workspace(&other, "Other", THEN).await.unwrap();
        let (file, value) = large(store, "here").await;
        let copy = store.put_blob(&other, b"file of here").await.unwrap();
        assert_eq!(copy, file);
        let claim = claimed(store, &scope()).await;
        let output = store.spill(&scope(), value).await.unwrap();
        let mut keep = commit_of(&claim);
        keep.entries = vec![entry(2, RunEvent::RunSucceeded { output })];
        commit(store, keep).await;
        sweep(store).await;
        assert!(is_there(store, &file).await);
        assert!(store.read_blob(&other, &copy).await.is_err());
    }
}
