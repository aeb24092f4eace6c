//! What a call may use: HTTP with the connection's credentials, time, state, digests, the log.

use std::cell::Cell;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::call::Call;
use crate::fail::{Fail, Origin, Result};
use crate::manifest::Effect;
use crate::outcome::Resumption;
use crate::reply::BlobRef;
use crate::sys::Sys;
use crate::wire::{Hash, HttpRequest};

/// What the call is for. The runner itself refuses unsafe requests outside `Run` and `Compensate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// An action.
    Run,
    /// What a write would do.
    Preview,
    /// Did a write land?
    Reconcile,
    /// Take a write back.
    Compensate,
    /// A poll trigger.
    Poll,
    /// A webhook trigger.
    Webhook,
    /// An option list.
    Options,
    /// Test a connection.
    TestConnection,
    /// Records.
    Records,
}

/// How loud a log line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// For the connector's author.
    Debug,
    /// Worth knowing.
    Info,
    /// Odd, but the call goes on.
    Warn,
    /// Why the call fails.
    Error,
}

/// Where kept state belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// To this trigger.
    Trigger,
    /// To this connection.
    Connection,
}

/// What the connector's declaration says about every call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground {
    pub(crate) base: Option<&'static str>,
    pub(crate) default_auth: Option<&'static str>,
    pub(crate) effect: Effect,
    pub(crate) safe_requests: &'static [&'static str],
}

/// The context of one call. Nothing is kept in it from call to call.
pub struct Cx {
    pub(crate) sys: Sys,
    pub(crate) ground: Ground,
    pub(crate) precondition: Option<Value>,
    pub(crate) resumption: Option<Resumption>,
    /// An unsafe request was answered, or may have been: see `Fail::after_write`.
    pub(crate) written: Rc<Cell<bool>>,
}

impl Cx {
    pub(crate) fn new(sys: Sys, ground: Ground) -> Self {
        Self { sys, ground, precondition: None, resumption: None, written: Rc::default() }
    }

