//! Starting and stopping a simulator.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::OwnedRwLockWriteGuard;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::accounting::Accounting;
use crate::call::Call;
use crate::connection::{CuttableListener, Switch};
use crate::core::{Core, Service, answer};
use crate::crm::Crm;
use crate::desk::Desk;
use crate::failure::{FailureSpec, InvalidFailure};
use crate::ledger::{Ledger, LedgerEntry};
use crate::mail::Mail;
use crate::projects::Projects;
use crate::smtp;
use crate::webhook::Courier;

/// How long open connections may take to end by themselves when a simulator stops.
const STOP_PATIENCE: Duration = Duration::from_secs(3);

/// Tells the time, in microseconds since 1970 UTC.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Which service to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Customers and deals.
    Crm,
    /// Jobs on site, with photos and signatures; announces completed ones to subscribers.
    Projects,
    /// Invoices and payments.
    Accounting,
    /// Tickets of a help desk.
    Desk,
    /// Messages; takes them over SMTP too.
    Mail,
}

impl Kind {
    /// The kind as one word: `crm`, `projects`, `accounting`, `desk` or `mail`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Crm => "crm",
            Self::Projects => "projects",
            Self::Accounting => "accounting",
            Self::Desk => "desk",
            Self::Mail => "mail",
        }
    }

    fn service(self) -> Box<dyn Service> {
        match self {
            Self::Crm => Box::<Crm>::default(),
            Self::Projects => Box::<Projects>::default(),
            Self::Accounting => Box::<Accounting>::default(),
            Self::Desk => Box::<Desk>::default(),
            Self::Mail => Box::<Mail>::default(),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where and how a simulator runs.
#[derive(Clone)]
pub struct SimulatorOptions {
    /// The folder for its state, its own; made if it is not there.
    pub dir: PathBuf,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The bearer token callers must send; not empty, and never logged.
    pub token: String,
    /// The time it goes by.
    pub clock: Clock,
}

impl fmt::Debug for SimulatorOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatorOptions")
            .field("dir", &self.dir)
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}

/// Why a simulator cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// No token was given, so nobody could call.
    #[error("the simulator's token is empty; give it one")]
    NoToken,
    /// Another simulator uses the folder.
    #[error("{} is in use by another simulator; stop that one or choose another folder", path.display())]
    InUse {
        /// The file that is held.
        path: PathBuf,
    },
    /// The folder or a file in it cannot be used.
    #[error("cannot use {}: {source}", path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file in the folder does not hold what a simulator wrote.
    #[error("{}, line {line}: {what}; move the file away to start afresh", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The client for outgoing webhooks cannot be made.
    #[error("cannot make the client for webhooks: {0}")]
    Client(String),
}

impl SimulatorError {
    pub(crate) fn opening(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::WouldBlock => Self::InUse { path },
            _ => Self::Io { path, source },
        }
    }

    pub(crate) fn corrupt(path: &Path, line: u64, what: String) -> Self {
        Self::Corrupt { path: path.to_owned(), line, what }
    }
}

/// A running simulator. Dropping it stops it without waiting; see [`Simulator::stop`].
pub struct Simulator {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where the mail simulator listens for SMTP: the same port each time, while that is free.
    pub smtp: Option<SocketAddr>,
    kind: Kind,
    core: Arc<Core>,
    cut_all: CancellationToken,
    /// Taken by the first who stops it.
    server: Mutex<Option<JoinHandle<io::Result<()>>>>,
    _stop_on_drop: DropGuard,
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Simulator");
        out.field("kind", &self.kind).field("address", &self.address).finish_non_exhaustive()
    }
}

