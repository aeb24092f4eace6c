//! A lane: one store, one server at a time, segment after segment. A segment is a fresh place with a dozen or two
//! lives in it; then it is brought to rest and judged.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;

use crate::Result;
use crate::book::Book;
use crate::cases::{Case, End, fault};
use crate::check::{Counts, Evidence};
use crate::driver::{Driver, Work};
use crate::place::{Store, Template};
use crate::points::Drive;
use crate::server::{Place, Program, Server, Started, aborted};
use crate::settle::settle;
use crate::systems::{Gate, Systems};
use crate::texts::POLLED;

/// How long an answer may take when nothing is wrong and the machine is busy.
const PEACE: Duration = Duration::from_secs(30);
/// New records that a poll must notice.
const CUSTOMERS: u64 = 3;
/// Leases are 1 s in campaigns, so that PostgreSQL gives them up soon.
const LEASE: Duration = Duration::from_secs(1);

/// What a lane has done so far.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Servers killed with work in them.
    pub kills: u64,
    /// Kills at each point.
    pub hits: BTreeMap<String, u64>,
    /// What was wrong.
    pub violations: Vec<String>,
    /// What was looked at.
    pub counts: Counts,
}

impl Tally {
    /// Adds another one.
    pub fn add(&mut self, other: Self) {
        self.kills += other.kills;
        for (point, hits) in other.hits {
            *self.hits.entry(point).or_default() += hits;
        }
        self.violations.extend(other.violations);
        self.counts.add(other.counts);
    }

    fn kill(&mut self, point: Option<&str>) {
        self.kills += 1;
        if let Some(point) = point {
            *self.hits.entry(point.to_owned()).or_default() += 1;
        }
    }
}

/// A lane.
#[derive(Debug)]
pub struct Lane {
    /// Its store.
    pub store: Store,
    program: Program,
    folder: PathBuf,
    gate: Gate,
    template: Template,
}

/// What lives share within a segment.
struct Segment {
    name: String,
    place: Place,
    driver: Driver,
    tally: Tally,
}

impl Lane {
    /// Furnishes what every segment is a copy of.
    pub async fn open(program: Program, store: Store, folder: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(&folder)?;
        let gate = Gate::open(&folder).await?;
        let template = Template::build(&program, store, &folder, &gate).await?;
        Ok(Self { store, program, folder, gate, template })
    }

    /// Lives, rest and judgement. What a violation was found in is kept, the rest removed.
    pub async fn segment(&self, number: u64, cases: &[Case]) -> Result<Tally> {
        let name = format!("seg-{number}");
        let place = self.template.copy(&name)?;
        let systems =
            Arc::new(Systems::start(&self.folder.join(format!("{name}-systems")), &self.gate).await?);
        let book = Arc::new(Book::create(&self.folder.join(format!("{name}-book.jsonl")))?);
        let bundle = self.program.bundle.clone();
        let driver = Driver {
            book,
            systems: Arc::clone(&systems),
            bundle,
            prefix: format!("{}-{number}", self.store.name()),
        };
        let mut segment = Segment { name, place, driver, tally: Tally::default() };
        for case in cases {
            let before = segment.tally.violations.len();
            if case.drive() == Drive::Quarantine {
                self.worn_out(&mut segment, case).await?;
            }
            if matches!(case.drive(), Drive::Birth | Drive::Fire | Drive::Poll) {
                self.apart(&mut segment, case).await?;
            } else {
                self.life(&mut segment, case).await?;
            }
            for violation in &mut segment.tally.violations[before..] {
                *violation = format!("{violation} ({})", case.words());
            }
        }
        self.judge(&mut segment).await?;
        let Segment { name, place, driver, tally } = segment;
        if tally.violations.is_empty() {
            self.clear(&name, &place)?;
        }
        drop(driver);
        if let Some(systems) = Arc::into_inner(systems) {
            systems.stop().await;
        }
        Ok(tally)
    }

