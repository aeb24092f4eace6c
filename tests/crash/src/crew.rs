//! The lanes of one store: they share its segments until its share of the kills is done.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::Result;
use crate::cases::{Campaign, Case, End};
use crate::lane::{Lane, Tally};
use crate::place::Store;
use crate::report::Report;
use crate::server::Program;

/// How often a point that was not reached is tried again.
const AGAIN: usize = 3;
/// Numbers of cases and segments that try points again: after all others.
const LATER: u64 = 1_000_000;

/// What the lanes of a store go by.
#[derive(Debug)]
pub struct Plan {
    /// The store.
    pub store: Store,
    /// What is done.
    pub campaign: Campaign,
    /// Kills until it is enough.
    pub share: u64,
    /// Lives of one segment.
    pub size: u64,
    /// Where segments are kept.
    pub report: Arc<Report>,
    /// A fault is built in: the first violation is the end.
    pub fault: bool,
}

/// What the lanes have done, and what they are at.
#[derive(Debug, Default)]
struct Done {
    tally: Tally,
    next: u64,
    under_way: u64,
}

/// A plan and those who follow it.
#[derive(Debug)]
struct Crew {
    plan: Plan,
    done: Mutex<Done>,
}

/// Opens as many lanes, works, and says what they did.
pub async fn work(plan: Plan, program: Program, folder: &Path, lanes: u64) -> Result<(Store, Tally)> {
    let crew = Arc::new(Crew { plan, done: Mutex::default() });
    let store = crew.plan.store;
    let open = (0..lanes.max(1)).map(|number| {
        let folder = folder.join(format!("{}-{number}", store.name()));
        tokio::spawn(Lane::open(program.clone(), store, folder, number))
    });
    let mut lanes = Vec::new();
    for lane in open.collect::<Vec<_>>() {
        let lane = lane.await??;
        *crew.done().tally.times.entry("furnishing").or_default() += lane.furnishing;
        lanes.push(Arc::new(lane));
    }
    // A segment may hold fewer kills than it has lives: then there is one more.
    while crew.goes_on(&crew.done()) {
        let work = lanes.iter().map(|lane| tokio::spawn(Arc::clone(&crew).segments(Arc::clone(lane))));
        for ended in work.collect::<Vec<_>>() {
            ended.await??;
        }
    }
    let cases = crew.done().next * crew.plan.size;
    if !crew.plan.fault && cases >= crew.plan.campaign.points().len() as u64 {
        for turn in 0..AGAIN {
            crew.again(&lanes, cases, turn).await?;
        }
    }
    let tally = std::mem::take(&mut crew.done().tally);
    Ok((store, tally))
}

impl Crew {
    fn done(&self) -> MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn goes_on(&self, done: &Done) -> bool {
        done.tally.kills + done.under_way * self.plan.size < self.plan.share
            && (!self.plan.fault || done.tally.violations.is_empty())
    }

    fn take(&self) -> Option<u64> {
        let mut done = self.done();
        if !self.goes_on(&done) {
            return None;
        }
        done.under_way += 1;
        done.next += 1;
        Some(done.next - 1)
    }

    /// One lane takes segments as long as there are any.
    async fn segments(self: Arc<Self>, lane: Arc<Lane>) -> Result<()> {
        while let Some(segment) = self.take() {
            let size = self.plan.size;
            let numbers = segment * size..(segment + 1) * size;
            let cases: Vec<Case> = numbers.map(|number| self.plan.campaign.case(number)).collect();
            let tally = self.judged(&lane, segment, &cases).await?;
            let mut done = self.done();
            done.under_way -= 1;
            done.tally.add(tally);
        }
        Ok(())
    }

    /// What was not reached once more, with the next shape, shared among the lanes.
    async fn again(self: &Arc<Self>, lanes: &[Arc<Lane>], cases: u64, turn: usize) -> Result<()> {
        let cases = self.unreached(cases, turn);
        let each = cases.len().div_ceil(lanes.len()).max(1);
        let work = cases.chunks(each).zip(lanes).zip(0..).map(|((cases, lane), number)| {
            let (crew, lane, cases) = (Arc::clone(self), Arc::clone(lane), cases.to_vec());
            let segment = LATER + turn as u64 * 1_000 + number;
            tokio::spawn(async move { crew.judged(&lane, segment, &cases).await })
        });
        for ended in work.collect::<Vec<_>>() {
            let tally = ended.await??;
            self.done().tally.add(tally);
        }
        Ok(())
    }

    fn unreached(&self, cases: u64, turn: usize) -> Vec<Case> {
        let done = self.done();
        let mut found: Vec<(&str, Case)> = Vec::new();
        for case in (0..cases).map(|number| self.plan.campaign.case(number)) {
            let End::Point(point, _) = case.end else { continue };
            if done.tally.hits.contains_key(point.name) || found.iter().any(|(name, _)| *name == point.name) {
                continue;
            }
            let number = LATER * (turn as u64 + 1) + found.len() as u64;
            found.push((point.name, (0..=turn).fold(case, |case, _| case.again(number))));
        }
        found.into_iter().map(|(_, case)| case).collect()
    }

    /// A segment, or what an earlier start of the campaign found in it.
    async fn judged(&self, lane: &Lane, segment: u64, cases: &[Case]) -> Result<Tally> {
        let (store, report) = (self.plan.store, &self.plan.report);
        if let Some(earlier) = report.earlier(store, segment) {
            return Ok(earlier);
        }
        let began = Instant::now();
        let name = format!("{} segment {segment}", store.name());
        let mut tally = lane.segment(segment, cases).await.map_err(|error| format!("{name}: {error}"))?;
        for violation in &mut tally.violations {
            *violation = format!("{name}: {violation}");
        }
        report.segment(store, segment, &tally, began.elapsed().as_secs())?;
        Ok(tally)
    }
}
