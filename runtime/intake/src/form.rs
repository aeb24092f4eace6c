//! Hosted forms: which fields a path shows, and what was typed as an event, durable before anybody is thanked.

use jiff::tz::TimeZone;
use serde_json::Value;
use throughline_domain::form::Form;
use throughline_domain::id::{EventId, PersonId};
use throughline_store::{EventKind, Scope};

use crate::Intake;
use crate::accept::Incoming;
use crate::catalog::Current;
use crate::config::FormConfig;
use crate::error::IntakeError;

/// How long a ticket that was used is remembered: longer than it is good for.
const TICKET_MS: u64 = 25 * 3_600_000;

/// A form that is shown at a path.
#[derive(Clone, Debug)]
pub struct HostedForm {
    /// Workflow that it starts.
    pub workflow: String,
    /// Heading.
    pub title: String,
    /// What the trigger says about the page.
    pub config: FormConfig,
    /// Fields.
    pub form: Form,
    /// Time zone of its days and times.
    pub zone: TimeZone,
    /// It takes answers now; false: the workflow is paused.
    pub open: bool,
    current: Current,
}

/// What became of an answer. Durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// It is kept, now or since the same was sent before.
    Kept(EventId),
    /// Something else was sent from the same page before; that is kept, and this is not.
    OtherBefore(EventId),
}

impl Intake {
    /// The form at a path.
    pub async fn form(&self, scope: &Scope, path: &str) -> Result<HostedForm, IntakeError> {
        let route = self.catalog.route(scope, EventKind::Form, path).await?.ok_or(IntakeError::NoSuchPath)?;
        let current = self.catalog.current(scope, &route.workflow).await?;
        let workflow = current.version.workflow();
        let unshowable = || IntakeError::CannotShow { workflow: workflow.id.clone() };
        let config = FormConfig::read(&workflow.trigger.with).map_err(|_| unshowable())?;
        let form = workflow.input.as_ref().and_then(|input| Form::of(input).ok()).ok_or_else(unshowable)?;
        let zone =
            config.zone.as_deref().map_or(Ok(TimeZone::UTC), TimeZone::get).map_err(|_| unshowable())?;
        let title = config.title.as_ref().or(workflow.title.as_ref()).unwrap_or(&workflow.id).clone();
        Ok(HostedForm {
            workflow: workflow.id.clone(),
            title,
            config,
            form,
            zone,
            open: route.active,
            current,
        })
    }

    /// Takes an answer, from somebody who is signed in or from anybody. The ticket is the page's own: what is sent from one
    /// page is one event, however often it comes.
    pub async fn submit(
        &self,
        scope: &Scope,
        hosted: &HostedForm,
        ticket: &[u8],
        (value, sender): (Value, Option<PersonId>),
    ) -> Result<Submitted, IntakeError> {
        let payload = serde_json::to_vec(&value).unwrap_or_default();
        let incoming = Incoming {
            content_window: Some((hex::encode(ticket), TICKET_MS)),
            requested_by: sender.into_iter().collect(),
            ..Incoming::new(EventKind::Form, value)
        };
        let event = self.event(&hosted.current, incoming)?;
        // With a key of the workflow's own, another answer may be the same event; whoever sends it is not told of others.
        let own_key = event.dedupe.is_some();
        let accepted = self.accept_event(scope, event).await?;
        if !accepted.duplicate || own_key {
            return Ok(Submitted::Kept(accepted.event));
        }
        match self.store.event_payload(scope, &accepted.event).await? {
            Some(before) if before != payload => Ok(Submitted::OtherBefore(accepted.event)),
            _ => Ok(Submitted::Kept(accepted.event)),
        }
    }
}
