//! The front door: durable, once.

use std::collections::BTreeSet;

use throughline_store::{ContentWindow, Dedupe, PageRequest, RunFilter, RunStatus};

use crate::place::{THEN, new_event, run_id, scope, sha256, started};

fn dedupe(key: &str) -> Dedupe {
    Dedupe { scope: "invoice/done".to_owned(), key: key.to_owned() }
}

on_both! {
    async fn an_accepted_event_has_its_run_and_its_bytes(place) {
        let store = &place.store;
        let mut event = new_event();
        event.payload = br#"{ "b":1, "a":9223372036854775808, "a":"\u0000" }"#.to_vec();
        let accepted = store.accept(&scope(), event.clone()).await.unwrap();
        assert!(!accepted.duplicate);
        let run = store.get_run(&scope(), &accepted.run).await.unwrap().unwrap();
        assert_eq!(run.status, RunStatus::Queued);
        assert_eq!(run.event.as_ref(), Some(&event.id));
        assert_eq!(run.keys, [("job".to_owned(), "7".to_owned())]);
        assert_eq!(run.last_seq, 1);
        assert_eq!(store.load_log(&scope(), &accepted.run).await.unwrap(), [started(&accepted.run, Some(&event.id))]);
        assert_eq!(store.event_payload(&scope(), &event.id).await.unwrap().unwrap(), event.payload);
        let row = store.get_event(&scope(), &event.id).await.unwrap().unwrap();
        assert_eq!((row.run, row.received_at, row.size), (accepted.run, THEN, event.payload.len() as u64));
    }

    async fn a_text_with_u0000_is_accepted(place) {
        let store = &place.store;
        let mut event = new_event();
        event.dedupe = Some(dedupe("a\0b"));
        event.run.keys = vec![("job".to_owned(), "x\0y".to_owned())];
        let first = store.accept(&scope(), event.clone()).await.unwrap();
        let run = store.get_run(&scope(), &first.run).await.unwrap().unwrap();
        assert_eq!(run.keys[0].1, "x\0y");
        let filter = RunFilter { key: Some(("job".to_owned(), "x\0y".to_owned())), ..RunFilter::default() };
        let found = store.list_runs(&scope(), &filter, &PageRequest::first(10)).await.unwrap();
        assert_eq!(found.items.len(), 1);
    }

    async fn the_same_key_gives_the_first_run(place) {
        let store = &place.store;
        let event = |key: &str| { let mut event = new_event(); event.dedupe = Some(dedupe(key)); event };
        let first = store.accept(&scope(), event("a")).await.unwrap();
        let again = store.accept(&scope(), event("a")).await.unwrap();
        assert_eq!((&again.event, &again.run, again.duplicate), (&first.event, &first.run, true));
        let other = store.accept(&scope(), event("b")).await.unwrap();
        assert!(!other.duplicate);
        let mut late = event("a");
        late.received_at = THEN.plus_ms(31 * 86_400_000);
        assert!(!store.accept(&scope(), late).await.unwrap().duplicate, "a key is remembered for 30 days");
    }

    async fn racing_events_with_one_key_start_one_run(place) {
        let store = place.store.clone();
        let mut tasks = Vec::new();
        for i in 0..60 {
            let store = store.clone();
            tasks.push(tokio::spawn(async move {
                let mut event = new_event();
                event.dedupe = Some(dedupe(&format!("key {}", i % 3)));
                store.accept(&scope(), event).await.unwrap()
            }));
        }
        let mut fresh = 0;
        let mut runs = BTreeSet::new();
        for task in tasks {
            let accepted = task.await.unwrap();
            fresh += usize::from(!accepted.duplicate);
            runs.insert(accepted.run);
        }
        assert_eq!((fresh, runs.len()), (3, 3));
        let all = store.list_runs(&scope(), &RunFilter::default(), &PageRequest::first(200)).await.unwrap();
        assert_eq!(all.items.len(), 3);
    }

    async fn the_same_content_within_its_window_is_the_same_event(place) {
        let store = &place.store;
        let event = |at: u64, key: Option<&str>| {
            let mut event = new_event();
            event.received_at = THEN.plus_ms(at);
            event.dedupe = key.map(dedupe);
            event.content_window = Some(ContentWindow { sha256: sha256("content"), ms: 1_000 });
            event
        };
        let first = store.accept(&scope(), event(0, None)).await.unwrap();
        assert_eq!(store.accept(&scope(), event(900, None)).await.unwrap().run, first.run);
        let with_key = store.accept(&scope(), event(950, Some("k"))).await.unwrap();
        assert_eq!((with_key.run, with_key.duplicate), (first.run, true));
        let later = store.accept(&scope(), event(1_001, Some("k"))).await.unwrap();
        assert!(!later.duplicate);
        assert_eq!(store.accept(&scope(), event(9_000, Some("k"))).await.unwrap().run, later.run);
    }

    async fn many_different_events_at_once_are_all_there(place) {
        let store = place.store.clone();
        let before = store.counters();
        let tasks: Vec<_> = (0..200).map(|i| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut event = new_event();
                event.dedupe = Some(dedupe(&format!("key {i}")));
                store.accept(&scope(), event).await.unwrap()
            })
        }).collect();
        for task in tasks {
            assert!(!task.await.unwrap().duplicate);
        }
        let counted = store.counters();
        assert_eq!(counted.groups - before.groups, 200);
        assert!(counted.commits - before.commits < 150, "groups share commits: {counted:?}");
        assert_eq!(counted.replays, 0, "{counted:?}");
        let open = store.open_runs(&scope()).await.unwrap();
        assert_eq!(open, [(RunStatus::Queued, 200)]);
    }

    async fn a_run_is_created_once(place) {
        let store = &place.store;
        let run = crate::place::new_run(&run_id(), None);
        assert!(store.start_run(&scope(), &run).await.unwrap());
        assert!(!store.start_run(&scope(), &run).await.unwrap());
        assert_eq!(store.load_log(&scope(), &run.id).await.unwrap().len(), 1);
    }

    async fn one_bad_group_fails_alone(place) {
        let store = place.store.clone();
        let bad = new_event();
        store.accept(&scope(), bad.clone()).await.unwrap();
        let tasks: Vec<_> = (0..40).map(|i| {
            let store = store.clone();
            // The same event id again without a dedupe key: the primary key refuses it.
            let event = if i == 20 { bad.clone() } else { new_event() };
            tokio::spawn(async move { store.accept(&scope(), event).await })
        }).collect();
        let mut failed = 0;
        for (i, task) in tasks.into_iter().enumerate() {
            match task.await.unwrap() {
                Ok(_) => {}
                Err(error) => { assert_eq!((i, error.code()), (20, "TL0509"), "{error}"); failed += 1; }
            }
        }
        assert_eq!(failed, 1);
        assert_eq!(store.open_runs(&scope()).await.unwrap(), [(RunStatus::Queued, 40)]);
    }
}
