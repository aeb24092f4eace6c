//! Events without end, with systems and connections that fail now and then.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::cases::Case;
use crate::driver::Driver;
use crate::lane::Lane;
use crate::server::Api;

/// Streams of events beside each other.
const STREAMS: usize = 2;
/// Between two handfuls of events of a stream.
const PAUSE: Duration = Duration::from_millis(40);

/// The cases of a round, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    pub(super) seed: u64,
    pub(super) lane: u64,
    pub(super) next: Arc<AtomicU64>,
}

impl Numbers {
    pub(super) fn case(&self) -> Case {
        Case::load(self.seed, self.lane, self.next.fetch_add(1, Ordering::SeqCst))
    }
}

/// Load on one server, until this is dropped.
#[derive(Debug)]
pub(super) struct Load {
    streams: Vec<JoinHandle<()>>,
}

impl Load {
    pub(super) fn start(lane: &Arc<Lane>, driver: &Driver, api: &Api, numbers: &Numbers) -> Self {
        let streams = (0..STREAMS).map(|_| {
            let (lane, driver, api) = (Arc::clone(lane), driver.clone(), api.clone());
            tokio::spawn(stream(lane, driver, api, numbers.clone()))
        });
        Self { streams: streams.collect() }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        for stream in &self.streams {
            stream.abort();
        }
    }
}

async fn stream(lane: Arc<Lane>, driver: Driver, api: Api, numbers: Numbers) {
    loop {
        let case = numbers.case();
        // A failure that a system does not know is the table's mistake; a test of the kill campaign would show it.
        let _ = lane.trouble(&driver.systems, &case);
        driver.clone().work(api.clone(), case.work()).await;
        tokio::time::sleep(PAUSE).await;
    }
}
