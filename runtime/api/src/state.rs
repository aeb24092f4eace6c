//! What every handler can reach.

use std::fmt;
use std::sync::Arc;

use throughline_domain::id::PersonId;
use throughline_domain::time::Timestamp;
use throughline_engine::Engine;
use throughline_intake::Intake;
use throughline_store::{By, Store};
use tokio::sync::{OnceCell, watch};

use crate::auth::one_time::Codes;
use crate::auth::token::hash;
use crate::beside::{Practice, Shipped};
use crate::config::ApiConfig;
use crate::error::Result;
use crate::feed::Feed;
use crate::form::limit::Senders;
use crate::guard::host::Hosts;
use crate::metrics::Requests;
use crate::resource::runs::hidden::KnownHidden;
use crate::resource::shipped;
use crate::view::access::ShippedView;

/// The time; an argument, because only the server reads clocks.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// 32 random bytes; an argument, because only the server makes randomness.
pub type Random = Arc<dyn Fn() -> [u8; 32] + Send + Sync>;

/// What the program has allocated since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allocations {
    /// Times memory was asked for.
    pub count: u64,
    /// Bytes asked for.
    pub bytes: u64,
}

/// What the API works on.
pub struct Parts {
    /// Settings.
    pub config: ApiConfig,
    /// Reads.
    pub store: Store,
    /// Commands.
    pub engine: Engine,
    /// Events.
    pub intake: Intake,
    /// The time.
    pub now: Now,
    /// Random bytes.
    pub random: Random,
    /// Connectors that ship with the program.
    pub shipped: Arc<dyn Shipped>,
    /// Simulated systems, if they run beside the server.
    pub practice: Option<Arc<dyn Practice>>,
    /// Tells what was allocated; only builds for the benchmark count it.
    pub allocations: Option<fn() -> Allocations>,
}

/// The API's state; cheap to clone.
#[derive(Clone)]
pub struct ApiState(Arc<Inner>);

struct Inner {
    parts: Parts,
    hosts: Hosts,
    codes: Codes,
    requests: Requests,
    hidden: KnownHidden,
    form_senders: Senders,
    shipped: OnceCell<Vec<ShippedView>>,
    feed: Feed,
    /// Of this process: numbers of another one say nothing here.
    epoch: String,
    draining: watch::Sender<bool>,
    #[cfg(debug_assertions)]
    unlocked: crate::unlocked::Unlocked,
}

impl fmt::Debug for ApiState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiState").field("listen", &self.config().listen).finish_non_exhaustive()
    }
}

impl ApiState {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        let hosts = Hosts::new(&parts.config);
        let codes = Codes::new(parts.config.sign_in_code_ms);
        let requests = Requests::default();
        let epoch = hex::encode(&(parts.random)()[..6]);
        let (hidden, form_senders) = (KnownHidden::default(), Senders::default());
        Self(Arc::new(Inner {
            parts,
            hosts,
            codes,
            requests,
            hidden,
            form_senders,
            shipped: OnceCell::new(),
            feed: Feed::default(),
            epoch,
            draining: watch::Sender::new(false),
            #[cfg(debug_assertions)]
            unlocked: crate::unlocked::Unlocked::default(),
        }))
    }

    /// Makes a code for one sign-in within the set time; the path of its link. Without a person it signs in as who holds the
    /// token of the data directory.
    pub fn sign_in_path(&self, person: Option<PersonId>) -> String {
        format!("/sign-in?code={}", self.codes().issue(self.random(), person))
    }

    /// A link for the first account: the path of its page. The one before it works no more. Nothing where there is an
    /// account.
    pub async fn setup_path(&self) -> throughline_store::Result<Option<String>> {
        let secret = hex::encode(self.random());
        let by = By { who: "server", at: self.now() };
        let made = self.store().create_setup_link(&hash(&secret), by).await?;
        Ok(made.then(|| format!("/setup/{secret}")))
    }

    /// Takes the lock off one route, for the test that must notice it.
    #[cfg(debug_assertions)]
    #[doc(hidden)]
    pub fn unlock(&self, route: Option<&crate::routes::Route>) {
        self.0.unlocked.set(route);
    }

    #[cfg(debug_assertions)]
    pub(crate) fn is_unlocked(&self, parts: &http::request::Parts) -> bool {
        self.0.unlocked.is(parts)
    }

    /// From now on `/readyz` says that the server is stopping.
    pub fn drain(&self) {
        self.0.draining.send_replace(true);
    }

    pub(crate) fn is_draining(&self) -> bool {
        *self.0.draining.borrow()
    }

    /// Tells when the server begins to stop.
    pub(crate) fn drains(&self) -> watch::Receiver<bool> {
        self.0.draining.subscribe()
    }

    pub(crate) fn feed(&self) -> &Feed {
        &self.0.feed
    }

    pub(crate) fn epoch(&self) -> &str {
        &self.0.epoch
    }

    pub(crate) fn config(&self) -> &ApiConfig {
        &self.0.parts.config
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.parts.store
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.parts.engine
    }

    pub(crate) fn intake(&self) -> &Intake {
        &self.0.parts.intake
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.0.parts.now)()
    }

    pub(crate) fn random(&self) -> [u8; 32] {
        (self.0.parts.random)()
    }

    /// A new id, made of the time and random bits.
    pub(crate) fn fresh_id<T>(&self, make: impl FnOnce(u64, u128) -> T) -> T {
        let mut wide = [0; 16];
        wide.copy_from_slice(&self.random()[..16]);
        make(self.now().as_millis().max(0).cast_unsigned(), u128::from_be_bytes(wide))
    }

    pub(crate) fn shipped(&self) -> &dyn Shipped {
        &*self.0.parts.shipped
    }

    /// What ships, as far as it says so itself.
    pub(crate) async fn shipped_views(&self) -> Result<Vec<ShippedView>> {
        self.0.shipped.get_or_try_init(|| shipped::read_all(self)).await.cloned()
    }

    pub(crate) fn practice(&self) -> Option<&dyn Practice> {
        self.0.parts.practice.as_deref()
    }

    pub(crate) fn allocations(&self) -> Option<Allocations> {
        self.0.parts.allocations.map(|tell| tell())
    }

    pub(crate) fn hidden(&self) -> &KnownHidden {
        &self.0.hidden
    }

    pub(crate) fn form_senders(&self) -> &Senders {
        &self.0.form_senders
    }

    pub(crate) fn hosts(&self) -> &Hosts {
        &self.0.hosts
    }

    pub(crate) fn codes(&self) -> &Codes {
        &self.0.codes
    }

    pub(crate) fn requests(&self) -> &Requests {
        &self.0.requests
    }
}
