//! Forms as pages: fields of a schema as plain HTML, and what a browser sends of them.

pub(crate) mod limit;
mod render;
pub(crate) mod ticket;

use axum::extract::Request;
use http::HeaderMap;
use throughline_domain::form::Typed;

pub(crate) use render::{Filled, fields, summary};

use crate::error::{ApiError, Result};
use crate::extract::{media_type, read, wrong_type};
use crate::state::ApiState;

/// Largest body of a filled form, in bytes.
const MAX_BYTES: usize = 256 << 10;
/// Most values of one; a form has fewer fields, and a choice fewer options.
const MAX_VALUES: usize = 2_000;
const FORM: &str = "application/x-www-form-urlencoded";

/// What a browser sent.
pub(crate) async fn typed(request: Request, state: &ApiState) -> Result<Typed> {
    is_form(request.headers())?;
    let bytes = read(request, state, MAX_BYTES).await?;
    let mut typed = Typed::new();
    for (name, value) in url::form_urlencoded::parse(&bytes).take(MAX_VALUES) {
        typed.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    Ok(typed)
}

fn is_form(headers: &HeaderMap) -> Result<()> {
    let found = media_type(headers);
    if found == FORM { Ok(()) } else { Err::<(), ApiError>(wrong_type(&found, FORM)) }
}
