//! A run that waits on an exception starts over on the current version: it is cancelled, and another begins in its place
//! that copies what does not change, in one commit with what is said of the exception.

use serde_json::Value;
use throughline_domain::id::RunId;
use throughline_domain::run::event::{Entry, Payload, RunEvent};
use throughline_domain::run::start_over_plan;
use throughline_store::{
    ExceptionRow, ExceptionStep, Lifecycle, NewRun, NewSignal, RunStatus, Scope, StartOver,
};

use super::{CommandError, person_behind};
use crate::Engine;
use crate::signal::SignalBody;

impl Engine {
    /// What it takes. Refused where something would happen twice, or where nothing is gained.
    pub(super) async fn start_over(
        &self,
        scope: &Scope,
        exception: &ExceptionRow,
        edited: Option<&Value>,
        by: &str,
    ) -> Result<StartOver, CommandError> {
        let step = self.only_step(scope, exception).await?;
        let row = self.run_row(scope, &step.run).await?;
        if row.status != RunStatus::Waiting || row.lifecycle != Lifecycle::Active {
            return Err(CommandError::Conflict(format!(
                "run `{}` moves just now: try again in a moment",
                row.run
            )));
        }
        let current = self.shared.catalog.current(scope, &row.workflow).await?;
        if current.version.number() == row.version {
            return Err(CommandError::Conflict(format!(
                "version {} is the current one: retry without `version`, or publish what was mended first",
                row.version
            )));
        }
        let (old, state) = self.fold(scope, &row).await?;
        let id = RunId::new(self.shared.now_millis(), self.shared.random_wide());
        let from = step.retry_from.as_deref().unwrap_or(&step.path);
        if edited.is_some() && from.contains(['[', '/']) {
            return Err(of_an_item());
        }
        let from = from.split(['[', '/']).next().unwrap_or_default();
        let plugins = current.plugins.as_ref().clone();
        let from = (from, edited.cloned().map(Payload::Inline));
        let mut plan = start_over_plan(&old, &state, &current.version, from, id.clone(), plugins)
            .map_err(|refused| CommandError::Conflict(refused.to_string()))?;
        if let Some(effect) = plan.applied.iter().find(|effect| effect.may_repeat) {
            return Err(CommandError::Conflict(format!(
                "this would repeat a write that was confirmed ({} at {}): give the exception up with a note, then `run \
                 retry` from a later step",
                effect.effect, effect.path
            )));
        }
        // Another version is another way to go on: whoever chooses it has asked for what it writes.
        plan.start.requested_by.extend(person_behind(by));
        let now = self.shared.clock.now();
        let cancel = NewSignal {
            id: "cancel".to_owned(),
            kind: "cancel".to_owned(),
            path: None,
            body: SignalBody::Cancel { by: by.to_owned() }.to_bytes(),
            sent_at: now,
            lifecycle: Some(Lifecycle::Cancelling),
        };
        let new = NewRun {
            id,
            workflow: row.workflow.clone(),
            version: current.version.number(),
            keys: row.keys.clone(),
            first_entries: vec![Entry { seq: 1, at: now, event: RunEvent::RunStarted(plan.start) }],
            reply_wanted: false,
            event: None,
            parent: None,
            retry_of: Some(row.run.clone()),
            created_at: now,
        };
        Ok(StartOver { run: row.run, last_seq: state.seq(), cancel, new })
    }

    async fn only_step(
        &self,
        scope: &Scope,
        exception: &ExceptionRow,
    ) -> Result<ExceptionStep, CommandError> {
        let mut steps = self.shared.store.waiting_steps(scope, &exception.exception, None, 2).await?;
        match (steps.pop(), steps.pop()) {
            (Some(step), None) => Ok(step),
            (None, _) => Err(CommandError::Conflict("nothing waits on this exception any more".to_owned())),
            (Some(_), Some(_)) => Err(CommandError::Conflict(
                "several runs wait on this exception: `run retry RUN --current-version` starts one of them over".to_owned(),
            )),
        }
    }
}

fn of_an_item() -> CommandError {
    let words = "the step belongs to an item, and another run makes its items anew: edit and retry in the run's own \
                 version";
    CommandError::Invalid(words.to_owned())
}
