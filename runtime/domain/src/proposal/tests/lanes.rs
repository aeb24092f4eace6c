//! Proposals on one record.

use proptest::prelude::*;

use super::*;

fn queue(proposals: &[(Proposal, ProposalState)]) -> Vec<Queued<'_>> {
    proposals.iter().map(|(proposal, state)| proposal.queued(*state)).collect()
}

fn opened(n: u64, workflow: &str, operations: Vec<PlannedWrite>) -> Proposal {
    let origin = Origin { workflow: workflow.into(), ..origin(n) };
    Proposal::open(id(n), origin, content(operations), at(i64::try_from(n).unwrap())).unwrap()
}

fn placed(newer: &Proposal, others: &[(Proposal, ProposalState)]) -> (Vec<ProposalId>, Vec<ProposalId>) {
    let Placement { supersedes, waits_for } = place(&newer.queued(ProposalState::Open), &queue(others));
    (supersedes, waits_for)
}

fn price_only(mut write: PlannedWrite) -> PlannedWrite {
    write.fields.remove("/note");
    write
}

#[test]
fn a_newer_one_supersedes_only_what_it_covers() {
    let older = || opened(1, "reprice", vec![price_only(write("k1"))]);
    let covers = opened(2, "reprice", vec![write("k2")]);
    let one = |state| [(older(), state)];
    assert_eq!(placed(&covers, &one(ProposalState::Open)), (vec![id(1)], vec![]));
    // It is approved already: it is applied.
    assert_eq!(placed(&covers, &one(ProposalState::Approved)), (vec![], vec![id(1)]));
    assert_eq!(placed(&covers, &one(ProposalState::Applying)), (vec![], vec![id(1)]));
    assert_eq!(placed(&covers, &one(ProposalState::PartlyApplied)), (vec![], vec![]));
    // Of another workflow.
    assert_eq!(
        placed(&opened(2, "other", vec![write("k2")]), &one(ProposalState::Open)),
        (vec![], vec![id(1)])
    );
    // By another action.
    let action = Operation::parse("accounting.set_price").unwrap();
    let other = opened(2, "reprice", vec![PlannedWrite { action, ..write("k2") }]);
    assert_eq!(placed(&other, &one(ProposalState::Open)), (vec![], vec![id(1)]));
    // It leaves a field of the older one out.
    let fewer = opened(2, "reprice", vec![price_only(write("k2"))]);
    let more = [(opened(1, "reprice", vec![write("k1")]), ProposalState::Open)];
    assert_eq!(placed(&fewer, &more), (vec![], vec![id(1)]));
    // It leaves a record of the older one out.
    let two = [(opened(1, "reprice", vec![write("k1"), write_to("INV-8", "k2")]), ProposalState::Open)];
    assert_eq!(placed(&covers, &two), (vec![], vec![id(1)]));
    // Steps of one run follow each other.
    let same_run = Proposal::open(id(9), origin(1), content(vec![write("k9")]), at(9)).unwrap();
    assert_eq!(placed(&same_run, &one(ProposalState::Open)), (vec![], vec![id(1)]));
    // Another record.
    let elsewhere = opened(2, "reprice", vec![write_to("INV-8", "k2")]);
    assert_eq!(placed(&elsewhere, &one(ProposalState::Open)), (vec![], vec![]));
}

#[test]
fn what_is_created_is_keyed_by_its_business_key() {
    let create = |system: &str, key: &str| PlannedWrite {
        system: system.into(),
        kind: WriteKind::Create,
        record: Record::New { record_type: "invoice".into(), key: key.into() },
        precondition: Some(Precondition::Absent),
        ..write("k")
    };
    let first = [(opened(1, "bill", vec![create("accounting", "order 5")]), ProposalState::Open)];
    let same = opened(2, "bill", vec![create("accounting", "order 5")]);
    let other_order = opened(2, "bill", vec![create("accounting", "order 6")]);
    let other_books = opened(2, "bill", vec![create("accounting-2", "order 5")]);
    assert_eq!(placed(&same, &first).0, [id(1)]);
    assert_eq!(placed(&other_order, &first), (vec![], vec![]));
    assert_eq!(placed(&other_books, &first), (vec![], vec![]));
}

