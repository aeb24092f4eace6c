//! Events of triggers.

use serde::Serialize;
use serde_json::Value;

use crate::fail::Result;
use crate::outcome::to_value;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event<T> {
    /// The dedupe key, at most 200 bytes: the runner drops an id it has seen.
    pub id: String,
    /// Milliseconds since the epoch.
    pub occurred_at: Option<u64>,
    /// What happened.
    pub data: T,
}

impl<T> Event<T> {
    /// An event.
    pub fn new(id: impl Into<String>, data: T) -> Self {
        Self { id: id.into(), occurred_at: None, data }
    }

    /// When it happened, in RFC 3339; ignored when it cannot be read.
    #[must_use]
    pub fn at(mut self, rfc3339: &str) -> Self {
        self.occurred_at = crate::time::parse_rfc3339(rfc3339);
        self
    }
}

impl<T: Serialize> Event<T> {
    pub(crate) fn into_json(self) -> Result<Event<Value>> {
        Ok(Event { id: self.id, occurred_at: self.occurred_at, data: to_value(&self.data)? })
    }
}

/// What a poll found. The runner commits events and cursor together.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    pub(crate) events: Vec<Event<T>>,
    pub(crate) cursor: Value,
    pub(crate) more: bool,
    pub(crate) poll_after: Option<u64>,
}

impl<T> Page<T> {
    /// Events and a cursor of the connector's own making, at most 16 KiB of JSON.
    pub fn new(events: Vec<Event<T>>, cursor: impl Into<Value>) -> Self {
        Self { events, cursor: cursor.into(), more: false, poll_after: None }
    }

    /// There is more: the runner asks again at once.
    #[must_use]
    pub fn more(mut self, more: bool) -> Self {
        self.more = more;
        self
    }

    /// Milliseconds the remote asks us to stay away.
    #[must_use]
    pub fn poll_after(mut self, ms: u64) -> Self {
        self.poll_after = Some(ms);
        self
    }

    /// The events.
    pub fn events(&self) -> &[Event<T>] {
        &self.events
    }
}

impl<T: Serialize> Page<T> {
    pub(crate) fn into_json(self) -> Result<Page<Value>> {
        let events = self.events.into_iter().map(Event::into_json).collect::<Result<_>>()?;
        Ok(Page { events, cursor: self.cursor, more: self.more, poll_after: self.poll_after })
    }
}
