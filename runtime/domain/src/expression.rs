//! Expressions: one language everywhere a value or a condition is written, `{{ … }}`.
//!
//! A field that is exactly one expression keeps its native type; any other text is rendered to text. Data is
//! never parsed as a template again. An evaluation is strict about undefined names, has no IO, no clock and no
//! randomness, and is bounded in steps ([`FUEL`]), in memory and in the size of what it gives.

mod budget;
mod compiled;
mod dates;
mod environment;
mod error;
mod filters;
mod money;
mod operators;
mod output;
mod rewrite;
mod scope;
mod template;

pub use compiled::Compiled;
pub use error::ExpressionError;
pub use scope::{Prepared, Scope};
pub use template::{Form, Reference, form, references, references_of_condition};

/// Steps of one evaluation; a loop of ten thousand turns with a short body fits.
pub const FUEL: u64 = 50_000;
/// Bytes of text one template may render.
pub const MAX_TEXT_BYTES: usize = 1 << 20;
/// Bytes of JSON one expression may give.
pub const MAX_VALUE_BYTES: usize = 16 << 20;
/// Bytes all the intermediate values of one evaluation may take.
pub const MAX_WORK_BYTES: usize = 64 << 20;
/// Bytes of source one template may have.
pub const MAX_SOURCE_BYTES: usize = 64 << 10;

#[cfg(test)]
mod tests;
