//! `throughline-power-cut`: one campaign. `make power-cut` builds what it needs, sees to privileges and calls it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::Parser;
use throughline_crash::Result;
use throughline_crash::place::Store;
use throughline_crash::power::campaign::{Folders, Lane, PHASE, Tally};
use throughline_crash::power::disk::Shelf;
use throughline_crash::power::postgres::Postgres;
use throughline_crash::report::{self, say};
use throughline_crash::server::Program;

/// Faults that a power cut shows.
const FAULTS: [&str; 3] = ["ack-before-commit", "no-flush", "skip-intent"];

/// Images the disk of a server under load at random moments, starts from each image and checks what was promised. The
/// last line is `images N violations N`; the exit code is 1 when a promise was broken, 2 when the rig failed.
#[derive(Clone, Debug, Parser)]
struct Args {
    /// The server's binary
    #[arg(long)]
    server: PathBuf,
    /// Folder with the connectors
    #[arg(long)]
    bundle: PathBuf,
    /// Folder for files; what a violation was found in stays there
    #[arg(long)]
    work: PathBuf,
    /// Folder for mounts, which PostgreSQL's user can reach
    #[arg(long)]
    mounts: PathBuf,
    /// Images in all
    #[arg(long, default_value_t = 100)]
    images: u64,
    /// The campaign: same seed, same decisions
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this store: sqlite or postgres
    #[arg(long)]
    store: Option<String>,
    /// Folder with PostgreSQL's programs
    #[arg(long)]
    postgres: PathBuf,
    /// Who runs PostgreSQL: numbers of user and group
    #[arg(long, value_delimiter = ':', num_args = 1)]
    postgres_user: Vec<u32>,
    /// A fault that is built in: the campaign must find it. ack-before-commit, no-flush, skip-intent
    #[arg(long = "break")]
    fault: Option<String>,
}

fn main() -> ExitCode {
    // Mounts block their threads; more of them than stores can be at it.
    report::run(8, campaign(Args::parse()))
}

async fn campaign(args: Args) -> Result<u8> {
    let began = Instant::now();
    if let Some(other) = args.fault.as_deref().filter(|fault| !FAULTS.contains(fault)) {
        return Err(format!("--break {other}: there are {}", FAULTS.join(", ")).into());
    }
    let stores = Store::chosen(args.store.as_deref())?;
    let shelf = Arc::new(Shelf::make(&args.work.join("disks.xfs"), &args.mounts.join("shelf"))?);
    let share = args.images.div_ceil(stores.len() as u64);
    let lanes = stores.into_iter().map(|store| lane(&args, store, share, Arc::clone(&shelf)));
    let tallies = futures::future::join_all(lanes).await;
    if let Some(shelf) = Arc::into_inner(shelf) {
        shelf.unmount()?;
    }
    std::fs::remove_file(args.work.join("disks.xfs"))?;
    let mut all = Tally::default();
    for tally in tallies {
        all.add(tally?);
    }
    Ok(conclude(&args, &all, began))
}

fn conclude(args: &Args, all: &Tally, began: Instant) -> u8 {
    say(&format!(
        "{} events acknowledged before their cuts, {} runs, {} under way, {} writes, {} in doubt, ready in {} ms at most, {} s",
        all.counts.events,
        all.counts.runs,
        all.open,
        all.counts.writes,
        all.counts.doubts,
        all.ready.as_millis(),
        began.elapsed().as_secs()
    ));
    report::close("images", all.images, &all.violations, args.fault.as_deref())
}

/// Phases until the lane has had its share of images; with a fault, until it is found.
async fn lane(args: &Args, store: Store, share: u64, shelf: Arc<Shelf>) -> Result<Tally> {
    let program = Program {
        path: args.server.clone(),
        bundle: args.bundle.clone(),
        fault: args.fault.clone(),
        settings: Vec::new(),
    };
    let [user, group] = args.postgres_user[..] else {
        return Err("--postgres-user is USER:GROUP, two numbers".into());
    };
    let postgres = Postgres {
        programs: args.postgres.clone(),
        user,
        group,
        log: args.work.join("postgres.log"),
        password: format!("power-cut-{}", std::process::id()),
    };
    let folders = Folders { work: args.work.clone(), mounts: args.mounts.clone() };
    let lane = Lane::open(store, args.seed, program, Some(postgres), shelf, folders).await?;
    let mut tally = Tally::default();
    for phase in 0.. {
        let found = args.fault.is_some() && !tally.violations.is_empty();
        if tally.images >= share || found {
            break;
        }
        let images = PHASE.min(share - tally.images);
        tally.add(
            lane.phase(phase, images)
                .await
                .map_err(|error| format!("{} phase {phase}: {error}", store.name()))?,
        );
    }
    Ok(tally)
}
