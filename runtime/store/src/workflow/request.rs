//! Requests to publish: a text that a second person is asked to agree to.

use throughline_domain::id::PublishRequestId;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::changes::Subject;
use crate::db::{FromRow, Row, Sql, args, statements, words};
use crate::error::Result;
use crate::people::By;
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

words! {
    /// What became of a request to publish.
    PublishRequestState {
        /// Nobody has decided.
        Open = "open",
        /// A second person published it.
        Published = "published",
        /// A second person sent it back.
        SentBack = "sent_back",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

/// A request to publish, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishRequest {
    /// Workspace.
    pub scope: Scope,
    /// Its id.
    pub request: PublishRequestId,
    /// Workflow; it need not be published yet.
    pub workflow: String,
    /// Hex SHA-256 of the text.
    pub sha256: String,
    /// What to look at, in words.
    pub note: String,
    /// Who asks: the account, or `admin`.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// What became of it.
    pub state: PublishRequestState,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Why it was sent back.
    pub words: Option<String>,
    /// The version it became.
    pub version: Option<u32>,
}

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishDecision<'a> {
    /// A second person published it, as this version.
    Published(u32),
    /// A second person sent it back, for this reason.
    SentBack(&'a str),
    /// It was taken back.
    Withdrawn,
}

macro_rules! rows {
    ($tail:literal) => {
        Sql::same(concat!(
            "SELECT workspace_id, request_id, workflow_id, sha256, note, asked_by, asked_at, state, decided_by, decided_at,
                 words, version
             FROM publish_request ",
            $tail
        ))
    };
}

statements! {
    Tenant ASK = Sql::same(
        "INSERT INTO publish_request (workspace_id, request_id, workflow_id, text, sha256, note, asked_by, asked_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open') ON CONFLICT DO NOTHING",
    );
    Tenant ASK_ANEW = Sql::same(
        "UPDATE publish_request SET state = 'withdrawn', decided_by = $3, decided_at = $4, text = ''
         WHERE workspace_id = $1 AND workflow_id = $2 AND state = 'open' AND asked_by = $3",
    );
    // Nobody looks any more at what was taken back.
    Tenant DECIDE = Sql::same(
        "UPDATE publish_request SET state = $3, decided_by = $4, decided_at = $5, words = $6, version = $7,
             text = CASE WHEN CAST($3 AS TEXT) = 'withdrawn' THEN '' ELSE text END
         WHERE workspace_id = $1 AND request_id = $2 AND state = 'open'",
    );
    Tenant GET = rows!("WHERE workspace_id = $1 AND request_id = $2");
    Tenant TEXT = Sql::same("SELECT text FROM publish_request WHERE workspace_id = $1 AND request_id = $2");
    Tenant OPEN = rows!("WHERE workspace_id = $1 AND state = 'open' ORDER BY workflow_id LIMIT 500");
    Tenant PUBLISHED = rows!(
        "WHERE workspace_id = $1 AND workflow_id = $2 AND state = 'published' ORDER BY request_id DESC LIMIT 200"
    );
    Tenant OF_WORKFLOW = rows!("WHERE workspace_id = $1 AND workflow_id = $2 ORDER BY request_id DESC LIMIT 200");
    Global BY_TWO = Sql::same("SELECT publish_by_two FROM workspace WHERE workspace_id = $1");
    Global SET_BY_TWO = Sql::same("UPDATE workspace SET publish_by_two = $2 WHERE workspace_id = $1");
}

impl Store {
    /// Asks for a second person; in the place of what the same person asked before. False: about this workflow somebody else
    /// asks already.
    pub async fn ask_to_publish(&self, new: &PublishRequest, text: &str) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        let PublishRequest { scope, request, workflow, sha256, note, asked_by, asked_at, .. } = new;
        group.op(&ASK_ANEW, args![scope, workflow, asked_by, *asked_at]);
        let args = args![scope, request, workflow, text, sha256, note, asked_by, *asked_at];
        group.must(&ASK, args, "the request");
        group.changes().touch(scope, Subject::PublishRequest, request.as_str());
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Ends an open request. False: it was ended before.
    pub async fn decide_publish_request(
        &self,
        scope: &Scope,
        request: &PublishRequestId,
        decision: PublishDecision<'_>,
        by: By<'_>,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        decide_op(&mut group, scope, request, decision, by);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// One request.
    pub async fn publish_request(
        &self,
        scope: &Scope,
        request: &PublishRequestId,
    ) -> Result<Option<PublishRequest>> {
        self.one(&GET, args![scope, request]).await
    }

    /// The text that a request is about.
    pub async fn publish_request_text(
        &self,
        scope: &Scope,
        request: &PublishRequestId,
    ) -> Result<Option<String>> {
        let mut rows = self.rows(&TEXT, args![scope, request]).await?;
        rows.first_mut().map(Row::text).transpose()
    }

    /// Those that wait for a second person, by workflow; at most 500.
    pub async fn open_publish_requests(&self, scope: &Scope) -> Result<Vec<PublishRequest>> {
        self.all(&OPEN, args![scope]).await
    }

    /// The requests of a workflow, the last first; at most 200.
    pub async fn publish_requests_of(&self, scope: &Scope, workflow: &str) -> Result<Vec<PublishRequest>> {
        self.all(&OF_WORKFLOW, args![scope, workflow]).await
    }

    /// The requests of a workflow that became versions, the last first; at most 200.
    pub async fn published_requests_of(&self, scope: &Scope, workflow: &str) -> Result<Vec<PublishRequest>> {
        self.all(&PUBLISHED, args![scope, workflow]).await
    }

    /// Does every version of this workspace take a second person?
    pub async fn publish_by_two(&self, scope: &Scope) -> Result<bool> {
        let mut rows = self.rows(&BY_TWO, args![scope]).await?;
        Ok(rows.first_mut().map(Row::small).transpose()?.unwrap_or_default() != 0)
    }

    /// Sets that.
    pub async fn set_publish_by_two(&self, scope: &Scope, by_two: bool) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        group.op(&SET_BY_TWO, args![scope, u32::from(by_two)]);
        self.commit_group(group).await?.done().map(drop)
    }
}

/// Ends an open request, or refuses the group.
pub(super) fn decide_op(
    group: &mut Group,
    scope: &Scope,
    request: &PublishRequestId,
    decision: PublishDecision<'_>,
    by: By<'_>,
) {
    let (state, words, version) = match decision {
        PublishDecision::Published(version) => (PublishRequestState::Published, None, Some(version)),
        PublishDecision::SentBack(words) => (PublishRequestState::SentBack, Some(words), None),
        PublishDecision::Withdrawn => (PublishRequestState::Withdrawn, None, None),
    };
    let args = args![scope, request, state, by.who, by.at, words, version];
    group.must(&DECIDE, args, "the request");
    group.changes().touch(scope, Subject::PublishRequest, request.as_str());
}

impl FromRow for PublishRequest {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            request: row.parse()?,
            workflow: row.text()?,
            sha256: row.text()?,
            note: row.text()?,
            asked_by: row.text()?,
            asked_at: row.time()?,
            state: row.parse()?,
            decided_by: row.opt_text()?,
            decided_at: row.opt_time()?,
            words: row.opt_text()?,
            version: row.opt_count()?.and_then(|version| u32::try_from(version).ok()),
        })
    }
}