    /// A context over recorded HTTP, for tests of single functions.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn mock(mock: impl Into<crate::testkit::Mock>) -> Self {
        let ground = Ground {
            base: Some("{base_url}"),
            default_auth: Some("default"),
            effect: Effect::WriteOnce,
            safe_requests: &[],
        };
        Self::new(mock.into().sys(), ground)
    }

    /// GET. A path such as `/v1/me` is relative to the connection's base.
    pub fn get(&self, url: impl Into<String>) -> Call<'_> {
        self.call("GET", url)
    }

    /// POST.
    pub fn post(&self, url: impl Into<String>) -> Call<'_> {
        self.call("POST", url)
    }

    /// PUT.
    pub fn put(&self, url: impl Into<String>) -> Call<'_> {
        self.call("PUT", url)
    }

    /// PATCH.
    pub fn patch(&self, url: impl Into<String>) -> Call<'_> {
        self.call("PATCH", url)
    }

    /// DELETE. Where the action is idempotent, 404 and 410 are success for [`Call::done`].
    pub fn delete(&self, url: impl Into<String>) -> Call<'_> {
        self.call("DELETE", url)
    }

    /// Any method, upper-case.
    pub fn call(&self, method: impl Into<String>, url: impl Into<String>) -> Call<'_> {
        Call::new(self, method.into(), url.into())
    }

    /// The connection's base address, without a slash at its end.
    pub fn base(&self) -> Result<String> {
        let Some(base) = self.ground.base else {
            return Err(Fail::permanent("sdk.no_base", "the connector names no host: give an absolute URL")
                .origin(Origin::Connector));
        };
        let Some(setting) = base.strip_prefix('{').and_then(|b| b.strip_suffix('}')) else {
            return Ok(base.trim_end_matches('/').to_owned());
        };
        let settings: Value = self.settings()?;
        match settings.get(setting).and_then(Value::as_str).filter(|url| !url.is_empty()) {
            Some(url) => Ok(url.trim_end_matches('/').to_owned()),
            None => Err(Fail::permanent(
                "sdk.no_base",
                format!("the connection has no `{setting}`: set it on the connection"),
            )
            .origin(Origin::Host)),
        }
    }

    /// The connection's settings that are not secret.
    pub fn settings<T: DeserializeOwned>(&self) -> Result<T> {
        let slot = self.ground.default_auth.unwrap_or("default");
        let text = self.sys.connection_public(slot).unwrap_or_else(|| "{}".to_owned());
        serde_json::from_str(&text).map_err(|e| {
            Fail::permanent("sdk.settings", format!("the connection's settings do not fit: {e}"))
                .origin(Origin::Host)
        })
    }

    /// Milliseconds since the epoch. The same instant in a replay.
    pub fn now(&self) -> u64 {
        self.sys.now()
    }

    /// The same for every retry of one step; the runner sends it where the action declares a header.
    pub fn idempotency_key(&self) -> String {
        self.sys.idempotency_key()
    }

    /// Counts from 1.
    pub fn attempt(&self) -> u32 {
        self.sys.attempt()
    }

    /// The run this call belongs to.
    pub fn run_id(&self) -> String {
        self.sys.run_id()
    }

    /// What the call is for.
    pub fn mode(&self) -> Mode {
        self.sys.mode()
    }

    /// Milliseconds left for this call.
    pub fn time_left(&self) -> u64 {
        self.sys.time_left()
    }

    /// The run was cancelled: stop before the next write.
    pub fn is_cancelled(&self) -> bool {
        self.sys.is_cancelled()
    }

    /// Where a remote system can call back to, for [`crate::Step::Callback`].
    pub fn callback_url(&self) -> Option<String> {
        self.sys.callback_url()
    }

    /// Why the action is called again, after a page or a pause.
    pub fn resumption(&self) -> Option<&Resumption> {
        self.resumption.as_ref()
    }

    /// What the plan said must still hold: see [`crate::Plan::precondition`].
    pub fn precondition<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let Some(value) = &self.precondition else {
            return Ok(None);
        };
        let read = T::deserialize(value).map_err(|e| {
            Fail::permanent("sdk.precondition", format!("the precondition cannot be read: {e}"))
        });
        read.map(Some)
    }

    /// A line in the run's log. Never a secret: the guest has none.
    pub fn log(&self, level: Level, message: &str, fields: Option<&Value>) {
        self.sys.log(level, message, fields.map(Value::to_string));
    }

    /// [`Cx::log`] at info.
    pub fn info(&self, message: &str) {
        self.log(Level::Info, message, None);
    }

    /// [`Cx::log`] at warn.
    pub fn warn(&self, message: &str) {
        self.log(Level::Warn, message, None);
    }

    /// Random bytes.
    pub fn random(&self, len: u32) -> Vec<u8> {
        self.sys.random(len)
    }

    /// Reads kept state.
    pub fn state<T: DeserializeOwned>(&self, scope: Scope, key: &str) -> Result<Option<T>> {
        let Some(text) = self.sys.state_get(scope, key) else {
            return Ok(None);
        };
        let read = serde_json::from_str(&text)
            .map_err(|e| Fail::permanent("sdk.state", format!("the state `{key}` cannot be read: {e}")));
        read.map(Some)
    }

    /// Keeps state, at most 64 KiB a value; committed with the call's outcome.
    pub fn set_state(&self, scope: Scope, key: &str, value: &impl Serialize) -> Result<()> {
        let text = crate::outcome::to_value(value)?.to_string();
        self.sys
            .state_set(scope, key, &text)
            .map_err(|e| Fail::permanent("sdk.state", e).origin(Origin::Host))
    }

    /// Forgets state.
    pub fn remove_state(&self, scope: Scope, key: &str) {
        self.sys.state_remove(scope, key);
    }

    /// A digest.
    pub fn digest(&self, algorithm: Hash, data: &[u8]) -> Vec<u8> {
        self.sys.digest(algorithm, data)
    }

    /// Signs with a secret named `slot.field`; the guest never sees it.
    pub fn hmac(&self, algorithm: Hash, secret: &str, data: &[u8]) -> Result<Vec<u8>> {
        self.sys.hmac(algorithm, secret, data).map_err(no_secret)
    }

    /// Verifies a signature in constant time.
    pub fn hmac_verify(&self, algorithm: Hash, secret: &str, data: &[u8], tag: &[u8]) -> Result<bool> {
        self.sys.hmac_verify(algorithm, secret, data, tag).map_err(no_secret)
    }

    /// Compares in constant time.
    pub fn equal(&self, a: &[u8], b: &[u8]) -> bool {
        self.sys.equal(a, b)
    }

    /// Reads a file of the call's input.
    pub fn read_blob(&self, blob: &BlobRef) -> Result<Vec<u8>> {
        self.sys.blob_read(&blob.reference).map_err(|e| Fail::permanent("sdk.blob", e).origin(Origin::Host))
    }

    /// Makes a file of the runner.
    pub fn write_blob(&self, media_type: &str, name: Option<&str>, bytes: &[u8]) -> Result<BlobRef> {
        self.sys
            .blob_write(media_type, name, bytes)
            .map_err(|e| Fail::permanent("sdk.blob", e).origin(Origin::Host))
    }

    pub(crate) fn is_unsafe(&self, request: &HttpRequest) -> bool {
        if matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS") {
            return false;
        }
        let rest = request.url.split_once("://").map_or(request.url.as_str(), |(_, rest)| rest);
        let path = rest.find('/').map_or("/", |at| &rest[at..]);
        let path = path.split(['?', '#']).next().unwrap_or("/");
        !self.ground.safe_requests.iter().any(|safe| is_listed(safe, &request.method, path))
    }
}

fn is_listed(safe: &str, method: &str, path: &str) -> bool {
    match safe.split_once(' ') {
        Some((m, pattern)) if m == method => match pattern.strip_suffix('*') {
            Some(prefix) => path.starts_with(prefix),
            None => path == pattern,
        },
        _ => false,
    }
}

fn no_secret(why: String) -> Fail {
    Fail::permanent("sdk.secret", why).origin(Origin::Host)
}
