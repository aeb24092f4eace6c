//! What people say about a proposal beside deciding it, and putting it off. A question goes to those it is put to by mail, its
//! answer to who asked. Deadline, reminders and who decides stay as they are.

use std::collections::BTreeSet;

use throughline_domain::approval::{People, check_snooze};
use throughline_domain::id::{CommentId, PersonId, ProposalId};
use throughline_domain::proposal::ProposalState;
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::Owner;
use throughline_store::{MemberRow, NewMail, OpenQuestion, ProposalComment, ProposalRow, Scope};

use super::CommandError;
use crate::Engine;
use crate::command::{comment_text, person_behind};
use crate::gateway::propose::people;
use crate::letters::{self, Said};

/// A comment to write.
#[derive(Clone, Debug, Default)]
pub struct NewComment {
    /// What.
    pub text: String,
    /// A question: whom it is put to, `person:…`, `team:…` or `role:…`.
    pub asks: Option<String>,
    /// An answer: to which question, by its id.
    pub answers: Option<String>,
}

/// Everybody of a workspace, and who speaks.
struct Speaker {
    people: People,
    members: Vec<MemberRow>,
    person: Option<PersonId>,
    handle: String,
}

impl Engine {
    /// Writes a comment on a proposal, also on one that ended; only about an open one somebody is asked.
    pub async fn comment_on_proposal(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
        new: NewComment,
        by: &str,
    ) -> Result<ProposalComment, CommandError> {
        let text = comment_text(&new.text)?;
        if new.asks.is_some() && new.answers.is_some() {
            let words = "a comment asks or answers, not both: write two";
            return Err(CommandError::Invalid(words.to_owned()));
        }
        let row = self.proposal_row(scope, proposal).await?;
        let speaker = self.speaker(scope, by).await?;
        let told = match (&new.asks, &new.answers) {
            (Some(asks), _) => questioned(&row, &speaker, asks)?,
            (None, Some(question)) => self.asker(&row, &speaker, question).await?,
            (None, None) => BTreeSet::new(),
        };
        let comment = ProposalComment {
            id: CommentId::new(self.shared.now_millis(), self.shared.random_wide()).into(),
            by: speaker.handle.clone(),
            text: text.to_owned(),
            at: self.shared.clock.now(),
            asks: new.asks,
            answered_at: None,
            answers: new.answers,
        };
        let mails = self.mails(&row, &speaker, &comment, &told).await;
        let writer = (&comment, speaker.person.as_ref());
        if !self.shared.store.comment_proposal(scope, proposal, writer, &mails).await? {
            return Err(over(&row));
        }
        if !mails.is_empty() {
            self.shared.post.notify_one();
        }
        Ok(comment)
    }

    /// Is this question about a proposal put to this person?
    pub async fn is_asked(
        &self,
        scope: &Scope,
        (proposal, question): (&ProposalId, &str),
        person: &PersonId,
    ) -> Result<bool, CommandError> {
        let now = self.shared.clock.now();
        let Some(comment) = self.shared.store.proposal_comment(scope, proposal, question).await? else {
            return Ok(false);
        };
        let Some(asks) = comment.asks.as_deref().and_then(Owner::parse) else { return Ok(false) };
        let (people, _) = people(&self.shared, scope, now).await?;
        Ok(people.is_questioned(&asks, &comment.by, person, now))
    }

    /// Keeps a proposal out of somebody's own list until a time before its end, or no longer.
    pub async fn snooze_proposal(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
        person: &PersonId,
        until: Option<Timestamp>,
    ) -> Result<(), CommandError> {
        let row = self.proposal_row(scope, proposal).await?;
        if let Some(until) = until {
            let end = row.proposal.expires_at();
            check_snooze(until, end, self.shared.clock.now())
                .map_err(|refused| CommandError::Invalid(refused.to_string()))?;
        }
        if self.shared.store.snooze_proposal(scope, proposal, person, until).await? {
            Ok(())
        } else {
            Err(over(&self.proposal_row(scope, proposal).await?))
        }
    }

    async fn speaker(&self, scope: &Scope, by: &str) -> Result<Speaker, CommandError> {
        let (people, members) = people(&self.shared, scope, self.shared.clock.now()).await?;
        let person = person_behind(by);
        let known = person.as_ref().and_then(|id| people.get(id));
        let handle = known.map_or_else(|| by.to_owned(), |one| one.handle.clone());
        Ok(Speaker { people, members, person, handle })
    }

    /// Who put the question that is answered.
    async fn asker(
        &self,
        row: &ProposalRow,
        speaker: &Speaker,
        question: &str,
    ) -> Result<BTreeSet<PersonId>, CommandError> {
        let asked = self.shared.store.proposal_comment(&row.scope, row.proposal.id(), question).await?;
        let asked = asked
            .filter(|one| one.asks.is_some())
            .ok_or_else(|| CommandError::NotFound { what: "question", id: question.to_owned() })?;
        let who = speaker.people.iter().filter(|one| one.handle == asked.by && one.handle != speaker.handle);
        Ok(who.map(|one| one.id.clone()).collect())
    }

    async fn mails(
        &self,
        row: &ProposalRow,
        speaker: &Speaker,
        comment: &ProposalComment,
        told: &BTreeSet<PersonId>,
    ) -> Vec<NewMail> {
        if self.shared.mailer.is_none() || row.state != ProposalState::Open {
            return Vec::new();
        }
        let origin = row.proposal.origin();
        let discreet = self.shared.is_discreet(&row.scope, &origin.workflow, Some(origin.version)).await;
        let from = speaker.person.as_ref().map_or(speaker.handle.as_str(), |id| speaker.people.name(id));
        let said = Said { comment, from, discreet };
        let to = speaker.members.iter().filter(|one| one.member.active && told.contains(&one.member.person));
        to.map(|member| letters::about_comment(&self.shared, &row.proposal, &said, member)).collect()
    }
}

/// Those whom a question about an open proposal reaches.
fn questioned(row: &ProposalRow, speaker: &Speaker, asks: &str) -> Result<BTreeSet<PersonId>, CommandError> {
    let owner = Owner::parse(asks).ok_or_else(|| {
        CommandError::Invalid(format!(
            "`{asks}` is nobody to ask: name them as person:anna, team:billing or role:operator"
        ))
    })?;
    if row.state != ProposalState::Open {
        return Err(over(row));
    }
    // Who has no role here sees nothing, and so is told nothing.
    let sees = |id: &PersonId| {
        speaker.members.iter().any(|one| one.member.person == *id && !one.member.roles.is_empty())
    };
    let mut reached = speaker.people.questioned(&owner, &speaker.handle);
    reached.retain(sees);
    if reached.is_empty() {
        let words = format!("nobody else who signs in here is `{asks}`: ask somebody who does");
        return Err(CommandError::Invalid(words));
    }
    Ok(reached)
}

fn over(row: &ProposalRow) -> CommandError {
    let id = row.proposal.id();
    CommandError::Conflict(format!("proposal `{id}` is not open any more: nobody is asked about it"))
}

/// Is this open question put to this person, or to somebody they stand in for?
pub(super) fn is_put_to(question: &OpenQuestion, people: &People, person: &PersonId, now: Timestamp) -> bool {
    Owner::parse(&question.asks).is_some_and(|asks| people.is_questioned(&asks, &question.by, person, now))
}
