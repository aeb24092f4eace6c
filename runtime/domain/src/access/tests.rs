//! Rights, sessions, throttles, links and names: tables said again by hand, and what holds for all of them.

mod names;
mod props;
mod times;

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::id::{PersonId, TokenId};
use crate::time::Timestamp;

const HERE: &str = "acme";

fn at(ms: u64) -> Timestamp {
    Timestamp(1_750_000_000_000_000).plus_ms(ms)
}

fn ada() -> PersonId {
    PersonId::new(1, 1)
}

fn here() -> Place {
    Place::Workspace(HERE.to_owned())
}

fn rights(roles: &[Role]) -> Rights {
    let roles = BTreeMap::from([(HERE.to_owned(), roles.iter().copied().collect())]);
    Rights { active: true, server_admin: false, roles }
}

fn limits(scopes: &[TokenScope], workspace: Option<&str>) -> TokenLimits {
    let scopes = scopes.iter().copied().collect();
    TokenLimits { token: TokenId::new(1, 1), scopes, workspace: workspace.map(str::to_owned) }
}

/// The same decision for a right that is known only now.
fn ask(principal: &Principal, right: Right, place: &Place) -> Result<(), Denied> {
    match right {
        Right::See => authorize::<See>(principal, place).map(drop),
        Right::Operate => authorize::<Operate>(principal, place).map(drop),
        Right::Resolve => authorize::<Resolve>(principal, place).map(drop),
        Right::Decide => authorize::<Decide>(principal, place).map(drop),
        Right::Build => authorize::<Build>(principal, place).map(drop),
        Right::Reveal => authorize::<Reveal>(principal, place).map(drop),
        Right::Connect => authorize::<Connect>(principal, place).map(drop),
        Right::People => authorize::<People>(principal, place).map(drop),
        Right::Watch => authorize::<Watch>(principal, place).map(drop),
        Right::Server => authorize::<Server>(principal, place).map(drop),
    }
}

#[test]
fn each_role_may_what_the_table_says_and_nothing_else() {
    // A line a right; columns: admin, builder, approver, operator, viewer.
    let table = [
        (Right::See, "yes yes yes yes yes"),
        (Right::Operate, "yes yes no yes no"),
        (Right::Resolve, "yes yes yes yes no"),
        (Right::Decide, "no no yes no no"),
        (Right::Build, "yes yes no no no"),
        (Right::Reveal, "yes no no no no"),
        (Right::Connect, "yes no no no no"),
        (Right::People, "yes no no no no"),
        (Right::Watch, "no no no no no"),
        (Right::Server, "no no no no no"),
    ];
    assert_eq!(table.len(), Right::ALL.len());
    for (right, line) in table {
        for (role, said) in Role::ALL.into_iter().zip(line.split(' ')) {
            let principal = Principal::person(ada(), rights(&[role]));
            assert_eq!(ask(&principal, right, &here()).is_ok(), said == "yes", "{role} {right}");
            assert!(ask(&principal, right, &Place::Server).is_err(), "{role} {right} on the server");
            let elsewhere = Place::Workspace("other".to_owned());
            let denied = ask(&principal, right, &elsewhere).unwrap_err();
            assert_eq!(denied.code(), "TL0714", "{role} {right} elsewhere");
        }
    }
}

#[test]
fn who_looks_after_the_server_administers_every_workspace_and_decides_in_none() {
    let all = Rights { active: true, server_admin: true, roles: BTreeMap::new() };
    for principal in [Principal::person(ada(), all), Principal::keyholder()] {
        for right in Right::ALL {
            let in_workspace = !right.is_of_server() && *right != Right::Decide;
            assert_eq!(ask(&principal, *right, &here()).is_ok(), in_workspace, "{right}");
            assert_eq!(ask(&principal, *right, &Place::Server).is_ok(), right.is_of_server(), "{right}");
        }
    }
}

#[test]
fn a_refusal_says_which_role_it_takes() {
    let viewer = Principal::person(ada(), rights(&[Role::Viewer]));
    let said = ask(&viewer, Right::Build, &here()).unwrap_err().to_string();
    assert_eq!(said, "you may not publish workflows: it needs the role admin or builder in this workspace");
    let said = ask(&viewer, Right::Decide, &here()).unwrap_err().to_string();
    assert_eq!(said, "you may not decide proposals: it needs the role approver in this workspace");
    let said = ask(&viewer, Right::Server, &Place::Server).unwrap_err().to_string();
    assert!(said.ends_with("it needs an administrator of the server"), "{said}");
}

