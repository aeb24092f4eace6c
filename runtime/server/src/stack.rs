//! Store, host, engine, intake and API wired into one; what `serve` listens with and commands speak to.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use sha2::{Digest, Sha256};
use throughline_api::{Allocations, ApiConfig, ApiState, Parts, Practice};
use throughline_domain::access::SessionLife;
use throughline_domain::id::PersonId;
use throughline_engine::{Engine, EngineConfig, EngineParts};
use throughline_host::services::{Clock, Entropy};
use throughline_host::{Compiler, Host, HostConfig};
use throughline_intake::{Catalog, Intake};
use throughline_store::{Location, Store, StoreClock, StoreError, StoreOptions};
use throughline_vault::{Vault, VaultError};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bundle::Bundle;
use crate::config::Settings;
use crate::data_dir::{DataDir, Locked};
use crate::error::{CliError, Exit, Result, codes};
use crate::mail_in::MailIn;
use crate::plugin::of_host;
use crate::scenario::SetClock;
use crate::services::{self, ServerSecrets, SystemClock, SystemEntropy, SystemRandom};
use crate::{mail, output, progress, web};

/// Only a build for the benchmark counts them.
#[cfg(feature = "count-allocations")]
const ALLOCATIONS: Option<fn() -> Allocations> = Some(crate::allocations::so_far);
#[cfg(not(feature = "count-allocations"))]
const ALLOCATIONS: Option<fn() -> Allocations> = None;

/// The database does not answer.
const UNAVAILABLE: &str = "TL0506";
/// Between two tries to reach the database at a start.
const BETWEEN_TRIES: Duration = Duration::from_millis(500);

/// How long an end is waited for when the store takes nothing any more: long enough for answers on their way.
pub(crate) const NOTHING_KEPT: Duration = Duration::from_secs(1);

/// What a stack does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// Nothing: commands and reads.
    CommandsOnly,
    /// Moves runs.
    Runs,
    /// Moves runs, fires schedules, asks polls; answers at this address.
    Serve(SocketAddr),
}

/// Everything, running.
pub(crate) struct Stack {
    locked: Locked,
    store: Store,
    engine: Engine,
    intake: Intake,
    api: ApiState,
    router: Router,
    loops: TaskTracker,
    stop: CancellationToken,
    drain: Duration,
}

/// The store's error in the command line's form.
#[expect(clippy::needless_pass_by_value, reason = "used as `map_err(of_store)`")]
pub(crate) fn of_store(error: StoreError) -> CliError {
    let error = CliError::refused(error.code(), error.to_string());
    CliError { exit: Exit::Unavailable, ..error }
}

/// The vault's error in the command line's form.
#[expect(clippy::needless_pass_by_value, reason = "used as `map_err(of_vault)`")]
pub(crate) fn of_vault(error: VaultError) -> CliError {
    let error = CliError::refused(error.code(), error.to_string());
    CliError { exit: Exit::Unavailable, ..error }
        .hint("the keys are in DIR/keys; they are in no backup unless it was made with --include-keys")
}

impl Stack {
    /// Opens the store, brings its schema up to date, and starts what `work` asks for.
    pub(crate) async fn start(locked: Locked, settings: &Settings, work: Work) -> Result<Self> {
        Box::pin(Self::start_by(Arc::new(SystemClock), None, locked, settings, (work, None))).await
    }

    /// Starts what a server does, at this address, with simulated systems beside it or without.
    pub(crate) async fn serve(
        locked: Locked,
        settings: &Settings,
        address: SocketAddr,
        practice: Option<Arc<dyn Practice>>,
    ) -> Result<Self> {
        let work = (Work::Serve(address), practice);
        Box::pin(Self::start_by(Arc::new(SystemClock), None, locked, settings, work)).await
    }

    /// The same by a clock that scenarios turn by hand, the database's too.
    pub(crate) async fn start_at(clock: SetClock, locked: Locked, settings: &Settings) -> Result<Self> {
        let database = clock.clone();
        let database: StoreClock = Arc::new(move || database.now());
        Box::pin(Self::start_by(Arc::new(clock), Some(database), locked, settings, (Work::Runs, None))).await
    }

