//! Properties of every run of every workflow.

use proptest::prelude::*;

use super::drive::Drive;
use super::generate::{Dice, nodes};
use super::version;
use crate::run::{RunState, RunStatus, Running, plan};

fn lived(workflow: u64, life: u64, turns: u64, spill: bool) -> Drive {
    let mut drive = Drive::new(version(nodes(&mut Dice::new(workflow), "n", 0)), life);
    drive.spill = spill;
    for _ in 0..turns {
        if !drive.turn() {
            break;
        }
        if drive.dice.one_in(4) {
            drive.outside();
        }
    }
    drive
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(500))]

    /// Replay equals live, every state has a decision, and every run ends when people let it.
    #[test]
    fn a_run_lives_replays_and_ends(workflow: u64, life: u64, turns in 0u64..150, cancel: bool, spill: bool) {
        let mut drive = lived(workflow, life, turns, spill);
        drive.refold();
        drive.close(cancel);
        drive.refold();
        let ended = drive.state.status();
        prop_assert!(matches!(ended, RunStatus::Succeeded | RunStatus::Failed | RunStatus::Cancelled));
    }

    /// Any prefix of any log folds to a state with a decision, as a worker that takes the run over finds it.
    #[test]
    fn any_prefix_folds_and_has_a_decision(workflow: u64, life: u64, turns in 0u64..120) {
        let drive = lived(workflow, life, turns, false);
        let mut again = Drive::new(drive.version.clone(), life);
        again.state = RunState::new();
        for entry in &drive.log {
            again.state.apply(entry, &drive.version).unwrap();
            let found = plan(&drive.version, &again.state, &Running::default(), entry.at);
            prop_assert!(again.has_decision(&found), "{:#?}", again.state);
        }
    }

    /// A snapshot taken anywhere and the entries after it give what all entries give.
    #[test]
    fn a_snapshot_and_the_tail_are_the_whole(workflow: u64, life: u64, turns in 1u64..150, cut: prop::sample::Index) {
        let drive = lived(workflow, life, turns, true);
        let cut = cut.index(drive.log.len()) + 1;
        let mut state = RunState::new();
        for entry in &drive.log[..cut] {
            state.apply(entry, &drive.version).unwrap();
        }
        let text = serde_json::to_string(&state).unwrap();
        let mut state: RunState = serde_json::from_str(&text).unwrap();
        for entry in &drive.log[cut..] {
            let stored = serde_json::to_vec(entry).unwrap();
            state.apply(&serde_json::from_slice(&stored).unwrap(), &drive.version).unwrap();
        }
        prop_assert_eq!(state, drive.state);
    }
}

/// The lives above are full lives: every kind of event happens in them.
#[test]
fn random_lives_hold_every_event() {
    let mut seen = std::collections::BTreeMap::<&str, u32>::new();
    for seed in 0..300 {
        let mut drive = lived(seed, seed + 1, 120, false);
        drive.close(seed % 3 == 0);
        for entry in &drive.log {
            *seen.entry(entry.event.tag()).or_default() += 1;
        }
    }
    let rare = |tag: &str| seen.get(tag).copied().unwrap_or(0) < 5;
    let all = super::stored::all().into_iter().map(|(_, tag)| tag).filter(|tag| *tag != "segment_sealed");
    assert_eq!(all.filter(|tag| rare(tag)).collect::<Vec<_>>(), [""; 0], "{seen:?}");
}

/// Drivers move both between threads.
#[test]
fn versions_and_states_move_between_threads() {
    const fn moves<T: Send + Sync>() {}
    const { moves::<crate::run::Version>() };
    const { moves::<RunState>() };
}
