//! What a run's commit does to proposals, and what every change of one has in common.

use serde::Serialize;
use throughline_domain::approval::Approval;
use throughline_domain::id::{EffectId, ProposalId, RunId};
use throughline_domain::proposal::{Proposal, ProposalState};
use throughline_domain::time::Timestamp;

use super::comment::go_along_ops;
use crate::changes::{RunChange, Subject};
use crate::db::{Sql, args, statements, to_json};
use crate::error::{Result, StoreError};
use crate::mail::{NewMail, mail_op};
use crate::scope::Scope;
use crate::signal::{NewSignal, WAKE};
use crate::writer::Group;

/// A change of a run's proposals, part of a commit.
#[derive(Clone, Debug, PartialEq)]
pub enum ProposalChange {
    /// People are asked.
    Open(Box<NewProposal>),
    /// The source moved before anything was sent; perhaps another takes its place in this commit.
    Stale {
        /// Which.
        proposal: ProposalId,
        /// What takes its place.
        by: Option<ProposalId>,
        /// When.
        at: Timestamp,
    },
    /// Its write leaves.
    Applying {
        /// Which.
        proposal: ProposalId,
        /// The write.
        effect: EffectId,
        /// When.
        at: Timestamp,
    },
    /// Its write is confirmed; an effect without a proposal changes nothing.
    Applied {
        /// The write.
        effect: EffectId,
        /// When.
        at: Timestamp,
    },
    /// The run does not need it any more: withdrawn, or failed where its write was sent and refused.
    Close {
        /// Which.
        proposal: ProposalId,
        /// Its write was sent and refused.
        failed: bool,
        /// Why, for people.
        words: String,
        /// When.
        at: Timestamp,
    },
}

/// A proposal to open.
#[derive(Clone, Debug, PartialEq)]
pub struct NewProposal {
    /// The proposal.
    pub proposal: Proposal,
    /// The policy over it.
    pub approval: Approval,
    /// Who is asked, as the policy names them.
    pub asked: Vec<String>,
    /// When silence does something first.
    pub next_at: Timestamp,
    /// Proposals of other runs that it takes the place of, with what their runs are told.
    pub supersedes: Vec<Superseded>,
    /// Mail to those who are asked.
    pub mails: Vec<NewMail>,
}

/// A proposal whose place another one takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Superseded {
    /// Which.
    pub proposal: ProposalId,
    /// As it was when this was decided.
    pub revision: u64,
    /// Its run.
    pub run: RunId,
    /// What the run is told.
    pub signal: NewSignal,
}

