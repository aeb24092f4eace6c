//! Effects: writes that were decided on. The row stands before the request leaves the host.

use throughline_domain::connector::{Effect, Undo};
use throughline_domain::failure::Failure;
use throughline_domain::id::{EffectId, RunId};
use throughline_domain::run::event::{Evidence, Payload};
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements, to_json, words};
use crate::error::{Result, StoreError};
use crate::page::{Page, PageRequest};
use crate::reference::refer_ops;
use crate::scope::Scope;
use crate::writer::Group;

words! {
    /// What is known of an effect.
    EffectState {
        /// About to leave, or left without an answer yet.
        Intended = "intended",
        /// Applied.
        Confirmed = "confirmed",
        /// Certainly not applied.
        NotApplied = "not_applied",
        /// Nobody knows.
        InDoubt = "in_doubt",
    }
}

/// A change of a run's effects, part of a commit.
#[expect(
    clippy::large_enum_variant,
    reason = "a commit has few of them, and an outcome is built where it is used"
)]
#[derive(Clone, Debug, PartialEq)]
pub enum EffectChange {
    /// A write is about to leave.
    Intend(Box<NewEffect>),
    /// Its outcome is known, or known to be unknown; replaces `intended` and `in_doubt`.
    Settle {
        /// Effect.
        effect: EffectId,
        /// Outcome.
        outcome: Settled,
        /// When.
        at: Timestamp,
    },
}

/// An intent.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEffect {
    /// Its id.
    pub effect: EffectId,
    /// Step.
    pub path: String,
    /// Connector.
    pub connector: String,
    /// Action.
    pub action: String,
    /// Connection name.
    pub connection: Option<String>,
    /// A write class.
    pub class: Effect,
    /// Can it be taken back?
    pub undo: Undo,
    /// Attempt.
    pub attempt: u32,
    /// Sending.
    pub sending: u32,
    /// The key sent with it.
    pub idempotency_key: String,
    /// Hex SHA-256 of the canonical input.
    pub request_sha256: String,
    /// When.
    pub intended_at: Timestamp,
}

/// An outcome.
#[derive(Clone, Debug, PartialEq)]
pub enum Settled {
    /// Applied.
    Confirmed {
        /// What the remote said.
        receipt: Payload,
        /// How we know.
        by: Evidence,
    },
    /// Certainly not applied.
    NotApplied {
        /// Why.
        failure: Failure,
    },
    /// Nobody knows.
    InDoubt {
        /// What is known.
        failure: Failure,
    },
}

/// An effect as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectRow {
    /// Workspace.
    pub scope: Scope,
    /// Effect.
    pub effect: EffectId,
    /// Run.
    pub run: RunId,
    /// Step.
    pub path: String,
    /// Connector.
    pub connector: String,
    /// Action.
    pub action: String,
    /// Connection name.
    pub connection: Option<String>,
    /// Write class.
    pub class: Effect,
    /// Can it be taken back?
    pub undo: Undo,
    /// Attempt.
    pub attempt: u32,
    /// Sending.
    pub sending: u32,
    /// The key sent with it.
    pub idempotency_key: String,
    /// Hex SHA-256 of the canonical input.
    pub request_sha256: String,
    /// Generation of the claim that intended it.
    pub generation: u64,
    /// What is known.
    pub state: EffectState,
    /// When it was intended.
    pub intended_at: Timestamp,
    /// When the outcome was settled.
    pub settled_at: Option<Timestamp>,
    /// How the outcome is known.
    pub evidence: Option<Evidence>,
    /// What the remote said.
    pub receipt: Option<Payload>,
    /// Why not, or what is known.
    pub failure: Option<Failure>,
}

macro_rules! columns {
    () => {
        "workspace_id, effect_id, run_id, path, connector, action, connection, class, undo, attempt, sending,
         idempotency_key, request_sha256, generation, state, intended_at, settled_at, evidence, receipt, failure"
    };
}

