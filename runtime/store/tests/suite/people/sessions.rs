//! Sessions: what is found by the hash of a cookie.

use throughline_domain::access::{SessionLife, SessionOver};

use super::*;
use crate::place::scope;

on_both! {
    async fn a_session_is_found_with_what_its_person_holds(place) {
        let store = &place.store;
        let ada = member(store, &scope(), 1, "ada", &[Role::Builder, Role::Approver]).await;
        let new = new_session(1, Some(&ada));
        assert!(store.create_session(&new).await.unwrap());
        let (session, rights) = store.signed_in_all(&new.hash).await.unwrap().unwrap();
        assert_eq!((session.person.as_ref(), session.client.as_str()), (Some(&ada), "Firefox on Linux"));
        assert_eq!((session.times.created_at, session.times.used_at, session.confirmed_at), (THEN, THEN, THEN));
        assert!(rights.active && !rights.server_admin);
        assert_eq!(rights.roles["default"], BTreeSet::from([Role::Builder, Role::Approver]));
        assert!(store.set_roles(&scope(), &ada, &BTreeSet::new(), by(1)).await.unwrap());
        let (_, rights) = store.signed_in_all(&new.hash).await.unwrap().unwrap();
        assert!(rights.roles.is_empty(), "a role that was taken is gone at the next request");
        assert!(store.signed_in_all(&sha256("other")).await.unwrap().is_none());
        assert!(!store.create_session(&new_session(2, Some(&person(9)))).await.unwrap());
    }

    async fn a_session_of_nobody_holds_nothing_here(place) {
        let store = &place.store;
        let new = new_session(1, None);
        assert!(store.create_session(&new).await.unwrap());
        let (session, rights) = store.signed_in_all(&new.hash).await.unwrap().unwrap();
        assert!(session.person.is_none() && !rights.active && !rights.server_admin && rights.roles.is_empty());
        assert!(!store.end_session(&new.session, Some(&person(1)), by(1)).await.unwrap());
        assert!(store.end_session(&new.session, None, by(1)).await.unwrap());
    }

    async fn uses_and_confirmations_only_move_forward(place) {
        let store = &place.store;
        let ada = account(store, 1, "ada", false).await;
        let new = new_session(1, Some(&ada));
        assert!(store.create_session(&new).await.unwrap());
        for ms in [50, 20] {
            store.touch_session(&new.session, at(ms)).await.unwrap();
        }
        assert!(store.confirm_session(&new.session, at(70)).await.unwrap());
        assert!(!store.confirm_session(&new.session, at(60)).await.unwrap());
        let (row, _) = store.signed_in_all(&new.hash).await.unwrap().unwrap();
        assert_eq!((row.times.used_at, row.confirmed_at), (at(50), at(70)));
        let life = SessionLife::default();
        assert!(life.check(&row.times, at(60)).is_ok());
        assert!(store.end_session(&new.session, Some(&ada), by(80)).await.unwrap());
        store.touch_session(&new.session, at(90)).await.unwrap();
        assert!(!store.confirm_session(&new.session, at(90)).await.unwrap());
        let (row, _) = store.signed_in_all(&new.hash).await.unwrap().unwrap();
        assert_eq!(row.times.used_at, at(50), "what has ended is not used");
        assert_eq!(life.check(&row.times, at(90)), Err(SessionOver::Revoked));
    }

    async fn sessions_are_listed_and_ended_by_their_owner_only(place) {
        let store = &place.store;
        let (ada, ben) = (account(store, 1, "ada", false).await, account(store, 2, "ben", false).await);
        for n in 1..=3 {
            assert!(store.create_session(&new_session(n, Some(&ada))).await.unwrap());
        }
        assert!(store.create_session(&new_session(4, Some(&ben))).await.unwrap());
        let ids = |rows: Vec<throughline_store::SessionRow>| rows.into_iter().map(|row| row.session).collect::<Vec<_>>();
        let [one, two, three, four] = [1, 2, 3, 4].map(|n: u64| SessionId::new(n, u128::from(n)));
        assert_eq!(ids(store.list_sessions(Some(&ada)).await.unwrap()), [three.clone(), two.clone(), one.clone()]);
        assert!(!store.end_session(&four, Some(&ada), by(1)).await.unwrap(), "it is another's");
        assert!(store.end_session(&one, Some(&ada), by(1)).await.unwrap());
        assert!(!store.end_session(&one, Some(&ada), by(1)).await.unwrap());
        assert_eq!(store.end_sessions(&ada, Some(&three), by(2)).await.unwrap(), 1);
        assert_eq!(ids(store.list_sessions(Some(&ada)).await.unwrap()), [three]);
        assert_eq!(store.end_sessions(&ada, None, by(2)).await.unwrap(), 1);
        assert_eq!(store.list_sessions(Some(&ben)).await.unwrap().len(), 1);
        assert_eq!(store.sweep_sessions_all(THEN, 10).await.unwrap(), 0);
        assert_eq!(store.sweep_sessions_all(at(1), 3).await.unwrap(), 3);
        assert_eq!(store.sweep_sessions_all(at(1), 3).await.unwrap(), 1);
    }

    async fn a_use_of_a_token_is_written_down(place) {
        use throughline_domain::id::TokenId;
        let store = &place.store;
        let token = throughline_store::NewToken {
            token: TokenId::new(1, 1),
            hash: sha256("t"),
            name: "ci".to_owned(),
            person: None,
            workspace: None,
            scopes: Vec::new(),
            created_at: THEN,
            expires_at: None,
        };
        store.create_token(&token).await.unwrap();
        for ms in [5, 3] {
            store.touch_token(&token.token, at(ms)).await.unwrap();
        }
        assert_eq!(store.token_by_hash(&token.hash).await.unwrap().unwrap().used_at, Some(at(5)));
    }
}
