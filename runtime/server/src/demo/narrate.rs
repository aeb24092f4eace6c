//! What the terminal says: what happened, and where to look.

use serde_json::{Value, json};
use throughline_simulators::Kind;

use super::decide::{Decider, approve, proposal_of};
use super::events::{JOBS, Told, complete};
use super::{Demo, PACK, WORKSPACE};
use crate::error::Result;
use crate::output::{cell, line};

/// What is there.
pub(super) fn welcome(demo: &Demo, sign_in: &str, links: &[String]) {
    line(format!("\nThe demo: workspace `{WORKSPACE}`, {} connectors, workflow {PACK}.", demo.installed));
    for (kind, url) in demo.systems.urls() {
        line(format!(
            "  {:<11} {url}  (a simulator; its state is in {})",
            kind.as_str(),
            demo.data.join("demo").join(kind.as_str()).display()
        ));
    }
    line(format!("  open to this workspace alone: {}", demo.systems.ranges().join(", ")));
    line(format!("  sign in once, as who holds the data directory: {sign_in}"));
    line("  or as one of the demo's people; each link works once, for 15 minutes:");
    for (player, link) in demo.players().iter().zip(links) {
        line(format!("  {:<11} {:<22} {link}", player.role, player.mail));
    }
    let data = quoted(&demo.data.display().to_string());
    line(format!("  a password for one of them: throughline --data {data} account link MAIL"));
    line("  mail to them stays in the mail simulator; to read the approver's:");
    line(format!("  {}", inbox(demo, "ana@demo.example")));
}

/// How somebody's mail is read.
fn inbox(demo: &Demo, mail: &str) -> String {
    let token =
        demo.systems.token_file(Kind::Mail).map(|file| file.display().to_string()).unwrap_or_default();
    format!(
        "curl -s '{}/v1/messages?to={mail}' -H \"authorization: Bearer $(cat {})\"",
        demo.systems.url(Kind::Mail),
        quoted(&token)
    )
}

/// Posts the events and tells each one's story.
pub(super) async fn events(demo: &Demo, decider: Option<&Decider>) -> Result<()> {
    let mut stories = Vec::new();
    for job in &JOBS {
        let mut told = complete(demo, job).await?;
        let when =
            if told.fresh { "is completed in projects now" } else { "was completed by an earlier start" };
        let (number, title) = (cell(&told.job["number"]), cell(&told.job["title"]));
        line(format!("\nJob {number} ({title}) {when}. {}", job.about));
        if let Some(proposal) = proposal_of(demo, &told.run).await? {
            line(format!("  proposal   {} {}", cell(&proposal["proposal_id"]), cell(&proposal["summary"])));
            match decider.filter(|_| job.approved) {
                Some(decider) => {
                    told.run = approve(demo, decider, (&told.run, &proposal)).await?;
                    line(format!("  decided    {} has approved it", decider.mail));
                }
                None => line(format!(
                    "             it waits for an approver, who was asked by mail: {}/d/{}",
                    demo.server,
                    cell(&proposal["proposal_id"])
                )),
            }
        }
        story(demo, &told).await?;
        stories.push(told);
    }
    look(demo, &stories);
    Ok(())
}

async fn story(demo: &Demo, told: &Told) -> Result<()> {
    let run = &told.run;
    line(format!("  run        {} {}", cell(&run["run_id"]), cell(&run["status"])));
    let rows = |field: &str| run[field].as_array().cloned().unwrap_or_default();
    let steps: Vec<String> = rows("steps")
        .iter()
        .filter(|step| step["status"] != "skipped" && step["status"] != "pending")
        .map(|step| format!("{} {}", cell(&step["path"]), cell(&step["status"])))
        .collect();
    line(format!("  steps      {}", steps.join(" · ")));
    for effect in rows("effects") {
        effect_story(demo, &effect).await?;
    }
    for exception in rows("exceptions") {
        line(format!("  exception  {} {}", cell(&exception["exception_id"]), cell(&exception["reason"])));
        line(format!("             {}", cell(&exception["sentence"])));
        line(format!("             owner {}, due {}", cell(&exception["owner"]), cell(&exception["due_at"])));
    }
    Ok(())
}

/// Intent, receipt, and the line in the other system's own books.
async fn effect_story(demo: &Demo, effect: &Value) -> Result<()> {
    let key = cell(&effect["idempotency_key"]);
    line(format!(
        "  intent     {} at {}, key {key}",
        cell(&effect["effect_id"]),
        cell(&effect["intended_at"])
    ));
    let receipt = &effect["receipt"];
    line(format!(
        "  receipt    {} invoice {} over {} {} ({})",
        cell(&effect["state"]),
        cell(&receipt["number"]),
        cell(&receipt["total"]),
        cell(&receipt["currency"]),
        cell(&receipt["status"])
    ));
    let ledger = demo.systems.ledger(Kind::Accounting).await?;
    for entry in ledger.iter().filter(|entry| entry.idempotency_key.as_deref() == Some(key.as_str())) {
        let status = entry.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        line(format!(
            "  ledger     accounting, line {}: {} {} {status} at {}",
            entry.seq, entry.method, entry.path, entry.at
        ));
    }
    Ok(())
}

/// Which commands show more, and how the story goes on.
fn look(demo: &Demo, stories: &[Told]) {
    let program = std::env::args().next().unwrap_or_else(|| "throughline".to_owned());
    let data = quoted(&demo.data.display().to_string());
    let command = format!("{program} --data {data}");
    line("\nRead more:");
    line(format!("  {command} run list"));
    for told in stories {
        line(format!("  {command} run show {}", cell(&told.run["run_id"])));
    }
    line(format!("  {command} run exceptions"));
    let open = stories.iter().find_map(|told| {
        let exceptions = told.run["exceptions"].as_array()?;
        Some((told, exceptions.iter().find(|exception| exception["state"] == "open")?))
    });
    if let Some((told, exception)) = open {
        line(
            "Finish the exception: add what is missing in projects. That change starts a run, and its pass resolves the exception:",
        );
        line(format!(
            "  curl -s -X PATCH {}/v1/jobs/{} -H \"authorization: Bearer $(cat {data}/keys/demo-projects.token)\" -d '{}'",
            demo.systems.url(Kind::Projects),
            cell(&told.job["id"]),
            json!({ "signature": "J. Ortega" })
        ));
        line(format!("  {command} exception show {}", cell(&exception["exception_id"])));
    }
    line("Ctrl-C stops the server; what was accepted goes on at the next start.\n");
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    if plain { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
