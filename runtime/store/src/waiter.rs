//! Callers that wait for a run's reply, told by the commit that carries it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use throughline_domain::id::RunId;
use tokio::sync::watch;

use crate::reply::Reply;
use crate::scope::Scope;

type Key = (Scope, RunId);

/// What a waiting caller has heard so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Heard {
    /// Nothing.
    #[default]
    Nothing,
    /// The run ended, or its reply was stored by another commit: look.
    Look,
    /// This reply is stored.
    Reply(Box<Reply>),
}

/// The callers that wait on this node.
#[derive(Debug, Default)]
pub(crate) struct Waiters(Mutex<HashMap<Key, watch::Sender<Heard>>>);

/// Hears of one run's reply until it is dropped.
#[derive(Debug)]
pub struct ReplyWaiter {
    waiters: Arc<Waiters>,
    key: Key,
    heard: watch::Receiver<Heard>,
}

impl Waiters {
    fn all(&self) -> MutexGuard<'_, HashMap<Key, watch::Sender<Heard>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn wait(self: &Arc<Self>, scope: &Scope, run: &RunId) -> ReplyWaiter {
        let key = (scope.clone(), run.clone());
        let heard = self.all().entry(key.clone()).or_default().subscribe();
        ReplyWaiter { waiters: Arc::clone(self), key, heard }
    }

    /// Tells who waits; a reply once told stands.
    pub(crate) fn tell(&self, scope: &Scope, run: &RunId, news: impl FnOnce() -> Heard) {
        let all = self.all();
        if let Some(sender) = all.get(&(scope.clone(), run.clone())) {
            sender.send_if_modified(|heard| {
                let open = !matches!(heard, Heard::Reply(_));
                if open {
                    *heard = news();
                }
                open
            });
        }
    }
}

impl ReplyWaiter {
    /// What was heard; waits until that is more than nothing.
    pub async fn hear(&mut self) -> Heard {
        match self.heard.wait_for(|heard| *heard != Heard::Nothing).await {
            Ok(heard) => heard.clone(),
            Err(_) => Heard::Look,
        }
    }
}

impl Drop for ReplyWaiter {
    fn drop(&mut self) {
        let mut all = self.waiters.all();
        // This one is still counted.
        if all.get(&self.key).is_some_and(|sender| sender.receiver_count() <= 1) {
            all.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use throughline_domain::run::event::Payload;
    use throughline_domain::time::Timestamp;

    fn reply(text: &str) -> Heard {
        Heard::Reply(Box::new(Reply {
            status: 200,
            headers: Vec::new(),
            body: Payload::Inline(text.into()),
            replied_at: Timestamp(1),
        }))
    }

    #[tokio::test]
    async fn every_waiter_hears_the_first_reply_and_nothing_is_kept() {
        let (waiters, scope) = (Arc::new(Waiters::default()), Scope::new("default").unwrap());
        let (run, other) = (RunId::new(1, 1), RunId::new(2, 2));
        let (mut one, mut two) = (waiters.wait(&scope, &run), waiters.wait(&scope, &run));
        let mut elsewhere = waiters.wait(&scope, &other);
        waiters.tell(&scope, &run, || reply("first"));
        waiters.tell(&scope, &run, || Heard::Look);
        assert_eq!((one.hear().await, two.hear().await), (reply("first"), reply("first")));
        waiters.tell(&scope, &other, || Heard::Look);
        assert_eq!(elsewhere.hear().await, Heard::Look);
        drop((one, elsewhere));
        assert_eq!(waiters.all().len(), 1);
        drop(two);
        assert!(waiters.all().is_empty());
    }
}
