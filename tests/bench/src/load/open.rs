//! Requests at fixed times, on as many connections as it takes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::{Tally, Target};
use crate::client::Connection;

/// More than these wait for one another: a system that is so far behind is not measured any better.
const CONNECTIONS: usize = 1024;
/// Servers close connections that are idle for longer, some after 5 seconds.
const IDLE: Duration = Duration::from_secs(3);

/// Connections that wait for their next request, the last used first.
#[derive(Clone, Default)]
struct Idle(Arc<Mutex<Vec<(Instant, Connection)>>>);

impl Idle {
    async fn take(&self, target: &Target) -> Result<Connection> {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match waiting {
            Some((since, connection)) if since.elapsed() < IDLE => Ok(connection),
            _ => Connection::open(target.endpoint.address).await,
        }
    }

    fn give(&self, connection: Connection) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), connection));
    }
}

pub(super) async fn drive(target: &Target, rate: u32, time: Duration) -> Result<Tally> {
    let requests = u32::try_from(u128::from(rate) * time.as_millis() / 1000)?;
    let began = Instant::now() + Duration::from_millis(10);
    let until = began + time;
    let mut ticks = ticks(began, rate, requests)?;
    let idle = Idle::default();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut running = JoinSet::new();
    let mut all = Tally::new(time);
    while let Some(intended) = ticks.recv().await {
        let (target, idle, places) = (target.clone(), idle.clone(), Arc::clone(&places));
        running.spawn(async move { (one(&target, &idle, &places).await, intended) });
        while let Some(done) = running.try_join_next() {
            let (outcome, intended) = done?;
            all.note(outcome, intended, until);
        }
    }
    while let Some(done) = running.join_next().await {
        let (outcome, intended) = done?;
        all.note(outcome, intended, until);
    }
    Ok(all)
}

/// When each request should be sent, told at that time. A thread of its own: the runtime's timer counts whole
/// milliseconds.
fn ticks(began: Instant, rate: u32, requests: u32) -> Result<mpsc::UnboundedReceiver<Instant>> {
    let (sender, ticks) = mpsc::unbounded_channel();
    let work = move || {
        for number in 0..requests {
            let intended = began + Duration::from_secs(1) * number / rate.max(1);
            std::thread::sleep(intended.saturating_duration_since(Instant::now()));
            if sender.send(intended).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("bench-ticks".to_owned()).spawn(work)?;
    Ok(ticks)
}

/// One request, and when its answer was there.
async fn one(target: &Target, idle: &Idle, places: &Semaphore) -> (Result<()>, Instant) {
    let outcome = async {
        let _place = places.acquire().await?;
        let mut connection = idle.take(target).await?;
        target.exchange(&mut connection).await?;
        idle.give(connection);
        Ok(())
    };
    let outcome = outcome.await;
    (outcome, Instant::now())
}
