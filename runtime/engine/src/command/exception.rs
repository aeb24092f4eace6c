//! Resolving exceptions and answering questions.

use serde::Deserialize;
use serde_json::Value;
use throughline_domain::exception::life::{
    Event, InputChoice, Outcome, Refused, Standing, State, VersionChoice, Way,
};
use throughline_domain::id::{AskId, ExceptionId, RunId};
use throughline_domain::run::event::{Payload, Resolution, StepPath};
use throughline_domain::schema;
use throughline_domain::workflow::ReasonCode;
use throughline_store::{AskState, ExceptionRow, ExceptionSave, ExceptionStep, NewSignal, Scope, StoreError};

use super::{CommandError, Resolved, RetryVersion, person_behind};
use crate::Engine;
use crate::desk::{self, Room, TRIES, Tended, settle};
use crate::signal::SignalBody;

/// How to resolve an exception. Which fields belong to which verb is checked, so that nothing said is ignored.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolveRequest {
    /// How.
    pub action: Verb,
    /// The step's whole input, where it is edited.
    #[serde(default)]
    pub input: Option<Value>,
    /// The step's output, where a person did it or it happened.
    #[serde(default)]
    pub output: Option<Value>,
    /// In words.
    #[serde(default)]
    pub note: Option<String>,
    /// What shows that it happened.
    #[serde(default)]
    pub proof: Option<String>,
    /// What came of it; the usual one of the verb where absent.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// In which version a retry runs.
    #[serde(default)]
    pub version: RetryVersion,
}

/// A way to resolve, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// The record was mended: go on from the step that stopped.
    FixAndContinue,
    /// Run the step again.
    Retry,
    /// Run it again with another input.
    EditAndRetry,
    /// A person did it.
    CompleteByHand,
    /// Go on without it.
    Skip,
    /// The run fails.
    GiveUp,
    /// In doubt only: it happened.
    Happened,
    /// In doubt only: it did not happen; send again.
    DidNotHappen,
}

impl ResolveRequest {
    /// Only the verb.
    pub const fn new(action: Verb) -> Self {
        Self {
            action,
            input: None,
            output: None,
            note: None,
            proof: None,
            outcome: None,
            version: RetryVersion::Original,
        }
    }
}

/// What a request comes to.
enum Said {
    /// Steps go on.
    Resolve { event: Event, resolution: Resolution },
    /// It is given up.
    GiveUp { note: String },
}

impl Engine {
    /// Sees to it that what runs have committed is filed.
    pub async fn tend_exceptions(&self) -> Result<(), StoreError> {
        Box::pin(desk::catch_up(&self.shared)).await
    }

    /// Has the desk something to do that it knows of?
    pub fn is_tending(&self) -> bool {
        desk::is_tending(&self.shared)
    }

    /// Resolves an exception: every step that waits on it goes on. It is resolved only once its runs have taken that
    /// into their logs, and what must update after has done so.
    pub async fn resolve_exception(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
        request: ResolveRequest,
        by: &str,
    ) -> Result<Resolved, CommandError> {
        self.tend_exceptions().await?;
        let room = Room::enter(&self.shared, scope).await?;
        for _ in 0..TRIES {
            let row = self.exception_row(scope, exception).await?;
            refuse_what_is_over(&row)?;
            let said = said(&row, &request)?;
            let mut tended = Tended::load(&self.shared, row).await?;
            // The log counts what was seen; what of it waits is in the rows, since steps also go on by themselves.
            tended.life.items = self.shared.store.count_waiting_steps(scope, exception).await?;
            let (now, who) = (self.shared.clock.now(), room.who(by));
            let (event, resolution) = match said {
                Said::Resolve { event, resolution } => (event, resolution),
                Said::GiveUp { note } => {
                    (Event::Dismissed { reason: note.clone() }, Resolution::GaveUp { note })
                }
            };
            tended
                .does(event, who, now, Standing::FIT, &room)
                .map_err(|refused| not_now(&tended.row, refused))?;
            let asked_only = tended.life.state != State::Verifying && tended.life.state != State::Dismissed;
            let over = match request.version {
                RetryVersion::Current => {
                    Some(Box::new(self.start_over(scope, &tended.row, request.input.as_ref(), by).await?))
                }
                RetryVersion::Original => None,
            };
            let none_told = asked_only || over.is_some();
            let steps = if none_told { Vec::new() } else { self.to_release(&tended).await? };
            let (id, person) = (room.handle(by), room.person(by));
            let by = (id.as_str(), person.as_ref());
            let release =
                steps.iter().map(|step| settle::release(step, resolution.clone(), by, now)).collect();
            let done = Resolved {
                exception_id: tended.row.exception.clone(),
                run_id: over
                    .as_ref()
                    .map_or_else(|| told_run(&steps, &tended.row), |over| over.new.id.clone()),
                state: settle::word(tended.life.state),
                steps: over.as_ref().map_or_else(|| u32::try_from(steps.len()).unwrap_or(u32::MAX), |_| 1),
            };
            fail::fail_point!("command.before_resolution", |_| std::process::abort());
            let restart = (!asked_only).then(|| tended.row.exception.clone());
            let save = ExceptionSave { restart, release, start_over: over, ..ExceptionSave::default() };
            if tended.save(&self.shared, &room, save).await? {
                fail::fail_point!("command.after_resolution", |_| std::process::abort());
                self.shared.desk.called.notify_one();
                return Ok(done);
            }
        }
        Err(CommandError::Conflict(format!("exception `{exception}` changes all the time: try again")))
    }