#[test]
fn a_token_of_one_workspace_stays_in_it() {
    let both = BTreeMap::from([HERE, "other"].map(|name| (name.to_owned(), BTreeSet::from([Role::Admin]))));
    let owner = Principal::person(ada(), Rights { active: true, server_admin: true, roles: both });
    let token = owner.clone().through(limits(&[TokenScope::Admin], Some("other")));
    assert_eq!(ask(&token, Right::See, &here()).unwrap_err().code(), "TL0714");
    assert_eq!(ask(&token, Right::Server, &Place::Server).unwrap_err().code(), "TL0822");
    assert!(ask(&token, Right::People, &Place::Workspace("other".to_owned())).is_ok());
    assert!(owner.looks_after_the_server() && !token.looks_after_the_server());
    let reading = owner.through(limits(&[TokenScope::Read], None));
    assert_eq!(ask(&reading, Right::Operate, &here()).unwrap_err().code(), "TL0822");
    assert!(ask(&reading, Right::Watch, &Place::Server).is_ok());
    assert_eq!(reading.by(), "tok_00000000010000000000000001");
    let seen = authorize_each::<See>(&reading, ["acme", "third", "other"].map(str::to_owned));
    let seen: Vec<_> = seen.iter().map(Proof::workspace).collect();
    assert_eq!(seen, [Some("acme"), Some("third"), Some("other")], "an administrator of the server sees all");
}

#[test]
fn a_proof_names_who_and_where() {
    let proof = authorize::<Build>(&Principal::person(ada(), rights(&[Role::Builder])), &here()).unwrap();
    assert_eq!((proof.by(), proof.workspace()), (ada().as_str(), Some(HERE)));
    assert_eq!((proof.who(), proof.place()), (&Who::Person(ada()), &here()));
    let server = authorize::<Server>(&Principal::keyholder(), &Place::Server).unwrap();
    assert_eq!((server.by(), server.workspace()), ("admin", None));
}

#[test]
fn a_member_comes_to_a_person_who_may_decide_as_an_approver_or_from_outside() {
    use crate::approval::PersonKind;
    let mut member = Member {
        person: ada(),
        handle: "ada".to_owned(),
        name: "Ada".to_owned(),
        kind: PersonKind::Account,
        active: true,
        roles: BTreeSet::from([Role::Admin]),
        duties: BTreeSet::from(["field_lead".to_owned()]),
        teams: BTreeSet::from(["billing".to_owned()]),
    };
    assert!(!member.person().can_decide(), "who hands out rights does not thereby decide");
    assert_eq!(member.person().roles, BTreeSet::from(["admin".to_owned(), "field_lead".to_owned()]));
    member.roles.insert(Role::Approver);
    assert!(member.person().can_decide());
    member.active = false;
    assert!(!member.person().can_decide());
    let outside = Member { kind: PersonKind::External, active: true, roles: BTreeSet::new(), ..member };
    assert!(outside.person().can_decide());
}

#[test]
fn somebody_is_always_left_who_hands_out_rights() {
    let (one, two) = (PersonId::new(1, 1), PersonId::new(2, 2));
    let both = BTreeSet::from([one.clone(), two.clone()]);
    assert_eq!(check_last_admin(&both, &one), Ok(()));
    let only = BTreeSet::from([one.clone()]);
    assert_eq!(check_last_admin(&only, &one), Err(LastAdmin));
    assert_eq!(check_last_admin(&only, &two), Ok(()), "who is none leaves as many as before");
}

#[test]
fn words_read_back() {
    for role in Role::ALL {
        assert_eq!(Role::try_from(role.to_string()), Ok(role));
        assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
    }
    for scope in TokenScope::ALL {
        assert_eq!(TokenScope::try_from(scope.as_str().to_owned()), Ok(scope));
        assert_eq!(serde_json::to_value(scope).unwrap(), scope.as_str());
    }
    for kind in [LinkKind::Setup, LinkKind::Invitation, LinkKind::Reset] {
        assert_eq!(LinkKind::try_from(kind.as_str().to_owned()), Ok(kind));
    }
    assert!(Role::try_from("owner".to_owned()).is_err());
    assert!(TokenScope::try_from("*".to_owned()).is_err());
    assert!(LinkKind::try_from(String::new()).is_err());
}

#[test]
fn every_code_has_its_page() {
    let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    let sources = [
        include_str!("authorize.rs"),
        include_str!("session.rs"),
        include_str!("throttle.rs"),
        include_str!("link.rs"),
        include_str!("password.rs"),
        include_str!("handle.rs"),
        include_str!("member.rs"),
    ];
    let mut found = BTreeSet::new();
    for source in sources {
        for rest in source.split("\"TL").skip(1) {
            let code = format!("TL{}", rest.chars().take_while(char::is_ascii_digit).collect::<String>());
            assert!(pages.join(format!("{code}.md")).exists(), "{code} has no page under docs/errors");
            found.insert(code);
        }
    }
    let own = (820..830).map(|n| format!("TL0{n}"));
    let all: BTreeSet<String> = own.chain(["TL0714".to_owned()]).collect();
    assert_eq!(found, all);
}
