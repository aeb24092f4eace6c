//! The disk is full for a while: the server refuses, and goes on as soon as there is room.

use std::time::{Duration, Instant};

use throughline_test_support::postgres::{Down, OwnServer, query_at};
use tokio::task::block_in_place;

use super::round::{Round, beside};
use super::small::{SmallDisk, run};
use crate::Result;
use crate::server::Server;

/// The file system of a data directory.
pub(super) const DATA_MB: u64 = 64;
/// The file system of a cluster, which takes about 60 MB by itself.
const CLUSTER_MB: u64 = 256;
/// How long a full disk may go unnoticed: the log may have room that it took before.
const UNNOTICED: Duration = Duration::from_secs(6);

/// SQLite on a small disk.
pub(super) async fn data(round: &mut Round<'_>) -> Result<Server> {
    let mut server = round.serve("").await?;
    for _ in 0..round.bench.plan.size {
        let load = round.load(&server.api);
        round.pass(100, 900).await;
        let leave = round.rng.pick(&[0, 0, 4 << 10, 64 << 10, 300 << 10]);
        let disk = round.disk.as_ref().ok_or("there is no small disk")?;
        disk.fill(leave)?;
        let noticed = refused(round).await;
        round.pass(0, 1_000).await;
        round.disk.as_ref().ok_or("there is no small disk")?.empty()?;
        round.outcome.struck(if noticed { "the disk was full" } else { "the disk was full, unnoticed" });
        server = round.goes_on(server, "a full disk").await?;
        round.recovers(&server.api, "a full disk").await;
        drop(load);
    }
    Ok(server)
}

/// Waits until an event is refused; false: none was.
async fn refused(round: &Round<'_>) -> bool {
    let count = || round.segment.driver.book.refusals().values().sum::<u64>();
    let (before, began) = (count(), Instant::now());
    while began.elapsed() < UNNOTICED {
        if count() > before {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

/// PostgreSQL on a small disk. It may end by itself when it finds no room for its log: who runs it starts it again.
pub(super) async fn cluster(round: &mut Round<'_>) -> Result<Server> {
    let bench = round.bench;
    let (disk, cluster) = (bench.cluster_disk()?, bench.cluster.as_ref().ok_or("there is no cluster")?);
    let mut server = round.serve("").await?;
    for _ in 0..bench.plan.size {
        let load = round.load(&server.api);
        round.pass(100, 900).await;
        disk.fill(round.rng.pick(&[0, 0, 8 << 10, 64 << 10, 300 << 10]))?;
        let noticed = refused(round).await;
        round.pass(0, 1_000).await;
        disk.empty()?;
        let what =
            if noticed { "PostgreSQL's disk was full" } else { "PostgreSQL's disk was full, unnoticed" };
        round.outcome.struck(what);
        let ended = block_in_place(|| {
            let ended = !answers(cluster);
            if ended {
                cluster.up();
            }
            ended
        });
        if ended {
            *round.outcome.faults.entry("... and PostgreSQL ended".to_owned()).or_default() += 1;
        }
        server = round.goes_on(server, "a full disk of PostgreSQL").await?;
        round.recovers(&server.api, "a full disk of PostgreSQL").await;
        drop(load);
    }
    Ok(server)
}

/// It may be about to recover by itself.
fn answers(cluster: &OwnServer) -> bool {
    (0..15).any(|look| {
        if look > 0 {
            std::thread::sleep(Duration::from_millis(200));
        }
        cluster.answers()
    })
}

/// Moves a cluster onto a small disk.
pub(super) fn onto_small_disk(cluster: &OwnServer) -> Result<SmallDisk> {
    // Its log must not fill the disk by itself.
    for setting in ["max_wal_size = '64MB'", "min_wal_size = '32MB'"] {
        query_at(cluster.url(), &format!("ALTER SYSTEM SET {setting}"));
    }
    cluster.down(Down::Fast);
    let data = cluster.folder().join("data");
    let before = beside(&data, "-before");
    std::fs::rename(&data, &before)?;
    let disk = SmallDisk::mount(&data, CLUSTER_MB)?;
    // Owners and modes go along, also of the folder itself.
    run("cp", &[&"-a", &before.join("."), &data])?;
    std::fs::remove_dir_all(before)?;
    cluster.up();
    Ok(disk)
}
