//! Requests and answers.

use std::collections::BTreeMap;

use throughline::prelude::*;

/// Settings of a connection.
#[data]
pub struct Settings {
    /// Base address
    #[schemars(url, example = &"https://api.example.com")]
    pub base_url: String,
    /// How the API knows us
    #[serde(default)]
    pub auth: Auth,
    /// Path that answers to a GET when the connection works
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_path: Option<String>,
}

/// Which credential of the connection is used.
#[data(Copy, Default, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    /// None.
    #[default]
    None,
    /// Bearer token.
    Bearer,
    /// User name and password.
    Basic,
    /// A header.
    Header,
    /// A query parameter.
    Query,
}

impl Auth {
    fn slot(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Bearer => Some("bearer"),
            Self::Basic => Some("basic"),
            Self::Header => Some("header"),
            Self::Query => Some("query"),
        }
    }
}

/// A name and its values.
#[data]
#[serde(untagged)]
pub enum Pair {
    /// Text.
    Text(String),
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Several texts: the name stands once for each.
    Texts(Vec<String>),
}

impl Pair {
    fn texts(self) -> Vec<String> {
        match self {
            Self::Text(text) => vec![text],
            Self::Number(number) => vec![number.to_string()],
            Self::Flag(flag) => vec![flag.to_string()],
            Self::Texts(texts) => texts,
        }
    }
}

/// A body.
#[data]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Body {
    /// JSON
    Json(Value),
    /// Text of a media type
    Text {
        /// Media type
        #[schemars(example = &"text/plain; charset=utf-8")]
        media_type: String,
        /// The text
        text: String,
    },
}

/// Methods that change nothing.
#[data(Copy, Default)]
#[serde(rename_all = "UPPERCASE")]
pub enum ReadMethod {
    /// GET
    #[default]
    Get,
    /// HEAD
    Head,
}

/// A request that changes nothing.
#[data]
#[serde(deny_unknown_fields)]
pub struct ReadRequest {
    /// Method
    #[serde(default)]
    pub method: ReadMethod,
    /// Path below the base address
    #[schemars(regex(pattern = "^/"), example = &"/v1/things")]
    pub path: String,
    /// Query parameters
    #[serde(default)]
    pub query: BTreeMap<String, Pair>,
    /// Headers
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Statuses that are answers too, such as 404
    #[serde(default)]
    pub expect: Vec<u16>,
}

/// An answer.
#[data]
pub struct Answer {
    /// Status
    pub status: u16,
    /// Headers, names in small letters
    pub headers: BTreeMap<String, String>,
    /// JSON body, or nothing
    pub json: Value,
    /// Text of a body that is not JSON
    pub text: Option<String>,
}

/// Read
///
/// GET or HEAD.
#[action(effect = read, sample = r#"{"status": 200, "headers": {"content-type": "application/json"}, "json": {"id": 7}, "text": null}"#)]
pub(crate) fn read(cx: &Cx, i: ReadRequest) -> Result<Answer> {
    let method = match i.method {
        ReadMethod::Get => "GET",
        ReadMethod::Head => "HEAD",
    };
    let settings: Settings = cx.settings()?;
    let call = dress(call(cx, &settings, method, &i.path)?, i.query, i.headers);
    answer(call, &i.expect)
}

/// A request to the base address with the connection's credential.
pub(crate) fn call<'a>(cx: &'a Cx, settings: &Settings, method: &str, path: &str) -> Result<Call<'a>> {
    check_path(path)?;
    let call = cx.call(method, path);
    Ok(match settings.auth.slot() {
        Some(slot) => call.auth(slot),
        None => call.no_auth(),
    })
}

/// What does not begin with one slash would leave the base address, and with it the grant.
pub(crate) fn check_path(path: &str) -> Result<()> {
    if !path.starts_with('/')
        || path.starts_with("//")
        || path.chars().any(|c| c.is_control() || c == '\\' || c == '#')
    {
        return Err(Fail::invalid("/path", "must be a path below the base address, such as /v1/things"));
    }
    Ok(())
}

/// Adds query and headers.
pub(crate) fn dress(
    call: Call<'_>,
    query: BTreeMap<String, Pair>,
    headers: BTreeMap<String, String>,
) -> Call<'_> {
    let call = query.into_iter().fold(call, |call, (name, value)| call.query(&name, value.texts()));
    headers.into_iter().fold(call, |call, (name, value)| call.header(&name, value))
}

/// Adds the body.
pub(crate) fn with_body(call: Call<'_>, body: Option<Body>) -> Call<'_> {
    match body {
        None => call,
        Some(Body::Json(value)) => call.body(&value),
        Some(Body::Text { media_type, text }) => call.text(&media_type, text),
    }
}

/// Sends; the expected statuses and 200…299 are answers, others fail by the default map.
pub(crate) fn answer(call: Call<'_>, expect: &[u16]) -> Result<Answer> {
    let reply = call.expect(expect).send()?;
    let text = reply.text();
    let json: Option<Value> = serde_json_value(&text);
    let headers =
        reply.headers().iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect();
    let text = if json.is_some() || text.is_empty() { None } else { Some(text.into_owned()) };
    Ok(Answer { status: reply.status(), headers, json: json.unwrap_or_default(), text })
}

fn serde_json_value(text: &str) -> Option<Value> {
    throughline::serde_json::from_str(text).ok()
}
