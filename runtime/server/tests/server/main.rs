//! The program as its users run it: real processes, free ports, fresh directories.
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test stops at the first surprise"))]

mod backup;
mod bundled;
mod cli;
mod database_gone;
mod demo;
mod disk;
mod doctor;
mod first_steps;
mod guide;
mod harness;
mod scenarios;
mod serve;
mod vault;
