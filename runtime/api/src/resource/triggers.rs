//! What workflows listen to, and what schedules missed.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use throughline_domain::schedule::Schedule;
use throughline_store::{EventKind, FireOutcome, PageRequest, TriggerRow};

use crate::auth::{See, Span};
use crate::error::Result;
use crate::extract::Query;
use crate::state::ApiState;
use crate::view::run::FailureView;
use crate::view::workflow::{MisfireView, TriggerView, mail_address, reached};
use crate::view::{List, at};

/// Instants of a schedule that are shown.
const FIRES: usize = 5;
/// Missed instants of one workflow that are shown.
const MISFIRES: u32 = 100;

/// When a trigger fires next by itself.
pub(crate) async fn next_fires(state: &ApiState, trigger: &TriggerRow) -> Result<Vec<String>> {
    match trigger.kind {
        EventKind::Schedule if trigger.active => {
            let config: Map<String, Value> = serde_json::from_slice(&trigger.config).unwrap_or_default();
            let Ok(schedule) = Schedule::from_config(&config) else { return Ok(Vec::new()) };
            Ok(schedule.next(state.now(), FIRES).into_iter().map(at).collect())
        }
        EventKind::Poll if trigger.active => {
            let poll = state.store().get_poll(&trigger.scope, &trigger.workflow).await?;
            Ok(poll.map(|poll| at(poll.next_at)).into_iter().collect())
        }
        EventKind::Schedule
        | EventKind::Poll
        | EventKind::Webhook
        | EventKind::Event
        | EventKind::Manual
        | EventKind::Called
        | EventKind::Form
        | EventKind::Mail => Ok(Vec::new()),
    }
}

/// Lists what workflows listen to
#[utoipa::path(get, path = "/api/v1/triggers", tag = "workflows", responses((status = 200, body = List<TriggerView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
) -> Result<axum::Json<List<TriggerView>>> {
    let rows = state.store().triggers_all(None).await?;
    let mut items = Vec::new();
    for row in rows.into_iter().filter(|row| span.scopes().contains(&row.scope)) {
        items.push(view(&state, row).await?);
    }
    Ok(axum::Json(List::whole(items)))
}

async fn view(state: &ApiState, row: TriggerRow) -> Result<TriggerView> {
    let poll = match row.kind {
        EventKind::Poll => state.store().get_poll(&row.scope, &row.workflow).await?,
        EventKind::Webhook
        | EventKind::Schedule
        | EventKind::Event
        | EventKind::Manual
        | EventKind::Called
        | EventKind::Form
        | EventKind::Mail => None,
    };
    let failure = poll.as_ref().and_then(|poll| poll.failure.clone());
    Ok(TriggerView {
        next_fires: next_fires(state, &row).await?,
        webhook_path: reached(&row, EventKind::Webhook),
        form_path: reached(&row, EventKind::Form),
        mail_address: mail_address(&row, state.config().mail_domain.as_deref()),
        workspace: row.scope.to_string(),
        workflow: row.workflow,
        trigger: row.trigger,
        kind: row.kind.as_str(),
        connector: row.connector,
        event_type: row.event_type,
        active: row.active,
        failures: poll.as_ref().map_or(0, |poll| poll.failures),
        failure: failure.map(|(code, message)| FailureView::short(code, message)),
    })
}

/// Which missed instants to list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct MisfireQuery {
    /// Only this workflow's.
    workflow: Option<String>,
    /// Workspace, as the header `Throughline-Workspace` names it.
    workspace: Option<String>,
}

/// Lists planned instants that passed while nothing could run
///
/// The newest hundred of each workflow.
#[utoipa::path(get, path = "/api/v1/misfires", tag = "workflows", params(MisfireQuery),
    responses((status = 200, body = List<MisfireView>)))]
pub(crate) async fn misfires(
    State(state): State<ApiState>,
    span: Span<See>,
    Query(query): Query<MisfireQuery>,
) -> Result<axum::Json<List<MisfireView>>> {
    let mut items = Vec::new();
    for scope in span.scopes() {
        for schedule in state.store().list_schedules(scope).await? {
            if query.workflow.as_ref().is_some_and(|workflow| *workflow != schedule.workflow) {
                continue;
            }
            let page = PageRequest::first(MISFIRES);
            let missed = Some(FireOutcome::Missed);
            let fires = state.store().list_fires(scope, &schedule.workflow, missed, &page).await?;
            items.extend(fires.items.into_iter().map(|fire| MisfireView {
                workspace: scope.to_string(),
                workflow: fire.workflow,
                planned_at: at(fire.planned_at),
                recorded_at: at(fire.recorded_at),
            }));
        }
    }
    items.sort_by(|a, b| b.planned_at.cmp(&a.planned_at));
    Ok(axum::Json(List::whole(items)))
}
