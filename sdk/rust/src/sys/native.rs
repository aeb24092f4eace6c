//! Outside a component: a [`Mock`] answers.
#![expect(
    clippy::unused_self,
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    reason = "the same signatures as in a component"
)]

use std::rc::Rc;

use crate::cx::{Level, Mode, Scope};
use crate::reply::BlobRef;
use crate::testkit::Mock;
use crate::wire::{Hash, HttpError, HttpReply, HttpRequest};

/// A handle on the mock of this call.
#[derive(Clone)]
pub(crate) struct Sys(Rc<Mock>);

impl Sys {
    pub(crate) fn new(mock: Rc<Mock>) -> Self {
        Self(mock)
    }

    pub(crate) fn mode(&self) -> Mode {
        self.0.mode.get()
    }

    pub(crate) fn run_id(&self) -> String {
        self.0.run_id.clone()
    }

    pub(crate) fn attempt(&self) -> u32 {
        self.0.attempt
    }

    pub(crate) fn idempotency_key(&self) -> String {
        self.0.key.clone()
    }

    pub(crate) fn time_left(&self) -> u64 {
        self.0.time_left
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        false
    }

    pub(crate) fn connection_public(&self, _slot: &str) -> Option<String> {
        Some(self.0.connection.to_string())
    }

    pub(crate) fn callback_url(&self) -> Option<String> {
        Some("https://runner.test/callback/1".to_owned())
    }

    pub(crate) fn log(&self, _level: Level, message: &str, fields: Option<String>) {
        let line = fields.map_or_else(|| message.to_owned(), |fields| format!("{message} {fields}"));
        self.0.log.borrow_mut().push(line);
    }

    pub(crate) fn now(&self) -> u64 {
        self.0.now
    }

    pub(crate) fn random(&self, len: u32) -> Vec<u8> {
        // The same in every test: 0, 1, 2, …
        (0..len).map(|n| u8::try_from(n % 256).unwrap_or_default()).collect()
    }

    pub(crate) fn state_get(&self, scope: Scope, key: &str) -> Option<String> {
        self.0.state.borrow().get(&(scope_name(scope), key.to_owned())).cloned()
    }

    pub(crate) fn state_set(&self, scope: Scope, key: &str, value: &str) -> Result<(), String> {
        self.0.state.borrow_mut().insert((scope_name(scope), key.to_owned()), value.to_owned());
        Ok(())
    }

    pub(crate) fn state_remove(&self, scope: Scope, key: &str) {
        self.0.state.borrow_mut().remove(&(scope_name(scope), key.to_owned()));
    }

    pub(crate) fn digest(&self, algorithm: Hash, data: &[u8]) -> Vec<u8> {
        crate::testkit::digest(algorithm, data)
    }

    pub(crate) fn hmac(&self, algorithm: Hash, secret: &str, data: &[u8]) -> Result<Vec<u8>, String> {
        let key = self.0.secrets.get(secret).ok_or_else(|| format!("there is no secret `{secret}`"))?;
        Ok(crate::testkit::hmac(algorithm, key, data))
    }

    pub(crate) fn hmac_verify(
        &self,
        algorithm: Hash,
        secret: &str,
        data: &[u8],
        tag: &[u8],
    ) -> Result<bool, String> {
        Ok(self.hmac(algorithm, secret, data)? == tag)
    }

    pub(crate) fn equal(&self, a: &[u8], b: &[u8]) -> bool {
        a == b
    }

    pub(crate) fn blob_read(&self, reference: &str) -> Result<Vec<u8>, String> {
        self.0
            .blobs
            .borrow()
            .get(reference)
            .cloned()
            .ok_or_else(|| format!("there is no file `{reference}` in the input"))
    }

    pub(crate) fn blob_write(
        &self,
        media_type: &str,
        _name: Option<&str>,
        bytes: &[u8],
    ) -> Result<BlobRef, String> {
        let mut blobs = self.0.blobs.borrow_mut();
        let reference = format!("blob-{}", blobs.len() + 1);
        blobs.insert(reference.clone(), bytes.to_vec());
        Ok(BlobRef {
            reference,
            media_type: Some(media_type.to_owned()),
            size: u64::try_from(bytes.len()).ok(),
        })
    }

    pub(crate) fn send(&self, request: HttpRequest, is_unsafe: bool) -> Result<HttpReply, HttpError> {
        self.0.answer(&request, is_unsafe)
    }

    pub(crate) fn note_mapped(&self, status: u16) {
        self.0.watch.borrow_mut().mapped.insert(status);
    }

    pub(crate) fn note_raw(&self) {
        self.0.watch.borrow_mut().raw = true;
    }

    pub(crate) fn note_body_read(&self) {
        self.0.watch.borrow_mut().body_read = true;
    }
}

fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Trigger => "trigger",
        Scope::Connection => "connection",
    }
}
