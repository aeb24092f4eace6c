//! Accounts, members, teams, sessions, links and throttles.

mod accounts;
mod bad_rows;
mod members;
mod sessions;
mod throttles;

use std::collections::BTreeSet;

use throughline_domain::access::{Handle, Mail, Role};
use throughline_domain::id::{PersonId, SessionId};
use throughline_domain::time::Timestamp;
use throughline_store::{By, NewAccount, NewMemberKind, NewSession, PasswordHash, Scope, Store};

use crate::place::{THEN, sha256};

pub(super) const ADMIN: By<'static> = By { who: "admin", at: THEN };

pub(super) fn at(ms: u64) -> Timestamp {
    THEN.plus_ms(ms)
}

pub(super) fn by(ms: u64) -> By<'static> {
    By { who: "admin", at: at(ms) }
}

pub(crate) fn person(n: u64) -> PersonId {
    PersonId::new(n, u128::from(n))
}

pub(super) fn handle(text: &str) -> Handle {
    Handle::try_from(text.to_owned()).unwrap()
}

pub(super) fn mail(text: &str) -> Mail {
    Mail::try_from(text.to_owned()).unwrap()
}

pub(super) fn password(salt: &str) -> PasswordHash {
    PasswordHash::new(format!("$argon2id$v=19$m=19456,t=2,p=1${salt}$hash")).unwrap()
}

pub(super) fn new_account(n: u64, name: &str, server_admin: bool) -> NewAccount {
    let address = mail(&format!("{name}@example.org"));
    NewAccount { person: person(n), mail: address, name: name.to_owned(), server_admin }
}

/// An account with a password.
pub(super) async fn account(store: &Store, n: u64, name: &str, server_admin: bool) -> PersonId {
    store.create_account(&new_account(n, name, server_admin), ADMIN).await.unwrap();
    assert!(store.set_password(&person(n), &password("first"), None, ADMIN).await.unwrap());
    person(n)
}

/// The same as a member with these roles.
pub(super) async fn member(store: &Store, scope: &Scope, n: u64, name: &str, roles: &[Role]) -> PersonId {
    let who = account(store, n, name, false).await;
    assert!(store.add_member(scope, &who, &handle(name), &NewMemberKind::Account, ADMIN).await.unwrap());
    assert!(store.set_roles(scope, &who, &roles.iter().copied().collect(), ADMIN).await.unwrap());
    who
}

pub(super) fn new_session(n: u64, whose: Option<&PersonId>) -> NewSession {
    NewSession {
        session: SessionId::new(n, u128::from(n)),
        hash: sha256(&format!("session {n}")),
        person: whose.cloned(),
        client: "Firefox on Linux".to_owned(),
        created_at: THEN,
    }
}

/// Uses every function about the people of a workspace, and leaves a row in each table.
pub(crate) async fn live(store: &Store, scope: &Scope) {
    let ada = member(store, scope, 1, "ada", &[Role::Admin, Role::Approver]).await;
    let ben = member(store, scope, 2, "ben", &[]).await;
    let office = NewMemberKind::External { name: "Office".to_owned(), mail: mail("office@client.example") };
    assert!(store.add_member(scope, &person(3), &handle("office"), &office, ADMIN).await.unwrap());
    assert!(store.rename_member(scope, &ada, &handle("ada_l")).await.unwrap());
    assert!(store.set_duties(scope, &ada, &BTreeSet::from([handle("field_lead")])).await.unwrap());
    store.create_team(scope, &handle("billing"), "Billing", ADMIN).await.unwrap();
    store.create_team(scope, &handle("gone"), "Gone", ADMIN).await.unwrap();
    assert!(store.rename_team(scope, "billing", "Accounts").await.unwrap());
    assert!(store.delete_team(scope, "gone").await.unwrap());
    for who in [&ada, &ben, &person(3)] {
        assert!(store.join_team(scope, "billing", who, *who == ada, ADMIN).await.unwrap());
    }
    assert!(store.leave_team(scope, "billing", &person(3)).await.unwrap());
    assert!(store.remove_member(scope, &ben, ADMIN).await.unwrap());
    assert_eq!(store.list_members(scope).await.unwrap().len(), 2);
    assert_eq!(store.list_members_ever(scope).await.unwrap().len(), 3);
    store.list_team_leads(scope).await.unwrap();
    assert_eq!(store.list_teams(scope).await.unwrap().len(), 1);
    assert_eq!(store.list_team_members(scope, "billing").await.unwrap().len(), 1);
}
