//! Projects: jobs on site with their proof of work.

use throughline::prelude::*;

mod changes;
mod events;
mod jobs;

pub use changes::{ById, JobChange};
pub use events::{ChangedJob, CompletedJob, JobFilter};
pub use jobs::{Job, JobQuery, Jobs, Line, ReadJob};

connector! {
    id: "projects",
    name: "Projects",
    description: "Jobs on site with their photos, signatures and billable lines.",
    hosts: ["{base_url}" (GET, POST, PATCH)],
    auth: {
        default: bearer { token: secret("API token", "Projects > Settings > API") },
        webhook: none { secret: secret("Signing secret", "Begins with whsec_; the same one you give when you subscribe") } optional,
    },
    settings: Settings,
    test: whoami,
    actions: [jobs::get_job, jobs::list_jobs, changes::update_job, changes::complete_job],
    triggers: [events::job_completed, events::job_changed, events::job_updated],
}

/// Settings of a connection.
#[data]
pub struct Settings {
    /// Base address
    #[schemars(url, example = &"https://projects.example.com")]
    pub base_url: String,
}

#[data]
struct Me {
    id: String,
    name: String,
}

fn whoami(cx: &Cx) -> Result<Account> {
    let me: Me = cx.get("/v1/me").json()?;
    Ok(Account::new(me.id, me.name))
}
