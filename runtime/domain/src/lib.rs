//! Nouns and pure rules of Throughline: no IO, no clock, no async, no randomness.
//!
//! Live running, crash recovery, scenario tests and the simulator all go through the same two functions: the
//! planner and the fold of [`run`].

pub mod access;
pub mod approval;
pub mod calendar;
pub mod connector;
pub mod exception;
pub mod expression;
pub mod failure;
pub mod form;
pub mod hint;
pub mod id;
pub mod json;
pub mod mail;
pub mod permission;
pub mod proposal;
pub mod retry;
pub mod run;
pub mod schedule;
pub mod schema;
pub mod time;
pub mod workflow;
