//! A write of a workflow in review: looked at, and given to people. One that they approved is looked at once more right
//! before it is sent.

use std::collections::BTreeSet;
use std::sync::Arc;

use throughline_domain::approval::{Approval, People, Policy, Truth, prospects, tally};
use throughline_domain::calendar::Calendar;
use throughline_domain::expression::{Compiled, Prepared, Scope as Names};
use throughline_domain::failure::{Failure, FailureKind};
use throughline_domain::id::{PersonId, ProposalId};
use throughline_domain::proposal::{
    Basis, Content, Origin, Proposal, ProposalState, Queued, REJECTION_MS, Rejected, check, compare_basis,
    place, repeats,
};
use throughline_domain::run::decision::ActionCall;
use throughline_domain::run::event::{ProposalOutcome, StepPath};
use throughline_domain::run::{ActionTraits, RunState, Version, source_record};
use throughline_domain::time::Timestamp;
use throughline_host::contract::Plan;
use throughline_store::{
    ChannelRow, MemberRow, NewProposal, NewSignal, ProposalRow, Scope, StoreError, Superseded, lane_key,
};

use super::content::{Around, content, same_input, seen};
use crate::calls::{self, Place};
use crate::channel;
use crate::key::idempotency_key;
use crate::letters::{self, Letter};
use crate::shared::Shared;
use crate::signal::SignalBody;

/// Everything about a write that its run knows, for work beside the driver.
pub(crate) struct Asking {
    origin: Origin,
    policy: Policy,
    traits: ActionTraits,
    /// The workflow's name for people.
    title: String,
    /// Something of this workflow is hidden in logs, so mail says nothing of what is written.
    discreet: bool,
    /// The connector takes its write back itself.
    compensates: bool,
}

/// What looking came to.
#[derive(Debug)]
pub(crate) enum Looked {
    /// People are asked; perhaps instead of a stale proposal.
    Propose(Box<NewProposal>, Option<ProposalId>),
    /// It is approved and its preconditions hold: this is what the connector compares.
    Send(Option<serde_json::Value>),
    /// The same was rejected a short time ago.
    Rejected(Rejected),
    /// Nobody could decide about it; in words.
    Nobody(String),
    /// It could not be looked at.
    Failed(Failure),
}

impl Asking {
    pub(crate) fn new(version: &Version, state: &RunState, call: &ActionCall) -> Self {
        let workflow = version.workflow();
        let origin = Origin {
            workflow: workflow.id.clone(),
            version: version.number(),
            run: state
                .start()
                .map_or_else(|| throughline_domain::id::RunId::new(0, 0), |start| start.run.clone()),
            path: call.path.clone(),
            logical_attempt: call.logical_attempt,
            source: source_record(version, state, &call.path),
            requested_by: state.requested_by().clone(),
            basis: Basis::default(),
        };
        Self {
            origin,
            policy: policy_of(version),
            traits: version.action(&call.action),
            title: workflow.title.clone().unwrap_or_else(|| workflow.id.clone()),
            discreet: version.is_discreet(),
            compensates: false,
        }
    }
}

/// The policy over the writes of a workflow.
pub(crate) fn policy_of(version: &Version) -> Policy {
    version.workflow().approvals.clone().unwrap_or_else(Policy::standard)
}

/// Looks at the write. Nothing leaves the host but reads.
pub(crate) async fn look(
    shared: &Shared,
    place: &Place,
    call: &ActionCall,
    asking: Asking,
) -> Result<Looked, StoreError> {
    fail::fail_point!("gateway.before_preview", |_| std::process::abort());
    let approved = match &call.approved_by {
        Some(id) => shared.store.get_proposal(&place.scope, id).await?,
        None => None,
    };
    let key = idempotency_key(&shared.config.workspace_key, &place.run, &call.path, call.logical_attempt);
    let plan = match calls::preview(shared, place, call).await {
        Ok(plan) => Some(plan),
        // A connector that cannot preview is shown by its input alone.
        Err(failure) if matches!(failure.kind, FailureKind::Unsupported) => None,
        Err(failure) => return Ok(Looked::Failed(failure)),
    };
    fail::fail_point!("gateway.after_preview", |_| std::process::abort());
    let mut asking = asking;
    asking.compensates = calls::compensates(shared, place, &call.action).await;
    asking.origin.basis = basis(shared, &place.scope, call).await?;
    let calendar = shared.calendar(&place.scope).await?;
    let looking = Looking { shared, place, call, key: &key, asking, calendar };
    match approved {
        Some(row) => looking.once_more(&row, plan.as_ref()).await,
        None => looking.first(plan.as_ref()).await,
    }
}

