//! Schedules and polls.

use throughline_domain::time::Timestamp;
use throughline_store::{
    FireCommit, FireOutcome, Listens, NewEvent, PageRequest, PollCommit, PollItem, RunStatus, Store,
};

use crate::place::{THEN, new_event, scope, version};

fn at(minutes: u64) -> Timestamp {
    THEN.plus_ms(minutes * 60_000)
}

async fn scheduled(store: &Store) {
    let listens = Listens::Schedule { next_at: Some(at(1)), tzdata: "2025b".to_owned() };
    store.publish(&scope(), &version("daily", "one", listens)).await.unwrap();
}

fn fire(mark: u64, fires: &[u64], missed: &[u64]) -> FireCommit {
    let last = fires.iter().chain(missed).copied().max().unwrap();
    FireCommit {
        workflow: "daily".to_owned(),
        mark_at: at(mark),
        new_mark_at: at(last),
        next_at: Some(at(last + 1)),
        tzdata: "2025b".to_owned(),
        fires: fires.iter().map(|minute| (at(*minute), new_event())).collect(),
        missed: missed.iter().map(|minute| at(*minute)).collect(),
        recorded_at: at(last),
    }
}

fn item(key: &str, event: Option<NewEvent>) -> PollItem {
    PollItem { key: key.to_owned(), event }
}

fn page(generation: u64, items: Vec<PollItem>) -> PollCommit {
    PollCommit {
        workflow: "poll".to_owned(),
        generation,
        cursor: Some(generation.to_string().into_bytes()),
        polled_at: at(generation),
        next_at: at(generation + 5),
        items,
    }
}

