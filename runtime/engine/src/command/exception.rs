//! Resolving exceptions and answering questions.

use serde_json::Value;
use throughline_domain::id::{AskId, ExceptionId};
use throughline_domain::run::event::{Payload, Resolution, StepPath};
use throughline_domain::schema;
use throughline_domain::workflow::ReasonCode;
use throughline_store::{AskState, ExceptionRow, NewSignal, Scope};

use super::{CommandError, ResolveRequest, Resolved};
use crate::Engine;
use crate::signal::SignalBody;

impl Engine {
    /// Resolves an exception. It is closed only once the run has taken the resolution into its log.
    pub async fn resolve_exception(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
        request: ResolveRequest,
        by: &str,
    ) -> Result<Resolved, CommandError> {
        let row = self.shared.store.get_exception(scope, exception).await?;
        let row =
            row.ok_or_else(|| CommandError::NotFound { what: "exception", id: exception.to_string() })?;
        if row.resolved_at.is_some() {
            let by = row.resolved_by.as_deref().unwrap_or("the run");
            return Err(CommandError::Conflict(format!(
                "exception `{exception}` was closed already, by {by}"
            )));
        }
        let resolution = resolution(&row, request)?;
        let signal = NewSignal {
            id: format!("resolve/{exception}"),
            kind: "resolved".to_owned(),
            path: Some(row.path.clone()),
            body: SignalBody::Resolved {
                path: StepPath(row.path.clone()),
                exception: exception.clone(),
                resolution,
                by: by.to_owned(),
            }
            .to_bytes(),
            sent_at: self.shared.clock.now(),
            lifecycle: None,
        };
        self.open_run(scope, &row.run).await?;
        fail::fail_point!("command.before_resolution", |_| std::process::abort());
        if !self.shared.store.signal_first(scope, &row.run, &signal).await? {
            return Err(CommandError::Conflict(format!(
                "somebody else resolved exception `{exception}` a moment ago; the first resolution counts"
            )));
        }
        fail::fail_point!("command.after_resolution", |_| std::process::abort());
        Ok(Resolved { exception_id: exception.clone(), run_id: row.run })
    }

    /// Answers a question; the answer must fit its form.
    pub async fn answer(
        &self,
        scope: &Scope,
        ask: &AskId,
        answer: Value,
        by: &str,
    ) -> Result<(), CommandError> {
        let row = self.shared.store.get_ask(scope, ask).await?;
        let row = row.ok_or_else(|| CommandError::NotFound { what: "question", id: ask.to_string() })?;
        if row.state != AskState::Open {
            return Err(CommandError::Conflict(format!("question `{ask}` is closed already")));
        }
        schema::check(&row.form, &answer).map_err(|problems| CommandError::Invalid(problems.join("; ")))?;
        let signal = NewSignal {
            id: format!("answer/{ask}"),
            kind: "answered".to_owned(),
            path: Some(row.path.clone()),
            body: SignalBody::Answered {
                path: StepPath(row.path),
                ask: ask.clone(),
                answer: Payload::Inline(answer),
                by: by.to_owned(),
            }
            .to_bytes(),
            sent_at: self.shared.clock.now(),
            lifecycle: None,
        };
        self.open_run(scope, &row.run).await?;
        fail::fail_point!("command.before_answer", |_| std::process::abort());
        if !self.shared.store.signal_first(scope, &row.run, &signal).await? {
            return Err(CommandError::Conflict(format!(
                "somebody else answered question `{ask}` a moment ago"
            )));
        }
        Ok(())
    }
}

/// What fits an exception in doubt and what fits the others.
fn resolution(row: &ExceptionRow, request: ResolveRequest) -> Result<Resolution, CommandError> {
    let quarantined = row.path.is_empty();
    if quarantined && !matches!(request, ResolveRequest::Retry | ResolveRequest::GiveUp { .. }) {
        return Err(CommandError::Invalid("a quarantined run is retried or given up".to_owned()));
    }
    let in_doubt = row.effect.is_some() && row.reason == reason_word(ReasonCode::UnknownOutcome);
    match request {
        ResolveRequest::Happened { output, proof } if in_doubt => {
            if proof.trim().is_empty() {
                return Err(CommandError::Invalid("`proof` says how you know that it happened; it is empty".to_owned()));
            }
            Ok(Resolution::Happened { output: Payload::Inline(output), proof })
        }
        ResolveRequest::DidNotHappen if in_doubt => Ok(Resolution::DidNotHappen),
        ResolveRequest::Happened { .. } | ResolveRequest::DidNotHappen => Err(CommandError::Invalid(
            "`happened` and `did_not_happen` answer an exception in doubt; this one has no effect in doubt".to_owned(),
        )),
        ResolveRequest::Retry | ResolveRequest::EditAndRetry { .. } if in_doubt => Err(CommandError::Invalid(
            "nobody knows whether this write happened: say `happened` or `did_not_happen`, so that it is not sent twice"
                .to_owned(),
        )),
        ResolveRequest::Retry => Ok(Resolution::Retried),
        ResolveRequest::EditAndRetry { input } => Ok(Resolution::EditedAndRetried { input: Payload::Inline(input) }),
        ResolveRequest::CompleteByHand { output } => {
            Ok(Resolution::CompletedByHand { output: Payload::Inline(output) })
        }
        ResolveRequest::Skip => Ok(Resolution::Skipped),
        ResolveRequest::GiveUp { note } => Ok(Resolution::GaveUp { note }),
    }
}

fn reason_word(reason: ReasonCode) -> String {
    serde_json::to_value(reason).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}
