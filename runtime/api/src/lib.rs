//! HTTP: parse → authorise → command or read → view. Nothing is decided here, and a GET never changes anything.
//!
//! A handler gets a workspace from a proof only, and a proof from a request's credentials only; a test tries every
//! route of the table with every kind of credential. What surrounds the router (Host and Origin checks, limits,
//! headers, panics) surrounds all of it.

mod auth;
mod beside;
mod body;
mod config;
mod error;
mod extract;
mod feed;
mod form;
mod guard;
mod metrics;
mod once;
mod openapi;
mod page;
mod people;
mod redact;
mod resource;
mod router;
mod routes;
mod state;
#[cfg(debug_assertions)]
mod unlocked;
mod view;
mod web;

pub use beside::{Practice, PracticeSystem, Shipped};
pub use config::ApiConfig;
pub use openapi::document;
pub use router::{router, table};
pub use routes::{Access, Route};
pub use state::{Allocations, ApiState, Now, Parts, Random};
pub use web::WebFiles;
