//! A run as people see it: its row, its steps by folding the log, its effects and exceptions.

use serde_json::Value;
use throughline_domain::id::RunId;
use throughline_domain::run::StepView;
use throughline_domain::run::event::{Entry, Payload};
use throughline_domain::workflow::LogPolicy;
use throughline_store::{EffectRow, ExceptionStep, RunRow, Scope};

use crate::Engine;
use crate::command::CommandError;

/// Everything committed about one run.
#[derive(Clone, Debug)]
pub struct RunDetail {
    /// The row.
    pub row: RunRow,
    /// Its steps, in the order they became ready.
    pub steps: Vec<StepView>,
    /// Its effects, oldest first.
    pub effects: Vec<EffectRow>,
    /// Its steps that wait or waited on exceptions, oldest first.
    pub exceptions: Vec<ExceptionStep>,
    /// What must be hidden in all of this.
    pub log_policy: LogPolicy,
    /// Its log.
    pub log: Vec<Entry>,
    /// What started it.
    pub input: Option<Payload>,
}

impl Engine {
    /// One run, whole, as committed.
    pub async fn run_detail(&self, scope: &Scope, run: &RunId) -> Result<RunDetail, CommandError> {
        let row = self.run_row(scope, run).await?;
        let log = self.shared.store.load_log(scope, run).await?;
        let (version, state) = self.fold(scope, &row).await?;
        let mut steps = state.steps();
        steps.sort_by(|a, b| (a.ready_at, &a.path).cmp(&(b.ready_at, &b.path)));
        let effects = self.shared.store.list_effects(scope, run).await?;
        let exceptions = self.shared.store.exceptions_of_run(scope, run).await?;
        let input = state.start().map(|start| start.input.clone());
        Ok(RunDetail {
            row,
            steps,
            effects,
            exceptions,
            log_policy: version.workflow().log.clone(),
            log,
            input,
        })
    }

    /// The value of a payload, read from the blob store where it is there.
    pub async fn load_payload(&self, scope: &Scope, payload: &Payload) -> Result<Value, CommandError> {
        Ok(self.shared.store.load(scope, payload).await?)
    }
}
