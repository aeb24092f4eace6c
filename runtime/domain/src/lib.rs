//! Nouns and pure rules of Throughline: no IO, no clock, no async, no randomness.
//!
//! Live running, crash recovery, scenario tests and the simulator all go through the same two functions,
//! [`run::plan`] and [`run::RunState::apply`].

pub mod connector;
pub mod failure;
pub mod id;
pub mod time;
