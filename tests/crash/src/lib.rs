//! Crash campaigns: the real server is killed at every named point, on both stores, under load and with systems and
//! connections that fail beside it; then a checker that reads only the driver's book, the systems' ledger and the
//! public API says whether anything was lost, doubled or hidden. `docs/testing.md` says how to run one.

mod apart;
pub mod book;
pub mod cases;
pub mod check;
pub mod crew;
pub mod driver;
pub mod faults;
pub mod lane;
pub mod people;
pub mod place;
pub mod points;
pub mod power;
mod process;
pub mod proxy;
pub mod report;
pub mod rng;
pub mod server;
pub mod settle;
pub mod systems;
pub mod texts;

/// What goes wrong in the rig itself, in words; what goes wrong in the server is a violation.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
