//! Replies to waiting callers: stored before they are sent.

use throughline_domain::id::RunId;
use throughline_domain::run::event::Payload;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements, to_json};
use crate::error::Result;
use crate::scope::Scope;
use crate::waiter::ReplyWaiter;
use crate::writer::Group;

/// The answer to a waiting caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Payload,
    /// When.
    pub replied_at: Timestamp,
}

statements! {
    // The first reply stands.
    Tenant STORE_REPLY = Sql::same(
        "INSERT INTO run_reply (workspace_id, run_id, status, headers, body, replied_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace_id, run_id) DO NOTHING",
    ).many(
        &[1],
        "workspace_id text, run_id text, status bigint, headers bytea, body bytea, replied_at bigint",
        "INSERT INTO run_reply (workspace_id, run_id, status, headers, body, replied_at) SELECT * FROM n WHERE true
         ON CONFLICT (workspace_id, run_id) DO NOTHING
         RETURNING run_id",
    );
    Tenant GET_REPLY = Sql::same(
        "SELECT status, headers, body, replied_at FROM run_reply WHERE workspace_id = $1 AND run_id = $2",
    );
}

impl Store {
    /// Hears of a run's reply when a commit on this node stores it. A run of another node is not heard of: look now
    /// and then.
    pub fn wait_for_reply(&self, scope: &Scope, run: &RunId) -> ReplyWaiter {
        self.inner.waiters.wait(scope, run)
    }

    /// The stored reply of a run.
    pub async fn reply(&self, scope: &Scope, run: &RunId) -> Result<Option<Reply>> {
        self.one(&GET_REPLY, args![scope, run]).await
    }
}

/// Gives the place of the operation: it changes nothing where a reply is stored already.
pub(crate) fn reply_ops(group: &mut Group, scope: &Scope, run: &RunId, reply: &Reply) -> Result<usize> {
    let (headers, body) = (to_json(&reply.headers)?, to_json(&reply.body)?);
    let args = args![scope, run, u32::from(reply.status), headers, body, reply.replied_at];
    Ok(group.op(&STORE_REPLY, args))
}

impl FromRow for Reply {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            status: u16::try_from(row.small()?).unwrap_or(500),
            headers: row.json()?,
            body: row.json()?,
            replied_at: row.time()?,
        })
    }
}