    async fn start_by(
        clock: Arc<dyn Clock>,
        database_clock: Option<StoreClock>,
        locked: Locked,
        settings: &Settings,
        (work, practice): (Work, Option<Arc<dyn Practice>>),
    ) -> Result<Self> {
        // A command says at once that there is no database.
        let patience = if work == Work::CommandsOnly { Duration::ZERO } else { patience(settings) };
        let store = open_store(&locked, settings, patience, database_clock).await?;
        let vault = open_vault(&locked, &store, patience).await?;
        let host = host(&locked, settings, (&store, &vault), &clock)?;
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let plugins = locked.dir().join("plugins");
        let catalog = Arc::new(Catalog::new(store.clone(), host.clone(), Arc::clone(&clock), plugins));
        let front = (store.clone(), host.clone(), Arc::clone(&catalog));
        let secrets = ServerSecrets::shared(&vault);
        let intake = Intake::new(front, secrets, Arc::clone(&clock), Arc::clone(&entropy));
        let engine = Engine::new(EngineParts {
            store: store.clone(),
            host,
            vault,
            catalog,
            intake: intake.clone(),
            mailer: mail::mailer(settings).await?,
            clock: Arc::clone(&clock),
            entropy,
            config: engine_config(&locked, settings)?,
        });
        let loops = TaskTracker::new();
        let stop = CancellationToken::new();
        if work != Work::CommandsOnly {
            patiently(patience, async || engine.start().await.map_err(of_store)).await?;
        }
        if let Work::Serve(_) = work {
            let (front, token) = (intake.clone(), stop.clone());
            loops.spawn(async move { front.run_schedules(token).await });
            let (front, token) = (intake.clone(), stop.clone());
            loops.spawn(async move { front.run_polls(token).await });
        }
        let api = ApiState::new(Parts {
            config: api_config(&locked, settings, work)?,
            store: store.clone(),
            engine: engine.clone(),
            intake: intake.clone(),
            now: Arc::new(move || clock.now()),
            random: Arc::new(random_bytes),
            shipped: Arc::new(Bundle::shipped(settings.optional("plugins.bundle"))),
            practice,
            allocations: ALLOCATIONS,
        });
        let router = throughline_api::router(api.clone());
        let drain = Duration::from_millis(settings.integer("engine.drain_ms"));
        Ok(Self { locked, store, engine, intake, api, router, loops, stop, drain })
    }

    /// The API.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// The engine.
    pub(crate) const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The store.
    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    /// The front door.
    pub(crate) const fn intake(&self) -> &Intake {
        &self.intake
    }

    /// The data directory.
    pub(crate) const fn locked(&self) -> &Locked {
        &self.locked
    }

    /// A link that signs in once.
    pub(crate) fn sign_in_path(&self) -> String {
        self.api.sign_in_path(None)
    }

    /// The same as one person.
    pub(crate) fn sign_in_path_of(&self, person: &PersonId) -> String {
        self.api.sign_in_path(Some(person.clone()))
    }

    /// The path of a link for the first account; nothing where there is one.
    pub(crate) async fn setup_path(&self) -> Result<Option<String>> {
        self.api.setup_path().await.map_err(of_store)
    }

    /// Becomes `Some` when the disk failed a write: the server must stop.
    pub(crate) fn failed(&self) -> watch::Receiver<Option<StoreError>> {
        self.store.failed()
    }

    /// Takes mail from now on, until the stack stops.
    pub(crate) fn take_mail(&self, mail_in: MailIn) {
        self.loops.spawn(mail_in.run(self.intake.clone(), self.stop.clone()));
    }

    /// From now on `/readyz` says that the server is stopping.
    pub(crate) fn begin_to_stop(&self) {
        self.api.drain();
        self.stop.cancel();
    }

    /// Ends without a word: what is under way is dropped where it stands, as if the process were killed.
    pub(crate) async fn cut(self) {
        self.engine.abandon();
        self.begin_to_stop();
        self.engine.drain(NOTHING_KEPT).await;
        self.loops.close();
        self.store.close().await;
    }

    /// Lets steps under way finish, commits everything and lets go of the directory.
    pub(crate) async fn stop(self) -> Result<()> {
        self.begin_to_stop();
        let patience = if self.store.failed().borrow().is_some() {
            self.engine.abandon();
            NOTHING_KEPT
        } else {
            self.drain
        };
        let drained = self.engine.drain(patience).await;
        self.loops.close();
        let loops_ended = tokio::time::timeout(patience.max(NOTHING_KEPT), self.loops.wait()).await.is_ok();
        self.store.close().await;
        if drained && loops_ended {
            return Ok(());
        }
        Err(CliError::refused(
            codes::DRAIN,
            format!("some steps did not end within {} ms and were left", self.drain.as_millis()),
        )
        .hint("nothing is lost: they are settled at the next start; engine.drain_ms gives them longer"))
    }
}

/// How long a start waits for its database.
pub(crate) fn patience(settings: &Settings) -> Duration {
    Duration::from_millis(settings.integer("database.wait_ms"))
}

