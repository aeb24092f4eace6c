//! Lists in the order of change that give a token for "from here on".

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::fail::{Fail, Result};
use crate::records::{Item, Listing};
use crate::since::Since;
use crate::time::parse_rfc3339;
use crate::trigger::{Event, Page};

/// A page of such a list: `{"items": […], "next": "…", "more": true}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(bound = "T: serde::de::DeserializeOwned")]
pub struct Feed<T> {
    /// Oldest change first.
    pub items: Vec<T>,
    /// Where to go on; given also when there is nothing new.
    #[serde(default)]
    pub next: Option<String>,
    /// There is more at once.
    #[serde(default)]
    pub more: bool,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Mark {
    next: Option<String>,
    /// What is there already is still being passed over, page by page.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    marking: bool,
}

impl Since {
    /// The token of the latest [`Page::feed`] or [`Listing::feed`].
    pub fn token(&self) -> Result<Option<String>> {
        Ok(self.mark()?.next)
    }

    fn mark(&self) -> Result<Mark> {
        match self.cursor() {
            None => Ok(Mark { next: None, marking: true }),
            Some(cursor) => Mark::deserialize(cursor)
                .map_err(|e| Fail::permanent("sdk.cursor", format!("the cursor cannot be read: {e}"))),
        }
    }
}

impl<T> Page<T> {
    /// Makes an event of each change: `key` gives a record's id and the time of its change (RFC 3339). The first
    /// polls pass over what is there already and make none.
    pub fn feed(since: &Since, feed: Feed<T>, key: impl Fn(&T) -> (&str, &str)) -> Result<Self> {
        let mark = since.mark()?;
        let next = Mark { next: feed.next.or(mark.next), marking: mark.marking && feed.more };
        let event = |data: T| {
            let (id, time) = key(&data);
            Event { id: format!("{id}@{time}"), occurred_at: parse_rfc3339(time), data }
        };
        let events = if mark.marking { Vec::new() } else { feed.items.into_iter().map(event).collect() };
        Ok(Self::new(events, json!(next)).more(feed.more))
    }
}

impl<T> Listing<T> {
    /// Makes a listing of records; `item` gives each its id and version.
    pub fn feed(since: &Since, feed: Feed<T>, item: impl Fn(T) -> Item<T>) -> Result<Self> {
        let next = feed.next.or(since.token()?);
        let cursor = next.map_or(json!({ "next": Value::Null }), |next| json!({ "next": next }));
        Ok(Self { items: feed.items.into_iter().map(item).collect(), cursor, more: feed.more })
    }
}
