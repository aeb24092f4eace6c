//! Starting, cancelling and retrying runs.

use std::collections::BTreeSet;

use serde_json::Value;
use throughline_domain::id::{ExceptionId, RunId};
use throughline_domain::run::event::{Entry, Payload, RunEvent};
use throughline_domain::run::{RunState, Version, retry_plan};
use throughline_intake::Incoming;
use throughline_store::{EventKind, Lifecycle, NewRun, NewSignal, RunRow, Scope};

use super::{
    CommandError, ResolveRequest, Retried, RetryRequest, RetryVersion, Started, Verb, person_behind,
};
use crate::Engine;
use crate::signal::SignalBody;

impl Engine {
    /// Starts a run of the current version, as a person or the command line does.
    pub async fn start_run(
        &self,
        scope: &Scope,
        workflow: &str,
        input: Value,
        dedupe: Option<String>,
        by: &str,
    ) -> Result<Started, CommandError> {
        let requested_by = person_behind(by).into_iter().collect();
        let incoming = Incoming { id: dedupe, requested_by, ..Incoming::new(EventKind::Manual, input) };
        let accepted = self.intake().accept(scope, workflow, incoming).await?;
        tracing::info!(run.id = %accepted.run, workflow.id = workflow, account.name = by, "a run was started by hand");
        Ok(Started { event_id: accepted.event, run_id: accepted.run, duplicate: accepted.duplicate })
    }

    /// Asks a run to stop: nothing new starts, an open intent is finished or goes in doubt.
    pub async fn cancel_run(&self, scope: &Scope, run: &RunId, by: &str) -> Result<(), CommandError> {
        let row = self.open_run(scope, run).await?;
        if row.lifecycle == Lifecycle::Cancelling {
            return Ok(());
        }
        if row.lifecycle == Lifecycle::Paused && self.shared.store.get_held(scope, run).await?.is_some() {
            return Err(CommandError::Conflict(format!(
                "run `{run}` is held since a restore: say first whether it goes on or is in doubt"
            )));
        }
        let signal = NewSignal {
            id: "cancel".to_owned(),
            kind: "cancel".to_owned(),
            path: None,
            body: SignalBody::Cancel { by: by.to_owned() }.to_bytes(),
            sent_at: self.shared.clock.now(),
            lifecycle: Some(Lifecycle::Cancelling),
        };
        fail::fail_point!("command.before_cancel", |_| std::process::abort());
        self.shared.store.signal(scope, run, &signal).await?;
        fail::fail_point!("command.after_cancel", |_| std::process::abort());
        Ok(())
    }

    /// Retries a run. An open one: what is parked starts over, as the exceptions' *retry*. An ended one: a new run,
    /// on its own or the current version, that copies what does not change.
    pub async fn retry_run(
        &self,
        scope: &Scope,
        run: &RunId,
        request: RetryRequest,
        by: &str,
    ) -> Result<Retried, CommandError> {
        let row = self.run_row(scope, run).await?;
        if row.ended_at.is_some() {
            return self.retry_anew(scope, &row, request, by).await;
        }
        Box::pin(self.retry_parked(scope, &row, request, by)).await
    }

    /// Resolves the run's open exceptions, or the one of the named step, as *retry*.
    async fn retry_parked(
        &self,
        scope: &Scope,
        row: &RunRow,
        request: RetryRequest,
        by: &str,
    ) -> Result<Retried, CommandError> {
        self.tend_exceptions().await?;
        let open: Vec<_> = self
            .shared
            .store
            .exceptions_of_run(scope, &row.run)
            .await?
            .into_iter()
            .filter(|exception| exception.resolved_at.is_none())
            .filter(|exception| request.from.as_ref().is_none_or(|from| *from == exception.path))
            .collect();
        if open.is_empty() {
            return Err(CommandError::Conflict(format!(
                "run `{}` is open and nothing in it waits for a retry{}",
                row.run,
                request.from.as_ref().map_or_else(String::new, |from| format!(" at step `{from}`")),
            )));
        }
        // Several steps of the run may wait on one exception: it is answered once.
        let open: BTreeSet<ExceptionId> =
            open.into_iter().map(|step| step.filed.unwrap_or(step.exception)).collect();
        if request.version == RetryVersion::Current && open.len() > 1 {
            return Err(CommandError::Conflict(format!(
                "run `{}` waits on {} exceptions: name the step to start over from with `from`",
                row.run,
                open.len()
            )));
        }
        let mut run_id = row.run.clone();
        for exception in open {
            let verb = if request.input.is_some() { Verb::EditAndRetry } else { Verb::Retry };
            let how = ResolveRequest {
                input: request.input.clone(),
                version: request.version,
                ..ResolveRequest::new(verb)
            };
            run_id = Box::pin(self.resolve_exception(scope, &exception, how, by)).await?.run_id;
        }
        Ok(Retried { run_id, standing_effects: Vec::new() })
    }

