//! The API as its callers meet it: the real router over a real store, host, engine and intake.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must say where")]

mod access;
mod bad_input;
mod building;
mod changes;
mod documents;
mod exceptions;
mod forms;
mod matrix;
mod once;
mod pages;
mod people;
mod runs;
mod sign_in;
mod socket;
mod support;
mod web;
