//! What people write beside an exception, who watches it, and what is to be told.

use throughline_domain::id::ExceptionId;
use throughline_domain::time::Timestamp;

use super::figure::FORGET_MINUTES;
use crate::Store;
use crate::changes::Subject;
use crate::db::{Arg, FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::mail::{NewMail, mail_op};
use crate::scope::Scope;
use crate::writer::{Group, Kind};

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentRow {
    /// Its id; writing it again changes nothing.
    pub id: String,
    /// Who.
    pub by: String,
    /// What.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

/// Somebody who watches an exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatcherRow {
    /// Handle.
    pub person: String,
    /// Since when.
    pub since: Timestamp,
}

/// Something that somebody is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRow {
    /// Workspace.
    pub scope: Scope,
    /// Its id.
    pub id: String,
    /// About which.
    pub exception: ExceptionId,
    /// Whom.
    pub recipient: String,
    /// What happened.
    pub what: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// It is still worth telling: what it is about is not over, or is to be told just because it is.
    pub holds: bool,
}

/// Somebody who has waited long enough to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueNotices {
    /// Workspace.
    pub scope: Scope,
    /// Whom.
    pub recipient: String,
}

macro_rules! notices {
    () => {
        "SELECT n.workspace_id, n.notice_id, n.exception_id, n.recipient, n.what, n.made_at,
             CAST(CASE WHEN n.what = 'watched' OR e.ended_at IS NULL THEN 1 ELSE 0 END AS BIGINT)
         FROM exception_notice AS n JOIN exception AS e
             ON e.workspace_id = n.workspace_id AND e.exception_id = n.exception_id
         WHERE n.workspace_id = $1 AND n.recipient = $2"
    };
}

/// The notice of the manager's digest, which is held for longer.
const DIGEST: &str = "digest";

statements! {
    Tenant COMMENT = Sql::same(
        "INSERT INTO exception_comment (workspace_id, exception_id, comment_id, written_by, text, written_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace_id, exception_id, comment_id) DO NOTHING",
    );
    Tenant SAID = Sql::same(
        "UPDATE exception SET said = said + 1 WHERE workspace_id = $1 AND exception_id = $2",
    );
    Tenant COMMENTS = Sql::same(
        "SELECT comment_id, written_by, text, written_at FROM exception_comment
         WHERE workspace_id = $1 AND exception_id = $2 ORDER BY written_at, comment_id LIMIT 500",
    );
    Tenant WATCH = Sql::same(
        "INSERT INTO exception_watcher (workspace_id, exception_id, person, since) VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace_id, exception_id, person) DO NOTHING",
    );
    Tenant UNWATCH = Sql::same(
        "DELETE FROM exception_watcher WHERE workspace_id = $1 AND exception_id = $2 AND person = $3",
    );
    Tenant WATCHERS = Sql::same(
        "SELECT person, since FROM exception_watcher WHERE workspace_id = $1 AND exception_id = $2 ORDER BY person",
    );
    // Who has one that was made by then has a first one that was.
    All DUE = Sql::same(
        "SELECT DISTINCT workspace_id, recipient FROM exception_notice WHERE made_at <= $1 AND what <> $2
         ORDER BY workspace_id, recipient LIMIT $3",
    );
    All DUE_DIGEST = Sql::same(
        "SELECT DISTINCT workspace_id, recipient FROM exception_notice WHERE made_at <= $1 AND what = $2
         ORDER BY workspace_id, recipient LIMIT $3",
    );
    Tenant NOTICES = Sql::same(concat!(
        notices!(), " AND n.what <> $3 ORDER BY n.made_at, n.notice_id LIMIT $4"
    ));
    Tenant DIGESTS = Sql::same(concat!(
        notices!(), " AND n.what = $3 ORDER BY n.made_at, n.notice_id LIMIT $4"
    ));
    Tenant TOLD = Sql::same(
        "DELETE FROM exception_notice WHERE workspace_id = $1 AND notice_id IN (SELECT key FROM json_each($2))",
    );
    All OLD = Sql::same(
        "SELECT workspace_id, exception_id FROM exception WHERE ended_at IS NOT NULL AND ended_at < $1
             AND NOT EXISTS (SELECT 1 FROM exception_step AS s WHERE s.workspace_id = exception.workspace_id
                 AND s.exception_id = exception.exception_id)
         ORDER BY ended_at LIMIT $2",
    );
    Tenant FORGET_LOG = Sql::same(
        "DELETE FROM exception_transition WHERE workspace_id = $1 AND exception_id = $2",
    );
    Tenant FORGET_COMMENTS = Sql::same(
        "DELETE FROM exception_comment WHERE workspace_id = $1 AND exception_id = $2",
    );
    Tenant FORGET_WATCHERS = Sql::same(
        "DELETE FROM exception_watcher WHERE workspace_id = $1 AND exception_id = $2",
    );
    Tenant FORGET_NOTICES = Sql::same(
        "DELETE FROM exception_notice WHERE workspace_id = $1 AND exception_id = $2",
    );
    Tenant FORGET = Sql::same(
        "DELETE FROM exception WHERE workspace_id = $1 AND exception_id = $2 AND ended_at IS NOT NULL",
    );
}

