//! Tests of a connector on the author's machine: the same code against recorded HTTP.
//!
//! A *cassette* is a JSON list of requests with the answers they got. Recording sits above the injection of
//! credentials, so a cassette holds none; the kit refuses one that does. A request must match in method, URL and
//! body (as JSON, whatever the order of keys), and every recorded request must be made.

mod cassette;
#[cfg(feature = "testkit")]
mod conformance;
#[cfg(feature = "testkit")]
mod hostile;
#[cfg(feature = "testkit")]
mod inputs;
mod mock;
#[cfg(feature = "testkit")]
mod run;
mod sign;

pub use cassette::{Interaction, RecordedRequest, RecordedResponse};
#[cfg(feature = "testkit")]
pub use conformance::{Conformance, conformance};
pub use mock::{Mock, MockHost};
#[cfg(feature = "testkit")]
pub use run::{Kit, check_schema};
pub use sign::standard_webhook;
pub(crate) use sign::{digest, hmac};
