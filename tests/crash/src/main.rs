//! `throughline-crash`: one campaign. `make crash` builds what it needs and calls it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::Parser;
use throughline_crash::Result;
use throughline_crash::cases::Campaign;
use throughline_crash::crew::{self, Plan};
use throughline_crash::lane::Tally;
use throughline_crash::place::Store;
use throughline_crash::report::{self, Report, coverage, say};
use throughline_crash::server::Program;

/// Kills from which on a point that was never reached fails the campaign.
const FULL: u64 = 1_000;

/// Kills the server at every point and checks what it promised. The last line is `kills N violations N`; the exit code
/// is 1 when a promise was broken, 2 when the rig failed.
#[derive(Clone, Debug, Parser)]
struct Args {
    /// The server's binary, built with the feature `failpoints`
    #[arg(long)]
    server: PathBuf,
    /// Folder with the connectors
    #[arg(long)]
    bundle: PathBuf,
    /// Folder for data; what a violation was found in stays there
    #[arg(long)]
    work: PathBuf,
    /// Kills in all
    #[arg(long, default_value_t = 300)]
    kills: u64,
    /// The campaign: same seed, same decisions
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Lives of one segment
    #[arg(long, default_value_t = 16)]
    segment: u64,
    /// Lanes of each store: each has a server, systems and a driver of its own
    #[arg(long, default_value_t = 1)]
    lanes: u64,
    /// File to go on from after an interruption
    #[arg(long)]
    progress: Option<PathBuf>,
    /// Only points whose names contain one of these, separated by commas
    #[arg(long, default_value = "")]
    only: String,
    /// Only this store: sqlite or postgres
    #[arg(long)]
    store: Option<String>,
    /// A fault that is built in: the campaign must find it. ack-before-commit, skip-intent, no-fence, resend-unknown,
    /// apply-unapproved, apply-twice, forget-decision
    #[arg(long = "break")]
    fault: Option<String>,
}

fn main() -> ExitCode {
    report::run(4, campaign(Args::parse()))
}

/// What proves a fault: where it shows, and on which stores.
fn plan(args: &Args) -> Result<(String, u64, Vec<Store>)> {
    let stores = Store::chosen(args.store.as_deref())?;
    let after_sending = "host.after_send,gateway.after_call,gateway.before_outcome_commit";
    Ok(match args.fault.as_deref() {
        None => (args.only.clone(), 4, stores),
        Some("ack-before-commit") => ("store.before_commit.accept,intake.after_accept".to_owned(), 0, stores),
        Some("skip-intent" | "resend-unknown") => (after_sending.to_owned(), 0, stores),
        Some("apply-unapproved" | "apply-twice") => {
            ("gateway.before_applied,gateway.after_apply".to_owned(), 0, stores)
        }
        Some("forget-decision") => ("store.before_commit.decision".to_owned(), 0, stores),
        // Only where two servers can meet on one database is there anything to fence.
        Some("no-fence") => ("nothing".to_owned(), 1, vec![Store::Postgres]),
        Some(other) => {
            return Err(format!(
                "--break {other}: there are ack-before-commit, skip-intent, no-fence, resend-unknown, apply-unapproved, \
                 apply-twice and forget-decision"
            )
            .into());
        }
    })
}

async fn campaign(args: Args) -> Result<u8> {
    let began = Instant::now();
    let (only, zombies, stores) = plan(&args)?;
    let report = Arc::new(Report::open(args.seed, args.segment, args.progress.as_deref())?);
    let share = args.kills.div_ceil(stores.len() as u64);
    let program = Program {
        path: args.server.clone(),
        bundle: args.bundle.clone(),
        fault: args.fault.clone(),
        settings: Vec::new(),
    };
    let crews = stores.into_iter().map(|store| {
        let campaign = Campaign::new(args.seed, store, &only, zombies);
        let (size, report, fault) = (args.segment, Arc::clone(&report), args.fault.is_some());
        let plan = Plan { store, campaign, share, size, report, fault };
        crew::work(plan, program.clone(), &args.work, args.lanes)
    });
    let tallies = futures::future::try_join_all(crews).await?;
    let missed = if only.is_empty() { coverage(&tallies) } else { Vec::new() };
    let mut all = Tally::default();
    for (_, tally) in tallies {
        all.add(tally);
    }
    say(&format!(
        "{} events acknowledged, {} runs, {} writes arrived, {} in doubt, {} decisions, {} exceptions, {} mails, {} s",
        all.counts.events,
        all.counts.runs,
        all.counts.writes,
        all.counts.doubts,
        all.counts.decisions,
        all.counts.exceptions,
        all.counts.mails,
        began.elapsed().as_secs()
    ));
    let times: Vec<String> =
        all.times.iter().map(|(what, time)| format!("{what} {} s", time.as_secs())).collect();
    say(&format!("time of all lanes: {}", times.join(", ")));
    let full = args.kills >= FULL && !missed.is_empty();
    if !missed.is_empty() {
        say(&format!("{}not reached: {}", if full { "FAILED: " } else { "" }, missed.join(", ")));
    }
    let code = report::close("kills", all.kills, &all.violations, args.fault.as_deref());
    Ok(if full && args.fault.is_none() { 1 } else { code })
}
