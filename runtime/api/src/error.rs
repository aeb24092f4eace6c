//! What the API says when it cannot do as asked: a status, a code with its page, words, and what to do.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) mod codes;
mod from;

/// One positioned problem of a text that was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Where in the value: `nodes[2].next`.
    pub(crate) path: String,
    /// Line from 1; 0 where there is none.
    pub(crate) line: u32,
    /// Column from 1, in characters; 0 where there is none.
    pub(crate) column: u32,
    /// Code of its page.
    pub(crate) code: String,
    /// `error` or `warning`.
    pub(crate) severity: &'static str,
    /// What is wrong.
    pub(crate) message: String,
    /// What was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expected: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
}

/// Every answer of 400 and more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ErrorAnswer {
    /// What went wrong.
    pub(crate) error: ErrorDetail,
}

/// What went wrong, for a program and for a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ErrorDetail {
    /// `TL` and four digits; stable.
    #[schema(example = "TL0708")]
    pub(crate) code: Cow<'static, str>,
    /// What happened, in one sentence.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
    /// Problems of the text that was sent, with their places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) problems: Vec<Problem>,
    /// The page about this code, relative to the repository.
    pub(crate) docs: String,
}

/// A refusal or a failure on its way to the client.
#[derive(Clone, Debug)]
pub(crate) struct ApiError(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    status: StatusCode,
    code: Cow<'static, str>,
    message: String,
    hint: Option<String>,
    problems: Vec<Problem>,
    retry_after_s: Option<u64>,
}

/// What handlers return.
pub(crate) type Result<T, E = ApiError> = std::result::Result<T, E>;

impl ApiError {
    /// From a status, a code and words.
    pub(crate) fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self(Box::new(Inner {
            status,
            code: code.into(),
            message: message.into(),
            hint: None,
            problems: Vec::new(),
            retry_after_s: None,
        }))
    }

    /// With what to do.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// With more words behind the message.
    #[must_use]
    pub(crate) fn because(mut self, words: &str) -> Self {
        self.0.message = format!("{}: {words}", self.0.message);
        self
    }

    /// With the places in the text.
    #[must_use]
    pub(crate) fn problems(mut self, problems: Vec<Problem>) -> Self {
        self.0.problems = problems;
        self
    }

    /// With the seconds to wait, as the header `Retry-After`.
    #[must_use]
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after_s = Some(seconds);
        self
    }

    /// Adds the header about waiting to an answer in other words.
    pub(crate) fn say_when(&self, response: &mut Response) {
        if let Some(seconds) = self.0.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }

    /// Nobody has what was asked for, or nobody who may see it.
    pub(crate) fn missing(what: &str, name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, codes::MISSING, format!("there is no {what} `{}`", shown(name)))
            .hint("check the id and the workspace; lists name both")
    }

    /// A part of the address does not fit.
    pub(crate) fn bad_parameter(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, codes::BAD_PARAMETER, message)
            .hint("the OpenAPI document at /api/v1/openapi.json lists every parameter")
    }

    /// A fault of the server; the log has the rest.
    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            codes::INTERNAL,
            "the server failed at this request; the fault is ours",
        )
        .hint("the server's log says more; nothing was acknowledged")
    }

    /// The words alone.
    pub(crate) fn words(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The code.
    #[cfg(test)]
    pub(crate) fn code(&self) -> &str {
        &self.0.code
    }

    /// The words.
    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }
}

/// A text of a stranger in our words: no control characters, not too long.
pub(crate) fn shown(text: &str) -> String {
    let mut out: String =
        text.chars().take(120).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(120).is_some() {
        out.push('…');
    }
    out
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Inner { status, code, message, hint, problems, retry_after_s } = *self.0;
        if status.is_server_error() {
            tracing::warn!(error.code = %code, http.status = status.as_u16(), "{message}");
        }
        let docs = format!("docs/errors/{code}.md");
        let answer = ErrorAnswer { error: ErrorDetail { code, message, hint, problems, docs } };
        let mut response = (status, axum::Json(answer)).into_response();
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"throughline\""));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_strangers_are_cut_and_cleaned() {
        assert_eq!(shown("a\u{1b}[31m\n"), "a\u{fffd}[31m\u{fffd}");
        assert_eq!(shown(&"x".repeat(500)).chars().count(), 121);
    }

    #[test]
    fn a_401_says_how_to_authenticate() {
        let response = ApiError::new(StatusCode::UNAUTHORIZED, codes::NOT_SIGNED_IN, "no").into_response();
        assert!(response.headers().contains_key(header::WWW_AUTHENTICATE));
    }
}
