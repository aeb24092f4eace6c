//! Polls: cursor, seen-set and events move in one commit, fenced by the cursor's generation.

use throughline_domain::time::Timestamp;

use crate::Store;
use crate::accept::{Accepted, NewEvent, event_ops, key_hash};
use crate::db::{Arg, FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

/// Where a poll stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollRow {
    /// Workspace.
    pub scope: Scope,
    /// Workflow.
    pub workflow: String,
    /// Rises with each page.
    pub generation: u64,
    /// The connector's cursor; `None` before the first page.
    pub cursor: Option<Vec<u8>>,
    /// Last page.
    pub polled_at: Option<Timestamp>,
    /// Next poll.
    pub next_at: Timestamp,
    /// Failures in a row.
    pub failures: u32,
    /// The last failure: code and words.
    pub failure: Option<(String, String)>,
}

/// A page of a poll, in one commit.
#[derive(Clone, Debug, PartialEq)]
pub struct PollCommit {
    /// Workflow.
    pub workflow: String,
    /// The generation the page was read under.
    pub generation: u64,
    /// The new cursor.
    pub cursor: Option<Vec<u8>>,
    /// When the page was read.
    pub polled_at: Timestamp,
    /// Next poll.
    pub next_at: Timestamp,
    /// Items, each with the key it is known by; those seen before start nothing.
    pub items: Vec<PollItem>,
}

/// One item of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct PollItem {
    /// Names the item within the trigger.
    pub key: String,
    /// The event it starts; `None` marks it seen: the first poll.
    pub event: Option<NewEvent>,
}

statements! {
    Tenant POLL_ON = Sql::same(
        "INSERT INTO poll_state (workspace_id, workflow_id, generation, next_at, failures, active)
         VALUES ($1, $2, 0, $3, 0, 1)
         ON CONFLICT (workspace_id, workflow_id) DO UPDATE SET active = 1, next_at = excluded.next_at",
    );
    Tenant POLL_OFF = Sql::same(
        "UPDATE poll_state SET active = 0 WHERE workspace_id = $1 AND workflow_id = $2 AND active = 1",
    );
    Tenant ADVANCE = Sql::same(
        "UPDATE poll_state SET generation = generation + 1, cursor = $4, polled_at = $5, next_at = $6, failures = 0,
             failure_code = NULL, failure_message = NULL
         WHERE workspace_id = $1 AND workflow_id = $2 AND generation = $3",
    );
    Tenant FAIL = Sql::same(
        "UPDATE poll_state SET next_at = $4, failures = failures + 1, failure_code = $5, failure_message = $6
         WHERE workspace_id = $1 AND workflow_id = $2 AND generation = $3",
    );
    Tenant RESET = Sql::same(
        "UPDATE poll_state SET generation = generation + 1, cursor = NULL, next_at = $3
         WHERE workspace_id = $1 AND workflow_id = $2",
    );
    Tenant SEEN = Sql::same(
        "SELECT key_hash FROM poll_seen WHERE workspace_id = $1 AND workflow_id = $2
             AND key_hash IN (SELECT key FROM json_each($3))",
    );
    Tenant SEE = Sql::same(
        "INSERT INTO poll_seen (workspace_id, workflow_id, key_hash, seen_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace_id, workflow_id, key_hash) DO UPDATE SET seen_at = excluded.seen_at",
    ).many(
        &[2, 1],
        "workspace_id text, workflow_id text, key_hash text, seen_at bigint",
        "INSERT INTO poll_seen (workspace_id, workflow_id, key_hash, seen_at) SELECT * FROM n WHERE true
         ON CONFLICT (workspace_id, workflow_id, key_hash) DO UPDATE SET seen_at = excluded.seen_at",
    );
    Tenant GET = Sql::same(
        "SELECT workspace_id, workflow_id, generation, cursor, polled_at, next_at, failures, failure_code, failure_message
         FROM poll_state WHERE workspace_id = $1 AND workflow_id = $2 AND active = 1",
    );
    Tenant LIST = Sql::same(
        "SELECT workspace_id, workflow_id, generation, cursor, polled_at, next_at, failures, failure_code, failure_message
         FROM poll_state WHERE workspace_id = $1 AND active = 1 ORDER BY workflow_id",
    );
    All DUE = Sql::same(
        "SELECT p.workspace_id, p.workflow_id, p.generation, p.cursor, p.polled_at, p.next_at, p.failures,
             p.failure_code, p.failure_message
         FROM poll_state AS p JOIN workflow AS w ON w.workspace_id = p.workspace_id AND w.workflow_id = p.workflow_id
         WHERE p.active = 1 AND p.next_at <= $1 AND w.state = 'published' ORDER BY p.next_at LIMIT $2",
    );
    All NEXT = Sql::same(
        "SELECT CAST(min(p.next_at) AS BIGINT) FROM poll_state AS p
         JOIN workflow AS w ON w.workspace_id = p.workspace_id AND w.workflow_id = p.workflow_id
         WHERE p.active = 1 AND w.state = 'published'",
    );
}

