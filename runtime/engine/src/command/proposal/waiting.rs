//! What waits for one person: what they, and those they stand in for, are asked to decide, or asked a question about.

use std::collections::{BTreeMap, BTreeSet};

use throughline_domain::approval::{Decision, People, is_code_enough, stand_ins, tally};
use throughline_domain::id::{PersonId, ProposalId};
use throughline_domain::time::Timestamp;
use throughline_store::{Page, PageRequest, ProposalRow, Scope};

use super::ProposalDetail;
use super::comment::is_put_to;
use crate::Engine;
use crate::command::CommandError;
use crate::gateway::propose::people;

/// An open proposal that somebody could decide about, or is asked a question about.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The proposal.
    pub row: ProposalRow,
    /// Whose decision they could make, themselves among them, with names.
    pub for_whom: BTreeMap<PersonId, String>,
    /// How it stands with them beside that.
    pub beside: Beside,
}

/// How a proposal stands with one person beside their decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Questions about it that nobody has answered.
    pub open_questions: u32,
    /// One of them is put to this person.
    pub asks_you: bool,
    /// Until when they put it off.
    pub snoozed_until: Option<Timestamp>,
}

impl Engine {
    /// One page of the open proposals that wait for a person, newest first. A page may hold fewer than asked for: who is
    /// asked is known only once the decisions there are have been counted.
    pub async fn waiting_for(
        &self,
        scope: &Scope,
        person: &PersonId,
        page: &PageRequest,
    ) -> Result<Page<Waiting>, CommandError> {
        let (store, now) = (&self.shared.store, self.shared.clock.now());
        let (people, _) = people(&self.shared, scope, now).await?;
        let Page { items: rows, next } =
            store.list_asked(scope, &names_of(&people, person, now), page).await?;
        let ids: Vec<&ProposalId> = rows.iter().map(|row| row.proposal.id()).collect();
        let mut decisions: BTreeMap<ProposalId, Vec<Decision>> = BTreeMap::new();
        for decision in store.decisions_about_many(scope, &ids).await? {
            decisions.entry(decision.proposal.clone()).or_default().push(decision);
        }
        let mut beside = self.beside(scope, &ids, &people, person).await?;
        let mut items = Vec::new();
        for row in rows {
            let earlier = decisions.remove(row.proposal.id()).unwrap_or_default();
            let beside = beside.remove(row.proposal.id()).unwrap_or_default();
            let for_whom = for_whom(&row, &people, &earlier, person, now);
            if !for_whom.is_empty() || beside.asks_you {
                items.push(Waiting { row, for_whom, beside });
            }
        }
        Ok(Page { items, next })
    }

    /// How one proposal stands with a person beside their decision.
    pub async fn beside_decision(
        &self,
        detail: &ProposalDetail,
        person: &PersonId,
    ) -> Result<Beside, CommandError> {
        let id = detail.row.proposal.id();
        let mut all = self.beside(&detail.row.scope, &[id], &detail.people, person).await?;
        Ok(all.remove(id).unwrap_or_default())
    }

    /// The same of some, where there is anything.
    async fn beside(
        &self,
        scope: &Scope,
        proposals: &[&ProposalId],
        people: &People,
        person: &PersonId,
    ) -> Result<BTreeMap<ProposalId, Beside>, CommandError> {
        let (store, now) = (&self.shared.store, self.shared.clock.now());
        let mut all: BTreeMap<ProposalId, Beside> = BTreeMap::new();
        for question in store.open_questions(scope, proposals).await? {
            let asks_you = is_put_to(&question, people, person, now);
            let one = all.entry(question.proposal).or_default();
            one.open_questions += 1;
            one.asks_you |= asks_you;
        }
        for (proposal, until) in store.snoozes(scope, proposals, person).await? {
            if until > now {
                all.entry(proposal).or_default().snoozed_until = Some(until);
            }
        }
        Ok(all)
    }
}

impl ProposalDetail {
    /// Whose decision this person could make now, themselves among them, with names.
    pub fn for_whom(&self, person: &PersonId, now: Timestamp) -> BTreeMap<PersonId, String> {
        for_whom(&self.row, &self.people, &self.decisions, person, now)
    }

    /// The same for somebody who came by a code: where money moves or it cannot be undone, that is mostly not sure enough.
    pub fn for_whom_by_code(&self, person: &PersonId, now: Timestamp) -> BTreeMap<PersonId, String> {
        let mut whom = self.for_whom(person, now);
        let who = self.people.get(person);
        let enough = |own: bool| {
            who.is_some_and(|who| is_code_enough(&self.row.approval, &self.row.proposal, who, own))
        };
        whom.retain(|id, _| enough(id == person));
        whom
    }
}

fn for_whom(
    row: &ProposalRow,
    people: &People,
    earlier: &[Decision],
    person: &PersonId,
    now: Timestamp,
) -> BTreeMap<PersonId, String> {
    if row.state != throughline_domain::proposal::ProposalState::Open {
        return BTreeMap::new();
    }
    let tally = tally(&row.approval, &row.proposal, people, earlier, now);
    let asked: BTreeSet<PersonId> = tally.asked().into_iter().cloned().collect();
    // One person decides once: who has a part in a decision has none in another.
    if earlier
        .iter()
        .any(|one| one.proposal == *row.proposal.id() && one.party.people().any(|id| id == person))
    {
        return BTreeMap::new();
    }
    let mut whom = stand_ins(&row.proposal, people, &asked, now).remove(person).unwrap_or_default();
    whom.extend(asked.contains(person).then(|| person.clone()));
    whom.into_iter().map(|id| (id.clone(), people.name(&id).to_owned())).collect()
}

/// By what policies may name this person, or somebody they might stand in for.
fn names_of(people: &People, person: &PersonId, now: Timestamp) -> Vec<String> {
    let mut names = BTreeSet::new();
    for one in people.behind(person, now) {
        let Some(one) = people.get(&one) else { continue };
        names.insert(format!("person:{}", one.handle));
        names.insert(format!("person:{}", one.id));
        names.extend(one.teams.iter().map(|team| format!("team:{team}")));
        names.extend(one.roles.iter().map(|role| format!("role:{role}")));
    }
    names.into_iter().collect()
}
