//! `/plain/runs/{id}`: one run, its steps, its writes, and what it waits for.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use maud::{Markup, html};
use serde_json::Value;

use super::text::{duration, exact, value};
use super::{bar, mark, render};
use crate::auth::{See, Span};
use crate::error::{ApiError, Result};
use crate::extract::Path;
use crate::resource::runs::{detail, find};
use crate::state::ApiState;
use crate::view::exception::ExceptionView;
use crate::view::run::{EffectView, FailureView, RunDetail, StepView};

/// A run.
pub(crate) async fn show(
    State(state): State<ApiState>,
    span: Result<Span<See>, ApiError>,
    Path(run): Path<String>,
) -> Result<Response> {
    let span = match span {
        Ok(span) => span,
        Err(error) if matches!(error.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
            return Ok(Redirect::to("/plain").into_response());
        }
        Err(error) => return Err(error),
    };
    let row = match find(&state, span.scopes(), &run).await {
        Ok(row) => row,
        Err(error) if error.status() == StatusCode::NOT_FOUND => return Ok(nowhere()),
        Err(error) => return Err(error),
    };
    let detail = detail::read(&state, row, false).await?;
    Ok(render(&detail.run.run_id, &page(&detail)))
}

fn nowhere() -> Response {
    let body = html! {
        (bar())
        main { h1 { "There is no such run" } p { a href="/plain" { "All runs" } } }
    };
    let mut response = render("No such run", &body);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

fn page(detail: &RunDetail) -> Markup {
    let run = &detail.run;
    let whole = format!("/api/v1/runs/{}", run.run_id);
    html! {
        (bar())
        main {
            p.crumb { a href="/plain" { "Runs" } }
            h1 { (run.workflow) " " span.dim { "v" (run.version) } " " (mark::state(run.status)) }
            dl.facts {
                div { dt { "Run" } dd.id { (run.run_id) } }
                div { dt { "Workspace" } dd { (run.workspace) } }
                div { dt { "Accepted" } dd { (exact(&run.created_at)) } }
                @if let Some(at) = &run.ended_at { div { dt { "Ended" } dd { (exact(at)) } } }
                @if let Some(ms) = run.duration_ms { div { dt { "Took" } dd { (duration(ms)) } } }
                @for (name, key) in &run.keys { div { dt { (name) } dd { (plain(key)) } } }
                @if let Some(other) = &run.retry_of { div { dt { "Retry of" } dd.id { a href={ "/plain/runs/" (other) } { (other) } } } }
                @if let Some(other) = &run.parent_run_id { div { dt { "Called by" } dd.id { a href={ "/plain/runs/" (other) } { (other) } } } }
                @if let Some(by) = &detail.cancelled_by { div { dt { "Cancelled by" } dd { (by) } } }
            }
            @if let Some(failure) = &run.failure { (failed(failure)) }
            @for exception in detail.exceptions.iter().filter(|exception| exception.resolved_at.is_none()) { (stopped(exception)) }
            (value("The event", &detail.input, &whole))
            section { h2 { "Steps" } ol.steps { @for step in &detail.steps { (step_row(step, &whole)) } }
                @if detail.steps_left_out > 0 {
                    p.empty { (detail.steps_left_out) " more steps of items that have ended." }
                } }
            section {
                h2 { "Writes" }
                @if detail.effects.is_empty() { p.empty { "None. This run has changed nothing elsewhere." } }
                ol.steps { @for effect in &detail.effects { (effect_row(effect, &whole)) } }
            }
            @if !detail.children.is_empty() {
                section { h2 { "Runs it called" } ul { @for child in &detail.children {
                    li { a.id href={ "/plain/runs/" (child.run_id) } { (child.run_id) } " " (child.workflow) " " (mark::state(child.status)) }
                } } }
            }
            (value("Output", &detail.output, &whole))
            footer.dim {
                @if detail.redacted { "Hidden values show as " (crate::redact::MASK) ". " }
                a href=(whole) { "This run as JSON" } ", " a href={ (whole) "?log=true" } { "with its log" } "."
            }
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn failed(failure: &FailureView) -> Markup {
    html! { p.failure { strong { (failure.code) } " " (failure.message) } }
}

fn stopped(exception: &ExceptionView) -> Markup {
    html! {
        div.stopped {
            p { (mark::state(exception.state)) " " strong { (exception.sentence) } }
            dl.facts {
                div { dt { "Reason" } dd { (exception.reason) } }
                div { dt { "Step" } dd { @if exception.path.is_empty() { "The whole run" } @else { (exception.path) } } }
                div { dt { "Owner" } dd { (exception.owner) } }
                div { dt { "Due" } dd { (exact(&exception.due_at)) } }
                div { dt { "Updates after" } dd { (updates(exception)) } }
            }
            p.dim { "Resolve it with " code { "throughline run resolve " (exception.exception_id) " …" } }
        }
    }
}

fn updates(exception: &ExceptionView) -> String {
    let systems: Vec<String> = exception
        .updates_after
        .as_array()
        .into_iter()
        .flatten()
        .map(|update| {
            let word = |name: &str| update[name].as_str().unwrap_or_default().to_owned();
            format!("{} {}", word("system"), word("record")).trim().to_owned()
        })
        .collect();
    match (systems.is_empty(), &exception.no_update_reason) {
        (false, _) => systems.join(", "),
        (true, Some(reason)) => format!("None: {reason}"),
        (true, None) => "None".to_owned(),
    }
}

fn step_row(step: &StepView, whole: &str) -> Markup {
    html! {
        li {
            div.head {
                span.title { (step.path) }
                (mark::state(step.status))
                span.times {
                    @if let Some(at) = &step.started_at { (exact(at)) }
                    @if let Some(ms) = step.duration_ms { " · " (duration(ms)) }
                    @if step.attempts.len() > 1 { " · " (step.attempts.len()) " attempts" }
                    @if step.copied { " · taken over from the earlier run" }
                }
            }
            @if let Some(waits) = &step.waits_for {
                p.second {
                    "Waits for " (waits.what)
                    @if let Some(id) = &waits.id { " " @if waits.what == "run" { a.id href={ "/plain/runs/" (id) } { (id) } } @else { span.id { (id) } } }
                    @if let Some(until) = &waits.until { ", until " (exact(until)) }
                }
            }
            @if let Some(items) = &step.items {
                p.second { (items.succeeded) " of " (items.count) " items succeeded, " (items.failed) " failed" }
            }
            @if let Some(done) = &step.resolution { p.second { (done.resolution.replace('_', " ")) " by "
                @match &done.superseded_by { Some(run) => a href={ "/plain/runs/" (run) } { (run) }, None => (done.by), } } }
            @if let Some(failure) = &step.failure { (failed(failure)) }
            (value("Input", &step.input, whole))
            (value("Output", &step.output, whole))
        }
    }
}

fn effect_row(effect: &EffectView, whole: &str) -> Markup {
    html! {
        li {
            div.head {
                span.title { (effect.action) }
                (mark::state(effect.state))
                span.times { "step " (effect.path) " · " (plain(&effect.undo)) }
            }
            dl.facts {
                div { dt { "Intended" } dd { (exact(&effect.intended_at)) } }
                @if let Some(at) = &effect.settled_at { div { dt { "Settled" } dd { (exact(at)) } } }
                @if !effect.evidence.is_null() { div { dt { "Known by" } dd { (plain(&effect.evidence)) } } }
                @if let Some(connection) = &effect.connection { div { dt { "Connection" } dd { (connection) } } }
                div { dt { "Effect" } dd.id { (effect.effect_id) } }
                div { dt { "Idempotency key" } dd.id { (effect.idempotency_key) } }
                div { dt { "Request" } dd.id { (effect.request_sha256.get(..16).unwrap_or_default()) "…" } }
            }
            @if let Some(failure) = &effect.failure { (failed(failure)) }
            (value("Receipt", &effect.receipt, whole))
        }
    }
}
