//! Mail that waits for the mail server, and the record of what went.

use throughline_domain::id::MailId;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements, words};
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

words! {
    /// What a mail is for.
    MailKind {
        /// An invitation, a link for a forgotten password.
        Account = "account",
        /// A code that opens a decision.
        Code = "code",
        /// Exceptions that are somebody's to clear.
        Exception = "exception",
        /// A proposal that is somebody's to decide.
        Proposal = "proposal",
        /// What a manager is told once a day.
        Digest = "digest",
    }
}

words! {
    /// Where a mail stands.
    MailState {
        /// It waits to be sent, for the first time or again.
        Queued = "queued",
        /// The mail server took it.
        Sent = "sent",
        /// It will not be sent.
        Failed = "failed",
    }
}

/// A mail to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMail {
    /// Its id; queueing it again changes nothing.
    pub mail: MailId,
    /// What it is for.
    pub kind: MailKind,
    /// The proposal, exception, question or person it is about.
    pub about: Option<String>,
    /// Address.
    pub to: String,
    /// Name, if known.
    pub name: Option<String>,
    /// One line, at most 200 characters.
    pub subject: String,
    /// The readable text.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// When it was written.
    pub queued_at: Timestamp,
    /// Not sent before this.
    pub not_before: Timestamp,
    /// Not sent after this.
    pub until: Timestamp,
}

/// A mail as stored. What it says is empty once it is settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRow {
    /// Workspace.
    pub scope: Scope,
    /// Mail.
    pub mail: MailId,
    /// What it is for.
    pub kind: MailKind,
    /// What it is about.
    pub about: Option<String>,
    /// Address.
    pub to: String,
    /// Name.
    pub name: Option<String>,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// HTML.
    pub html: Option<String>,
    /// When it was written.
    pub queued_at: Timestamp,
    /// Not sent after this.
    pub until: Timestamp,
    /// Where it stands.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next, while it is queued.
    pub next_at: Option<Timestamp>,
    /// When it was sent or given up.
    pub settled_at: Option<Timestamp>,
    /// Why it did not go the last time.
    pub failure: Option<String>,
}

/// Mail that was tried and did not go yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// How many.
    pub count: u64,
    /// The oldest was written then.
    pub since: Timestamp,
}

macro_rules! columns {
    () => {
        "workspace_id, mail_id, kind, about, to_address, to_name, subject, text, html, queued_at, until_at, state,
         attempts, next_at, settled_at, failure"
    };
}

statements! {
    Tenant QUEUE = Sql::same(
        "INSERT INTO mail_out (workspace_id, mail_id, kind, about, to_address, to_name, subject, text, html, queued_at,
             until_at, state, attempts, next_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'queued', 0, $12)
         ON CONFLICT (workspace_id, mail_id) DO NOTHING",
    );
    Tenant TAKE = Sql::same(
        "UPDATE mail_out SET attempts = attempts + 1, next_at = $4
         WHERE workspace_id = $1 AND mail_id = $2 AND attempts = $3 AND state = 'queued'",
    );
    Tenant AGAIN = Sql::same(
        "UPDATE mail_out SET next_at = $4, failure = $5
         WHERE workspace_id = $1 AND mail_id = $2 AND attempts = $3 AND state = 'queued'",
    );
    Tenant SETTLE = Sql::same(
        "UPDATE mail_out SET state = $4, settled_at = $5, failure = $6, next_at = NULL, text = '', html = NULL
         WHERE workspace_id = $1 AND mail_id = $2 AND attempts = $3 AND state = 'queued'",
    );
    Tenant GET = Sql::same(concat!("SELECT ", columns!(), " FROM mail_out WHERE workspace_id = $1 AND mail_id = $2"));
    Tenant LIST = Sql::same(concat!(
        "SELECT ", columns!(), " FROM mail_out WHERE workspace_id = $1 AND mail_id < $2 ORDER BY mail_id DESC LIMIT $3"
    ));
    Tenant LIST_FAILED = Sql::same(concat!(
        "SELECT ", columns!(), " FROM mail_out WHERE workspace_id = $1 AND mail_id < $2 AND state = 'failed'
         ORDER BY mail_id DESC LIMIT $3"
    ));
    All DUE = Sql::same(concat!(
        "SELECT ", columns!(), " FROM mail_out WHERE state = 'queued' AND next_at <= $1 ORDER BY next_at LIMIT $2"
    ));
    All NEXT = Sql::same("SELECT CAST(min(next_at) AS BIGINT) FROM mail_out WHERE state = 'queued'");
    All FAILING = Sql::same(
        "SELECT count(*), CAST(min(queued_at) AS BIGINT) FROM mail_out WHERE state = 'queued' AND failure IS NOT NULL",
    );
    All FORGET = Sql::same(
        "DELETE FROM mail_out WHERE (workspace_id, mail_id) IN (
             SELECT workspace_id, mail_id FROM mail_out WHERE state <> 'queued' AND settled_at < $1
             ORDER BY settled_at LIMIT $2)",
    );
}

