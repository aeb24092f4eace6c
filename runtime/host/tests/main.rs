//! The host with guests written in WebAssembly text, real servers on loopback and a real cache directory.

#![expect(clippy::unwrap_used, reason = "a test says by failing what it did not expect")]

#[path = "host/cache.rs"]
mod cache;
#[path = "host/capabilities.rs"]
mod capabilities;
#[path = "host/contract.rs"]
mod contract;
#[path = "host/egress.rs"]
mod egress;
#[path = "host/guests.rs"]
mod guests;
#[path = "host/hostile.rs"]
mod hostile;
#[path = "host/secrets.rs"]
mod secrets;
#[path = "host/support.rs"]
mod support;
#[path = "host/tls.rs"]
mod tls;
#[path = "host/writes.rs"]
mod writes;
