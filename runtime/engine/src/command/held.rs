//! Runs that are held after a restore: a person says how each goes on.

use throughline_domain::id::RunId;
use throughline_store::{HeldChoice, Scope};

use super::CommandError;
use crate::Engine;

impl Engine {
    /// Lets a held run go on: as it is, or as one whose writes may have happened already.
    pub async fn release_held(
        &self,
        scope: &Scope,
        run: &RunId,
        choice: HeldChoice,
        by: &str,
    ) -> Result<(), CommandError> {
        self.open_run(scope, run).await?;
        let now = self.shared.clock.now();
        if !self.shared.store.release_held(scope, run, choice, by, now).await? {
            return Err(CommandError::Conflict(format!("run `{run}` is not held: nothing was changed")));
        }
        tracing::info!(run.id = %run, workspace.id = %scope, choice = choice.as_str(), account.name = by,
            "a run that was held after a restore goes on");
        Ok(())
    }
}
