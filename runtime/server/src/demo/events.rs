//! Real events: jobs completed in the projects system, as its own users do it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use throughline_simulators::Kind;

use super::{Demo, PACK};
use crate::client::items;
use crate::error::{CliError, Result, codes};

/// How long a run of the demo may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A job of the demo.
pub(super) struct Job {
    pub(super) id: &'static str,
    pub(super) about: &'static str,
    /// The demo's approver says yes to its invoice.
    pub(super) approved: bool,
}

/// One with everything that somebody approves, one without, and one that waits for a decision.
pub(super) const JOBS: [Job; 3] = [
    Job { id: "job_0001", about: "It has two photos and a signature: everything is there.", approved: true },
    Job {
        id: "job_0002",
        about: "It has two photos but no signature: something is missing.",
        approved: false,
    },
    Job {
        id: "job_0004",
        about: "Everything is there, and nobody has said yes to its invoice yet.",
        approved: false,
    },
];

/// A job's run, and whether this start made it.
pub(super) struct Told {
    pub(super) job: Value,
    pub(super) fresh: bool,
    pub(super) run: Value,
}

/// Completes a job unless it was completed by an earlier start, and waits until its run ends or waits.
pub(super) async fn complete(demo: &Demo, job: &Job) -> Result<Told> {
    let path = format!("/v1/jobs/{}", job.id);
    let before = demo.systems.call(Kind::Projects, "GET", &path, None).await?;
    let fresh = before["status"] != "completed";
    let after = if fresh {
        demo.systems.call(Kind::Projects, "POST", &format!("{path}/complete"), Some(json!({}))).await?
    } else {
        before
    };
    let run = run_of(demo, job.id).await?;
    Ok(Told { job: after, fresh, run })
}

/// The run that has this job as its key, once it is at rest.
async fn run_of(demo: &Demo, job: &str) -> Result<Value> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        let page = demo.client.get(&format!("/runs?workflow={PACK}&limit=200")).await?;
        if let Some(id) =
            items(&page)?.iter().rfind(|row| row["keys"]["job"] == job).and_then(|row| row["run_id"].as_str())
        {
            let left = until.saturating_duration_since(Instant::now());
            return crate::command::run::follow(&demo.client, id, left).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(CliError::refused(codes::DEMO, format!("no run for {job} came within {} s", PATIENCE.as_secs()))
        .hint("`/_sim/deliveries` of the projects simulator says how the event was answered; the server's log says more"))
}
