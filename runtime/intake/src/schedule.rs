//! Schedules: what the clock owes is decided by `domain::schedule`; mark, runs and misfires are one commit.

use std::time::Duration;

use serde_json::{Map, Value, json};
use throughline_domain::schedule::{CATCH_UP_MS, ON_TIME_MS, Schedule, due_fires};
use throughline_domain::time::Timestamp;
use throughline_store::{EventKind, FireCommit, ScheduleRow};
use tokio_util::sync::CancellationToken;

use crate::Intake;
use crate::accept::Incoming;
use crate::catalog::Current;
use crate::error::IntakeError;

/// Schedules looked at in one turn.
const BATCH: u32 = 50;
/// Longest sleep: a schedule that is published meanwhile is seen after that.
const IDLE: Duration = Duration::from_secs(1);

impl Intake {
    /// Fires schedules until the token is cancelled.
    pub async fn run_schedules(&self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.fire_due().await {
                tracing::error!(%error, "firing schedules failed; trying again");
            }
            let idle = self.until_next_fire().await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(idle) => {}
            }
        }
    }

    async fn until_next_fire(&self) -> Duration {
        match self.store.next_schedule_all().await {
            Ok(Some(next)) => {
                let micros = next.0.saturating_sub(self.clock.now().0).max(1_000);
                Duration::from_micros(micros.cast_unsigned()).min(IDLE)
            }
            Ok(None) | Err(_) => IDLE,
        }
    }

    /// Fires every schedule whose instant has come.
    pub async fn fire_due(&self) -> Result<(), IntakeError> {
        let now = self.clock.now();
        for row in self.store.due_schedules_all(now, BATCH).await? {
            if let Err(error) = self.fire(&row, now).await {
                tracing::warn!(workspace.id = %row.scope, workflow.id = %row.workflow, %error, "a schedule did not fire");
            }
        }
        Ok(())
    }

    async fn fire(&self, row: &ScheduleRow, now: Timestamp) -> Result<(), IntakeError> {
        let config: Map<String, Value> = serde_json::from_slice(&row.config).unwrap_or_default();
        let schedule = Schedule::from_config(&config).map_err(|error| IntakeError::Template {
            field: error.key().to_owned(),
            words: error.to_string(),
        })?;
        let owed = due_fires(&schedule, row.mark_at, now, CATCH_UP_MS);
        let Some(new_mark_at) = owed.high_water else { return Ok(()) };
        let current = self.catalog.current(&row.scope, &row.workflow).await?;
        let fires = owed
            .fire
            .iter()
            .map(|instant| Ok((*instant, self.event(&current, tick(&schedule, *instant, now))?)))
            .collect::<Result<Vec<_>, IntakeError>>()?;
        let commit = FireCommit {
            workflow: row.workflow.clone(),
            mark_at: row.mark_at,
            new_mark_at,
            next_at: schedule.next_after(new_mark_at.max(now)),
            tzdata: throughline_domain::calendar::TZDATA.to_owned(),
            fires,
            missed: owed.missed,
            recorded_at: now,
        };
        fail::fail_point!("intake.before_fire_commit", |_| std::process::abort());
        if self.store.accept_fire(&row.scope, &commit).await?.is_none() {
            tracing::debug!(workflow.id = %row.workflow, "another node fired at the same time");
        }
        fail::fail_point!("intake.after_fire_commit", |_| std::process::abort());
        if owed.missed_count > 0 {
            tracing::warn!(workflow.id = %row.workflow, missed = owed.missed_count,
                "planned instants passed while nothing could run; they are listed as missed");
        }
        Ok(())
    }
}

/// The event of a planned instant.
fn tick(schedule: &Schedule, instant: Timestamp, now: Timestamp) -> Incoming {
    let late_ms = now.0.saturating_sub(instant.0) / 1_000;
    let data = json!({
        "due": instant.to_rfc3339(),
        "local": schedule.local_text(instant),
        "zone": schedule.zone_name(),
        "missed": late_ms > ON_TIME_MS,
    });
    Incoming::new(EventKind::Schedule, data)
}

impl Current {
    /// The next planned instants of the workflow's schedule; empty when it has none.
    pub fn next_fires(&self, now: Timestamp, count: usize) -> Vec<Timestamp> {
        let trigger = &self.version.workflow().trigger;
        if trigger.on.connector != "schedule" {
            return Vec::new();
        }
        Schedule::from_config(&trigger.with).map(|schedule| schedule.next(now, count)).unwrap_or_default()
    }
}
