//! Polls: the connector is asked with a cursor; events and the new cursor are one commit. The first page marks what
//! is there as seen and starts nothing.

use std::time::Duration;

use serde_json::{Map, Value};
use throughline_domain::failure::Failure;
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::Trigger;
use throughline_host::contract::{PollPage, TriggerEvent};
use throughline_host::{Call, CallOutcome};
use throughline_store::{EventKind, PollCommit, PollItem, PollRow, Scope, StoreError};
use tokio_util::sync::CancellationToken;

use crate::Intake;
use crate::accept::Incoming;
use crate::catalog::Current;
use crate::error::IntakeError;

/// How often a poll happens when neither trigger nor connector says.
const DEFAULT_EVERY_MS: u64 = 60_000;
/// Longest pause after failures.
const MAX_BACKOFF_MS: u64 = 15 * 60_000;
/// Items asked for at once.
const PAGE: u32 = 200;
/// How long to sleep when no poll is due.
const IDLE: Duration = Duration::from_secs(1);
/// Polls looked at in one turn.
const BATCH: u32 = 20;

impl Intake {
    /// Polls until the token is cancelled.
    pub async fn run_polls(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if self.poll_due(&stop).await == 0 {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(IDLE) => {}
                }
            }
        }
    }

    /// Asks for one page of each poll that is due; how many those were.
    pub async fn poll_due(&self, stop: &CancellationToken) -> usize {
        let due = self.store.due_polls_all(self.clock.now(), BATCH).await.unwrap_or_else(|error| {
            tracing::error!(%error, "looking for due polls failed; trying again");
            Vec::new()
        });
        for poll in due.iter().take_while(|_| !stop.is_cancelled()) {
            if let Err(error) = self.poll(poll, stop).await {
                tracing::warn!(workspace.id = %poll.scope, workflow.id = %poll.workflow, %error, "a poll failed");
                if let Err(error) = self.put_off(poll, error.code(), &error.to_string()).await {
                    tracing::error!(%error, "noting a failed poll failed");
                }
            }
        }
        due.len()
    }

    /// One page of one poll.
    pub(crate) async fn poll(&self, poll: &PollRow, stop: &CancellationToken) -> Result<(), IntakeError> {
        let current = self.catalog.current(&poll.scope, &poll.workflow).await?;
        let trigger = current.version.workflow().trigger.clone();
        let config = config_of(&trigger);
        let cursor: Option<Value> =
            poll.cursor.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok());
        let outcome = self.ask(&poll.scope, &current, &trigger, &config, cursor.as_ref(), stop).await?;
        let page = match outcome.result {
            Ok(page) => page,
            Err(failure) => {
                tracing::warn!(workflow.id = %poll.workflow, failure.code = %failure.code, "{}", failure.message);
                self.put_off(poll, &failure.code, &failure.message).await?;
                return Ok(());
            }
        };
        self.keep(poll, &current, &trigger, page).await
    }

    async fn ask(
        &self,
        scope: &Scope,
        current: &Current,
        trigger: &Trigger,
        config: &Value,
        cursor: Option<&Value>,
        stop: &CancellationToken,
    ) -> Result<CallOutcome<PollPage>, IntakeError> {
        let Some(digest) = current.plugins.get(&trigger.on.connector) else {
            let words = format!("connector `{}` is not installed", trigger.on.connector);
            let failure = Failure::permanent("TL0441", words);
            return Ok(CallOutcome { result: Err(failure), report: throughline_host::CallReport::default() });
        };
        let mut call = Call::new(self.catalog.plugin(digest).await?, scope.as_str(), &trigger.on.name);
        if let Some(name) = &trigger.connection {
            call.connection = Some(self.catalog.connection(scope, name).await?);
        }
        call.trigger = Some(current.version.workflow().id.clone());
        call.egress = self.catalog.egress(scope).await?;
        call.cancel = stop.child_token();
        Ok(self.host.poll(call, config, cursor, PAGE).await)
    }

    async fn keep(
        &self,
        poll: &PollRow,
        current: &Current,
        trigger: &Trigger,
        page: PollPage,
    ) -> Result<(), IntakeError> {
        let now = self.clock.now();
        let first = poll.cursor.is_none();
        let items = page
            .events
            .into_iter()
            .map(|event| self.item(current, event, first))
            .collect::<Result<Vec<_>, _>>()?;
        let pause_ms = if page.more { 0 } else { page.poll_after_ms.unwrap_or(0).max(every_ms(trigger)) };
        let commit = PollCommit {
            workflow: poll.workflow.clone(),
            generation: poll.generation,
            cursor: Some(serde_json::to_vec(&page.cursor).unwrap_or_default()),
            polled_at: now,
            next_at: now.plus_ms(pause_ms),
            items,
        };
        fail::fail_point!("intake.before_poll_commit", |_| std::process::abort());
        if self.store.accept_poll(&poll.scope, &commit).await?.is_none() {
            tracing::info!(workflow.id = %poll.workflow, "another node polled at the same time; its page counts");
        }
        fail::fail_point!("intake.after_poll_commit", |_| std::process::abort());
        Ok(())
    }

    /// The first page is only marked as seen.
    fn item(&self, current: &Current, event: TriggerEvent, first: bool) -> Result<PollItem, IntakeError> {
        let key = event.id.clone();
        if first {
            return Ok(PollItem { key, event: None });
        }
        let incoming = Incoming { id: Some(event.id), ..Incoming::new(EventKind::Poll, event.data) };
        Ok(PollItem { key, event: Some(self.event(current, incoming)?) })
    }

    /// Notes the failure and tries again later, each time after a longer pause.
    async fn put_off(&self, poll: &PollRow, code: &str, words: &str) -> Result<(), StoreError> {
        let pause_ms = (DEFAULT_EVERY_MS << poll.failures.min(8)).min(MAX_BACKOFF_MS);
        let next_at: Timestamp = self.clock.now().plus_ms(pause_ms);
        self.store.fail_poll(&poll.scope, &poll.workflow, poll.generation, next_at, (code, words)).await?;
        Ok(())
    }
}

/// What the connector sees: everything but how often it is asked.
fn config_of(trigger: &Trigger) -> Value {
    let config: Map<String, Value> = trigger
        .with
        .iter()
        .filter(|(name, _)| *name != "every")
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    Value::Object(config)
}

fn every_ms(trigger: &Trigger) -> u64 {
    trigger
        .with
        .get("every")
        .and_then(Value::as_str)
        .and_then(|text| throughline_domain::workflow::duration::parse_ms(text).ok())
        .unwrap_or(DEFAULT_EVERY_MS)
        .max(1_000)
}
