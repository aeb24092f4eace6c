//! Proposals: complete writes that wait for people. A row keeps the content as the very bytes that were hashed.

pub(crate) mod change;
pub(crate) mod code;
pub(crate) mod comment;
pub(crate) mod decide;
pub(crate) mod delegation;
pub(crate) mod silence;

use throughline_domain::approval::{Approval, Decision};
use throughline_domain::id::{DecisionId, EffectId, ProposalId, RunId};
use throughline_domain::proposal::{
    Money, Origin, Proposal, ProposalState, Rejected, Replaces, Replacing, RequestHash, StoredProposal,
};
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, from_json, statements};
use crate::error::{Result, StoreError};
use crate::page::{Page, PageRequest};
use crate::scope::Scope;

/// A proposal as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposalRow {
    /// Workspace.
    pub scope: Scope,
    /// The proposal; its content is what its hash says.
    pub proposal: Proposal,
    /// The policy as it stands over it.
    pub approval: Approval,
    /// Where it is in its life.
    pub state: ProposalState,
    /// Rises with each change.
    pub revision: u64,
    /// What changed it last: a decision, the proposal that took its place, words.
    pub changed_by: Option<String>,
    /// What took its place.
    pub replaced_by: Option<ProposalId>,
    /// When silence does something next, while it is open.
    pub next_at: Option<Timestamp>,
    /// Up to when silence was listened to.
    pub heard_at: Timestamp,
    /// When people were no longer asked.
    pub closed_at: Option<Timestamp>,
    /// Its write, once it was sent.
    pub effect: Option<EffectId>,
}

macro_rules! columns {
    ($prefix:literal) => {
        concat!(
            $prefix,
            "workspace_id, ",
            $prefix,
            "proposal_id, ",
            $prefix,
            "content, ",
            $prefix,
            "content_hash, ",
            $prefix,
            "origin, ",
            $prefix,
            "editors, ",
            $prefix,
            "replaces, ",
            $prefix,
            "replaces_why, ",
            $prefix,
            "queued_at, ",
            $prefix,
            "opened_at, ",
            $prefix,
            "approval, ",
            $prefix,
            "state, ",
            $prefix,
            "revision, ",
            $prefix,
            "changed_by, ",
            $prefix,
            "replaced_by, ",
            $prefix,
            "next_at, ",
            $prefix,
            "heard_at, ",
            $prefix,
            "closed_at, ",
            $prefix,
            "effect_id"
        )
    };
}
pub(crate) use columns;

statements! {
    Tenant GET = Sql::same(concat!(
        "SELECT ", columns!(""), " FROM proposal WHERE workspace_id = $1 AND proposal_id = $2"
    ));
    Tenant OF_RUN = Sql::same(concat!(
        "SELECT ", columns!(""), " FROM proposal WHERE workspace_id = $1 AND run_id = $2
         ORDER BY path, proposal_id LIMIT 1000"
    ));
    Tenant HELD_OF_RUN = Sql::same(
        "SELECT proposal_id, state FROM proposal WHERE workspace_id = $1 AND run_id = $2
             AND state IN ('open', 'approved', 'applying') ORDER BY path, proposal_id",
    );
    Tenant OF_STEP = Sql::same(concat!(
        "SELECT ", columns!(""), " FROM proposal WHERE workspace_id = $1 AND run_id = $2 AND path = $3
         ORDER BY opened_at, proposal_id LIMIT 100"
    ));
    Tenant LIST = Sql::same(concat!(
        "SELECT ", columns!(""), " FROM proposal WHERE workspace_id = $1 AND proposal_id < $2
         ORDER BY proposal_id DESC LIMIT $3"
    ));
    Tenant LIST_STATE = Sql::same(concat!(
        "SELECT ", columns!(""), " FROM proposal WHERE workspace_id = $1 AND state = $4 AND proposal_id < $2
         ORDER BY proposal_id DESC LIMIT $3"
    ));
    Tenant ENDED = Sql::same(concat!(
        "SELECT ", columns!(""), " FROM proposal WHERE workspace_id = $1 AND shape = $2 AND closed_at IS NOT NULL
         ORDER BY closed_at DESC, proposal_id DESC LIMIT $3"
    ));
    Tenant LIST_ASKED = Sql::same(concat!(
        "SELECT ", columns!("p."), " FROM proposal_asked AS a
         JOIN proposal AS p ON p.workspace_id = a.workspace_id AND p.proposal_id = a.proposal_id
         WHERE a.workspace_id = $1 AND a.owner = $4 AND a.proposal_id < $2 ORDER BY a.proposal_id DESC LIMIT $3"
    ));
    // Those that hold a record this one would write.
    Tenant IN_LANES = Sql::same(concat!(
        "SELECT ", columns!("p."), " FROM proposal AS p WHERE p.workspace_id = $1 AND p.proposal_id IN (
             SELECT l.proposal_id FROM proposal_lane AS l WHERE l.workspace_id = $1
                 AND l.lane IN (SELECT key FROM json_each($2)))
         ORDER BY p.queued_at, p.proposal_id LIMIT 200"
    ));
    Tenant REJECTED = Sql::same(
        "SELECT p.proposal_id, p.changed_by, p.closed_at FROM proposal AS p
         WHERE p.workspace_id = $1 AND p.request_hash = $2 AND p.state = 'rejected' AND p.closed_at > $3
         ORDER BY p.closed_at DESC LIMIT 1",
    );
    Tenant DECISIONS_OF_MANY = Sql::same(
        "SELECT decision_id, proposal_id, shown, principal, actor, through, via, assurance, said, reason, note, edit,
             opened_at, decided_at
         FROM proposal_decision WHERE workspace_id = $1 AND proposal_id IN (SELECT key FROM json_each($2))
         ORDER BY proposal_id, decided_at, decision_id",
    );
    Tenant DECISIONS = Sql::same(
        "SELECT decision_id, proposal_id, shown, principal, actor, through, via, assurance, said, reason, note, edit,
             opened_at, decided_at
         FROM proposal_decision WHERE workspace_id = $1 AND proposal_id = $2 ORDER BY decided_at, decision_id",
    );
}