impl Store {
    /// Commits a page: cursor, seen-set and the events of items not seen before. `None`: another poller moved the
    /// cursor meanwhile, nothing was kept.
    pub async fn accept_poll(&self, scope: &Scope, commit: &PollCommit) -> Result<Option<Vec<Accepted>>> {
        // Only a commit under the same generation could add to the seen-set, and then the fence refuses this one.
        let hashes: Vec<String> = commit.items.iter().map(|item| key_hash(&item.key)).collect();
        let mut known = args![scope, &commit.workflow];
        known.push(Arg::keys(hashes.iter().map(String::as_str)));
        let rows = self.rows(&SEEN, known).await?;
        let mut seen =
            rows.into_iter().map(|mut row| row.text()).collect::<Result<std::collections::HashSet<_>>>()?;
        let mut group = Group::new(Kind::Poll);
        let (workflow, cursor) = (&commit.workflow, commit.cursor.clone());
        group.key("poll", scope, workflow);
        let (generation, polled_at) = (commit.generation, commit.polled_at);
        group.fence(&ADVANCE, args![scope, workflow, generation, cursor, polled_at, commit.next_at]);
        let mut marks: std::collections::BTreeSet<&str> = std::collections::BTreeSet::new();
        let mut accepted = Vec::new();
        for (item, hash) in commit.items.iter().zip(&hashes) {
            marks.insert(hash);
            if !seen.insert(hash.clone()) {
                continue;
            }
            if let Some(event) = &item.event {
                let blob = self.spill_event(scope, event).await?;
                event_ops(&mut group, scope, event, blob.as_ref(), None)?;
                accepted.push(Accepted {
                    event: event.id.clone(),
                    run: event.run.id.clone(),
                    duplicate: false,
                });
            }
        }
        for hash in marks {
            group.op(&SEE, args![scope, workflow, hash, polled_at]);
        }
        match self.commit_group(group).await? {
            Outcome::Committed(_) => Ok(Some(accepted)),
            Outcome::Fenced | Outcome::Refused(_) => Ok(None),
        }
    }

    /// Notes a failed poll and when to try again; the cursor stays. False: another poller was faster.
    pub async fn fail_poll(
        &self,
        scope: &Scope,
        workflow: &str,
        generation: u64,
        next_at: Timestamp,
        failure: (&str, &str),
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&FAIL, args![scope, workflow, generation, next_at, failure.0, failure.1]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Forgets the cursor: the next poll begins anew, and marks what it finds as seen.
    pub async fn reset_poll(&self, scope: &Scope, workflow: &str, next_at: Timestamp) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&RESET, args![scope, workflow, next_at]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Where the poll of a workflow stands.
    pub async fn get_poll(&self, scope: &Scope, workflow: &str) -> Result<Option<PollRow>> {
        self.one(&GET, args![scope, workflow]).await
    }

    /// The active polls of a workspace.
    pub async fn list_polls(&self, scope: &Scope) -> Result<Vec<PollRow>> {
        self.all(&LIST, args![scope]).await
    }

    /// Polls of every workspace that are due, the longest overdue first.
    pub async fn due_polls_all(&self, now: Timestamp, limit: u32) -> Result<Vec<PollRow>> {
        self.all(&DUE, args![now, limit]).await
    }

    /// When the next poll of any workspace is due.
    pub async fn next_poll_all(&self) -> Result<Option<Timestamp>> {
        let mut rows = self.rows(&NEXT, Vec::new()).await?;
        rows.first_mut().map_or(Ok(None), Row::opt_time)
    }
}

impl FromRow for PollRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            workflow: row.text()?,
            generation: row.count()?,
            cursor: row.opt_bytes()?,
            polled_at: row.opt_time()?,
            next_at: row.time()?,
            failures: row.small()?,
            failure: match (row.opt_text()?, row.opt_text()?) {
                (Some(code), Some(message)) => Some((code, message)),
                (None, _) | (_, None) => None,
            },
        })
    }
}
