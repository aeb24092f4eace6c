//! Channels: addresses of a workspace that are told what people are told by mail, as signed webhooks.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use throughline_domain::access::Right;
use throughline_engine::command::ChannelChange;
use throughline_store::{ChannelRow, Scope};
use utoipa::ToSchema;

use crate::auth::{Connect, In, Span};
use crate::error::{ErrorAnswer, Result};
use crate::extract::{Json, Path};
use crate::routes::{Access, Routes};
use crate::state::ApiState;
use crate::view::access::DoneView;
use crate::view::{List, at};

const CONNECT: Access = Access::Needs(Right::Connect);

/// Routes of channels.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(CONNECT, "/api/v1/channels", list)
        .put(CONNECT, "/api/v1/channels/{name}", put)
        .delete(CONNECT, "/api/v1/channels/{name}", delete)
        .post(CONNECT, "/api/v1/channels/{name}/test", test)
}

/// What a channel is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Told {
    /// Proposals that open, wait, or escalate.
    Proposals,
    /// Exceptions: what their owners get by mail.
    Exceptions,
}

/// A channel.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ChannelView {
    /// Workspace.
    workspace: String,
    /// Name within the workspace.
    #[schema(example = "chat")]
    name: String,
    /// Where messages go.
    #[schema(example = "https://hooks.example.com/throughline")]
    url: String,
    /// What it is told.
    tells: Vec<Told>,
    /// When it was set.
    changed_at: String,
    /// Who set it.
    changed_by: String,
}

impl ChannelView {
    fn new(scope: &Scope, row: ChannelRow) -> Self {
        let tells = [(row.proposals, Told::Proposals), (row.exceptions, Told::Exceptions)];
        Self {
            workspace: scope.to_string(),
            name: row.name,
            url: row.url,
            tells: tells.into_iter().filter(|(told, _)| *told).map(|(_, what)| what).collect(),
            changed_at: at(row.changed_at),
            changed_by: row.changed_by,
        }
    }
}

/// Lists channels by workspace and name
#[utoipa::path(get, path = "/api/v1/channels", tag = "connections", responses((status = 200, body = List<ChannelView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<Connect>,
) -> Result<axum::Json<List<ChannelView>>> {
    let mut items = Vec::new();
    for scope in span.scopes() {
        let rows = state.store().list_channels(scope).await?;
        items.extend(rows.into_iter().map(|row| ChannelView::new(scope, row)));
    }
    Ok(axum::Json(List::whole(items)))
}

/// A channel to set.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelRequest {
    /// Where messages go: https, or http to an address that is open to the workspace's connectors.
    #[schema(example = "https://hooks.example.com/throughline")]
    url: String,
    /// Name of the secret that signs them: `whsec_` and the base64 of 24 to 64 random bytes, bound to the URL's origin.
    #[schema(example = "chat-signing")]
    secret: String,
    /// What it is told.
    tells: Vec<Told>,
}

/// Sets a channel
///
/// Messages are signed in the Standard Webhooks scheme (`webhook-id`, `webhook-timestamp`, `webhook-signature`). They wait
/// and are tried again like mail, and carry no authority: a link in one only finds what it is about.
#[utoipa::path(put, path = "/api/v1/channels/{name}", tag = "connections", params(("name" = String, Path)),
    request_body = ChannelRequest,
    responses((status = 200, body = ChannelView), (status = 404, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn put(
    State(state): State<ApiState>,
    proof: In<Connect>,
    Path(name): Path<String>,
    Json(request): Json<ChannelRequest>,
) -> Result<axum::Json<ChannelView>> {
    let change = ChannelChange {
        proposals: request.tells.contains(&Told::Proposals),
        exceptions: request.tells.contains(&Told::Exceptions),
        url: request.url,
        secret: request.secret,
    };
    let row = state.engine().put_channel(proof.scope(), &name, &change, proof.by()).await?;
    Ok(axum::Json(ChannelView::new(proof.scope(), row)))
}

/// Removes a channel; what waits for it is given up
#[utoipa::path(delete, path = "/api/v1/channels/{name}", tag = "connections", params(("name" = String, Path)),
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    proof: In<Connect>,
    Path(name): Path<String>,
) -> Result<axum::Json<DoneView>> {
    state.engine().delete_channel(proof.scope(), &name, proof.by()).await?;
    Ok(axum::Json(DoneView { id: name, done: true }))
}

/// What came of a test message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ChannelTestView {
    /// The address took it.
    delivered: bool,
    /// Why not.
    failure: Option<String>,
}

/// Sends a test message, and says what came of it
#[utoipa::path(post, path = "/api/v1/channels/{name}/test", tag = "connections", params(("name" = String, Path)),
    responses((status = 200, body = ChannelTestView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn test(
    State(state): State<ApiState>,
    proof: In<Connect>,
    Path(name): Path<String>,
) -> Result<axum::Json<ChannelTestView>> {
    let sent = state.engine().test_channel(proof.scope(), &name).await?;
    Ok(axum::Json(ChannelTestView { delivered: sent.is_ok(), failure: sent.err() }))
}