    /// A new run that begins where the old one should have gone on.
    async fn retry_anew(
        &self,
        scope: &Scope,
        row: &RunRow,
        request: RetryRequest,
        by: &str,
    ) -> Result<Retried, CommandError> {
        let (old, state) = self.fold(scope, row).await?;
        let current = match request.version {
            RetryVersion::Current => self.shared.catalog.current(scope, &row.workflow).await?,
            RetryVersion::Original => self.shared.catalog.pinned(scope, &row.workflow, row.version).await?,
        };
        let id = RunId::new(self.shared.now_millis(), self.shared.random_wide());
        let from = request.from.or_else(|| first_failed(&state));
        if request.input.is_some() && from.is_none() {
            return Err(CommandError::Conflict(
                "no step of the run failed: name the one that the edited input is for with `from`".to_owned(),
            ));
        }
        let from = from.as_deref().map(|from| (from, request.input.map(Payload::Inline)));
        let plugins = current.plugins.as_ref().clone();
        let mut retry = retry_plan(&old, &state, &current.version, from, id.clone(), plugins)
            .map_err(|refused| CommandError::Conflict(refused.to_string()))?;
        let repeats: Vec<&str> = retry
            .applied
            .iter()
            .filter(|effect| effect.may_repeat)
            .map(|effect| effect.effect.as_str())
            .collect();
        if !request.repeat_effects && !repeats.is_empty() {
            return Err(CommandError::Conflict(format!(
                "this would repeat writes that were confirmed ({}): name a later step with `from`, or say \
                 `repeat_effects`",
                repeats.join(", ")
            )));
        }
        // Nothing would run without this click, so what is written is what they asked for, too.
        retry.start.requested_by.extend(person_behind(by));
        let now = self.shared.clock.now();
        let new = NewRun {
            id: id.clone(),
            workflow: row.workflow.clone(),
            version: current.version.number(),
            keys: row.keys.clone(),
            first_entries: vec![Entry { seq: 1, at: now, event: RunEvent::RunStarted(retry.start) }],
            reply_wanted: false,
            event: None,
            parent: None,
            retry_of: Some(row.run.clone()),
            created_at: now,
        };
        fail::fail_point!("command.before_retry", |_| std::process::abort());
        self.shared.store.start_run(scope, &new).await?;
        fail::fail_point!("command.after_retry", |_| std::process::abort());
        let standing_effects = retry.applied.iter().map(|effect| effect.effect.to_string()).collect();
        Ok(Retried { run_id: id, standing_effects })
    }

    pub(crate) async fn run_row(&self, scope: &Scope, run: &RunId) -> Result<RunRow, CommandError> {
        let row = self.shared.store.get_run(scope, run).await?;
        row.ok_or_else(|| CommandError::NotFound { what: "run", id: run.to_string() })
    }

    pub(super) async fn open_run(&self, scope: &Scope, run: &RunId) -> Result<RunRow, CommandError> {
        let row = self.run_row(scope, run).await?;
        if row.ended_at.is_some() {
            let status = row.status.as_str();
            return Err(CommandError::Conflict(format!(
                "run `{run}` has ended ({status}): nothing in it can change"
            )));
        }
        Ok(row)
    }

    /// The committed state of a run and its version.
    pub(crate) async fn fold(
        &self,
        scope: &Scope,
        row: &RunRow,
    ) -> Result<(Version, RunState), CommandError> {
        let log = self.shared.store.load_log(scope, &row.run).await?;
        let pinned = crate::shared::pinned_plugins(&log);
        let version = self.shared.catalog.version(scope, &row.workflow, row.version, &pinned).await?;
        let mut state = RunState::new();
        for entry in &log {
            state.apply(entry, &version).map_err(|illegal| {
                CommandError::Conflict(format!("the log of run `{}` does not fold: {illegal}", row.run))
            })?;
        }
        Ok((version, state))
    }
}

/// The first node of the outermost level that failed: where a retry begins when nobody says.
fn first_failed(state: &RunState) -> Option<String> {
    let steps = state.steps();
    let failed = steps
        .iter()
        .filter(|step| !step.path.0.contains('/') && (step.failure.is_some() || step.exception.is_some()))
        .min_by_key(|step| step.ready_at)?;
    Some(failed.node.clone())
}
