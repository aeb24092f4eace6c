//! A lane: one store, one server at a time, segment after segment. A segment is a fresh place with a dozen or two
//! lives in it; then it is brought to rest and judged.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rustix::process::Signal;
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::Result;
use crate::apart::forget_smallest;
use crate::book::Book;
use crate::cases::{Case, End, fault};
use crate::check::{Counts, Evidence};
use crate::driver::{Driver, Work};
use crate::place::{Site, Store, Template};
use crate::points::Drive;
use crate::server::{Api, Place, Program, Server, Started, aborted};
use crate::settle::settle;
use crate::systems::{Gate, Systems, now};

/// Between two looks whether anything still moves.
const REST: Duration = Duration::from_millis(100);
/// How long mail may take to come once everything has ended.
const POST: Duration = Duration::from_secs(40);
/// Leases are 1 s in campaigns, so that PostgreSQL gives them up soon.
pub(crate) const LEASE: Duration = Duration::from_secs(1);

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
    /// What took how long, in all lanes together.
    pub times: BTreeMap<&'static str, Duration>,
}

impl Tally {
    /// Adds another one.
    pub fn add(&mut self, other: Self) {
        self.kills += other.kills;
        for (what, time) in other.times {
            *self.times.entry(what).or_default() += time;
        }
        for (point, hits) in other.hits {
            *self.hits.entry(point).or_default() += hits;
        }
        self.violations.extend(other.violations);
        self.counts.add(other.counts);
    }

    /// Notes what was done since.
    fn took(&mut self, what: &'static str, since: Instant) {
        *self.times.entry(what).or_default() += since.elapsed();
    }

    pub(crate) fn kill(&mut self, point: Option<&str>) {
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
    pub(crate) program: Program,
    pub(crate) folder: PathBuf,
    pub(crate) gate: Gate,
    pub(crate) template: Template,
    /// How long the template took.
    pub(crate) furnishing: Duration,
}

/// What lives share within a segment.
pub(crate) struct Segment {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) driver: Driver,
    pub(crate) tally: Tally,
}

impl Lane {
    /// Furnishes what every segment is a copy of; `number` names the lane apart from others of its store.
    pub async fn open(program: Program, store: Store, folder: PathBuf, number: u64) -> Result<Self> {
        let site = Site::new(store, &folder, &number.to_string());
        Self::open_on(program, store, site, folder).await
    }

    /// A lane on a place of its own.
    pub(crate) async fn open_on(program: Program, store: Store, site: Site, folder: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(&folder)?;
        let gate = Gate::open(&folder).await?;
        let program = Program { settings: gate.mail(), ..program };
        let began = Instant::now();
        let template = Template::build(&program, site, &gate).await?;
        let furnishing = began.elapsed();
        Ok(Self { store, program, folder, gate, template, furnishing })
    }

    /// Lives, rest and judgement. What a violation was found in is kept, the rest removed.
    pub async fn segment(&self, number: u64, cases: &[Case]) -> Result<Tally> {
        let name = format!("seg-{number}");
        let began = Instant::now();
        let place = self.template.copy(&name)?;
        let mut segment = self.begin(name, number, place).await?;
        segment.tally.took("copies", began);
        for case in cases {
            let before = segment.tally.violations.len();
            if case.drive() == Drive::Quarantine {
                let began = Instant::now();
                self.worn_out(&mut segment, case).await?;
                segment.tally.took("quarantine", began);
            }
            if matches!(case.drive(), Drive::Birth | Drive::Fire | Drive::Poll) {
                let began = Instant::now();
                self.apart(&mut segment, case).await?;
                segment.tally.took("apart", began);
            } else {
                self.life(&mut segment, case).await?;
            }
            for violation in &mut segment.tally.violations[before..] {
                *violation = format!("{violation} ({})", case.words());
            }
        }
        self.peace(&segment.driver.systems);
        let server = self.program.serve(&segment.place).await?;
        self.judge(&mut segment, server).await?;
        self.end(segment).await
    }

