//! The closed loop.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::JoinSet;

use super::{Tally, Target};
use crate::client::Connection;

pub(super) async fn drive(target: &Target, connections: u32, time: Duration) -> Result<Tally> {
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(target.endpoint.address).await?);
    }
    let until = Instant::now() + time;
    let mut loops = JoinSet::new();
    for connection in open {
        loops.spawn(one(target.clone(), connection, until, time));
    }
    let mut all = Tally::new(time);
    while let Some(tally) = loops.join_next().await {
        all.add(tally?);
    }
    Ok(all)
}

async fn one(target: Target, mut connection: Connection, until: Instant, time: Duration) -> Tally {
    let mut tally = Tally::new(time);
    loop {
        let sent = Instant::now();
        // A system that fails every request must not be flooded with more.
        if sent >= until || tally.failures.count > 0 {
            return tally;
        }
        let outcome = target.exchange(&mut connection).await;
        tally.note((outcome, Instant::now()), sent, until);
    }
}
