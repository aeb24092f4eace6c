//! Mail that arrives: whose it is, and what it says as an event, durable before the sender is told that it is kept.

mod door;
mod read;

use serde_json::{Value, json};
use throughline_domain::mail::inbound::{Mailbox, allows};
use throughline_store::{EventKind, Scope};

pub use door::MailDoor;
use read::{Arrived, File};

use crate::Intake;
use crate::accept::Incoming;
use crate::catalog::Route;
use crate::config::MailConfig;
use crate::error::IntakeError;

/// What became of a message at one mailbox.
#[derive(Debug)]
enum Kept {
    /// It is an event: now, or since it came before.
    Yes,
    /// The workflow does not take mail of this sender.
    NotFromThem,
}

impl Intake {
    /// The workflow of a mailbox; `None`: nobody has it.
    async fn mailbox(&self, mailbox: &Mailbox) -> Result<Option<(Scope, Route)>, IntakeError> {
        let Ok(scope) = Scope::new(&mailbox.workspace) else { return Ok(None) };
        let route = self.catalog.route(&scope, EventKind::Mail, &mailbox.address).await?;
        Ok(route.map(|route| (scope, route)))
    }

    /// Takes a message for one mailbox. Durable when it returns.
    async fn take_mail(&self, mailbox: &Mailbox, arrived: &Arrived) -> Result<Kept, IntakeError> {
        let (scope, route) = self.mailbox(mailbox).await?.ok_or(IntakeError::NoSuchPath)?;
        if !route.active {
            return Err(IntakeError::Paused);
        }
        let current = self.catalog.current(&scope, &route.workflow).await?;
        let config = MailConfig::read(&current.version.workflow().trigger.with)
            .map_err(|words| IntakeError::CannotVerify(format!("its trigger does not read: {words}")))?;
        if !allows(&config.from, &arrived.sender) {
            return Ok(Kept::NotFromThem);
        }
        let mut data = arrived.data.clone();
        data["attachments"] = self.keep_files(&scope, &arrived.files).await?;
        let incoming = Incoming {
            headers: arrived.headers.clone(),
            id: Some(arrived.key.clone()),
            ..Incoming::new(EventKind::Mail, data)
        };
        let event = self.event(&current, incoming)?;
        self.accept_event(&scope, event).await?;
        Ok(Kept::Yes)
    }

    /// Files of a message, each in the blob store; the event's commit refers to them.
    async fn keep_files(&self, scope: &Scope, files: &[File]) -> Result<Value, IntakeError> {
        let mut kept = Vec::with_capacity(files.len());
        for file in files {
            let blob = self.store.put_blob(scope, &file.bytes).await?;
            kept.push(json!({
                "name": file.name,
                "content_type": file.content_type,
                "bytes": blob.size,
                "content": { "$blob": blob.file_reference(&file.content_type, Some(&file.name)) },
            }));
        }
        Ok(Value::Array(kept))
    }
}
