//! What changed, for those who watch: one reader of the store's commits for all streams, and a buffer of the last of them, so that
//! a stream that was cut off goes on where it was. Nothing of what a change is about is in it.

mod ring;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use throughline_store::{News, Scope, Store, StoreError, Subject, Touched};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::watch;

pub(crate) use ring::{Change, Ring};

/// Commits that are told together: a burst is one look at the store.
const GATHER: Duration = Duration::from_millis(20);
/// So long the buffer is kept up after the last stream ended.
const LINGERS: Duration = Duration::from_mins(1);
/// Streams of one person, and of all.
const MOST_OF_ONE: usize = 8;
const MOST: usize = 500;

/// The feed of this process.
#[derive(Clone, Default)]
pub(crate) struct Feed(Arc<Inner>);

#[derive(Default)]
struct Inner {
    ring: Mutex<Ring>,
    /// Rises with each thing that is kept.
    last: watch::Sender<u64>,
    streams: Mutex<Streams>,
}

#[derive(Default)]
struct Streams {
    of: BTreeMap<String, usize>,
    all: usize,
    /// The reader runs.
    read: bool,
}

/// A place of a stream; gives it back when it ends.
pub(crate) struct Seat {
    feed: Feed,
    who: String,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut streams = self.feed.streams();
        streams.all = streams.all.saturating_sub(1);
        let left = streams.of.get(&self.who).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            streams.of.remove(&self.who);
        } else {
            streams.of.insert(self.who.clone(), left);
        }
    }
}

impl Feed {
    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.0.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.0.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more stream of somebody, if there is one; starts reading where nobody did.
    pub(crate) fn seat(&self, who: &str, store: &Store) -> Option<Seat> {
        let mut streams = self.streams();
        let own = streams.of.get(who).copied().unwrap_or_default();
        if own >= MOST_OF_ONE || streams.all >= MOST {
            return None;
        }
        streams.of.insert(who.to_owned(), own + 1);
        streams.all += 1;
        if !streams.read {
            streams.read = true;
            // News from now on: before this stream is told where it begins.
            tokio::spawn(read(self.clone(), store.clone(), store.heard()));
        }
        Some(Seat { feed: self.clone(), who: who.to_owned() })
    }

    /// Where a stream that begins now begins.
    pub(crate) fn now(&self) -> u64 {
        self.ring().last()
    }

    /// What came after a place; nothing where that is not known any more.
    pub(crate) fn after(&self, place: u64) -> Option<Vec<(u64, Change)>> {
        self.ring().after(place)
    }

    /// Tells when there is more.
    pub(crate) fn more(&self) -> watch::Receiver<u64> {
        self.0.last.subscribe()
    }

    fn keep(&self, changes: Vec<Change>) {
        let last = {
            let mut ring = self.ring();
            for change in changes {
                ring.keep(change);
            }
            ring.last()
        };
        self.0.last.send_replace(last);
    }

    /// Something may be missing from here on: every stream is told to look at everything again.
    fn missed(&self) {
        let last = {
            let mut ring = self.ring();
            ring.missed();
            ring.last()
        };
        self.0.last.send_replace(last);
    }

    /// True: nobody watches, and the reader ends. What is missed from then on is known to be.
    fn leave(&self) -> bool {
        let mut streams = self.streams();
        if streams.all > 0 {
            return false;
        }
        streams.read = false;
        self.ring().missed();
        true
    }
}

async fn read(feed: Feed, store: Store, mut heard: Receiver<News>) {
    // On PostgreSQL other nodes are asked to tell.
    let _others = store.watch_others();
    loop {
        let first = tokio::select! {
            first = heard.recv() => first,
            () = tokio::time::sleep(LINGERS) => {
                if feed.leave() { return }
                continue;
            }
        };
        let mut batch = Batch::default();
        match first {
            Ok(first) => batch.add(first),
            Err(RecvError::Lagged(_)) => batch.missed = true,
            Err(RecvError::Closed) => return,
        }
        tokio::time::sleep(GATHER).await;
        loop {
            match heard.try_recv() {
                Ok(more) => batch.add(more),
                Err(TryRecvError::Lagged(_)) => batch.missed = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        if batch.missed {
            feed.missed();
        }
        match batch.resolve(&store).await {
            Ok(changes) => feed.keep(changes),
            Err(error) => {
                tracing::warn!(%error, "what changed could not be looked at: those who watch look again");
                feed.missed();
            }
        }
    }
}

/// Commits that are told together.
#[derive(Default)]
struct Batch {
    touched: BTreeMap<(Scope, Subject), Vec<String>>,
    missed: bool,
}

impl Batch {
    fn add(&mut self, heard: News) {
        let some = match heard {
            News::Touched(some) | News::Elsewhere(some) => some,
            News::Missed => {
                self.missed = true;
                return;
            }
        };
        for Touched { scope, subject, id } in some.iter() {
            let ids = self.touched.entry((scope.clone(), *subject)).or_default();
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
    }

    /// Where they stand now: what changed twice is told once.
    async fn resolve(self, store: &Store) -> Result<Vec<Change>, StoreError> {
        let mut changes = Vec::new();
        for ((scope, subject), ids) in self.touched {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            for standing in store.standings(&scope, subject, &ids).await? {
                changes.push(Change { scope: scope.clone(), subject, standing });
            }
        }
        Ok(changes)
    }
}
