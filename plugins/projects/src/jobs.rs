//! Reading jobs.

use throughline::prelude::*;

/// A billable line. Amounts are decimal text.
#[data]
pub struct Line {
    /// What was done
    pub description: String,
    /// Quantity
    pub quantity: String,
    /// Price of one
    pub unit_price: String,
}

/// A job.
#[data]
pub struct Job {
    /// Id
    pub id: String,
    /// Number people use
    pub number: String,
    /// Title
    pub title: String,
    /// Customer's id in the CRM
    pub customer_id: String,
    /// Status: scheduled, in_progress, completed or cancelled
    pub status: String,
    /// File names of the photos
    pub photos: Vec<String>,
    /// Who signed
    pub signature: Option<String>,
    /// Billable lines
    pub lines: Vec<Line>,
    /// When it was completed
    pub completed_at: Option<String>,
    /// When it was created
    pub created_at: String,
    /// When it changed last
    pub updated_at: String,
    /// Names of missing proof of work: photos, signature
    #[serde(default)]
    pub missing: Vec<String>,
}

impl Job {
    /// Says what proof is missing.
    #[must_use]
    pub fn with_missing(mut self, min_photos: u32) -> Self {
        let is_short = self.photos.len() < min_photos as usize;
        let is_unsigned = self.signature.as_deref().is_none_or(|name| name.trim().is_empty());
        let proofs = [("photos", is_short), ("signature", is_unsigned)];
        self.missing = proofs
            .into_iter()
            .filter(|(_, is_missing)| *is_missing)
            .map(|(name, _)| name.to_owned())
            .collect();
        self
    }
}

const fn two() -> u32 {
    2
}

/// A job to read.
#[data]
#[serde(deny_unknown_fields)]
pub struct ReadJob {
    /// Job's id
    #[schemars(length(min = 1), example = &"job_0001")]
    pub id: String,
    /// Photos a job needs as proof
    #[serde(default = "two")]
    pub min_photos: u32,
}

/// Which jobs to list.
#[data]
#[serde(deny_unknown_fields)]
pub struct JobQuery {
    /// Status
    #[serde(default)]
    pub status: Option<String>,
    /// Customer's id
    #[serde(default)]
    pub customer_id: Option<String>,
    /// Number people use
    #[serde(default)]
    pub number: Option<String>,
    /// At most this many
    #[serde(default = "hundred")]
    #[schemars(range(min = 1, max = 500))]
    pub limit: u32,
}

const fn hundred() -> u32 {
    100
}

/// Jobs that were found.
#[data]
pub struct Jobs {
    /// The jobs, oldest change first
    pub items: Vec<Job>,
    /// There are more than the limit
    pub more: bool,
}

/// Get a job
///
/// Reads one job and says which proof of work is missing.
#[action(effect = read, sample = "samples/job.json")]
pub(crate) fn get_job(cx: &Cx, i: ReadJob) -> Result<Job> {
    fetch(cx, &i.id).map(|job| job.with_missing(i.min_photos))
}

pub(crate) fn fetch(cx: &Cx, id: &str) -> Result<Job> {
    cx.get(format!("/v1/jobs/{}", segment(id)))
        .map(404, Fail::not_found("projects.no_job", format!("There is no job {id}")))
        .json()
}

/// List jobs
#[action(effect = read, sample = r#"{"items": [], "more": false}"#)]
pub(crate) fn list_jobs(cx: &Cx, i: JobQuery) -> Result<Jobs> {
    let call = cx.get("/v1/jobs").query("status", i.status).query("customer_id", i.customer_id);
    let feed: Feed<Job> = call.query("number", i.number).query("limit", i.limit).json()?;
    let items = feed.items.into_iter().map(|job| job.with_missing(two())).collect();
    Ok(Jobs { items, more: feed.more })
}
