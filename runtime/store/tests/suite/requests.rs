//! Requests with a key of the sender's: one is done, and its answer is the answer.

use throughline_domain::time::Timestamp;
use throughline_store::{Kept, RequestKey};

fn request(principal: &str, key: &str, what: &str) -> RequestKey {
    RequestKey { principal: principal.to_owned(), key: key.to_owned(), hash: format!("{what:0<64}") }
}

on_both! {
    async fn a_request_is_taken_on_once_and_its_answer_kept(place) {
        let store = &place.store;
        let mine = request("admin", "k", "this");
        assert_eq!(store.begin_request(&mine).await.unwrap(), Kept::Begun);
        assert!(matches!(store.begin_request(&mine).await.unwrap(), Kept::Unanswered { .. }));
        assert_eq!(store.begin_request(&request("admin", "k", "that")).await.unwrap(), Kept::Another);
        assert_eq!(store.begin_request(&request("other", "k", "that")).await.unwrap(), Kept::Begun);

        store.answer_request(&mine, 201, Some(b"{}")).await.unwrap();
        let answered = Kept::Answered { status: 201, answer: Some(b"{}".to_vec()) };
        assert_eq!(store.begin_request(&mine).await.unwrap(), answered);
        store.answer_request(&mine, 404, None).await.unwrap();
        store.forget_request(&mine).await.unwrap();
        assert_eq!(store.begin_request(&mine).await.unwrap(), answered, "what was answered stays so");
    }

    async fn what_was_not_done_may_be_asked_for_again(place) {
        let store = &place.store;
        let mine = request("admin", "k", "this");
        assert_eq!(store.begin_request(&mine).await.unwrap(), Kept::Begun);
        store.forget_request(&mine).await.unwrap();
        assert_eq!(store.begin_request(&mine).await.unwrap(), Kept::Begun);
    }

    async fn of_many_at_once_one_takes_it_on(place) {
        let mine = request("admin", "k", "this");
        let mut tries = Vec::new();
        for _ in 0..100 {
            let (store, mine) = (place.store.clone(), mine.clone());
            tries.push(tokio::spawn(async move { store.begin_request(&mine).await.unwrap() }));
        }
        let mut begun = 0;
        for one in tries {
            begun += u32::from(one.await.unwrap() == Kept::Begun);
        }
        assert_eq!(begun, 1);
    }

    async fn what_is_old_is_forgotten(place) {
        let store = &place.store;
        for n in 0..5 {
            store.begin_request(&request("admin", &format!("k{n}"), "this")).await.unwrap();
        }
        assert_eq!(store.sweep_requests_all(Timestamp(0), 3).await.unwrap(), 0);
        let later = Timestamp(i64::MAX);
        assert_eq!(store.sweep_requests_all(later, 3).await.unwrap(), 3);
        assert_eq!(store.sweep_requests_all(later, 3).await.unwrap(), 2);
        assert_eq!(store.begin_request(&request("admin", "k0", "this")).await.unwrap(), Kept::Begun);
    }
}