struct Old {
    scope: Scope,
    exception: ExceptionId,
}

impl FromRow for Old {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { scope: row.parse()?, exception: row.parse()? })
    }
}

impl Store {
    /// Writes a comment.
    pub async fn comment_exception(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
        comment: &CommentRow,
    ) -> Result<()> {
        let mut group = Group::new(Kind::Exception);
        group.op(&COMMENT, args![scope, exception, &comment.id, &comment.by, &comment.text, comment.at]);
        said_op(&mut group, scope, exception);
        self.commit_group(group).await?.done().map(drop)
    }

    /// Comments, oldest first; at most 500.
    pub async fn exception_comments(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
    ) -> Result<Vec<CommentRow>> {
        self.all(&COMMENTS, args![scope, exception]).await
    }

    /// Somebody watches an exception, or no longer.
    pub async fn watch_exception(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
        person: &str,
        since: Option<Timestamp>,
    ) -> Result<()> {
        let mut group = Group::new(Kind::Exception);
        match since {
            Some(since) => group.op(&WATCH, args![scope, exception, person, since]),
            None => group.op(&UNWATCH, args![scope, exception, person]),
        };
        said_op(&mut group, scope, exception);
        self.commit_group(group).await?.done().map(drop)
    }

    /// Who watches an exception, by handle.
    pub async fn exception_watchers(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
    ) -> Result<Vec<WatcherRow>> {
        self.all(&WATCHERS, args![scope, exception]).await
    }

    /// Who is to be told something that was made by then, anywhere; digests apart.
    pub async fn due_notices_all(&self, by: Timestamp, digest: bool, limit: u32) -> Result<Vec<DueNotices>> {
        self.all(if digest { &DUE_DIGEST } else { &DUE }, args![by, DIGEST, limit]).await
    }

    /// What somebody is to be told, the oldest first; digests apart.
    pub async fn notices_for(
        &self,
        scope: &Scope,
        recipient: &str,
        digest: bool,
        limit: u32,
    ) -> Result<Vec<NoticeRow>> {
        let sql = if digest { &DIGESTS } else { &NOTICES };
        self.all(sql, args![scope, recipient, DIGEST, limit]).await
    }

    /// Queues mail, and takes away the notices it tells and those that are not worth telling any more.
    pub async fn tell_notices(&self, scope: &Scope, notices: &[String], mails: &[NewMail]) -> Result<()> {
        let mut group = Group::new(Kind::Exception);
        let mut args = args![scope];
        args.push(Arg::keys(notices.iter().map(String::as_str)));
        group.op(&TOLD, args);
        for mail in mails {
            mail_op(&mut group, scope, mail);
        }
        self.commit_group(group).await?.done().map(drop)
    }

    /// Deletes exceptions that ended before a time and whose runs are gone, with all that belongs to them; at most
    /// `batch`. Gives how many.
    pub async fn forget_exceptions_all(&self, before: Timestamp, batch: u32) -> Result<u64> {
        let old: Vec<Old> = self.all(&OLD, args![before, batch]).await?;
        let mut group = Group::new(Kind::Sweep);
        for Old { scope, exception } in &old {
            for sql in
                [&FORGET_LOG, &FORGET_COMMENTS, &FORGET_WATCHERS, &FORGET_NOTICES, &FORGET_MINUTES, &FORGET]
            {
                group.op(sql, args![scope, exception]);
            }
        }
        self.commit_group(group).await?.done()?;
        Ok(old.len() as u64)
    }
}

/// Whoever looks at it looks again.
fn said_op(group: &mut Group, scope: &Scope, exception: &ExceptionId) {
    group.op(&SAID, args![scope, exception]);
    group.changes().touch(scope, Subject::Exception, exception.as_str());
}

impl FromRow for CommentRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { id: row.text()?, by: row.text()?, text: row.text()?, at: row.time()? })
    }
}

impl FromRow for WatcherRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { person: row.text()?, since: row.time()? })
    }
}

impl FromRow for NoticeRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            id: row.text()?,
            exception: row.parse()?,
            recipient: row.text()?,
            what: row.text()?,
            made_at: row.time()?,
            holds: row.small()? != 0,
        })
    }
}

impl FromRow for DueNotices {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { scope: row.parse()?, recipient: row.text()? })
    }
}
