//! What only the program has at hand: connectors that ship beside it, and simulated systems to practise with.

use std::collections::BTreeMap;
use std::io;

use futures::future::BoxFuture;
use serde_json::Value;

/// Connectors that ship with the program.
pub trait Shipped: Send + Sync {
    /// The component of each, by the name of its file; read anew each time, so this blocks.
    fn components(&self) -> io::Result<Vec<(String, Vec<u8>)>>;

    /// The component of one; nothing where none of that name ships.
    fn component(&self, name: &str) -> io::Result<Option<Vec<u8>>>;
}

/// Nothing ships.
impl Shipped for () {
    fn components(&self) -> io::Result<Vec<(String, Vec<u8>)>> {
        Ok(Vec::new())
    }

    fn component(&self, _name: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(None)
    }
}

/// A simulated system on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PracticeSystem {
    /// Its connector, which is also the name of the connection that the packs use.
    pub connector: String,
    /// Where it answers.
    pub base_url: String,
    /// The addresses to open for it: `127.0.0.1/32:41001`.
    pub range: String,
    /// Where each of its secrets is, by `slot.field`: paths of files of the data directory.
    pub secrets: BTreeMap<String, String>,
}

/// Simulated systems that run beside the server.
pub trait Practice: Send + Sync {
    /// Which, in the order they are shown.
    fn systems(&self) -> Vec<PracticeSystem>;

    /// Completes a new job in the projects system, as its own users do, and has it announced at this path of the server. With
    /// proof of work or without. Answers the job; the error is words.
    fn complete_job(&self, hook: String, with_proof: bool) -> BoxFuture<'_, Result<Value, String>>;
}
