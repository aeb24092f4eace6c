//! What happens to jobs.

use throughline::prelude::*;

use crate::jobs::Job;

/// A completed job, as announced.
#[data]
pub struct CompletedJob {
    /// Job's id
    pub job_id: String,
    /// Id of the announcement
    pub delivery_id: String,
    /// When it was completed
    pub occurred_at: String,
}

#[data]
struct Announcement {
    #[serde(rename = "type")]
    kind: String,
    #[serde(flatten)]
    job: Option<CompletedJob>,
}

/// Job completed
///
/// Projects announces a completed job at once. Needs the signing secret in the connection, and the webhook's
/// address in Projects.
#[trigger(
    webhook,
    sample = r#"{"job_id": "job_0001", "delivery_id": "dlv_1", "occurred_at": "2026-03-01T08:59:58.000000Z"}"#
)]
pub(crate) fn job_completed(cx: &Cx, _config: (), request: Inbound) -> Result<Verdict<CompletedJob>> {
    let Some(id) = request.standard_webhook(cx, "webhook.secret")? else {
        return Ok(Verdict::reject(401));
    };
    let announcement: Announcement = request.json()?;
    match announcement.job {
        Some(job) if announcement.kind == "job_completed" => {
            let at = job.occurred_at.clone();
            Ok(Verdict::accept(Event::new(id, job).at(&at)))
        }
        _ => Ok(Verdict::ignore()),
    }
}

/// Which changes to notice.
#[data]
#[serde(deny_unknown_fields)]
pub struct JobFilter {
    /// Only jobs with this status
    #[serde(default)]
    pub status: Option<String>,
}

/// Job changed
///
/// Asks for changed jobs; use it where Projects cannot reach the runner.
#[trigger(poll, every = "1m", sample = "samples/job.json")]
pub(crate) fn job_updated(cx: &Cx, config: JobFilter, since: Since) -> Result<Page<Job>> {
    let call = cx.get("/v1/jobs").query("status", config.status).query("since", since.token()?);
    let mut feed: Feed<Job> = call.query("limit", since.limit().clamp(1, 500)).json()?;
    feed.items = feed.items.into_iter().map(|job| job.with_missing(2)).collect();
    Page::feed(&since, feed, |job| (&job.id, &job.updated_at))
}