/// Calls are held back until this is dropped; see [`Simulator::hold`].
#[derive(Debug)]
pub struct Held(#[expect(dead_code, reason = "what counts is that it is there")] OwnedRwLockWriteGuard<()>);

/// Starts a simulator: rebuilds its state from the folder and listens.
///
/// Events it still owes its subscribers from an earlier life are delivered now.
pub async fn start(kind: Kind, options: SimulatorOptions) -> Result<Simulator, SimulatorError> {
    let SimulatorOptions { dir, listen, token, clock } = options;
    if token.is_empty() {
        return Err(SimulatorError::NoToken);
    }
    std::fs::create_dir_all(&dir).map_err(|source| SimulatorError::Io { path: dir.clone(), source })?;
    let (ledger, entries) = Ledger::open(&dir)?;
    let state = rebuild(kind, &dir, entries)?;
    let (courier, settled) = Courier::open(&dir)?;
    let core = Arc::new(Core::new((token, clock), (ledger, courier), state));
    let bind_error = |source| SimulatorError::Listen { address: listen, source };
    let inner = TcpListener::bind(listen).await.map_err(bind_error)?;
    let address = inner.local_addr().map_err(bind_error)?;
    let smtp = match kind {
        Kind::Mail => Some(smtp::listen(&core, &dir, listen.ip()).await?),
        Kind::Crm | Kind::Projects | Kind::Accounting | Kind::Desk => None,
    };

    let cut_all = CancellationToken::new();
    let listener = CuttableListener { inner, cut_all: cut_all.clone() };
    let app = Router::new().fallback(answer).with_state(Arc::clone(&core));
    let server = axum::serve(listener, app.into_make_service_with_connect_info::<Switch>())
        .with_graceful_shutdown(core.stopping.clone().cancelled_owned());
    let server = Mutex::new(Some(tokio::spawn(async move { server.await })));

    for delivery in core.deliveries().into_iter().filter(|delivery| !settled.contains(&delivery.id)) {
        core.start_delivery(delivery);
    }
    tracing::debug!(simulator.kind = kind.as_str(), simulator.address = %address, "simulator started");
    let stop_on_drop = core.stopping.clone().drop_guard();
    Ok(Simulator { address, smtp, kind, core, cut_all, server, _stop_on_drop: stop_on_drop })
}

/// The state after all these calls and the moment of the last one.
fn rebuild(
    kind: Kind,
    dir: &Path,
    entries: Vec<LedgerEntry>,
) -> Result<(Box<dyn Service>, i64), SimulatorError> {
    let path = dir.join("ledger.jsonl");
    let mut service = kind.service();
    let mut last_at = i64::MIN;
    for entry in entries {
        let wrong = |what: String| SimulatorError::corrupt(&path, entry.seq, what);
        let at: jiff::Timestamp = entry.at.parse().map_err(|error: jiff::Error| wrong(error.to_string()))?;
        last_at = at.as_microsecond();
        for change in entry.changes {
            service.apply(change).map_err(|error| wrong(error.to_string()))?;
        }
    }
    Ok((service, last_at))
}

impl Simulator {
    /// Which service this is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The address as a URL without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds the demo records that are missing; returns how many were added.
    pub async fn seed(&self) -> io::Result<usize> {
        self.core.seed(&Call::bare("POST", "/_sim/seed")).await
    }

    /// Turns a failure switch on.
    pub fn set_failure(&self, spec: FailureSpec) -> Result<(), InvalidFailure> {
        self.core.failures().set(spec)
    }

    /// Turns every failure switch off.
    pub fn clear_failures(&self) {
        self.core.failures().clear();
    }

    /// Switches that still wait for a call.
    pub fn failures_left(&self) -> usize {
        self.core.failures().list().len()
    }

    /// Every call since the folder was new, oldest first.
    pub async fn ledger(&self) -> io::Result<Vec<LedgerEntry>> {
        self.core.ledger.entries(0).await
    }

    /// Lets the calls being carried out finish and holds the next ones back: meanwhile the folder is a whole state
    /// that can be copied.
    pub async fn hold(&self) -> Held {
        Held(Arc::clone(&self.core.calls).write_owned().await)
    }

    /// Stops listening, ends open connections and lets go of the folder. Calls being carried out
    /// are finished; calls held back by a failure switch are cut off.
    pub async fn stop(&self) {
        self.core.stopping.cancel();
        self.core.tasks.close();
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut server) = server
            && tokio::time::timeout(STOP_PATIENCE, &mut server).await.is_err()
        {
            self.cut_all.cancel();
            server.abort();
        }
        self.core.tasks.wait().await;
        self.core.ledger.release();
        self.core.courier.release();
    }
}
