//! Simulated systems that run beside a server which was started with them: to connect, and to have something happen in.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use throughline_engine::command::NewConnection;
use throughline_store::{ConnectionRow, EventKind, Scope};
use utoipa::ToSchema;

use crate::auth::{In, Operate, See, Server, Span};
use crate::beside::PracticeSystem;
use crate::error::{ApiError, ErrorAnswer, Result, codes};
use crate::extract::Json;
use crate::routes::Access::Needs;
use crate::routes::Routes;
use crate::state::ApiState;
use crate::view::List;
use crate::view::access::{PracticeJobView, PracticeSystemView};

/// The connector that the jobs are completed in.
const PROJECTS: &str = "projects";
/// Why the simulators' ports are open.
const REASON: &str = "simulated systems on this machine, to practise with";

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(Needs(throughline_domain::access::Right::See), "/api/v1/practice", list)
        .post(Needs(throughline_domain::access::Right::Server), "/api/v1/practice", connect)
        .post(Needs(throughline_domain::access::Right::Operate), "/api/v1/practice/jobs", complete)
}

/// Lists the simulated systems that run beside this server
///
/// Empty unless it was started with them.
#[utoipa::path(get, path = "/api/v1/practice", operation_id = "practice_list", tag = "practice",
    responses((status = 200, body = List<PracticeSystemView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
) -> Result<axum::Json<List<PracticeSystemView>>> {
    let mut connections = Vec::new();
    for scope in span.scopes() {
        connections.extend(state.store().list_connections(scope).await?);
    }
    views(&state, &connections).await
}

async fn views(
    state: &ApiState,
    connections: &[ConnectionRow],
) -> Result<axum::Json<List<PracticeSystemView>>> {
    let plugins = state.store().list_plugins().await?;
    let systems = state.practice().map(crate::beside::Practice::systems).unwrap_or_default();
    let views = systems.into_iter().map(|system| PracticeSystemView {
        installed: plugins.iter().any(|row| row.current && row.connector == system.connector),
        connected: connections.iter().any(|row| is_to(row, &system)),
        connector: system.connector,
        base_url: system.base_url,
    });
    Ok(axum::Json(List::whole(views.collect())))
}

fn is_to(row: &ConnectionRow, system: &PracticeSystem) -> bool {
    let settings: Value = serde_json::from_slice(&row.settings).unwrap_or_default();
    row.name == system.connector
        && row.connector == system.connector
        && settings["base_url"] == system.base_url.as_str()
}

/// Connects a workspace to the simulated systems
///
/// Those whose connector is installed and that nothing of this name is connected for; their addresses are opened to the
/// workspace. A connection that exists is left alone. Their secrets are files of the data directory, and their addresses are
/// the server's own: an administrator of the server does it.
#[utoipa::path(post, path = "/api/v1/practice", operation_id = "practice_connect", tag = "practice",
    responses((status = 200, body = List<PracticeSystemView>), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn connect(
    State(state): State<ApiState>,
    proof: In<Server>,
) -> Result<axum::Json<List<PracticeSystemView>>> {
    let practice = state.practice().ok_or_else(none)?;
    let (scope, by) = (proof.scope(), proof.by());
    let plugins = state.store().list_plugins().await?;
    let granted = state.store().list_egress_grants(scope).await?;
    for system in practice.systems() {
        if !plugins.iter().any(|row| row.current && row.connector == system.connector) {
            continue;
        }
        if !granted.iter().any(|grant| format!("{}:{}", grant.cidr, grant.ports) == system.range) {
            state.engine().grant_egress(scope, &system.range, REASON, by).await?;
        }
        if state.store().connection_by_name(scope, &system.connector).await?.is_none() {
            state.engine().create_connection(scope, command(system), by).await?;
        }
    }
    views(&state, &state.store().list_connections(scope).await?).await
}

fn command(system: PracticeSystem) -> NewConnection {
    let settings = serde_json::Map::from_iter([("base_url".to_owned(), Value::from(system.base_url))]);
    let secrets = system.secrets.into_iter().map(|(field, path)| (field, format!("file:{path}"))).collect();
    NewConnection { name: system.connector.clone(), connector: system.connector, settings, secrets }
}

/// A job to complete.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PracticeJobRequest {
    /// The workflow that is told of it.
    workflow: String,
    /// With photos and signature; without them it lacks what most workflows ask for.
    with_proof: bool,
}

/// Completes a job in the simulated projects system
///
/// As its own users would; the system announces it to the workflow by its webhook.
#[utoipa::path(post, path = "/api/v1/practice/jobs", operation_id = "practice_complete_job", tag = "practice",
    request_body = PracticeJobRequest,
    responses((status = 201, body = PracticeJobView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn complete(
    State(state): State<ApiState>,
    proof: In<Operate>,
    Json(request): Json<PracticeJobRequest>,
) -> Result<(StatusCode, axum::Json<PracticeJobView>)> {
    let practice = state.practice().ok_or_else(none)?;
    let hook = hook(&state, proof.scope(), &request.workflow).await?;
    let job = practice.complete_job(hook, request.with_proof).await.map_err(|words| {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, codes::PRACTICE, words)
            .hint("the simulated systems stop with the server: start it again with --simulators")
    })?;
    let text = |field: &str| job[field].as_str().unwrap_or_default().to_owned();
    let view = PracticeJobView { job_id: text("id"), number: text("number"), title: text("title") };
    Ok((StatusCode::CREATED, axum::Json(view)))
}

/// Where the projects system tells this workflow of a job.
async fn hook(state: &ApiState, scope: &Scope, workflow: &str) -> Result<String> {
    let triggers = state.store().triggers_all(Some(EventKind::Webhook)).await?;
    let found = triggers
        .into_iter()
        .find(|row| row.scope == *scope && row.workflow == workflow && row.connector == PROJECTS);
    let path = found.ok_or_else(|| {
        let message = format!("`{workflow}` does not listen to the projects system");
        ApiError::new(StatusCode::CONFLICT, codes::PRACTICE, message)
            .hint("publish a workflow that begins when a job completes")
    })?;
    let path = path.path.unwrap_or_else(|| workflow.to_owned());
    Ok(format!("/hooks/{scope}/{}", path.trim_start_matches('/')))
}

fn none() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, codes::PRACTICE, "no simulated systems run beside this server")
        .hint("start it with --simulators, or connect real systems under Connections")
}
