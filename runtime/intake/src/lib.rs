//! The one front door: events become durable before they are acknowledged.

pub mod verify;
