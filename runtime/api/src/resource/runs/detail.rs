//! One run with all that happened in it, with everything hidden that must be.

use std::collections::BTreeMap;

use futures::{StreamExt, TryStreamExt, stream};
use serde_json::Value;
use throughline_domain::id::RunId;
use throughline_domain::proposal::Content;
use throughline_domain::run::event::{Entry, Payload};
use throughline_engine::command::{ExceptionView as WholeException, ProposalDetail};
use throughline_store::{AskRow, ExceptionRow, ProposalRow, RunRow, Scope};

use super::hidden::{Hidden, Whose, hidden};
use crate::error::Result;
use crate::redact::Redaction;
use crate::state::ApiState;
use crate::view::ask::AskView;
use crate::view::exception::{ExceptionDetail, ExceptionView, PreviewView, fixes};
use crate::view::proposal::{OperationView, ProposalDetailView, ProposalView};
use crate::view::run::{EffectView, RevealView, RunDetail, RunView, StepView, shown};
use crate::view::steps::Told;

/// Entries of a log that one answer shows.
const LOG_ENTRIES: usize = 10_000;
/// Rows of a page that are read at once.
const AT_ONCE: usize = 8;
/// Bytes of blobs that one answer reads; what is larger is named by its hash.
const BLOB_BYTES: u64 = 4 << 20;

/// Reads a run, with everything hidden that must be.
pub(crate) async fn read(state: &ApiState, row: RunRow, with_log: bool) -> Result<RunDetail> {
    let (mut detail, hidden) = read_bare(state, row, with_log).await?;
    if detail.redacted {
        hide(&mut detail, hidden);
    }
    Ok(detail)
}

/// Reads a run as it is, and what of it must be hidden from all who do not say why they look.
pub(super) async fn read_bare(state: &ApiState, row: RunRow, with_log: bool) -> Result<(RunDetail, Hidden)> {
    let store = state.store();
    let (scope, run) = (row.scope.clone(), row.run.clone());
    let (mut told, log) = read_log(state, &row).await?;
    load_blobs(state, &scope, &mut told).await?;
    let hidden = hidden(state, whose(&row), &log).await?;
    let detail = RunDetail {
        run: RunView::from(row),
        input: shown(told.input.as_ref()),
        output: shown(told.output.as_ref()),
        cancelled_by: told.cancelled_by.clone(),
        steps: told.steps.iter().map(StepView::from).collect(),
        steps_left_out: told.left_out,
        effects: store.list_effects(&scope, &run).await?.into_iter().map(EffectView::from).collect(),
        exceptions: store
            .exceptions_of_run(&scope, &run)
            .await?
            .into_iter()
            .map(ExceptionView::from)
            .collect(),
        asks: store.asks_of_run(&scope, &run).await?.into_iter().map(AskView::from).collect(),
        children: store.children(&scope, &run).await?.into_iter().map(RunView::from).collect(),
        redacted: !hidden.is_empty(),
        reveals: store.list_reveals(&scope, &run).await?.into_iter().map(RevealView::from).collect(),
        log: with_log.then(|| log.iter().map(log_entry).collect()),
    };
    Ok((detail, hidden))
}

/// What a log tells, read piece by piece, and its beginning.
async fn read_log(state: &ApiState, row: &RunRow) -> Result<(Told, Vec<Entry>)> {
    let (mut told, mut beginning, mut after) = (Told::default(), Vec::new(), 0);
    while after < row.last_seq {
        let mut piece = state.store().log_piece(&row.scope, &row.run, after).await?;
        let Some(last) = piece.last() else { break };
        after = last.seq;
        told.add(&piece);
        piece.truncate(LOG_ENTRIES - beginning.len());
        beginning.append(&mut piece);
    }
    Ok((told, beginning))
}

/// A log entry with its time as text.
fn log_entry(entry: &Entry) -> Value {
    let mut value = serde_json::to_value(entry).unwrap_or_default();
    if let Some(at) = value.get_mut("at") {
        *at = Value::String(entry.at.to_rfc3339());
    }
    value
}

/// Reads values out of the blob store, as long as the answer stays small.
async fn load_blobs(state: &ApiState, scope: &Scope, told: &mut Told) -> Result<()> {
    let mut left = BLOB_BYTES;
    let mut payloads: Vec<&mut Payload> = told.input.iter_mut().chain(told.output.iter_mut()).collect();
    for step in &mut told.steps {
        payloads.extend(step.output.iter_mut().chain(step.input.iter_mut()));
    }
    for payload in payloads {
        let Payload::Blob(blob) = payload else { continue };
        if blob.size > left {
            continue;
        }
        left -= blob.size;
        let bytes = state.store().read_blob(scope, blob).await?;
        if let Ok(value) = serde_json::from_slice(&bytes) {
            *payload = Payload::Inline(value);
        }
    }
    Ok(())
}

