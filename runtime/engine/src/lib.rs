//! Drives runs: claim, plan, execute, commit. The write gateway; commands; recovery; sweeps.
//!
//! An [`Engine`] claims due runs and gives each to a driver, which folds the run's log and alternates between
//! planning (pure, in `domain`) and carrying out. Every write passes the gateway: its intent is committed before
//! it leaves the host. What people ask for are commands, in [`command`].

mod announce;
mod birth;
mod callback;
mod calls;
mod channel;
pub mod command;
mod config;
mod desk;
mod driver;
mod engine;
#[cfg(feature = "faults")]
pub mod faults;
mod gateway;
mod kept;
mod key;
mod lease;
mod letters;
mod post;
mod quarantine;
mod rotation;
mod rows;
mod shared;
mod signal;
mod silence;
mod spill;
mod sweep;
mod verify;
mod view;

pub use command::CommandError;
pub use config::EngineConfig;
pub use engine::{Engine, EngineParts};
pub use rotation::Turned;
pub use verify::Verified;
pub use view::RunDetail;
