//! CRM, projects and accounting as small real HTTP services with their own state.
//!
//! They stand in for the systems a business already has: the demo, the connectors' tests and the
//! crash campaigns talk to them over loopback. Each one
//!
//! - keeps its state in a folder, as a ledger of every call that is flushed to disk **before** the
//!   reply is sent, so a kill at any moment loses nothing that was answered;
//! - can be told to fail in the ways real services do (see [`FailureMode`]), among them the one that
//!   matters most: applying a write and then never answering;
//! - shows what it was asked and what it did under `/_sim/ledger`, so a test can count effects
//!   instead of trusting the caller.
//!
//! The three differ on purpose in how a write can be repeated safely: accounting honours
//! `Idempotency-Key` for invoices and offers nothing at all for payments but a searchable marker; the CRM refuses
//! a second record with the same `external_id`; projects' changes are idempotent by nature.

mod accounting;
mod call;
mod connection;
mod control;
mod core;
mod crm;
mod failure;
mod form;
mod journal;
mod ledger;
mod money;
mod page;
mod projects;
mod service;
mod webhook;

pub use crate::failure::{FailureMatch, FailureMode, FailureSpec, InvalidFailure};
pub use crate::ledger::LedgerEntry;
pub use crate::service::{Clock, Kind, Simulator, SimulatorError, SimulatorOptions, start};
