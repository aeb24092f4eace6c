//! The store's suite: every test runs on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that meets an error has failed")]

#[macro_use]
mod place;

mod accept;
mod backup;
mod blobs;
mod born;
mod commits;
mod correlated;
mod crash;
mod drafts;
mod exceptions;
mod files;
mod leases;
mod lists;
mod looking;
mod mail;
mod opening;
mod people;
mod plugins;
mod proposals;
mod requests;
mod schema;
mod signals;
mod tenancy;
mod tls;
mod triggers;
mod vault;
mod workflows;
