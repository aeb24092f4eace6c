//! Trying what is being written: an expression on sample data, and one step of a text.

use std::collections::BTreeMap;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use throughline_domain::access::Right;
use throughline_domain::expression::{Compiled, ExpressionError, Prepared, Scope};
use throughline_engine::command::{TriedEnd, TriedStep};
use utoipa::ToSchema;

use super::runs::detail::hide_in_write;
use super::runs::hidden::Hidden;
use crate::auth::{Build, In};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::Json;
use crate::routes::{Access, Routes};
use crate::state::ApiState;
use crate::view::proposal::OperationView;
use crate::view::run::FailureView;

const BUILD: Access = Access::Needs(Right::Build);

/// Routes of trying.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes.post(BUILD, "/api/v1/expressions/evaluate", evaluate).post(
        BUILD,
        "/api/v1/workflows/test-step",
        test_step,
    )
}

/// What expressions see, by name. `now` is the time of the request.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Names {
    /// The trigger's event.
    event: Option<Value>,
    /// Outputs of earlier steps, by id.
    #[schema(value_type = Object)]
    steps: Map<String, Value>,
    /// Inside a for-each: the item.
    item: Option<Value>,
    /// Inside a for-each: its place, from 0.
    index: Option<u64>,
    /// The workflow's parameters.
    vars: Option<Value>,
    /// The record it is about.
    record: Option<Value>,
    /// Headers of a webhook's request.
    headers: Option<Value>,
}

impl Names {
    fn scope(self, state: &ApiState) -> Scope {
        let mut scope = Scope::new(Prepared::new(&self.event.unwrap_or_default()), state.now());
        let with = |value: Option<Value>| value.as_ref().map(Prepared::new);
        if let Some(vars) = with(self.vars) {
            scope = scope.with_vars(vars);
        }
        if let Some(record) = with(self.record) {
            scope = scope.with_record(record);
        }
        if let Some(headers) = with(self.headers) {
            scope = scope.with_headers(headers);
        }
        if let Some(item) = with(self.item) {
            scope = scope.for_item(item, self.index.unwrap_or_default());
        }
        self.steps.iter().fold(scope, |scope, (id, output)| scope.with_step(id, Prepared::new(output)))
    }
}

/// An expression to evaluate.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EvaluateRequest {
    /// Any JSON; its texts may hold `{{ … }}`.
    #[schema(value_type = Object, example = "{{ event.job.total * 2 }}")]
    template: Value,
    /// The template is a condition, which gives true or false; its braces may be absent.
    #[serde(default)]
    condition: bool,
    /// What it sees.
    #[serde(default)]
    scope: Names,
}

/// What an expression gave.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EvaluatedView {
    /// The value; null where there is a problem.
    value: Value,
    /// Why there is no value.
    problem: Option<ExpressionProblemView>,
}

/// Why an expression gave nothing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ExpressionProblemView {
    /// `TL` and four digits.
    code: String,
    /// What is wrong.
    message: String,
    /// What to do.
    hint: Option<String>,
    /// Where in the text, in bytes.
    offset: Option<usize>,
}

/// Evaluates an expression as a run would
///
/// On the data that is sent along; nothing is kept. What does not evaluate is answered with 200 and the problem.
#[utoipa::path(post, path = "/api/v1/expressions/evaluate", tag = "workflows", request_body = EvaluateRequest,
    responses((status = 200, body = EvaluatedView)))]
pub(crate) async fn evaluate(
    State(state): State<ApiState>,
    _proof: In<Build>,
    Json(request): Json<EvaluateRequest>,
) -> Result<axum::Json<EvaluatedView>> {
    let EvaluateRequest { template, condition, scope } = request;
    let scope = scope.scope(&state);
    // Bounded in steps, but not short: others are not to wait for it.
    let value = tokio::task::spawn_blocking(move || {
        let compiled = Compiled::default();
        match (&template, condition) {
            (Value::String(text), true) => compiled.evaluate_condition(text, &scope).map(Value::Bool),
            _ => compiled.evaluate_template(&template, &scope),
        }
    });
    let value = value.await.map_err(|_| ApiError::internal())?;
    Ok(axum::Json(match value {
        Ok(value) => EvaluatedView { value, problem: None },
        Err(error) => EvaluatedView { value: Value::Null, problem: Some(error.into()) },
    }))
}

