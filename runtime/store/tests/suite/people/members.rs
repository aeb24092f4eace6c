//! Members, roles, duties and teams of a workspace.

use std::collections::BTreeMap;

use throughline_domain::access::{Place as Where, Principal, See, authorize};
use throughline_domain::approval::PersonKind;

use super::*;
use crate::place::scope;

async fn roles_of(store: &Store, who: &PersonId) -> BTreeMap<String, BTreeSet<Role>> {
    store.rights_all(who).await.unwrap().roles
}

fn outside(name: &str, address: &str) -> NewMemberKind {
    NewMemberKind::External { name: name.to_owned(), mail: mail(address) }
}

on_both! {
    async fn what_an_account_may_is_kept_workspace_by_workspace(place) {
        let store = &place.store;
        let other = Scope::new("other").unwrap();
        assert!(store.create_workspace(&other, "Other", THEN).await.unwrap());
        let ada = member(store, &scope(), 1, "ada", &[Role::Builder, Role::Approver]).await;
        assert!(store.add_member(&other, &ada, &handle("ada"), &NewMemberKind::Account, ADMIN).await.unwrap());
        assert!(!roles_of(store, &ada).await.contains_key("other"), "a member without a role may nothing");
        assert!(store.set_roles(&other, &ada, &BTreeSet::from([Role::Viewer]), ADMIN).await.unwrap());
        let all = roles_of(store, &ada).await;
        assert_eq!(all["default"], BTreeSet::from([Role::Builder, Role::Approver]));
        assert_eq!(all["other"], BTreeSet::from([Role::Viewer]));
        assert!(store.set_roles(&scope(), &ada, &BTreeSet::from([Role::Approver]), by(1)).await.unwrap());
        assert_eq!(roles_of(store, &ada).await["default"], BTreeSet::from([Role::Approver]));
        assert!(store.remove_member(&scope(), &ada, by(2)).await.unwrap());
        assert!(!store.remove_member(&scope(), &ada, by(3)).await.unwrap());
        let principal = Principal::person(ada.clone(), store.rights_all(&ada).await.unwrap());
        assert!(authorize::<See>(&principal, &Where::Workspace("other".to_owned())).is_ok());
        assert!(authorize::<See>(&principal, &Where::Workspace("default".to_owned())).is_err());
        assert!(!store.set_roles(&scope(), &ada, &BTreeSet::from([Role::Admin]), by(4)).await.unwrap());
        assert!(store.add_member(&scope(), &ada, &handle("ada"), &NewMemberKind::Account, by(5)).await.unwrap());
        assert!(!roles_of(store, &ada).await.contains_key("default"), "who comes back has no old rights");
        assert!(!store.add_member(&scope(), &ada, &handle("ada"), &NewMemberKind::Account, by(6)).await.unwrap());
    }

    async fn a_member_comes_with_all_they_are(place) {
        let store = &place.store;
        live(store, &scope()).await;
        let members = store.list_members(&scope()).await.unwrap();
        let (ada, office) = (&members[0], &members[1]);
        assert_eq!((ada.member.handle.as_str(), ada.member.name.as_str()), ("ada_l", "ada"));
        assert_eq!(ada.mail, mail("ada@example.org"), "an account has one address everywhere");
        assert_eq!(ada.member.roles, BTreeSet::from([Role::Admin, Role::Approver]));
        assert_eq!(ada.member.duties, BTreeSet::from(["field_lead".to_owned()]));
        assert_eq!(ada.member.teams, BTreeSet::from(["billing".to_owned()]));
        assert!(ada.member.person().can_decide());
        assert_eq!((office.member.kind, office.mail.as_str()), (PersonKind::External, "office@client.example"));
        assert!(office.member.person().can_decide() && office.member.roles.is_empty());
        assert_eq!(store.rights_all(&office.member.person).await.unwrap().roles, BTreeMap::new());
        let ever = store.list_members_ever(&scope()).await.unwrap();
        let ben = ever.iter().find(|row| row.member.handle == "ben").unwrap();
        assert!(!ben.member.active && ben.removed_at.is_some() && !ben.member.person().can_decide());
    }

    async fn nobody_from_outside_gets_a_role(place) {
        let store = &place.store;
        let who = person(5);
        assert!(store.add_member(&scope(), &who, &handle("office"), &outside("Office", "o@client.example"), ADMIN).await.unwrap());
        assert!(!store.set_roles(&scope(), &who, &BTreeSet::from([Role::Viewer]), ADMIN).await.unwrap());
        assert!(store.set_duties(&scope(), &who, &BTreeSet::from([handle("customer")])).await.unwrap());
        let error = store.set_duties(&scope(), &who, &BTreeSet::from([handle("admin")])).await.unwrap_err();
        assert_eq!(error.code(), "TL0509", "a duty does not read like a role");
        assert_eq!(store.list_members(&scope()).await.unwrap()[0].member.duties.len(), 1, "nothing of it was kept");
        let missing = store.add_member(&scope(), &person(6), &handle("ghost"), &NewMemberKind::Account, ADMIN).await;
        assert_eq!(missing.unwrap_err().code(), "TL0509", "there is no such account");
    }

    async fn a_handle_and_an_address_are_one_person(place) {
        let store = &place.store;
        let ada = member(store, &scope(), 1, "ada", &[]).await;
        let add = async |n: u64, name: &str, new: NewMemberKind| {
            store.add_member(&scope(), &person(n), &handle(name), &new, ADMIN).await
        };
        assert_eq!(add(5, "ada", outside("A", "a@client.example")).await.unwrap_err().code(), "TL0511");
        assert!(add(5, "office", outside("A", "a@client.example")).await.unwrap());
        let error = add(6, "office2", outside("A", "a@client.example")).await.unwrap_err();
        assert!(error.to_string().contains("a@client.example"), "{error}");
        assert_eq!(store.rename_member(&scope(), &ada, &handle("office")).await.unwrap_err().code(), "TL0511");
        assert!(store.rename_member(&scope(), &ada, &handle("ada2")).await.unwrap());
        assert!(store.remove_member(&scope(), &person(5), by(1)).await.unwrap());
        assert!(add(6, "office", outside("A", "a@client.example")).await.unwrap(), "both are free again");
        assert!(!store.rename_member(&scope(), &person(9), &handle("x")).await.unwrap());
    }

    async fn teams_have_members_and_leads(place) {
        let store = &place.store;
        let ada = member(store, &scope(), 1, "ada", &[]).await;
        store.create_team(&scope(), &handle("billing"), "Billing", ADMIN).await.unwrap();
        let error = store.create_team(&scope(), &handle("billing"), "Other", ADMIN).await.unwrap_err();
        assert_eq!(error.code(), "TL0511");
        assert!(store.join_team(&scope(), "billing", &ada, false, ADMIN).await.unwrap());
        assert!(store.join_team(&scope(), "billing", &ada, true, ADMIN).await.unwrap());
        assert!(store.list_team_members(&scope(), "billing").await.unwrap()[0].lead);
        assert!(!store.join_team(&scope(), "sales", &ada, false, ADMIN).await.unwrap());
        assert!(!store.join_team(&scope(), "billing", &person(9), false, ADMIN).await.unwrap());
        assert!(store.leave_team(&scope(), "billing", &ada).await.unwrap());
        assert!(!store.leave_team(&scope(), "billing", &ada).await.unwrap());
        assert!(store.join_team(&scope(), "billing", &ada, false, ADMIN).await.unwrap());
        assert!(store.remove_member(&scope(), &ada, by(1)).await.unwrap());
        assert!(store.list_team_members(&scope(), "billing").await.unwrap().is_empty());
        assert!(!store.join_team(&scope(), "billing", &ada, false, ADMIN).await.unwrap(), "they are gone");
        assert!(store.delete_team(&scope(), "billing").await.unwrap());
        assert!(!store.delete_team(&scope(), "billing").await.unwrap());
        assert!(!store.rename_team(&scope(), "billing", "X").await.unwrap());
    }

    /// Roles given while a member is being removed: they end with the membership, whichever comes first.
    async fn nobody_keeps_a_role_past_their_removal(place) {
        let store = &place.store;
        for n in 1..=10 {
            let who = member(store, &scope(), n, &format!("p{n}"), &[Role::Viewer]).await;
            let (here, admin) = (scope(), BTreeSet::from([Role::Admin]));
            let (given, removed) = tokio::join!(
                store.set_roles(&here, &who, &admin, by(1)),
                store.remove_member(&here, &who, by(1)),
            );
            given.unwrap();
            assert!(removed.unwrap());
            assert!(roles_of(store, &who).await.is_empty());
        }
    }
}
