//! What rows look like outside: names of the architecture, times as RFC 3339 text in UTC, secrets hidden.

use serde::Serialize;
use throughline_domain::time::Timestamp;
use throughline_store::Page;
use utoipa::ToSchema;

pub(crate) mod access;
pub(crate) mod ask;
pub(crate) mod backup;
pub(crate) mod delegation;
pub(crate) mod event;
pub(crate) mod exception;
pub(crate) mod people;
pub(crate) mod proposal;
pub(crate) mod run;
pub(crate) mod steps;
pub(crate) mod vault;
pub(crate) mod workflow;

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// Rows, newest first, or by name.
    pub(crate) items: Vec<T>,
    /// Give it as `after` for the next page; null: this was the last one.
    pub(crate) next: Option<String>,
}

impl<T> List<T> {
    /// All rows there are.
    pub(crate) fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

/// RFC 3339 text, UTC, microseconds.
pub(crate) fn at(time: Timestamp) -> String {
    time.to_rfc3339()
}

/// Milliseconds between two times.
pub(crate) fn ms_between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.0.saturating_sub(from.0) / 1000).unwrap_or(0)
}

/// Pages of several workspaces, each newest first, as one; ids sort by time, so the last id shown is the cursor. A page may have
/// left rows out: then it goes on where the first of them was looked through to, and nothing behind that is shown yet.
pub(crate) fn merge<R, V>(
    pages: Vec<Page<R>>,
    limit: usize,
    id: impl Fn(&R) -> &str,
    view: impl Fn(R) -> V,
) -> List<V> {
    let known_to = pages.iter().filter_map(|page| page.next.clone()).max();
    let mut rows: Vec<R> = pages.into_iter().flat_map(|page| page.items).collect();
    rows.sort_by(|a, b| id(b).cmp(id(a)));
    rows.retain(|row| known_to.as_deref().is_none_or(|known_to| id(row) >= known_to));
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = if more { rows.last().map(|row| id(row).to_owned()) } else { known_to };
    List { items: rows.into_iter().map(view).collect(), next }
}

/// The same of pages by deadline, the first to be due first; `place` is what [`throughline_store::place_by_due`] gives.
pub(crate) fn merge_by_due<R>(pages: Vec<Page<R>>, limit: usize, place: impl Fn(&R) -> String) -> List<R> {
    let more = pages.iter().any(|page| page.next.is_some());
    let mut rows: Vec<R> = pages.into_iter().flat_map(|page| page.items).collect();
    rows.sort_by_cached_key(&place);
    let more = more || rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(place);
    List { items: rows, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: &[&'static str], next: Option<&str>) -> Page<&'static str> {
        Page { items: items.to_vec(), next: next.map(str::to_owned) }
    }

    #[test]
    fn pages_of_workspaces_become_one_in_order() {
        let list =
            merge(vec![page(&["9", "5", "4"], Some("4")), page(&["8", "3"], None)], 3, |row| row, |row| row);
        assert_eq!((list.items, list.next.as_deref()), (vec!["9", "8", "5"], Some("5")));
        let list = merge(vec![page(&["4"], None), page(&["3"], None)], 3, |row| row, |row| row);
        assert_eq!((list.items, list.next), (vec!["4", "3"], None));
        // What is left out of a page ends no list, and nothing is passed over.
        let list = merge(vec![page(&[], Some("7")), page(&["8", "2"], Some("2"))], 3, |row| row, |row| row);
        assert_eq!((list.items, list.next.as_deref()), (vec!["8"], Some("7")));
        assert!(merge(vec![], 3, |row: &&str| row, |row| row).next.is_none());
    }
}