/// Hides values where they stand and remembers them.
fn hide_in_place(
    hidden: Hidden,
    input: &mut Value,
    steps: &mut [StepView],
    effects: &mut [EffectView],
) -> Redaction {
    let Hidden { mut values, mut inputs } = hidden;
    values.hide(&["event"], input);
    for step in steps {
        values.hide(&["steps", &step.node], &mut step.output);
        inputs.hide(&["steps", &step.node], &mut step.input);
    }
    for effect in effects {
        let node = effect.path.rsplit('/').next().unwrap_or_default().to_owned();
        values.hide(&["steps", &node], &mut effect.receipt);
    }
    values.take_copies(inputs);
    values
}

/// Hides values where they stand, then every copy of them anywhere in the answer.
fn hide(detail: &mut RunDetail, hidden: Hidden) {
    let copies = hide_in_place(hidden, &mut detail.input, &mut detail.steps, &mut detail.effects);
    copies.hide_copies(&mut detail.input);
    copies.hide_copies(&mut detail.output);
    for value in detail.run.keys.values_mut() {
        copies.hide_copies(value);
    }
    for step in &mut detail.steps {
        copies.hide_copies(&mut step.input);
        copies.hide_copies(&mut step.output);
        let failures = step.attempts.iter_mut().filter_map(|attempt| attempt.failure.as_mut());
        for failure in failures.chain(step.failure.as_mut()) {
            copies.hide_in_failure(failure);
        }
    }
    for effect in &mut detail.effects {
        copies.hide_copies(&mut effect.receipt);
        effect.failure.iter_mut().for_each(|failure| copies.hide_in_failure(failure));
    }
    detail.exceptions.iter_mut().for_each(|exception| hide_in_exception(&copies, exception));
    detail.asks.iter_mut().for_each(|ask| hide_in_ask(&copies, ask));
    detail.run.failure.iter_mut().for_each(|failure| copies.hide_in_failure(failure));
    for value in detail.log.iter_mut().flatten() {
        copies.hide_copies(value);
    }
}

fn hide_in_exception(copies: &Redaction, exception: &mut ExceptionView) {
    copies.hide_copies(&mut exception.what_changed);
    copies.hide_in_text(&mut exception.sentence);
    copies.hide_in_text(&mut exception.why_stopped.sentence);
    exception.failure.iter_mut().for_each(|failure| copies.hide_in_failure(failure));
}

fn hide_in_ask(copies: &Redaction, ask: &mut AskView) {
    copies.hide_in_text(&mut ask.question);
    copies.hide_copies(&mut ask.answer);
}

/// What is hidden of one run, for rows that quote it elsewhere; nothing where nothing is.
async fn copies(state: &ApiState, whose: Whose<'_>, run: &RunId) -> Result<Option<Redaction>> {
    let scope = whose.scope;
    // The first piece says which plugins the run is pinned to; mostly nothing is hidden.
    let beginning = state.store().log_piece(scope, run, 0).await?;
    let hidden = hidden(state, whose, &beginning).await?;
    if hidden.is_empty() {
        return Ok(None);
    }
    let Some(row) = state.store().get_run(scope, run).await? else { return Ok(None) };
    let (mut told, _) = read_log(state, &row).await?;
    load_blobs(state, scope, &mut told).await?;
    let mut steps: Vec<StepView> = told.steps.iter().map(StepView::from).collect();
    let effects = state.store().list_effects(scope, run).await?;
    let mut effects: Vec<EffectView> = effects.into_iter().map(EffectView::from).collect();
    Ok(Some(hide_in_place(hidden, &mut shown(told.input.as_ref()), &mut steps, &mut effects)))
}

fn whose(row: &RunRow) -> Whose<'_> {
    Whose { scope: &row.scope, workflow: &row.workflow, version: row.version }
}

/// Whose run it was that an exception was seen in last.
fn whose_exception(row: &ExceptionRow) -> Whose<'_> {
    Whose { scope: &row.scope, workflow: &row.workflow, version: row.version }
}

/// Whose run it is that a proposal comes from.
fn whose_proposal(row: &ProposalRow) -> Whose<'_> {
    let origin = row.proposal.origin();
    Whose { scope: &row.scope, workflow: &origin.workflow, version: origin.version }
}

/// A page of exceptions.
pub(crate) async fn exceptions(state: &ApiState, rows: Vec<ExceptionRow>) -> Result<Vec<ExceptionView>> {
    stream::iter(rows).map(|row| exception(state, row)).buffered(AT_ONCE).try_collect().await
}

/// A page of proposals.
pub(crate) async fn proposals(state: &ApiState, rows: Vec<ProposalRow>) -> Result<Vec<ProposalView>> {
    let seen = stream::iter(rows).map(|row| async move { proposal(state, &row).await });
    seen.buffered(AT_ONCE).try_collect().await
}