on_both! {
    async fn an_instant_fires_once(place) {
        let store = &place.store;
        scheduled(store).await;
        assert!(store.due_schedules_all(THEN, 10).await.unwrap().is_empty());
        assert_eq!(store.next_schedule_all().await.unwrap(), Some(at(1)));
        let due = store.due_schedules_all(at(1), 10).await.unwrap().remove(0);
        assert_eq!((due.workflow.as_str(), due.mark_at), ("daily", THEN));
        let fired = store.accept_fire(&scope(), &fire(0, &[1], &[])).await.unwrap().unwrap();
        assert_eq!(fired.len(), 1);
        assert!(store.accept_fire(&scope(), &fire(0, &[1], &[])).await.unwrap().is_none(), "another node was faster");
        let back = FireCommit { mark_at: at(1), new_mark_at: at(0), ..fire(0, &[1], &[]) };
        assert!(store.accept_fire(&scope(), &back).await.unwrap().is_none(), "the mark moves forward only");
        let same = FireCommit { mark_at: at(1), new_mark_at: at(2), ..fire(0, &[1], &[]) };
        assert!(store.accept_fire(&scope(), &same).await.unwrap().is_none(), "that instant has fired");
        let schedule = store.get_schedule(&scope(), "daily").await.unwrap().unwrap();
        assert_eq!((schedule.mark_at, schedule.next_at), (at(1), Some(at(2))));
        assert_eq!(store.open_runs(&scope()).await.unwrap(), [(RunStatus::Queued, 1)]);
    }

    async fn missed_instants_are_listed(place) {
        let store = &place.store;
        scheduled(store).await;
        store.accept_fire(&scope(), &fire(0, &[5], &[1, 2, 3, 4])).await.unwrap().unwrap();
        let missed = Some(FireOutcome::Missed);
        let page = store.list_fires(&scope(), "daily", missed, &PageRequest::first(3)).await.unwrap();
        assert_eq!(page.items.iter().map(|row| row.planned_at).collect::<Vec<_>>(), [at(4), at(3), at(2)]);
        let rest = PageRequest { after: page.next, limit: 3 };
        assert_eq!(store.list_fires(&scope(), "daily", missed, &rest).await.unwrap().items.len(), 1);
        let all = store.list_fires(&scope(), "daily", None, &PageRequest::first(10)).await.unwrap();
        assert_eq!(all.items.len(), 5);
        assert!(all.items[0].run.is_some());
    }

    async fn publishing_anew_never_moves_the_mark_back(place) {
        let store = &place.store;
        scheduled(store).await;
        store.accept_fire(&scope(), &fire(0, &[9], &[])).await.unwrap().unwrap();
        let mut new = version("daily", "two", Listens::Schedule { next_at: Some(at(20)), tzdata: "2025b".to_owned() });
        new.trigger.config = b"{\"every\":2}".to_vec();
        store.publish(&scope(), &new).await.unwrap();
        let schedule = store.get_schedule(&scope(), "daily").await.unwrap().unwrap();
        assert_eq!((schedule.mark_at, schedule.next_at), (at(9), Some(at(20))));
        store.pause_workflow(&scope(), "daily", true, THEN).await.unwrap();
        assert!(store.due_schedules_all(at(60), 10).await.unwrap().is_empty());
        store.unpublish(&scope(), "daily", THEN).await.unwrap();
        assert!(store.list_schedules(&scope()).await.unwrap().is_empty());
        assert!(store.accept_fire(&scope(), &fire(9, &[20], &[])).await.unwrap().is_none());
    }

    async fn a_page_is_kept_once_and_seen_items_start_nothing(place) {
        let store = &place.store;
        store.publish(&scope(), &version("poll", "one", Listens::Poll { next_at: THEN })).await.unwrap();
        assert_eq!(store.next_poll_all().await.unwrap(), Some(THEN));
        let due = store.due_polls_all(THEN, 10).await.unwrap().remove(0);
        assert_eq!((due.generation, due.cursor), (0, None));
        let first = page(0, vec![item("a", None), item("b", None)]);
        assert!(store.accept_poll(&scope(), &first).await.unwrap().unwrap().is_empty(), "the first poll marks seen");
        let items = || vec![item("b", Some(new_event())), item("c", Some(new_event())), item("c", Some(new_event()))];
        assert!(store.accept_poll(&scope(), &page(0, items())).await.unwrap().is_none(), "an old cursor");
        let accepted = store.accept_poll(&scope(), &page(1, items())).await.unwrap().unwrap();
        assert_eq!(accepted.len(), 1, "b was seen, c is there twice");
        assert!(store.accept_poll(&scope(), &page(2, items())).await.unwrap().unwrap().is_empty());
        let state = store.get_poll(&scope(), "poll").await.unwrap().unwrap();
        assert_eq!((state.generation, state.cursor), (3, Some(b"2".to_vec())));
        assert_eq!(store.open_runs(&scope()).await.unwrap(), [(RunStatus::Queued, 1)]);
    }

    async fn a_failed_poll_keeps_its_cursor(place) {
        let store = &place.store;
        store.publish(&scope(), &version("poll", "one", Listens::Poll { next_at: THEN })).await.unwrap();
        store.accept_poll(&scope(), &page(0, Vec::new())).await.unwrap().unwrap();
        for _ in 0..2 {
            assert!(store.fail_poll(&scope(), "poll", 1, at(30), ("acme.down", "no answer")).await.unwrap());
        }
        assert!(!store.fail_poll(&scope(), "poll", 0, at(30), ("acme.down", "no answer")).await.unwrap());
        let state = store.list_polls(&scope()).await.unwrap().remove(0);
        assert_eq!((state.failures, state.cursor, state.next_at), (2, Some(b"0".to_vec()), at(30)));
        assert_eq!(state.failure, Some(("acme.down".to_owned(), "no answer".to_owned())));
        store.accept_poll(&scope(), &page(1, Vec::new())).await.unwrap().unwrap();
        assert_eq!(store.get_poll(&scope(), "poll").await.unwrap().unwrap().failures, 0);
        assert!(store.reset_poll(&scope(), "poll", THEN).await.unwrap());
        assert_eq!(store.get_poll(&scope(), "poll").await.unwrap().unwrap().cursor, None);
    }
}
