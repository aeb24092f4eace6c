//! Phases of load on one store, with images taken at random moments; each image is judged afterwards.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Result;
use crate::book::Book;
use crate::check::Counts;
use crate::driver::Driver;
use crate::place::{Store, furnish};
use crate::power::cut::{Cut, book_in, systems_in};
use crate::power::disk::{Disk, Shelf};
use crate::power::judge::{Judge, Judged};
use crate::power::load::{Load, weather};
use crate::power::postgres::Postgres;
use crate::power::site::Site;
use crate::report::say;
use crate::rng::Rng;
use crate::server::Program;
use crate::systems::{Gate, Systems};

/// Images of one phase: a fresh disk comes often enough for histories to stay short.
pub const PHASE: u64 = 8;

/// So many phases in a hundred go on for a while before the first image.
const LONG: u64 = 25;

/// What a campaign has seen so far.
#[derive(Debug, Default)]
pub struct Tally {
    /// Images that were judged.
    pub images: u64,
    /// What was wrong.
    pub violations: Vec<String>,
    /// What was looked at, summed up over images.
    pub counts: Counts,
    /// Runs that had not ended when the power went.
    pub open: u64,
    /// The longest start from an image.
    pub ready: Duration,
}

impl Tally {
    /// Adds another one.
    pub fn add(&mut self, other: Self) {
        self.images += other.images;
        self.violations.extend(other.violations);
        self.counts.add(other.counts);
        self.open += other.open;
        self.ready = self.ready.max(other.ready);
    }

    fn judged(&mut self, name: &str, judged: Judged) {
        self.images += 1;
        self.violations.extend(judged.violations.into_iter().map(|words| format!("{name}: {words}")));
        self.counts.add(judged.counts);
        self.open += judged.open;
        self.ready = self.ready.max(judged.ready);
    }
}

/// Where a campaign keeps what.
#[derive(Clone, Debug)]
pub struct Folders {
    /// For files; what a violation was found in stays there.
    pub work: PathBuf,
    /// For mounts: PostgreSQL's user must get there.
    pub mounts: PathBuf,
}

/// A store's share of a campaign.
#[derive(Debug)]
pub struct Lane {
    /// Its store.
    pub store: Store,
    seed: u64,
    program: Program,
    postgres: Option<Postgres>,
    shelf: Arc<Shelf>,
    folders: Folders,
    gate: Gate,
    template: Disk,
}

impl Lane {
    /// Furnishes the disk that every phase begins with.
    pub async fn open(
        store: Store,
        seed: u64,
        program: Program,
        postgres: Option<Postgres>,
        shelf: Arc<Shelf>,
        folders: Folders,
    ) -> Result<Self> {
        let work = folders.work.join(store.name());
        std::fs::create_dir_all(&work)?;
        let folders = Folders { work, ..folders };
        let gate = Gate::open(&folders.work).await?;
        let template = shelf.disk(&format!("{}-template", store.name()))?;
        let postgres = postgres.filter(|_| store == Store::Postgres);
        let lane = Self { store, seed, program, postgres, shelf, folders, gate, template };
        let systems = Systems::start(&lane.folders.work.join("template-systems"), &lane.gate).await?;
        let log = lane.folders.work.join("template.log");
        let site = Site::found(&lane.template, &lane.at("template"), log, lane.postgres.as_ref()).await?;
        furnish(&lane.sound(), &site.place, &lane.gate).await?;
        site.stop().await?;
        systems.stop().await;
        Ok(lane)
    }

    /// The program without its fault.
    fn sound(&self) -> Program {
        Program { fault: None, ..self.program.clone() }
    }

    fn at(&self, what: &str) -> PathBuf {
        self.folders.mounts.join(format!("{}-{what}", self.store.name()))
    }

