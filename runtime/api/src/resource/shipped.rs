//! Connectors that ship with the server: what each asks for, and installing one.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use throughline_engine::command::inspected;

use crate::auth::{Authorized, See, Server, Span};
use crate::error::{ApiError, ErrorAnswer, Result, codes};
use crate::extract::{Path, Query};
use crate::resource::plugins::{InstallQuery, installed};
use crate::state::ApiState;
use crate::view::List;
use crate::view::access::{PluginView, ShippedView};

/// Lists the connectors that ship
///
/// Each with what it asks for in words, and the digest of that to agree to. Empty where nothing lies beside the program.
#[utoipa::path(get, path = "/api/v1/plugins/shipped", operation_id = "plugins_shipped", tag = "plugins",
    responses((status = 200, body = List<ShippedView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    _span: Span<See>,
) -> Result<axum::Json<List<ShippedView>>> {
    let rows = state.store().list_plugins().await?;
    let views = state.shipped_views().await?.into_iter().map(|mut view| {
        view.installed = rows.iter().any(|row| row.current && row.digest == view.digest);
        view.replaces = rows
            .iter()
            .find(|row| row.current && row.connector == view.connector && row.digest != view.digest)
            .map(|row| row.version.clone());
        view
    });
    Ok(axum::Json(List::whole(views.collect())))
}

/// Reads what each asks for. Some megabytes are hashed: once for each program.
pub(crate) async fn read_all(state: &ApiState) -> Result<Vec<ShippedView>> {
    let state = state.clone();
    let read = tokio::task::spawn_blocking(move || {
        let files = state.shipped().components()?;
        // What is no connector ships by mistake, and is not offered.
        Ok(files.iter().filter_map(|(_, bytes)| Some(ShippedView::new(inspected(bytes).ok()?))).collect())
    });
    read.await.map_err(|_| ApiError::internal())?.map_err(|error| unreadable(&error))
}

/// Installs a connector that ships
///
/// Without consent to exactly what it may do the answer is 409 and says it in words.
#[utoipa::path(post, path = "/api/v1/plugins/shipped/{connector}", operation_id = "plugins_install_shipped", tag = "plugins",
    params(InstallQuery, ("connector" = String, Path)),
    responses((status = 201, body = PluginView), (status = 200, description = "It was installed already.", body = PluginView),
        (status = 404, body = ErrorAnswer), (status = 409, description = "Consent is needed.", body = ErrorAnswer)))]
pub(crate) async fn install(
    State(state): State<ApiState>,
    proof: Authorized<Server>,
    Path(connector): Path<String>,
    Query(query): Query<InstallQuery>,
) -> Result<Response> {
    let (reader, name) = (state.clone(), connector.clone());
    let read = tokio::task::spawn_blocking(move || reader.shipped().component(&name)).await;
    let bytes = read.map_err(|_| ApiError::internal())?.map_err(|error| unreadable(&error))?;
    let bytes = bytes.ok_or_else(|| ApiError::missing("connector that ships", &connector))?;
    installed(&state, bytes, &query, proof.by()).await
}

fn unreadable(error: &std::io::Error) -> ApiError {
    let message = format!("what ships beside the server cannot be read: {error}");
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, codes::NOT_SHIPPED, message)
        .hint("look at plugins.bundle in the settings; a file of yours can be installed without it")
}
