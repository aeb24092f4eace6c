//! Accounts, their passwords, and the links that begin them.

use throughline_domain::access::{LinkKind, LinkRefused};
use throughline_domain::id::TokenId;
use throughline_store::{AccountChange, NewToken, PageRequest, Store};

use super::*;
use crate::place::scope;

async fn token_of(store: &Store, who: &PersonId) -> TokenId {
    let token = NewToken {
        token: TokenId::new(7, 7),
        hash: sha256("token"),
        name: "ci".to_owned(),
        person: Some(who.clone()),
        workspace: None,
        scopes: vec!["read".to_owned()],
        created_at: THEN,
        expires_at: None,
    };
    store.create_token(&token).await.unwrap();
    token.token
}

on_both! {
    async fn the_first_account_comes_by_the_link_that_was_printed_last(place) {
        let store = &place.store;
        assert!(!store.has_accounts().await.unwrap());
        let (old, link) = (sha256("old"), sha256("link"));
        assert!(store.create_setup_link(&old, ADMIN).await.unwrap());
        assert!(store.create_setup_link(&link, by(10)).await.unwrap());
        let replaced = store.get_link(&old).await.unwrap().unwrap();
        assert_eq!(replaced.link.check(false, at(11)), Err(LinkRefused::Ended));
        assert_eq!(store.get_link(&link).await.unwrap().unwrap().link.check(false, at(11)), Ok(()));
        let first = new_account(1, "ada", false);
        for (hash, when) in [(&old, 11), (&sha256("other"), 11), (&link, 86_400_010)] {
            assert!(!store.create_first_account(hash, &first, &password("a"), by(when)).await.unwrap());
        }
        assert!(store.create_first_account(&link, &first, &password("a"), by(12)).await.unwrap());
        let row = store.get_account(&person(1)).await.unwrap().unwrap();
        assert!(row.server_admin && row.password_at == Some(at(12)) && row.disabled_at.is_none());
        assert!(!store.create_first_account(&link, &new_account(2, "eve", false), &password("b"), by(13)).await.unwrap());
        assert!(!store.create_setup_link(&sha256("late"), by(14)).await.unwrap(), "there is an account");
        assert!(store.get_link(&sha256("late")).await.unwrap().is_none());
        assert_eq!(store.list_accounts(&PageRequest::first(10)).await.unwrap().items, [row]);
    }

    async fn of_two_who_use_the_first_link_at_once_one_gets_the_account(place) {
        let store = &place.store;
        let link = sha256("link");
        assert!(store.create_setup_link(&link, ADMIN).await.unwrap());
        let mut tries = Vec::new();
        for n in 1..=8 {
            let (store, link) = (store.clone(), link.clone());
            tries.push(tokio::spawn(async move {
                let account = new_account(n, &format!("p{n}"), true);
                store.create_first_account(&link, &account, &password("a"), by(1)).await.unwrap()
            }));
        }
        let mut won = 0;
        for one in tries {
            won += usize::from(one.await.unwrap());
        }
        assert_eq!((won, store.list_accounts(&PageRequest::first(10)).await.unwrap().items.len()), (1, 1));
    }

    async fn an_invitation_sets_a_password_once(place) {
        let store = &place.store;
        store.create_account(&new_account(1, "ada", false), ADMIN).await.unwrap();
        let error = store.create_account(&new_account(2, "ada", false), ADMIN).await.unwrap_err();
        assert_eq!(error.code(), "TL0511", "one address is one account");
        let (row, none) = store.credential_by_mail(&mail("ADA@example.org")).await.unwrap().unwrap();
        assert!(none.is_none() && row.password_at.is_none());
        let (old, link) = (sha256("old"), sha256("link"));
        assert!(store.create_link(&old, LinkKind::Invitation, &person(1), ADMIN).await.unwrap());
        assert!(store.create_link(&link, LinkKind::Reset, &person(1), ADMIN).await.unwrap());
        let set = async |hash: &str, kind, who: u64, ms| {
            store.set_password_by_link(hash, kind, &person(who), &password("new"), at(ms)).await.unwrap()
        };
        assert!(!set(&old, LinkKind::Invitation, 1, 1).await, "a newer one has replaced it");
        assert!(!set(&link, LinkKind::Reset, 2, 1).await, "it is another person's");
        assert!(!set(&link, LinkKind::Invitation, 1, 1).await, "it is of another kind");
        assert!(!set(&link, LinkKind::Reset, 1, 3_600_000).await, "it is too old");
        assert!(store.create_session(&new_session(1, Some(&person(1)))).await.unwrap());
        assert!(set(&link, LinkKind::Reset, 1, 2).await);
        assert!(!set(&link, LinkKind::Reset, 1, 3).await, "it was used");
        assert!(store.list_sessions(Some(&person(1))).await.unwrap().is_empty(), "who was in is out");
        let (_, stored) = store.credential(&person(1)).await.unwrap().unwrap();
        assert_eq!(stored, Some(password("new")));
        assert_eq!(format!("{stored:?}"), "Some(PasswordHash(…))", "a hash is not shown");
        assert!(!store.create_link(&sha256("x"), LinkKind::Reset, &person(9), ADMIN).await.unwrap());
    }

    async fn a_new_password_ends_the_other_sessions_and_open_links(place) {
        let store = &place.store;
        let ada = account(store, 1, "ada", false).await;
        for n in 1..=3 {
            assert!(store.create_session(&new_session(n, Some(&ada))).await.unwrap());
        }
        let link = sha256("link");
        assert!(store.create_link(&link, LinkKind::Reset, &ada, ADMIN).await.unwrap());
        let keep = SessionId::new(2, 2);
        assert!(store.set_password(&ada, &password("second"), Some(&keep), by(5)).await.unwrap());
        let left: Vec<_> = store.list_sessions(Some(&ada)).await.unwrap().into_iter().map(|row| row.session).collect();
        assert_eq!(left, [keep]);
        assert!(store.get_link(&link).await.unwrap().unwrap().link.ended_at.is_some());
    }

    async fn a_disabled_account_is_out_at_once_in_every_way(place) {
        let store = &place.store;
        let ada = member(store, &scope(), 1, "ada", &[Role::Admin]).await;
        assert!(store.create_session(&new_session(1, Some(&ada))).await.unwrap());
        let token = token_of(store, &ada).await;
        let link = sha256("link");
        assert!(store.create_link(&link, LinkKind::Reset, &ada, ADMIN).await.unwrap());
        assert!(store.rights_all(&ada).await.unwrap().active);
        assert_eq!(store.disable_account(&ada, by(7)).await.unwrap(), AccountChange::Done);
        assert_eq!(store.disable_account(&ada, by(8)).await.unwrap(), AccountChange::Unchanged);
        let (session, rights) = store.signed_in_all(&sha256("session 1")).await.unwrap().unwrap();
        assert_eq!(session.times.revoked_at, Some(at(7)));
        assert!(!rights.active && !store.rights_all(&ada).await.unwrap().active);
        assert!(!store.token_by_hash(&sha256("token")).await.unwrap().unwrap().is_good(at(7)));
        assert_eq!(store.list_tokens_of(&ada).await.unwrap()[0].token, token);
        assert!(!store.create_session(&new_session(2, Some(&ada))).await.unwrap());
        assert!(!store.set_password(&ada, &password("x"), None, by(8)).await.unwrap());
        assert!(!store.set_password_by_link(&link, LinkKind::Reset, &ada, &password("x"), at(8)).await.unwrap());
        assert!(!store.create_link(&sha256("more"), LinkKind::Reset, &ada, by(8)).await.unwrap());
        assert!(!store.list_members(&scope()).await.unwrap()[0].member.active);
        assert_eq!(store.enable_account(&ada).await.unwrap(), AccountChange::Done);
        assert_eq!(store.enable_account(&ada).await.unwrap(), AccountChange::Unchanged);
        assert!(store.list_sessions(Some(&ada)).await.unwrap().is_empty(), "what ended stays ended");
        assert!(store.create_session(&new_session(2, Some(&ada))).await.unwrap());
    }

    async fn somebody_always_looks_after_the_server(place) {
        let store = &place.store;
        let (ada, ben) = (account(store, 1, "ada", true).await, account(store, 2, "ben", false).await);
        assert_eq!(store.disable_account(&ada, ADMIN).await.unwrap(), AccountChange::LastAdmin);
        assert_eq!(store.set_server_admin(&ada, false).await.unwrap(), AccountChange::LastAdmin);
        assert_eq!(store.set_server_admin(&ben, true).await.unwrap(), AccountChange::Done);
        assert_eq!(store.set_server_admin(&ben, true).await.unwrap(), AccountChange::Unchanged);
        assert_eq!(store.server_admins().await.unwrap(), [ada.clone(), ben.clone()]);
        let (one, two) = tokio::join!(store.disable_account(&ada, ADMIN), store.set_server_admin(&ben, false));
        let mut both = [one.unwrap(), two.unwrap()];
        both.sort_by_key(|change| *change == AccountChange::LastAdmin);
        assert_eq!(both, [AccountChange::Done, AccountChange::LastAdmin]);
        assert_eq!(store.server_admins().await.unwrap().len(), 1);
        assert_eq!(store.disable_account(&person(9), ADMIN).await.unwrap(), AccountChange::Unchanged);
    }

    async fn an_account_is_renamed_unless_the_address_is_taken(place) {
        let store = &place.store;
        let (ada, _) = (account(store, 1, "ada", false).await, account(store, 2, "ben", false).await);
        assert!(store.rename_account(&ada, "Ada L", &mail("ada.l@example.org")).await.unwrap());
        assert!(store.rename_account(&ada, "Ada", &mail("ada.l@example.org")).await.unwrap(), "its own");
        let error = store.rename_account(&ada, "Ada", &mail("ben@example.org")).await.unwrap_err();
        assert_eq!(error.code(), "TL0511");
        assert!(!store.rename_account(&person(9), "X", &mail("x@example.org")).await.unwrap());
        assert!(store.credential_by_mail(&mail("ada@example.org")).await.unwrap().is_none());
    }

    async fn accounts_are_listed_page_by_page(place) {
        let store = &place.store;
        for n in 1..=5 {
            account(store, n, &format!("p{n}"), false).await;
        }
        let mut page = PageRequest::first(2);
        let mut seen = Vec::new();
        loop {
            let rows = store.list_accounts(&page).await.unwrap();
            seen.extend(rows.items.into_iter().map(|row| row.name));
            let Some(next) = rows.next else { break };
            page.after = Some(next);
        }
        assert_eq!(seen, ["p5", "p4", "p3", "p2", "p1"]);
    }
}