/// An exception outside its run, with the run's hidden values hidden.
pub(crate) async fn exception(state: &ApiState, row: ExceptionRow) -> Result<ExceptionView> {
    let copies = copies(state, whose_exception(&row), &row.run).await?;
    let waiting = if row.resolved_at.is_none() {
        state.store().count_waiting_steps(&row.scope, &row.exception).await?
    } else {
        0
    };
    let fixes = fixes(&row, waiting, None);
    let mut view = ExceptionView { suggested_fixes: fixes, ..ExceptionView::from(row) };
    if let Some(copies) = copies {
        hide_in_exception(&copies, &mut view);
    }
    Ok(view)
}

/// An exception whole: each step with what is hidden of its own run hidden.
pub(crate) async fn exception_detail(
    state: &ApiState,
    whole: WholeException,
    preview: Option<&Content>,
) -> Result<ExceptionDetail> {
    let (row, waiting) = (whole.row.clone(), whole.waiting);
    let runs: Vec<RunId> = whole.steps.iter().map(|step| step.run.clone()).collect();
    let mut known: BTreeMap<RunId, Option<Redaction>> = BTreeMap::new();
    for run in runs.iter().chain([&row.run]) {
        if !known.contains_key(run) {
            known.insert(run.clone(), copies(state, whose_exception(&row), run).await?);
        }
    }
    let of = |run: &RunId| known.get(run).and_then(Option::as_ref);
    let mut view = ExceptionDetail::from(whole);
    for (step, run) in view.steps.iter_mut().zip(&runs) {
        if let Some(copies) = of(run) {
            copies.hide_copies(&mut step.what_changed);
            copies.hide_in_text(&mut step.sentence);
            step.failure.iter_mut().for_each(|failure| copies.hide_in_failure(failure));
        }
    }
    let mut preview = preview.and_then(PreviewView::of);
    // One step waits where there is a preview: the row's run is its own.
    if let (Some(preview), Some(copies)) = (&mut preview, of(&row.run)) {
        copies.hide_in_text(&mut preview.summary);
        for field in &mut preview.fields {
            field.before.iter_mut().chain(field.after.iter_mut()).for_each(|value| copies.hide_copies(value));
        }
    }
    view.exception.suggested_fixes = fixes(&row, waiting, preview.as_ref());
    if let Some(copies) = of(&row.run) {
        hide_in_exception(copies, &mut view.exception);
        // What systems answered and what people wrote may quote what is hidden.
        let verified = view.updates.iter_mut().filter_map(|update| update.verified.as_mut());
        verified.for_each(|verified| copies.hide_copies(verified));
        view.log.iter_mut().for_each(|entry| copies.hide_copies(&mut entry.event));
        view.comments.iter_mut().for_each(|comment| copies.hide_in_text(&mut comment.text));
    }
    Ok(view)
}

/// A question outside its run, with the run's hidden values hidden.
pub(crate) async fn ask(state: &ApiState, row: AskRow) -> Result<AskView> {
    let run = state.store().get_run(&row.scope, &row.run).await?;
    let copies = match &run {
        Some(run) => copies(state, whose(run), &row.run).await?,
        None => None,
    };
    let mut view = AskView::from(row);
    if let Some(copies) = copies {
        hide_in_ask(&copies, &mut view);
    }
    Ok(view)
}

/// A proposal, with its run's hidden values hidden.
pub(crate) async fn proposal(state: &ApiState, row: &ProposalRow) -> Result<ProposalView> {
    let copies = copies(state, whose_proposal(row), &row.proposal.origin().run).await?;
    let mut view = ProposalView::from(row);
    if let Some(copies) = copies {
        hide_in_proposal(&copies, &mut view);
    }
    Ok(view)
}

/// A proposal whole, with its run's hidden values hidden.
pub(crate) async fn proposal_detail(state: &ApiState, detail: &ProposalDetail) -> Result<ProposalDetailView> {
    let row = &detail.row;
    let copies = copies(state, whose_proposal(row), &row.proposal.origin().run).await?;
    let mut view = ProposalDetailView::from(detail);
    if let Some(copies) = copies {
        hide_in_proposal(&copies, &mut view.proposal);
        copies.hide_copies(&mut view.differences);
        view.decisions.iter_mut().for_each(|decision| copies.hide_copies(&mut decision.edit));
        view.comments.iter_mut().for_each(|comment| copies.hide_in_text(&mut comment.text));
    }
    Ok(view)
}

fn hide_in_proposal(copies: &Redaction, view: &mut ProposalView) {
    copies.hide_in_text(&mut view.summary);
    view.closed_why.iter_mut().for_each(|words| copies.hide_in_text(words));
    view.operations.iter_mut().for_each(|operation| hide_in_write(copies, operation));
}

/// Hides copies in what would be written.
pub(crate) fn hide_in_write(copies: &Redaction, operation: &mut OperationView) {
    copies.hide_copies(&mut operation.input);
    for field in &mut operation.fields {
        field.before.iter_mut().chain(field.after.iter_mut()).for_each(|value| copies.hide_copies(value));
    }
}