/// What a write rests on besides its record.
async fn basis(shared: &Shared, scope: &Scope, call: &ActionCall) -> Result<Basis, StoreError> {
    let mut basis = Basis::default();
    if let Some(name) = &call.connection
        && let Some(row) = shared.store.connection_by_name(scope, name).await?
    {
        // A connection that was changed may be another account, until its test has said which.
        let untested = || format!("not tested since {}", row.updated_at.to_rfc3339());
        let account = row.account.filter(|_| row.tested_at.is_some());
        basis.accounts.insert(name.clone(), account.unwrap_or_else(untested));
    }
    Ok(basis)
}

/// What an approved proposal needs to be sent: what the connector compares.
pub(crate) async fn precondition_of(
    shared: &Shared,
    place: &Place,
    call: &ActionCall,
) -> Result<Option<serde_json::Value>, StoreError> {
    let Some(id) = &call.approved_by else { return Ok(None) };
    let row = shared.store.get_proposal(&place.scope, id).await?;
    Ok(row.and_then(|row| row.proposal.content().precondition_to_send(0).cloned()))
}

struct Looking<'a> {
    shared: &'a Shared,
    place: &'a Place,
    call: &'a ActionCall,
    key: &'a str,
    asking: Asking,
    calendar: Arc<Calendar>,
}

