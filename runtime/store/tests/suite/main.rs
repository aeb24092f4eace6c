//! The store's suite: every test runs on SQLite and on PostgreSQL.

#[macro_use]
mod place;

mod accept;
mod blobs;
mod commits;
mod correlated;
mod crash;
mod leases;
mod lists;
mod opening;
mod plugins;
mod schema;
mod signals;
mod tenancy;
mod triggers;
mod workflows;
