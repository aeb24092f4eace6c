//! One round: a fresh place, load and faults on it, then every run to its end and the checker.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use throughline_test_support::postgres::OwnServer;
use tokio::task::block_in_place;

use super::load::{Load, Numbers};
use super::small::SmallDisk;
use super::{Kind, Outcome, Plan, RECOVERY, database, flush, full, zombie};
use crate::Result;
use crate::lane::{Lane, Segment};
use crate::place::Site;
use crate::rng::Rng;
use crate::server::{Api, Program, Server, Started};

/// How often it is tried whether events are accepted again.
const PAUSE: Duration = Duration::from_millis(50);

/// A lane, and what its kind of fault needs.
pub(super) struct Bench {
    pub(super) kind: Kind,
    pub(super) plan: Plan,
    pub(super) lane: Arc<Lane>,
    /// A PostgreSQL that may be ended.
    pub(super) cluster: Option<OwnServer>,
    /// The file system it is on.
    cluster_disk: Option<SmallDisk>,
}

/// A round under way.
pub(super) struct Round<'a> {
    pub(super) bench: &'a Bench,
    pub(super) segment: Segment,
    pub(super) rng: Rng,
    pub(super) outcome: Outcome,
    /// The file system that may fill.
    pub(super) disk: Option<SmallDisk>,
    numbers: Numbers,
    loads: Vec<Load>,
    probes: u64,
}

impl Bench {
    pub(super) async fn open(plan: &Plan, kind: Kind) -> Result<Self> {
        let folder = plan.work.join(kind.name());
        std::fs::create_dir_all(&folder)?;
        let own = matches!(kind, Kind::Database | Kind::FullDatabase);
        let cluster = own.then(|| block_in_place(OwnServer::start));
        let cluster_disk = match &cluster {
            Some(cluster) if kind == Kind::FullDatabase => {
                Some(block_in_place(|| full::onto_small_disk(cluster))?)
            }
            _ => None,
        };
        let site = match &cluster {
            Some(cluster) => Site::on_cluster(cluster.url(), &folder, kind.name()),
            None => Site::new(kind.store(), &folder, kind.name()),
        };
        let lane = Lane::open_on(plan.program.clone(), kind.store(), site, folder).await?;
        Ok(Self { kind, plan: plan.clone(), lane: Arc::new(lane), cluster, cluster_disk })
    }

    pub(super) async fn round(&self, number: u64) -> Result<Outcome> {
        let (name, lane) = (format!("round-{number}"), number * 16 + self.kind as u64);
        let dir = self.lane.folder.join(&name);
        let disk = match self.kind {
            Kind::Full => Some(SmallDisk::mount(&dir, full::DATA_MB)?),
            _ => None,
        };
        let place = self.lane.template.copy_to(dir, &name)?;
        let segment = self.lane.begin(name, number, place).await?;
        let (rng, numbers) = (
            Rng::new(self.plan.seed, lane, u64::MAX),
            Numbers { seed: self.plan.seed, lane, next: Arc::new(AtomicU64::new(0)) },
        );
        let mut round = Round {
            bench: self,
            segment,
            rng,
            outcome: Outcome::default(),
            disk,
            numbers,
            loads: Vec::new(),
            probes: 0,
        };
        let server = match self.kind {
            Kind::Zombie => zombie::zombies(&mut round).await?,
            Kind::Pause => zombie::pauses(&mut round).await?,
            Kind::Database => database::outages(&mut round).await?,
            Kind::Full => full::data(&mut round).await?,
            Kind::FullDatabase => full::cluster(&mut round).await?,
            Kind::Flush => flush::failures(&mut round).await?,
        };
        let outcome = round.end(server).await?;
        // A campaign that plays nothing must not end well.
        if outcome.is_idle() {
            return Err(
                format!("{}: no fault struck in this round, so it proves nothing", self.kind.name()).into()
            );
        }
        Ok(outcome)
    }

    /// The file system that the cluster is on.
    pub(super) fn cluster_disk(&self) -> Result<&SmallDisk> {
        Ok(self.cluster_disk.as_ref().ok_or("the cluster is on no small disk")?)
    }
}

impl Round<'_> {
    pub(super) fn program(&self) -> &Program {
        &self.bench.lane.program
    }

    /// Starts a server that must come up.
    pub(super) async fn serve(&self, failpoints: &str) -> Result<Server> {
        match self.program().start(&self.segment.place, failpoints).await? {
            Started::Ready(server) => Ok(*server),
            Started::Ended(status) => Err(format!("the server did not start: {status}").into()),
        }
    }

    /// Load on a server, until it is dropped.
    pub(super) fn load(&self, api: &Api) -> Load {
        Load::start(&self.bench.lane, &self.segment.driver, api, &self.numbers)
    }

    /// Keeps load up until [`Round::quiet`].
    pub(super) fn keep(&mut self, load: Load) {
        self.loads.push(load);
    }

    /// No load any more.
    pub(super) fn quiet(&mut self) {
        self.loads.clear();
    }

    /// Lets time pass: from `least` to `most` milliseconds.
    pub(super) async fn pass(&mut self, least: u64, most: u64) {
        let time = least + self.rng.below(most - least);
        tokio::time::sleep(Duration::from_millis(time)).await;
    }

    /// Without anybody's hands it accepts events again.
    pub(super) async fn recovers(&mut self, api: &Api, after: &str) {
        self.probes += 1;
        let event = format!("{}-probe-{}", self.segment.driver.prefix, self.probes);
        let began = Instant::now();
        while began.elapsed() < RECOVERY {
            if api.is_ready().await && self.segment.driver.probe(api, &event).await {
                self.outcome.slowest = self.outcome.slowest.max(began.elapsed());
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.outcome.wrong(format!("after {after} no event is accepted within {RECOVERY:?}"));
    }

    /// A server that must go on has not ended; where it has, a new one goes on.
    pub(super) async fn goes_on(&mut self, mut server: Server, after: &str) -> Result<Server> {
        match server.ended(Duration::from_millis(1)).await? {
            None => Ok(server),
            Some(status) => {
                self.outcome.wrong(format!("after {after} the server ended by itself: {status}"));
                self.serve("").await
            }
        }
    }

    /// Stops a server in order.
    pub(super) async fn stop(&mut self, server: Server, after: &str) -> Result<()> {
        if !server.stop().await? {
            self.outcome.wrong(format!("after {after} the server did not stop well"));
        }
        Ok(())
    }

    /// Peace, every run to its end on the server that is left, and the checker.
    async fn end(mut self, server: Server) -> Result<Outcome> {
        let lane = &self.bench.lane;
        lane.peace(&self.segment.driver.systems);
        lane.judge(&mut self.segment, server).await?;
        self.outcome.refusals = self.segment.driver.book.refusals();
        for (status, count) in &self.outcome.refusals {
            if *status != 503 {
                let words = format!("{count} events were refused with {status}, not with 503");
                self.segment.tally.violations.push(words);
            }
        }
        let mut violations = std::mem::take(&mut self.outcome.tally.violations);
        self.segment.tally.violations.append(&mut violations);
        if let Some(disk) = self.disk.take() {
            disk.unmount(self.segment.tally.violations.is_empty())?;
        }
        let tally = lane.end(self.segment).await?;
        self.outcome.tally.add(tally);
        Ok(self.outcome)
    }
}

/// What stays of a folder's name when numbers are put behind it.
pub(super) fn beside(path: &std::path::Path, more: &str) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!("{name}{more}"))
}