statements! {
    Tenant OPEN = Sql::same(
        "INSERT INTO proposal (workspace_id, proposal_id, run_id, path, workflow_id, version, system, action, summary,
             money_amount, money_currency, content, content_hash, origin, editors, approval, request_hash, shape, state,
             revision, replaces, replaces_why, queued_at, opened_at, expires_at, next_at, heard_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 'open', 1, $19, $20,
             $21, $22, $23, $24, $22)
         ON CONFLICT (workspace_id, proposal_id) DO NOTHING",
    );
    Tenant ENTER_LANE = Sql::same(
        "INSERT INTO proposal_lane (workspace_id, lane, queued_at, proposal_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace_id, lane, queued_at, proposal_id) DO NOTHING",
    );
    Tenant ASK = Sql::same(
        "INSERT INTO proposal_asked (workspace_id, owner, proposal_id) VALUES ($1, $2, $3)
         ON CONFLICT (workspace_id, owner, proposal_id) DO NOTHING",
    );
    // Only what it is now may become something else, and of two who try from one revision one does.
    Tenant MOVE = Sql::same(
        "UPDATE proposal SET state = $3, revision = revision + 1, changed_by = $4, replaced_by = $5, closed_at = $6,
             next_at = NULL
         WHERE workspace_id = $1 AND proposal_id = $2 AND state = 'open' AND revision = $7",
    );
    Tenant LEAVE_LANES = Sql::same(
        "DELETE FROM proposal_lane WHERE workspace_id = $1 AND proposal_id = $2
             AND NOT EXISTS (SELECT 1 FROM proposal AS p WHERE p.workspace_id = $1 AND p.proposal_id = $2
                 AND p.state IN ('open', 'approved', 'applying'))",
    );
    Tenant ASK_NO_MORE = Sql::same(
        "DELETE FROM proposal_asked WHERE workspace_id = $1 AND proposal_id = $2
             AND NOT EXISTS (SELECT 1 FROM proposal AS p WHERE p.workspace_id = $1 AND p.proposal_id = $2
                 AND p.state = 'open')",
    );
    // The run is told only of what was done.
    Tenant TELL_RUN = Sql::same(
        "INSERT INTO run_signal (workspace_id, run_id, signal_id, kind, path, body, sent_at)
         SELECT $1, $2, $3, $4, $5, $6, $7
         WHERE EXISTS (SELECT 1 FROM run WHERE run.workspace_id = $1 AND run.run_id = $2 AND run.ended_at IS NULL)
             AND EXISTS (SELECT 1 FROM proposal AS p WHERE p.workspace_id = $1 AND p.proposal_id = $8
                 AND p.state = $9 AND p.changed_by = $10)
         ON CONFLICT (workspace_id, run_id, signal_id) DO NOTHING",
    );
    Tenant STALE = Sql::same(
        "UPDATE proposal SET state = 'stale', revision = revision + 1, changed_by = 'the source moved',
             replaced_by = $3, closed_at = coalesce(closed_at, $4), next_at = NULL
         WHERE workspace_id = $1 AND proposal_id = $2 AND state IN ('open', 'approved', 'applying')",
    );
    Tenant APPLYING = Sql::same(
        "UPDATE proposal SET state = 'applying', revision = revision + 1, effect_id = $3
         WHERE workspace_id = $1 AND proposal_id = $2 AND state IN ('approved', 'applying')",
    );
    Tenant APPLIED = Sql::same(
        "UPDATE proposal SET state = 'applied', revision = revision + 1
         WHERE workspace_id = $1 AND effect_id = $2 AND state = 'applying'",
    );
    Tenant LEAVE_LANES_APPLIED = Sql::same(
        "DELETE FROM proposal_lane WHERE workspace_id = $1 AND proposal_id IN (SELECT p.proposal_id FROM proposal AS p
             WHERE p.workspace_id = $1 AND p.effect_id = $2 AND p.state = 'applied')",
    );
    Tenant WITHDRAW = Sql::same(
        "UPDATE proposal SET state = 'withdrawn', revision = revision + 1, changed_by = $3,
             closed_at = coalesce(closed_at, $4), next_at = NULL
         WHERE workspace_id = $1 AND proposal_id = $2 AND state IN ('open', 'approved')",
    );
    Tenant FAIL = Sql::same(
        "UPDATE proposal SET state = 'failed', revision = revision + 1
         WHERE workspace_id = $1 AND proposal_id = $2 AND state = 'applying'",
    );
}

pub(crate) fn proposal_ops(
    group: &mut Group,
    scope: &Scope,
    run: &RunId,
    changes: &[ProposalChange],
) -> Result<()> {
    for change in changes {
        match change {
            ProposalChange::Open(new) => open_ops(group, scope, run, new)?,
            ProposalChange::Stale { proposal, by, at } => {
                group.op(&STALE, args![scope, proposal, by.as_ref(), *at]);
                left_ops(group, scope, proposal);
            }
            ProposalChange::Applying { proposal, effect, .. } => {
                group.changes().touch(scope, Subject::Proposal, proposal.as_str());
                group.op(&APPLYING, args![scope, proposal, effect]);
            }
            ProposalChange::Applied { effect, .. } => {
                // Which one, its write says.
                group.changes().touch(scope, Subject::Proposal, effect.as_str());
                group.op(&APPLIED, args![scope, effect]);
                group.op(&LEAVE_LANES_APPLIED, args![scope, effect]);
            }
            ProposalChange::Close { proposal, failed: true, .. } => {
                group.op(&FAIL, args![scope, proposal]);
                left_ops(group, scope, proposal);
            }
            ProposalChange::Close { proposal, failed: false, words, at } => {
                group.op(&WITHDRAW, args![scope, proposal, words, *at]);
                left_ops(group, scope, proposal);
            }
        }
    }
    Ok(())
}

/// It asks nobody any more, and holds no record where its state says so.
pub(crate) fn left_ops(group: &mut Group, scope: &Scope, proposal: &ProposalId) {
    group.changes().touch(scope, Subject::Proposal, proposal.as_str());
    group.op(&ASK_NO_MORE, args![scope, proposal]);
    group.op(&LEAVE_LANES, args![scope, proposal]);
}

