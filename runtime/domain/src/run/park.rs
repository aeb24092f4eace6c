//! Stops the driver asks for: a write that may not leave, a call that cannot be made.

use crate::failure::Failure;
use crate::run::draft::Known;
use crate::run::event::{RunEvent, StepPath};
use crate::run::outcome::{fail, park};
use crate::run::state::RunState;
use crate::run::version::Version;
use crate::workflow::ReasonCode;

/// Parks a write that policy holds back; never the exception port. `sentence` says why, to a person.
pub fn hold(version: &Version, state: &RunState, path: &StepPath, sentence: String) -> RunEvent {
    let known = Known { reason: Some(ReasonCode::PolicyHold), sentence: Some(sentence), ..Known::default() };
    park(version, state, path, known)
}

/// Fails a step that did not get as far as an attempt: takes its exception port, or parks it.
pub fn fail_step(version: &Version, state: &RunState, path: &StepPath, failure: Failure) -> RunEvent {
    fail(version, state, path, Known { failure: Some(failure), ..Known::default() })
}
