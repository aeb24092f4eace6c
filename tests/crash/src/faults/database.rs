//! PostgreSQL ends under load in every way and comes back; the server goes on by itself.

use throughline_test_support::postgres::{Down, OwnServer};
use tokio::task::block_in_place;

use super::round::Round;
use crate::Result;
use crate::server::Server;

const WAYS: [(&str, Down); 3] = [
    ("PostgreSQL stopped fast", Down::Fast),
    ("PostgreSQL stopped at once", Down::Immediate),
    ("PostgreSQL killed", Down::Crash),
];

/// One server, many outages.
pub(super) async fn outages(round: &mut Round<'_>) -> Result<Server> {
    let mut server = round.serve("").await?;
    let cluster: &OwnServer = round.bench.cluster.as_ref().ok_or("there is no cluster of its own")?;
    for (what, how) in WAYS.iter().cycle().take(usize::try_from(round.bench.plan.size)?) {
        let load = round.load(&server.api);
        round.pass(200, 900).await;
        block_in_place(|| cluster.down(*how));
        round.outcome.struck(*what);
        round.pass(0, 6_000).await;
        block_in_place(|| cluster.up());
        server = round.goes_on(server, what).await?;
        round.recovers(&server.api, what).await;
        drop(load);
    }
    Ok(server)
}
