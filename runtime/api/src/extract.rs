//! Bodies, paths and queries as values, or as a refusal that says what was expected.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use throughline_domain::json::{self, JsonLimits, JsonProblem};

use crate::body;
use crate::error::{ApiError, Problem, Result, codes, shown};
use crate::state::ApiState;

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

/// A JSON body, or none at all: then the default.
pub(crate) struct OptionalJson<T>(pub(crate) T);

/// Parameters of the path.
pub(crate) struct Path<T>(pub(crate) T);

/// Parameters of the query.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<ApiState> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self> {
        is_json(request.headers())?;
        let bytes = read(request, state, state.config().max_body_bytes).await?;
        from_json(&bytes, state).map(Self)
    }
}

impl<T: DeserializeOwned + Default> FromRequest<ApiState> for OptionalJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self> {
        let typed = is_json(request.headers());
        let bytes = read(request, state, state.config().max_body_bytes).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        typed?;
        from_json(&bytes, state).map(Self)
    }
}

/// Reads a request's body within a number of bytes.
pub(crate) async fn read(request: Request, state: &ApiState, most: usize) -> Result<Bytes> {
    let (parts, body) = request.into_parts();
    body::read(&parts.headers, body, state.config().limit(most)).await
}

/// The media type, without parameters, in lower case.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_json(headers: &HeaderMap) -> Result<()> {
    let found = media_type(headers);
    if found == "application/json" || (found.starts_with("application/") && found.ends_with("+json")) {
        return Ok(());
    }
    Err(wrong_type(&found, "application/json"))
}

/// The refusal of a body of another type.
pub(crate) fn wrong_type(found: &str, expected: &str) -> ApiError {
    let found =
        if found.is_empty() { "without a Content-Type".to_owned() } else { format!("`{}`", shown(found)) };
    ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, codes::BAD_TYPE, format!("the body is {found}"))
        .hint(format!("send Content-Type: {expected}"))
}

/// Reads JSON as strictly as events are read, so that no value means two things.
fn from_json<T: DeserializeOwned>(bytes: &[u8], state: &ApiState) -> Result<T> {
    let limits = JsonLimits { max_bytes: usize::MAX, max_depth: state.config().max_json_depth };
    if !json::parse_strict(bytes, limits)?.is_object() {
        // Fields without names would otherwise be taken by their order.
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            codes::BAD_BODY,
            "the body is JSON, but not an object",
        )
        .hint("send an object with the fields that the OpenAPI document shows"));
    }
    typed(bytes)
}

/// Reads JSON, or says which field does not fit.
fn typed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| {
        // serde_json ends its words with the place; it is said once, in front.
        let words = error.to_string();
        let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words);
        let place = format!("line {}, column {}", error.line(), error.column());
        let message = format!("the body does not have the fields it needs at {place}: {}", shown(words));
        ApiError::new(StatusCode::BAD_REQUEST, codes::BAD_BODY, message)
            .hint("the OpenAPI document at /api/v1/openapi.json shows the fields; nothing was kept")
    })
}

impl From<JsonProblem> for ApiError {
    fn from(problem: JsonProblem) -> Self {
        let message = format!(
            "the body is not acceptable JSON at line {}, column {}: {}",
            problem.line,
            problem.column,
            shown(&problem.message)
        );
        let detail = Problem {
            path: problem.path,
            line: problem.line,
            column: problem.column,
            code: problem.code.to_owned(),
            severity: "error",
            message: problem.message,
            expected: None,
            hint: None,
        };
        Self::new(StatusCode::BAD_REQUEST, codes::BAD_BODY, message)
            .hint("mend the body at that place and send it again; nothing was kept")
            .problems(vec![detail])
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<ApiState> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|error| {
                ApiError::bad_parameter(format!("the path does not fit: {}", shown(&error.body_text())))
            })
    }
}

impl<T: DeserializeOwned> FromRequestParts<ApiState> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self> {
        axum::extract::Query::try_from_uri(&parts.uri).map(|axum::extract::Query(value)| Self(value)).map_err(
            |error| ApiError::bad_parameter(format!("the query does not fit: {}", shown(&error.body_text()))),
        )
    }
}

/// Fields of a form, or texts of a JSON object: what pages and programs send alike.
#[derive(Default)]
pub(crate) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// As browsers send a form.
    pub(crate) fn of_form(bytes: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// The texts of a JSON object; whatever else is in it is passed over.
    pub(crate) fn of_json(bytes: &[u8]) -> Self {
        let object: BTreeMap<String, serde_json::Value> = serde_json::from_slice(bytes).unwrap_or_default();
        let texts = object.into_iter().filter_map(|(name, value)| match value {
            serde_json::Value::String(text) => Some((name, text)),
            _ => None,
        });
        Self(texts.collect())
    }

    /// A field that was sent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A field, or nothing in it.
    pub(crate) fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }
}

/// One value of a query string.
pub(crate) fn query_value(query: Option<&str>, name: &str) -> Option<String> {
    let uri: http::Uri = format!("/?{}", query?).parse().ok()?;
    let axum::extract::Query(pairs) =
        axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).ok()?;
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[test]
    fn a_wrong_field_is_named() {
        #[derive(Debug, Deserialize)]
        struct Body {
            #[expect(dead_code, reason = "only its type is of interest")]
            count: u32,
        }
        let error = typed::<Body>(b"{\"count\": \"x\"}").unwrap_err();
        assert!(error.message().contains("at line 1, column 13: invalid type"), "{}", error.message());
    }

    #[test]
    fn media_types_are_read_without_parameters() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "Application/JSON; charset=utf-8".parse().unwrap());
        assert!(is_json(&headers).is_ok());
        headers.insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
        assert_eq!(is_json(&headers).unwrap_err().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }

    #[test]
    fn forms_are_read_as_browsers_send_them() {
        let fields = Fields::of_form(b"mail=ada%40acme.example&password=a+b%26c%3D%C3%BC&empty=");
        assert_eq!(fields.get("mail"), Some("ada@acme.example"));
        assert_eq!(fields.text("password"), "a b&c=\u{fc}");
        assert_eq!((fields.get("empty"), fields.get("other")), (Some(""), None));
        assert_eq!(
            Fields::of_form("password=four words {}<\u{fc}>".as_bytes()).text("password"),
            "four words {}<\u{fc}>"
        );
        let fields = Fields::of_json(br#"{"code":"x","n":1}"#);
        assert_eq!((fields.get("code"), fields.get("n")), (Some("x"), None));
    }

    #[test]
    fn query_values_are_decoded() {
        assert_eq!(query_value(Some("a=1&workspace=x%2Dy"), "workspace").as_deref(), Some("x-y"));
        assert_eq!(query_value(Some("a=1"), "workspace"), None);
        assert_eq!(query_value(None, "workspace"), None);
    }
}
