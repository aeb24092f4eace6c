//! Lives that do not fit into a segment's stream: a first start, one on which a schedule or a poll is due, and those that
//! wear a run out.

use std::time::Duration;

use crate::Result;
use crate::cases::Case;
use crate::check::Evidence;
use crate::lane::{LEASE, Lane, Segment, patience, point_name, point_or_complaint};
use crate::place::{Store, Template};
use crate::points::Drive;
use crate::server::{Place, Server, Started, aborted};
use crate::texts::POLLED;

/// New records that a poll must notice.
const CUSTOMERS: u64 = 3;

impl Lane {
    /// A first start, or one on which a schedule or a poll is due: on a place of its own, killed, then looked at.
    pub(crate) async fn apart(&self, segment: &mut Segment, case: &Case) -> Result<()> {
        let name = format!("{}-apart-{}", segment.name, case.number);
        let place = if case.drive() == Drive::Birth {
            self.template.empty(&name)?
        } else {
            self.template.due().await;
            self.template.copy(&name)?
        };
        if case.drive() == Drive::Poll {
            for number in 0..CUSTOMERS {
                segment.driver.systems.new_customer(&format!("{name}-{number}")).await?;
            }
        }
        let mut unreached = None;
        match self.program.start(&place, &case.failpoints()).await? {
            Started::Ended(status) => {
                point_or_complaint(&mut segment.tally, case, status);
            }
            Started::Ready(server) => unreached = Some(*server),
        }
        if let Some(mut server) = unreached {
            let reached = server.ended(Duration::from_millis(patience(case.drive()))).await?;
            segment.tally.kill(reached.filter(|status| aborted(*status)).map(|_| point_name(case)));
            if reached.is_none() {
                server.kill().await?;
            }
        }
        let server = match self.program.serve(&place).await {
            Ok(server) => server,
            Err(error) => {
                segment.tally.violations.push(format!("it does not start again: {error}"));
                return Ok(());
            }
        };
        server.api.get("/workspaces").await?;
        if case.drive() == Drive::Fire {
            segment.tally.violations.extend(after_fire(&server).await?);
        }
        if case.drive() == Drive::Poll {
            let wanted = segment.driver.systems.customers();
            segment.tally.violations.extend(after_poll(&server, wanted).await?);
        }
        if !server.stop().await? {
            segment.tally.violations.push("it did not stop well".to_owned());
        }
        Template::remove(&place)
    }

    /// Three lives that each end as soon as a run is claimed: the fourth claim of such a run is its quarantine.
    pub(crate) async fn worn_out(&self, segment: &mut Segment, case: &Case) -> Result<()> {
        for number in 0..3 {
            if number > 0 && self.store == Store::Postgres {
                tokio::time::sleep(LEASE).await;
            }
            let started = self.program.start(&segment.place, "engine.after_claim=return").await?;
            if let Started::Ready(mut server) = started {
                let work = tokio::spawn(segment.driver.clone().work(server.api.clone(), case.work()));
                let ended = server.ended(Duration::from_secs(8)).await?;
                work.abort();
                segment.tally.kill(ended.is_some().then_some("engine.after_claim"));
                if ended.is_none() {
                    server.kill().await?;
                }
            } else {
                segment.tally.kill(Some("engine.after_claim"));
            }
        }
        if self.store == Store::Postgres {
            tokio::time::sleep(LEASE).await;
        }
        Ok(())
    }
}

/// The instant that was due has one run, sooner or later.
async fn after_fire(server: &Server) -> Result<Vec<String>> {
    for _ in 0..60 {
        let runs = server.api.list("/runs?workflow=tick&status=succeeded").await?;
        if !runs.is_empty() {
            let ledger = Vec::new();
            let evidence = Evidence::collect(&server.api, crate::book::Pages::default(), ledger).await?;
            return Ok(evidence.violations().into_iter().filter(|words| words.contains("instant")).collect());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(vec!["the schedule's instant has no run".to_owned()])
}

/// Every customer has one run, sooner or later.
async fn after_poll(server: &Server, wanted: u64) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for _ in 0..60 {
        names.clear();
        for run in server.api.list(&format!("/runs?workflow={POLLED}")).await? {
            names.push(run["keys"]["event"].as_str().unwrap_or_default().to_owned());
        }
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        if count > names.len() {
            return Ok(vec![format!("{count} runs for {} customers of a poll", names.len())]);
        }
        if count as u64 == wanted {
            return Ok(Vec::new());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(vec![format!("of {} customers a poll has {names:?}", wanted)])
}

/// Has one connector compiled anew: the smallest, so that it is quick.
pub(crate) fn forget_smallest(place: &Place) -> Result<()> {
    let mut compiled = Vec::new();
    for entry in std::fs::read_dir(place.dir.join("cache"))? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "cwasm") {
            compiled.push((entry.metadata()?.len(), entry.path()));
        }
    }
    if let Some((_, path)) = compiled.into_iter().min() {
        std::fs::remove_file(path)?;
    }
    Ok(())
}
