//! The usual poll: everything since a time, with an overlap for late and tied items.

use std::cell::Cell;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::fail::{Fail, Result};
use crate::time::{format_rfc3339, parse_duration, parse_rfc3339};
use crate::trigger::{Event, Page};

/// Ids kept from the activation; more than these would come again as new.
const MOST_KEPT: usize = 100;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Mark {
    at: u64,
    /// Ids within the overlap at activation: seen, though no event was made of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seen: Vec<(String, u64)>,
}

/// Where a poll stands. Use [`Since::minus`] in the request and [`Page::since`] for the answer.
#[derive(Debug)]
pub struct Since {
    mark: Option<Mark>,
    raw: Option<Value>,
    limit: u32,
    now: u64,
    overlap: Cell<u64>,
}

impl Since {
    pub(crate) fn new(raw: Option<Value>, limit: u32, now: u64) -> Self {
        let mark = raw.as_ref().and_then(|value| Mark::deserialize(value).ok());
        Self { mark, raw, limit, now, overlap: Cell::new(0) }
    }

    /// True for the first poll of a trigger: it marks where to start and makes no events.
    pub fn is_activation(&self) -> bool {
        self.raw.is_none()
    }

    /// The cursor as the connector made it, for [`Page::new`].
    pub fn cursor(&self) -> Option<&Value> {
        self.raw.as_ref()
    }

    /// How many events the runner wants at most.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// The time to ask from, in RFC 3339: the cursor's, less an overlap such as `2m`. Items in the overlap come
    /// again, and the runner drops those it has seen; items that turned up late are not lost.
    pub fn minus(&self, overlap: &str) -> String {
        self.overlap.set(parse_duration(overlap).unwrap_or(0));
        let at = self.mark.as_ref().map_or(self.now, |mark| mark.at);
        format_rfc3339(at.saturating_sub(self.overlap.get()))
    }
}

impl<T> Page<T> {
    /// Makes events of items that have an id and a time (RFC 3339). A record that may change again needs a new id
    /// for each change: see [`Page::changed`].
    pub fn since(since: Since, items: Vec<T>, key: impl Fn(&T) -> (&str, &str)) -> Result<Self> {
        Self::collect(since, items, |item| {
            let (id, time) = key(item);
            (id.to_owned(), time.to_owned())
        })
    }

    /// The same for records that change: an event for each `id` and time of change.
    pub fn changed(since: Since, items: Vec<T>, key: impl Fn(&T) -> (&str, &str)) -> Result<Self> {
        Self::collect(since, items, |item| {
            let (id, time) = key(item);
            (format!("{id}@{time}"), time.to_owned())
        })
    }

    fn collect(since: Since, items: Vec<T>, key: impl Fn(&T) -> (String, String)) -> Result<Self> {
        let activation = since.is_activation();
        let now = since.now;
        let overlap = since.overlap.get();
        let mut mark = since.mark.unwrap_or(Mark { at: now, seen: Vec::new() });
        let start = mark.at;
        let mut events = Vec::new();
        for data in items {
            let (id, time) = key(&data);
            let at = parse_rfc3339(&time).ok_or_else(|| {
                Fail::permanent("http.bad_body", format!("`{time}` is not a time in RFC 3339"))
            })?;
            // A clock that runs ahead must not carry the cursor past what is still to come.
            mark.at = mark.at.max(at.min(now.max(start)));
            if activation {
                mark.seen.push((id, at));
            } else if !mark.seen.iter().any(|(seen, _)| *seen == id) {
                events.push(Event { id, occurred_at: Some(at), data });
            }
        }
        let oldest = mark.at.saturating_sub(overlap);
        mark.seen.retain(|(_, at)| *at >= oldest);
        let surplus = mark.seen.len().saturating_sub(MOST_KEPT);
        mark.seen.drain(..surplus);
        events.sort_by_key(|event| event.occurred_at);
        Ok(Self::new(events, json!(mark)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Item = (String, String);

    fn poll(cursor: Option<Value>, now: &str, items: &[(&str, &str)]) -> (Vec<String>, Value) {
        let since = Since::new(cursor, 100, parse_rfc3339(now).unwrap());
        let _ = since.minus("2m");
        let items: Vec<Item> = items.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let page = Page::since(since, items, |i| (&i.0, &i.1)).unwrap();
        (page.events.iter().map(|e| e.id.clone()).collect(), page.cursor)
    }

    #[test]
    fn activation_makes_no_events_and_marks_what_is_there() {
        let (ids, cursor) = poll(None, "2026-01-01T00:10:00Z", &[("a", "2026-01-01T00:09:30Z")]);
        assert!(ids.is_empty());
        let (ids, cursor) = poll(
            Some(cursor),
            "2026-01-01T00:11:00Z",
            &[("a", "2026-01-01T00:09:30Z"), ("late", "2026-01-01T00:09:00Z")],
        );
        assert_eq!(ids, ["late"]);
        let (ids, _) = poll(
            Some(cursor),
            "2026-01-01T00:12:00Z",
            &[("c", "2026-01-01T00:12:00Z"), ("b", "2026-01-01T00:11:30Z")],
        );
        assert_eq!(ids, ["b", "c"]);
    }

    #[test]
    fn a_clock_ahead_does_not_carry_the_cursor_away() {
        let (_, cursor) = poll(None, "2026-01-01T00:00:00Z", &[]);
        let (ids, cursor) = poll(Some(cursor), "2026-01-01T00:01:00Z", &[("x", "2030-01-01T00:00:00Z")]);
        assert_eq!(ids, ["x"]);
        assert_eq!(cursor["at"], json!(parse_rfc3339("2026-01-01T00:01:00Z").unwrap()));
    }
}
