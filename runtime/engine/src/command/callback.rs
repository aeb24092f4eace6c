//! A remote system calls back.

use throughline_domain::run::event::Payload;
use throughline_intake::WebhookRequest;
use throughline_store::{NewSignal, Scope};

use super::CommandError;
use crate::Engine;
use crate::callback::{Ticket, kept};
use crate::signal::SignalBody;

impl Engine {
    /// Takes a request to a callback address: durable when it returns. `ticket` is the last part of the address.
    ///
    /// # Errors
    /// One answer for an address this runner never gave and for one that wakes nothing any more; a conflict while an
    /// earlier request to the same address was not taken yet.
    pub async fn take_callback(
        &self,
        scope: &Scope,
        ticket: &str,
        request: &WebhookRequest,
    ) -> Result<(), CommandError> {
        let nowhere = || CommandError::NotFound { what: "callback address", id: "this one".to_owned() };
        let key = &self.shared.config.workspace_key;
        let Ticket { run, path, logical_attempt } = Ticket::open(key, scope, ticket).ok_or_else(nowhere)?;
        let row = self.shared.store.get_run(scope, &run).await?;
        let row = row.filter(|row| row.ended_at.is_none()).ok_or_else(nowhere)?;
        let (_, state) = self.fold(scope, &row).await?;
        if !state.may_be_called_back(&path, logical_attempt) {
            return Err(nowhere());
        }
        let request: Payload = self.shared.store.spill(scope, kept(request)).await?;
        let signal = NewSignal {
            id: format!("callback/{logical_attempt}/{path}"),
            kind: "called_back".to_owned(),
            path: Some(path.0.clone()),
            body: SignalBody::CalledBack { path, logical_attempt, request }.to_bytes(),
            sent_at: self.shared.clock.now(),
            lifecycle: None,
        };
        if !self.shared.store.signal_first(scope, &run, &signal).await? {
            return Err(CommandError::Conflict(
                "an earlier request to this callback address was not taken yet, or its run has just ended"
                    .to_owned(),
            ));
        }
        tracing::info!(run.id = %run, "a remote system called back");
        Ok(())
    }
}