impl Looking<'_> {
    fn content(&self, plan: Option<&Plan>, now: Timestamp) -> Result<Content, Box<Failure>> {
        let asking = &self.asking;
        content(
            &Around {
                call: self.call,
                key: self.key,
                undo: asking.traits.undo,
                compensates: asking.compensates,
                source: asking.origin.source.as_ref(),
                expires_at: asking.policy.expires_at(&self.calendar, now),
            },
            plan,
        )
    }

    async fn first(self, plan: Option<&Plan>) -> Result<Looked, StoreError> {
        let now = self.shared.clock.now();
        let content = match self.content(plan, now) {
            Ok(content) => content,
            Err(failure) => return Ok(Looked::Failed(*failure)),
        };
        let id = self.next_id().await?;
        let proposal = match Proposal::open(id, self.asking.origin.clone(), content, now) {
            Ok(proposal) => proposal,
            Err(problem) => {
                return Ok(Looked::Failed(Failure::permanent(problem.code(), problem.to_string())));
            }
        };
        if let Some(rejected) = self.rejected_before(&proposal, now).await? {
            return Ok(Looked::Rejected(rejected));
        }
        self.open(proposal, None, now).await
    }

    /// Right before an approved write is sent: does what was decided about still hold?
    async fn once_more(self, row: &ProposalRow, plan: Option<&Plan>) -> Result<Looked, StoreError> {
        let now = self.shared.clock.now();
        let approved = row.proposal.content();
        if row.state != ProposalState::Approved && row.state != ProposalState::Applying {
            let words = format!("proposal {} is {}, so its write is not sent", row.proposal.id(), row.state);
            return Ok(Looked::Nobody(words));
        }
        let Some(write) = approved.operations.first().filter(|_| same_input(approved, &self.call.input))
        else {
            let words =
                format!("proposal {} was about another input than the step has now", row.proposal.id());
            return Ok(Looked::Nobody(words));
        };
        let holds = plan.is_none_or(|plan| check(write, &seen(write, plan)).is_ok());
        let rests =
            compare_basis(approved, &row.proposal.origin().basis, &self.asking.origin.basis).is_empty();
        if holds && rests {
            return Ok(Looked::Send(approved.precondition_to_send(0).cloned()));
        }
        let content = match self.content(plan, now) {
            Ok(content) => content,
            Err(failure) => return Ok(Looked::Failed(*failure)),
        };
        let id = self.next_id().await?;
        let Origin { basis, requested_by, .. } = self.asking.origin.clone();
        match row.proposal.renewed(id, content, (basis, &requested_by), now) {
            Ok(renewed) => self.open(renewed, Some(row.proposal.id().clone()), now).await,
            Err(problem) => Ok(Looked::Failed(Failure::permanent(problem.code(), problem.to_string()))),
        }
    }

    async fn next_id(&self) -> Result<ProposalId, StoreError> {
        next_id(self.shared, &self.place.scope, &self.asking.origin).await
    }

    async fn rejected_before(
        &self,
        proposal: &Proposal,
        now: Timestamp,
    ) -> Result<Option<Rejected>, StoreError> {
        let since = Timestamp(now.0.saturating_sub(Timestamp(0).plus_ms(REJECTION_MS).0));
        let request = proposal.request();
        let found = self.shared.store.rejected_since(&self.place.scope, &request, since).await?;
        Ok(repeats(&request, found.as_slice(), now).cloned())
    }

    async fn open(
        self,
        proposal: Proposal,
        replaces: Option<ProposalId>,
        now: Timestamp,
    ) -> Result<Looked, StoreError> {
        let scope = &self.place.scope;
        let (people, members) = people(self.shared, scope, now).await?;
        let approval = approval(&self.asking.policy, &proposal, &self.calendar, now);
        if let Some(words) = nobody(&approval, &proposal, &people, now) {
            return Ok(Looked::Nobody(words));
        }
        let supersedes = self.supersedes(&proposal, replaces.as_ref()).await?;
        let channels = self.shared.channels(scope).await?;
        let opening =
            Opening { title: &self.asking.title, discreet: self.asking.discreet, supersedes, channels };
        let new = opening.finish(self.shared, proposal, approval, (&people, &members), now);
        Ok(Looked::Propose(Box::new(new), replaces))
    }

    /// Open proposals of other runs that say no more than this one.
    async fn supersedes(
        &self,
        proposal: &Proposal,
        replaces: Option<&ProposalId>,
    ) -> Result<Vec<Superseded>, StoreError> {
        let lanes: Vec<String> = proposal.content().lanes().iter().map(lane_key).collect();
        let rows = self.shared.store.proposals_in_lanes(&self.place.scope, &lanes).await?;
        let others: Vec<Queued<'_>> = rows
            .iter()
            .filter(|row| Some(row.proposal.id()) != replaces)
            .map(|row| row.proposal.queued(row.state))
            .collect();
        let placement = place(&proposal.queued(ProposalState::Open), &others);
        let superseded = rows.iter().filter(|row| placement.supersedes.contains(row.proposal.id()));
        Ok(superseded.map(|row| told_superseded(row, proposal)).collect())
    }
}

fn told_superseded(row: &ProposalRow, by: &Proposal) -> Superseded {
    let outcome = ProposalOutcome::Superseded { by: by.id().clone() };
    Superseded {
        proposal: row.proposal.id().clone(),
        revision: row.revision,
        run: row.proposal.origin().run.clone(),
        signal: outcome_signal(row.proposal.id(), &row.proposal.origin().path, outcome, by.opened_at()),
    }
}

/// What a run is told of its proposal.
pub(crate) fn outcome_signal(
    proposal: &ProposalId,
    path: &StepPath,
    outcome: ProposalOutcome,
    at: Timestamp,
) -> NewSignal {
    NewSignal {
        id: format!("proposal/{proposal}"),
        kind: "decided".to_owned(),
        path: Some(path.0.clone()),
        body: SignalBody::Decided { path: path.clone(), proposal: proposal.clone(), outcome }.to_bytes(),
        sent_at: at,
        lifecycle: None,
    }
}