statements! {
    Tenant INTEND = Sql::same(
        "INSERT INTO effect (workspace_id, effect_id, run_id, path, connector, action, connection, class, undo, attempt,
             sending, idempotency_key, request_sha256, generation, state, intended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'intended', $15)",
    ).many(
        &[1],
        "workspace_id text, effect_id text, run_id text, path text, connector text, action text, connection text, \
         class text, undo text, attempt bigint, sending bigint, idempotency_key text, request_sha256 text, \
         generation bigint, intended_at bigint",
        "INSERT INTO effect (workspace_id, effect_id, run_id, path, connector, action, connection, class, undo, attempt,
             sending, idempotency_key, request_sha256, generation, intended_at, state)
         SELECT n.*, 'intended' FROM n",
    );
    Tenant SETTLE = Sql::same(
        "UPDATE effect SET state = $3, settled_at = $4, evidence = $5, receipt = $6, failure = $7
         WHERE workspace_id = $1 AND effect_id = $2 AND state IN ('intended', 'in_doubt')",
    ).many(
        &[1],
        "workspace_id text, effect_id text, state text, settled_at bigint, evidence text, receipt bytea, failure bytea",
        "UPDATE effect SET state = n.state, settled_at = n.settled_at, evidence = n.evidence, receipt = n.receipt,
             failure = n.failure FROM n
         WHERE effect.workspace_id = n.workspace_id AND effect.effect_id = n.effect_id
             AND effect.state IN ('intended', 'in_doubt')
         RETURNING effect.effect_id",
    );
    Tenant OF_RUN = Sql::same(concat!(
        "SELECT ", columns!(), " FROM effect WHERE workspace_id = $1 AND run_id = $2
             ORDER BY intended_at, sending, effect_id LIMIT 10000"
    ));
    Tenant GET = Sql::same(concat!("SELECT ", columns!(), " FROM effect WHERE workspace_id = $1 AND effect_id = $2"));
    Tenant OPEN = Sql::same(concat!(
        "SELECT ", columns!(), " FROM effect WHERE workspace_id = $1 AND effect_id < $2
             AND state IN ('intended', 'in_doubt') ORDER BY effect_id DESC LIMIT $3"
    ));
}

impl Store {
    /// The effects of a run, oldest first; at most 10,000.
    pub async fn list_effects(&self, scope: &Scope, run: &RunId) -> Result<Vec<EffectRow>> {
        self.all(&OF_RUN, args![scope, run]).await
    }

    /// One effect.
    pub async fn get_effect(&self, scope: &Scope, effect: &EffectId) -> Result<Option<EffectRow>> {
        self.one(&GET, args![scope, effect]).await
    }

    /// Effects intended or in doubt, newest first.
    pub async fn open_effects(&self, scope: &Scope, page: &PageRequest) -> Result<Page<EffectRow>> {
        let rows: Vec<EffectRow> = self.all(&OPEN, args![scope, page.before()?, page.limit() + 1]).await?;
        Ok(Page::cut(rows, page, |row| row.effect.as_str().to_owned()))
    }
}

/// The word of an enum that serialises as one.
fn word(value: &impl serde::Serialize) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(StoreError::Unreadable(format!("not a word: {other:?}"))),
    }
}

fn from_word<T: serde::de::DeserializeOwned>(word: String) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(|e| StoreError::Unreadable(e.to_string()))
}

pub(crate) fn effect_ops(
    group: &mut Group,
    scope: &Scope,
    run: &RunId,
    generation: u64,
    changes: &[EffectChange],
) -> Result<()> {
    for change in changes {
        match change {
            EffectChange::Intend(new) => intend_ops(group, scope, run, generation, new)?,
            EffectChange::Settle { effect, outcome, at } => {
                settle_ops(group, scope, run, effect, outcome, *at)?;
            }
        }
    }
    Ok(())
}

fn intend_ops(group: &mut Group, scope: &Scope, run: &RunId, generation: u64, new: &NewEffect) -> Result<()> {
    group.op(
        &INTEND,
        args![
            scope,
            &new.effect,
            run,
            &new.path,
            &new.connector,
            &new.action,
            &new.connection,
            word(&new.class)?,
            word(&new.undo)?,
            new.attempt,
            new.sending,
            &new.idempotency_key,
            &new.request_sha256,
            generation,
            new.intended_at,
        ],
    );
    Ok(())
}

fn settle_ops(
    group: &mut Group,
    scope: &Scope,
    run: &RunId,
    effect: &EffectId,
    outcome: &Settled,
    at: Timestamp,
) -> Result<()> {
    let (state, evidence, receipt, failure) = match outcome {
        Settled::Confirmed { receipt, by } => {
            (EffectState::Confirmed, Some(word(by)?), Some(to_json(receipt)?), None)
        }
        Settled::NotApplied { failure } => (EffectState::NotApplied, None, None, Some(to_json(failure)?)),
        Settled::InDoubt { failure } => (EffectState::InDoubt, None, None, Some(to_json(failure)?)),
    };
    if let Some(receipt) = &receipt {
        refer_ops(group, scope, run.as_str(), receipt);
    }
    group.op(&SETTLE, args![scope, effect, state, at, evidence, receipt, failure]);
    Ok(())
}

impl FromRow for EffectRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            effect: row.parse()?,
            run: row.parse()?,
            path: row.text()?,
            connector: row.text()?,
            action: row.text()?,
            connection: row.opt_text()?,
            class: from_word(row.text()?)?,
            undo: from_word(row.text()?)?,
            attempt: row.small()?,
            sending: row.small()?,
            idempotency_key: row.text()?,
            request_sha256: row.text()?,
            generation: row.count()?,
            state: row.parse()?,
            intended_at: row.time()?,
            settled_at: row.opt_time()?,
            evidence: row.opt_text()?.map(from_word).transpose()?,
            receipt: row.opt_json()?,
            failure: row.opt_json()?,
        })
    }
}
