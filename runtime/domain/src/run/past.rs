//! Whether a run got past a step without stopping, so that it shows of another run's stop that it is over.

use serde_json::{Map, Value};

use super::draft::keys_of;
use super::event::{Entry, RunEvent, StepPath};
use super::path::ScopePath;
use super::state::{EndHow, RunState};
use super::step::Phase;
use super::version::Version;
use crate::time::Timestamp;

/// How a run got past a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// The step did what it does.
    Succeeded {
        /// When.
        at: Timestamp,
    },
    /// The run went another way, and cannot come back to it.
    NotTaken {
        /// When the last step that led away from it ended.
        at: Timestamp,
    },
}

impl Past {
    /// When.
    pub const fn at(self) -> Timestamp {
        match self {
            Self::Succeeded { at } | Self::NotTaken { at } => at,
        }
    }
}

/// The values that name the record a run is about, as far as they can be known; empty: nothing names it.
pub fn record_keys(version: &Version, state: &RunState) -> Map<String, Value> {
    keys_of(version, state, &StepPath(String::new()))
}

/// Did this run get past a node of the workflow's top level cleanly? Not while anything of it waits for a person because
/// it stopped, not if it ever stopped at that node itself, and not where it was given up or cancelled: such a run shows
/// nothing about the record. Nor while a path may still lead there.
pub fn past(version: &Version, state: &RunState, log: &[Entry], node: &str) -> Option<Past> {
    let info = version.info(node).filter(|info| info.body_of.is_none())?;
    if is_spoilt(state) || log.iter().any(|entry| stops_at(&entry.event, node)) {
        return None;
    }
    let root = ScopePath::root();
    if let Some(step) = state.steps.get(&root.step(node)) {
        let done = step.phase == Phase::Succeeded;
        return step.ended_at.filter(|_| done).map(|at| Past::Succeeded { at });
    }
    let scope = state.scopes.get(&root)?;
    if scope.active.iter().any(|active| info.ancestors.contains(active)) {
        return None;
    }
    let led_away = info.ancestors.iter().filter_map(|from| state.steps.get(&root.step(from))?.ended_at);
    led_away.max().map(|at| Past::NotTaken { at })
}

fn is_spoilt(state: &RunState) -> bool {
    let ended_badly =
        matches!(state.end.as_ref().map(|end| &end.how), Some(EndHow::Failed { .. } | EndHow::Cancelled));
    ended_badly
        || state.stopping(&ScopePath::root())
        || state.quarantine.is_some()
        || !state.open_exceptions().is_empty()
}

fn stops_at(event: &RunEvent, node: &str) -> bool {
    matches!(event, RunEvent::StepParked { path, .. } if path.0 == node)
}
