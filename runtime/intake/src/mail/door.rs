//! The door for SMTP: what a sender is told.

use std::collections::BTreeSet;
use std::sync::Arc;

use throughline_domain::mail::inbound::{MAX_HOPS, Mailbox};
use throughline_smtp::{Envelope, Receive, Reply};

use super::Kept;
use super::read::{Arrived, read};
use crate::Intake;
use crate::error::IntakeError;

const NOT_OURS: Reply = Reply::of(550, "5.7.1 mail for this domain is not taken here");
const NOBODY: Reply = Reply::of(550, "5.1.1 nobody has this address");
const PAUSED: Reply = Reply::of(451, "4.2.1 this address takes no mail at the moment, try again later");
const BUSY: Reply = Reply::of(451, "4.3.0 it cannot be kept just now, try again later");
const CIRCLE: Reply = Reply::of(554, "5.4.6 the message goes in a circle");
const TOO_MANY_FILES: Reply = Reply::of(552, "5.3.4 the message has too many files");
const NOT_FROM_THEM: Reply = Reply::of(550, "5.7.1 this address takes no mail of this sender");
const UNFIT: Reply = Reply::of(550, "5.6.0 the message is not what this address takes");

/// Takes mail of one domain.
pub struct MailDoor {
    intake: Intake,
    domain: String,
}

impl std::fmt::Debug for MailDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailDoor").field("domain", &self.domain).finish_non_exhaustive()
    }
}

impl MailDoor {
    /// The door of a domain.
    pub fn new(intake: Intake, domain: impl Into<String>) -> Self {
        Self { intake, domain: domain.into() }
    }

    /// Every mailbox that an envelope names, once.
    fn mailboxes(&self, envelope: &Envelope) -> Vec<Mailbox> {
        let mut seen = BTreeSet::new();
        let all = envelope.to.iter().filter_map(|to| Mailbox::of(to, &self.domain));
        all.filter(|mailbox| seen.insert((mailbox.workspace.clone(), mailbox.address.clone()))).collect()
    }

    /// Gives a message to each mailbox. One that cannot be kept just now makes the sender come again with all of it:
    /// where it is kept already it is known by its id.
    async fn give(&self, mailboxes: Vec<Mailbox>, arrived: &Arrived) -> Reply {
        let (mut kept, mut refused) = (false, None);
        for mailbox in mailboxes {
            match self.intake.take_mail(&mailbox, arrived).await {
                Ok(Kept::Yes) => kept = true,
                Ok(Kept::NotFromThem) => {
                    tracing::info!(
                        workspace.id = mailbox.workspace,
                        mail.address = mailbox.address,
                        "refused a mail: its sender is not on the list"
                    );
                    refused = Some(NOT_FROM_THEM);
                }
                Err(error) => {
                    tracing::warn!(
                        workspace.id = mailbox.workspace,
                        mail.address = mailbox.address,
                        error.code = error.code(),
                        "a mail was not kept: {error}"
                    );
                    match refusal(&error) {
                        reply if reply.code < 500 => return reply,
                        reply => refused = Some(reply),
                    }
                }
            }
        }
        if kept { Reply::KEPT } else { refused.unwrap_or(NOBODY) }
    }
}

/// What an error means for the sender: come again, or never.
fn refusal(error: &IntakeError) -> Reply {
    match error {
        IntakeError::NoSuchPath | IntakeError::NoSuchWorkflow(_) => NOBODY,
        IntakeError::Paused => PAUSED,
        IntakeError::Template { .. } | IntakeError::Input(_) => UNFIT,
        IntakeError::Method(_)
        | IntakeError::TooLarge { .. }
        | IntakeError::Json(_)
        | IntakeError::Signature(_)
        | IntakeError::Rejected { .. }
        | IntakeError::CannotVerify(_)
        | IntakeError::CannotShow { .. }
        | IntakeError::Catalog(_)
        | IntakeError::Store(_) => BUSY,
    }
}

impl Receive for MailDoor {
    async fn recipient(&self, _from: &str, to: &str) -> Reply {
        let Some(mailbox) = Mailbox::of(to, &self.domain) else { return NOT_OURS };
        match self.intake.mailbox(&mailbox).await {
            Ok(Some((_, route))) if route.active => Reply::OK,
            Ok(Some(_)) => PAUSED,
            Ok(None) => NOBODY,
            Err(error) => refusal(&error),
        }
    }

    async fn message(&self, envelope: Envelope, bytes: Vec<u8>) -> Option<Reply> {
        let envelope = Arc::new(envelope);
        let of = Arc::clone(&envelope);
        // A large message takes a while to read.
        let Ok(arrived) = tokio::task::spawn_blocking(move || read(&of, &bytes)).await else {
            return Some(UNFIT);
        };
        if arrived.hops > MAX_HOPS {
            return Some(CIRCLE);
        }
        if arrived.too_many_files {
            return Some(TOO_MANY_FILES);
        }
        Some(self.give(self.mailboxes(&envelope), &arrived).await)
    }
}
