//! Write a Throughline connector in Rust.
//!
//! A connector is a set of plain functions: actions that read or write one remote system, triggers that notice
//! events in it, and record types. The attributes declare what the runner must know before it calls them
//! (may we send again, can it be taken back), and `connector!` lists them.
//!
//! ```no_run
//! use throughline::prelude::*;
//!
//! connector! {
//!     id: "acme", name: "Acme CRM",
//!     hosts: ["https://api.acme.example"],
//!     auth: { default: bearer { token: secret("API token", "Settings > API") } },
//!     test: whoami, actions: [get_contact],
//! }
//!
//! /// Contact to read.
//! #[data]
//! struct ById {
//!     /// Contact id
//!     id: String,
//! }
//!
//! #[data]
//! struct Contact {
//!     id: String,
//!     email: String,
//! }
//!
//! fn whoami(cx: &Cx) -> Result<Account> {
//!     let me: Contact = cx.get("/v1/me").json()?;
//!     Ok(Account::new(me.id, me.email))
//! }
//!
//! /// Get a contact
//! #[action(effect = read, sample = r#"{"id": "c_1", "email": "ada@example.com"}"#)]
//! fn get_contact(cx: &Cx, i: ById) -> Result<Contact> {
//!     cx.get(format!("/v1/contacts/{}", segment(&i.id))).json()
//! }
//! # fn main() {}
//! ```
//!
//! On `wasm32-unknown-unknown` the same code becomes a component that imports nothing but
//! `throughline:connector`; on the author's machine it runs against recorded HTTP (`testkit`).

#![cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "some parts are called by a component's exports only")
)]

extern crate self as throughline;

mod call;
mod connector;
mod cx;
mod describe;
mod dispatch;
mod fail;
mod feed;
mod forms;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod guest;
mod inbound;
pub mod manifest;
mod outcome;
mod plan;
pub mod prelude;
#[doc(hidden)]
pub mod private;
mod records;
mod reply;
mod schema;
mod since;
mod status;
mod sys;
#[cfg(not(target_arch = "wasm32"))]
pub mod testkit;
pub mod time;
mod trigger;
mod wire;

pub use crate::call::{Call, Query, QueryValue, segment};
pub use crate::connector::Connector;
pub use crate::cx::{Cx, Level, Mode, Scope};
pub use crate::fail::{Fail, FailKind, FieldIssue, Origin, Result};
pub use crate::feed::Feed;
pub use crate::forms::{Account, Choice, Choices, OptionsQuery};
pub use crate::inbound::{Inbound, Verdict};
pub use crate::outcome::{Empty, IntoOutcome, Outcome, Pages, Resumption, Step};
pub use crate::plan::{Landed, Plan};
pub use crate::records::{Item, Listing, RecordType};
pub use crate::reply::{BlobRef, Reply};
pub use crate::schema::{input_schema, output_schema};
pub use crate::since::Since;
pub use crate::trigger::{Event, Page};
pub use crate::wire::{Hash, HttpError, HttpReply, HttpRequest, Payload, RequestBody};
pub use schemars;
pub use serde;
pub use serde_json;
pub use throughline_sdk_macros::{action, compensate, connector, data, preview, reconcile, trigger};
