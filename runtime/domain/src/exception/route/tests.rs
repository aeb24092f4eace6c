//! Tests of routing: the nearest answer that fits, and never nobody.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::exception::answers::{Known, UpdatesAfter, complete};
use crate::exception::life::tests::MONDAY;
use crate::exception::reason;
use crate::run::MIN_SENTENCE;
use crate::workflow::UpdateAfter;

fn owner(name: &str) -> Owner {
    Owner(name.into())
}

fn rule(owner_name: &str) -> Rule {
    Rule {
        workflow: None,
        kind: None,
        when: None,
        owner: owner(owner_name),
        backups: vec![],
        due: None,
        ladder: None,
    }
}

fn backup(name: &str, from: Option<Date>, until: Option<Date>) -> Backup {
    Backup { owner: owner(name), from, until }
}

fn facts(changed: &Value) -> Facts<'_> {
    Facts {
        workflow: "invoices",
        kind: Kind::Business,
        reason: ReasonCode::MissingRequired,
        severity: Severity::Normal,
        money: Some(5_200.0),
        changed,
    }
}

fn policy() -> ExceptionPolicy {
    ExceptionPolicy {
        owner: owner("team:billing"),
        backup: Some(owner("person:office")),
        due: Due::After { ms: 1 },
    }
}

fn workspace() -> Workspace {
    Workspace { owner: owner("role:admin"), ladder: Ladder::default() }
}

fn standing_without<'a>(gone: &'a [&'a str]) -> impl Fn(&Owner) -> Standing {
    move |owner| Standing { active: !gone.contains(&owner.0.as_str()), access: true }
}

fn routed(rules: Vec<Rule>, facts: &Facts<'_>, said: Said<'_>, gone: &[&str]) -> Routed {
    let table = Table::new(rules).unwrap();
    let calendar = Calendar::default();
    route(&table, facts, said, &workspace(), (MONDAY, &calendar), &standing_without(gone))
}

#[test]
fn the_nearest_answer_wins() {
    let (changed, policy) = (json!({}), policy());
    let facts = facts(&changed);
    let said = Said { policy: Some(&policy), ..Said::default() };
    let table = || {
        vec![
            rule("team:any"),
            Rule { when: Some("money > 5000".into()), ..rule("team:finance") },
            Rule { kind: Some(Kind::Business), due: Some(Due::After { ms: 7 }), ..rule("team:business") },
            Rule { workflow: Some("invoices".into()), ..rule("team:invoices") },
            Rule {
                workflow: Some("invoices".into()),
                when: Some("reason == 'drift'".into()),
                ..rule("team:drift")
            },
        ]
    };
    let answer = |keep: &[usize]| {
        let rules = table().into_iter().enumerate().filter(|(index, _)| keep.contains(index));
        routed(rules.map(|(_, rule)| rule).collect(), &facts, said, &[])
    };
    assert_eq!(answer(&[0, 1, 2, 3, 4]).owner, owner("team:invoices"));
    assert_eq!(answer(&[0, 1, 2]).owner, owner("team:business"));
    assert_eq!(answer(&[0, 1, 2]).due, Due::After { ms: 7 });
    assert_eq!(answer(&[0, 1]).owner, owner("team:finance"));
    assert_eq!((answer(&[0]).owner, answer(&[0]).source), (owner("team:any"), Source::Rule(0)));
    let plain = answer(&[]);
    assert_eq!((plain.owner, plain.source, plain.unrouted), (owner("team:billing"), Source::Workflow, false));
    assert_eq!((plain.backup, plain.due), (Some(owner("person:office")), policy.due.clone()));
    let (node, due) = (owner("role:field_lead"), Due::After { ms: 3 });
    let said = Said { owner: Some(&node), due: Some(&due), ..said };
    let node = routed(table(), &facts, said, &[]);
    assert_eq!(
        (node.owner, node.source, node.due),
        (owner("role:field_lead"), Source::Node, Due::After { ms: 3 })
    );
}

#[test]
fn a_backup_with_dates_takes_over_on_them_only() {
    let changed = json!({});
    let facts = facts(&changed);
    let today = Calendar::default().date(MONDAY).unwrap();
    let (yesterday, tomorrow) = (today.yesterday().unwrap(), today.tomorrow().unwrap());
    let now = |backups: Vec<Backup>, kept: Option<&str>, gone: &[&str]| {
        let table = Table::new(vec![Rule { backups, ..rule("team:billing") }]).unwrap();
        let (kept, calendar) = (kept.map(owner), Calendar::default());
        let standing = standing_without(gone);
        let taken =
            backup_now(&table, &facts, kept.as_ref(), (MONDAY, &calendar), &standing, &owner("team:billing"));
        taken.map(|taken| taken.0)
    };
    let away = backup("person:anna", None, Some(yesterday));
    let later = backup("person:ben", Some(tomorrow), None);
    let always = backup("person:cora", None, None);
    // It was asked when it opened; its days have passed, or are still to come.
    assert_eq!(now(vec![away.clone()], Some("person:anna"), &[]), None);
    assert_eq!(
        now(vec![later.clone(), always.clone()], Some("person:ben"), &[]).as_deref(),
        Some("person:cora")
    );
    let in_between = backup("person:dora", Some(yesterday), Some(tomorrow));
    let both = vec![always.clone(), in_between];
    assert_eq!(now(both.clone(), Some("person:cora"), &[]).as_deref(), Some("person:dora"), "it is her day");
    assert_eq!(now(both, Some("person:cora"), &["person:dora"]).as_deref(), Some("person:cora"));
    assert_eq!(now(vec![], Some("role:admin"), &[]).as_deref(), Some("role:admin"), "no rule names it");
    assert_eq!(now(vec![], Some("team:billing"), &[]), None, "it is the owner's already");
}