    /// Empty books, on a copy of the furnished place.
    pub(crate) async fn begin(&self, name: String, number: u64, place: Place) -> Result<Segment> {
        let systems = Systems::start(&self.folder.join(format!("{name}-systems")), &self.gate).await?;
        let book = Arc::new(Book::create(&self.folder.join(format!("{name}-book.jsonl")))?);
        let prefix = format!("{}-{number}", self.store.name());
        let bundle = self.program.bundle.clone();
        let people = self.gate.deciders();
        let driver = Driver { book, systems: Arc::new(systems), bundle, people, prefix };
        Ok(Segment { name, place, driver, tally: Tally::default() })
    }

    /// What a violation was found in is kept, the rest removed.
    pub(crate) async fn end(&self, segment: Segment) -> Result<Tally> {
        let Segment { name, place, driver, tally } = segment;
        if tally.violations.is_empty() {
            self.clear(&name, &place)?;
        }
        let Driver { systems, .. } = driver;
        if let Some(systems) = Arc::into_inner(systems) {
            systems.stop().await;
        }
        Ok(tally)
    }

    /// From now on nothing fails.
    pub(crate) fn peace(&self, systems: &Systems) {
        self.gate.accounting.mend();
        systems.heal();
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

    /// Every run to its end, then the checker and the store's own verification.
    pub(crate) async fn judge(&self, segment: &mut Segment, server: Server) -> Result<()> {
        let began = Instant::now();
        let api = server.api.in_peace()?;
        segment.tally.violations.extend(settle(&api, &segment.driver).await?);
        segment.tally.took("settling", began);
        let began = Instant::now();
        let pages = Book::read(&self.folder.join(format!("{}-book.jsonl", segment.name)))?;
        let mut evidence = Evidence::collect(&api, pages, segment.driver.systems.ledger().await?).await?;
        self.mails(&mut evidence, &segment.driver.systems).await?;
        let wrong = evidence.violations();
        if !wrong.is_empty() {
            for (what, rows) in [
                ("runs", &evidence.runs),
                ("proposals", &evidence.proposals),
                ("exceptions", &evidence.exceptions),
                ("mails", evidence.mails.as_ref().unwrap_or(&Vec::new())),
            ] {
                let file = self.folder.join(format!("{}-{what}.json", segment.name));
                std::fs::write(file, serde_json::to_vec_pretty(rows)?)?;
            }
        }
        segment.tally.violations.extend(wrong);
        segment.tally.counts = evidence.counts();
        segment.tally.took("checking", began);
        let began = Instant::now();
        if !server.stop().await? {
            segment.tally.violations.push("a server that nothing is wrong with did not stop well".to_owned());
        }
        segment.tally.violations.extend(self.program.verify(&segment.place).await?);
        segment.tally.took("doctor", began);
        Ok(())
    }

    /// Waits until nobody is owed a mail.
    async fn mails(&self, evidence: &mut Evidence, systems: &Systems) -> Result<()> {
        let until = Instant::now() + POST;
        loop {
            evidence.mails = Some(systems.mails().await?);
            if evidence.mails_lost().is_empty() || Instant::now() > until {
                return Ok(());
            }
            tokio::time::sleep(REST).await;
        }
    }

    /// One life and its end.
    async fn life(&self, segment: &mut Segment, case: &Case) -> Result<()> {
        self.prepare(segment, case)?;
        let began = Instant::now();
        let started = self.program.start(&segment.place, &case.failpoints()).await?;
        segment.tally.took("starts", began);
        let server = match started {
            Started::Ready(server) => *server,
            Started::Ended(status) => {
                point_or_complaint(&mut segment.tally, case, status);
                return Ok(());
            }
        };
        let began = Instant::now();
        let mut work = tokio::spawn(segment.driver.clone().work(server.api.clone(), case.work()));
        let ended = match case.end {
            End::Point(point, _) => self.until_point(segment, case, server, point.drive, &mut work).await,
            End::Kill(after) => {
                tokio::time::sleep(Duration::from_millis(after)).await;
                segment.tally.kill(None);
                server.kill().await
            }
            End::Zombie(after) => self.zombie(segment, case, server, after).await,
        };
        work.abort();
        segment.tally.took(if matches!(case.end, End::Zombie(_)) { "zombies" } else { "lives" }, began);
        ended
    }

    /// The faults of a case beside the server, and no others.
    pub(crate) fn trouble(&self, systems: &Systems, case: &Case) -> Result<()> {
        self.peace(systems);
        for spec in &case.failures {
            systems.fail(spec.clone())?;
        }
        self.gate.accounting.break_next(case.fates.iter().copied());
        Ok(())
    }

    fn prepare(&self, segment: &Segment, case: &Case) -> Result<()> {
        let systems = &segment.driver.systems;
        self.trouble(systems, case)?;
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
        work: &mut JoinHandle<()>,
    ) -> Result<()> {
        let (api, began) = (server.api.clone(), Instant::now());
        if drive == Drive::Drain {
            tokio::time::sleep(Duration::from_millis(150)).await;
            server.signal(Signal::TERM)?;
        }
        let ended = tokio::select! {
            biased;
            ended = server.ended(Duration::from_millis(patience(drive))) => ended?,
            () = at_rest(&api, work), if !starts_or_ends(drive) => None,
        };
        match ended {
            Some(status) if aborted(status) => segment.tally.kill(Some(point_name(case))),
            Some(status) if drive == Drive::Drain && status.success() => segment.tally.kill(None),
            Some(status) => segment.tally.violations.push(format!("the server ended by itself: {status}")),
            None => {
                server.kill().await?;
                segment.tally.kill(None);
                segment.tally.took("of which unreached", began);
            }
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

/// Points of these are passed without any load, or after it.
const fn starts_or_ends(drive: Drive) -> bool {
    matches!(drive, Drive::Start | Drive::Drain | Drive::Slow | Drive::Install | Drive::Quarantine)
}

/// Returns once the driver has done all of its work and no run goes on by itself: nothing is left that could reach a
/// point.
async fn at_rest(api: &Api, work: &mut JoinHandle<()>) {
    drop(work.await);
    let mut looks = 0;
    while looks < 2 {
        tokio::time::sleep(REST).await;
        let rests = |run: &Value| {
            !run["ended_at"].is_null() || (run["status"] == "waiting" && !is_due_soon(&run["due_at"]))
        };
        match api.list("/runs").await {
            Ok(runs) if runs.iter().all(rests) => looks += 1,
            _ => looks = 0,
        }
    }
}

/// A run that waits for longer reaches nothing in this life.
fn is_due_soon(due: &Value) -> bool {
    let due = due.as_str().and_then(|due| due.parse::<Timestamp>().ok());
    due.is_some_and(|due| due.as_microsecond() < now() + 10_000_000)
}

pub(crate) fn point_or_complaint(tally: &mut Tally, case: &Case, status: ExitStatus) {
    if aborted(status) {
        tally.kill(Some(point_name(case)));
    } else {
        tally.violations.push(format!("the server ended by itself at its start: {status}"));
    }
}

pub(crate) fn point_name(case: &Case) -> &'static str {
    match case.end {
        End::Point(point, _) => point.name,
        End::Kill(_) | End::Zombie(_) => "",
    }
}

/// Milliseconds a life may take to reach a point.
pub(crate) const fn patience(drive: Drive) -> u64 {
    match drive {
        Drive::Load | Drive::Start | Drive::Birth | Drive::Publish | Drive::Event | Drive::Reply => 2_000,
        Drive::Decide | Drive::Lane | Drive::Act => 5_000,
        Drive::Silence | Drive::Verify | Drive::Evidence => 7_000,
        Drive::Release => 15_000,
        Drive::Large | Drive::Ask | Drive::Resolve | Drive::Retry | Drive::Announce | Drive::Cancel => 3_000,
        Drive::Slow | Drive::Look | Drive::LookTwice | Drive::Fire => 4_000,
        Drive::Poll | Drive::Resend | Drive::Segments | Drive::Quarantine | Drive::Late => 8_000,
        Drive::Drain | Drive::Install => 20_000,
    }
}
