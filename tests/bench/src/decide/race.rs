//! Many decide about one proposal at once: exactly one of them does, and what happens is what that one said.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use super::people::Person;
use super::{Desk, PATIENCE};
use crate::say;
use crate::scale::checks::{Checks, count};

/// How long nothing more may come before it is taken for all.
const QUIET: Duration = Duration::from_millis(500);

/// What came of one race.
#[derive(Debug, Default)]
struct Outcome {
    approved: u64,
    rejected: u64,
    refused: u64,
    strange: u64,
}

pub(super) async fn measure(
    desk: &mut Desk<'_>,
    (races, at_once): (usize, usize),
    checks: &mut Checks,
) -> Result<()> {
    let rounds = races.div_ceil(at_once.max(1));
    let mut crowd = desk.people.crowd(&desk.server, at_once).await?;
    let (mut wrong, mut decisions, mut approvals) = (0, 0, 0);
    let mut left = rounds;
    while left > 0 {
        let batch = left.min(20);
        left -= batch;
        for (number, proposal) in desk.propose(batch).await? {
            let outcome = race(&mut crowd, &proposal).await?;
            decisions += outcome.approved + outcome.rejected + outcome.refused + outcome.strange;
            approvals += outcome.approved;
            let kept = kept(desk, &proposal, outcome.approved > 0).await?;
            if outcome.approved + outcome.rejected != 1 || outcome.strange > 0 || !kept {
                wrong += 1;
                say(&format!("wrong about run {number}: {outcome:?}, and the proposal says so: {kept}"));
            }
        }
    }
    tokio::time::sleep(QUIET).await;
    // Before the races every run led to one write.
    let before = u64::from(desk.numbers) - rounds as u64;
    let writes = desk.mock.books.posts() as u64 - before;
    checks.figure("decisions that raced", decisions);
    checks.figure("proposals raced about", rounds as u64);
    checks.at_most("races decided wrongly", count(wrong), 0.0, "");
    checks.at_most("writes more or fewer than approvals", count(writes.abs_diff(approvals)), 0.0, "");
    Ok(())
}

/// All at once; every other one says no.
async fn race(crowd: &mut [Person], proposal: &Value) -> Result<Outcome> {
    let verdict = |at: usize| if at.is_multiple_of(2) { "approve" } else { "reject" };
    let all = crowd.iter_mut().enumerate().map(|(at, person)| person.decide(proposal, verdict(at)));
    let mut outcome = Outcome::default();
    for (at, status) in join_all(all).await.into_iter().enumerate() {
        match status?.as_u16() {
            200 if at.is_multiple_of(2) => outcome.approved += 1,
            200 => outcome.rejected += 1,
            409 => outcome.refused += 1,
            _ => outcome.strange += 1,
        }
    }
    Ok(outcome)
}

/// Without a crate for it: each is polled until all are done.
async fn join_all<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(move |cx| {
        let mut done = true;
        for (one, value) in &mut waiting {
            if value.is_none() {
                match one.as_mut().poll(cx) {
                    std::task::Poll::Ready(ready) => *value = Some(ready),
                    std::task::Poll::Pending => done = false,
                }
            }
        }
        if done {
            std::task::Poll::Ready(waiting.iter_mut().filter_map(|(_, value)| value.take()).collect())
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}

/// One decision is kept, and the proposal went the way it says.
async fn kept(desk: &mut Desk<'_>, proposal: &Value, approved: bool) -> Result<bool> {
    let id = proposal["proposal_id"].as_str().unwrap_or_default();
    let began = std::time::Instant::now();
    loop {
        let shown = desk.api.get(&format!("/proposals/{id}")).await?;
        let state = shown["state"].as_str().unwrap_or_default();
        if matches!(state, "open" | "approved" | "applying") && began.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        let one = shown["decisions"].as_array().is_some_and(|decisions| decisions.len() == 1);
        return Ok(one && state == if approved { "applied" } else { "rejected" });
    }
}
