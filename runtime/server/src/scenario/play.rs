//! Playing: time goes from one thing that happens or becomes due to the next.

use std::path::Path;

use serde_json::json;
use throughline_domain::time::Timestamp;

use super::Played;
use super::expect::{Judge, Verdicts};
use super::file::{Happening, Resolve, Scenario, WorkflowFile};
use super::times::Times;
use super::world::{World, beside, failed};
use crate::command::read_text;
use crate::config::Settings;
use crate::error::Result;

/// So many times something may become due: a scenario that goes round in circles ends.
const MOST_TURNS: usize = 200_000;

/// Plays a scenario from its beginning to its end.
pub(super) async fn play(
    file: &Path,
    scenario: &Scenario,
    compiled: &Path,
    settings: &Settings,
) -> Result<Played> {
    let times = Times::new(&scenario.zone, &scenario.start).map_err(failed)?;
    let start = times.start().map_err(failed)?;
    let mut happenings = Vec::new();
    for happening in &scenario.events {
        let at = times.read(&happening.at).map_err(failed)?;
        if at < start {
            return Err(failed(format!("{} is before the beginning", happening.at)));
        }
        happenings.push((at, happening));
    }
    // At one time in the order they are written.
    happenings.sort_by_key(|(at, _)| *at);
    let last = happenings.last().map_or(start, |(at, _)| *at);
    let end = match &scenario.until {
        Some(until) => times.read(until).map_err(failed)?.max(last),
        None => last,
    };
    let workflows =
        scenario.workflows.iter().map(|workflow| text_of(file, workflow)).collect::<Result<Vec<_>>>()?;
    let world = Box::pin(World::start(start, &scenario.systems, &workflows, compiled, settings)).await?;
    let mut player = Player { world, times, duplicates: 0, verdicts: Verdicts::default() };
    let came = player.live(file, (scenario, &workflows), &happenings, end).await;
    let Player { world, verdicts, .. } = player;
    world.stop().await?;
    came?;
    let (name, file) = (scenario.name.clone(), file.to_owned());
    Ok(Played { file, name, checks: verdicts.checks, wrong: verdicts.wrong })
}

struct Player {
    world: World,
    times: Times,
    /// Deliveries that were recognised.
    duplicates: usize,
    verdicts: Verdicts,
}

impl Player {
    async fn live(
        &mut self,
        file: &Path,
        (scenario, workflows): (&Scenario, &[String]),
        happenings: &[(Timestamp, &Happening)],
        end: Timestamp,
    ) -> Result<()> {
        for call in &scenario.given {
            self.world.work(call).await?;
        }
        for (workflow, text) in scenario.workflows.iter().zip(workflows) {
            self.world.publish(&beside(file, &workflow.file), text).await?;
        }
        // Polls mark what is there as seen.
        let start = self.world.now();
        self.world.pass_to(start).await?;
        for (at, happening) in happenings {
            self.pass_to(*at).await?;
            for _ in 0..happening.times {
                self.happen(happening).await?;
            }
        }
        self.pass_to(end).await?;
        self.judge(&scenario.expect, "at the end").await
    }

    /// Lets time pass, through everything that becomes due on the way.
    async fn pass_to(&self, to: Timestamp) -> Result<()> {
        for _ in 0..MOST_TURNS {
            match self.world.next_due().await? {
                Some(due) if due <= to => self.world.pass_to(due.max(self.world.now())).await?,
                Some(_) | None => return self.world.pass_to(to).await,
            }
        }
        Err(failed("things become due again and again: is there a circle?"))
    }

    async fn happen(&mut self, happening: &Happening) -> Result<()> {
        match happening {
            Happening {
                webhook: Some(webhook), call: None, fail: None, resolve: None, expect: None, ..
            } => {
                let (status, answer) =
                    self.world.webhook(&webhook.path, &webhook.headers, &webhook.body).await?;
                if !(200..300).contains(&status) {
                    return Err(failed(format!(
                        "the webhook at {} is answered {status}: {answer}",
                        happening.at
                    )));
                }
                self.duplicates += usize::from(answer["duplicate"] == true);
            }
            Happening {
                call: Some(call), webhook: None, fail: None, resolve: None, expect: None, ..
            } => {
                self.world.work(call).await?;
            }
            Happening {
                fail: Some(fail), webhook: None, call: None, resolve: None, expect: None, ..
            } => {
                self.world.system(fail.system)?.set_failure(fail.how.clone()).map_err(failed)?;
            }
            Happening {
                resolve: Some(resolve), webhook: None, call: None, fail: None, expect: None, ..
            } => {
                self.resolve(resolve).await?;
            }
            Happening {
                expect: Some(expect), webhook: None, call: None, fail: None, resolve: None, ..
            } => {
                return self.judge(expect, &format!("at {}", happening.at)).await;
            }
            _ => {
                let words = "one of webhook, call, fail, resolve and expect";
                return Err(failed(format!("what happens at {} must be exactly {words}", happening.at)));
            }
        }
        self.world.rest().await
    }

    async fn resolve(&self, resolve: &Resolve) -> Result<()> {
        let open = self.world.client.list("/exceptions?state=open").await?;
        let found = open.iter().find(|row| row["reason"] == json!(resolve.reason));
        let id = found.and_then(|row| row["exception_id"].as_str());
        let id = id.ok_or_else(|| failed(format!("no exception {} is open", resolve.reason)))?;
        self.world.client.post(&format!("/exceptions/{id}/resolve"), &resolve.with).await.map(drop)
    }

    async fn judge(&mut self, expect: &super::file::Expect, when: &str) -> Result<()> {
        let judge = Judge { world: &self.world, times: &self.times, duplicates: self.duplicates, when };
        judge.all(expect, &mut self.verdicts).await
    }
}

/// A workflow's text, in its stage.
fn text_of(scenario: &Path, workflow: &WorkflowFile) -> Result<String> {
    let file = beside(scenario, &workflow.file);
    let text = read_text(&file)?;
    match &workflow.stage {
        None => Ok(text),
        Some(stage) => staged(&text, stage)
            .ok_or_else(|| failed(format!("{} has no line `review: {{ stage: …`", file.display()))),
    }
}

/// The text with another stage in its review.
fn staged(text: &str, stage: &str) -> Option<String> {
    let (before, rest) = text.split_once("review: { stage: ")?;
    let end = rest.find([',', ' ', '}'])?;
    Some(format!("{before}review: {{ stage: {stage}{}", &rest[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stage_of_a_text_is_changed_and_nothing_else() {
        let text = "a: 1\nreview: { stage: review, until: graduated }\n";
        assert_eq!(staged(text, "live").unwrap(), "a: 1\nreview: { stage: live, until: graduated }\n");
        assert_eq!(staged("review: { stage: live }", "paused").unwrap(), "review: { stage: paused }");
        assert_eq!(staged("a: 1", "live"), None);
    }
}