    /// A fresh disk under load, so many images of it, and what each was found to be.
    pub async fn phase(&self, number: u64, images: u64) -> Result<Tally> {
        let began = Instant::now();
        let name = format!("{}-{number}", self.store.name());
        let outside = self.folders.work.join(&name);
        std::fs::create_dir_all(&outside)?;
        let (cuts, wrong) = self.live(number, images, &outside).await?;
        let mut tally = Tally { violations: wrong, ..Tally::default() };
        for cut in cuts {
            // A fault that is built in is found: the rest would each wait for what is lost.
            if self.program.fault.is_some() && !tally.violations.is_empty() {
                break;
            }
            let name = cut.name.clone();
            tally.judged(&name, self.judge(cut).await?);
        }
        if tally.violations.is_empty() {
            std::fs::remove_dir_all(&outside)?;
        }
        self.show(number, &tally, began.elapsed());
        Ok(tally)
    }

    /// The server under load while images are taken; then it is ended like everything the power was cut from.
    async fn live(&self, number: u64, images: u64, outside: &Path) -> Result<(Vec<Cut>, Vec<String>)> {
        let mut rng = Rng::new(self.seed, self.store as u64, number);
        let name = format!("{}-{number}", self.store.name());
        let disk = self.shelf.image(&self.template, &format!("{name}-live"))?;
        let mount = disk.mount(&self.at("live"))?;
        let site = Site::start(mount, outside.join("server.log"), self.postgres.as_ref()).await?;
        let systems = Arc::new(Systems::start(&systems_in(outside), &self.gate).await?);
        let driver = Driver {
            book: Arc::new(Book::create(&book_in(outside))?),
            systems: Arc::clone(&systems),
            bundle: self.program.bundle.clone(),
            people: self.gate.deciders(),
            prefix: name.clone(),
        };
        let mut server = self.program.serve(&site.place).await?;
        let load = Load::start(&driver, &server.api, &mut rng);
        let mut cuts = Vec::new();
        if rng.chance(LONG) {
            // Long enough for the logs of both stores to be folded into their files.
            tokio::time::sleep(Duration::from_millis(rng.below(3_000))).await;
        }
        for image in 0..images {
            weather(&driver, &self.gate, &mut rng)?;
            tokio::time::sleep(Duration::from_micros(30_000 + rng.below(400_000))).await;
            let folder = outside.join(format!("{name}-{image}"));
            cuts.push(Cut::take(&self.shelf, &disk, &driver, outside, &folder).await?);
        }
        drop(load);
        let ended = server.ended(Duration::ZERO).await?;
        let wrong = ended.map(|status| format!("{name}: the server ended by itself: {status}"));
        server.kill().await?;
        site.kill().await?;
        disk.remove()?;
        self.gate.accounting.mend();
        drop(driver);
        if let Some(systems) = Arc::into_inner(systems) {
            systems.stop().await;
        }
        Ok((cuts, wrong.into_iter().collect()))
    }

    /// Judges an image. One that a violation was found in is kept as the cut left it.
    async fn judge(&self, cut: Cut) -> Result<Judged> {
        let untouched = self.shelf.image(&cut.disk, &format!("{}-untouched", cut.name))?;
        let mount = cut.disk.mount_in_peace(&self.at("image"))?;
        let (program, postgres) = (self.sound(), self.postgres.as_ref());
        let judge = Judge { program: &program, postgres, gate: &self.gate };
        let judged = judge.judge(&cut, mount).await;
        if judged.violations.is_empty() {
            std::fs::remove_dir_all(&cut.folder)?;
        } else {
            untouched.keep(&cut.folder.join("disk.ext4"))?;
        }
        untouched.remove()?;
        cut.disk.remove()?;
        Ok(judged)
    }

    fn show(&self, number: u64, tally: &Tally, took: Duration) {
        let counts = tally.counts;
        say(&format!(
            "{:<8} phase {number:>3}: {:>2} images, {:>5} events, {:>5} writes, {:>3} in doubt, {:>4} runs under way, \
             ready in {} ms at most, violations {} ({} s)",
            self.store.name(),
            tally.images,
            counts.events,
            counts.writes,
            counts.doubts,
            tally.open,
            tally.ready.as_millis(),
            tally.violations.len(),
            took.as_secs()
        ));
        for violation in &tally.violations {
            say(&format!("  VIOLATION SEED={} {violation}", self.seed));
        }
    }
}
