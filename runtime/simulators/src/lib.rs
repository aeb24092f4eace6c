//! CRM, projects, accounting, help desk and mail as small real services with their own state.
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
//! They differ on purpose in how a write can be repeated safely: accounting honours
//! `Idempotency-Key` for invoices and offers nothing at all for payments but a searchable marker; the CRM refuses
//! a second record with the same `external_id`, and so does the desk for tickets; projects' changes are idempotent by
//! nature; mail honours a key over HTTP, and over SMTP arrives as often as it is sent.
//!
//! # The HTTP interface
//!
//! JSON everywhere, `Authorization: Bearer TOKEN` on every call. An error is `{code, message}`; a 422
//! for bad fields adds `issues: [{field, message}]`. A list is `{items, next, more}` in the order of the
//! last change and takes `limit` (1 to 500, 100 if not given) and `since` (the `next` of an earlier page).
//! Amounts are decimal text with two digits or more, moments RFC 3339 in UTC with microseconds.
//!
//! | Service | Calls |
//! |---|---|
//! | all | `GET /v1/me` · `GET /_sim/ledger?after=&limit=` · `GET`, `POST`, `DELETE /_sim/failure` · `POST /_sim/seed` · `GET /_sim/deliveries` |
//! | CRM | `GET /v1/customers?email=&external_id=` · `POST /v1/customers` · `GET`, `PATCH /v1/customers/{id}` · `GET /v1/deals?customer_id=&stage=&external_id=` · `POST /v1/deals` · `GET`, `PATCH /v1/deals/{id}` |
//! | projects | `GET /v1/jobs?status=&customer_id=&number=` · `POST /v1/jobs` · `GET`, `PATCH /v1/jobs/{id}` · `POST /v1/jobs/{id}/complete` · `GET`, `POST /v1/webhooks` · `DELETE /v1/webhooks/{id}` |
//! | accounting | `GET /v1/invoices?idempotency_key=&customer=&reference=&status=` · `POST /v1/invoices` · `GET /v1/invoices/{id}` · `POST /v1/invoices/{id}/post` · `GET /v1/payments?marker=&invoice_id=` · `POST /v1/payments` |
//! | desk | `GET /v1/tickets?status=&requester=&customer_id=&external_id=` · `POST /v1/tickets` · `GET`, `PATCH /v1/tickets/{id}` · `GET`, `POST /v1/tickets/{id}/comments` |
//! | mail | `GET /v1/messages?to=&from=&subject=&marker=` · `POST /v1/messages` · `GET /v1/messages/{id}` · SMTP on a port of its own, with `AUTH PLAIN`, any user and the token as password |
//!
//! A completed job is announced to each subscriber as `{type: "job_completed", delivery_id, job_id,
//! occurred_at}`, and each change of it from then on as `job_changed`; signed in the Standard Webhooks scheme, again and again for some 45 seconds until the
//! answer is 2xx; an event not settled when the simulator stops is sent at its next start. Failure
//! switches and the calls under `/_sim` (seeding excepted) leave no trace in the ledger, and switches
//! do not outlive the process.

mod accounting;
mod call;
mod connection;
mod control;
mod core;
mod crm;
mod desk;
mod failure;
mod form;
mod journal;
mod ledger;
mod mail;
mod money;
mod page;
mod projects;
mod replay;
mod service;
mod smtp;
mod webhook;

pub use crate::failure::{FailureMatch, FailureMode, FailureSpec, InvalidFailure};
pub use crate::ledger::LedgerEntry;
pub use crate::service::{Clock, Held, Kind, Simulator, SimulatorError, SimulatorOptions, start};
