//! Changing jobs.

use throughline::prelude::*;

use crate::jobs::{Job, fetch};

/// What to change of a job. What is not given stays.
#[data]
#[serde(deny_unknown_fields)]
pub struct JobChange {
    /// Job's id
    #[schemars(length(min = 1), example = &"job_0001")]
    pub id: String,
    /// Title
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Status: scheduled, in_progress or cancelled
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// File names of the photos, all of them
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photos: Option<Vec<String>>,
    /// Who signed
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

impl JobChange {
    fn fields(&self) -> Value {
        let mut fields = json!(self);
        if let Some(object) = fields.as_object_mut() {
            object.remove("id");
        }
        fields
    }
}

/// The named fields of a record.
fn same_fields(record: &Job, names: &Value) -> Value {
    let record = json!(record);
    let names = names.as_object().into_iter().flatten();
    names.map(|(name, _)| (name.clone(), record[name].clone())).collect()
}

fn check_unmoved(cx: &Cx, id: &str) -> Result<()> {
    let Some(version) = cx.precondition::<String>()? else {
        return Ok(());
    };
    let job = fetch(cx, id)?;
    if job.updated_at == version {
        return Ok(());
    }
    Err(Fail::conflict(
        "projects.job_moved",
        format!("Job {} changed at {}, after it was looked at", job.number, job.updated_at),
    ))
}

/// Change a job
#[action(effect = write_idempotent, undo = reversible, settle = "2s", record = "job", sample = "samples/job.json")]
pub(crate) fn update_job(cx: &Cx, i: JobChange) -> Result<Job> {
    check_unmoved(cx, &i.id)?;
    let job: Job = cx.patch(format!("/v1/jobs/{}", segment(&i.id))).body(&i.fields()).json()?;
    Ok(job.with_missing(2))
}

#[preview(update_job)]
fn preview_update(cx: &Cx, i: &JobChange) -> Result<Plan> {
    let job = fetch(cx, &i.id)?;
    let (after, before) = (i.fields(), same_fields(&job, &i.fields()));
    Ok(Plan::update("job", &i.id, &before, &after)
        .summary(format!("Change job {}", job.number))
        .note_if(before == after, "nothing changes")
        .precondition(job.updated_at))
}

#[reconcile(update_job)]
fn updated(cx: &Cx, i: &JobChange, _key: &str) -> Result<Landed<Job>> {
    let job = fetch(cx, &i.id)?;
    let is_there = same_fields(&job, &i.fields()) == i.fields();
    Ok(if is_there { Landed::Applied(job.with_missing(2)) } else { Landed::NotApplied })
}

/// A job.
#[data]
#[serde(deny_unknown_fields)]
pub struct ById {
    /// Job's id
    #[schemars(length(min = 1), example = &"job_0001")]
    pub id: String,
}

/// Complete a job
///
/// A job that is completed stays as it is; a completed job cannot be opened again.
#[action(effect = write_idempotent, undo = irreversible, settle = "2s", record = "job", sample = "samples/job.json")]
pub(crate) fn complete_job(cx: &Cx, i: ById) -> Result<Job> {
    check_unmoved(cx, &i.id)?;
    let cancelled = Fail::conflict("projects.job_cancelled", "A cancelled job cannot be completed");
    let job: Job = cx.post(format!("/v1/jobs/{}/complete", segment(&i.id))).map(409, cancelled).json()?;
    Ok(job.with_missing(2))
}

#[preview(complete_job)]
fn preview_complete(cx: &Cx, i: &ById) -> Result<Plan> {
    let job = fetch(cx, &i.id)?.with_missing(2);
    let before = json!({ "status": job.status });
    let missing = job.missing.join(" and ");
    Ok(Plan::update("job", &i.id, &before, &json!({ "status": "completed" }))
        .summary(format!("Complete job {}", job.number))
        .note_if(!job.missing.is_empty(), format!("without {missing}"))
        .precondition(job.updated_at))
}

#[reconcile(complete_job)]
fn completed(cx: &Cx, i: &ById, _key: &str) -> Result<Landed<Job>> {
    let job = fetch(cx, &i.id)?;
    Ok(if job.status == "completed" { Landed::Applied(job.with_missing(2)) } else { Landed::NotApplied })
}
