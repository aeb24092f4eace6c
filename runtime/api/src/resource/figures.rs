//! Figures: what the frozen views say, over the API.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use throughline_domain::access::Right;
use throughline_domain::time::Timestamp;
use throughline_store::{Scope, StraightThroughRow};
use utoipa::ToSchema;

use crate::auth::{See, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::Query;
use crate::routes::Access::Needs;
use crate::routes::Routes;
use crate::state::ApiState;
use crate::view::List;

const DAY_US: i64 = 86_400_000_000;
/// Days of one answer, the last among them.
const MOST_DAYS: i64 = 93;
/// Days before today where nothing is said.
const USUAL_DAYS: i64 = 6;

/// Everything about figures.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get(Needs(Right::See), "/api/v1/figures/straight-through", straight_through)
}

/// Which days.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct FiguresQuery {
    /// Only this workflow.
    workflow: Option<String>,
    /// First day in UTC, such as 2026-01-25; six days before the last where absent.
    from: Option<String>,
    /// Last day; today where absent.
    to: Option<String>,
    /// Workspace, as the header `Throughline-Workspace` names it.
    workspace: Option<String>,
}

/// Runs of a workflow that began on one day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct StraightThroughView {
    /// Workspace.
    workspace: String,
    /// Workflow.
    workflow: String,
    /// Day in UTC.
    day: String,
    /// Runs that began on it, but for those that other runs called.
    runs: u64,
    /// Those of them that have ended.
    ended: u64,
    /// Those that ended well, and that no person touched: no decision, no resolution, no answer, no retry, there or in what
    /// they called.
    straight_through: u64,
    /// Share of the ended ones; null where none has ended.
    rate: Option<f64>,
}

/// The straight-through rate: done without a human touch, of what was started and has ended
#[utoipa::path(get, path = "/api/v1/figures/straight-through", tag = "figures", params(FiguresQuery),
    responses((status = 200, body = List<StraightThroughView>), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn straight_through(
    State(state): State<ApiState>,
    span: Span<See>,
    Query(query): Query<FiguresQuery>,
) -> Result<axum::Json<List<StraightThroughView>>> {
    let days = days(query.from.as_deref(), query.to.as_deref(), state.now())?;
    let mut items = Vec::new();
    for scope in span.scopes() {
        let rows = state.store().straight_through(scope, query.workflow.as_deref(), days).await?;
        items.extend(rows.into_iter().map(|row| view(scope, row)));
    }
    Ok(axum::Json(List::whole(items)))
}

fn view(scope: &Scope, row: StraightThroughRow) -> StraightThroughView {
    #[expect(clippy::cast_precision_loss, reason = "counts of runs are far below 2^53")]
    let rate = (row.ended > 0).then(|| row.straight_through as f64 / row.ended as f64);
    StraightThroughView {
        workspace: scope.to_string(),
        workflow: row.workflow,
        day: row.day,
        runs: row.runs,
        ended: row.ended,
        straight_through: row.straight_through,
        rate,
    }
}

/// The first instants of the first and the last day.
fn days(from: Option<&str>, to: Option<&str>, now: Timestamp) -> Result<(Timestamp, Timestamp)> {
    let today = Timestamp(now.0 - now.0.rem_euclid(DAY_US));
    let to = to.map_or(Ok(today), |text| day("to", text))?;
    let from = from.map_or(Ok(Timestamp(to.0 - USUAL_DAYS * DAY_US)), |text| day("from", text))?;
    if from > to || to.0 - from.0 >= MOST_DAYS * DAY_US {
        return Err(ApiError::bad_parameter(format!(
            "from and to are at most {MOST_DAYS} days, in their order"
        )));
    }
    Ok((from, to))
}

fn day(name: &str, text: &str) -> Result<Timestamp> {
    let read = (text.len() == 10).then(|| Timestamp::parse_rfc3339(&format!("{text}T00:00:00Z"))).flatten();
    read.ok_or_else(|| {
        let text = crate::error::shown(text);
        ApiError::bad_parameter(format!("{name} is `{text}`, not a day such as 2026-01-31"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_days_in_their_order() {
        let now = Timestamp::parse_rfc3339("2026-01-31T08:15:00Z").unwrap();
        let at = |text: &str| day("from", text).unwrap();
        assert_eq!(days(None, None, now).unwrap(), (at("2026-01-25"), at("2026-01-31")));
        assert_eq!(days(Some("2025-12-31"), Some("2026-01-02"), now).unwrap().0, at("2025-12-31"));
        for (from, to) in [("2026-01-02", "2026-01-01"), ("2025-01-01", "2026-01-01"), ("soon", "2026-01-01")]
        {
            assert!(days(Some(from), Some(to), now).is_err(), "{from} {to}");
        }
    }
}
