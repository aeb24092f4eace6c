//! Plugins: list, install with consent.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;
use throughline_engine::CommandError;

use crate::auth::{Authorized, See, Server, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Path, Query, media_type, read, wrong_type};
use crate::state::ApiState;
use crate::view::List;
use crate::view::access::{DoneView, PluginView};

/// Where plugins are listed and installed: their bodies are larger than those of others.
pub(crate) const PATH: &str = "/api/v1/plugins";

/// Lists installed plugins
#[utoipa::path(get, path = "/api/v1/plugins", tag = "plugins", responses((status = 200, body = List<PluginView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    _span: Span<See>,
) -> Result<axum::Json<List<PluginView>>> {
    let rows = state.store().list_plugins().await?;
    let (held, now) = (state.store().list_quarantines().await?, state.now());
    let views = rows.into_iter().map(|row| PluginView::new(row, &held, now)).collect();
    Ok(axum::Json(List::whole(views)))
}

/// Lets a plugin that was set aside run again
#[utoipa::path(post, path = "/api/v1/plugins/{connector}/release", tag = "plugins",
    params(("connector" = String, Path)),
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn release(
    State(state): State<ApiState>,
    proof: Authorized<Server>,
    Path(connector): Path<String>,
) -> Result<axum::Json<DoneView>> {
    let done = state.engine().release_plugin(&connector, proof.by()).await?;
    Ok(axum::Json(DoneView { id: connector, done }))
}

/// How to install.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct InstallQuery {
    /// Digest of the permissions that you agree to, as the refusal without it names them.
    accept: Option<String>,
}

/// Installs a plugin
///
/// The body is the component. Without consent to exactly what it may do the answer is 409 and says it in words.
#[utoipa::path(post, path = "/api/v1/plugins", tag = "plugins", params(InstallQuery),
    request_body(content = Vec<u8>, content_type = "application/wasm"),
    responses((status = 201, body = PluginView), (status = 200, description = "It was installed already.", body = PluginView),
        (status = 409, description = "Consent is needed.", body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn install(
    State(state): State<ApiState>,
    proof: Authorized<Server>,
    Query(query): Query<InstallQuery>,
    request: Request,
) -> Result<Response> {
    let found = media_type(request.headers());
    if !matches!(found.as_str(), "application/wasm" | "application/octet-stream") {
        return Err(wrong_type(&found, "application/wasm"));
    }
    let bytes = read(request, &state, state.config().max_plugin_bytes).await?;
    installed(&state, bytes.into(), &query, proof.by()).await
}

/// Installs what somebody agreed to, or says what there is to agree to.
pub(crate) async fn installed(
    state: &ApiState,
    bytes: Vec<u8>,
    query: &InstallQuery,
    by: &str,
) -> Result<Response> {
    match state.engine().install_plugin(bytes, query.accept.as_deref(), by).await {
        Ok(installed) => {
            let row = state.store().get_plugin(&installed.connector, &installed.digest).await?;
            let status = if installed.unchanged { StatusCode::OK } else { StatusCode::CREATED };
            let held = state.store().list_quarantines().await?;
            let view = PluginView::new(row.ok_or_else(ApiError::internal)?, &held, state.now());
            Ok((status, axum::Json(view)).into_response())
        }
        Err(CommandError::ConsentNeeded(consent)) => {
            let words = consent.words.join("; ");
            let hint = format!("if you agree, send it again with ?accept={}", consent.permissions);
            Err(ApiError::from(CommandError::ConsentNeeded(consent)).because(&words).hint(hint))
        }
        Err(error) => Err(error.into()),
    }
}
