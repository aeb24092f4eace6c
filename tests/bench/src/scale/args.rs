//! The arguments of `throughline-bench scale`.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Store {
    /// SQLite in the data directory.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Store {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// Which part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Finished runs: start, restart, every page.
    History,
    /// Deleting what is past its retention beside a load. Goes on with the data of `history`.
    Retention,
    /// Runs that wait.
    Waiting,
    /// Open proposals and exceptions.
    Inbox,
    /// One run over many items.
    Each,
}

/// Long histories, many waiting runs, large for-eachs. `make scale` calls it; docs/testing.md says what it checks.
#[derive(Debug, Parser)]
#[command(name = "throughline-bench scale")]
pub(crate) struct Args {
    /// The server's binary, with `bundle` beside it
    #[arg(long)]
    pub(crate) binary: PathBuf,
    /// Folder for the report and for data; must be on a real disk
    #[arg(long, default_value = "target/scale")]
    pub(crate) out: PathBuf,
    /// Databases, one after the other
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    pub(crate) stores: Vec<Store>,
    /// Parts
    #[arg(long, value_delimiter = ',', default_value = "history,retention,waiting,inbox,each")]
    pub(crate) parts: Vec<Part>,
    /// Finished runs
    #[arg(long, default_value_t = 10_000_000)]
    pub(crate) runs: u64,
    /// Waiting runs
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) waiting: u64,
    /// Open proposals and exceptions
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) inbox: u64,
    /// Items of a for-each
    #[arg(long, default_value_t = 100_000)]
    pub(crate) items: u64,
    /// The binary is a debug build on a busy machine: bounds of time are ten times as wide
    #[arg(long)]
    pub(crate) loose: bool,
    /// Keep the data of the last store
    #[arg(long)]
    pub(crate) keep: bool,
}

impl Args {
    /// A bound of time, for this build.
    pub(crate) fn bound(&self, bound: f64) -> f64 {
        if self.loose { bound * 10.0 } else { bound }
    }

    pub(crate) fn wants(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }
}
