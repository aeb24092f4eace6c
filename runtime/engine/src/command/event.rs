//! Internal events: they start the workflows that listen and satisfy the steps that wait.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;
use throughline_domain::id::{EventId, PersonId, RunId};
use throughline_domain::run::event::Payload;
use throughline_intake::Incoming;
use throughline_store::{CORRELATED_TTL_MS, EventKind, NewCorrelated, Scope};

use super::{CommandError, person_behind};
use crate::Engine;

/// What an internal event did.
#[derive(Clone, Debug, Serialize)]
pub struct PublishedEvent {
    /// Runs it started.
    pub run_ids: Vec<RunId>,
    /// Its id as a correlated event, when it has a key.
    pub event_id: Option<EventId>,
}

impl Engine {
    /// Publishes an internal event. With a key it also satisfies the waits of that type and key, now and for the
    /// next seven days.
    pub async fn publish_event(
        &self,
        scope: &Scope,
        event_type: &str,
        key: Option<&str>,
        data: Value,
        by: &str,
    ) -> Result<PublishedEvent, CommandError> {
        if event_type.trim().is_empty() {
            return Err(CommandError::Invalid("an event needs a type: `order_paid`".to_owned()));
        }
        let requested_by: BTreeSet<PersonId> = person_behind(by).into_iter().collect();
        let mut run_ids = Vec::new();
        for listener in self.shared.store.listeners(scope, event_type).await? {
            if !listener.active {
                continue;
            }
            let requested_by = requested_by.clone();
            let incoming = Incoming { requested_by, ..Incoming::new(EventKind::Event, data.clone()) };
            run_ids.push(self.intake().accept(scope, &listener.workflow, incoming).await?.run);
        }
        let event_id = match key {
            None => None,
            Some(key) => {
                let id = EventId::new(self.shared.now_millis(), self.shared.random_wide());
                let event = NewCorrelated {
                    id: id.clone(),
                    event_type: event_type.to_owned(),
                    key: key.to_owned(),
                    data: self.shared.store.spill(scope, data).await.map(|payload: Payload| payload)?,
                    requested_by,
                    received_at: self.shared.clock.now(),
                    ttl_ms: CORRELATED_TTL_MS,
                };
                fail::fail_point!("command.before_event", |_| std::process::abort());
                self.shared.store.publish_correlated(scope, &event).await?;
                Some(id)
            }
        };
        tracing::info!(event.kind = event_type, account.name = by, runs = run_ids.len(), "an internal event");
        Ok(PublishedEvent { run_ids, event_id })
    }
}
