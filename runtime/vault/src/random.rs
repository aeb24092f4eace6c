//! Randomness is an argument: the server gives the operating system's, tests their own.

use crate::error::Result;

/// Where keys and nonces come from. Must be unpredictable everywhere but in tests.
pub trait Random: Send + Sync {
    /// Fills the whole buffer, or fails with `NoRandom` and leaves nothing to be used.
    fn fill(&self, buffer: &mut [u8]) -> Result<()>;
}
