//! Backups as the database hears of them. The command `throughline backup` makes them, from outside: the server copies
//! nothing, and writes to no place that a request names.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use throughline_domain::access::Right;
use utoipa::ToSchema;

use crate::auth::{Authorized, Server};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, OptionalJson, Path};
use crate::routes::{Access, Routes};
use crate::state::ApiState;
use crate::view::List;
use crate::view::backup::{BackupView, BegunBackupView, NeededKeyView};

/// Backups that are listed.
const SHOWN: u32 = 200;
/// Longest reason that is kept.
const MAX_DETAIL: usize = 2_000;

const SERVER: Access = Access::Needs(Right::Server);

/// Routes of backups.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get(SERVER, "/api/v1/backups", list).post(SERVER, "/api/v1/backups", begin).post(
        SERVER,
        "/api/v1/backups/{backup}/end",
        end,
    )
}

/// Lists the newest backups
#[utoipa::path(get, path = "/api/v1/backups", tag = "access", responses((status = 200, body = List<BackupView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    _proof: Authorized<Server>,
) -> Result<axum::Json<List<BackupView>>> {
    let rows = state.store().list_backups(SHOWN).await?;
    Ok(axum::Json(List::whole(rows.into_iter().map(BackupView::from).collect())))
}

/// Nothing is asked for besides.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BackupRequest {}

/// Notes that a backup begins
///
/// Until it ends, for a day at most, no blob is removed. Nothing is copied by this.
#[utoipa::path(post, path = "/api/v1/backups", tag = "access", request_body = BackupRequest,
    responses((status = 201, body = BegunBackupView)))]
pub(crate) async fn begin(
    State(state): State<ApiState>,
    proof: Authorized<Server>,
    OptionalJson(BackupRequest {}): OptionalJson<BackupRequest>,
) -> Result<(StatusCode, axum::Json<BegunBackupView>)> {
    let store = state.store();
    let id = format!("bkp_{:013x}{}", state.now().as_millis().max(0), &hex::encode(state.random())[..16]);
    let row = store.begin_backup(&id, proof.by()).await?.ok_or_else(ApiError::internal)?;
    let root_keys = store.list_root_keys().await?.into_iter();
    let root_keys = root_keys.map(|key| NeededKeyView { version: key.version, fingerprint: key.fingerprint });
    let incarnation = store.incarnation().await?.ok_or_else(ApiError::internal)?.id;
    tracing::info!(backup.id = id, by = proof.by(), "a backup begins");
    let view = BegunBackupView {
        backup: row.into(),
        schema_version: store.schema_version(),
        incarnation,
        root_keys: root_keys.collect(),
    };
    Ok((StatusCode::CREATED, axum::Json(view)))
}

/// How a backup ended: good with a manifest, or failed with a reason.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndRequest {
    /// Of a good one: SHA-256 of its manifest.
    #[serde(default)]
    manifest_sha256: Option<String>,
    /// Of a good one: its files.
    #[serde(default)]
    files: u64,
    /// Of a good one: their bytes.
    #[serde(default)]
    bytes: u64,
    /// Of a good one: it was restored into a scratch place and found whole.
    #[serde(default)]
    rehearsed: bool,
    /// Of a failed one: why.
    #[serde(default)]
    failed: Option<String>,
}

/// Notes how a backup ended
///
/// After one that was rehearsed, keys that nothing but older backups needs are retired.
#[utoipa::path(post, path = "/api/v1/backups/{backup}/end", tag = "access", params(("backup" = String, Path)),
    request_body = EndRequest,
    responses((status = 200, body = BackupView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn end(
    State(state): State<ApiState>,
    proof: Authorized<Server>,
    Path(backup): Path<String>,
    Json(request): Json<EndRequest>,
) -> Result<axum::Json<BackupView>> {
    let store = state.store();
    if store.get_backup(&backup).await?.is_none() {
        return Err(ApiError::missing("backup", &backup));
    }
    let hash = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let ended = match (&request.manifest_sha256, &request.failed) {
        (Some(manifest), None) if hash(manifest) => {
            store.end_backup(&backup, manifest, (request.files, request.bytes), request.rehearsed).await?
        }
        (None, Some(why)) if !why.is_empty() => {
            store.fail_backup(&backup, &why.chars().take(MAX_DETAIL).collect::<String>()).await?
        }
        _ => {
            return Err(ApiError::bad_parameter(
                "give either manifest_sha256 (64 hexadecimal digits) or failed",
            ));
        }
    };
    let row = store.get_backup(&backup).await?.ok_or_else(ApiError::internal)?;
    if !ended {
        let message = format!("backup {backup} is {} already", row.state);
        return Err(ApiError::new(StatusCode::CONFLICT, "TL0452", message));
    }
    tracing::info!(backup.id = backup, backup.state = row.state.as_str(), by = proof.by(), "a backup ended");
    Ok(axum::Json(row.into()))
}
