//! Getting past a step: what a later run shows of where an earlier one stopped.

use proptest::prelude::*;
use serde_json::json;

use super::doubt::{begun, path, resolve, settle_all};
use super::drive::Drive;
use super::generate::{Dice, nodes};
use super::{node, set, version};
use crate::id::RunId;
use crate::run::event::{Resolution, RunEvent};
use crate::run::{Past, RunState, RunStatus, StepStatus, past};
use crate::workflow::{Case, JoinRule, Node, NodeKind, Raise, ReasonCode, Weight};

fn raise(id: &str) -> Node {
    let sentence = Some("Order {{ event.n }} lacks its proof of delivery".to_owned());
    let kind = Raise {
        reason: ReasonCode::MissingRequired,
        sentence,
        money: None,
        updates_after: Vec::new(),
        retry_from: None,
        weight: Weight::default(),
    };
    node(id, NodeKind::Raise(kind), &["after"])
}

fn choice(when: &str) -> Vec<Node> {
    let case =
        |when: Option<&str>, next: &str| Case { when: when.map(str::to_owned), next: vec![next.to_owned()] };
    let cases = vec![case(Some(when), "whole"), case(None, "missing")];
    vec![
        node("choose", NodeKind::Switch { cases, all: false }, &[]),
        set("whole", json!(1), &[]),
        raise("missing"),
        set("after", json!(2), &[]),
    ]
}

fn shown(drive: &Drive, node: &str) -> Option<Past> {
    past(&drive.version, &drive.state, &drive.log, node)
}

#[test]
fn another_way_or_success_is_past_and_a_stop_is_not() {
    let mut drive = begun(choice("{{ event.n == 4 }}"));
    assert_eq!(shown(&drive, "missing"), None, "it may still come to it");
    settle_all(&mut drive);
    assert_eq!(drive.state.status(), RunStatus::Succeeded);
    assert_eq!(shown(&drive, "missing"), Some(Past::NotTaken { at: drive.now }));
    assert_eq!(shown(&drive, "whole"), Some(Past::Succeeded { at: drive.now }));
    assert_eq!(shown(&drive, "nowhere"), None);
    let mut drive = begun(choice("{{ event.n == 5 }}"));
    settle_all(&mut drive);
    assert_eq!(drive.state.status(), RunStatus::Waiting);
    assert_eq!(shown(&drive, "missing"), None);
    assert_eq!(shown(&drive, "whole"), None, "a run that waits for a person shows nothing");
    resolve(
        &mut drive,
        "missing",
        Resolution::CompletedByHand { output: crate::run::event::Payload::Inline(json!(null)) },
    )
    .unwrap();
    settle_all(&mut drive);
    assert_eq!(shown(&drive, "missing"), None, "it stopped there, and a person helped it on");
    assert!(matches!(shown(&drive, "whole"), Some(Past::NotTaken { .. })));
}

#[test]
fn what_was_given_up_or_cancelled_shows_nothing() {
    let mut drive = begun(choice("{{ event.n == 4 }}"));
    drive.must(RunEvent::CancelRequested { by: "ana".into() });
    settle_all(&mut drive);
    assert_eq!(drive.state.status(), RunStatus::Cancelled);
    assert_eq!(shown(&drive, "missing"), None);
    let mut drive = begun(choice("{{ event.n == 5 }}"));
    settle_all(&mut drive);
    resolve(&mut drive, "missing", Resolution::GaveUp { note: "no".into() }).unwrap();
    settle_all(&mut drive);
    assert_eq!(drive.state.status(), RunStatus::Failed);
    assert_eq!(shown(&drive, "whole"), None);
}

#[test]
fn a_superseded_step_ends_and_nothing_follows_from_it() {
    let mut all = choice("{{ event.n == 5 }}");
    all.insert(0, set("start", json!(0), &["choose", "beside"]));
    all.push(set("beside", json!(3), &["both"]));
    all.push(node("both", NodeKind::Join { wait_for: JoinRule::All }, &[]));
    let mut drive = begun(all);
    settle_all(&mut drive);
    let later = RunId::new(1_767_225_700_000, 8);
    resolve(&mut drive, "missing", Resolution::Superseded { by: later }).unwrap();
    settle_all(&mut drive);
    assert_eq!(drive.state.step(&path("missing")).unwrap().status, StepStatus::Skipped);
    assert_eq!(drive.state.step(&path("after")), None, "its own way ends there");
    assert_eq!(drive.state.step(&path("both")).unwrap().status, StepStatus::Succeeded, "others go on");
    assert_eq!(drive.state.status(), RunStatus::Succeeded);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a life does: what shows a pass has nothing that waits for a person, did not stop there, and never comes
    /// to that step afterwards, unless somebody starts something over.
    #[test]
    fn what_is_past_stays_past(workflow: u64, life: u64, turns in 0u64..120) {
        let mut drive = Drive::new(version(nodes(&mut Dice::new(workflow), "n", 0)), life);
        for _ in 0..turns {
            if !drive.turn() {
                break;
            }
            if drive.dice.one_in(4) {
                drive.outside();
            }
        }
        let ids: Vec<String> = drive.version.workflow().nodes.iter().map(|node| node.id.clone()).collect();
        let mut state = RunState::new();
        for (seen, entry) in drive.log.iter().enumerate() {
            state.apply(entry, &drive.version).unwrap();
            let (log, rest) = drive.log.split_at(seen + 1);
            for id in &ids {
                let Some(found) = past(&drive.version, &state, log, id) else { continue };
                prop_assert!(found.at() <= entry.at);
                prop_assert!(state.open_exceptions().is_empty());
                prop_assert!(!matches!(state.status(), RunStatus::Failed | RunStatus::Cancelled));
                let till = rest.iter().position(|entry| matches!(entry.event, RunEvent::StepRetried { .. }));
                let comes = rest[..till.unwrap_or(rest.len())].iter().find(|entry| {
                    matches!(&entry.event, RunEvent::StepSucceeded { path, .. }
                        | RunEvent::StepParked { path, .. }
                        | RunEvent::AttemptStarted { path, .. } if path.0 == *id)
                });
                prop_assert!(comes.is_none(), "{id} is past at {seen}, and then {comes:?}");
            }
        }
    }
}
