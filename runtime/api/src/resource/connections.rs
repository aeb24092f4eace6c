//! Connections: list, make, test, delete. A secret is a reference here, never a value.

use std::collections::BTreeMap;

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use throughline_engine::command::{CommandError, NewConnection};
use throughline_store::{ConnectionRow, StoreError, TestedAccount};
use utoipa::ToSchema;

use crate::auth::{Authorized, Connect, In, See, Server, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Path};
use crate::state::ApiState;
use crate::view::List;
use crate::view::access::{ConnectionView, DoneView, TestView};
use crate::view::run::FailureView;

/// Lists connections
#[utoipa::path(get, path = "/api/v1/connections", tag = "connections",
    responses((status = 200, body = List<ConnectionView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
) -> Result<axum::Json<List<ConnectionView>>> {
    let mut items = Vec::new();
    for scope in span.scopes() {
        items.extend(state.store().list_connections(scope).await?.into_iter().map(ConnectionView::from));
    }
    Ok(axum::Json(List::whole(items)))
}

/// A connection to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConnectionRequest {
    /// Name that workflows use.
    name: String,
    /// Connector.
    connector: String,
    /// Settings that are no secrets: `base_url` and the like.
    #[serde(default)]
    settings: Map<String, Value>,
    /// Where each secret is, by `slot.field`.
    #[serde(default)]
    secrets: BTreeMap<String, SecretPlace>,
}

/// Where a secret is: in the vault, in an environment variable of the server, or in a file that only its owner may read.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum SecretPlace {
    /// Name of the variable.
    Env(String),
    /// Path of the file.
    File(String),
    /// Name of the secret.
    Vault(String),
}

impl ConnectionRequest {
    fn into_command(self) -> NewConnection {
        let text = |place| match place {
            SecretPlace::Env(name) => format!("env:{name}"),
            SecretPlace::File(path) => format!("file:{path}"),
            SecretPlace::Vault(name) => format!("vault:{name}"),
        };
        NewConnection {
            name: self.name,
            connector: self.connector,
            settings: self.settings,
            secrets: self.secrets.into_iter().map(|(field, place)| (field, text(place))).collect(),
        }
    }

    /// A secret of it is in the server's environment or on its disk, where those of other workspaces may be as well.
    fn reads_the_server(&self) -> bool {
        self.secrets.values().any(|place| match place {
            SecretPlace::Env(_) | SecretPlace::File(_) => true,
            SecretPlace::Vault(_) => false,
        })
    }

    /// The row says all of this already.
    fn is(&self, row: &ConnectionRow) -> bool {
        let secrets: BTreeMap<String, Value> = serde_json::from_slice(&row.secrets).unwrap_or_default();
        let settings: Map<String, Value> = serde_json::from_slice(&row.settings).unwrap_or_default();
        let same = |place: &SecretPlace, value: &Value| match place {
            SecretPlace::Env(name) => value["env"] == name.as_str(),
            SecretPlace::File(path) => value["file"] == path.as_str(),
            SecretPlace::Vault(name) => value["vault"] == name.as_str(),
        };
        row.connector == self.connector
            && settings == self.settings
            && secrets.len() == self.secrets.len()
            && self
                .secrets
                .iter()
                .all(|(field, place)| secrets.get(field).is_some_and(|value| same(place, value)))
    }
}

/// Makes a connection, or replaces the one of that name
///
/// The same content again changes nothing. A secret of the vault is taken only where the connector may send it; one in the
/// server's environment or on its disk only from an administrator of the server.
#[utoipa::path(post, path = "/api/v1/connections", tag = "connections", request_body = ConnectionRequest,
    responses((status = 201, body = ConnectionView), (status = 200, description = "Unchanged, or replaced.", body = ConnectionView),
        (status = 422, body = ErrorAnswer)))]
pub(crate) async fn create(
    State(state): State<ApiState>,
    proof: In<Connect>,
    server: Result<Authorized<Server>>,
    Json(request): Json<ConnectionRequest>,
) -> Result<(StatusCode, axum::Json<ConnectionView>)> {
    let (scope, name) = (proof.scope(), request.name.clone());
    let before = state.store().connection_by_name(scope, &name).await?;
    if let Some(row) = before.filter(|row| request.is(row)) {
        return Ok((StatusCode::OK, axum::Json(row.into())));
    }
    if request.reads_the_server() {
        server.map_err(|error| {
            error.hint("put the secret into the vault and name it here: {\"vault\": NAME}")
        })?;
    }
    let command = request.into_command();
    let status = match state.engine().create_connection(scope, command.clone(), proof.by()).await {
        Ok(_) => StatusCode::CREATED,
        Err(CommandError::Store(StoreError::NameTaken { .. })) => {
            state.engine().replace_connection(scope, command, proof.by()).await?;
            StatusCode::OK
        }
        Err(error) => return Err(error.into()),
    };
    let row = state.store().connection_by_name(scope, &name).await?;
    Ok((status, axum::Json(row.ok_or_else(ApiError::internal)?.into())))
}

fn change(before: &TestedAccount) -> &'static str {
    match before {
        TestedAccount::First => "first",
        TestedAccount::Same => "same",
        TestedAccount::Other { .. } => "other",
    }
}

/// Asks the connector whether a connection works
///
/// The account that answers is kept: with the next test it is said whether it is still the same.
#[utoipa::path(post, path = "/api/v1/connections/{name}/test", tag = "connections", params(("name" = String, Path)),
    responses((status = 200, body = TestView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn test(
    State(state): State<ApiState>,
    proof: In<Connect>,
    Path(name): Path<String>,
) -> Result<axum::Json<TestView>> {
    let tested = state.engine().test_connection(proof.scope(), &name).await?;
    Ok(axum::Json(TestView {
        ok: tested.ok,
        account_id: tested.account.as_ref().map(|account| account.id.clone()),
        account: tested.account.map(|account| account.label),
        account_change: tested.before.as_ref().map(change),
        account_before: match tested.before {
            Some(TestedAccount::Other { was }) => Some(was),
            Some(TestedAccount::First | TestedAccount::Same) | None => None,
        },
        failure: tested.failure.as_ref().map(FailureView::from),
    }))
}

/// Which account to agree to.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "account": "acct_0042" }))]
pub(crate) struct AgreeRequest {
    /// The account's id, as the last test told it.
    account: String,
}

/// Agrees to the account of a connection
///
/// When a connection answers as another account than before, or was changed and not tested since, writes of live workflows
/// over it wait for people, one by one, until somebody agrees.
#[utoipa::path(post, path = "/api/v1/connections/{name}/agree", tag = "connections", params(("name" = String, Path)),
    request_body = AgreeRequest,
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn agree(
    State(state): State<ApiState>,
    proof: In<Connect>,
    Path(name): Path<String>,
    Json(request): Json<AgreeRequest>,
) -> Result<axum::Json<DoneView>> {
    state.engine().agree_to_account(proof.scope(), &name, &request.account, proof.by()).await?;
    Ok(axum::Json(DoneView { id: name, done: true }))
}

/// Deletes a connection
///
/// Steps that need it wait on an exception.
#[utoipa::path(delete, path = "/api/v1/connections/{name}", tag = "connections", params(("name" = String, Path)),
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    proof: In<Connect>,
    Path(name): Path<String>,
) -> Result<axum::Json<DoneView>> {
    state.engine().delete_connection(proof.scope(), &name, proof.by()).await?;
    Ok(axum::Json(DoneView { id: name, done: true }))
}