impl Store {
    /// One proposal.
    pub async fn get_proposal(&self, scope: &Scope, proposal: &ProposalId) -> Result<Option<ProposalRow>> {
        self.one(&GET, args![scope, proposal]).await
    }

    /// The proposals of a run, at most 1,000.
    pub async fn proposals_of_run(&self, scope: &Scope, run: &RunId) -> Result<Vec<ProposalRow>> {
        self.all(&OF_RUN, args![scope, run]).await
    }

    /// Those of a run that hold their records, with their state.
    pub async fn held_proposals_of_run(
        &self,
        scope: &Scope,
        run: &RunId,
    ) -> Result<Vec<(ProposalId, ProposalState)>> {
        let held: Vec<Held> = self.all(&HELD_OF_RUN, args![scope, run]).await?;
        Ok(held.into_iter().map(|held| (held.0, held.1)).collect())
    }

    /// The proposals of one step, in the order in which they took each other's place.
    pub async fn proposals_of_step(
        &self,
        scope: &Scope,
        run: &RunId,
        path: &str,
    ) -> Result<Vec<ProposalRow>> {
        self.all(&OF_STEP, args![scope, run, path]).await
    }

    /// One page of proposals, newest first, perhaps in one state only.
    pub async fn list_proposals(
        &self,
        scope: &Scope,
        state: Option<ProposalState>,
        page: &PageRequest,
    ) -> Result<Page<ProposalRow>> {
        let mut args = args![scope, page.before()?, page.limit() + 1];
        let sql = match state {
            None => &LIST,
            Some(state) => {
                args.extend(args![state.word()]);
                &LIST_STATE
            }
        };
        let rows: Vec<ProposalRow> = self.all(sql, args).await?;
        Ok(Page::cut(rows, page, |row| row.proposal.id().as_str().to_owned()))
    }

    /// The last of one shape that people are no longer asked about, the last first.
    pub async fn ended_of_shape(&self, scope: &Scope, shape: &str, limit: u32) -> Result<Vec<ProposalRow>> {
        self.all(&ENDED, args![scope, shape, limit]).await
    }

    /// One page of the open proposals that one of these is asked about: `team:…`, `role:…`, `person:…`.
    pub async fn list_asked(
        &self,
        scope: &Scope,
        owners: &[String],
        page: &PageRequest,
    ) -> Result<Page<ProposalRow>> {
        let mut all: Vec<ProposalRow> = Vec::new();
        for owner in owners {
            let args = args![scope, page.before()?, page.limit() + 1, owner];
            all.extend(self.all::<ProposalRow>(&LIST_ASKED, args).await?);
        }
        all.sort_by(|a, b| b.proposal.id().cmp(a.proposal.id()));
        all.dedup_by(|a, b| a.proposal.id() == b.proposal.id());
        Ok(Page::cut(all, page, |row| row.proposal.id().as_str().to_owned()))
    }

