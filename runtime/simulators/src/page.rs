//! Lists in the order of their last change, read page by page.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};

use crate::call::{Call, Reply};

/// Parameters every list reads.
pub(crate) const PAGE_PARAMS: [&str; 2] = ["since", "limit"];

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 500;

/// A record with an id and the moment of its last change.
pub(crate) trait Listed: Serialize {
    /// The moment of the last change, and the id: what lists are ordered by.
    fn position(&self) -> (&str, &str);
}

/// One page of `records` that pass `keep`: `{items, next, more}`. `next` is where to go on, also when
/// nothing is new, so a poller can always store it.
pub(crate) fn page<'a, T: Listed + 'a>(
    call: &Call,
    records: impl Iterator<Item = &'a T>,
    keep: impl Fn(&T) -> bool,
) -> Result<Reply, Reply> {
    let limit = limit(call)?;
    let since = call.param("since").map(decode).transpose()?;
    let after =
        |record: &T| since.as_ref().is_none_or(|(at, id)| record.position() > (at.as_str(), id.as_str()));
    let mut found: Vec<&T> = records.filter(|record| keep(record) && after(record)).collect();
    found.sort_by(|left, right| left.position().cmp(&right.position()));
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .map_or_else(|| call.param("since").map(str::to_owned), |last| Some(encode(last.position())));
    let items: Vec<Value> = found.iter().map(|record| json!(record)).collect();
    Ok(Reply::new(200, json!({ "items": items, "next": next, "more": more })))
}

fn limit(call: &Call) -> Result<usize, Reply> {
    let Some(text) = call.param("limit") else { return Ok(DEFAULT_LIMIT) };
    match text.parse() {
        Ok(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        _ => Err(Reply::error(400, "bad_limit", &format!("limit must be 1 to {MAX_LIMIT}"))),
    }
}

fn encode((at, id): (&str, &str)) -> String {
    URL_SAFE_NO_PAD.encode(format!("{at} {id}"))
}

fn decode(cursor: &str) -> Result<(String, String), Reply> {
    let text = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.as_deref()
        .and_then(|text| text.split_once(' '))
        .map(|(at, id)| (at.to_owned(), id.to_owned()))
        .ok_or_else(|| Reply::error(400, "bad_cursor", "since must be the next of an earlier page"))
}
