//! The API as the commands use it: over HTTP to the live server, or straight into the router of a stack
//! in this process. Either way the same requests get the same answers.

use axum::Router;
use axum::body::Body;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::error::{CliError, Exit, Problem, Result, codes};

/// The most that is read of an answer.
const MAX_ANSWER_BYTES: usize = 256 << 20;

enum Transport {
    /// A live server.
    Http { base: String, client: reqwest::Client },
    /// The router of this process.
    InProcess(Router),
}

/// Speaks the API.
pub(crate) struct Client {
    transport: Transport,
    token: String,
    workspace: Option<String>,
}

/// A body to send.
pub(crate) enum Sending<'a> {
    Nothing,
    Json(&'a Value),
    /// JSON text as it stands: numbers and repeated keys reach the server as they were written.
    JsonText(String),
    Bytes(Vec<u8>),
}

impl Client {
    /// Speaks to a server.
    pub(crate) fn http(base: &str, token: String, workspace: Option<String>) -> Result<Self> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .connect_timeout(std::time::Duration::from_secs(5))
            .timeout(std::time::Duration::from_mins(2))
            .build()
            .map_err(|error| CliError::refused(codes::INTERNAL, format!("no HTTP client: {error}")))?;
        Ok(Self { transport: Transport::Http { base: base.to_owned(), client }, token, workspace })
    }

    /// Speaks to a router in this process.
    pub(crate) fn in_process(router: Router, token: String, workspace: Option<String>) -> Self {
        Self { transport: Transport::InProcess(router), token, workspace }
    }

    /// The same, acting in another workspace.
    pub(crate) fn in_workspace(&self, name: &str) -> Self {
        let transport = match &self.transport {
            Transport::Http { base, client } => {
                Transport::Http { base: base.clone(), client: client.clone() }
            }
            Transport::InProcess(router) => Transport::InProcess(router.clone()),
        };
        Self { transport, token: self.token.clone(), workspace: Some(name.to_owned()) }
    }

    /// Where the live server is; nothing where the API is a router of this process.
    pub(crate) fn base(&self) -> Option<&str> {
        match &self.transport {
            Transport::Http { base, .. } => Some(base),
            Transport::InProcess(_) => None,
        }
    }

    /// The workspace it acts in, where one was named.
    pub(crate) fn workspace(&self) -> Option<&str> {
        self.workspace.as_deref()
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        self.call("GET", path, Sending::Nothing).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.call("POST", path, Sending::Json(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<Value> {
        self.call("DELETE", path, Sending::Nothing).await
    }

    /// All rows of a list, page after page.
    pub(crate) async fn list(&self, path: &str) -> Result<Vec<Value>> {
        let mut rows = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = match &after {
                Some(cursor) => self.get(&format!("{path}{joint}after={}", segment(cursor))).await?,
                None => self.get(path).await?,
            };
            rows.extend(items(&page)?.iter().cloned());
            match page["next"].as_str() {
                Some(next) if after.as_deref() != Some(next) => after = Some(next.to_owned()),
                _ => return Ok(rows),
            }
        }
    }

    /// Sends a request to a path under `/api/v1`; an answer of 400 and more becomes an error.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Sending<'_>) -> Result<Value> {
        let (content_type, bytes) = match body {
            Sending::Nothing => (None, Vec::new()),
            Sending::Json(value) => (Some("application/json"), value.to_string().into_bytes()),
            Sending::JsonText(text) => (Some("application/json"), text.into_bytes()),
            Sending::Bytes(bytes) => (Some("application/wasm"), bytes),
        };
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("authorization", format!("Bearer {}", self.token));
        if let Some(workspace) = &self.workspace {
            request = request.header("throughline-workspace", workspace);
        }
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let request = request.body(bytes).map_err(|error| {
            CliError::usage(codes::USAGE, format!("this cannot be asked of the server: {error}"))
        })?;
        let (status, text) = match &self.transport {
            Transport::Http { base, client } => over_http(client, base, request).await?,
            Transport::InProcess(router) => in_process(router.clone(), request).await?,
        };
        answer(status, &text)
    }
}

