//! The one front door: events become durable before they are acknowledged.
//!
//! Webhooks, forms, mail, schedules, polls, manual starts and internal events all end in [`Intake::accept`]: deduplicated, with
//! the run they start, in one commit. The [`Catalog`] keeps ready what is looked up for every event.

mod accept;
pub mod catalog;
pub mod config;
mod error;
mod form;
mod intake;
mod mail;
mod poll;
mod schedule;
mod starter;
pub mod verify;
mod webhook;

pub use accept::Incoming;
pub use catalog::{Catalog, CatalogError, Current, Plugins};
pub use error::IntakeError;
pub use form::{HostedForm, Submitted};
pub use intake::Intake;
pub use mail::MailDoor;
pub use starter::{Birth, Start, Starter};
pub use webhook::{WebhookAnswer, WebhookRequest};
