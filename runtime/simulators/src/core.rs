//! What the services share: from a call read to an answer that is safely in the ledger.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde_json::Value;
use subtle::ConstantTimeEq;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::call::{Call, Outcome, Reply, stamp};
use crate::connection::Switch;
use crate::control;
use crate::failure::{FailureMode, FailureSpec, Failures};
use crate::ledger::{Ledger, LedgerEntry};
use crate::service::Clock;
use crate::webhook::{Courier, Delivery, Subscriber};

/// The records of one kind of service and its rules. No IO: calls go in, changes come out.
pub(crate) trait Service: Send {
    /// What the call is answered and what changes with it. `now` is in microseconds since 1970 and
    /// later than in every call before.
    fn handle(&self, call: &Call, now: i64) -> Outcome;

    /// Carries out one change, new or from the ledger.
    fn apply(&mut self, change: Value) -> serde_json::Result<()>;

    /// The demo records that are not there yet, as changes.
    fn seed(&self, now: i64) -> Vec<Value>;

    /// Every event ever owed to a subscriber.
    fn deliveries(&self) -> Vec<Delivery> {
        Vec::new()
    }

    /// Where a subscriber listens, while it is subscribed.
    fn subscriber(&self, _id: &str) -> Option<Subscriber> {
        None
    }
}

/// The state behind one simulator.
pub(crate) struct Core {
    pub(crate) token: String,
    pub(crate) clock: Clock,
    pub(crate) ledger: Ledger,
    pub(crate) courier: Courier,
    pub(crate) stopping: CancellationToken,
    pub(crate) tasks: TaskTracker,
    /// Read while a call is carried out; whoever writes it holds the calls back.
    pub(crate) calls: Arc<tokio::sync::RwLock<()>>,
    books: Mutex<Books>,
    failures: Mutex<Failures>,
}

struct Books {
    service: Box<dyn Service>,
    last_at: i64,
}

/// How a call ends for the caller.
pub(crate) enum Answer {
    Reply(Reply),
    Dropped,
}

struct Committed {
    seq: u64,
    answer: Answer,
    deliveries: Vec<Delivery>,
}

impl Core {
    pub(crate) fn new(
        (token, clock): (String, Clock),
        (ledger, courier): (Ledger, Courier),
        (service, last_at): (Box<dyn Service>, i64),
    ) -> Self {
        Self {
            token,
            clock,
            ledger,
            courier,
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            calls: Arc::default(),
            books: Mutex::new(Books { service, last_at }),
            failures: Mutex::default(),
        }
    }

    /// The failure switches.
    pub(crate) fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a subscriber listens, while it is subscribed.
    pub(crate) fn subscriber(&self, id: &str) -> Option<Subscriber> {
        self.books().service.subscriber(id)
    }

    /// Every event ever owed to a subscriber.
    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.books().service.deliveries()
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the demo records that are missing and returns how many that were.
    pub(crate) async fn seed(self: &Arc<Self>, call: &Call) -> io::Result<usize> {
        let _under_way = self.calls.read().await;
        let mut added = 0;
        let committed = self.commit(call, None, |service, now| {
            let changes = service.seed(now);
            added = changes.len();
            let reply = Reply::new(200, serde_json::json!({ "added": added }));
            Outcome::changed(reply, changes)
        })?;
        self.ledger.sync(committed.seq).await?;
        Ok(added)
    }

    /// Carries a call out that came another way than HTTP, with the failure that is switched on for it.
    pub(crate) async fn answer(self: &Arc<Self>, call: &Call) -> Answer {
        let failure = self.failures().take(call);
        let (answer, wait) = self.play(call, failure.as_ref()).await;
        if self.pause(wait).await { answer } else { Answer::Dropped }
    }

