//! The simulators over real HTTP on loopback, each in a folder of its own.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod accounting;
mod crm;
mod failures;
mod ledger;
mod manners;
mod projects;
mod support;