#[test]
fn a_cause_goes_to_who_can_mend_it_and_not_to_one_workflow() {
    let (changed, policy) = (json!({}), policy());
    let facts = Facts { kind: Kind::Technical, reason: ReasonCode::AuthFailed, ..facts(&changed) };
    let said = Said { policy: Some(&policy), ..Said::default() };
    let answer = routed(vec![], &facts, said, &[]);
    assert_eq!((answer.owner, answer.source), (owner("role:admin"), Source::Reason));
    assert_eq!(answer.due, reason::of(ReasonCode::AuthFailed).due);
}

#[test]
fn an_owner_who_left_is_passed_over_and_never_for_nobody() {
    let (changed, policy) = (json!({}), policy());
    let facts = facts(&changed);
    let said = Said { policy: Some(&policy), ..Said::default() };
    let answer = routed(vec![], &facts, said, &["team:billing"]);
    assert_eq!((answer.owner, answer.unrouted), (owner("person:office"), false));
    assert_eq!(answer.passed_over[0].owner, owner("team:billing"));
    assert_eq!(answer.backup, Some(owner("role:operator")));
    let gone = ["team:billing", "person:office", "role:operator"];
    let answer = routed(vec![], &facts, said, &gone);
    assert_eq!(
        (answer.owner, answer.source, answer.unrouted),
        (owner("role:admin"), Source::Workspace, true)
    );
    let nobody = [gone[0], gone[1], gone[2], "role:admin"];
    let answer = routed(vec![], &facts, said, &nobody);
    assert_eq!((answer.owner, answer.backup, answer.unrouted), (owner("role:admin"), None, true));
}

#[test]
fn a_backup_with_dates_stands_in_on_those_days() {
    let changed = json!({});
    let away = |from, until| {
        let rule = Rule {
            backups: vec![backup("person:cora", None, None), backup("person:ben", from, until)],
            ..rule("person:anna")
        };
        routed(vec![rule], &facts(&changed), Said::default(), &[]).owner.0
    };
    // Monday is the 23rd.
    assert_eq!(away(Some(date(2026, 11, 23)), Some(date(2026, 11, 23))), "person:ben");
    assert_eq!(away(None, Some(date(2026, 11, 30))), "person:ben");
    assert_eq!(away(Some(date(2026, 11, 24)), None), "person:anna");
    assert_eq!(away(None, None), "person:anna");
}

#[test]
fn a_condition_that_fails_is_told_and_decides_nothing() {
    let changed = json!({ "amount": "many" });
    let broken = Rule { when: Some("changed.total > 5".into()), ..rule("team:finance") };
    let answer = routed(vec![broken, rule("team:any")], &facts(&changed), Said::default(), &[]);
    assert_eq!((answer.owner, answer.unrouted), (owner("team:any"), true));
    assert_eq!(answer.failed.len(), 1);
    assert!(answer.failed[0].message.contains("total"), "{:?}", answer.failed);
}

#[test]
fn a_table_that_cannot_work_is_refused_when_it_is_saved() {
    let wrong = |rule: Rule| Table::new(vec![rule]).unwrap_err()[0].to_string();
    assert!(wrong(rule("anna")).contains("is not an owner"));
    assert!(wrong(Rule { when: Some("amount > 5".into()), ..rule("team:a") }).contains("not `amount`"));
    assert!(wrong(Rule { when: Some("money >".into()), ..rule("team:a") }).starts_with("routing rule 1"));
    let own = Rule { backups: vec![backup("team:a", None, None)], ..rule("team:a") };
    assert!(wrong(own).contains("its own backup"));
    let dates = [Some(date(2026, 2, 1)), Some(date(2026, 1, 1))];
    let backwards = Rule { backups: vec![backup("team:b", dates[0], dates[1])], ..rule("team:a") };
    assert!(wrong(backwards).contains("ends before it begins"));
    let json = serde_json::to_value(rule("team:a")).unwrap();
    assert_eq!(serde_json::from_value::<Rule>(json).unwrap(), rule("team:a"));
}