#[test]
fn an_edit_keeps_its_turn() {
    let first = opened(1, "reprice", vec![write("k1")]);
    let second = opened(2, "other", vec![write("k2")]);
    let edited = first.edited(id(3), content(vec![write("k1")]), &[], at(10)).unwrap();
    let all =
        [(first, ProposalState::Superseded), (second, ProposalState::Open), (edited, ProposalState::Open)];
    let queue = queue(&all);
    assert_eq!(blockers(&queue[2], &queue), []);
    assert_eq!(blockers(&queue[1], &queue), [id(3)]);
}

#[test]
fn no_two_lanes_have_one_key() {
    let lane = |system: &str, record_type: &str, id: &str| Lane {
        system: system.into(),
        record: Record::Existing { record_type: record_type.into(), id: id.into() },
    };
    assert_ne!(lane("a", "1:b", "c").key(), lane("a1", "b", "c").key());
    assert_ne!(lane("a", "bid", "c").key(), lane("a", "b", "id:c").key());
    let new =
        Lane { record: Record::New { record_type: "b".into(), key: "c".into() }, ..lane("a", "b", "c") };
    assert_ne!(new.key(), lane("a", "b", "c").key());
    assert_eq!(lane("a", "b", "c").key(), lane("a", "b", "c").key());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// However proposals cross each other's records: there is always one whose turn it is, two at a time never share a
    /// record, and all of them have their turn in the end, on each record in the order they came.
    #[test]
    fn everything_has_its_turn(
        shapes in proptest::collection::vec((0u8..2, proptest::collection::btree_set(0u8..4, 1..4)), 1..12),
        picks in proptest::collection::vec(any::<prop::sample::Index>(), 12),
    ) {
        let mut all: Vec<(Proposal, ProposalState)> = Vec::new();
        for (n, (workflow, records)) in shapes.iter().enumerate() {
            let n = n as u64;
            let writes = records.iter().map(|r| write_to(&format!("r{r}"), &format!("k{n}-{r}"))).collect();
            let newer = opened(n, &format!("w{workflow}"), writes);
            let placement = place(&newer.queued(ProposalState::Open), &queue(&all));
            for (older, state) in &mut all {
                if placement.supersedes.contains(older.id()) {
                    prop_assert_eq!(*state, ProposalState::Open);
                    *state = ProposalState::Superseded;
                }
            }
            all.push((newer, ProposalState::Open));
            let last = all.len() - 1;
            prop_assert_eq!(blockers(&queue(&all)[last], &queue(&all)), placement.waits_for);
        }
        let mut decided: Vec<usize> = Vec::new();
        for pick in picks {
            let queue = queue(&all);
            let open: Vec<usize> = (0..all.len()).filter(|n| all[*n].1 == ProposalState::Open).collect();
            let turns: Vec<usize> = open.iter().copied().filter(|n| blockers(&queue[*n], &queue).is_empty()).collect();
            prop_assert_eq!(open.is_empty(), turns.is_empty());
            for (a, b) in turns.iter().flat_map(|a| turns.iter().map(move |b| (*a, *b))).filter(|(a, b)| a < b) {
                prop_assert!(all[a].0.content().lanes().is_disjoint(&all[b].0.content().lanes()));
            }
            if turns.is_empty() {
                break;
            }
            let next = turns[pick.index(turns.len())];
            all[next].1 = ProposalState::Applied;
            decided.push(next);
        }
        prop_assert!(all.iter().all(|(_, state)| *state != ProposalState::Open));
        for (index, later) in decided.iter().enumerate() {
            for sooner in decided[..index].iter().filter(|sooner| *sooner > later) {
                prop_assert!(all[*sooner].0.content().lanes().is_disjoint(&all[*later].0.content().lanes()));
            }
        }
    }
}
