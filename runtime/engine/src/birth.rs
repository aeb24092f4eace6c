//! Runs that are driven from their birth: accepted, claimed and begun in one go, while a worker is free.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use throughline_intake::{Birth, Start, Starter};
use throughline_store::Hold;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::driver::{Reins, Source};
use crate::engine::{Engine, drive};
use crate::shared::Shared;

/// The engine as the front door knows it. Weak: the engine has a front door of its own.
pub(crate) struct Births {
    shared: Weak<Shared>,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// Whoever brings an event may be on another one.
    runtime: Handle,
}

impl Births {
    pub(crate) fn of(engine: &Engine) -> Self {
        Self {
            shared: Arc::downgrade(&engine.shared),
            runtime: Handle::current(),
            tasks: engine.tasks.clone(),
            stop: engine.stop.clone(),
        }
    }
}

impl Starter for Births {
    fn take(&self) -> Option<Box<dyn Start>> {
        let shared = self.shared.upgrade()?;
        if shared.draining.is_cancelled() || shared.behind.load(Ordering::Acquire) {
            return None;
        }
        let place = Arc::clone(&shared.workers).try_acquire_owned().ok()?;
        let (tasks, stop) = (self.tasks.clone(), self.stop.clone());
        let (engine, runtime) = (Engine { shared, tasks, stop }, self.runtime.clone());
        Some(Box::new(Ready { engine, runtime, reins: Reins::default(), place }))
    }
}

/// A worker that is kept for a run about to be born.
struct Ready {
    engine: Engine,
    runtime: Handle,
    reins: Reins,
    place: OwnedSemaphorePermit,
}

impl Start for Ready {
    fn hold(&self) -> Hold {
        let shared = &self.engine.shared;
        Hold { worker: shared.worker.clone(), lease_ms: shared.config.lease_ms }
    }

    fn begin(self: Box<Self>, birth: Birth) {
        let Self { engine, runtime, reins, place } = *self;
        reins.unborn.store(true, Ordering::Release);
        let tasks = engine.tasks.clone();
        let life = async move {
            let (claim, log, accepted) = birth.parts();
            let (tell, told) = oneshot::channel();
            let unborn = Arc::clone(&reins.unborn);
            let accepting = async {
                let held = accepted.await;
                unborn.store(!held, Ordering::Release);
                let _ = tell.send(held);
            };
            let driving = Box::pin(drive(&engine, claim, Source::Born(log, told), reins));
            futures::join!(accepting, driving);
            drop(place);
        };
        tasks.spawn_on(life, &runtime);
    }
}
