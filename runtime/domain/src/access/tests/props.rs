//! What holds for all people, roles, tokens and places.

use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn config() -> ProptestConfig {
    ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() }
}

fn workspace() -> impl Strategy<Value = String> {
    select(vec!["acme", "other", "third"]).prop_map(str::to_owned)
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![1 => Just(Place::Server), 3 => workspace().prop_map(Place::Workspace)]
}

fn right() -> impl Strategy<Value = Right> {
    select(Right::ALL.to_vec())
}

fn any_rights() -> impl Strategy<Value = Rights> {
    let roles = btree_map(workspace(), btree_set(select(Role::ALL.to_vec()), 0..4), 0..3);
    (prop::bool::weighted(0.9), prop::bool::weighted(0.2), roles)
        .prop_map(|(active, server_admin, roles)| Rights { active, server_admin, roles })
}

fn any_limits() -> impl Strategy<Value = TokenLimits> {
    let scopes = btree_set(select(TokenScope::ALL.to_vec()), 0..4);
    (scopes, option::of(workspace())).prop_map(|(scopes, workspace)| TokenLimits {
        token: TokenId::new(1, 1),
        scopes,
        workspace,
    })
}

/// Said again without the code that decides: is there a ground to allow it?
fn has_ground(rights: &Rights, right: Right, place: &Place) -> bool {
    use Role::{Admin, Approver, Builder, Operator};
    let Place::Workspace(workspace) = place else {
        return rights.active && rights.server_admin && matches!(right, Right::Server | Right::Watch);
    };
    let roles = rights.roles.get(workspace).cloned().unwrap_or_default();
    let one_of = |wanted: &[Role]| wanted.iter().any(|role| roles.contains(role));
    let by_role = match right {
        Right::See => !roles.is_empty() || rights.server_admin,
        Right::Operate => one_of(&[Admin, Builder, Operator]) || rights.server_admin,
        Right::Resolve => one_of(&[Admin, Builder, Operator, Approver]) || rights.server_admin,
        Right::Decide => one_of(&[Approver]),
        Right::Build => one_of(&[Admin, Builder]) || rights.server_admin,
        Right::Connect | Right::People | Right::Reveal => one_of(&[Admin]) || rights.server_admin,
        Right::Server | Right::Watch => false,
    };
    rights.active && by_role
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nothing_is_allowed_without_a_ground(rights in any_rights(), right in right(), place in place()) {
        let principal = Principal::person(ada(), rights.clone());
        prop_assert_eq!(ask(&principal, right, &place).is_ok(), has_ground(&rights, right, &place));
    }

    #[test]
    fn a_token_never_allows_more_than_its_owner_may(
        rights in any_rights(), limits in any_limits(), right in right(), place in place()
    ) {
        let owner = Principal::person(ada(), rights);
        let token = owner.clone().through(limits.clone());
        let allowed = ask(&token, right, &place);
        if allowed.is_ok() {
            prop_assert!(ask(&owner, right, &place).is_ok());
            prop_assert!(limits.scopes.iter().any(|scope| scope.rights().contains(&right)));
            let inside = limits.workspace.as_ref().is_none_or(|only| place == Place::Workspace(only.clone()));
            prop_assert!(inside);
        }
    }

    #[test]
    fn a_role_more_takes_nothing_away(
        rights in any_rights(), more in select(Role::ALL.to_vec()), right in right(), place in place()
    ) {
        let before = ask(&Principal::person(ada(), rights.clone()), right, &place);
        let mut grown = rights;
        if let Place::Workspace(workspace) = &place {
            grown.roles.entry(workspace.clone()).or_default().insert(more);
        }
        let after = ask(&Principal::person(ada(), grown), right, &place);
        prop_assert!(before.is_err() || after.is_ok());
    }

    #[test]
    fn a_stranger_learns_nothing_of_a_workspace(
        rights in any_rights(), limits in option::of(any_limits()), right in right(), name in workspace()
    ) {
        let mut rights = rights;
        rights.active = true;
        rights.server_admin = false;
        rights.roles.remove(&name);
        let mut principal = Principal::person(ada(), rights);
        if let Some(limits) = limits {
            principal = principal.through(limits);
        }
        let denied = ask(&principal, right, &Place::Workspace(name.clone())).unwrap_err();
        prop_assert_eq!(denied, Denied::NotAMember { workspace: name });
    }

    #[test]
    fn a_disabled_account_may_nothing(
        rights in any_rights(), limits in option::of(any_limits()), right in right(), place in place()
    ) {
        let mut principal = Principal::person(ada(), Rights { active: false, ..rights });
        if let Some(limits) = limits {
            principal = principal.through(limits);
        }
        prop_assert_eq!(ask(&principal, right, &place), Err(Denied::Disabled));
    }

    #[test]
    fn a_list_shows_what_one_by_one_would_be_shown(rights in any_rights(), names in prop::collection::vec(workspace(), 0..5)) {
        let principal = Principal::person(ada(), rights);
        let listed: Vec<String> = authorize_each::<See>(&principal, names.clone())
            .iter().filter_map(|proof| proof.workspace().map(str::to_owned)).collect();
        let one_by_one: Vec<String> = names.into_iter()
            .filter(|name| ask(&principal, Right::See, &Place::Workspace(name.clone())).is_ok()).collect();
        prop_assert_eq!(listed, one_by_one);
    }
}

#[test]
fn no_scope_includes_deciding_but_its_own() {
    for scope in TokenScope::ALL {
        let decides = rights_of(&BTreeSet::from([scope])).contains(&Right::Decide);
        assert_eq!(decides, scope == TokenScope::Decide, "{scope:?}");
    }
    assert!(rights_of(&BTreeSet::new()).is_empty());
}
