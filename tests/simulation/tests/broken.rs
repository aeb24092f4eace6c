//! The simulation proves itself: with a rule broken on purpose it reports violations, and the right ones.

use throughline_simulation::{Broken, simulate};

/// Seeds played for each broken rule, at most; the first violation ends it.
const SEEDS: u64 = 400;

/// The first violations of the first seed that has any.
fn violations(broken: Broken) -> Vec<String> {
    (0..SEEDS)
        .map(|seed| simulate(seed, broken, false).violations)
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

fn says(broken: Broken, words: &str) {
    let found = violations(broken);
    assert!(found.iter().any(|violation| violation.contains(words)), "{broken:?}: {found:#?}");
}

#[test]
fn a_write_before_its_intent_is_seen() {
    says(Broken::SkipIntent, "left before its intent was durable");
}

#[test]
fn a_commit_without_a_fence_is_seen() {
    says(Broken::NoFence, "superseded generation");
}

#[test]
fn an_unknown_write_that_is_sent_again_is_seen() {
    says(Broken::ResendUnknown, "sent twice in one decision");
}

#[test]
fn an_answer_before_the_commit_is_seen() {
    says(Broken::AckBeforeCommit, "was acknowledged as");
}

#[test]
fn a_wake_up_that_gets_lost_is_seen() {
    says(Broken::LoseWakeUp, "no end comes");
}