async fn over_http(
    client: &reqwest::Client,
    base: &str,
    request: http::Request<Vec<u8>>,
) -> Result<(u16, Vec<u8>)> {
    let (parts, body) = request.into_parts();
    let unreachable = |error: reqwest::Error| {
        CliError::unavailable(
            codes::NO_ANSWER,
            format!("the server at {base} does not answer: {}", error.without_url()),
        )
        .hint("is it stopping or overloaded? its log says more")
    };
    let sent = client
        .request(parts.method, format!("{base}{}", parts.uri))
        .headers(parts.headers)
        .body(body)
        .send()
        .await
        .map_err(unreachable)?;
    let status = sent.status().as_u16();
    Ok((status, sent.bytes().await.map_err(unreachable)?.to_vec()))
}

async fn in_process(router: Router, request: http::Request<Vec<u8>>) -> Result<(u16, Vec<u8>)> {
    let (mut parts, body) = request.into_parts();
    parts.headers.insert(http::header::HOST, http::HeaderValue::from_static("localhost"));
    let request = http::Request::from_parts(parts, Body::from(body));
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let status = response.status().as_u16();
    let body = http_body_util::Limited::new(response.into_body(), MAX_ANSWER_BYTES).collect().await;
    let body =
        body.map_err(|error| CliError::refused(codes::BAD_ANSWER, format!("the answer broke off: {error}")))?;
    Ok((status, body.to_bytes().to_vec()))
}

fn answer(status: u16, text: &[u8]) -> Result<Value> {
    if (200..300).contains(&status) {
        if text.is_empty() {
            return Ok(Value::Null);
        }
        return serde_json::from_slice(text).map_err(|error| {
            CliError::refused(codes::BAD_ANSWER, format!("the server's answer does not read: {error}")).hint(
                "is there something else at this address? compare `throughline --version` on both sides",
            )
        });
    }
    let body: Value = serde_json::from_slice(text).unwrap_or_default();
    Err(refusal(status, &body["error"]))
}

/// The API's error in the command line's form.
fn refusal(status: u16, error: &Value) -> CliError {
    let words = |name: &str| error[name].as_str().map(str::to_owned);
    let problems: Vec<Problem> = serde_json::from_value(error["problems"].clone()).unwrap_or_default();
    let exit = if matches!(status, 502..=504) { Exit::Unavailable } else { Exit::Refused };
    CliError {
        code: words("code").unwrap_or_else(|| codes::REFUSED.to_owned()).into(),
        message: words("message").unwrap_or_else(|| format!("the server refused with HTTP status {status}")),
        hint: words("hint"),
        exit,
        problems,
    }
}

/// The rows of a page.
pub(crate) fn items(page: &Value) -> Result<&Vec<Value>> {
    page["items"]
        .as_array()
        .ok_or_else(|| CliError::refused(codes::BAD_ANSWER, "the server's list has no `items`"))
}

/// A text as one segment of a path or value of a query.
pub(crate) fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(["%", &hex::encode_upper([byte])]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use axum::extract::RawQuery;
    use axum::routing::get;
    use serde_json::json;

    use super::*;

    fn client() -> Client {
        let rows = |RawQuery(query): RawQuery| async move {
            if query.unwrap_or_default().contains("after=b%20b") {
                axum::Json(json!({ "items": [3], "next": null }))
            } else {
                axum::Json(json!({ "items": [1, 2], "next": "b b" }))
            }
        };
        let refused = || async {
            let error = json!({ "code": "TL0101", "message": "no", "hint": "yes", "problems": [{ "line": 3, "column": 4 }] });
            (http::StatusCode::UNPROCESSABLE_ENTITY, axum::Json(json!({ "error": error })))
        };
        let router = Router::new().route("/api/v1/rows", get(rows)).route("/api/v1/refused", get(refused));
        Client::in_process(router, "t".into(), None)
    }

    #[tokio::test]
    async fn pages_are_followed_to_the_end() {
        assert_eq!(client().list("/rows").await.unwrap(), [1, 2, 3]);
    }

    #[tokio::test]
    async fn a_refusal_keeps_code_words_hint_and_places() {
        let error = client().get("/refused").await.unwrap_err();
        assert_eq!(
            (error.code.as_ref(), error.message.as_str(), error.hint.as_deref()),
            ("TL0101", "no", Some("yes"))
        );
        assert_eq!((error.problems[0].line, error.problems[0].column), (3, 4));
        assert_eq!(client().get("/nowhere").await.unwrap_err().code, codes::REFUSED);
    }
}
