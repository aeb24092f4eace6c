//! What the runner offers a call: the contract's imports in a component, recorded HTTP in tests.

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod wasm;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::Sys;
#[cfg(target_arch = "wasm32")]
pub(crate) use wasm::Sys;