    /// Proposals that hold one of these records, the first in line first; at most 200.
    pub async fn proposals_in_lanes(&self, scope: &Scope, lanes: &[String]) -> Result<Vec<ProposalRow>> {
        let mut args = args![scope];
        args.push(crate::db::Arg::keys(lanes.iter().map(String::as_str)));
        self.all(&IN_LANES, args).await
    }

    /// The last rejection of the same request after a time.
    pub async fn rejected_since(
        &self,
        scope: &Scope,
        request: &RequestHash,
        since: Timestamp,
    ) -> Result<Option<Rejected>> {
        let found: Option<WasRejected> = self.one(&REJECTED, args![scope, request.as_str(), since]).await?;
        Ok(found.map(|WasRejected { proposal, decision, at }| Rejected {
            request: request.clone(),
            proposal,
            decision,
            at,
        }))
    }

    /// The decisions about each of some proposals.
    pub async fn decisions_about_many(
        &self,
        scope: &Scope,
        proposals: &[&ProposalId],
    ) -> Result<Vec<Decision>> {
        if proposals.is_empty() {
            return Ok(Vec::new());
        }
        let mut args = args![scope];
        args.push(crate::db::Arg::keys(proposals.iter().map(|id| id.as_str())));
        let rows: Vec<DecisionRow> = self.all(&DECISIONS_OF_MANY, args).await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// The decisions about a proposal, oldest first.
    pub async fn decisions_about(&self, scope: &Scope, proposal: &ProposalId) -> Result<Vec<Decision>> {
        let rows: Vec<DecisionRow> = self.all(&DECISIONS, args![scope, proposal]).await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }
}

/// The key of a lane in the database: names of systems and records may be long.
pub fn lane_key(lane: &throughline_domain::proposal::Lane) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(lane.key()))
}

struct Held(ProposalId, ProposalState);

struct WasRejected {
    proposal: ProposalId,
    decision: DecisionId,
    at: Timestamp,
}

struct DecisionRow(Decision);

/// A word of a closed list of the domain.
pub(crate) fn word<T: serde::de::DeserializeOwned>(text: String) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(text)).map_err(|e| StoreError::Unreadable(e.to_string()))
}

impl FromRow for Held {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self(row.parse()?, word(row.text()?)?))
    }
}

impl FromRow for WasRejected {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { proposal: row.parse()?, decision: row.parse()?, at: row.time()? })
    }
}

impl FromRow for ProposalRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        let scope = row.parse()?;
        let (id, content, hash): (ProposalId, _, _) = (row.parse()?, row.bytes()?, row.parse()?);
        let origin: Origin = row.json()?;
        let editors = row.json()?;
        let replaces: Option<ProposalId> = row.opt_parse()?;
        let why: Option<Replacing> = row.opt_text()?.map(word).transpose()?;
        let replaces = replaces.zip(why).map(|(proposal, why)| Replaces { proposal, why });
        let (queued_at, opened_at) = (row.time()?, row.time()?);
        let stored =
            StoredProposal { id: id.clone(), origin, content, hash, editors, replaces, queued_at, opened_at };
        let proposal = Proposal::from_stored(stored)
            .map_err(|problem| StoreError::Unreadable(format!("proposal {id}: {problem}")))?;
        Ok(Self {
            scope,
            proposal,
            approval: from_json(&row.bytes()?)?,
            state: word(row.text()?)?,
            revision: row.count()?,
            changed_by: row.opt_text()?,
            replaced_by: row.opt_parse()?,
            next_at: row.opt_time()?,
            heard_at: row.time()?,
            closed_at: row.opt_time()?,
            effect: row.opt_parse()?,
        })
    }
}

impl FromRow for DecisionRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        use throughline_domain::approval::Party;
        let (id, proposal, shown) = (row.parse()?, row.parse()?, row.parse()?);
        let party = Party { principal: row.parse()?, actor: row.parse()?, through: row.json()? };
        Ok(Self(Decision {
            id,
            proposal,
            shown,
            party,
            via: word(row.text()?)?,
            assurance: word(row.text()?)?,
            said: word(row.text()?)?,
            reason: row.opt_text()?.map(word).transpose()?,
            note: row.opt_text()?,
            edit: row.opt_json()?,
            opened_at: row.opt_time()?,
            decided_at: row.time()?,
        }))
    }
}

impl ProposalRow {
    /// Money that moves, if any.
    pub fn money(&self) -> Option<&Money> {
        self.proposal.content().money.as_ref()
    }
}
