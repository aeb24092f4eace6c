//! Where things stand, by their ids: what is told of a change, and nothing of their content.

use throughline_domain::time::Timestamp;

use crate::Store;
use crate::changes::Subject;
use crate::db::{Arg, FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::scope::Scope;

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its id.
    pub id: String,
    /// Its state, in the words of its kind.
    pub state: String,
    /// Rises with each change. Of a run the number of its log entries, of what has no number the time of the change.
    pub revision: u64,
}

statements! {
    Tenant RUNS = Sql::same(
        "SELECT run_id, status, last_seq FROM run WHERE workspace_id = $1 AND run_id IN (SELECT key FROM json_each($2))",
    );
    Tenant PROPOSALS = Sql::same(
        "SELECT proposal_id, state, revision + said FROM proposal
         WHERE workspace_id = $1 AND proposal_id IN (SELECT key FROM json_each($2))",
    );
    // A confirmed write is known by its effect.
    Tenant PROPOSALS_OF_EFFECTS = Sql::same(
        "SELECT proposal_id, state, revision + said FROM proposal
         WHERE workspace_id = $1 AND effect_id IS NOT NULL AND effect_id IN (SELECT key FROM json_each($2))",
    );
    Tenant EXCEPTIONS = Sql::same(
        "SELECT exception_id, state, changed_at + said FROM exception
         WHERE workspace_id = $1 AND exception_id IN (SELECT key FROM json_each($2))",
    );
    Tenant ASKS = Sql::same(
        "SELECT ask_id, state, CASE WHEN closed_at IS NULL THEN 1 ELSE 2 END FROM ask
         WHERE workspace_id = $1 AND ask_id IN (SELECT key FROM json_each($2))",
    );
    Tenant CONNECTIONS = Sql::same(
        "SELECT connection_id, state, updated_at FROM connection
         WHERE workspace_id = $1 AND connection_id IN (SELECT key FROM json_each($2))",
    );
    Tenant WORKFLOWS = Sql::same(
        "SELECT workflow_id, state, updated_at FROM workflow
         WHERE workspace_id = $1 AND workflow_id IN (SELECT key FROM json_each($2))",
    );
    Tenant PUBLISH_REQUESTS = Sql::same(
        "SELECT request_id, state, CASE WHEN decided_at IS NULL THEN 1 ELSE 2 END FROM publish_request
         WHERE workspace_id = $1 AND request_id IN (SELECT key FROM json_each($2))",
    );
}

impl Store {
    /// Where some things of one kind stand. What is not there any more is left out.
    pub async fn standings(&self, scope: &Scope, subject: Subject, ids: &[&str]) -> Result<Vec<Standing>> {
        let (of_effects, plain): (Vec<&str>, Vec<&str>) =
            ids.iter().copied().partition(|id| subject == Subject::Proposal && id.starts_with("eff_"));
        let mut all = match subject {
            Subject::Run => self.standing(&RUNS, scope, &plain).await?,
            Subject::Proposal => self.standing(&PROPOSALS, scope, &plain).await?,
            Subject::Exception => self.standing(&EXCEPTIONS, scope, &plain).await?,
            Subject::Ask => self.standing(&ASKS, scope, &plain).await?,
            Subject::Connection => self.standing(&CONNECTIONS, scope, &plain).await?,
            Subject::Workflow => self.standing(&WORKFLOWS, scope, &plain).await?,
            Subject::PublishRequest => self.standing(&PUBLISH_REQUESTS, scope, &plain).await?,
        };
        all.extend(self.standing(&PROPOSALS_OF_EFFECTS, scope, &of_effects).await?);
        Ok(all)
    }

    async fn standing(&self, sql: &'static Sql, scope: &Scope, ids: &[&str]) -> Result<Vec<Standing>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut args = args![scope];
        args.push(Arg::keys(ids.iter().copied()));
        self.all(sql, args).await
    }
}

impl FromRow for Standing {
    fn from_row(row: &mut Row) -> Result<Self> {
        let (id, state, Timestamp(revision)) = (row.text()?, row.text()?, row.time()?);
        Ok(Self { id, state, revision: u64::try_from(revision).unwrap_or_default() })
    }
}
