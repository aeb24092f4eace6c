//! Asks: questions to people.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use throughline_domain::id::{AskId, RunId};
use throughline_domain::run::event::Payload;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::changes::Subject;
use crate::db::{Arg, FromRow, Row, Sql, args, statements, to_json, words};
use crate::error::Result;
use crate::mail::{NewMail, mail_op};
use crate::page::{Page, PageRequest};
use crate::scope::Scope;
use crate::writer::{Group, Kind};

words! {
    /// Where an ask stands.
    AskState {
        /// It waits for an answer.
        Open = "open",
        /// Answered.
        Answered = "answered",
        /// Nobody answered in time.
        Expired = "expired",
        /// The run does not need it any more.
        Withdrawn = "withdrawn",
    }
}

/// A change of a run's asks, part of a commit.
#[derive(Clone, Debug, PartialEq)]
pub enum AskChange {
    /// A question is asked.
    Open(Box<NewAsk>),
    /// It is answered; nothing happens if it is closed already.
    Answer {
        /// Ask.
        ask: AskId,
        /// The answer.
        answer: Payload,
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// It is closed without an answer.
    Close {
        /// Ask.
        ask: AskId,
        /// Its due time passed; else the run does not need it any more.
        expired: bool,
        /// When.
        at: Timestamp,
    },
}

impl AskChange {
    const fn ask(&self) -> &AskId {
        match self {
            Self::Open(new) => &new.ask,
            Self::Answer { ask, .. } | Self::Close { ask, .. } => ask,
        }
    }
}

/// A question to ask.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAsk {
    /// Its id; asking it again changes nothing.
    pub ask: AskId,
    /// Step.
    pub path: String,
    /// Workflow.
    pub workflow: String,
    /// The question.
    pub question: String,
    /// JSON Schema of the answer.
    pub form: Json,
    /// Who.
    pub owner: String,
    /// By when.
    pub due_at: Timestamp,
    /// When it was asked.
    pub asked_at: Timestamp,
}

/// An ask as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct AskRow {
    /// Workspace.
    pub scope: Scope,
    /// Ask.
    pub ask: AskId,
    /// Run.
    pub run: RunId,
    /// Step.
    pub path: String,
    /// Workflow.
    pub workflow: String,
    /// The question.
    pub question: String,
    /// JSON Schema of the answer.
    pub form: Json,
    /// Who.
    pub owner: String,
    /// By when.
    pub due_at: Timestamp,
    /// Where it stands.
    pub state: AskState,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Who answered.
    pub answered_by: Option<String>,
    /// The answer.
    pub answer: Option<Payload>,
}

macro_rules! columns {
    () => {
        "workspace_id, ask_id, run_id, path, workflow_id, question, form, owner, due_at, state, asked_at, closed_at,
         answered_by, answer"
    };
}

statements! {
    Tenant OPEN = Sql::same(
        "INSERT INTO ask (workspace_id, ask_id, run_id, path, workflow_id, question, form, owner, due_at, state, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10) ON CONFLICT (workspace_id, ask_id) DO NOTHING",
    );
    Tenant CLOSE = Sql::same(
        "UPDATE ask SET state = $3, closed_at = $4, answered_by = $5, answer = $6
         WHERE workspace_id = $1 AND ask_id = $2 AND state = 'open'",
    );
    Tenant GET = Sql::same(concat!("SELECT ", columns!(), " FROM ask WHERE workspace_id = $1 AND ask_id = $2"));
    Tenant OF_RUN = Sql::same(concat!(
        "SELECT ", columns!(), " FROM ask WHERE workspace_id = $1 AND run_id = $2
             ORDER BY asked_at, ask_id LIMIT 1000"
    ));
    Tenant LIST = Sql::same(concat!(
        "SELECT ", columns!(), " FROM ask WHERE workspace_id = $1 AND ask_id < $2
             ORDER BY ask_id DESC LIMIT $3"
    ));
    Tenant LIST_CLOSED = Sql::same(concat!(
        "SELECT ", columns!(), " FROM ask WHERE workspace_id = $1 AND ask_id < $2 AND state <> 'open' AND state = $4
             ORDER BY ask_id DESC LIMIT $3"
    ));
    All ASKED = Sql::same(
        "SELECT workspace_id, owner FROM ask WHERE state = 'open' AND told = 0 AND asked_at <= $1
             ORDER BY asked_at LIMIT $2",
    );
    Tenant UNTOLD = Sql::same(concat!(
        "SELECT ", columns!(), " FROM ask WHERE workspace_id = $1 AND owner = $2 AND state = 'open' AND told = 0
             ORDER BY asked_at, ask_id LIMIT $3"
    ));
    All DUE = Sql::same(concat!(
        "SELECT ", columns!(), " FROM ask WHERE state = 'open' AND told < 2 AND due_at <= $1 ORDER BY due_at LIMIT $2"
    ));
    Tenant TOLD = Sql::same(
        "UPDATE ask SET told = $3 WHERE workspace_id = $1 AND told < $3 AND ask_id IN (SELECT key FROM json_each($2))",
    );
    Tenant LIST_OPEN = Sql::same(concat!(
        "SELECT ", columns!(), " FROM ask WHERE workspace_id = $1 AND ask_id < $2 AND state = 'open'
             ORDER BY ask_id DESC LIMIT $3"
    ));
}