    /// The answer and how long to sit on it.
    async fn play(self: &Arc<Self>, call: &Call, failure: Option<&FailureSpec>) -> (Answer, Duration) {
        let delay =
            failure.and_then(|failure| failure.delay_ms).map_or(Duration::ZERO, Duration::from_millis);
        let slow = failure.is_some_and(|failure| failure.mode == FailureMode::Slow);
        if slow && !self.pause(delay).await {
            return (Answer::Dropped, Duration::ZERO);
        }
        let answer = self.carry_out(call, failure).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the ledger cannot be written");
            Answer::Reply(Reply::error(500, "ledger_failed", "the call could not be recorded"))
        });
        (answer, if slow { Duration::ZERO } else { delay })
    }

    /// Carries one call out: whatever the answer, it is on disk when this returns.
    async fn carry_out(self: &Arc<Self>, call: &Call, failure: Option<&FailureSpec>) -> io::Result<Answer> {
        let _under_way = self.calls.read().await;
        let committed = self.commit(call, failure, |service, now| service.handle(call, now))?;
        self.ledger.sync(committed.seq).await?;
        for delivery in committed.deliveries {
            self.start_delivery(delivery);
        }
        Ok(committed.answer)
    }

    /// Delivers an event in the background.
    pub(crate) fn start_delivery(self: &Arc<Self>, delivery: Delivery) {
        let core = Arc::clone(self);
        self.tasks.spawn(async move { core.courier.deliver(&core, delivery).await });
    }

    /// Decides, writes the ledger entry and only then changes the state, as one step for others.
    fn commit(
        &self,
        call: &Call,
        failure: Option<&FailureSpec>,
        handle: impl FnOnce(&dyn Service, i64) -> Outcome,
    ) -> io::Result<Committed> {
        let mut books = self.books();
        // Later than any call before, whatever the clock does: pollers rely on the order.
        let now = (self.clock)().max(books.last_at + 1);
        let outcome = match &call.defect {
            Some(defect) => Outcome::unchanged(defect.clone()),
            None if failure.is_some_and(|failure| !failure.applies()) => {
                Outcome::unchanged(Reply::new(200, Value::Null))
            }
            None => handle(books.service.as_ref(), now),
        };
        let sent = match failure {
            Some(failure) => failure.replace(outcome.reply),
            None => Some(outcome.reply),
        };
        let mut entry = LedgerEntry::new(call, stamp(now));
        entry.status = sent.as_ref().map(|reply| reply.status);
        entry.applied = !outcome.changes.is_empty();
        entry.failure = failure.map(|failure| failure.mode);
        entry.changes.clone_from(&outcome.changes);
        let seq = self.ledger.append(entry)?;
        books.last_at = now;
        for change in outcome.changes {
            books.service.apply(change)?;
        }
        let answer = sent.map_or(Answer::Dropped, Answer::Reply);
        Ok(Committed { seq, answer, deliveries: outcome.deliveries })
    }

    /// Waits, unless the simulator stops meanwhile: then `false`.
    pub(crate) async fn pause(&self, wait: Duration) -> bool {
        tokio::select! {
            () = self.stopping.cancelled() => false,
            () = tokio::time::sleep(wait) => true,
        }
    }
}

/// Answers one call; the only handler there is.
pub(crate) async fn answer(
    State(core): State<Arc<Core>>,
    ConnectInfo(switch): ConnectInfo<Switch>,
    request: Request,
) -> Response {
    let authorized = carries_token(request.headers(), &core.token);
    let call = tokio::select! {
        call = Call::read(request) => call,
        () = core.stopping.cancelled() => return cut(&switch),
    };
    // A caller that hangs up must not stop what it asked for: a real service goes on, too.
    let task = core.tasks.spawn(dispatch(Arc::clone(&core), call, authorized));
    match task.await {
        Ok((Answer::Reply(reply), wait)) => {
            core.pause(wait).await;
            reply.into_response()
        }
        Ok((Answer::Dropped, wait)) => {
            core.pause(wait).await;
            cut(&switch)
        }
        Err(error) => {
            tracing::error!(%error, "a call could not be carried out");
            cut(&switch)
        }
    }
}

/// The answer and how long to sit on it.
async fn dispatch(core: Arc<Core>, mut call: Call, authorized: bool) -> (Answer, Duration) {
    if !authorized {
        call.defect = Some(
            Reply::error(401, "unauthorized", "send the token as Authorization: Bearer")
                .with_header("www-authenticate", "Bearer".to_owned()),
        );
    } else if call.path.starts_with("/_sim/") {
        return (Answer::Reply(control::handle(&core, &call).await), Duration::ZERO);
    }
    let failure = if authorized { core.failures().take(&call) } else { None };
    core.play(&call, failure.as_ref()).await
}

/// Cuts the connection. The response is for the type only: it cannot be written any more.
fn cut(switch: &Switch) -> Response {
    switch.cut();
    Response::default()
}

fn carries_token(headers: &HeaderMap, token: &str) -> bool {
    let given =
        headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    given.is_some_and(|given| given.ct_eq(token.as_bytes()).into())
}
