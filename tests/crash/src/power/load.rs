//! The load under which the power goes: pieces of work side by side, without an end.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::Result;
use crate::cases::{failures, fates};
use crate::driver::{Driver, Work};
use crate::points::Drive;
use crate::rng::Rng;
use crate::server::Api;
use crate::systems::Gate;
use crate::texts::Shape;

/// Pieces of work at a time.
const WORKERS: u64 = 3;
/// Between two pieces: a server that is gone is not asked without a pause.
const PAUSE: Duration = Duration::from_millis(20);
/// What is done besides the events of a shape: everything that is acknowledged, or lies in a file of its own.
const DRIVES: [Drive; 12] = [
    Drive::Load,
    Drive::Load,
    Drive::Reply,
    Drive::Large,
    Drive::Cancel,
    Drive::Ask,
    Drive::Resolve,
    Drive::Event,
    Drive::Publish,
    Drive::Retry,
    Drive::Look,
    Drive::Resend,
];

/// Work that goes on until this is dropped.
#[derive(Debug)]
pub struct Load(#[expect(dead_code, reason = "its tasks end with it")] JoinSet<()>);

impl Load {
    /// Starts it.
    pub fn start(driver: &Driver, api: &Api, rng: &mut Rng) -> Self {
        let mut tasks = JoinSet::new();
        for worker in 0..WORKERS {
            let rng = Rng::new(rng.draw(), worker, 0);
            tasks.spawn(go_on(driver.clone(), api.clone(), rng, worker * 1_000_000));
        }
        Self(tasks)
    }
}

async fn go_on(driver: Driver, api: Api, mut rng: Rng, first: u64) {
    for number in first.. {
        let work = Work {
            number,
            shape: rng.pick(&Shape::ALL),
            events: 1 + rng.below(3),
            drive: rng.pick(&DRIVES),
            rng: rng.clone(),
        };
        driver.clone().work(api.clone(), work).await;
        tokio::time::sleep(PAUSE).await;
    }
}

/// Lets some of the next calls fail, and some of the next connections break.
pub fn weather(driver: &Driver, gate: &Gate, rng: &mut Rng) -> Result<()> {
    for spec in failures(rng) {
        driver.systems.fail(spec)?;
    }
    gate.accounting.break_next(fates(rng));
    Ok(())
}
