//! Arguments of `figures`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum FiguresCommand {
    /// Straight-through rate: done without a human touch, of what was started and has ended
    StraightThrough(DaysArgs),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct DaysArgs {
    /// Only this workflow
    #[arg(long)]
    pub(crate) workflow: Option<String>,
    /// First day in UTC, such as 2026-01-25 [default: six days before the last]
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<String>,
    /// Last day [default: today]
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Option<String>,
}
