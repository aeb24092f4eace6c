//! What the driver offered and what was acknowledged: one line each, on the disk before the driver goes on.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Result;

/// A line of the book.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// An event is about to be sent for the first time.
    Offered {
        /// Its id: the dedupe key.
        event: String,
        /// Webhook.
        path: String,
        /// Body.
        body: Value,
    },
    /// The server answered 2xx.
    Acknowledged {
        /// The event.
        event: String,
        /// The run the answer names; a synchronous reply names none.
        run: Option<String>,
    },
    /// A command was answered 2xx.
    Done {
        /// The event of its run.
        event: String,
        /// What: `go`, `cancel`, `retry`, …
        what: String,
    },
    /// A decision was answered 2xx.
    Decided(Decided),
    /// A person said that a write did not happen: it may be sent once more.
    SendAgain {
        /// Run.
        run: String,
        /// Step.
        path: String,
    },
}

/// A decision that was acknowledged.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decided {
    /// About which proposal.
    pub proposal: String,
    /// Handle of whoever decided.
    pub person: String,
    /// Hash of what they saw.
    pub shown: String,
    /// `approve`, `reject` or `edit`.
    pub verdict: String,
    /// The decision.
    pub decision: String,
    /// The proposal that people decide about or have decided now.
    pub taken: String,
    /// Its state.
    pub state: String,
}

/// What is known of one event.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Webhook.
    pub path: String,
    /// Body.
    pub body: Value,
    /// It was acknowledged.
    pub acknowledged: bool,
    /// Every run an answer named.
    pub runs: Vec<String>,
    /// Commands that were answered 2xx.
    pub done: Vec<String>,
}

/// Everything a book says.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    /// Events by id.
    pub offers: BTreeMap<String, Offer>,
    /// Runs and steps that a person let be sent again, with how often.
    pub again: BTreeMap<(String, String), usize>,
    /// Decisions that were acknowledged.
    pub decided: Vec<Decided>,
}

impl Pages {
    fn add(&mut self, line: Line) {
        match line {
            Line::Offered { event, path, body } => {
                let offer = Offer { path, body, acknowledged: false, runs: Vec::new(), done: Vec::new() };
                self.offers.entry(event).or_insert(offer);
            }
            Line::Acknowledged { event, run } => {
                if let Some(offer) = self.offers.get_mut(&event) {
                    offer.acknowledged = true;
                    offer.runs.extend(run);
                }
            }
            Line::Done { event, what } => {
                if let Some(offer) = self.offers.get_mut(&event) {
                    offer.done.push(what);
                }
            }
            Line::Decided(decided) => self.decided.push(decided),
            Line::SendAgain { run, path } => *self.again.entry((run, path)).or_default() += 1,
        }
    }
}

/// The driver's book.
#[derive(Debug)]
pub struct Book {
    inner: Mutex<(File, Pages)>,
    refusals: Mutex<BTreeMap<u16, u64>>,
}

impl Book {
    /// An empty book at a path.
    pub fn create(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().create_new(true).append(true).open(path)?;
        Ok(Self { inner: Mutex::new((file, Pages::default())), refusals: Mutex::default() })
    }

    /// Goes on with the book at a path.
    pub fn open(path: &Path) -> Result<Self> {
        let pages = Self::read(path)?;
        let file = OpenOptions::new().append(true).open(path)?;
        Ok(Self { inner: Mutex::new((file, pages)), refusals: Mutex::default() })
    }

    /// How far it is written, in bytes: everything before that is on the disk.
    pub fn position(&self) -> Result<u64> {
        Ok(self.lock().0.metadata()?.len())
    }

    /// Writes a line; it is on the disk when this returns.
    pub fn write(&self, line: Line) -> Result<()> {
        let mut bytes = serde_json::to_vec(&line)?;
        bytes.push(b'\n');
        let mut inner = self.lock();
        inner.0.write_all(&bytes)?;
        inner.0.sync_data()?;
        inner.1.add(line);
        Ok(())
    }

    /// Counts an event that was answered with another status than 2xx.
    pub fn refused(&self, status: u16) {
        *self.refusals.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() += 1;
    }

    /// How often events were refused, by status.
    pub fn refusals(&self) -> BTreeMap<u16, u64> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What it says now.
    pub fn pages(&self) -> Pages {
        self.lock().1.clone()
    }

    /// What the file says: what a checker goes by.
    pub fn read(path: &Path) -> Result<Pages> {
        let mut pages = Pages::default();
        for line in std::fs::read_to_string(path)?.lines() {
            pages.add(serde_json::from_str(line)?);
        }
        Ok(pages)
    }

    /// The book at `from` as it was at a position, as another book. Up to `known` it still says what was offered: whoever
    /// sends an event has it before anybody can take it.
    pub fn as_of(from: &Path, to: &Path, position: u64, known: u64) -> Result<()> {
        let mut kept = String::new();
        let mut read = 0;
        for line in std::fs::read_to_string(from)?.split_inclusive('\n') {
            read += line.len() as u64;
            let offered =
                || Ok::<_, serde_json::Error>(matches!(serde_json::from_str(line)?, Line::Offered { .. }));
            if read <= position || (read <= known && offered()?) {
                kept.push_str(line);
            }
        }
        Ok(std::fs::write(to, kept)?)
    }

    fn lock(&self) -> MutexGuard<'_, (File, Pages)> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn as_of_a_cut_later_answers_are_not_owed_but_later_offers_are_known() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        let book = Book::create(&from).unwrap();
        let offer = |event: &str| {
            book.write(Line::Offered { event: event.into(), path: "linear".into(), body: json!({}) })
                .unwrap();
        };
        let hear = |event: &str| {
            book.write(Line::Acknowledged { event: event.into(), run: Some(event.into()) }).unwrap();
        };
        offer("before");
        hear("before");
        offer("across");
        let position = book.position().unwrap();
        hear("across");
        offer("during");
        hear("during");
        let known = book.position().unwrap();
        offer("after");
        Book::as_of(&from, &to, position, known).unwrap();
        let pages = Book::open(&to).unwrap().pages();
        let heard: Vec<(&str, bool)> =
            pages.offers.iter().map(|(event, offer)| (event.as_str(), offer.acknowledged)).collect();
        assert_eq!(heard, [("across", false), ("before", true), ("during", false)]);
    }
}
