//! Tests of proposals, and what other tests build them from.

mod hashing;
mod lanes;
mod life;
mod moves;
mod shapes;

use serde_json::json;

use super::*;
use crate::connector::Undo;
use crate::workflow::Operation;

/// Microseconds of an hour.
pub(crate) const HOUR: i64 = 3_600_000_000;

pub(crate) fn at(hours: i64) -> Timestamp {
    Timestamp(1_790_000_000_000_000 + hours * HOUR)
}

pub(crate) fn id(n: u64) -> ProposalId {
    ProposalId::new(1_790_000_000_000 + n, u128::from(n))
}

pub(crate) fn run(n: u64) -> RunId {
    RunId::new(1_790_000_000_000 + n, u128::from(n))
}

/// A change of the price and the note of one invoice.
pub(crate) fn write(key: &str) -> PlannedWrite {
    let before = json!({ "price": "10.00", "note": null });
    let after = json!({ "price": "12.00", "note": "late" });
    PlannedWrite {
        system: "accounting".into(),
        record: Record::Existing { record_type: "invoice".into(), id: "INV-7".into() },
        kind: WriteKind::Update,
        action: Operation::parse("accounting.update_invoice").unwrap(),
        connection: Some("books".into()),
        input: json!({ "id": "INV-7", "price": "12.00", "note": "late" }),
        fields: changes_between(Some(&before), Some(&after)),
        precondition: Some(Precondition::Version { value: json!("v1") }),
        idempotency_key: key.into(),
        undo: Undo::Reversible,
        compensation: None,
        complete: true,
    }
}

/// The same for another record.
pub(crate) fn write_to(record: &str, key: &str) -> PlannedWrite {
    PlannedWrite {
        record: Record::Existing { record_type: "invoice".into(), id: record.into() },
        ..write(key)
    }
}

pub(crate) fn content(operations: Vec<PlannedWrite>) -> Content {
    Content {
        operations,
        summary: "The price of INV-7 becomes 12.00".into(),
        money: None,
        expires_at: at(48),
    }
}

pub(crate) fn origin(n: u64) -> Origin {
    Origin {
        workflow: "reprice".into(),
        version: 3,
        run: run(n),
        path: StepPath("price".into()),
        logical_attempt: 1,
        source: Some(SourceRecord { system: "projects".into(), record_type: "job".into(), id: "J-1".into() }),
        requested_by: BTreeSet::new(),
        basis: Basis { map_version: Some(1), accounts: [("books".to_owned(), "acc-1".to_owned())].into() },
    }
}

pub(crate) fn proposal(n: u64, content: Content) -> Proposal {
    Proposal::open(id(n), origin(n), content, at(0)).unwrap()
}

#[test]
fn a_proposal_is_made_once_however_often_it_is_made() {
    let path = StepPath("lines[3]/price".into());
    let first = ProposalId::derived(&run(1), &path, 1, 1);
    assert_eq!(first, ProposalId::derived(&run(1), &path, 1, 1));
    assert_ne!(first, ProposalId::derived(&run(1), &path, 1, 2));
    assert_ne!(first, ProposalId::derived(&run(1), &path, 2, 1));
    assert_eq!(first.as_str().parse(), Ok(first.clone()));
}

