//! What a step that stopped would write if it went on as it is: the connector's own preview of its input.

use std::sync::Arc;
use std::time::Duration;

use throughline_domain::connector::Effect;
use throughline_domain::id::ExceptionId;
use throughline_domain::proposal::Content;
use throughline_domain::run::decision::ActionCall;
use throughline_domain::run::event::StepPath;
use throughline_domain::run::{RunState, StepView, Version};
use throughline_domain::workflow::NodeKind;
use throughline_store::{RunRow, Scope};
use tokio_util::sync::CancellationToken;

use super::CommandError;
use crate::Engine;
use crate::calls::{self, Place};
use crate::desk::ReadOnly;
use crate::gateway::content::{Around, content};

/// Whoever looks at an exception does not wait longer than that for another system.
const PATIENCE: Duration = Duration::from_secs(5);

impl Engine {
    /// What the step of an exception would write if it went on with the input it has. Nothing where that cannot be told:
    /// several steps wait, the step writes nothing, or its connector has no preview or does not answer in time.
    pub async fn preview_exception(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
    ) -> Result<Option<Content>, CommandError> {
        let mut steps = self.shared.store.waiting_steps(scope, exception, None, 2).await?;
        let (Some(step), None) = (steps.pop(), steps.pop()) else { return Ok(None) };
        let run = self.run_row(scope, &step.run).await?;
        let (version, state) = self.fold(scope, &run).await?;
        let path = StepPath(step.retry_from.unwrap_or(step.path));
        let Some(call) = self.call_at(&run, &version, &state, &path).await? else { return Ok(None) };
        let place = Place {
            scope: scope.clone(),
            run: run.run.clone(),
            plugins: Arc::new(state.start().map(|start| start.plugins.clone()).unwrap_or_default()),
            cancel: CancellationToken::new(),
            fence: Arc::new(ReadOnly),
        };
        let preview = tokio::time::timeout(PATIENCE, calls::preview(&self.shared, &place, &call)).await;
        let Ok(Ok(plan)) = preview else { return Ok(None) };
        let around = Around {
            call: &call,
            key: "",
            undo: version.action(&call.action).undo,
            compensates: calls::compensates(&self.shared, &place, &call.action).await,
            source: None,
            expires_at: self.shared.clock.now(),
        };
        Ok(content(&around, Some(&plan)).ok())
    }

    /// The call of a step that writes, with the input it was last called with.
    async fn call_at(
        &self,
        run: &RunRow,
        version: &Version,
        state: &RunState,
        path: &StepPath,
    ) -> Result<Option<ActionCall>, CommandError> {
        let step: Option<StepView> = state.steps().into_iter().find(|step| step.path == *path);
        let Some(step) = step else { return Ok(None) };
        let Some(NodeKind::Action { action, connection, .. }) =
            version.find(&step.node).map(|node| &node.kind)
        else {
            return Ok(None);
        };
        let (true, Some(input)) = (version.action(action).effect != Effect::Read, &step.input) else {
            return Ok(None);
        };
        let input = self.shared.store.load(&run.scope, input).await?;
        let (what, at) = ((action.clone(), connection.clone()), (step.path.clone(), step.node.clone()));
        Ok(Some(calls::untried(at, what, input, step.logical_attempt)))
    }
}
