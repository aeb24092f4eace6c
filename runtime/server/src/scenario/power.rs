//! The server of a scenario: on, off, and off without a word.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::world::failed;
use super::{SetClock, Trial};
use crate::client::Client;
use crate::config::Settings;
use crate::data_dir::{DataDir, Locked};
use crate::error::Result;
use crate::stack::Stack;

/// Between two looks at what was committed.
const LOOK: Duration = Duration::from_micros(200);

/// The router of the server that runs now; nothing while none does.
type Door = Arc<RwLock<Option<Router>>>;

/// A server that can be cut.
pub(super) struct Power {
    /// Nothing for the moment in which it is off.
    stack: Option<Stack>,
    dir: DataDir,
    clock: SetClock,
    settings: Settings,
    trial: Trial,
    token: String,
    door: Door,
    /// Where systems reach the server.
    hooks: String,
    stop: CancellationToken,
    cuts: u32,
    /// Commits there were when the events began.
    armed_at: u64,
    /// Watches for the commit after which the server is cut.
    watch: Option<Watch>,
}

/// Cuts a server after so many of its commits.
struct Watch {
    /// It did.
    done: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Power {
    pub(super) async fn on(
        clock: SetClock,
        locked: Locked,
        settings: Settings,
        trial: Trial,
    ) -> Result<Self> {
        let token = locked.ensure_admin_token()?;
        let dir = locked.dir().clone();
        let stack = Box::pin(Stack::start_at(clock.clone(), locked, &settings)).await?;
        let (door, stop) = (Arc::new(RwLock::new(Some(stack.router()))), CancellationToken::new());
        let hooks = listen(Arc::clone(&door), trial.twice, stop.clone()).await?;
        let stack = Some(stack);
        Ok(Self {
            stack,
            dir,
            clock,
            settings,
            trial,
            token,
            door,
            hooks,
            stop,
            cuts: 0,
            armed_at: 0,
            watch: None,
        })
    }

    pub(super) fn stack(&self) -> &Stack {
        match &self.stack {
            Some(stack) => stack,
            None => unreachable!("it is off only while it is cut"),
        }
    }

    pub(super) fn admin(&self) -> Client {
        Client::in_process(self.stack().router(), self.token.clone(), None)
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    pub(super) fn hooks(&self) -> &str {
        &self.hooks
    }

    pub(super) const fn stop_token(&self) -> &CancellationToken {
        &self.stop
    }

    pub(super) const fn cuts(&self) -> u32 {
        self.cuts
    }

    /// Ends without a word: nothing of what is under way is finished or written down. Then it starts again.
    pub(super) async fn cut(&mut self) -> Result<()> {
        self.open(None);
        if let Some(stack) = self.stack.take() {
            stack.cut().await;
        }
        let locked = self.dir.lock()?;
        let stack = Box::pin(Stack::start_at(self.clock.clone(), locked, &self.settings)).await?;
        self.open(Some(stack.router()));
        self.stack = Some(stack);
        self.cuts += 1;
        Ok(())
    }

    /// From now on commits count: in a trial of cuts, the server stops dead right after the one that is named.
    pub(super) fn arm(&mut self) {
        self.armed_at = self.stack().store().counters().commits;
        let Some(after) = self.trial.cut_after else { return };
        let (store, engine) = (self.stack().store().clone(), self.stack().engine().clone());
        let target = self.armed_at + after;
        let done = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&done);
        let task = tokio::spawn(async move {
            while store.counters().commits < target {
                tokio::time::sleep(LOOK).await;
            }
            engine.abandon();
            told.store(true, Ordering::SeqCst);
        });
        self.watch = Some(Watch { done, task });
    }

    /// Commits since then.
    pub(super) fn commits(&self) -> u64 {
        self.stack().store().counters().commits.saturating_sub(self.armed_at)
    }

    /// Starts the server again, if the trial stopped it.
    pub(super) async fn revive(&mut self) -> Result<()> {
        let is_dead = self.watch.as_ref().is_some_and(|watch| watch.done.load(Ordering::SeqCst));
        if !is_dead {
            return Ok(());
        }
        self.watch = None;
        self.cut().await
    }

    pub(super) async fn off(mut self) -> Result<()> {
        self.stop.cancel();
        match self.stack.take() {
            Some(stack) => stack.stop().await,
            None => Ok(()),
        }
    }

    fn open(&self, router: Option<Router>) {
        *self.door.write().unwrap_or_else(PoisonError::into_inner) = router;
    }
}

/// Serves what systems send of themselves; where. While the server is off they are told to come again. `twice`: each comes
/// a second time, and once more after the next one.
async fn listen(door: Door, twice: bool, stop: CancellationToken) -> Result<String> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let before: Arc<Mutex<Option<Sent>>> = Arc::default();
    let answer = move |request: Request| {
        let router = door.read().unwrap_or_else(PoisonError::into_inner).clone();
        let before = Arc::clone(&before);
        async move {
            let Some(router) = router else { return with(http::StatusCode::SERVICE_UNAVAILABLE) };
            if !twice {
                return deliver(router, request).await;
            }
            let (parts, body) = request.into_parts();
            let Ok(bytes) = axum::body::to_bytes(body, MOST).await else {
                return with(http::StatusCode::PAYLOAD_TOO_LARGE);
            };
            let sent: Sent = (parts, bytes);
            let answer = deliver(router.clone(), again(&sent)).await;
            let older = before.lock().unwrap_or_else(PoisonError::into_inner).replace(sent.clone());
            for copy in [Some(sent), older].into_iter().flatten() {
                deliver(router.clone(), again(&copy)).await;
            }
            answer
        }
    };
    let service = Router::new().fallback(answer).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned());
    tokio::spawn(async move { serving.await });
    Ok(format!("http://localhost:{}", address.port()))
}

/// A request that was sent.
type Sent = (http::request::Parts, axum::body::Bytes);
/// Bytes of one at most.
const MOST: usize = 16 << 20;

fn again((parts, bytes): &Sent) -> Request {
    Request::from_parts(parts.clone(), axum::body::Body::from(bytes.clone()))
}

async fn deliver(router: Router, request: Request) -> Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn with(status: http::StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}
