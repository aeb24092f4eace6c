//! Proposals whose silence is due, and those their publisher withdraws.

use throughline_domain::id::ProposalId;
use throughline_domain::proposal::{Member, Money, ProposalState, Shape};
use throughline_domain::time::Timestamp;

use super::change::{ASK, MOVE, left_ops, tell_ops, wake_ops};
use super::{ProposalRow, columns};
use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::{Result, StoreError};
use crate::mail::{NewMail, mail_op};
use crate::scope::Scope;
use crate::signal::NewSignal;
use crate::writer::{Group, Kind, Outcome};

statements! {
    All DUE = Sql::same(concat!(
        "SELECT ", columns!(""), " FROM proposal WHERE state = 'open' AND next_at <= $1 ORDER BY next_at LIMIT $2"
    ));
    All NEXT = Sql::same("SELECT CAST(min(next_at) AS BIGINT) FROM proposal WHERE state = 'open'");
    Tenant HEARD = Sql::same(
        "UPDATE proposal SET heard_at = $3, next_at = $4
         WHERE workspace_id = $1 AND proposal_id = $2 AND state = 'open' AND heard_at = $5",
    );
    Tenant OPEN_OF_WORKFLOW = Sql::same(concat!(
        "SELECT ", columns!(""), " FROM proposal WHERE workspace_id = $1 AND workflow_id = $2 AND state = 'open'
             AND proposal_id > $3 ORDER BY proposal_id LIMIT $4"
    ));
    // By a range of ids, so that a page of them is a range of one index.
    Tenant OPEN_MEMBERS = Sql::same(
        "SELECT proposal_id, shape, workflow_id, version, summary, money_amount, money_currency, opened_at, expires_at
         FROM proposal WHERE workspace_id = $1 AND state = 'open' AND proposal_id > $2 ORDER BY proposal_id LIMIT $3",
    );
    Tenant OPEN_MEMBERS_OF_SHAPE = Sql::same(
        "SELECT proposal_id, shape, workflow_id, version, summary, money_amount, money_currency, opened_at, expires_at
         FROM proposal WHERE workspace_id = $1 AND shape = $4 AND state = 'open' AND proposal_id > $2
         ORDER BY proposal_id LIMIT $3",
    );
}

/// An open proposal, as far as its group must know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenMember {
    /// For the rules of groups.
    pub member: Member,
    /// Its workflow.
    pub workflow: String,
    /// The workflow's version.
    pub version: u32,
    /// The effect in words.
    pub summary: String,
}

impl FromRow for OpenMember {
    fn from_row(row: &mut Row) -> Result<Self> {
        let (id, shape): (ProposalId, String) = (row.parse()?, row.text()?);
        let shape = Shape::parse(&shape).ok_or_else(|| StoreError::Unreadable(format!("shape of {id}")))?;
        let (workflow, version, summary) = (row.text()?, row.small()?, row.text()?);
        let money = row.opt_text()?.zip(row.opt_text()?);
        let money = money.map(|(amount, currency)| Money::parse(&amount, &currency));
        let money = match money {
            None => None,
            Some(Some(money)) => Some(money),
            Some(None) => return Err(StoreError::Unreadable(format!("money of {id}"))),
        };
        let (opened_at, expires_at) = (row.time()?, row.time()?);
        let member = Member { id, shape, money, opened_at, expires_at };
        Ok(Self { member, workflow, version, summary })
    }
}

/// What silence came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Silence was listened to until then.
    pub at: Timestamp,
    /// When it does something next.
    pub next_at: Timestamp,
    /// Others who are asked from now on.
    pub asked: Vec<String>,
    /// Reminders, and mail to the others.
    pub mails: Vec<NewMail>,
}

impl Store {
    /// Open proposals of every workspace whose silence is due, the longest overdue first.
    pub async fn due_proposals_all(&self, now: Timestamp, limit: u32) -> Result<Vec<ProposalRow>> {
        self.all(&DUE, args![now, limit]).await
    }

    /// When the silence over some proposal is due next.
    pub async fn next_proposal_all(&self) -> Result<Option<Timestamp>> {
        let mut rows = self.rows(&NEXT, Vec::new()).await?;
        rows.first_mut().map_or(Ok(None), Row::opt_time)
    }

    /// Reminders and escalations are under way. False: another node was faster.
    pub async fn proposal_heard(&self, row: &ProposalRow, heard: &Heard) -> Result<bool> {
        let mut group = Group::new(Kind::Decision);
        let (scope, id) = (&row.scope, row.proposal.id());
        group.fence(&HEARD, args![scope, id, heard.at, heard.next_at, row.heard_at]);
        for owner in &heard.asked {
            group.op(&ASK, args![scope, owner, id]);
        }
        for mail in &heard.mails {
            mail_op(&mut group, scope, mail);
        }
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Ends an open proposal without a decision: it expired, or its publisher withdrew it. The run is told. False: it was
    /// changed since it was read.
    pub async fn end_proposal(
        &self,
        row: &ProposalRow,
        (state, by): (ProposalState, &str),
        signal: &NewSignal,
        at: Timestamp,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Decision);
        let (scope, id, run) = (&row.scope, row.proposal.id(), &row.proposal.origin().run);
        wake_ops(&mut group, scope, run);
        let nothing: Option<&ProposalId> = None;
        let place = group.op(&MOVE, args![scope, id, state.word(), by, nothing, at, row.revision]);
        left_ops(&mut group, scope, id);
        tell_ops(&mut group, scope, run, signal, (id, state, by));
        Ok(match self.commit_group(group).await? {
            Outcome::Committed(done) => done.get(place).is_some_and(|done| done.changed > 0),
            Outcome::Fenced | Outcome::Refused(_) => false,
        })
    }

    /// Open proposals of a workflow, oldest first, after one of them.
    pub async fn open_proposals_of_workflow(
        &self,
        scope: &Scope,
        workflow: &str,
        after: Option<&ProposalId>,
        limit: u32,
    ) -> Result<Vec<ProposalRow>> {
        let after = after.map_or("", ProposalId::as_str);
        self.all(&OPEN_OF_WORKFLOW, args![scope, workflow, after, limit]).await
    }

    /// Open proposals as their groups must know them, perhaps of one shape only, after one of them; the oldest ids first.
    pub async fn open_members(
        &self,
        scope: &Scope,
        shape: Option<&Shape>,
        after: Option<&ProposalId>,
        limit: u32,
    ) -> Result<Vec<OpenMember>> {
        let mut args = args![scope, after.map_or("", ProposalId::as_str), limit];
        let sql = match shape {
            None => &OPEN_MEMBERS,
            Some(shape) => {
                args.extend(args![shape.as_str()]);
                &OPEN_MEMBERS_OF_SHAPE
            }
        };
        self.all(sql, args).await
    }
}
