//! Who decides: the one place that knows how a request proves it.

use http::StatusCode;
use throughline_domain::approval::{Pass, Via};

use crate::auth::{Needs, Span};
use crate::error::{ApiError, Result, codes};

/// The person behind a request, and by which way they came. The token of the data directory is nobody's: it may do a lot,
/// and decides nothing.
pub(super) fn of<N: Needs>(span: &Span<N>) -> Result<(Pass, Via)> {
    let message = format!("`{}` is no person, and only a person decides", span.by());
    Err(ApiError::new(StatusCode::FORBIDDEN, codes::FORBIDDEN, message)
        .hint("sign in with an account, use a token of an account, or open /d/{proposal_id}"))
}
