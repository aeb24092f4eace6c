//! One HTTP request, built step by step.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cx::Cx;
use crate::fail::{Fail, Result};
use crate::reply::{BlobRef, Reply};
use crate::status::{self, Sent};
use crate::wire::{HttpRequest, RequestBody};

/// A request in the making.
#[must_use = "a call is sent by `json`, `done`, `send` or `raw`"]
pub struct Call<'a> {
    cx: &'a Cx,
    request: HttpRequest,
    query: String,
    mapped: Vec<(u16, Fail)>,
    expected: Vec<u16>,
    broken: Option<Fail>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(cx: &'a Cx, method: String, url: String) -> Self {
        let request = HttpRequest {
            method,
            url,
            headers: Vec::new(),
            body: RequestBody::None,
            auth: cx.ground.default_auth.map(str::to_owned),
            into_blob: false,
            follow: false,
            timeout: None,
        };
        Self { cx, request, query: String::new(), mapped: Vec::new(), expected: Vec::new(), broken: None }
    }

    /// A query parameter. `None` adds nothing; a list adds the name once for each.
    pub fn query(mut self, name: &str, value: impl QueryValue) -> Self {
        value.each(&mut |text| {
            self.query.push(if self.query.is_empty() { '?' } else { '&' });
            encode(name, &mut self.query);
            self.query.push('=');
            encode(text, &mut self.query);
        });
        self
    }

    /// A header. `authorization`, `cookie`, `host` and `proxy-*` are refused by the runner.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.request.headers.push((name.to_owned(), value.into()));
        self
    }

    /// A JSON body.
    pub fn body(mut self, value: &impl Serialize) -> Self {
        match serde_json::to_string(value) {
            Ok(text) => {
                self.request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
                self.request.body = RequestBody::Text(text);
            }
            Err(e) => {
                self.broken = Some(Fail::invalid("", format!("the body cannot be written as JSON: {e}")));
            }
        }
        self
    }

    /// A text body of another media type.
    pub fn text(mut self, media_type: &str, text: impl Into<String>) -> Self {
        self.request.headers.push(("content-type".to_owned(), media_type.to_owned()));
        self.request.body = RequestBody::Text(text.into());
        self
    }

    /// A body of bytes.
    pub fn bytes(mut self, media_type: &str, bytes: Vec<u8>) -> Self {
        self.request.headers.push(("content-type".to_owned(), media_type.to_owned()));
        self.request.body = RequestBody::Bytes(bytes);
        self
    }

    /// A file of the call's input as the body; its bytes never enter the connector.
    pub fn blob(mut self, blob: &BlobRef) -> Self {
        self.request.body = RequestBody::Blob(blob.reference.clone());
        self
    }

    /// Another slot than the default one.
    pub fn auth(mut self, slot: &str) -> Self {
        self.request.auth = Some(slot.to_owned());
        self
    }

    /// No credential.
    pub fn no_auth(mut self) -> Self {
        self.request.auth = None;
        self
    }

    /// The failure for a status, in place of the default map's.
    pub fn map(mut self, status: u16, fail: Fail) -> Self {
        self.mapped.push((status, fail));
        self
    }

    /// Statuses that are answers for [`Call::send`], as 200…299 are.
    pub fn expect(mut self, statuses: &[u16]) -> Self {
        self.expected.extend_from_slice(statuses);
        self
    }

    /// Milliseconds to wait for the answer.
    pub fn timeout(mut self, ms: u64) -> Self {
        self.request.timeout = Some(ms);
        self
    }

    /// Follow redirects within the same origin.
    pub fn follow(mut self) -> Self {
        self.request.follow = true;
        self
    }

    /// The answer's body goes into a file of the runner: see [`Reply::blob`].
    pub fn into_blob(mut self) -> Self {
        self.request.into_blob = true;
        self
    }

    /// Sends, and reads the answer's body as JSON.
    pub fn json<T: DeserializeOwned>(self) -> Result<T> {
        self.send()?.json()
    }

    /// The same, with nothing for 404 and 410.
    pub fn find<T: DeserializeOwned>(self) -> Result<Option<T>> {
        let cx = self.cx;
        cx.sys.note_mapped(404);
        cx.sys.note_mapped(410);
        let reply = self.raw_with(false)?;
        match reply.0.status() {
            404 | 410 => Ok(None),
            _ => reply.checked()?.json().map(Some),
        }
    }

    /// Sends, and does not read the body.
    pub fn done(self) -> Result<()> {
        let gone_is_done = self.request.method == "DELETE"
            && self.cx.ground.effect == crate::manifest::Effect::WriteIdempotent;
        if gone_is_done {
            self.cx.sys.note_mapped(404);
            self.cx.sys.note_mapped(410);
        }
        let reply = self.raw_with(false)?;
        if gone_is_done && matches!(reply.0.status(), 404 | 410) {
            return Ok(());
        }
        reply.checked().map(|_| ())
    }

    /// Sends; a status outside 200…299 is a failure by [`Call::map`] or the default map.
    pub fn send(self) -> Result<Reply> {
        self.raw_with(false)?.checked()
    }

    /// Sends; every status is an answer.
    pub fn raw(self) -> Result<Reply> {
        self.raw_with(true).map(|answer| answer.0)
    }

    fn raw_with(mut self, is_raw: bool) -> Result<Answer> {
        if let Some(fail) = self.broken.take() {
            return Err(fail);
        }
        self.absolute()?;
        let cx = self.cx;
        let is_unsafe = cx.is_unsafe(&self.request);
        let sent = Sent {
            effect: cx.ground.effect,
            is_unsafe,
            with_auth: self.request.auth.is_some(),
            now: cx.now(),
        };
        for status in self.mapped.iter().map(|(status, _)| status).chain(&self.expected) {
            cx.sys.note_mapped(*status);
        }
        if is_raw {
            cx.sys.note_raw();
        }
        let reply = cx.sys.send(self.request, is_unsafe).map_err(|error| status::no_reply(error, sent))?;
        let reply = Reply::new(reply, sent, cx.sys.clone());
        if is_unsafe && reply.is_success() {
            cx.written.set(true);
        }
        Ok(Answer(reply, self.mapped, self.expected))
    }

    fn absolute(&mut self) -> Result<()> {
        if self.request.url.starts_with('/') || self.request.url.is_empty() {
            self.request.url.insert_str(0, &self.cx.base()?);
        }
        if !self.query.is_empty() {
            if self.request.url.contains('?') {
                self.query.replace_range(0..1, "&");
            }
            self.request.url.push_str(&self.query);
        }
        Ok(())
    }
}