/// A database that does not answer yet is asked again: supervisors start both at the same time, in any order.
pub(crate) async fn patiently<T>(patience: Duration, step: impl AsyncFn() -> Result<T>) -> Result<T> {
    let until = Instant::now() + patience;
    loop {
        match step().await {
            Err(error) if error.code == UNAVAILABLE && Instant::now() < until => {
                tracing::warn!(detail = error.message, error.code = &*error.code, "waiting for the database");
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            other => return other,
        }
    }
}

/// Opens the store, with a bar while it migrates.
async fn open_store(
    locked: &Locked,
    settings: &Settings,
    patience: Duration,
    clock: Option<StoreClock>,
) -> Result<Store> {
    let location = location(locked, settings)?;
    let bar = progress::bar(0, "bringing the database up to date");
    let steps = bar.clone();
    let mut options = StoreOptions::new(location);
    options.clock = clock;
    options.progress = Some(Arc::new(move |step: throughline_store::MigrationStep| {
        steps.set_length(step.of as u64);
        steps.set_position(step.done as u64);
        tracing::info!(migration.name = step.name, "migrating the database");
    }));
    let store = patiently(patience, async || Store::open(options.clone()).await.map_err(of_store)).await;
    bar.finish_and_clear();
    store
}

/// Where the data is, by the settings; the directory must agree.
pub(crate) fn location(locked: &Locked, settings: &Settings) -> Result<Location> {
    let (kind, location) = named_location(locked.dir(), settings);
    locked.remember_database(kind)?;
    Ok(location)
}

/// Kind and place of the database, by the settings alone.
pub(crate) fn named_location(dir: &DataDir, settings: &Settings) -> (&'static str, Location) {
    match settings.optional("database.url") {
        Some(url) => ("postgresql", Location::Postgres { url: url.to_owned(), blobs: dir.join("blobs") }),
        None => ("sqlite", Location::Sqlite(dir.path().to_owned())),
    }
}

/// Opens the vault; the first start makes the root key. A database that goes with another key is refused.
async fn open_vault(locked: &Locked, store: &Store, patience: Duration) -> Result<Vault> {
    let keys = locked.ensure_keys()?;
    patiently(patience, async || {
        let random = Arc::new(SystemRandom);
        Vault::open(store.clone(), &keys, random, SystemClock.now()).await.map_err(of_vault)
    })
    .await
}

fn host(
    locked: &Locked,
    settings: &Settings,
    (store, vault): (&Store, &Vault),
    clock: &Arc<dyn Clock>,
) -> Result<Host> {
    let key = locked.ensure_key("cache")?;
    let program = std::env::current_exe().map_err(|error| {
        CliError::unavailable(codes::INTERNAL, format!("this program's own file cannot be found: {error}"))
    })?;
    let config = HostConfig {
        compiler: Compiler::Child { program, args: vec![OsString::from("compile-plugin")] },
        max_instances: u32::try_from(settings.integer("plugins.max_instances")).unwrap_or(64),
        extra_roots: settings.list("plugins.extra_roots").into_iter().map(Into::into).collect(),
        ..HostConfig::new(locked.dir().join("cache"), key)
    };
    Host::new(config, services::real(store, vault, Arc::clone(clock))).map_err(of_host)
}

fn engine_config(locked: &Locked, settings: &Settings) -> Result<EngineConfig> {
    Ok(EngineConfig {
        workers: settings.size("engine.workers"),
        lease_ms: settings.integer("engine.lease_ms"),
        retention_ms: settings.integer("retention.run_days").saturating_mul(86_400_000),
        mail_lease_ms: settings.integer("mail.lease_ms"),
        notice_hold_ms: settings.integer("mail.hold_ms"),
        public_url: settings.optional("public_url").map(str::to_owned),
        page_url: Some(page_url(settings)?),
        ..EngineConfig::new(locked.ensure_key("workspace")?)
    })
}

/// Where people open this server's pages: `public_url`, or where it listens.
fn page_url(settings: &Settings) -> Result<String> {
    Ok(match settings.optional("public_url") {
        Some(url) => url.to_owned(),
        None => format!("http://{}", settings.listen()?),
    })
}

fn api_config(locked: &Locked, settings: &Settings, work: Work) -> Result<ApiConfig> {
    let listen = match work {
        Work::Serve(address) => address,
        Work::CommandsOnly | Work::Runs => settings.listen()?,
    };
    let token = locked.ensure_admin_token()?;
    Ok(ApiConfig {
        public_url: settings.optional("public_url").map(str::to_owned),
        allowed_hosts: settings.list("http.allowed_hosts"),
        allowed_origins: settings.list("http.allowed_origins"),
        mail_domain: settings.optional("mail_in.domain").map(str::to_ascii_lowercase),
        form_key: locked.ensure_key("form")?,
        trusted_proxies: settings.networks("http.trusted_proxies"),
        max_body_bytes: settings.size("http.max_body_bytes"),
        max_webhook_bytes: settings.size("http.max_webhook_bytes"),
        max_json_depth: settings.size("http.max_json_depth"),
        session: SessionLife {
            idle_ms: settings.integer("session.idle_hours") * 3_600_000,
            absolute_ms: settings.integer("session.absolute_days") * 86_400_000,
            ..SessionLife::default()
        },
        web: web::file,
        ..ApiConfig::new(listen, Sha256::digest(token.as_bytes()).into())
    })
}

fn random_bytes() -> [u8; 32] {
    let mut bytes = [0; 32];
    SystemEntropy.fill(&mut bytes);
    bytes
}

/// Says on the terminal what an error of stopping means, without failing the stop.
pub(crate) fn said_at_stop(stopped: Result<()>) {
    if let Err(error) = stopped {
        output::note(error.to_string());
    }
}
