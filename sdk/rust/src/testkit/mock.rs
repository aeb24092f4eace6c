//! The runner's side of a call, in a test.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Value, json};

use super::cassette::{Interaction, body_of};
use crate::cx::Mode;
use crate::sys::Sys;
use crate::wire::{HttpError, HttpReply, HttpRequest};

/// Answers requests in code instead of from a cassette.
pub type MockHost = dyn Fn(&HttpRequest) -> Result<HttpReply, HttpError>;

enum Source {
    Cassette(RefCell<Vec<(Interaction, bool)>>),
    Code(Box<MockHost>),
}

/// What the conformance suite looks at.
#[derive(Default)]
pub(crate) struct Watch {
    pub(crate) mapped: BTreeSet<u16>,
    pub(crate) raw: bool,
    pub(crate) body_read: bool,
    pub(crate) requests: Vec<HttpRequest>,
    pub(crate) unsafe_requests: u32,
}

/// A runner for one test: recorded HTTP, a fixed clock, a connection.
pub struct Mock {
    source: Source,
    pub(crate) mode: Cell<Mode>,
    pub(crate) connection: Value,
    pub(crate) secrets: BTreeMap<String, Vec<u8>>,
    pub(crate) now: u64,
    pub(crate) key: String,
    pub(crate) run_id: String,
    pub(crate) attempt: u32,
    pub(crate) time_left: u64,
    pub(crate) log: RefCell<Vec<String>>,
    pub(crate) state: RefCell<BTreeMap<(&'static str, String), String>>,
    pub(crate) blobs: RefCell<BTreeMap<String, Vec<u8>>>,
    pub(crate) watch: RefCell<Watch>,
}

impl Mock {
    /// From a cassette's text: `include_str!("cassettes/get_job.json")`.
    ///
    /// # Panics
    /// When it is not a cassette, or holds a credential.
    pub fn cassette(text: &str) -> Self {
        let all = Interaction::read_all(text).unwrap_or_else(|why| panic!("{why}"));
        Self::new(Source::Cassette(RefCell::new(all.into_iter().map(|i| (i, false)).collect())))
    }

    /// Answers in code.
    pub fn answering(answer: impl Fn(&HttpRequest) -> Result<HttpReply, HttpError> + 'static) -> Self {
        Self::new(Source::Code(Box::new(answer)))
    }

    /// Makes no request.
    pub fn offline() -> Self {
        Self::cassette("[]")
    }

    fn new(source: Source) -> Self {
        Self {
            source,
            mode: Cell::new(Mode::Run),
            connection: json!({ "base_url": "https://api.example.test" }),
            secrets: BTreeMap::new(),
            now: 1_772_355_600_000, // 2026-03-01T09:00:00Z
            key: "key-1".to_owned(),
            run_id: "run-1".to_owned(),
            attempt: 1,
            time_left: 60_000,
            log: RefCell::default(),
            state: RefCell::default(),
            blobs: RefCell::default(),
            watch: RefCell::default(),
        }
    }

    /// The connection's settings; `{"base_url": "https://api.example.test"}` unless said.
    #[must_use]
    pub fn connection(mut self, settings: Value) -> Self {
        self.connection = settings;
        self
    }

    /// A secret field, as `slot.field`, for `crypto.hmac`. A secret that begins with `whsec_` is decoded, as the
    /// runner does.
    #[must_use]
    pub fn secret(mut self, name: &str, secret: &str) -> Self {
        let bytes = secret.strip_prefix("whsec_").and_then(crate::inbound::decode_base64);
        self.secrets.insert(name.to_owned(), bytes.unwrap_or_else(|| secret.as_bytes().to_vec()));
        self
    }

    /// The time, in milliseconds since the epoch; 2026-03-01T09:00:00Z unless said.
    #[must_use]
    pub fn now(mut self, millis: u64) -> Self {
        self.now = millis;
        self
    }

    /// The idempotency key; `key-1` unless said.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        key.clone_into(&mut self.key);
        self
    }

    /// A file of the input, by its reference.
    #[must_use]
    pub fn blob(self, reference: &str, bytes: &[u8]) -> Self {
        self.blobs.borrow_mut().insert(reference.to_owned(), bytes.to_vec());
        self
    }

    /// What the mode is for.
    #[must_use]
    pub fn mode(self, mode: Mode) -> Self {
        self.mode.set(mode);
        self
    }

    pub(crate) fn sys(self) -> Sys {
        Sys::new(Rc::new(self))
    }

    pub(crate) fn answer(&self, request: &HttpRequest, is_unsafe: bool) -> Result<HttpReply, HttpError> {
        {
            let mut watch = self.watch.borrow_mut();
            watch.requests.push(request.clone());
            watch.unsafe_requests += u32::from(is_unsafe);
        }
        if is_unsafe && !matches!(self.mode.get(), Mode::Run | Mode::Compensate | Mode::Records) {
            return Err(HttpError::Denied(format!("{} in {:?}", request.method, self.mode.get())));
        }
        match &self.source {
            Source::Code(answer) => answer(request),
            Source::Cassette(all) => {
                let mut all = all.borrow_mut();
                let Some((found, used)) = all.iter_mut().find(|(i, used)| !used && i.matches(request)) else {
                    let left: Vec<String> = all
                        .iter()
                        .filter(|(_, used)| !used)
                        .map(|(i, _)| told(&i.request.method, &i.request.url, i.request.body.as_ref()))
                        .collect();
                    let asked = told(&request.method, &request.url, body_of(request).as_ref());
                    panic!(
                        "the cassette has no answer for\n  {asked}\nwhat is left in it:\n  {}",
                        left.join("\n  ")
                    );
                };
                *used = true;
                Ok(found.response.reply(&request.url))
            }
        }
    }

    /// # Panics
    /// When a recorded request was not made.
    pub(crate) fn finish(&self) {
        if let Source::Cassette(all) = &self.source {
            let left: Vec<String> = all
                .borrow()
                .iter()
                .filter(|(_, used)| !used)
                .map(|(i, _)| told(&i.request.method, &i.request.url, i.request.body.as_ref()))
                .collect();
            assert!(left.is_empty(), "recorded, but not asked:\n  {}", left.join("\n  "));
        }
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.finish();
        }
    }
}

impl From<&str> for Mock {
    fn from(cassette: &str) -> Self {
        Self::cassette(cassette)
    }
}

fn told(method: &str, url: &str, body: Option<&Value>) -> String {
    body.map_or_else(|| format!("{method} {url}"), |body| format!("{method} {url} {body}"))
}
