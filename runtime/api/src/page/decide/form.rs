//! The page's forms, and the seal that shows that a decision comes from the page.

use std::collections::BTreeMap;

use axum::body::Body;
use http::HeaderMap;
use throughline_domain::time::Timestamp;
use throughline_store::ProposalRow;

use super::way::Visitor;
use crate::body;
use crate::error::Result;
use crate::extract::{media_type, query_value, wrong_type};
use crate::state::ApiState;

/// Bytes of a form: an edited input is the largest part of it.
const MOST: usize = 60 << 10;
/// All that any of the forms has.
const FIELDS: [&str; 10] =
    ["mail", "code", "verdict", "reason", "note", "input", "edited", "shown_hash", "seal", "for"];
/// What the seal is for.
const PURPOSE: &str = "decision form";

/// A form as it was sent.
pub(super) struct Form(BTreeMap<&'static str, String>);

impl Form {
    pub(super) async fn read(state: &ApiState, headers: &HeaderMap, body: Body) -> Result<Self> {
        let found = media_type(headers);
        if found != "application/x-www-form-urlencoded" {
            return Err(wrong_type(&found, "application/x-www-form-urlencoded"));
        }
        let bytes = body::read(headers, body, state.config().limit(MOST)).await?;
        let text = String::from_utf8_lossy(&bytes);
        let field = |name: &&'static str| Some((*name, query_value(Some(text.trim()), name)?));
        Ok(Self(FIELDS.iter().filter_map(field).collect()))
    }

    /// A field that says something.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}

fn words(row: &ProposalRow, visitor: &Visitor, at: Timestamp) -> String {
    format!("{}\n{}\n{}\n{}", row.scope, row.proposal.id(), visitor.person(), at.0)
}

/// Goes with the page: for whom it was made, and when.
pub(super) fn seal(state: &ApiState, row: &ProposalRow, visitor: &Visitor, now: Timestamp) -> String {
    let at = now.max(row.proposal.opened_at());
    format!("{}.{}", at.0, state.engine().signed(PURPOSE, &words(row, visitor, at)))
}

/// When the page was made for this visitor; nothing where it was not.
pub(super) fn open(
    state: &ApiState,
    row: &ProposalRow,
    visitor: &Visitor,
    seal: Option<&str>,
) -> Option<Timestamp> {
    let (at, seal) = seal?.split_once('.')?;
    let at = Timestamp(at.parse().ok()?);
    let good = state.engine().signed(PURPOSE, &words(row, visitor, at));
    let same: bool = subtle::ConstantTimeEq::ct_eq(good.as_bytes(), seal.as_bytes()).into();
    same.then_some(at)
}
