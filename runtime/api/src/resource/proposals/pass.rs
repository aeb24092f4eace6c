//! Who decides: the one place that knows how a request proves it.

use http::StatusCode;
use throughline_domain::access::Needs;
use throughline_domain::approval::{Pass, Via};

use crate::auth::{Acting, Span, Way};
use crate::error::{ApiError, Result, codes};

/// The person behind a request, and by which way they came. The token of the data directory is nobody's: it may do a lot,
/// and decides nothing.
pub(crate) fn of<N: Needs>(span: &Span<N>) -> Result<(Pass, Via)> {
    of_acting(span.acting()).ok_or_else(|| nobody(span.by()))
}

/// The refusal of whoever is no person.
pub(super) fn nobody(by: &str) -> ApiError {
    let message = format!("`{by}` is no person, and only a person decides");
    ApiError::new(StatusCode::FORBIDDEN, codes::NO_RIGHT, message)
        .hint("sign in with an account, use a token of an account, or open /d/{proposal_id}")
}

/// The same of whoever acts; nothing where that is nobody.
pub(crate) fn of_acting(acting: &Acting) -> Option<(Pass, Via)> {
    let person = acting.person()?.clone();
    match acting.way() {
        Way::Session { confirmed_at, .. } => {
            Some((Pass::Session { person, confirmed_at: *confirmed_at }, Via::App))
        }
        Way::Token(_) => Some((Pass::Token { person }, Via::Api)),
        Way::AdminToken => None,
    }
}
