//! The host's side of the contract's functions, one module for each interface.

pub(crate) mod actions;
mod connection;
mod describe;
mod forms;
mod preview;
mod records;
mod triggers;
