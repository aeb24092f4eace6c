//! One file a resource: parse, proof, command or read, view. Nothing is decided here.

pub(crate) mod accounts;
pub(crate) mod asks;
pub(crate) mod backups;
pub(crate) mod callbacks;
pub(crate) mod catalog;
pub(crate) mod changes;
pub(crate) mod channels;
pub(crate) mod connections;
pub(crate) mod delegations;
pub(crate) mod drafts;
pub(crate) mod events;
pub(crate) mod exceptions;
pub(crate) mod figures;
pub(crate) mod forms;
pub(crate) mod grants;
pub(crate) mod health;
pub(crate) mod held;
pub(crate) mod hooks;
pub(crate) mod me;
pub(crate) mod members;
pub(crate) mod plugins;
pub(crate) mod practice;
pub(crate) mod proposals;
pub(crate) mod publish_requests;
pub(crate) mod queue;
pub(crate) mod runs;
pub(crate) mod secrets;
pub(crate) mod setup;
pub(crate) mod shipped;
pub(crate) mod sign_in;
pub(crate) mod status;
pub(crate) mod teams;
pub(crate) mod tokens;
pub(crate) mod tries;
pub(crate) mod triggers;
pub(crate) mod vault;
pub(crate) mod workflows;
pub(crate) mod workspaces;

use serde::Deserialize;
use throughline_store::{PageRequest, Scope};

use crate::error::{ApiError, Result};

/// `{}`: the data of an event that brings none.
pub(crate) fn nothing() -> serde_json::Value {
    serde_json::json!({})
}

/// Rows of a page where the request does not say.
const PAGE: u32 = 50;
/// Most rows of a page.
const MOST: u32 = 200;

/// Which page of a list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Rows, 1 to 200; 50 where absent.
    pub(crate) limit: Option<u32>,
    /// `next` of the page before.
    pub(crate) after: Option<String>,
    /// The same as `after`.
    pub(crate) cursor: Option<String>,
    /// Workspace, as the header `Throughline-Workspace` names it.
    pub(crate) workspace: Option<String>,
}

/// The store's page of a request.
pub(crate) fn page(limit: Option<u32>, after: Option<String>) -> Result<PageRequest> {
    match limit {
        Some(limit) if !(1..=MOST).contains(&limit) => {
            Err(ApiError::bad_parameter(format!("limit is {limit}: expected 1 to {MOST}")))
        }
        _ => Ok(PageRequest { after, limit: limit.unwrap_or(PAGE) }),
    }
}

impl PageQuery {
    /// The store's page.
    pub(crate) fn page(self) -> Result<PageRequest> {
        page(self.limit, self.after.or(self.cursor))
    }
}

/// Rows as a number in memory.
pub(crate) fn rows(page: &PageRequest) -> usize {
    page.limit.clamp(1, MOST) as usize
}

/// A word of a query as one of an enum's words.
pub(crate) fn word<T>(
    name: &str,
    text: Option<&str>,
    words: &[T],
    as_str: impl Fn(&T) -> &'static str,
) -> Result<Option<T>>
where
    T: Clone,
{
    let Some(text) = text else { return Ok(None) };
    if let Some(word) = words.iter().find(|word| as_str(word) == text) {
        return Ok(Some(word.clone()));
    }
    let known: Vec<&str> = words.iter().map(as_str).collect();
    let text = crate::error::shown(text);
    Err(ApiError::bad_parameter(format!("{name} is `{text}`: expected one of {}", known.join(", "))))
}

/// An id of a path; text that cannot be one names nothing.
pub(crate) fn id<T: std::str::FromStr>(what: &str, text: &str) -> Result<T> {
    text.parse().map_err(|_| ApiError::missing(what, text))
}

/// Where a list by name goes on: `workspace:name`. Workspaces before it are done.
pub(crate) fn by_name<'a>(
    scopes: &'a [Scope],
    after: Option<&str>,
) -> Result<(Vec<&'a Scope>, Option<String>)> {
    let Some(after) = after else { return Ok((scopes.iter().collect(), None)) };
    let (workspace, name) = after
        .split_once(':')
        .ok_or_else(|| ApiError::bad_parameter("the page cursor is not one this server gave"))?;
    let rest = scopes.iter().filter(|scope| scope.as_str() >= workspace).collect::<Vec<_>>();
    let inside = rest.first().is_some_and(|scope| scope.as_str() == workspace);
    Ok((rest, inside.then(|| name.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_out_of_range_is_refused() {
        assert!(page(Some(0), None).is_err());
        assert!(page(Some(201), None).is_err());
        assert_eq!(page(None, None).unwrap().limit, PAGE);
    }

    #[test]
    fn a_list_by_name_goes_on_in_its_workspace() {
        let scopes: Vec<Scope> = ["a", "b", "c"].map(|name| Scope::new(name).unwrap()).into();
        let names =
            |rest: Vec<&Scope>| rest.iter().map(|scope| scope.as_str().to_owned()).collect::<Vec<_>>();
        let (rest, after) = by_name(&scopes, Some("b:x")).unwrap();
        assert_eq!((names(rest), after.as_deref()), (vec!["b".to_owned(), "c".to_owned()], Some("x")));
        let (rest, after) = by_name(&scopes, Some("bb:x")).unwrap();
        assert_eq!(
            (names(rest), after),
            (vec!["c".to_owned()], None),
            "a workspace that is gone is passed over"
        );
        assert!(by_name(&scopes, Some("x")).is_err());
    }

    #[test]
    fn an_unknown_word_names_the_known_ones() {
        let error = word("status", Some("done"), &["open", "closed"], |word| word).unwrap_err();
        assert!(error.message().ends_with("`done`: expected one of open, closed"), "{}", error.message());
    }
}