impl From<ExpressionError> for ExpressionProblemView {
    fn from(error: ExpressionError) -> Self {
        Self { code: error.code.to_owned(), message: error.message, hint: error.hint, offset: error.offset }
    }
}

/// A step to try.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TestStepRequest {
    /// The workflow's text as written so far; it need not be whole.
    text: String,
    /// The step's id.
    #[schema(example = "job")]
    node: String,
    /// What its expressions see.
    #[serde(default)]
    scope: Names,
}

/// What became of a step that was tried.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TestedStepView {
    /// `ran`, `previewed` (it would write; nothing was sent), `evaluated` (a run would wait here) or `failed`.
    status: &'static str,
    /// Its input. Of a switch the numbers of the cases that it would take, of a for-each its items.
    input: Value,
    /// Its output, where it ran.
    output: Option<Value>,
    /// What it would write.
    changes: Option<Vec<OperationView>>,
    /// The effect of that in words.
    summary: Option<String>,
    /// Why it failed.
    failure: Option<FailureView>,
    /// Milliseconds.
    took_ms: u64,
}

/// Tries one step of a text that is being written
///
/// A read is made with its connection and answers as in a run. A write is only previewed: nothing is sent that could change
/// anything. Nothing is kept, and what the text or a schema hides is hidden.
#[utoipa::path(post, path = "/api/v1/workflows/test-step", tag = "workflows", request_body = TestStepRequest,
    responses((status = 200, body = TestedStepView), (status = 404, body = ErrorAnswer),
        (status = 422, body = ErrorAnswer)))]
pub(crate) async fn test_step(
    State(state): State<ApiState>,
    proof: In<Build>,
    Json(request): Json<TestStepRequest>,
) -> Result<axum::Json<TestedStepView>> {
    let began = tokio::time::Instant::now();
    let names = request.scope.scope(&state);
    let tried = state.engine().try_step(proof.scope(), &request.text, &request.node, &names).await?;
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(axum::Json(view(tried, &request.node, took_ms)))
}

fn view(tried: TriedStep, node: &str, took_ms: u64) -> TestedStepView {
    let manifests: BTreeMap<_, _> =
        tried.manifests.into_iter().map(|(connector, manifest)| (connector, Some(manifest))).collect();
    let Hidden { mut values, mut inputs } = Hidden::new(&tried.workflow, &manifests);
    let root = ["steps", node];
    let mut view = TestedStepView {
        status: "evaluated",
        input: tried.input,
        output: None,
        changes: None,
        summary: None,
        failure: None,
        took_ms,
    };
    inputs.hide(&root, &mut view.input);
    values.take_copies(inputs);
    match tried.end {
        TriedEnd::Ran(mut output) => {
            view.status = "ran";
            values.hide(&root, &mut output);
            values.hide_copies(&mut output);
            view.output = Some(output);
        }
        TriedEnd::Previewed(content) => {
            view.status = "previewed";
            let mut summary = content.summary;
            values.hide_in_text(&mut summary);
            view.summary = Some(summary);
            let mut changes: Vec<OperationView> =
                content.operations.iter().map(OperationView::from).collect();
            for write in &mut changes {
                hide_in_write(&values, write);
            }
            view.changes = Some(changes);
        }
        TriedEnd::Evaluated => {}
        TriedEnd::Failed(failure) => {
            view.status = "failed";
            let mut failure = FailureView::from(failure.as_ref());
            values.hide_in_failure(&mut failure);
            view.failure = Some(failure);
        }
    }
    values.hide_copies(&mut view.input);
    view
}
