//! Proposals that are alike, and those that were rejected.

use super::*;
use crate::id::DecisionId;

fn priced(n: u64, record: &str, price: &str, money: Option<&str>) -> Proposal {
    let mut write = write_to(record, "k");
    write.input = json!({ "id": record, "price": price });
    write.fields.get_mut("/price").unwrap().after = Some(json!(price));
    let money = money.and_then(|amount| Money::parse(amount, "EUR"));
    let content = Content { money, expires_at: at(50 - i64::try_from(n).unwrap()), ..content(vec![write]) };
    Proposal::open(id(n), origin(n), content, at(0)).unwrap()
}

#[test]
fn values_make_no_shape_and_everything_else_does() {
    let one = priced(1, "INV-1", "1.00", Some("5"));
    assert_eq!(one.shape(), priced(2, "INV-2", "2.00", Some("7.50")).shape());
    assert_ne!(one.shape(), priced(2, "INV-2", "2.00", None).shape());
    let mut other = one.content().clone();
    other.operations[0].fields.remove("/note");
    assert_ne!(one.shape(), Proposal::open(id(3), origin(3), other, at(0)).unwrap().shape());
    let mut other = one.content().clone();
    other.operations[0].fields.get_mut("/note").unwrap().verdict = Some(TruthVerdict::Hold);
    assert_ne!(one.shape(), Proposal::open(id(3), origin(3), other, at(0)).unwrap().shape());
    let version = Origin { version: 4, ..origin(3) };
    assert_ne!(one.shape(), Proposal::open(id(3), version, one.content().clone(), at(0)).unwrap().shape());
}

#[test]
fn groups_come_by_deadline_with_what_moves() {
    let all = [
        priced(1, "INV-1", "1.00", Some("5.00")),
        priced(2, "INV-2", "2.00", None),
        priced(3, "INV-3", "3.00", Some("-1.50")),
    ];
    let groups = groups(all.iter().map(Proposal::member));
    let members: Vec<_> = groups.iter().map(|group| group.members.clone()).collect();
    assert_eq!(members, [vec![id(3), id(1)], vec![id(2)]]);
    assert_eq!(groups[0].money, Money::parse("3.50", "EUR"));
    assert_eq!(groups[1].money, None);
    assert_eq!((groups[0].oldest, groups[0].expires_at), (at(0), at(47)));
}

#[test]
fn a_decision_about_many_is_one_each_after_looking_at_one() {
    let all = [
        priced(1, "INV-1", "1.00", None),
        priced(2, "INV-2", "2.00", None),
        priced(3, "INV-3", "3.00", Some("1")),
    ];
    let known: Vec<&Proposal> = all.iter().collect();
    let item = |n: usize| (all[n].id().clone(), all[n].hash().clone());
    let ask = |items: Vec<(ProposalId, ContentHash)>, opened: &[u64]| {
        bulk(&Bulk { items, opened: opened.iter().map(|n| id(*n)).collect() }, &known)
    };
    let items = ask(vec![item(0), item(1)], &[2]).unwrap();
    let opened: Vec<bool> = items.iter().map(|item| item.opened).collect();
    assert_eq!(opened, [false, true]);
    assert_eq!(items[0].shown, *all[0].hash());
    assert_eq!(ask(vec![], &[1]), Err(BulkRefused::Empty));
    assert_eq!(ask(vec![item(0), item(1)], &[3]), Err(BulkRefused::Unseen));
    assert_eq!(ask(vec![item(0), item(0)], &[1]), Err(BulkRefused::Twice(id(1))));
    assert_eq!(ask(vec![item(0), item(2)], &[1]), Err(BulkRefused::Mixed { first: id(1), other: id(3) }));
    assert_eq!(ask(vec![(id(9), all[0].hash().clone())], &[9]), Err(BulkRefused::Unknown(id(9))));
    assert_eq!(ask(vec![item(0); MAX_GROUP + 1], &[1]), Err(BulkRefused::TooMany(MAX_GROUP + 1)));
}

#[test]
fn what_was_rejected_is_not_asked_again_for_thirty_days() {
    let first = priced(1, "INV-1", "12.00", None);
    let rejected = |at: Timestamp| Rejected {
        request: first.request(),
        proposal: id(1),
        decision: DecisionId::derived(&id(1), &PersonId::new(1, 1)),
        at,
    };
    // Another run, another version of the record, another key: the same request.
    let mut again = first.content().clone();
    again.summary = "again".into();
    again.operations[0].precondition = None;
    again.operations[0].idempotency_key = "other".into();
    again.operations[0].fields.get_mut("/price").unwrap().before = Some(json!("9.00"));
    let again = Proposal::open(id(2), origin(2), again, at(1)).unwrap();
    let all = [rejected(at(0)), rejected(at(24))];
    assert_eq!(repeats(&again.request(), &all, at(25)), Some(&all[1]));
    assert_eq!(repeats(&again.request(), &all, at(24 + 30 * 24)), None);
    assert_eq!(repeats(&again.request(), &all, at(23 + 30 * 24)), Some(&all[1]));
    // Another value, another source record, another workflow: not the same.
    let requests = [
        priced(3, "INV-1", "12.01", None).request(),
        Proposal::open(id(3), Origin { source: None, ..origin(3) }, first.content().clone(), at(0))
            .unwrap()
            .request(),
        Proposal::open(
            id(3),
            Origin { workflow: "other".into(), ..origin(3) },
            first.content().clone(),
            at(0),
        )
        .unwrap()
        .request(),
    ];
    for request in requests {
        assert_eq!(repeats(&request, &all, at(25)), None);
    }
}