/// From open to another state, where nobody was faster; gives the place of the change.
pub(crate) fn move_ops(
    group: &mut Group,
    scope: &Scope,
    (proposal, revision): (&ProposalId, u64),
    (state, by, replaced_by): (ProposalState, &str, Option<&ProposalId>),
    at: Timestamp,
) -> usize {
    let place = group.op(&MOVE, args![scope, proposal, state.word(), by, replaced_by, at, revision]);
    left_ops(group, scope, proposal);
    place
}

/// Wakes the run and tells it, where the proposal is in this state by this doing.
pub(crate) fn tell_ops(
    group: &mut Group,
    scope: &Scope,
    run: &RunId,
    signal: &NewSignal,
    (proposal, state, by): (&ProposalId, ProposalState, &str),
) {
    let body = &signal.body;
    let args = args![
        scope,
        run,
        &signal.id,
        &signal.kind,
        &signal.path,
        body,
        signal.sent_at,
        proposal,
        state.word(),
        by
    ];
    group.op(&TELL_RUN, args);
    let changes = group.changes();
    changes.due = true;
    changes.runs.push(RunChange { signalled: true, ..RunChange::new(scope, run) });
}

/// The run's row first: whoever commits for the run has it before any proposal.
pub(crate) fn wake_ops(group: &mut Group, scope: &Scope, run: &RunId) {
    let nothing: Option<&str> = None;
    group.key("run", scope, run.as_str());
    group.op(&WAKE, args![scope, run, nothing]);
}

pub(crate) fn open_ops(group: &mut Group, scope: &Scope, run: &RunId, new: &NewProposal) -> Result<()> {
    for old in &new.supersedes {
        wake_ops(group, scope, &old.run);
        let by = new.proposal.id();
        let to = (ProposalState::Superseded, by.as_str(), Some(by));
        move_ops(group, scope, (&old.proposal, old.revision), to, new.proposal.opened_at());
        let told = (&old.proposal, ProposalState::Superseded, by.as_str());
        tell_ops(group, scope, &old.run, &old.signal, told);
    }
    insert_ops(group, scope, run, new)?;
    group.changes().touch(scope, Subject::Proposal, new.proposal.id().as_str());
    for lane in new.proposal.content().lanes() {
        let lane = super::lane_key(&lane);
        group.op(&ENTER_LANE, args![scope, lane, new.proposal.to_stored().queued_at, new.proposal.id()]);
    }
    for owner in &new.asked {
        group.op(&ASK, args![scope, owner, new.proposal.id()]);
    }
    if let Some(replaces) = new.proposal.replaces() {
        go_along_ops(group, scope, &replaces.proposal, new.proposal.id());
    }
    for mail in &new.mails {
        mail_op(group, scope, mail);
    }
    Ok(())
}

fn insert_ops(group: &mut Group, scope: &Scope, run: &RunId, new: &NewProposal) -> Result<()> {
    let proposal = &new.proposal;
    let (stored, content, origin) = (proposal.to_stored(), proposal.content(), proposal.origin());
    let first = content.operations.first();
    let system = first.map_or("", |write| write.system.as_str());
    let action = first.map(|write| write.action.to_string()).unwrap_or_default();
    let money = content.money.as_ref();
    let why = stored.replaces.as_ref().map(|replaces| text_of(&replaces.why)).transpose()?;
    group.op(
        &OPEN,
        args![
            scope,
            proposal.id(),
            run,
            &origin.path.0,
            &origin.workflow,
            origin.version,
            system,
            action,
            &content.summary,
            money.map(|money| money.amount.to_string()),
            money.map(|money| money.currency.as_str()),
            stored.content,
            proposal.hash().as_str(),
            to_json(origin)?,
            to_json(proposal.editors())?,
            to_json(&new.approval)?,
            proposal.request().as_str(),
            proposal.shape().as_str(),
            stored.replaces.as_ref().map(|replaces| &replaces.proposal),
            why,
            stored.queued_at,
            stored.opened_at,
            proposal.expires_at(),
            new.next_at,
        ],
    );
    Ok(())
}

/// The word of a closed list of the domain.
pub(crate) fn text_of(value: &impl Serialize) -> Result<String> {
    let value = serde_json::to_value(value).map_err(|e| StoreError::Unreadable(e.to_string()))?;
    value.as_str().map(str::to_owned).ok_or_else(|| StoreError::Unreadable(format!("{value} is no word")))
}
