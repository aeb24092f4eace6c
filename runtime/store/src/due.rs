//! What is open, by deadline: what is due first stands first.

use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{Sql, args, statements};
use crate::error::{Result, StoreError};
use crate::exception::{ExceptionRow, Narrow, columns, names, narrow};
use crate::page::{Page, PageRequest};
use crate::proposal::{ProposalRow, columns as proposal_columns};
use crate::scope::Scope;

statements! {
    Tenant EXCEPTIONS = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND (due_at, exception_id) > ($8, $2)
             AND ended_at IS NULL
             AND CASE WHEN COALESCE(person, '') = COALESCE($9, person, '') THEN 1 = 1 ELSE 1 = 0 END ", narrow!(),
        " ORDER BY due_at, exception_id LIMIT $3"
    ));
    Tenant PROPOSALS = Sql::same(concat!(
        "SELECT ", proposal_columns!(""), " FROM proposal WHERE workspace_id = $1 AND (expires_at, proposal_id) > ($4, $2)
             AND state = 'open' ORDER BY expires_at, proposal_id LIMIT $3"
    ));
}

/// Where a row stands in a list by deadline; these texts sort as the rows do.
pub fn place_by_due(due: Timestamp, id: &str) -> String {
    format!("{:020}.{id}", due.0.max(0))
}

/// The deadline and the id after which a page begins.
fn after(page: &PageRequest) -> Result<(Timestamp, &str)> {
    let Some(place) = page.after.as_deref() else { return Ok((Timestamp(i64::MIN), "")) };
    let parts = place.split_once('.').and_then(|(due, id)| Some((due.parse().ok()?, id)));
    let good = |id: &str| id.len() <= 200 && id.bytes().all(|byte| byte.is_ascii_graphic());
    match parts.filter(|(_, id)| good(id)) {
        Some((due, id)) => Ok((Timestamp(due), id)),
        None => Err(StoreError::BadCursor(place.to_owned())),
    }
}

impl Store {
    /// One page of open exceptions, perhaps only those that somebody has, by handle.
    pub async fn exceptions_by_due(
        &self,
        scope: &Scope,
        person: Option<&str>,
        narrow: Narrow<'_>,
        page: &PageRequest,
    ) -> Result<Page<ExceptionRow>> {
        let Narrow { owner, reason, workflow, awake_at } = narrow;
        let (due, id) = after(page)?;
        let awake_at = awake_at.unwrap_or(Timestamp(i64::MAX));
        let args = args![scope, id, page.limit() + 1, owner, reason, workflow, awake_at, due, person];
        let rows: Vec<ExceptionRow> = self.all(&EXCEPTIONS, args).await?;
        Ok(Page::cut(rows, page, |row| place_by_due(row.due_at, row.exception.as_str())))
    }

    /// One page of open proposals.
    pub async fn proposals_by_due(&self, scope: &Scope, page: &PageRequest) -> Result<Page<ProposalRow>> {
        let (due, id) = after(page)?;
        let rows: Vec<ProposalRow> = self.all(&PROPOSALS, args![scope, id, page.limit() + 1, due]).await?;
        Ok(Page::cut(rows, page, |row| {
            place_by_due(row.proposal.content().expires_at, row.proposal.id().as_str())
        }))
    }
}