    /// The steps that are told now: of a cause as many as its connection takes, of a record all.
    async fn to_release(&self, tended: &Tended) -> Result<Vec<ExceptionStep>, CommandError> {
        let (scope, exception) = (&tended.row.scope, &tended.row.exception);
        let most = settle::at_once(tended);
        Ok(self.shared.store.waiting_steps(scope, exception, None, most).await?)
    }

    /// An exception, by its id or by that of a step of it.
    pub async fn exception_row(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
    ) -> Result<ExceptionRow, CommandError> {
        let row = self.shared.store.get_exception(scope, exception).await?;
        row.ok_or_else(|| CommandError::NotFound { what: "exception", id: exception.to_string() })
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
                person: person_behind(by),
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

fn told_run(steps: &[ExceptionStep], row: &ExceptionRow) -> RunId {
    steps.first().map_or_else(|| row.run.clone(), |step| step.run.clone())
}

fn refuse_what_is_over(row: &ExceptionRow) -> Result<(), CommandError> {
    let exception = &row.exception;
    if row.resolved_at.is_some() {
        let by = row.resolved_by.as_deref().unwrap_or("the run");
        return Err(CommandError::Conflict(format!("exception `{exception}` was closed already, by {by}")));
    }
    if row.state == throughline_store::ExceptionState::Verifying {
        return Err(CommandError::Conflict(format!(
            "somebody resolved exception `{exception}` before, and it is being checked; the first resolution counts"
        )));
    }
    Ok(())
}

pub(super) fn not_now(row: &ExceptionRow, refused: Refused) -> CommandError {
    CommandError::Refused { exception: row.exception.to_string(), refused: Box::new(refused) }
}

fn invalid<T>(words: &str) -> Result<T, CommandError> {
    Err(CommandError::Invalid(words.to_owned()))
}

/// What is said, if all that belongs to the verb is there and nothing else.
fn said(row: &ExceptionRow, request: &ResolveRequest) -> Result<Said, CommandError> {
    fits(row, request.action)?;
    only_what_belongs(request)?;
    let note = request.note.clone().filter(|note| !note.trim().is_empty());
    let resolution = match request.action {
        Verb::GiveUp => {
            let Some(note) = note else { return invalid("`note` says why it is given up; it is missing") };
            return Ok(Said::GiveUp { note });
        }
        Verb::Retry | Verb::FixAndContinue => Resolution::Retried,
        Verb::EditAndRetry => match &request.input {
            Some(input) => Resolution::EditedAndRetried { input: Payload::Inline(input.clone()) },
            None => return invalid("`input` is the step's whole input; it is missing"),
        },
        Verb::CompleteByHand => match &request.output {
            Some(output) => Resolution::CompletedByHand { output: Payload::Inline(output.clone()) },
            None => return invalid("`output` is what the step gives; it is missing"),
        },
        Verb::Skip => Resolution::Skipped,
        Verb::Happened => {
            let proof = request.proof.clone().filter(|proof| !proof.trim().is_empty());
            let Some(proof) = proof else {
                return invalid("`proof` says how you know that it happened; it is empty");
            };
            Resolution::Happened {
                output: Payload::Inline(request.output.clone().unwrap_or_default()),
                proof,
            }
        }
        Verb::DidNotHappen => Resolution::DidNotHappen,
    };
    let way = way(request, &resolution);
    let outcome = request.outcome.unwrap_or_else(|| usual(&way));
    let note = match (outcome, note) {
        (Outcome::HandledOutside, None) => {
            Some("done by hand: the step's output in the run's log says what".to_owned())
        }
        (_, note) => note,
    };
    Ok(Said::Resolve { event: Event::Resolving { way, outcome, note }, resolution })
}

fn way(request: &ResolveRequest, resolution: &Resolution) -> Way {
    match request.action {
        Verb::FixAndContinue => Way::FixAndContinue,
        Verb::Retry
        | Verb::EditAndRetry
        | Verb::CompleteByHand
        | Verb::Skip
        | Verb::GiveUp
        | Verb::Happened
        | Verb::DidNotHappen => Way::of(resolution, version_choice(request.version)),
    }
}

const fn version_choice(version: RetryVersion) -> VersionChoice {
    match version {
        RetryVersion::Original => VersionChoice::Original,
        RetryVersion::Current => VersionChoice::Current,
    }
}

/// What usually comes of it.
fn usual(way: &Way) -> Outcome {
    match way {
        Way::FixAndContinue => Outcome::FixedAndReplayed,
        Way::Retry { input: InputChoice::Edited, .. } => Outcome::EditedAndReplayed,
        Way::Retry { version: VersionChoice::Current, .. } => Outcome::WorkflowFixed,
        Way::Retry { .. } | Way::DidNotHappen => Outcome::ReplayedUnchanged,
        Way::CompleteByHand => Outcome::HandledOutside,
        Way::Skip | Way::GiveUp => Outcome::NoLongerApplies,
        Way::Happened { .. } => Outcome::AcceptedAsIs,
    }
}

fn only_what_belongs(request: &ResolveRequest) -> Result<(), CommandError> {
    let verb = request.action;
    let strange = [
        (request.input.is_some() && verb != Verb::EditAndRetry, "input"),
        (request.output.is_some() && !matches!(verb, Verb::CompleteByHand | Verb::Happened), "output"),
        (request.proof.is_some() && verb != Verb::Happened, "proof"),
    ];
    match strange.iter().find(|(strange, _)| *strange) {
        Some((_, field)) => invalid(&format!("`{field}` does not belong to this action")),
        None if request.version == RetryVersion::Current
            && !matches!(verb, Verb::Retry | Verb::EditAndRetry) =>
        {
            invalid(
                "`version: current` belongs to `retry` and `edit_and_retry`: everything else goes on in the run's own version",
            )
        }
        None => Ok(()),
    }
}

/// What fits an exception in doubt and what fits the others.
fn fits(row: &ExceptionRow, verb: Verb) -> Result<(), CommandError> {
    if row.path.is_empty() && !matches!(verb, Verb::Retry | Verb::GiveUp) {
        return invalid("a quarantined run is retried or given up");
    }
    let in_doubt = row.effect.is_some() && row.reason == ReasonCode::UnknownOutcome;
    match verb {
        Verb::Happened | Verb::DidNotHappen if !in_doubt => invalid(
            "`happened` and `did_not_happen` answer an exception in doubt; this one has no effect in doubt",
        ),
        Verb::Retry | Verb::FixAndContinue | Verb::EditAndRetry if in_doubt => invalid(
            "nobody knows whether this write happened: say `happened` or `did_not_happen`, so that it is not sent twice",
        ),
        Verb::Retry
        | Verb::FixAndContinue
        | Verb::EditAndRetry
        | Verb::CompleteByHand
        | Verb::Skip
        | Verb::GiveUp
        | Verb::Happened
        | Verb::DidNotHappen => Ok(()),
    }
}
