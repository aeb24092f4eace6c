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

/// A job that was completed, or changed since, as announced.
#[data]
pub struct ChangedJob {
    /// Job's id
    pub job_id: String,
    /// Id of the announcement
    pub delivery_id: String,
    /// When it happened
    pub occurred_at: String,
    /// What happened: completed or changed
    pub change: String,
}

#[data]
struct Announcement {
    #[serde(rename = "type")]
    kind: String,
    #[serde(flatten)]
    job: Option<CompletedJob>,
}

/// The id of the announcement and what it says; nothing where the signature is wrong.
fn announced(cx: &Cx, request: &Inbound) -> Result<Option<(String, Announcement)>> {
    let Some(id) = request.standard_webhook(cx, "webhook.secret")? else {
        return Ok(None);
    };
    Ok(Some((id, request.json()?)))
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
    let Some((id, announcement)) = announced(cx, &request)? else {
        return Ok(Verdict::reject(401));
    };
    match announcement.job {
        Some(job) if announcement.kind == "job_completed" => {
            let at = job.occurred_at.clone();
            Ok(Verdict::accept(Event::new(id, job).at(&at)))
        }
        _ => Ok(Verdict::ignore()),
    }
}

/// Completed job changed
///
/// Projects announces a completed job at once, and each change of it from then on, such as a signature that comes later.
/// Needs what *job completed* needs.
#[trigger(
    webhook,
    sample = r#"{"job_id": "job_0001", "delivery_id": "dlv_2", "occurred_at": "2026-03-02T10:00:00.000000Z", "change": "changed"}"#
)]
pub(crate) fn job_changed(cx: &Cx, _config: (), request: Inbound) -> Result<Verdict<ChangedJob>> {
    let Some((id, announcement)) = announced(cx, &request)? else {
        return Ok(Verdict::reject(401));
    };
    let change = match announcement.kind.as_str() {
        "job_completed" => "completed",
        "job_changed" => "changed",
        _ => return Ok(Verdict::ignore()),
    };
    let Some(CompletedJob { job_id, delivery_id, occurred_at }) = announcement.job else {
        return Ok(Verdict::ignore());
    };
    let at = occurred_at.clone();
    let job = ChangedJob { job_id, delivery_id, occurred_at, change: change.to_owned() };
    Ok(Verdict::accept(Event::new(id, job).at(&at)))
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
