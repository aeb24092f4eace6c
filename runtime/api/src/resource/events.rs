//! Events: list what was accepted, publish an internal one.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughline_store::EventRow;
use utoipa::ToSchema;

use super::{page, rows};
use crate::auth::{In, Operate, See, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Query};
use crate::state::ApiState;
use crate::view::event::EventView;
use crate::view::{List, merge};

/// Which events to list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventQuery {
    /// Rows, 1 to 200; 50 where absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
    /// The same as `after`.
    cursor: Option<String>,
    /// Only this workflow's.
    workflow: Option<String>,
    /// Workspace, as the header `Throughline-Workspace` names it.
    workspace: Option<String>,
}

/// Lists accepted events, newest first
#[utoipa::path(get, path = "/api/v1/events", tag = "events", params(EventQuery),
    responses((status = 200, body = List<EventView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
    Query(query): Query<EventQuery>,
) -> Result<axum::Json<List<EventView>>> {
    let page = page(query.limit, query.after.or(query.cursor))?;
    let mut pages = Vec::new();
    for scope in span.scopes() {
        pages.push(state.store().list_events(scope, query.workflow.as_deref(), &page).await?);
    }
    Ok(axum::Json(merge(pages, rows(&page), |row: &EventRow| row.event.as_str(), EventView::from)))
}

/// An internal event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishEventRequest {
    /// Its type: workflows listen to it, waiting runs wait for it.
    #[serde(rename = "type")]
    event_type: String,
    /// Which waiting run it is for.
    #[serde(default)]
    key: Option<String>,
    /// Its data, any JSON; `{}` where absent.
    #[serde(default = "super::nothing")]
    data: Value,
}

/// An internal event was accepted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EventPublishedView {
    /// The event; null: nobody listens, and it is kept for runs that may wait for it.
    event_id: Option<String>,
    /// Runs it started.
    runs: Vec<String>,
}

/// Publishes an internal event
///
/// Starts the workflows that listen to its type and satisfies the waits for its type and key.
#[utoipa::path(post, path = "/api/v1/events", tag = "events", request_body = PublishEventRequest,
    responses((status = 202, body = EventPublishedView), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn publish(
    State(state): State<ApiState>,
    proof: In<Operate>,
    Json(request): Json<PublishEventRequest>,
) -> Result<Response> {
    if request.event_type.is_empty() || request.event_type.len() > 200 {
        return Err(ApiError::bad_parameter("the event's type is empty or longer than 200 bytes"));
    }
    let published = state
        .engine()
        .publish_event(
            proof.scope(),
            &request.event_type,
            request.key.as_deref(),
            request.data,
            &proof.person(),
        )
        .await?;
    let view = EventPublishedView {
        event_id: published.event_id.map(String::from),
        runs: published.run_ids.into_iter().map(String::from).collect(),
    };
    Ok((StatusCode::ACCEPTED, axum::Json(view)).into_response())
}
