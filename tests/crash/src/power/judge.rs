//! A start from an image, and what must be true of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Result;
use crate::book::{Book, Pages};
use crate::check::{Counts, Evidence};
use crate::driver::{ANSWER, Driver, RESOLVE, RETRY};
use crate::power::cut::{Cut, book_in, systems_in};
use crate::power::disk::Mount;
use crate::power::postgres::Postgres;
use crate::power::site::Site;
use crate::server::{Api, Place, Program, Server, Started};
use crate::settle::{list, settle};
use crate::systems::{Gate, Systems};

/// Within this a server is ready after a power cut.
const READY: Duration = Duration::from_secs(10);
/// Within this a run has taken in what it was told before the cut.
const TAKEN_IN: Duration = Duration::from_secs(10);
/// Between two looks at a run.
const PAUSE: Duration = Duration::from_millis(50);

/// What an image was found to be.
#[derive(Debug, Default)]
pub struct Judged {
    /// What was wrong.
    pub violations: Vec<String>,
    /// What was looked at.
    pub counts: Counts,
    /// Runs that had not ended when the power went.
    pub open: u64,
    /// How long the server took to be ready.
    pub ready: Duration,
}

/// What images are judged with.
#[derive(Debug)]
pub struct Judge<'a> {
    /// The program, without a fault: what is wrong was wrong on the disk.
    pub program: &'a Program,
    /// PostgreSQL, if that is the store.
    pub postgres: Option<&'a Postgres>,
    /// The proxies that the connections of the image know.
    pub gate: &'a Gate,
}

impl Judge<'_> {
    /// Starts from a mounted image, brings everything to rest and checks it.
    pub async fn judge(&self, cut: &Cut, mount: Mount) -> Judged {
        let mut judged = Judged::default();
        if let Err(error) = self.life(cut, mount, &mut judged).await {
            judged.violations.push(format!("the image cannot be brought to rest: {error}"));
        }
        judged
    }

    async fn life(&self, cut: &Cut, mount: Mount, judged: &mut Judged) -> Result<()> {
        let site = Site::start(mount, cut.folder.join("server.log"), self.postgres).await?;
        let systems = Arc::new(Systems::resume(&systems_in(&cut.folder), self.gate).await?);
        let driver = Driver {
            book: Arc::new(Book::open(&book_in(&cut.folder))?),
            systems: Arc::clone(&systems),
            bundle: self.program.bundle.clone(),
            people: self.gate.deciders(),
            prefix: cut.name.clone(),
        };
        // Counted before there is a server again: it goes on sending at once.
        let arrived = systems.ledger().await?.len();
        if let Some(server) = self.restart(&site.place, judged).await? {
            self.rest((cut, arrived), server, &driver, judged).await?;
            judged.violations.extend(self.program.verify(&site.place).await?);
        }
        drop(driver);
        if let Some(systems) = Arc::into_inner(systems) {
            systems.stop().await;
        }
        site.stop().await
    }

    /// The server is ready soon, without anybody's help.
    async fn restart(&self, place: &Place, judged: &mut Judged) -> Result<Option<Server>> {
        let began = Instant::now();
        let started = self.program.start(place, "").await?;
        judged.ready = began.elapsed();
        if judged.ready > READY {
            judged.violations.push(format!("the server was ready after {:?} only", judged.ready));
        }
        Ok(match started {
            Started::Ready(server) => Some(*server),
            Started::Ended(status) => {
                judged.violations.push(format!("the server does not start from the image: {status}"));
                None
            }
        })
    }

    async fn rest(
        &self,
        (cut, arrived): (&Cut, usize),
        server: Server,
        driver: &Driver,
        judged: &mut Judged,
    ) -> Result<()> {
        let api = server.api.in_peace()?;
        judged.open = api.list("/runs").await?.iter().filter(|run| run["ended_at"].is_null()).count() as u64;
        judged.violations.extend(commands(&api, &driver.book.pages()).await?);
        judged.violations.extend(settle(&api, driver).await?);
        let pages = Book::read(&book_in(&cut.folder))?;
        let evidence = Evidence::collect(&api, pages, driver.systems.ledger().await?).await?;
        judged.violations.extend(evidence.violations());
        judged.violations.extend(evidence.unforeseen(arrived, cut.at));
        judged.violations.extend(retries(&evidence));
        judged.counts = evidence.counts();
        if !judged.violations.is_empty() {
            let runs = serde_json::to_vec_pretty(&evidence.runs)?;
            std::fs::write(cut.folder.join("runs.json"), runs)?;
        }
        if !server.stop().await? {
            judged.violations.push("a server that nothing is wrong with did not stop well".to_owned());
        }
        Ok(())
    }
}

/// What people did and were told is done, is done; asked before anybody does it again. A run takes it in when its worker
/// comes to it, on PostgreSQL after the lease of the server that is gone.
async fn commands(api: &Api, pages: &Pages) -> Result<Vec<String>> {
    let until = Instant::now() + TAKEN_IN;
    let mut wrong = Vec::new();
    for (event, offer) in &pages.offers {
        let said = |what: &str| offer.done.iter().any(|done| done == what);
        let Some(run) = offer.runs.first().filter(|_| said(ANSWER) || said(RESOLVE)) else { continue };
        let lost = loop {
            let (status, detail) = api.call("GET", &format!("/runs/{run}"), None).await?;
            let answered = list(&detail, "asks").any(|ask| ask["state"] == "answered");
            let resolved = list(&detail, "exceptions").any(|row| !row["resolved_at"].is_null());
            let lost = match status {
                200 if said(ANSWER) && !answered => "its answer is lost".to_owned(),
                200 if said(RESOLVE) && !resolved => "its resolution is lost".to_owned(),
                200 => break None,
                _ => format!("it is answered {status} {detail}"),
            };
            if Instant::now() > until {
                break Some(lost);
            }
            tokio::time::sleep(PAUSE).await;
        };
        wrong.extend(lost.map(|what| format!("event {event}: run {run}: {what}")));
    }
    Ok(wrong)
}

/// A retry that was acknowledged has a run.
fn retries(evidence: &Evidence) -> Vec<String> {
    let retried: Vec<&str> = evidence.runs.iter().filter_map(|run| run["retry_of"].as_str()).collect();
    let owed = evidence.pages.offers.iter().filter(|(_, offer)| offer.done.iter().any(|done| done == RETRY));
    let lost =
        owed.filter(|(_, offer)| offer.runs.first().is_some_and(|run| !retried.contains(&run.as_str())));
    lost.map(|(event, offer)| format!("event {event}: the retry of run {:?} is lost", offer.runs)).collect()
}
