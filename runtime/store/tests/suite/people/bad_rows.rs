//! What the database itself refuses, whoever writes it.

use throughline_store::probe::Arg;

use super::*;
use crate::place::scope;
use crate::schema::sql;

/// Of an account `a` and somebody from outside `o`.
fn of_people(a: &str, o: &str) -> Vec<String> {
    let member = "INSERT INTO member (workspace_id, person_id, kind, handle, account_id, name, mail, added_at, added_by)";
    vec![
        "UPDATE account SET password = 'secret', password_at = 1".to_owned(),
        "UPDATE account SET password_at = NULL".to_owned(),
        "UPDATE account SET mail = 'Ada@example.org'".to_owned(),
        "UPDATE account SET server_admin = 2".to_owned(),
        "UPDATE account SET disabled_at = 1".to_owned(),
        format!("DELETE FROM account WHERE person_id = '{a}'"),
        format!("{member} VALUES ('default', 'x', 'account', 'x', NULL, NULL, NULL, 1, 'a')"),
        format!("{member} VALUES ('default', 'x', 'account', 'x', '{a}', NULL, NULL, 1, 'a')"),
        format!("{member} VALUES ('default', 'x', 'external', 'x', '{a}', 'X', 'x@y', 1, 'a')"),
        format!("{member} VALUES ('default', 'x', 'external', 'x', NULL, 'X', NULL, 1, 'a')"),
        format!("{member} VALUES ('default', 'x', 'external', 'ada', NULL, 'X', 'x@y', 1, 'a')"),
        format!("{member} VALUES ('default', 'x', 'external', 'x', NULL, 'X', 'o@client.example', 1, 'a')"),
        format!("{member} VALUES ('none', 'x', 'external', 'x', NULL, 'X', 'x@y', 1, 'a')"),
        format!("{member} VALUES ('default', 'x', 'robot', 'x', NULL, 'X', 'x@y', 1, 'a')"),
        format!("UPDATE member SET removed_at = 1 WHERE person_id = '{o}'"),
        format!("INSERT INTO member_role VALUES ('default', '{a}', 'account', 'owner', 1, 'a')"),
        format!("INSERT INTO member_role VALUES ('default', '{o}', 'account', 'viewer', 1, 'a')"),
        format!("INSERT INTO member_role VALUES ('default', '{o}', 'external', 'viewer', 1, 'a')"),
        "INSERT INTO member_role VALUES ('default', 'x', 'account', 'viewer', 1, 'a')".to_owned(),
        format!("INSERT INTO member_duty VALUES ('default', '{a}', 'approver')"),
        "INSERT INTO member_duty VALUES ('default', 'x', 'field_lead')".to_owned(),
        format!("INSERT INTO team_member VALUES ('default', 'sales', '{a}', 0, 1, 'a')"),
        "INSERT INTO team_member VALUES ('default', 'billing', 'x', 0, 1, 'a')".to_owned(),
        format!("INSERT INTO team_member VALUES ('default', 'billing', '{a}', 2, 1, 'a')"),
    ]
}

fn of_sessions_and_links(a: &str) -> Vec<String> {
    let hash = sha256("h");
    let link = "INSERT INTO setup_link (hash, kind, person_id, created_at, created_by, expires_at)";
    let session =
        "INSERT INTO session (session_id, hash, person_id, client, created_at, confirmed_at, used_at)";
    vec![
        format!("{session} VALUES ('s', 'short', '{a}', 'c', 1, 1, 1)"),
        format!("{session} VALUES ('s', '{}', '{a}', 'c', 1, 1, 1)", sha256("session 1")),
        format!("{session} VALUES ('s', '{hash}', 'x', 'c', 1, 1, 1)"),
        format!("{session} VALUES ('s', '{hash}', '{a}', 'c', 2, 1, 2)"),
        "UPDATE session SET revoked_at = 1".to_owned(),
        format!("{link} VALUES ('{hash}', 'setup', '{a}', 1, 'a', 2)"),
        format!("{link} VALUES ('{hash}', 'invitation', NULL, 1, 'a', 2)"),
        format!("{link} VALUES ('{hash}', 'invitation', '{a}', 1, 'a', 2)"),
        format!("{link} VALUES ('{hash}', 'setup', NULL, 2, 'a', 2)"),
        format!("{link} VALUES ('{hash}', 'gift', NULL, 1, 'a', 2)"),
        "UPDATE setup_link SET used_at = 1, replaced_at = 1".to_owned(),
        format!("INSERT INTO sign_in_throttle VALUES ('{hash}', -1, 0, 1, NULL, 1)"),
        "INSERT INTO sign_in_throttle VALUES ('ada', 1, 0, 1, NULL, 1)".to_owned(),
        "UPDATE api_token SET person_id = 'x'".to_owned(),
    ]
}

on_both! {
    async fn the_database_refuses_bad_states(place) {
        let store = &place.store;
        let ada = member(store, &scope(), 1, "ada", &[Role::Admin]).await;
        let office = NewMemberKind::External { name: "O".to_owned(), mail: mail("o@client.example") };
        store.add_member(&scope(), &person(5), &handle("office"), &office, ADMIN).await.unwrap();
        store.create_team(&scope(), &handle("billing"), "Billing", ADMIN).await.unwrap();
        assert!(store.create_session(&new_session(1, Some(&ada))).await.unwrap());
        assert!(store.create_link(&sha256("l"), throughline_domain::access::LinkKind::Reset, &ada, ADMIN).await.unwrap());
        let token = throughline_store::NewToken {
            token: throughline_domain::id::TokenId::new(1, 1),
            hash: sha256("t"),
            name: "ci".to_owned(),
            person: Some(ada.clone()),
            workspace: None,
            scopes: Vec::new(),
            created_at: THEN,
            expires_at: None,
        };
        store.create_token(&token).await.unwrap();
        let refused = [of_people(ada.as_str(), person(5).as_str()), of_sessions_and_links(ada.as_str())].concat();
        assert_eq!(refused.len(), 38);
        for text in refused {
            match store.probe_write(sql(text.clone()), Vec::<Arg>::new()).await {
                Err(error) => assert_eq!(error.code(), "TL0509", "{text}: {error}"),
                Ok(_) => panic!("this was not refused: {text}"),
            }
        }
    }

    async fn a_password_is_stored_as_a_hash_or_not_at_all(place) {
        drop(place);
        assert_eq!(PasswordHash::new("correct horse battery".to_owned()).unwrap_err().code(), "TL0509");
    }
}
