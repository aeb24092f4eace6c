//! `calendar …`, `routing …`, `exception bulk`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::WhichArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum CalendarCommand {
    /// Print the workspace's business calendar: zone, hours a weekday, holidays
    Show,
    /// Set it from a JSON file, as `show` prints it
    Set { file: PathBuf },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RoutingCommand {
    /// Print the routing rules, in the order in which they are asked
    Show,
    /// Set all of them from a JSON file, as `show` prints them
    Set { file: PathBuf },
}

#[derive(Clone, Debug, Args)]
#[command(group = clap::ArgGroup::new("act").required(true).multiple(false))]
pub(crate) struct BulkArgs {
    #[command(flatten)]
    pub(crate) which: WhichArgs,
    /// How many there are, as you have seen them; without it the command only counts
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<usize>,
    /// Run their steps again
    #[arg(long, group = "act")]
    pub(crate) retry: bool,
    /// The records were mended where they live: go on
    #[arg(long, group = "act")]
    pub(crate) fix_and_continue: bool,
    /// Go on without them
    #[arg(long, group = "act")]
    pub(crate) skip: bool,
    /// Work on them
    #[arg(long, group = "act")]
    pub(crate) take: bool,
    /// Give them to person:HANDLE, team:NAME or role:NAME
    #[arg(long, group = "act", value_name = "OWNER")]
    pub(crate) assign: Option<String>,
    /// They are no problem, because …; what waits is given up
    #[arg(long, group = "act", value_name = "REASON")]
    pub(crate) dismiss: Option<String>,
}
