//! Arguments of `run`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum RunCommand {
    /// Start a run of a workflow by hand and follow it until it ends or waits
    Start(StartArgs),
    /// List runs, newest first
    List(ListArgs),
    /// Show a run: steps, effects, exceptions
    Show {
        /// Run id
        run: String,
    },
    /// Cancel a run: nothing new starts, an open write is settled first
    Cancel {
        /// Run id
        run: String,
    },
    /// Run a failed or waiting step of a run again
    Retry {
        /// Run id
        run: String,
        /// Step to start from instead of the one that stopped
        #[arg(long, value_name = "STEP")]
        from: Option<String>,
        /// Run on the workflow's current version, in a new run that copies what is unchanged
        #[arg(long)]
        current_version: bool,
        /// Repeat effects that were confirmed
        #[arg(long)]
        repeat_effects: bool,
    },
    /// List open exceptions: what stopped, who owns it, until when
    Exceptions,
    /// Resolve an exception that a run waits on
    Resolve(ResolveArgs),
    /// List runs that are held since a restore
    Held,
    /// Say how a run that is held since a restore goes on
    Release(ReleaseArgs),
    /// List open questions to people
    Asks,
    /// Answer a question that a run waits for
    Answer {
        /// Question id
        ask: String,
        /// JSON file with the answer; `-` reads standard input
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct StartArgs {
    /// Workflow id
    pub(crate) workflow: String,
    /// JSON file with the event's data; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) event: Option<PathBuf>,
    /// Key that makes a second start with the same event harmless
    #[arg(long, value_name = "KEY")]
    pub(crate) dedupe_key: Option<String>,
    /// Return when the run is accepted
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// Seconds to follow the run
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) wait_seconds: u64,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ListArgs {
    /// Only this workflow's
    #[arg(long)]
    pub(crate) workflow: Option<String>,
    /// Only with this status: queued, running, waiting, succeeded, failed, cancelled
    #[arg(long)]
    pub(crate) status: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    /// Continue after this cursor, as the last page named it
    #[arg(long)]
    pub(crate) after: Option<String>,
}

#[derive(Clone, Debug, Args)]
#[command(group = clap::ArgGroup::new("how").required(true).multiple(false))]
pub(crate) struct ResolveArgs {
    /// Exception id
    pub(crate) exception: String,
    /// Run the step again
    #[arg(long, group = "how")]
    pub(crate) retry: bool,
    /// With --retry or --retry-with: on the workflow's current version, in a new run that copies what is unchanged
    #[arg(long, conflicts_with_all = ["fix_and_continue", "done_by_hand", "skip", "give_up", "happened", "did_not_happen"])]
    pub(crate) current_version: bool,
    /// The record was mended where it lives: go on from the step that stopped
    #[arg(long, group = "how")]
    pub(crate) fix_and_continue: bool,
    /// Run the step again with this input, whole (JSON file)
    #[arg(long, group = "how", value_name = "FILE")]
    pub(crate) retry_with: Option<PathBuf>,
    /// A person did it; the file holds the step's output (JSON)
    #[arg(long, group = "how", value_name = "FILE")]
    pub(crate) done_by_hand: Option<PathBuf>,
    /// Go on without it
    #[arg(long, group = "how")]
    pub(crate) skip: bool,
    /// The run fails; the note says why
    #[arg(long, group = "how", value_name = "NOTE")]
    pub(crate) give_up: Option<String>,
    /// In doubt only: it happened; the text is the proof
    #[arg(long, group = "how", value_name = "PROOF")]
    pub(crate) happened: Option<String>,
    /// In doubt only: it did not happen; send it again as a new effect
    #[arg(long, group = "how")]
    pub(crate) did_not_happen: bool,
}

#[derive(Clone, Debug, Args)]
#[command(group = clap::ArgGroup::new("choice").required(true).multiple(false))]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(false))]
pub(crate) struct ReleaseArgs {
    /// Run ids
    #[arg(group = "which")]
    pub(crate) runs: Vec<String>,
    /// Every run that is held
    #[arg(long, group = "which")]
    pub(crate) all: bool,
    /// Nothing of it happened after the backup: it goes on where it is
    #[arg(long, group = "choice")]
    pub(crate) resume: bool,
    /// Its writes may have happened: each is looked up, sent again under its old key, or asked about
    #[arg(long, group = "choice")]
    pub(crate) in_doubt: bool,
}
