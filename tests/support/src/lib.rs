//! What tests of several crates share: a private PostgreSQL, free ports, waiting, the binary under test.
//!
//! Everything here panics with words instead of returning errors: a test has nothing better to do with them.

mod files;
mod net;
pub mod postgres;
mod wait;

pub use files::{bundle, repository, throughline};
pub use net::free_port;
pub use wait::{wait_until, wait_until_async};