#[test]
fn the_five_answers_are_always_there() {
    let routed = routed(vec![], &facts(&json!({})), Said { policy: Some(&policy()), ..Said::default() }, &[]);
    let known = |sentence, changed: Value, why| Known {
        place: "Invoices stopped at \"Create the invoice\"",
        what_changed: changed,
        reason: ReasonCode::MissingRequired,
        sentence,
        routed: &routed,
        due_at: MONDAY,
        updates_after: vec![],
        no_update_reason: why,
    };
    let changed = json!({ "record": "J-77" });
    let whole =
        complete(known(Some("Job J-77 lacks the signature"), changed.clone(), Some("nothing to write")));
    assert_eq!((whole.sentence.as_str(), whole.unrouted), ("Job J-77 lacks the signature", false));
    assert_eq!(whole.updates_after, UpdatesAfter::None("nothing to write".into()));
    let short = complete(known(Some("no signature"), changed.clone(), Some("nothing to write")));
    assert!(short.unrouted && short.sentence.contains("no signature"), "{}", short.sentence);
    for (changed, why) in [(changed, None), (Value::Null, Some("nothing to write")), (json!({}), Some("x"))] {
        assert!(complete(known(Some("Job J-77 lacks the signature"), changed, why)).unrouted);
    }
}

const PEOPLE: [&str; 7] = [
    "person:anna",
    "person:ben",
    "team:billing",
    "person:office",
    "role:operator",
    "role:admin",
    "role:approver",
];

fn any_owner() -> impl Strategy<Value = Owner> {
    prop::sample::select(PEOPLE.to_vec()).prop_map(owner)
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let condition = prop::sample::select(vec![
        "money > 5000",
        "reason == 'drift'",
        "changed.total > 5",
        "kind == 'business'",
    ]);
    let day =
        || prop::option::of((0i64..20).prop_map(|days| date(2026, 11, 13) + jiff::Span::new().days(days)));
    let backups = prop::collection::vec((any_owner(), day(), day()), 0..3);
    (
        prop::option::of(prop::sample::select(vec!["invoices", "orders"])),
        prop::option::of(prop_oneof![Just(Kind::Business), Just(Kind::Technical)]),
        prop::option::of(condition),
        any_owner(),
        backups,
    )
        .prop_map(|(workflow, kind, when, owner, backups)| {
            let ordered = |(from, until): (Option<Date>, Option<Date>)| match (from, until) {
                (Some(a), Some(b)) => (Some(a.min(b)), Some(a.max(b))),
                other => other,
            };
            let backups =
                backups.into_iter().filter(|(backup, ..)| *backup != owner).map(|(owner, from, until)| {
                    let (from, until) = ordered((from, until));
                    Backup { owner, from, until }
                });
            let (workflow, when) = (workflow.map(str::to_owned), when.map(str::to_owned));
            Rule { workflow, kind, when, backups: backups.collect(), owner, due: None, ladder: None }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Whoever left, whatever the rules: an owner, fit if anybody is, and a backup that is another and fit too.
    #[test]
    fn there_is_always_an_owner(
        rules in prop::collection::vec(any_rule(), 0..6),
        gone in prop::sample::subsequence(PEOPLE.to_vec(), 0..=PEOPLE.len()),
        node in prop::option::of(any_owner()),
        with_policy in any::<bool>(),
        reason in prop::sample::select(ReasonCode::ALL.to_vec()),
        words in "[ a-z]{0,30}",
    ) {
        let (changed, policy) = (json!({ "record": 1 }), policy());
        let facts = Facts { reason, kind: reason::of(reason).kind, ..facts(&changed) };
        let said = Said { owner: node.as_ref(), due: None, policy: with_policy.then_some(&policy) };
        let out = routed(rules.clone(), &facts, said, &gone);
        let fit = |owner: &Owner| !gone.contains(&owner.0.as_str());
        prop_assert!(fit(&out.owner) || out.owner == workspace().owner);
        prop_assert!(out.source != Source::Workspace || out.unrouted);
        if let Some(backup) = &out.backup {
            prop_assert!(fit(backup) && *backup != out.owner);
        }
        let passed: BTreeSet<&Owner> = out.passed_over.iter().map(|passed| &passed.owner).collect();
        prop_assert!(passed.iter().all(|owner| !fit(owner)) && passed.len() == out.passed_over.len());
        // Whoever is nearest and fit is the owner.
        if let Some(node) = node.as_ref().filter(|node| fit(node)) {
            prop_assert_eq!(&out.owner, node);
        }
        // The same again, and the same from the table as it is stored.
        let stored: Vec<Rule> = serde_json::from_value(serde_json::to_value(&rules).unwrap()).unwrap();
        prop_assert_eq!(&routed(stored, &facts, said, &gone), &out);
        let answers = complete(Known {
            place: "", what_changed: changed.clone(), reason, sentence: Some(&words), routed: &out, due_at: MONDAY,
            updates_after: Vec::<UpdateAfter>::new(), no_update_reason: Some("nothing to write"),
        });
        prop_assert!(answers.sentence.trim().chars().count() >= MIN_SENTENCE && !answers.owner.0.is_empty());
    }
}
