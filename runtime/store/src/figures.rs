//! Figures over the frozen views.

use throughline_domain::id::RunId;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::scope::Scope;

/// A run's id has the time it was made in it; what began at an earlier instant than its id says is found all the same.
const SLACK_MS: u64 = 2 * 86_400_000;
/// Rows of an answer at most: workflows times days.
const MOST: u32 = 10_000;

/// How many runs of a workflow that began on one day went through without anybody's hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StraightThroughRow {
    /// Workflow.
    pub workflow: String,
    /// Day in UTC: `2026-01-31`.
    pub day: String,
    /// Runs that began on it.
    pub runs: u64,
    /// Those of them that have ended.
    pub ended: u64,
    /// Those that ended well and no person touched.
    pub straight_through: u64,
}

macro_rules! straight_through {
    ($more:literal) => {
        concat!(
            "SELECT workflow_id, day, count(*), CAST(sum(CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END) AS BIGINT),
                 CAST(coalesce(sum(straight_through), 0) AS BIGINT)
             FROM ops_run WHERE workspace_id = $1 AND run_id >= $2 AND run_id < $3 AND day >= $4 AND day <= $5
                 AND parent_run_id IS NULL",
            $more,
            " GROUP BY workflow_id, day ORDER BY day DESC, workflow_id LIMIT $6"
        )
    };
}

statements! {
    Tenant STRAIGHT_THROUGH = Sql::same(straight_through!(""));
    Tenant STRAIGHT_THROUGH_OF = Sql::same(straight_through!(" AND workflow_id = $7"));
}

impl Store {
    /// The straight-through rate of the days from one to another, as `ops_straight_through` has it, newest first; the days
    /// are given by their first instants.
    pub async fn straight_through(
        &self,
        scope: &Scope,
        workflow: Option<&str>,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<Vec<StraightThroughRow>> {
        let id = |at: i64| RunId::new(u64::try_from(at / 1_000).unwrap_or(0), 0);
        let slack = Timestamp(0).plus_ms(SLACK_MS).0;
        let (first, last) = (id(from.0.saturating_sub(slack)), id(to.0.saturating_add(2 * slack)));
        let day = |at: Timestamp| at.to_rfc3339().chars().take(10).collect::<String>();
        let (from, to) = (day(from), day(to));
        match workflow {
            None => self.all(&STRAIGHT_THROUGH, args![scope, &first, &last, &from, &to, MOST]).await,
            Some(name) => {
                self.all(&STRAIGHT_THROUGH_OF, args![scope, &first, &last, &from, &to, MOST, name]).await
            }
        }
    }
}

impl FromRow for StraightThroughRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            workflow: row.text()?,
            day: row.text()?,
            runs: row.count()?,
            ended: row.count()?,
            straight_through: row.count()?,
        })
    }
}