#[test]
fn what_cannot_be_proposed_is_said() {
    let with = |change: &dyn Fn(&mut Content)| {
        let mut content = content(vec![write("k1"), write_to("INV-8", "k2")]);
        change(&mut content);
        Proposal::open(id(1), origin(1), content, at(0)).map(|_| ())
    };
    assert_eq!(with(&|_| ()), Ok(()));
    assert_eq!(with(&|c| c.operations.clear()), Err(ContentProblem::Empty));
    assert_eq!(with(&|c| c.operations = vec![write("k"); 51]), Err(ContentProblem::TooMany(51)));
    assert_eq!(with(&|c| c.summary = "  ".into()), Err(ContentProblem::NoSummary));
    assert_eq!(with(&|c| c.expires_at = at(0)), Err(ContentProblem::BornExpired));
    assert_eq!(
        with(&|c| c.operations[1].idempotency_key = "k1".into()),
        Err(ContentProblem::SameKey { first: 1, second: 2 })
    );
    assert_eq!(
        with(&|c| c.operations[1].record = Record::New { record_type: "invoice".into(), key: " ".into() }),
        Err(ContentProblem::Missing { operation: 2, what: "the record's id or business key" })
    );
    assert_eq!(
        with(&|c| c.operations[0].kind = WriteKind::Create),
        Err(ContentProblem::RecordAndKind { operation: 1 })
    );
    assert_eq!(
        with(&|c| c.operations[0].precondition = Some(Precondition::Absent)),
        Err(ContentProblem::AbsentExpected { operation: 1 })
    );
    assert!(matches!(
        with(&|c| c.operations[0].undo = Undo::Compensable),
        Err(ContentProblem::Undo { operation: 1, .. })
    ));
    assert!(matches!(
        with(&|c| {
            c.operations[0].undo = Undo::Irreversible;
            c.operations[0].compensation = Some(Compensation::Connector);
        }),
        Err(ContentProblem::Undo { operation: 1, .. })
    ));
    let denied = with(&|c| {
        let field = c.operations[0].fields.get_mut("/price").unwrap();
        field.verdict = Some(TruthVerdict::Deny);
    });
    assert_eq!(denied, Err(ContentProblem::Denied { operation: 1, field: "/price".into() }));
    assert_eq!(
        with(&|c| c.money = Some(Money { amount: 1.into(), currency: "euro".into() })),
        Err(ContentProblem::Currency)
    );
}

#[test]
fn an_edit_changes_values_and_nothing_else() {
    let old = proposal(1, content(vec![write("k1")]));
    let edit = |change: &dyn Fn(&mut Content)| {
        let mut content = old.content().clone();
        change(&mut content);
        old.edited(id(2), content, &[PersonId::new(1, 1)], at(2))
    };
    let edited = edit(&|c| c.operations[0].input = json!({ "price": "11.00" })).unwrap();
    assert_ne!(edited.hash(), old.hash());
    assert_eq!(edited.replaces(), Some(&Replaces { proposal: id(1), why: Replacing::Edited }));
    assert_eq!(edited.editors().iter().collect::<Vec<_>>(), [&PersonId::new(1, 1)]);
    assert_eq!(edited.queued(ProposalState::Open).since, at(0), "it keeps its place in the queue");
    // Whose edits are in it stays known, through another edit and through a new preview.
    let twice = edited.edited(id(3), edited.content().clone(), &[PersonId::new(2, 2)], at(3)).unwrap();
    let renewed = twice
        .renewed(
            id(4),
            twice.content().clone(),
            (Basis::default(), &twice.origin().requested_by.clone()),
            at(4),
        )
        .unwrap();
    assert_eq!(renewed.editors().len(), 2);
    assert_eq!(renewed.origin().basis, Basis::default());

    let what = |result: Result<Proposal, ContentProblem>| match result {
        Err(ContentProblem::EditedElsewhere { operation: 1, what }) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(what(edit(&|c| c.operations[0].system = "crm".into())), "the system");
    assert_eq!(what(edit(&|c| c.operations[0].idempotency_key = "k2".into())), "the idempotency key");
    assert_eq!(what(edit(&|c| c.operations[0].record = write_to("INV-9", "k").record)), "the record");
    assert_eq!(edit(&|c| c.operations.push(write("k2"))), Err(ContentProblem::EditedOperations));
    assert_eq!(edit(&|c| c.expires_at = at(49)), Err(ContentProblem::EditedDeadline));
}

#[test]
fn fields_are_taken_apart_from_before_and_after() {
    let before = json!({ "a": 1, "b": { "c": [1], "d": null, "e/f": 2 }, "gone": true });
    let after = json!({ "a": 1, "b": { "c": [1, 2], "d": null, "e/f": 3 }, "new": {} });
    let changes = changes_between(Some(&before), Some(&after));
    let paths: Vec<&str> = changes.keys().map(String::as_str).collect();
    assert_eq!(paths, ["/b/c", "/b/e~1f", "/gone", "/new"]);
    assert_eq!(changes["/gone"], FieldChange { before: Some(json!(true)), after: None, verdict: None });
    let made = changes_between(None, Some(&json!({ "total": "1", "lines": [] })));
    assert_eq!(made.len(), 2);
    assert!(changes_between(Some(&before), Some(&before)).is_empty());
}
