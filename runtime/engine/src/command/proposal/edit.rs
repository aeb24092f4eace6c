//! Edits: the connector says what the edited input would write, and that is what is approved.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::Value;
use throughline_domain::approval::Policy;
use throughline_domain::failure::FailureKind;
use throughline_domain::id::ProposalId;
use throughline_domain::proposal::{Content, Proposal, check};
use throughline_domain::run::Version;
use throughline_domain::run::decision::ActionCall;
use throughline_host::Fence;
use throughline_store::{ChannelRow, ProposalRow, Scope};
use tokio_util::sync::CancellationToken;

use crate::Engine;
use crate::calls::{self, Place};
use crate::command::CommandError;
use crate::gateway::content::{Around, content, seen};
use crate::gateway::propose::{Opening, policy_of};

/// A preview of no run: nobody else could be at it.
#[derive(Debug)]
struct Unfenced;

impl Fence for Unfenced {
    fn holds(&self) -> BoxFuture<'_, bool> {
        async { true }.boxed()
    }
}

/// What opening a proposal says of its workflow.
pub(super) struct Titled {
    title: String,
    discreet: bool,
    channels: Arc<Vec<ChannelRow>>,
}

impl Titled {
    pub(super) fn as_opening(&self) -> Opening<'_> {
        let channels = Arc::clone(&self.channels);
        Opening { title: &self.title, discreet: self.discreet, supersedes: Vec::new(), channels }
    }
}

impl Engine {
    pub(super) async fn opening(
        &self,
        scope: &Scope,
        row: &ProposalRow,
    ) -> Result<(Policy, Titled), CommandError> {
        let (version, _) = self.version_of(scope, &row.proposal).await?;
        let workflow = version.workflow();
        let title = workflow.title.clone().unwrap_or_else(|| workflow.id.clone());
        let discreet = version.is_discreet();
        let channels = self.shared.channels(scope).await?;
        Ok((policy_of(&version), Titled { title, discreet, channels }))
    }

    /// The version a proposal comes from, with the plugins its run is pinned to.
    async fn version_of(
        &self,
        scope: &Scope,
        proposal: &Proposal,
    ) -> Result<(Version, BTreeMap<String, String>), CommandError> {
        let origin = proposal.origin();
        let log = self.shared.store.load_log(scope, &origin.run).await?;
        let pinned = crate::shared::pinned_plugins(&log);
        let version = self.shared.catalog.version(scope, &origin.workflow, origin.version, &pinned).await?;
        Ok((version, pinned))
    }

    /// What the edited input would write, by a preview of it.
    pub(super) async fn edited_content(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
        input: &Value,
    ) -> Result<Content, CommandError> {
        let row = self.proposal_row(scope, proposal).await?;
        let (old, origin) = (row.proposal.content(), row.proposal.origin());
        let Some(write) = old.operations.first() else {
            return Err(CommandError::Conflict(format!("proposal `{proposal}` writes nothing")));
        };
        let (version, pinned) = self.version_of(scope, &row.proposal).await?;
        let call = call_of(&row.proposal, input);
        let place = Place {
            scope: scope.clone(),
            run: origin.run.clone(),
            plugins: Arc::new(pinned),
            cancel: CancellationToken::new(),
            fence: Arc::new(Unfenced),
        };
        let plan = match calls::preview(&self.shared, &place, &call).await {
            Ok(plan) => Some(plan),
            Err(failure) if matches!(failure.kind, FailureKind::Unsupported) => None,
            Err(failure) => {
                let words = format!("the edited input cannot be previewed: {}", failure.message);
                return Err(CommandError::Invalid(words));
            }
        };
        if plan.as_ref().is_some_and(|plan| check(write, &seen(write, plan)).is_err()) {
            let words = "the record was changed since this was proposed: look at it again before you edit it";
            return Err(CommandError::Conflict(words.to_owned()));
        }
        let around = Around {
            call: &call,
            key: &write.idempotency_key,
            undo: version.action(&write.action).undo,
            compensates: calls::compensates(&self.shared, &place, &write.action).await,
            source: origin.source.as_ref(),
            expires_at: old.expires_at,
        };
        content(&around, plan.as_ref()).map_err(|failure| CommandError::Invalid(failure.message))
    }
}

/// The step's call with another input. It is previewed only, so it is in no attempt.
fn call_of(proposal: &Proposal, input: &Value) -> ActionCall {
    let origin = proposal.origin();
    let write = proposal.content().operations.first();
    let action = write.map(|write| write.action.clone());
    let action = action.unwrap_or_else(|| throughline_domain::workflow::Operation {
        connector: String::new(),
        name: String::new(),
    });
    let node = origin.path.0.rsplit('/').next().unwrap_or_default().to_owned();
    let what = (action, write.and_then(|write| write.connection.clone()));
    calls::untried((origin.path.clone(), node), what, input.clone(), origin.logical_attempt)
}
