//! Playing: time goes from one thing that happens or becomes due to the next.

use std::path::Path;

use throughline_domain::time::Timestamp;

use super::expect::{Judge, Verdicts};
use super::file::{Happening, Scenario, WorkflowFile};
use super::happen::Seen;
use super::times::Times;
use super::world::{Ground, World, beside, failed};
use super::{Played, Trial};
use crate::command::read_text;
use crate::config::Settings;
use crate::error::Result;

/// So many times something may become due: a scenario that goes round in circles ends.
const MOST_TURNS: usize = 200_000;

/// Plays a scenario from its beginning to its end.
pub(super) async fn play(
    file: &Path,
    scenario: &Scenario,
    (compiled, trial): (&Path, Trial),
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
    let ground = Ground { start, kinds: &scenario.systems, texts: &workflows, compiled, trial };
    let world = Box::pin(World::start(ground, settings)).await?;
    let mut player =
        Player { file, world, times, trial, seen: Seen::default(), verdicts: Verdicts::default() };
    let came = Box::pin(player.live((scenario, &workflows), &happenings, end)).await;
    let Player { world, verdicts, .. } = player;
    let (cuts, commits) = (world.cuts(), world.commits());
    world.stop().await?;
    came?;
    let (name, file) = (scenario.name.clone(), file.to_owned());
    Ok(Played { file, name, checks: verdicts.checks, wrong: verdicts.wrong, commits, cuts })
}

pub(super) struct Player<'a> {
    pub(super) file: &'a Path,
    pub(super) world: World,
    pub(super) times: Times,
    pub(super) trial: Trial,
    /// Deliveries that were recognised, and what came before.
    pub(super) seen: Seen,
    pub(super) verdicts: Verdicts,
}

impl Player<'_> {
    async fn live(
        &mut self,
        (scenario, workflows): (&Scenario, &[String]),
        happenings: &[(Timestamp, &Happening)],
        end: Timestamp,
    ) -> Result<()> {
        if let Some(calendar) = &scenario.calendar {
            self.world.set_calendar(calendar).await?;
        }
        self.world.gather(&scenario.people).await?;
        for call in &scenario.given {
            self.world.work(call).await?;
        }
        for (workflow, text) in scenario.workflows.iter().zip(workflows) {
            self.world.publish(&beside(self.file, &workflow.file), text).await?;
        }
        // Polls mark what is there as seen.
        let start = self.world.now();
        self.world.pass_to(start).await?;
        self.world.arm();
        for (at, happening) in happenings {
            self.pass_to(*at).await?;
            for _ in 0..happening.times {
                Box::pin(self.happen(happening)).await?;
            }
        }
        self.pass_to(end).await?;
        self.again().await?;
        self.judge(&scenario.expect, "at the end").await?;
        self.judge_answers().await
    }

    /// Lets time pass, through everything that becomes due on the way.
    async fn pass_to(&mut self, to: Timestamp) -> Result<()> {
        for _ in 0..MOST_TURNS {
            match self.world.next_due().await? {
                Some(due) if due <= to => {
                    let due = due.max(self.world.now());
                    self.world.pass_to(due).await?;
                }
                Some(_) | None => return self.world.pass_to(to).await,
            }
        }
        Err(failed("things become due again and again: is there a circle?"))
    }

    pub(super) async fn judge(&mut self, expect: &super::wanted::Expect, when: &str) -> Result<()> {
        let judge = Judge { world: &self.world, times: &self.times, seen: &self.seen, when };
        Box::pin(judge.all(expect, &mut self.verdicts)).await
    }

    async fn judge_answers(&mut self) -> Result<()> {
        let judge = Judge { world: &self.world, times: &self.times, seen: &self.seen, when: "at the end" };
        judge.answers(&mut self.verdicts).await
    }
}

/// A workflow's text, in its stage and with its parts changed.
pub(super) fn text_of(scenario: &Path, workflow: &WorkflowFile) -> Result<String> {
    let file = beside(scenario, &workflow.file);
    let mut text = read_text(&file)?;
    if let Some(stage) = &workflow.stage {
        text = staged(&text, stage)
            .ok_or_else(|| failed(format!("{} has no line `review: {{ stage: …`", file.display())))?;
    }
    for change in &workflow.change {
        if text.matches(&change.from).count() != 1 {
            let words = format!("{} has not exactly one `{}`", file.display(), change.from);
            return Err(failed(words));
        }
        text = text.replace(&change.from, &change.to);
    }
    Ok(text)
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
