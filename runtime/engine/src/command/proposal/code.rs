//! Six digits by mail, for those who have no session here.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use throughline_domain::approval::{
    CODE_MS, CodeRefused, CodeState, Cookie, People, code_text, stand_ins, tally,
};
use throughline_domain::id::{MailId, PersonId, ProposalId};
use throughline_domain::proposal::ProposalState;
use throughline_domain::time::Timestamp;
use throughline_store::{MailKind, MemberRow, NewMail, Scope};

use super::Ground;
use crate::Engine;
use crate::command::CommandError;

const HOUR_MS: u64 = 3_600_000;
/// Tries at keeping what became of a code, when others change it too.
const TRIES: u32 = 20;

impl Engine {
    /// Sends a code to this address, where its owner is asked about the proposal. Whoever asks learns nothing of that.
    pub async fn send_code(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
        address: &str,
    ) -> Result<(), CommandError> {
        let ground = self.ground(scope, proposal, self.shared.clock.now()).await?;
        let Some(member) = ground.recipient(address, self.shared.clock.now()) else { return Ok(()) };
        for _ in 0..TRIES {
            let now = self.shared.clock.now();
            let person = &member.member.person;
            let read = self.shared.store.get_codes(scope, person, proposal).await?;
            let mut state = read
                .as_ref()
                .map_or_else(|| CodeState::new(person.clone(), proposal.clone()), |row| row.state.clone());
            let hour_ago = Timestamp(now.0.saturating_sub(Timestamp(0).plus_ms(HOUR_MS).0));
            let elsewhere = self.shared.store.codes_elsewhere(scope, person, proposal, hour_ago).await?;
            let code = code_text(self.shared.random());
            state.request(self.digest(scope, person, proposal, &code), &elsewhere, now)?;
            let mail = code_mail(proposal, member, &code, now);
            let revision = read.map(|row| row.revision);
            if self.shared.store.keep_codes(scope, &state, revision, Some(&mail), now).await? {
                self.shared.post.notify_one();
                return Ok(());
            }
        }
        Err(CommandError::Conflict("too many ask for codes at once: try again".to_owned()))
    }

    /// A code was typed. Good: a cookie for ten minutes, bound to the person and the proposal.
    pub async fn enter_code(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
        address: &str,
        code: &str,
    ) -> Result<Cookie, CommandError> {
        let ground = self.ground(scope, proposal, self.shared.clock.now()).await?;
        let Some(member) = ground.recipient(address, self.shared.clock.now()) else {
            return Err(CodeRefused::NoCode.into());
        };
        let person = &member.member.person;
        let digest = self.digest(scope, person, proposal, code.trim());
        for _ in 0..TRIES {
            let now = self.shared.clock.now();
            let Some(row) = self.shared.store.get_codes(scope, person, proposal).await? else {
                return Err(CodeRefused::NoCode.into());
            };
            let mut state = row.state;
            let entered = state.enter(person, proposal, &digest, now);
            // A wrong try is kept as well: else it could be tried for ever.
            if self.shared.store.keep_codes(scope, &state, Some(row.revision), None, now).await? {
                return entered.map_err(CommandError::from);
            }
        }
        Err(CommandError::Conflict("too many try codes at once: try again".to_owned()))
    }

    /// May somebody look at a proposal who proved a while ago that they are this person? Who was removed may not.
    pub async fn may_look(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
        person: &PersonId,
    ) -> Result<bool, CommandError> {
        let now = self.shared.clock.now();
        let ground = self.ground(scope, proposal, now).await?;
        let there = ground.members.iter().any(|row| row.member.active && row.member.person == *person);
        // Who edited it is not asked about it, and may see what became of that.
        Ok(there && (ground.has_a_part(person, now) || ground.row.proposal.editors().contains(person)))
    }

    fn digest(&self, scope: &Scope, person: &PersonId, proposal: &ProposalId, code: &str) -> String {
        self.signed("deciding code", &format!("{scope}\n{person}\n{proposal}\n{code}"))
    }

    /// A text that only this server's key makes, for a purpose.
    pub fn signed(&self, purpose: &str, words: &str) -> String {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.shared.config.workspace_key)
            .unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"));
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        mac.update(words.as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }
}

impl Ground {
    /// The member of this address, if they are asked, were, or stand in for somebody.
    fn recipient(&self, address: &str, now: Timestamp) -> Option<&MemberRow> {
        let address = address.trim().to_lowercase();
        let member = self.members.iter().find(|row| row.member.active && row.mail.as_str() == address)?;
        self.has_a_part(&member.member.person, now).then_some(member)
    }

    /// They are asked, have decided, or stand in for somebody who is asked.
    pub(super) fn has_a_part(&self, person: &PersonId, now: Timestamp) -> bool {
        has_a_part(self, &self.people, person, now)
    }
}

fn has_a_part(ground: &Ground, people: &People, person: &PersonId, now: Timestamp) -> bool {
    let tally = tally(&ground.row.approval, &ground.row.proposal, people, &ground.earlier, now);
    let named: std::collections::BTreeSet<&PersonId> = tally
        .rules
        .iter()
        .flat_map(|rule| rule.asked.iter().chain(&rule.approved).chain(&rule.rejected))
        .collect();
    let decided = ground.earlier.iter().any(|one| one.party.people().any(|id| id == person));
    // After it was decided nobody is asked any more, and who was may still look.
    let was = ground.row.state != ProposalState::Open
        && ground.row.approval.rules.iter().any(|rule| people.of(&rule.who).contains(person));
    let stands_in = || {
        let named = named.iter().map(|id| (*id).clone()).collect();
        stand_ins(&ground.row.proposal, people, &named, now).contains_key(person)
    };
    named.contains(person) || decided || was || stands_in()
}

fn code_mail(proposal: &ProposalId, to: &MemberRow, code: &str, now: Timestamp) -> NewMail {
    let words = format!("code\n{}\n{}", to.member.person, now.0);
    let lines = [
        format!("Hello {},", to.member.name),
        String::new(),
        "somebody, probably you, wants to decide about a change in your name.".to_owned(),
        String::new(),
        format!("Your code:  {code}"),
        String::new(),
        "It is good for 10 minutes and for this one decision. Type it on the page where you asked for it,"
            .to_owned(),
        "and give it to nobody: nobody here will ask you for it.".to_owned(),
    ];
    NewMail {
        mail: MailId::about(proposal.as_str(), &words),
        kind: MailKind::Code,
        about: Some(proposal.to_string()),
        to: to.mail.as_str().to_owned(),
        name: Some(to.member.name.clone()),
        subject: "Your code for a decision".to_owned(),
        text: lines.join("\n"),
        html: None,
        queued_at: now,
        not_before: now,
        until: now.plus_ms(CODE_MS),
    }
}