    fn clear(&self, name: &str, place: &Place) -> Result<()> {
        Template::remove(place)?;
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let ours = path.file_name().and_then(|file| file.to_str()).is_some_and(|file| {
                file.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
            });
            if ours && path.is_dir() {
                std::fs::remove_dir_all(&path)?;
            } else if ours {
                std::fs::remove_file(&path)?;
            }
        }
        Ok(())
    }

    /// Peace, every run to its end, then the checker and the store's own verification.
    async fn judge(&self, segment: &mut Segment) -> Result<()> {
        self.gate.accounting.mend();
        segment.driver.systems.heal();
        let server = self.program.serve(&segment.place).await?;
        let api = server.api.patient(PEACE)?;
        segment.tally.violations.extend(settle(&api, &segment.driver).await?);
        let pages = Book::read(&self.folder.join(format!("{}-book.jsonl", segment.name)))?;
        let evidence = Evidence::collect(&api, pages, segment.driver.systems.ledger().await?).await?;
        let wrong = evidence.violations();
        if !wrong.is_empty() {
            let runs = serde_json::to_vec_pretty(&evidence.runs)?;
            std::fs::write(self.folder.join(format!("{}-runs.json", segment.name)), runs)?;
        }
        segment.tally.violations.extend(wrong);
        segment.tally.counts = evidence.counts();
        if !server.stop().await? {
            segment.tally.violations.push("a server that nothing is wrong with did not stop well".to_owned());
        }
        segment.tally.violations.extend(self.program.verify(&segment.place).await?);
        Ok(())
    }

    /// One life and its end.
    async fn life(&self, segment: &mut Segment, case: &Case) -> Result<()> {
        self.prepare(segment, case)?;
        let server = match self.program.start(&segment.place, &case.failpoints()).await? {
            Started::Ready(server) => *server,
            Started::Ended(status) => {
                point_or_complaint(&mut segment.tally, case, status);
                return Ok(());
            }
        };
        let work = tokio::spawn(segment.driver.clone().work(server.api.clone(), case.work()));
        let ended = match case.end {
            End::Point(point, _) => self.until_point(segment, case, server, point.drive).await,
            End::Kill(after) => {
                tokio::time::sleep(Duration::from_millis(after)).await;
                segment.tally.kill(None);
                server.kill().await
            }
            End::Zombie(after) => self.zombie(segment, case, server, after).await,
        };
        work.abort();
        ended
    }

    fn prepare(&self, segment: &Segment, case: &Case) -> Result<()> {
        self.gate.accounting.mend();
        let systems = &segment.driver.systems;
        systems.heal();
        for spec in &case.failures {
            systems.fail(spec.clone())?;
        }
        self.gate.accounting.break_next(case.fates.iter().copied());
        if let Some(fault) = fault(case.drive()) {
            systems.fail(fault)?;
        }
        if case.drive() == Drive::Install {
            forget_smallest(&segment.place)?;
        }
        Ok(())
    }

    /// Waits for the point; one that is not reached in time is a kill -9 instead.
    async fn until_point(
        &self,
        segment: &mut Segment,
        case: &Case,
        mut server: Server,
        drive: Drive,
    ) -> Result<()> {
        if drive == Drive::Drain {
            tokio::time::sleep(Duration::from_millis(150)).await;
            server.signal(Signal::TERM)?;
        }
        match server.ended(Duration::from_millis(patience(drive))).await? {
            Some(status) if aborted(status) => segment.tally.kill(Some(point_name(case))),
            Some(status) if drive == Drive::Drain && status.success() => segment.tally.kill(None),
            Some(status) => segment.tally.violations.push(format!("the server ended by itself: {status}")),
            None => {
                server.kill().await?;
                segment.tally.kill(None);
            }
        }
        Ok(())
    }

    /// A first start, or one on which a schedule or a poll is due: on a place of its own, killed, then looked at.
    async fn apart(&self, segment: &mut Segment, case: &Case) -> Result<()> {
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
    async fn worn_out(&self, segment: &mut Segment, case: &Case) -> Result<()> {
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

    /// Stops a server past its leases, lets another one take over, and lets it go on.
    async fn zombie(&self, segment: &mut Segment, case: &Case, server: Server, after: u64) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(after)).await;
        server.signal(Signal::STOP)?;
        tokio::time::sleep(LEASE + Duration::from_millis(300)).await;
        let twin = self.template.twin(&segment.place, &format!("{}-twin", segment.name))?;
        let other = self.program.serve(&twin).await?;
        let work = tokio::spawn(
            segment
                .driver
                .clone()
                .work(other.api.clone(), Work { number: case.number + 1_000_000, ..case.work() }),
        );
        tokio::time::sleep(Duration::from_millis(100 + case.rng.clone().below(500))).await;
        server.signal(Signal::CONT)?;
        tokio::time::sleep(Duration::from_millis(900)).await;
        work.abort();
        server.kill().await?;
        other.kill().await?;
        segment.tally.kill(None);
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

fn point_or_complaint(tally: &mut Tally, case: &Case, status: ExitStatus) {
    if aborted(status) {
        tally.kill(Some(point_name(case)));
    } else {
        tally.violations.push(format!("the server ended by itself at its start: {status}"));
    }
}

fn point_name(case: &Case) -> &'static str {
    match case.end {
        End::Point(point, _) => point.name,
        End::Kill(_) | End::Zombie(_) => "",
    }
}

/// Milliseconds a life may take to reach a point.
const fn patience(drive: Drive) -> u64 {
    match drive {
        Drive::Load | Drive::Start | Drive::Birth | Drive::Publish | Drive::Event | Drive::Reply => 2_000,
        Drive::Large | Drive::Ask | Drive::Resolve | Drive::Retry | Drive::Announce | Drive::Cancel => 3_000,
        Drive::Slow | Drive::Look | Drive::LookTwice | Drive::Fire => 4_000,
        Drive::Poll | Drive::Resend | Drive::Segments | Drive::Quarantine => 8_000,
        Drive::Drain | Drive::Install => 20_000,
    }
}

/// Has one connector compiled anew: the smallest, so that it is quick.
fn forget_smallest(place: &Place) -> Result<()> {
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
