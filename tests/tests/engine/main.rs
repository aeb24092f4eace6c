//! The engine as it runs in the server: real stores, the real host with the shipped connectors, and simulators that
//! fail on demand. Each test runs on SQLite and, where the store has a part in it, on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must say where")]

mod support;
mod world;

mod announce;
mod aside;
mod change;
mod channel;
mod contained;
mod counted;
mod crash;
mod doubt;
mod each;
mod figures;
mod files;
mod flow;
mod guest;
mod held;
mod linear;
mod mail;
mod mail_in;
mod mail_out;
mod packs;
mod passes;
mod people;
mod proposals;
mod queue;
mod start_over;
mod stop;
mod storm;
mod suspend;
mod told;
mod triggers;
mod try_step;
mod writes;
