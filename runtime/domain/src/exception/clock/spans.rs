//! The log of transitions as stretches of time.

use super::{Event, Transition};
use crate::exception::life::{State, WaitingOn};
use crate::time::Timestamp;

/// What the clock does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// It runs: somebody here could act.
    Running,
    /// It stands still: a customer or a vendor must act.
    Paused,
    /// The exception is over.
    AtRest,
}

/// A stretch of time in which nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// From then,
    pub from: Timestamp,
    /// until then.
    pub until: Timestamp,
    /// What the clock did.
    pub pace: Pace,
}

fn pace(state: State, on: Option<WaitingOn>) -> Pace {
    match state {
        State::Waiting if on.is_some_and(WaitingOn::stops_the_clock) => Pace::Paused,
        State::Open | State::Assigned | State::InProgress | State::Waiting | State::Verifying => {
            Pace::Running
        }
        State::Resolved | State::Dismissed | State::Superseded => Pace::AtRest,
    }
}

/// The stretches from `opened_at` to `now`, without gaps and without overlap; neighbours differ in pace, or one of
/// them begins with a reopening. As of `now`: later entries do not count.
pub fn spans(opened_at: Timestamp, log: &[Transition], now: Timestamp) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let (mut from, mut current, mut on) = (opened_at, Pace::Running, None);
    for entry in log.iter().take_while(|entry| entry.at <= now) {
        if let Event::WaitBegan { on: whom, .. } = &entry.event {
            on = Some(*whom);
        }
        let next = pace(entry.to, on);
        let reopened = matches!(entry.event, Event::Reopened { .. });
        if next != current || reopened {
            if entry.at > from {
                spans.push(Span { from, until: entry.at, pace: current });
            }
            (from, current) = (entry.at.max(from), next);
        }
    }
    if now >= from {
        // Even of no length: it tells what the clock does now.
        spans.push(Span { from, until: now, pace: current });
    }
    spans
}
