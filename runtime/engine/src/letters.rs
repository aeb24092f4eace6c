//! Mail about proposals. A link in it only finds the proposal: it opens nothing by itself.

use std::collections::BTreeSet;

use throughline_domain::approval::{People, stand_ins};
use throughline_domain::id::{MailId, PersonId};
use throughline_domain::proposal::Proposal;
use throughline_domain::time::Timestamp;
use throughline_store::{MailKind, MemberRow, NewMail, ProposalComment};

use crate::shared::Shared;

/// Why a mail is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// A proposal opened.
    Opened,
    /// Nobody has decided yet.
    Reminder,
    /// Others did not decide, so this person is asked as well.
    Escalated,
}

/// What all mails of one occasion say alike.
pub(crate) struct Letter<'a> {
    pub(crate) kind: Occasion,
    /// The workflow's name for people.
    pub(crate) title: &'a str,
    /// Say nothing of what is written.
    pub(crate) discreet: bool,
}

impl Occasion {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Reminder => "reminder",
            Self::Escalated => "escalated",
        }
    }

    const fn first_line(self) -> &'static str {
        match self {
            Self::Opened => "You are asked to decide about a change.",
            Self::Reminder => "A change still waits for your decision.",
            Self::Escalated => "Nobody has decided about a change yet, so you are asked as well.",
        }
    }

    const fn subject(self) -> &'static str {
        match self {
            Self::Opened => "Please decide",
            Self::Reminder => "Still to decide",
            Self::Escalated => "Please decide, others have not",
        }
    }
}

/// One mail to each of these, and to those who stand in for them now; none where no mail server is set. Who is asked and
/// stands in for another besides gets one mail.
pub(crate) fn to_people(
    shared: &Shared,
    proposal: &Proposal,
    letter: &Letter<'_>,
    (asked, people, members): (&BTreeSet<PersonId>, &People, &[MemberRow]),
    now: Timestamp,
) -> Vec<NewMail> {
    if shared.mailer.is_none() {
        return Vec::new();
    }
    let stand_ins = stand_ins(proposal, people, asked, now);
    let mut mails = Vec::new();
    for row in members.iter().filter(|row| row.member.active) {
        let person = &row.member.person;
        let others = stand_ins.get(person).filter(|_| !asked.contains(person));
        if asked.contains(person) || others.is_some() {
            let names: Vec<&str> = others.into_iter().flatten().map(|id| people.name(id)).collect();
            mails.push(mail(shared, proposal, letter, (row, &names), now));
        }
    }
    mails
}

fn mail(
    shared: &Shared,
    proposal: &Proposal,
    letter: &Letter<'_>,
    (to, stands_in_for): (&MemberRow, &[&str]),
    now: Timestamp,
) -> NewMail {
    let (id, content) = (proposal.id(), proposal.content());
    let words = format!("{}\n{}\n{}", letter.kind.word(), to.member.person, now.0);
    let subject = format!("{}: {}", letter.kind.subject(), letter.title);
    NewMail {
        mail: MailId::about(id.as_str(), &words),
        kind: MailKind::Proposal,
        about: Some(id.to_string()),
        to: to.mail.as_str().to_owned(),
        name: Some(to.member.name.clone()),
        subject: subject.chars().take(200).collect(),
        text: text(shared, proposal, letter, (&to.member.name, stands_in_for)),
        html: None,
        queued_at: now,
        not_before: now,
        until: content.expires_at.max(now.plus_ms(1)),
    }
}

fn text(
    shared: &Shared,
    proposal: &Proposal,
    letter: &Letter<'_>,
    (name, stands_in_for): (&str, &[&str]),
) -> String {
    let content = proposal.content();
    let mut lines = vec![format!("Hello {name},"), String::new(), letter.kind.first_line().to_owned()];
    if !stands_in_for.is_empty() {
        lines.push(format!("You stand in for {}.", stands_in_for.join(" and ")));
    }
    lines.push(String::new());
    lines.push(format!("Workflow:  {}", letter.title));
    for write in &content.operations {
        lines.push(format!("System:    {}", write.system));
    }
    if letter.discreet {
        lines.push("What:      open the page to see it".to_owned());
    } else {
        lines.push(format!("What:      {}", content.summary));
        lines.extend(content.money.as_ref().map(|money| format!("Money:     {money}")));
    }
    lines.push(format!("Until:     {}", readable(content.expires_at)));
    lines.push(String::new());
    lines.push("Look at it and decide here:".to_owned());
    lines.push(link(shared, proposal));
    lines.push(String::new());
    lines.push("The link shows nothing by itself: sign in, or ask there for a code by mail.".to_owned());
    lines
        .push("Nothing is written before somebody decides. A reply to this mail decides nothing.".to_owned());
    lines.join("\n")
}

/// Where a proposal is decided.
pub(crate) fn link(shared: &Shared, proposal: &Proposal) -> String {
    format!("{}/d/{}", base(shared), proposal.id())
}

fn base(shared: &Shared) -> &str {
    shared.config.page_url.as_deref().unwrap_or_default().trim_end_matches('/')
}

/// `2026-01-31 08:15 UTC`.
pub(crate) fn readable(at: Timestamp) -> String {
    let text = at.to_rfc3339();
    let minutes = text.get(..16).unwrap_or(&text);
    format!("{} UTC", minutes.replace('T', " "))
}

/// What somebody said about a proposal, for a mail.
pub(crate) struct Said<'a> {
    pub(crate) comment: &'a ProposalComment,
    /// Who, by name.
    pub(crate) from: &'a str,
    /// Say nothing of what is in it.
    pub(crate) discreet: bool,
}

/// The mail to somebody who is asked about a proposal, or whose question was answered.
pub(crate) fn about_comment(
    shared: &Shared,
    proposal: &Proposal,
    said: &Said<'_>,
    to: &MemberRow,
) -> NewMail {
    let Said { comment, from, discreet } = *said;
    let (id, content) = (proposal.id(), proposal.content());
    let (subject, first_line) = if comment.asks.is_some() {
        (format!("{from} asks you about a change"), format!("{from} asks you before a change is decided."))
    } else {
        (format!("{from} answered your question"), format!("{from} answered what you asked about a change."))
    };
    let mut lines = vec![format!("Hello {},", to.member.name), String::new(), first_line, String::new()];
    if discreet {
        lines.push("Open the page to see it.".to_owned());
    } else {
        lines.push(format!("What:      {}", content.summary));
        lines.push(String::new());
        lines.extend(comment.text.lines().map(|line| format!("  {line}")));
    }
    lines.push(String::new());
    lines.push(format!("Until:     {}", readable(content.expires_at)));
    lines.push(format!("{}/inbox/approvals?id={id}", base(shared)));
    lines.push(String::new());
    lines.push("A reply to this mail reaches nobody: answer on the page.".to_owned());
    NewMail {
        mail: MailId::about(id.as_str(), &format!("{}\n{}", comment.id, to.member.person)),
        kind: MailKind::Proposal,
        about: Some(id.to_string()),
        to: to.mail.as_str().to_owned(),
        name: Some(to.member.name.clone()),
        subject: subject.chars().take(200).collect(),
        text: lines.join("\n"),
        html: None,
        queued_at: comment.at,
        not_before: comment.at,
        until: content.expires_at.max(comment.at.plus_ms(1)),
    }
}