impl Store {
    /// Queues a mail; it is sent even if this server ends now.
    pub async fn queue_mail(&self, scope: &Scope, new: &NewMail) -> Result<()> {
        let mut group = Group::new(Kind::Mail);
        mail_op(&mut group, scope, new);
        self.commit_group(group).await?.done().map(drop)
    }

    /// Mail of every workspace that is due, the longest overdue first.
    pub async fn due_mail_all(&self, now: Timestamp, limit: u32) -> Result<Vec<MailRow>> {
        self.all(&DUE, args![now, limit]).await
    }

    /// When the next mail of any workspace is due.
    pub async fn next_mail_all(&self) -> Result<Option<Timestamp>> {
        let mut rows = self.rows(&NEXT, Vec::new()).await?;
        rows.first_mut().map_or(Ok(None), Row::opt_time)
    }

    /// Begins to send: nobody else tries until `lease`. False: another node was faster.
    pub async fn take_mail(&self, row: &MailRow, lease: Timestamp) -> Result<bool> {
        self.change_mail(&TAKE, args![&row.scope, &row.mail, row.attempts, lease]).await
    }

    /// It did not go; it is tried again then. `row` is as it was taken, before the attempt was counted.
    pub async fn retry_mail(&self, row: &MailRow, next_at: Timestamp, failure: &str) -> Result<bool> {
        self.change_mail(&AGAIN, args![&row.scope, &row.mail, row.attempts + 1, next_at, failure]).await
    }

    /// It went, or with a failure never will. What it said is wiped.
    pub async fn settle_mail(&self, row: &MailRow, at: Timestamp, failure: Option<&str>) -> Result<bool> {
        let state = if failure.is_some() { MailState::Failed } else { MailState::Sent };
        self.change_mail(&SETTLE, args![&row.scope, &row.mail, row.attempts + 1, state, at, failure]).await
    }

    /// One mail.
    pub async fn get_mail(&self, scope: &Scope, mail: &MailId) -> Result<Option<MailRow>> {
        self.one(&GET, args![scope, mail]).await
    }

    /// One page of mail, newest first, perhaps only what did not go.
    pub async fn list_mail(&self, scope: &Scope, failed: bool, page: &PageRequest) -> Result<Page<MailRow>> {
        let sql = if failed { &LIST_FAILED } else { &LIST };
        let rows = self.all(sql, args![scope, page.before()?, page.limit() + 1]).await?;
        Ok(Page::cut(rows, page, |row: &MailRow| row.mail.as_str().to_owned()))
    }

    /// Mail of every workspace that was tried and did not go yet.
    pub async fn failing_mail_all(&self) -> Result<Option<Failing>> {
        let mut rows = self.rows(&FAILING, Vec::new()).await?;
        let Some(row) = rows.first_mut() else { return Ok(None) };
        let count = row.count()?;
        Ok(row.opt_time()?.map(|since| Failing { count, since }))
    }

    /// Deletes the record of mail that was settled before a time; at most `batch`. Gives how many.
    pub async fn forget_mail_all(&self, before: Timestamp, batch: u32) -> Result<u64> {
        let mut group = Group::new(Kind::Sweep);
        group.op(&FORGET, args![before, batch]);
        let done = self.commit_group(group).await?.done()?;
        Ok(done.iter().map(|done| done.changed).sum())
    }

    async fn change_mail(&self, sql: &'static Sql, args: Vec<crate::db::Arg>) -> Result<bool> {
        let mut group = Group::new(Kind::Mail);
        group.fence(sql, args);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }
}

/// Queues a mail as part of a commit: it is sent if and only if the rest of it happened.
pub(crate) fn mail_op(group: &mut Group, scope: &Scope, new: &NewMail) {
    let (mail, about, to, name) = (&new.mail, &new.about, &new.to, &new.name);
    let (subject, text, html) = (&new.subject, &new.text, &new.html);
    let times = (new.queued_at, new.until, new.not_before);
    let args = args![scope, mail, new.kind, about, to, name, subject, text, html, times.0, times.1, times.2];
    group.op(&QUEUE, args);
}

impl FromRow for MailRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            mail: row.parse()?,
            kind: row.parse()?,
            about: row.opt_text()?,
            to: row.text()?,
            name: row.opt_text()?,
            subject: row.text()?,
            text: row.text()?,
            html: row.opt_text()?,
            queued_at: row.time()?,
            until: row.time()?,
            state: row.parse()?,
            attempts: row.small()?,
            next_at: row.opt_time()?,
            settled_at: row.opt_time()?,
            failure: row.opt_text()?,
        })
    }
}
