//! The contract's imports.
#![expect(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    reason = "the same signatures as in a test, where a mock answers"
)]

use crate::cx::{Level, Mode, Scope};
use crate::guest::bindings::throughline::connector as wit;
use crate::reply::BlobRef;
use crate::wire::{Hash, HttpError, HttpReply, HttpRequest, Payload, RequestBody};

/// Bytes a read or write of a blob may carry.
const BLOB_CHUNK: u32 = 1 << 20;

/// The imports. Zero-sized: what a connector does not call is not in its import list.
#[derive(Clone)]
pub(crate) struct Sys;

impl Sys {
    pub(crate) fn mode(&self) -> Mode {
        use wit::context::Mode as M;
        match wit::context::current_mode() {
            M::Run => Mode::Run,
            M::Preview => Mode::Preview,
            M::Reconcile => Mode::Reconcile,
            M::Compensate => Mode::Compensate,
            M::Poll => Mode::Poll,
            M::Webhook => Mode::Webhook,
            M::Options => Mode::Options,
            M::TestConnection => Mode::TestConnection,
            M::Records => Mode::Records,
        }
    }

    pub(crate) fn run_id(&self) -> String {
        wit::context::run_id()
    }

    pub(crate) fn attempt(&self) -> u32 {
        wit::context::attempt()
    }

    pub(crate) fn idempotency_key(&self) -> String {
        wit::context::idempotency_key()
    }

    pub(crate) fn time_left(&self) -> u64 {
        wit::context::time_left()
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        wit::context::is_cancelled()
    }

    pub(crate) fn connection_public(&self, slot: &str) -> Option<String> {
        wit::context::connection_public(slot)
    }

    pub(crate) fn callback_url(&self) -> Option<String> {
        wit::context::callback_url()
    }

    pub(crate) fn log(&self, level: Level, message: &str, fields: Option<String>) {
        let level = match level {
            Level::Debug => wit::log::Level::Debug,
            Level::Info => wit::log::Level::Info,
            Level::Warn => wit::log::Level::Warn,
            Level::Error => wit::log::Level::Error,
        };
        wit::log::log(level, message, fields.as_deref());
    }

    pub(crate) fn now(&self) -> u64 {
        wit::clock::now()
    }

    pub(crate) fn random(&self, len: u32) -> Vec<u8> {
        wit::random::bytes(len)
    }

    pub(crate) fn state_get(&self, scope: Scope, key: &str) -> Option<String> {
        wit::state::get(to_scope(scope), key)
    }

    pub(crate) fn state_set(&self, scope: Scope, key: &str, value: &str) -> Result<(), String> {
        wit::state::set(to_scope(scope), key, value)
    }

    pub(crate) fn state_remove(&self, scope: Scope, key: &str) {
        wit::state::remove(to_scope(scope), key);
    }

    pub(crate) fn digest(&self, algorithm: Hash, data: &[u8]) -> Vec<u8> {
        wit::crypto::digest(to_hash(algorithm), data)
    }

    pub(crate) fn hmac(&self, algorithm: Hash, secret: &str, data: &[u8]) -> Result<Vec<u8>, String> {
        wit::crypto::hmac(to_hash(algorithm), secret, data)
    }

    pub(crate) fn hmac_verify(
        &self,
        algorithm: Hash,
        secret: &str,
        data: &[u8],
        tag: &[u8],
    ) -> Result<bool, String> {
        wit::crypto::hmac_verify(to_hash(algorithm), secret, data, tag)
    }

    pub(crate) fn equal(&self, a: &[u8], b: &[u8]) -> bool {
        wit::crypto::equal(a, b)
    }

    pub(crate) fn blob_read(&self, reference: &str) -> Result<Vec<u8>, String> {
        let blob = wit::blobs::open(reference)?;
        let size = blob.size();
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < size {
            let chunk = blob.read(bytes.len() as u64, BLOB_CHUNK)?;
            if chunk.is_empty() {
                return Err("the file ends early".to_owned());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    pub(crate) fn blob_write(
        &self,
        media_type: &str,
        name: Option<&str>,
        bytes: &[u8],
    ) -> Result<BlobRef, String> {
        let writer = wit::blobs::BlobWriter::new(media_type, name);
        for chunk in bytes.chunks(BLOB_CHUNK as usize) {
            writer.write(chunk)?;
        }
        wit::blobs::BlobWriter::finish(writer).map(|blob| blob_ref(&blob))
    }

    pub(crate) fn send(&self, request: HttpRequest, _is_unsafe: bool) -> Result<HttpReply, HttpError> {
        let opened = match &request.body {
            RequestBody::Blob(reference) => Some(wit::blobs::open(reference).map_err(HttpError::Internal)?),
            _ => None,
        };
        let body = match (request.body, &opened) {
            (RequestBody::Text(text), _) => wit::http::Body::Text(text),
            (RequestBody::Bytes(bytes), _) => wit::http::Body::Bytes(bytes),
            (RequestBody::Blob(_), Some(blob)) => wit::http::Body::Blob(blob),
            (RequestBody::None | RequestBody::Blob(_), _) => wit::http::Body::None,
        };
        let request = wit::http::Request {
            method: request.method,
            url: request.url,
            headers: request.headers,
            body,
            auth: request.auth,
            into: if request.into_blob { wit::http::Sink::Blob } else { wit::http::Sink::Memory },
            redirects: if request.follow {
                wit::http::Redirects::SameOrigin
            } else {
                wit::http::Redirects::None
            },
            timeout: request.timeout,
            extras: Vec::new(),
        };
        let reply = wit::http::send(&request).map_err(from_error)?;
        let body = match reply.body {
            wit::http::Payload::Bytes(bytes) => Payload::Bytes(bytes),
            wit::http::Payload::Blob(blob) => Payload::Blob(blob_ref(&blob)),
        };
        Ok(HttpReply { status: reply.status, url: reply.url, headers: reply.headers, body })
    }

    // What a test watches costs a guest nothing.

    pub(crate) fn note_mapped(&self, _status: u16) {}

    pub(crate) fn note_raw(&self) {}
}

fn blob_ref(blob: &wit::blobs::Blob) -> BlobRef {
    BlobRef { reference: blob.reference(), media_type: Some(blob.media_type()), size: Some(blob.size()) }
}

fn to_scope(scope: Scope) -> wit::state::Scope {
    match scope {
        Scope::Trigger => wit::state::Scope::Trigger,
        Scope::Connection => wit::state::Scope::Connection,
    }
}

fn to_hash(algorithm: Hash) -> wit::crypto::Hash {
    match algorithm {
        Hash::Sha1 => wit::crypto::Hash::Sha1,
        Hash::Sha256 => wit::crypto::Hash::Sha256,
        Hash::Sha512 => wit::crypto::Hash::Sha512,
    }
}

fn from_error(error: wit::http::HttpError) -> HttpError {
    use wit::http::{HttpError as E, Sent};
    match error {
        E::Denied(why) => HttpError::Denied(why),
        E::Unreachable(why) => HttpError::Unreachable(why),
        E::Timeout(sent) => HttpError::Timeout { maybe_sent: sent == Sent::Maybe },
        E::Interrupted(sent) => HttpError::Interrupted { maybe_sent: sent == Sent::Maybe },
        E::TooLarge => HttpError::TooLarge,
        E::AuthUnavailable(why) => HttpError::AuthUnavailable(why),
        E::BudgetExhausted => HttpError::BudgetExhausted,
        E::Cancelled => HttpError::Cancelled,
        E::Internal(why) => HttpError::Internal(why),
    }
}
