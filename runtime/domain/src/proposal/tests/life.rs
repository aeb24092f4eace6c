//! The states, and the order of writes.

use proptest::prelude::*;

use super::*;
use crate::workflow::ReasonCode;

use ProposalEvent as E;
use ProposalState as S;

/// All that may happen; everything else may not.
const ALLOWED: [(S, E, S); 16] = [
    (S::Open, E::Approved, S::Approved),
    (S::Open, E::Rejected, S::Rejected),
    (S::Open, E::Expired, S::Expired),
    (S::Open, E::Superseded, S::Superseded),
    (S::Open, E::Withdrawn, S::Withdrawn),
    (S::Open, E::WentStale, S::Stale),
    (S::Approved, E::ApplyingStarted, S::Applying),
    (S::Approved, E::Withdrawn, S::Withdrawn),
    (S::Approved, E::WentStale, S::Stale),
    (S::Applying, E::Applied, S::Applied),
    (S::Applying, E::PartlyApplied, S::PartlyApplied),
    (S::Applying, E::Failed, S::Failed),
    (S::Applying, E::WentStale, S::Stale),
    (S::Applied, E::Compensated, S::Compensated),
    (S::PartlyApplied, E::ApplyingStarted, S::Applying),
    (S::PartlyApplied, E::Compensated, S::Compensated),
];