struct Answer(Reply, Vec<(u16, Fail)>, Vec<u16>);

impl Answer {
    fn checked(self) -> Result<Reply> {
        let Self(reply, mapped, expected) = self;
        if let Some((status, fail)) = mapped.into_iter().find(|(status, _)| *status == reply.status()) {
            return Err(fail.status(status).request_id(reply.request_id()));
        }
        if reply.is_success() || expected.contains(&reply.status()) {
            Ok(reply)
        } else {
            Err(reply.failure())
        }
    }
}

/// One path segment, percent-encoded: an id from an input cannot leave its place in the path.
pub fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // A segment of dots would be taken for a step up by whoever parses the URL.
    if matches!(text, "." | "..") {
        return text.replace('.', "%2E");
    }
    encode(text, &mut out);
    out
}

fn encode(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

/// Query parameters of one call, when they are made elsewhere.
pub type Query = Vec<(String, String)>;

/// What can stand in a query.
pub trait QueryValue {
    /// Gives each text.
    fn each(&self, add: &mut dyn FnMut(&str));
}

impl QueryValue for str {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(self);
    }
}

impl QueryValue for String {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(self);
    }
}

impl<T: QueryValue + ?Sized> QueryValue for &T {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        (**self).each(add);
    }
}

impl<T: QueryValue> QueryValue for Option<T> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        if let Some(value) = self {
            value.each(add);
        }
    }
}

impl<T: QueryValue> QueryValue for Vec<T> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        for value in self {
            value.each(add);
        }
    }
}

macro_rules! display_query {
    ($($t:ty),*) => { $(impl QueryValue for $t {
        fn each(&self, add: &mut dyn FnMut(&str)) {
            add(&self.to_string());
        }
    })* };
}

display_query!(bool, u16, u32, u64, i32, i64);
