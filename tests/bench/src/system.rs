//! What is measured: our server on either store, or one of the peers.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use hyper::StatusCode;

use crate::check;
use crate::load::{Endpoint, Flow};
use crate::mock::Mock;
use crate::peer::Peer;
use crate::postgres::Postgres;
use crate::process::{self, Memory, Used};
use crate::server::{Server, Start};

/// A backlog of accepted runs may take as long.
const SETTLING: Duration = Duration::from_mins(20);

/// Which system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Which {
    Sqlite,
    Postgres,
    N8nSqlite,
    N8nPostgres,
    NodeRed,
    Restate,
}

impl Which {
    pub(crate) const fn is_ours(self) -> bool {
        match self {
            Self::Sqlite | Self::Postgres => true,
            Self::N8nSqlite | Self::N8nPostgres | Self::NodeRed | Self::Restate => false,
        }
    }

    /// Its key in the result.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::N8nSqlite => "n8n_sqlite",
            Self::N8nPostgres => "n8n_postgres",
            Self::NodeRed => "node_red",
            Self::Restate => "restate",
        }
    }

    pub(crate) const fn uses_postgres(self) -> bool {
        match self {
            Self::Postgres | Self::N8nPostgres => true,
            Self::Sqlite | Self::N8nSqlite | Self::NodeRed | Self::Restate => false,
        }
    }
}

/// Where things are.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// Our binary, with its bundle beside it.
    pub(crate) binary: PathBuf,
    /// Data directories are made here.
    pub(crate) out: PathBuf,
    /// Installed peers.
    pub(crate) cache: PathBuf,
}

/// Something with our own server or a peer's processes behind it.
enum Behind {
    Ours(Server),
    Peer(Peer),
}

/// A running system.
pub(crate) struct System {
    which: Which,
    behind: Behind,
    postgres: Option<Postgres>,
    /// From the first process to the first answer.
    pub(crate) ready_after: Duration,
}

impl System {
    /// Starts it on fresh data.
    pub(crate) async fn start(which: Which, places: &Places, mock: &Mock, traced: bool) -> Result<Self> {
        let postgres = which.uses_postgres().then(Postgres::fresh).transpose()?;
        let folder = places.out.join("data").join(which.key());
        let url = postgres.as_ref().map(Postgres::url);
        let (behind, ready_after) = if which.is_ours() {
            let start = Start { binary: &places.binary, folder: &folder, database: url, traced };
            let server = Server::start(&start, mock).await?;
            let after = server.ready_after;
            (Behind::Ours(server), after)
        } else {
            let peer = Peer::start(which, &places.cache, &folder, url, mock).await?;
            let after = peer.ready_after;
            (Behind::Peer(peer), after)
        };
        Ok(Self { which, behind, postgres, ready_after })
    }

    pub(crate) const fn which(&self) -> Which {
        self.which
    }

    pub(crate) const fn postgres(&self) -> Option<&Postgres> {
        self.postgres.as_ref()
    }

    /// Where it takes requests; `None`: it has no such endpoint.
    pub(crate) fn endpoint(&self, flow: Flow) -> Option<Endpoint> {
        match &self.behind {
            Behind::Ours(server) => {
                let (workflow, status) = match flow {
                    Flow::Sync => ("bench-sync", StatusCode::OK),
                    Flow::Async => ("bench-async", StatusCode::ACCEPTED),
                };
                Some(Endpoint { address: server.address, path: Server::hook(workflow), status, flow })
            }
            Behind::Peer(peer) => peer.endpoint(flow),
        }
    }

    /// What its own processes have used.
    pub(crate) fn used(&self) -> Used {
        match &self.behind {
            Behind::Ours(server) => process::tree(server.pid, Memory::Sum),
            Behind::Peer(peer) => peer.used(),
        }
    }

    /// What PostgreSQL's processes have used.
    pub(crate) fn used_by_postgres(&self) -> Option<Used> {
        self.postgres.as_ref().map(|postgres| process::tree(postgres.postmaster, Memory::Largest))
    }

    /// Our server's own figures; peers have none.
    pub(crate) async fn metrics(&self) -> Result<BTreeMap<String, f64>> {
        match &self.behind {
            Behind::Ours(server) => server.api().await?.metrics().await,
            Behind::Peer(_) => Ok(BTreeMap::new()),
        }
    }

    /// Every fsync that a traced start wrote down, by its time in seconds since 1970.
    pub(crate) fn traced_syncs(&self) -> Result<Vec<f64>> {
        match &self.behind {
            Behind::Ours(server) => server.syncs(),
            Behind::Peer(_) => Ok(Vec::new()),
        }
    }

    /// Waits until every one of `sent` requests has led to a run that has ended.
    pub(crate) async fn settled(&self, mock: &Mock, sent: u32) -> Result<()> {
        let until = Instant::now() + SETTLING;
        loop {
            let open = match &self.behind {
                Behind::Ours(server) => {
                    server.api().await?.metrics().await?.get("throughline_runs_open").copied().unwrap_or(0.0)
                }
                Behind::Peer(_) => f64::from(sent) - f64::from(u32::try_from(mock.books.posts())?),
            };
            if open <= 0.0 {
                return Ok(());
            }
            if Instant::now() > until {
                bail!(
                    "the result is void: {open} runs of {} have not ended within {SETTLING:?}",
                    self.which.key()
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// POSTs = runs = receipts, and every run is there to be read. Gives the number of runs that were read.
    pub(crate) async fn check(&self, mock: &Mock, sent: u32) -> Result<u64> {
        mock.books.check(sent)?;
        match &self.behind {
            Behind::Ours(server) => check::every_run(server, mock, sent).await,
            Behind::Peer(peer) => peer.check(self.postgres.as_ref(), sent).await,
        }
        .with_context(|| format!("{}: after {sent} requests", self.which.key()))
    }

    /// Ends it and removes its data.
    pub(crate) fn stop(self) -> Result<()> {
        match self.behind {
            Behind::Ours(server) => server.stop(),
            Behind::Peer(peer) => peer.stop(),
        }
    }
}
