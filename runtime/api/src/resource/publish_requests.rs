//! Publishing by two: a request for a second person, what becomes of it, and whether a workspace always wants one.

use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughline_domain::access::{Place, Right, may};
use throughline_domain::id::PublishRequestId;
use throughline_domain::workflow::{NoSecondPerson, second_person};
use throughline_engine::command::LookedAt;
use throughline_store::{PublishRequest, Scope};
use utoipa::ToSchema;

use super::workflows::published_view;
use super::{id, nothing};
use crate::auth::{Build, In, People, See, Span};
use crate::error::{ApiError, ErrorAnswer, Result, codes};
use crate::extract::{Json, Path};
use crate::routes::{Access, Routes};
use crate::state::ApiState;
use crate::view::workflow::PublishedView;
use crate::view::{List, at};

const SEE: Access = Access::Needs(Right::See);
const BUILD: Access = Access::Needs(Right::Build);

/// Routes of publishing by two.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(SEE, "/api/v1/publishing", show)
        .put(Access::Needs(Right::People), "/api/v1/publishing", set)
        .get(SEE, "/api/v1/publish-requests", list)
        .get(SEE, "/api/v1/workflows/{workflow}/publish-requests", of_workflow)
        .post(BUILD, "/api/v1/workflows/{workflow}/publish-requests", ask)
        .get(SEE, "/api/v1/publish-requests/{request}", one)
        .delete(BUILD, "/api/v1/publish-requests/{request}", withdraw)
        .post(BUILD, "/api/v1/publish-requests/{request}/publish", publish)
        .post(BUILD, "/api/v1/publish-requests/{request}/send-back", send_back)
}

/// How versions of a workspace are published.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishingView {
    /// Every version takes a second person: who wrote it asks, somebody else who may build agrees.
    by_two: bool,
}

/// A request to publish.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PublishRequestView {
    /// Workspace.
    workspace: String,
    /// Request.
    request_id: String,
    /// Workflow; it need not be published yet.
    workflow: String,
    /// SHA-256 of the text: whoever agrees names it.
    sha256: String,
    /// What to look at.
    note: String,
    /// Who asks.
    asked_by: String,
    /// When.
    asked_at: String,
    /// `open`, `published`, `sent_back` or `withdrawn`.
    state: &'static str,
    /// Who decided.
    decided_by: Option<String>,
    /// When.
    decided_at: Option<String>,
    /// Why it was sent back.
    words: Option<String>,
    /// The version it became.
    version: Option<u32>,
}

/// A request to publish with its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PublishRequestDetail {
    /// The row.
    #[serde(flatten)]
    request: PublishRequestView,
    /// The text that would be published, word for word.
    text: String,
}

/// Does every version take a second person?
#[utoipa::path(get, path = "/api/v1/publishing", tag = "workflows", responses((status = 200, body = PublishingView)))]
pub(crate) async fn show(
    State(state): State<ApiState>,
    place: In<See>,
) -> Result<axum::Json<PublishingView>> {
    Ok(axum::Json(PublishingView { by_two: state.store().publish_by_two(place.scope()).await? }))
}

/// Sets whether every version takes a second person
#[utoipa::path(put, path = "/api/v1/publishing", tag = "workflows", request_body = PublishingView,
    responses((status = 200, body = PublishingView), (status = 403, body = ErrorAnswer)))]
pub(crate) async fn set(
    State(state): State<ApiState>,
    place: In<People>,
    Json(request): Json<PublishingView>,
) -> Result<axum::Json<PublishingView>> {
    state.store().set_publish_by_two(place.scope(), request.by_two).await?;
    tracing::info!(workspace.id = %place.scope(), by_two = request.by_two, account.name = place.by(),
        "how versions are published was set");
    Ok(axum::Json(request))
}

