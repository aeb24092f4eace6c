//! One system, once: start, every load, the check, stop.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::args::Args;
use crate::body::Tags;
use crate::load::{Flow, Load, Target};
use crate::measure::{Figures, Length, counted, measure};
use crate::mock::Mock;
use crate::postgres::Postgres;
use crate::say;
use crate::system::{Places, System, Which};

/// What a round of a system gave: figures of each load by its name, and of the round itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Round {
    pub(crate) loads: BTreeMap<String, Figures>,
    pub(crate) whole: Figures,
    pub(crate) database: Option<String>,
}

/// Numbers and endpoints of one start.
struct Stand<'a> {
    system: System,
    mock: &'a Mock,
    tags: Arc<Tags>,
}

impl<'a> Stand<'a> {
    async fn start(which: Which, places: &Places, mock: &'a Mock, traced: bool) -> Result<Self> {
        mock.books.clear();
        Ok(Self { system: System::start(which, places, mock, traced).await?, mock, tags: Arc::default() })
    }

    fn target(&self, flow: Flow) -> Option<Target> {
        let endpoint = self.system.endpoint(flow)?;
        Some(Target { endpoint, books: self.mock.books.clone(), tags: Arc::clone(&self.tags) })
    }

    /// Checks everything that was sent, and stops.
    async fn finish(self) -> Result<u64> {
        let read = self.system.check(self.mock, self.tags.given()).await?;
        self.system.stop()?;
        Ok(read)
    }
}

/// Every load on one system.
pub(crate) async fn play(which: Which, args: &Args, places: &Places, mock: &Mock) -> Result<Round> {
    let stand = Stand::start(which, places, mock, false).await?;
    let mut round = Round { database: stand.system.postgres().map(Postgres::version), ..Round::default() };
    round.whole.insert("start_s", stand.system.ready_after.as_secs_f64());
    #[expect(clippy::cast_precision_loss, reason = "memory has fewer than 2^53 bytes")]
    round.whole.insert("rss_idle_mb", stand.system.used().resident as f64 / 1024.0 / 1024.0);
    let loads = if which.is_ours() { args.loads() } else { args.peer_loads() };
    for load in loads {
        let Some(target) = stand.target(load.flow) else { continue };
        let figures = measure(&stand.system, load, args.length(), mock, &target).await?;
        let figure = |name: &str| figures.get(name).copied().unwrap_or_default();
        say(&format!(
            "    {:<12} {:<11} {:>8.1} runs/s   p50 {:>8.2} ms   p99 {:>8.2} ms   {:>6.1} MiB",
            which.key(),
            load.name(),
            figure("runs_per_s"),
            figure("p50_ms"),
            figure("p99_ms"),
            figure("rss_mb")
        ));
        round.loads.insert(load.name(), figures);
    }
    let read = stand.finish().await?;
    say(&format!("    {:<12} {read} runs read afterwards", which.key()));
    Ok(round)
}

/// A short load under strace: the fsyncs that were really made. SQLite only: PostgreSQL counts its own.
pub(crate) async fn trace(args: &Args, places: &Places, mock: &Mock) -> Result<Figures> {
    let stand = Stand::start(Which::Sqlite, places, mock, true).await.context("under strace")?;
    let load = args.heaviest();
    let target = stand.target(load.flow).context("our server has every endpoint")?;
    let figures = counted(&stand.system, load, short(args), mock, &target).await?;
    stand.finish().await?;
    Ok(figures)
}

/// A short load on a binary that counts allocations.
pub(crate) async fn allocations(which: Which, args: &Args, places: &Places, mock: &Mock) -> Result<Figures> {
    let stand = Stand::start(which, places, mock, false).await?;
    let load: Load = args.heaviest();
    let target = stand.target(load.flow).context("our server has every endpoint")?;
    let figures = measure(&stand.system, load, short(args), mock, &target).await?;
    stand.finish().await?;
    figures.contains_key("allocations_per_run").then_some(()).context(
        "the binary for counting allocations does not count them: build it with the feature count-allocations",
    )?;
    Ok(figures)
}

fn short(args: &Args) -> Length {
    let length = args.length();
    Length {
        warm_up: length.warm_up.min(Duration::from_secs(2)),
        measured: length.measured.min(Duration::from_secs(5)),
    }
}
