//! From something that came in to an event and a run, durable before anybody is told.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use throughline_domain::expression::{Prepared, Scope as Names};
use throughline_domain::id::{EventId, PersonId, RunId};
use throughline_domain::run::Version;
use throughline_domain::run::event::{Entry, Payload, RunEvent};
use throughline_domain::time::Timestamp;
use throughline_store::{Accepted, ContentWindow, Dedupe, EventKind, NewEvent, NewRun, Scope};

use crate::Intake;
use crate::catalog::{Current, started};
use crate::error::IntakeError;

/// Something that came in for a workflow.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// How.
    pub kind: EventKind,
    /// `event` in the workflow.
    pub data: Value,
    /// `headers` of the trigger's templates, names in lower case; kept with the event.
    pub headers: Map<String, Value>,
    /// What the sender or the connector names it by, where the trigger has no `dedupe` of its own.
    pub id: Option<String>,
    /// The same content within so many milliseconds is the same event.
    pub content_window: Option<(String, u64)>,
    /// A caller waits for the run's reply.
    pub reply_wanted: bool,
    /// The people who asked for it, where people did.
    pub requested_by: BTreeSet<PersonId>,
}

impl Incoming {
    /// Data that came in, with nothing else.
    pub fn new(kind: EventKind, data: Value) -> Self {
        Self {
            kind,
            data,
            headers: Map::new(),
            id: None,
            content_window: None,
            reply_wanted: false,
            requested_by: BTreeSet::new(),
        }
    }
}

impl Intake {
    /// Accepts one event for the current version of a workflow. Durable when it returns.
    pub async fn accept(
        &self,
        scope: &Scope,
        workflow: &str,
        incoming: Incoming,
    ) -> Result<Accepted, IntakeError> {
        let event = self.prepare(scope, workflow, incoming).await?;
        self.accept_event(scope, event).await
    }

    /// Accepts an event that is ready. Durable when it returns.
    pub(crate) async fn accept_event(&self, scope: &Scope, event: NewEvent) -> Result<Accepted, IntakeError> {
        fail::fail_point!("intake.before_accept", |_| std::process::abort());
        let accepted = match self.start_for(&event) {
            Some(start) => self.accept_held(scope, event, start).await?,
            None => self.store.accept(scope, event).await?,
        };
        fail::fail_point!("intake.after_accept", |_| std::process::abort());
        tracing::debug!(run.id = %accepted.run, event.id = %accepted.event, duplicate = accepted.duplicate,
            "accepted an event");
        Ok(accepted)
    }

    /// The event for the current version of a workflow with the run it starts, for another commit to carry.
    pub async fn prepare(
        &self,
        scope: &Scope,
        workflow: &str,
        incoming: Incoming,
    ) -> Result<NewEvent, IntakeError> {
        let current = self.catalog.current(scope, workflow).await?;
        self.event(&current, incoming)
    }

    /// The event with the run it starts, ready to be stored.
    pub(crate) fn event(&self, current: &Current, incoming: Incoming) -> Result<NewEvent, IntakeError> {
        let version = &current.version;
        let workflow = version.workflow();
        let now = self.clock.now();
        if let Some(schema) = &workflow.input {
            check_input(schema, &incoming.data)?;
        }
        let keys = keys(current, &incoming.data, &incoming.headers, now)?;
        let dedupe = dedupe(current, &incoming, now)?;
        let id = EventId::new(self.now_millis(), self.random());
        let run = RunId::new(self.now_millis(), self.random());
        let mut started = started(current, run.clone(), Payload::Inline(incoming.data.clone()));
        started.event = Some(id.clone());
        started.reply_wanted = incoming.reply_wanted;
        started.requested_by = incoming.requested_by;
        let payload = serde_json::to_vec(&incoming.data).unwrap_or_default();
        Ok(NewEvent {
            id: id.clone(),
            workflow: workflow.id.clone(),
            trigger: workflow.trigger.id.clone(),
            kind: incoming.kind,
            received_at: now,
            payload,
            headers: serde_json::to_vec(&incoming.headers).unwrap_or_default(),
            dedupe,
            content_window: incoming.content_window.map(|(sha256, ms)| ContentWindow { sha256, ms }),
            run: NewRun {
                id: run,
                workflow: workflow.id.clone(),
                version: version.number(),
                keys,
                first_entries: vec![Entry {
                    seq: 1,
                    at: now,
                    event: RunEvent::RunStarted(Box::new(started)),
                }],
                reply_wanted: incoming.reply_wanted,
                event: Some(id),
                parent: None,
                retry_of: None,
                created_at: now,
            },
        })
    }
}

fn names(version: &Version, data: &Value, headers: &Map<String, Value>, now: Timestamp) -> Names {
    Names::new(Prepared::new(data), now)
        .with_vars(Prepared::new(&Value::Object(version.workflow().vars.clone())))
        .with_headers(Prepared::new(&Value::Object(headers.clone())))
}

/// The searchable keys of a run.
pub(crate) fn keys(
    current: &Current,
    data: &Value,
    headers: &Map<String, Value>,
    now: Timestamp,
) -> Result<Vec<(String, String)>, IntakeError> {
    let workflow = current.version.workflow();
    if workflow.keys.is_empty() {
        return Ok(Vec::new());
    }
    let names = names(&current.version, data, headers, now);
    workflow
        .keys
        .iter()
        .map(|(name, template)| {
            let value = current.templates.evaluate_to_text(template, &names).map_err(|error| {
                IntakeError::Template { field: format!("keys.{name}"), words: error.to_string() }
            })?;
            Ok((name.clone(), value))
        })
        .collect()
}

/// The trigger's own dedupe key, else what the sender or the connector names the event by, else none. What somebody starts by
/// hand may lack what the trigger's key is made of, such as a header: then the key they give stands, among keys of its own.
fn dedupe(current: &Current, incoming: &Incoming, now: Timestamp) -> Result<Option<Dedupe>, IntakeError> {
    let workflow = current.version.workflow();
    let scope = format!("{}/{}", workflow.id, workflow.trigger.id);
    let given = |scope: String| Ok(incoming.id.clone().map(|key| Dedupe { scope, key }));
    let Some(template) = &workflow.trigger.dedupe else { return given(scope) };
    let names = names(&current.version, &incoming.data, &incoming.headers, now);
    match current.templates.evaluate_to_text(template, &names) {
        Ok(key) if key.trim().is_empty() => {
            let words = "it gives an empty key, which would make all events the same".to_owned();
            Err(IntakeError::Template { field: "dedupe".to_owned(), words })
        }
        Ok(key) => Ok(Some(Dedupe { scope, key })),
        Err(_) if incoming.kind == EventKind::Manual => given(format!("{scope}/by hand")),
        Err(error) => Err(IntakeError::Template { field: "dedupe".to_owned(), words: error.to_string() }),
    }
}

fn check_input(schema: &Value, data: &Value) -> Result<(), IntakeError> {
    throughline_domain::schema::check(schema, data)
        .map_err(|problems| IntakeError::Input(problems.join("; ")))
}