impl Store {
    /// One ask.
    pub async fn get_ask(&self, scope: &Scope, ask: &AskId) -> Result<Option<AskRow>> {
        self.one(&GET, args![scope, ask]).await
    }

    /// The asks of a run, oldest first; at most 1,000.
    pub async fn asks_of_run(&self, scope: &Scope, run: &RunId) -> Result<Vec<AskRow>> {
        self.all(&OF_RUN, args![scope, run]).await
    }

    /// One page of asks, newest first, perhaps in one state only.
    pub async fn list_asks(
        &self,
        scope: &Scope,
        state: Option<AskState>,
        page: &PageRequest,
    ) -> Result<Page<AskRow>> {
        let mut args = args![scope, page.before()?, page.limit() + 1];
        let sql = match state {
            None => &LIST,
            Some(AskState::Open) => &LIST_OPEN,
            Some(closed) => {
                args.extend(args![closed.as_str()]);
                &LIST_CLOSED
            }
        };
        let rows: Vec<AskRow> = self.all(sql, args).await?;
        Ok(Page::cut(rows, page, |row| row.ask.as_str().to_owned()))
    }
}

struct Asked {
    scope: Scope,
    owner: String,
}

impl FromRow for Asked {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { scope: row.parse()?, owner: row.text()? })
    }
}

impl Store {
    /// Owners in any workspace who have not heard of a question that was asked by then, each once.
    pub async fn owners_to_tell_all(&self, by: Timestamp, limit: u32) -> Result<BTreeSet<(Scope, String)>> {
        let rows: Vec<Asked> = self.all(&ASKED, args![by, limit]).await?;
        Ok(rows.into_iter().map(|row| (row.scope, row.owner)).collect())
    }

    /// Open questions of an owner of which nobody was told, the oldest first.
    pub async fn untold_asks(&self, scope: &Scope, owner: &str, limit: u32) -> Result<Vec<AskRow>> {
        self.all(&UNTOLD, args![scope, owner, limit]).await
    }

    /// Open questions in any workspace that are due, and whose owners have not heard so.
    pub async fn asks_due_all(&self, now: Timestamp, limit: u32) -> Result<Vec<AskRow>> {
        self.all(&DUE, args![now, limit]).await
    }

    /// Queues mail about questions, and notes that their owners heard of them: that they were asked, or that they are due.
    pub async fn tell_asks(
        &self,
        scope: &Scope,
        asked: &[AskId],
        due: &[AskId],
        mails: &[NewMail],
    ) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        for (asks, told) in [(asked, 1_u32), (due, 2)] {
            if !asks.is_empty() {
                let mut args = args![scope];
                args.push(Arg::keys(asks.iter().map(AskId::as_str)));
                args.extend(args![told]);
                group.op(&TOLD, args);
            }
        }
        for mail in mails {
            mail_op(&mut group, scope, mail);
        }
        self.commit_group(group).await?.done().map(drop)
    }
}

pub(crate) fn ask_ops(group: &mut Group, scope: &Scope, run: &RunId, changes: &[AskChange]) -> Result<()> {
    let (nobody, nothing): (Option<&str>, Option<Vec<u8>>) = (None, None);
    for change in changes {
        group.changes().touch(scope, Subject::Ask, change.ask().as_str());
        match change {
            AskChange::Open(new) => {
                let form = to_json(&new.form)?;
                let (ask, path, workflow) = (&new.ask, &new.path, &new.workflow);
                let args = args![
                    scope,
                    ask,
                    run,
                    path,
                    workflow,
                    &new.question,
                    form,
                    &new.owner,
                    new.due_at,
                    new.asked_at
                ];
                group.op(&OPEN, args);
            }
            AskChange::Answer { ask, answer, by, at } => {
                group.op(&CLOSE, args![scope, ask, AskState::Answered, *at, by, to_json(answer)?]);
            }
            AskChange::Close { ask, expired, at } => {
                let state = if *expired { AskState::Expired } else { AskState::Withdrawn };
                group.op(&CLOSE, args![scope, ask, state, *at, nobody, nothing.clone()]);
            }
        }
    }
    Ok(())
}

impl FromRow for AskRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            ask: row.parse()?,
            run: row.parse()?,
            path: row.text()?,
            workflow: row.text()?,
            question: row.text()?,
            form: row.json()?,
            owner: row.text()?,
            due_at: row.time()?,
            state: row.parse()?,
            asked_at: row.time()?,
            closed_at: row.opt_time()?,
            answered_by: row.opt_text()?,
            answer: row.opt_json()?,
        })
    }
}
