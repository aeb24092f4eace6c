//! Tries to sign in, counted whatever happens at the same time.

use throughline_domain::access::{ADDRESS, PAIR};

use super::*;

on_both! {
    async fn tries_are_counted_and_a_right_password_gives_one_back(place) {
        let store = &place.store;
        let key = sha256("ada from here");
        for _ in 0..20 {
            store.count_sign_in(&key, &PAIR, THEN).await.unwrap().unwrap();
            store.uncount_sign_in(&key).await.unwrap();
        }
        for ms in 0..5 {
            store.count_sign_in(&key, &PAIR, at(ms)).await.unwrap().unwrap();
        }
        let too_many = store.count_sign_in(&key, &PAIR, at(6)).await.unwrap().unwrap_err();
        assert_eq!(too_many.after_ms, 60_000);
        assert!(store.count_sign_in(&key, &PAIR, at(60_005)).await.unwrap().is_err());
        assert!(store.count_sign_in(&sha256("ben"), &PAIR, at(7)).await.unwrap().is_ok(), "another is free");
        assert!(store.count_sign_in(&key, &PAIR, at(60_006)).await.unwrap().is_ok());
        store.uncount_sign_in(&sha256("nobody")).await.unwrap();
    }

    /// A hundred at once have no more tries than one after the other.
    async fn tries_at_the_same_time_are_all_counted(place) {
        let store = &place.store;
        let key = sha256("one address");
        let mut tries = Vec::new();
        for _ in 0..100 {
            let (store, key) = (store.clone(), key.clone());
            tries.push(tokio::spawn(async move { store.count_sign_in(&key, &ADDRESS, THEN).await }));
        }
        let (mut allowed, mut refused) = (0, 0);
        for one in tries {
            match one.await.unwrap() {
                Ok(Ok(())) => allowed += 1,
                // Who could not be counted may not try either.
                Ok(Err(_)) | Err(_) => refused += 1,
            }
        }
        assert_eq!(allowed + refused, 100);
        assert!(allowed <= ADDRESS.tries, "{allowed} tries");
        assert!(allowed > 0);
    }

    async fn what_is_over_is_forgotten(place) {
        let store = &place.store;
        for n in 0..3 {
            store.count_sign_in(&sha256(&format!("k{n}")), &PAIR, at(n)).await.unwrap().unwrap();
        }
        let paused = sha256("paused");
        for _ in 0..6 {
            let _ = store.count_sign_in(&paused, &PAIR, THEN).await.unwrap();
        }
        assert_eq!(store.sweep_sign_ins_all(at(2), 10).await.unwrap(), 2, "a pause is kept to its end");
        assert_eq!(store.sweep_sign_ins_all(at(60_001), 10).await.unwrap(), 2);
    }
}