/// Lists the requests to publish that wait for a second person, by workflow
#[utoipa::path(get, path = "/api/v1/publish-requests", tag = "workflows",
    responses((status = 200, body = List<PublishRequestView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
) -> Result<axum::Json<List<PublishRequestView>>> {
    let mut items = Vec::new();
    for scope in span.scopes() {
        let rows = state.store().open_publish_requests(scope).await?;
        items.extend(rows.into_iter().map(PublishRequestView::from));
    }
    Ok(axum::Json(List::whole(items)))
}

/// The requests to publish a workflow, the last first; at most 200
#[utoipa::path(get, path = "/api/v1/workflows/{workflow}/publish-requests", tag = "workflows",
    params(("workflow" = String, Path)), responses((status = 200, body = List<PublishRequestView>)))]
pub(crate) async fn of_workflow(
    State(state): State<ApiState>,
    place: In<See>,
    Path(workflow): Path<String>,
) -> Result<axum::Json<List<PublishRequestView>>> {
    let rows = state.store().publish_requests_of(place.scope(), &workflow).await?;
    Ok(axum::Json(List::whole(rows.into_iter().map(PublishRequestView::from).collect())))
}

/// A text that a second person is to agree to.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "workflow: invoice-readiness …", "note": "the new price list" }))]
pub(crate) struct PublishRequestBody {
    /// YAML or JSON.
    text: String,
    /// What to look at, in at most 2,000 characters.
    #[serde(default)]
    note: String,
}

/// Asks for a second person to publish a text
///
/// The text is checked as publishing would check it, and kept word for word. It takes the place of what you asked before; while
/// somebody else asks about the same workflow the answer is 409.
#[utoipa::path(post, path = "/api/v1/workflows/{workflow}/publish-requests", tag = "workflows",
    params(("workflow" = String, Path)), request_body = PublishRequestBody,
    responses((status = 201, body = PublishRequestView), (status = 403, body = ErrorAnswer), (status = 409, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn ask(
    State(state): State<ApiState>,
    place: In<Build>,
    Path(workflow): Path<String>,
    Json(body): Json<PublishRequestBody>,
) -> Result<(StatusCode, axum::Json<PublishRequestView>)> {
    let asker = place.acting().person().ok_or_else(|| no_second(NoSecondPerson::Nobody))?;
    let said = (body.text.as_str(), body.note.as_str());
    let request = state.engine().ask_to_publish(place.scope(), &workflow, said, asker.as_str()).await?;
    Ok((StatusCode::CREATED, axum::Json(request.into())))
}

/// One request to publish, with its text
#[utoipa::path(get, path = "/api/v1/publish-requests/{request}", tag = "workflows", params(("request" = String, Path)),
    responses((status = 200, body = PublishRequestDetail), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn one(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(request): Path<String>,
) -> Result<axum::Json<PublishRequestDetail>> {
    let row = find(&state, span.scopes(), &request).await?;
    let text = state.store().publish_request_text(&row.scope, &row.request).await?.unwrap_or_default();
    Ok(axum::Json(PublishRequestDetail { request: row.into(), text }))
}

/// Takes a request to publish back
///
/// For who asked, and for administrators.
#[utoipa::path(delete, path = "/api/v1/publish-requests/{request}", tag = "workflows", params(("request" = String, Path)),
    responses((status = 200, body = Object), (status = 403, body = ErrorAnswer), (status = 404, body = ErrorAnswer),
        (status = 409, body = ErrorAnswer)))]
pub(crate) async fn withdraw(
    State(state): State<ApiState>,
    span: Span<Build>,
    Path(request): Path<String>,
) -> Result<axum::Json<Value>> {
    let row = find(&state, span.scopes(), &request).await?;
    if row.asked_by != span.person() {
        may(span.principal(), Right::People, &Place::Workspace(row.scope.as_str().to_owned()))?;
    }
    state.engine().withdraw_publish_request(&row, &span.person()).await?;
    Ok(axum::Json(nothing()))
}

/// What a second person agrees to.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishAgreement {
    /// `sha256` of the request you looked at.
    sha256: String,
    /// The version you compared it with; null: it was never published.
    #[serde(default)]
    current: Option<u32>,
    /// With publishing: withdraw the open proposals that older versions made.
    #[serde(default)]
    withdraw_open: bool,
}

