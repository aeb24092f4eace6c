//! Runs that are held after a restore.

use axum::extract::State;
use serde::Deserialize;
use throughline_domain::access::Right;
use throughline_domain::id::RunId;
use throughline_store::HeldChoice;
use utoipa::ToSchema;

use super::{PageQuery, id, rows};
use crate::auth::{Operate, See, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Path, Query};
use crate::routes::{Access, Routes};
use crate::state::ApiState;
use crate::view::access::DoneView;
use crate::view::backup::HeldRunView;
use crate::view::{List, merge};

/// Routes of held runs.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get(Access::Needs(Right::See), "/api/v1/held-runs", list).post(
        Access::Needs(Right::Operate),
        "/api/v1/runs/{run}/release",
        release,
    )
}

/// Lists runs that wait for a person since a restore
#[utoipa::path(get, path = "/api/v1/held-runs", tag = "runs", params(PageQuery),
    responses((status = 200, body = List<HeldRunView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<List<HeldRunView>>> {
    let page = query.page()?;
    let mut pages = Vec::new();
    for scope in span.scopes() {
        pages.push(state.store().list_held(scope, &page).await?);
    }
    Ok(axum::Json(merge(pages, rows(&page), |row| row.run.as_str(), HeldRunView::from)))
}

/// How a held run goes on.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Choice {
    /// Nothing of it happened after the backup: it goes on where it is.
    Resume,
    /// Its writes may have happened: each is looked up, sent again under its old key, or asked about.
    InDoubt,
}

/// What somebody says of a held run.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReleaseRequest {
    /// How it goes on.
    choice: Choice,
}

/// Lets a held run go on
#[utoipa::path(post, path = "/api/v1/runs/{run}/release", tag = "runs", params(("run" = String, Path)),
    request_body = ReleaseRequest,
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn release(
    State(state): State<ApiState>,
    span: Span<Operate>,
    Path(run): Path<String>,
    Json(request): Json<ReleaseRequest>,
) -> Result<axum::Json<DoneView>> {
    let parsed: RunId = id("run", &run)?;
    let choice = match request.choice {
        Choice::Resume => HeldChoice::Resume,
        Choice::InDoubt => HeldChoice::InDoubt,
    };
    for scope in span.scopes() {
        if state.store().get_run(scope, &parsed).await?.is_some() {
            state.engine().release_held(scope, &parsed, choice, span.by()).await?;
            return Ok(axum::Json(DoneView { id: run, done: true }));
        }
    }
    Err(ApiError::missing("run", &run))
}
