//! The simulators over real HTTP on loopback, each in a folder of its own.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod accounting;
mod crm;
mod desk;
mod failures;
mod ledger;
mod mail;
mod manners;
mod projects;
mod support;