/// Publishes what a request asks for, as its second person
///
/// Whoever asked is refused (403). Where the text or the current version is not the one you looked at, nothing is published (409).
#[utoipa::path(post, path = "/api/v1/publish-requests/{request}/publish", tag = "workflows",
    params(("request" = String, Path)), request_body = PublishAgreement,
    responses((status = 200, body = PublishedView), (status = 403, body = ErrorAnswer), (status = 404, body = ErrorAnswer),
        (status = 409, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn publish(
    State(state): State<ApiState>,
    span: Span<Build>,
    Path(request): Path<String>,
    Json(body): Json<PublishAgreement>,
) -> Result<axum::Json<PublishedView>> {
    let row = find(&state, span.scopes(), &request).await?;
    let second = second(&span, &row)?;
    let seen = LookedAt { sha256: body.sha256, current: body.current };
    let published = state.engine().publish_requested(&row, &seen, (&second, span.by())).await?;
    published_view(&state, (&row.scope, &span.person()), published, body.withdraw_open).await.map(axum::Json)
}

/// Why it is sent back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "words": "the exception path has no owner at night" }))]
pub(crate) struct SendBackRequest {
    /// What is to be changed, in 1 to 2,000 characters.
    words: String,
}

/// Sends a request to publish back, as its second person
#[utoipa::path(post, path = "/api/v1/publish-requests/{request}/send-back", tag = "workflows",
    params(("request" = String, Path)), request_body = SendBackRequest,
    responses((status = 200, body = Object), (status = 403, body = ErrorAnswer), (status = 404, body = ErrorAnswer),
        (status = 409, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn send_back(
    State(state): State<ApiState>,
    span: Span<Build>,
    Path(request): Path<String>,
    Json(body): Json<SendBackRequest>,
) -> Result<axum::Json<Value>> {
    let row = find(&state, span.scopes(), &request).await?;
    let second = second(&span, &row)?;
    state.engine().send_publish_request_back(&row, &body.words, &second).await?;
    Ok(axum::Json(nothing()))
}

async fn find(state: &ApiState, scopes: &[Scope], request: &str) -> Result<PublishRequest> {
    let parsed: PublishRequestId = id("request to publish", request)?;
    for scope in scopes {
        if let Some(row) = state.store().publish_request(scope, &parsed).await? {
            return Ok(row);
        }
    }
    Err(ApiError::missing("request to publish", request))
}

fn second(span: &Span<Build>, row: &PublishRequest) -> Result<String> {
    let person = second_person(&row.asked_by, span.acting().person()).map_err(no_second)?;
    Ok(person.to_string())
}

fn no_second(refused: NoSecondPerson) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, codes::SECOND_PERSON, refused.to_string())
        .hint("two people with accounts: one asks, somebody else with the role builder or admin agrees in the editor")
}

/// Nobody publishes alone where the workspace wants two.
pub(crate) async fn alone(state: &ApiState, scope: &Scope) -> Result<()> {
    if !state.store().publish_by_two(scope).await? {
        return Ok(());
    }
    let message = "in this workspace a second person agrees to every version";
    Err(ApiError::new(StatusCode::FORBIDDEN, codes::PUBLISH_BY_TWO, message)
        .hint("ask for one in the editor, or by POST /api/v1/workflows/{workflow}/publish-requests"))
}

impl From<PublishRequest> for PublishRequestView {
    fn from(row: PublishRequest) -> Self {
        Self {
            workspace: row.scope.to_string(),
            request_id: row.request.into(),
            workflow: row.workflow,
            sha256: row.sha256,
            note: row.note,
            asked_by: row.asked_by,
            asked_at: at(row.asked_at),
            state: row.state.as_str(),
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(at),
            words: row.words,
            version: row.version,
        }
    }
}
