//! The arguments.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use crate::load::{Flow, Load, Pace};
use crate::measure::Length;
use crate::system::Which;

/// The five-step benchmark. `make bench` and `make bench-peers` call it; docs/performance.md says what it measures.
#[derive(Debug, Parser)]
#[command(name = "throughline-bench")]
pub(crate) struct Args {
    /// The server's binary, with `bundle` beside it
    #[arg(long)]
    pub(crate) binary: PathBuf,
    /// A binary that counts allocations; one more short load runs on it
    #[arg(long)]
    pub(crate) counting_binary: Option<PathBuf>,
    /// Folder for the result and for data directories; must be on a real disk
    #[arg(long, default_value = "target/bench")]
    pub(crate) out: PathBuf,
    /// Folder of the installed peers
    #[arg(long, default_value = ".")]
    pub(crate) cache: PathBuf,
    /// Systems, in the order of each round
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    pub(crate) systems: Vec<Which>,
    /// Rounds; the median counts
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: u32,
    /// Seconds of each load
    #[arg(long, default_value_t = 20)]
    pub(crate) seconds: u64,
    /// Seconds before each load that do not count
    #[arg(long, default_value_t = 5)]
    pub(crate) warm_up: u64,
    /// Connections of the closed loops; the last gives runs/s
    #[arg(long, value_delimiter = ',', default_value = "16,64")]
    pub(crate) connections: Vec<u32>,
    /// Requests a second of the open loops; the last gives the times
    #[arg(long, value_delimiter = ',', default_value = "200,500")]
    pub(crate) rates: Vec<u32>,
    /// The result is for its form only: say so in it
    #[arg(long)]
    pub(crate) smoke: bool,
}

impl Args {
    pub(crate) const fn length(&self) -> Length {
        Length { warm_up: Duration::from_secs(self.warm_up), measured: Duration::from_secs(self.seconds) }
    }

    /// The loads of our own server, in order.
    pub(crate) fn loads(&self) -> Vec<Load> {
        let paces = self.closed().into_iter().chain(self.rates.iter().copied().map(Pace::Open));
        both(&paces.collect::<Vec<_>>())
    }

    /// The loads of peers: the closed loops. The rates of the open loops are beyond most of them.
    pub(crate) fn peer_loads(&self) -> Vec<Load> {
        both(&self.closed())
    }

    fn closed(&self) -> Vec<Pace> {
        self.connections.iter().copied().map(Pace::Closed).collect()
    }

    /// The load whose throughput and counted work stand in the result.
    pub(crate) fn heaviest(&self) -> Load {
        let connections = self.connections.last().copied().unwrap_or(64);
        Load { flow: Flow::Sync, pace: Pace::Closed(connections) }
    }

    /// The load whose times stand in the result.
    pub(crate) fn steady(&self, flow: Flow) -> Load {
        Load { flow, pace: Pace::Open(self.rates.last().copied().unwrap_or(500)) }
    }
}

fn both(paces: &[Pace]) -> Vec<Load> {
    [Flow::Sync, Flow::Async]
        .into_iter()
        .flat_map(|flow| paces.iter().map(move |pace| Load { flow, pace: *pace }))
        .collect()
}