/// The next proposal of a step in its logical attempt.
pub(crate) async fn next_id(
    shared: &Shared,
    scope: &Scope,
    origin: &Origin,
) -> Result<ProposalId, StoreError> {
    let Origin { run, path, logical_attempt, .. } = origin;
    let before = shared.store.proposals_of_step(scope, run, &path.0).await?;
    let same = before.iter().filter(|row| row.proposal.origin().logical_attempt == *logical_attempt);
    let nth = u32::try_from(same.count()).unwrap_or(u32::MAX).saturating_add(1);
    Ok(ProposalId::derived(run, path, *logical_attempt, nth))
}

/// The people of a workspace, as far as deciding goes, and where mail to them goes.
pub(crate) async fn people(
    shared: &Shared,
    scope: &Scope,
    now: Timestamp,
) -> Result<(People, Vec<MemberRow>), StoreError> {
    let members = shared.store.list_members_ever(scope).await?;
    let delegations = shared.store.list_delegations(scope, now).await?;
    let delegations = delegations.into_iter().map(|row| row.terms).collect();
    let people = People::new(members.iter().map(|row| row.member.person()), delegations);
    Ok((people, members))
}

/// The policy as it stands over a proposal that opens now.
pub(crate) fn approval(
    policy: &Policy,
    proposal: &Proposal,
    calendar: &Calendar,
    now: Timestamp,
) -> Approval {
    let truths = if policy.rules.iter().all(|rule| rule.when.is_none()) {
        vec![Truth::Holds; policy.rules.len()]
    } else {
        let input = proposal.content().operations.first().map(|write| &write.input);
        let event = Prepared::new(&serde_json::Value::Null);
        let names =
            Names::new(event, now).with_input(Prepared::new(input.unwrap_or(&serde_json::Value::Null)));
        policy.truths(&Compiled::default(), &names)
    };
    Approval::open(policy, proposal, &truths, calendar, now)
}

/// Why nobody could decide about it, also not after every escalation.
fn nobody(approval: &Approval, proposal: &Proposal, people: &People, now: Timestamp) -> Option<String> {
    let last = approval.escalations.last().map_or(now, |step| step.at.max(now));
    let none =
        prospects(approval, proposal, people, &[], last).into_iter().find(|one| one.code().is_some())?;
    Some(none.words())
}

/// The rest of what opening takes.
pub(crate) struct Opening<'a> {
    pub(crate) title: &'a str,
    pub(crate) discreet: bool,
    pub(crate) supersedes: Vec<Superseded>,
    /// Who is told besides those who are asked.
    pub(crate) channels: Arc<Vec<ChannelRow>>,
}

impl Opening<'_> {
    pub(crate) fn finish(
        self,
        shared: &Shared,
        proposal: Proposal,
        approval: Approval,
        (people, members): (&People, &[MemberRow]),
        now: Timestamp,
    ) -> NewProposal {
        let asked: BTreeSet<PersonId> =
            tally(&approval, &proposal, people, &[], now).asked().into_iter().cloned().collect();
        let owners: BTreeSet<String> =
            approval.rules.iter().flat_map(|rule| rule.who.iter().map(|who| who.0.clone())).collect();
        let letter = Letter { kind: letters::Occasion::Opened, title: self.title, discreet: self.discreet };
        let mut mails = letters::to_people(shared, &proposal, &letter, (&asked, people, members), now);
        mails.extend(channel::about_proposal(shared, &self.channels, &proposal, &letter, now));
        let next_at = approval.next_due(now).unwrap_or(approval.expires_at);
        NewProposal {
            proposal,
            approval,
            asked: owners.into_iter().collect(),
            next_at,
            supersedes: self.supersedes,
            mails,
        }
    }
}

/// Shared with the work in flight.
pub(crate) async fn look_at(
    shared: Arc<Shared>,
    place: Place,
    call: ActionCall,
    asking: Asking,
) -> (ActionCall, Result<Looked, StoreError>) {
    let looked = look(&shared, &place, &call, asking).await;
    (call, looked)
}
