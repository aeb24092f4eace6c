//! A call as a service sees it, and what the service makes of it.

use axum::body::Body;
use axum::extract::{Query, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::webhook::Delivery;

/// The largest body a service reads, in bytes.
const MAX_BODY: usize = 1024 * 1024;
/// The longest idempotency key, in bytes.
const MAX_KEY: usize = 255;

/// One call, read completely.
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) body: Bytes,
    /// Why the call cannot be carried out as it came.
    pub(crate) defect: Option<Reply>,
}

impl Call {
    /// A call without query or body.
    pub(crate) fn bare(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: None,
            params: Vec::new(),
            idempotency_key: None,
            body: Bytes::new(),
            defect: None,
        }
    }

    /// Reads a request to its end.
    pub(crate) async fn read(request: Request) -> Self {
        let (parts, body) = request.into_parts();
        let mut call = Self::bare(parts.method.as_str(), parts.uri.path());
        call.query = parts.uri.query().map(str::to_owned);
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(params)) => call.params = params,
            Err(_) => call.defect = Some(Reply::error(400, "bad_query", "the query cannot be read")),
        }
        call.read_key(&parts.headers);
        if declared_length(&parts.headers).is_some_and(|length| length > MAX_BODY as u64) {
            call.defect = Some(Reply::error(413, "too_large", "a body has at most 1 MiB"));
            return call;
        }
        match axum::body::to_bytes(body, MAX_BODY).await {
            Ok(bytes) => call.body = bytes,
            Err(_) => {
                call.defect = Some(Reply::error(400, "bad_body", "the body is cut short or over 1 MiB"));
            }
        }
        call
    }

    fn read_key(&mut self, headers: &HeaderMap) {
        let Some(value) = headers.get("idempotency-key") else { return };
        match value.to_str() {
            Ok(key) if !key.is_empty() && key.len() <= MAX_KEY => self.idempotency_key = Some(key.to_owned()),
            _ => {
                let message = "Idempotency-Key must be 1 to 255 visible ASCII characters";
                self.defect = Some(Reply::error(400, "bad_idempotency_key", message));
            }
        }
    }

    /// The path's parts.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path.trim_start_matches('/').split('/').collect()
    }

    /// A query parameter's value.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Refuses parameters nobody reads: a misspelt filter must not list everything.
    pub(crate) fn only_params(&self, known: &[&str]) -> Result<(), Reply> {
        match self.params.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some((name, _)) => {
                let message = format!("there is no parameter {name:?} here; known: {}", known.join(", "));
                Err(Reply::error(400, "unknown_parameter", &message))
            }
        }
    }

    /// The body as a JSON object.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, Reply> {
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(Reply::error(400, "bad_json", "the body must be a JSON object")),
            Err(error) => Err(Reply::error(400, "bad_json", &format!("the body is not JSON: {error}"))),
        }
    }
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A reply: status, JSON body and extra headers.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    headers: Vec<(&'static str, String)>,
}

impl Reply {
    /// A reply with this body; `null` sends none.
    pub(crate) fn new(status: u16, body: Value) -> Self {
        Self { status, body, headers: Vec::new() }
    }

    /// An error in the form all services use.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::new(status, json!({ "code": code, "message": message }))
    }

    /// No such path or record.
    pub(crate) fn not_found(path: &str) -> Self {
        Self::error(404, "not_found", &format!("there is nothing at {path}"))
    }

    /// Another record has this `external_id`.
    pub(crate) fn taken(id: &str) -> Self {
        let message = format!("{id} has this external_id already");
        Self::new(409, json!({ "code": "external_id_taken", "message": message, "id": id }))
    }

    /// A path that exists, asked with a method it does not have.
    pub(crate) fn wrong_method(allowed: &str) -> Self {
        let message = format!("allowed here: {allowed}");
        Self::error(405, "method_not_allowed", &message).with_header("allow", allowed.to_owned())
    }

    /// The same reply with one more header.
    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The reply on the wire.
    pub(crate) fn into_response(self) -> Response {
        let body = if self.body.is_null() { Body::empty() } else { Body::from(self.body.to_string()) };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

/// What a service makes of a call: the reply and what changes with it. Nothing has changed yet.
pub(crate) struct Outcome {
    pub(crate) reply: Reply,
    pub(crate) changes: Vec<Value>,
    /// Events to announce once the changes are on disk; they are among the changes, too.
    pub(crate) deliveries: Vec<Delivery>,
}

impl Outcome {
    /// A reply that changes nothing.
    pub(crate) fn unchanged(reply: Reply) -> Self {
        Self { reply, changes: Vec::new(), deliveries: Vec::new() }
    }

    /// A reply that comes with these changes.
    pub(crate) fn changed(reply: Reply, changes: Vec<Value>) -> Self {
        Self { reply, changes, deliveries: Vec::new() }
    }
}

impl From<Result<Outcome, Reply>> for Outcome {
    fn from(result: Result<Outcome, Reply>) -> Self {
        result.unwrap_or_else(Outcome::unchanged)
    }
}

/// A moment in microseconds since 1970 as UTC text of fixed width, so that text order is time order.
pub(crate) fn stamp(micros: i64) -> String {
    let moment = jiff::Timestamp::from_microsecond(micros).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    format!("{moment:.6}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_sort_as_text() {
        assert_eq!(stamp(0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(stamp(1_700_000_000_000_001), "2023-11-14T22:13:20.000001Z");
    }
}
