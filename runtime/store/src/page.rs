//! Keyset pages, newest first.

use crate::error::{Result, StoreError};

/// Which page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// `next` of the page before; `None` is the first page.
    pub after: Option<String>,
    /// Rows, clamped to 1..=200.
    pub limit: u32,
}

/// Most rows of one page.
pub const MAX_PAGE: u32 = 200;

impl PageRequest {
    /// The first page of so many rows.
    pub fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit.clamp(1, MAX_PAGE) as usize
    }

    /// Rows are newer than nothing: ids sort below this.
    pub(crate) fn before(&self) -> Result<&str> {
        match self.after.as_deref() {
            None => Ok("~"),
            Some(id) if !id.is_empty() && id.len() <= 200 && id.bytes().all(|b| b.is_ascii_graphic()) => {
                Ok(id)
            }
            Some(other) => Err(StoreError::BadCursor(other.to_owned())),
        }
    }
}

/// Some rows, and where the next ones begin.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// Rows, newest first.
    pub items: Vec<T>,
    /// Give it as `after`; `None`: this was the last page. Opaque.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// From `limit + 1` rows: the one too many says that more follow.
    pub(crate) fn cut(mut items: Vec<T>, request: &PageRequest, id: impl Fn(&T) -> String) -> Self {
        let limit = request.limit();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(id) } else { None };
        Self { items, next }
    }
}