#[test]
fn every_state_answers_every_event() {
    for state in S::ALL {
        for event in E::ALL {
            let allowed = ALLOWED.iter().find(|(from, by, _)| (*from, *by) == (state, event));
            let expected = allowed.map(|(_, _, to)| *to).ok_or(IllegalTransition { state, event });
            assert_eq!(state.after(event), expected, "{state} {event:?}");
        }
    }
    let words: Vec<String> = S::ALL.iter().map(|state| serde_json::to_string(state).unwrap()).collect();
    let shown: Vec<String> = S::ALL.iter().map(|state| format!("\"{state}\"")).collect();
    assert_eq!(words, shown);
    let refused = S::Rejected.after(E::Approved).unwrap_err().to_string();
    assert_eq!(refused, "a proposal that is rejected cannot become approved");
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let part = prop_oneof![
        Just(Part::Applied),
        Just(Part::Applied),
        Just(Part::Refused),
        Just(Part::Moved),
        Just(Part::InDoubt),
    ];
    proptest::collection::vec(part, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Nothing is written that was not approved first, and a closed life stays closed.
    #[test]
    fn nothing_is_applied_unseen(events in proptest::collection::vec(0usize..E::ALL.len(), 0..40)) {
        let (mut state, mut past) = (S::Open, vec![S::Open]);
        for index in events {
            match state.after(E::ALL[index]) {
                Ok(next) => {
                    prop_assert!(next != S::Open);
                    state = next;
                    past.push(next);
                }
                Err(illegal) => prop_assert_eq!(illegal, IllegalTransition { state, event: E::ALL[index] }),
            }
        }
        let was = |one: S| past.contains(&one);
        prop_assert!(!was(S::Applying) || was(S::Approved));
        prop_assert!(!(was(S::Applied) || was(S::PartlyApplied)) || was(S::Applying));
        prop_assert!(!was(S::Compensated) || was(S::Applied) || was(S::PartlyApplied));
    }

    /// Whatever the systems answer: writes leave in their order, none after one that was not confirmed, and the end fits
    /// what was done.
    #[test]
    fn writes_leave_in_their_order(answers in parts()) {
        let operations: Vec<PlannedWrite> =
            (0..answers.len()).map(|n| write_to(&format!("r{n}"), &format!("k{n}"))).collect();
        let content = content(operations);
        let mut progress = Progress::none(&content);
        let mut sent = Vec::new();
        let end = loop {
            match progress.next() {
                NextStep::Send(index) => {
                    prop_assert!(progress.0[..index].iter().all(|part| *part == Part::Applied));
                    sent.push(index);
                    progress.0[index] = Part::Intended;
                    prop_assert_eq!(progress.next(), NextStep::Wait(index));
                    progress.0[index] = answers[index];
                }
                NextStep::Ask(index) => {
                    prop_assert_eq!(answers[index], Part::InDoubt);
                    prop_assert_eq!(progress.undo(&content), Err(index));
                    break None;
                }
                NextStep::Wait(_) => prop_assert!(false, "nothing is under way"),
                NextStep::End(event) => break Some(event),
            }
        };
        prop_assert_eq!(&sent, &(0..sent.len()).collect::<Vec<_>>());
        let done = progress.0.iter().filter(|part| **part == Part::Applied).count();
        let Some(end) = end else { return Ok(()) };
        let expected = match (done, progress.0[sent.len() - 1]) {
            (_, Part::Applied) => E::Applied,
            (0, Part::Moved) => E::WentStale,
            (0, _) => E::Failed,
            (_, _) => E::PartlyApplied,
        };
        prop_assert_eq!(end, expected);
        prop_assert!(S::Applying.after(end).is_ok());
        // Taking back is the other way round, and takes back all of it.
        let undo = progress.undo(&content).unwrap();
        prop_assert_eq!(undo.iter().map(|one| one.operation).collect::<Vec<_>>(), (0..done).rev().collect::<Vec<_>>());
        for one in undo {
            progress.0[one.operation] = Part::Compensated;
        }
        if done > 0 {
            prop_assert_eq!(progress.next(), NextStep::End(E::Compensated));
        }
    }
}

#[test]
fn what_was_refused_can_be_sent_again_and_what_is_done_stays() {
    let progress = Progress(vec![Part::Applied, Part::Refused, Part::Pending]);
    assert_eq!(progress.next(), NextStep::End(E::PartlyApplied));
    let resumed = progress.resumed();
    assert_eq!(resumed, Progress(vec![Part::Applied, Part::Pending, Part::Pending]));
    assert_eq!(resumed.next(), NextStep::Send(1));
}

#[test]
fn each_write_says_how_it_is_taken_back() {
    let mut content = content((0..5).map(|n| write_to(&format!("r{n}"), &format!("k{n}"))).collect());
    content.operations[1].undo = Undo::Compensable;
    content.operations[1].compensation = Some(Compensation::Connector);
    let action = Operation::parse("accounting.credit").unwrap();
    content.operations[2].undo = Undo::Compensable;
    content.operations[2].compensation = Some(Compensation::Action { action, input: json!({}) });
    content.operations[3].undo = Undo::Irreversible;
    content.operations[4].undo = Undo::Irreversible;
    content.operations[4].compensation = Some(Compensation::Hand { words: "call them".into() });
    assert_eq!(content.check(), Ok(()));
    let all = Progress(vec![Part::Applied; 5]).undo(&content).unwrap();
    let by: Vec<UndoBy> = all.into_iter().map(|one| one.by).collect();
    assert_eq!(by, [UndoBy::Hand, UndoBy::Nothing, UndoBy::Action, UndoBy::Connector, UndoBy::SameAction]);
}

#[test]
fn no_end_of_a_proposal_leaves_its_step_without_one() {
    for state in S::ALL {
        let open = matches!(state, S::Open | S::Approved | S::Applying);
        let follows = state.step_follows(false);
        assert_eq!(matches!(follows, StepFollows::Waits | StepFollows::Sends), open, "{state}");
    }
    assert_eq!(S::Rejected.step_follows(false), StepFollows::Port(ReasonCode::ApprovalRejected));
    assert_eq!(S::Expired.step_follows(false), StepFollows::Port(ReasonCode::ApprovalExpired));
    assert_eq!(S::Superseded.step_follows(false), StepFollows::Skips);
    assert_eq!(S::Superseded.step_follows(true), StepFollows::Waits);
    assert_eq!(S::Stale.step_follows(false), StepFollows::PreviewsAgain);
    assert_eq!(S::Stale.step_follows(true), StepFollows::Waits);
}
