//! Why intake refused something. Refused before the acknowledgement: nothing was kept.

use throughline_domain::json::JsonProblem;
use throughline_store::StoreError;

use crate::catalog::CatalogError;
use crate::verify::Refused;

/// Why an event was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// Nothing listens on this path.
    #[error("no published workflow listens on this path")]
    NoSuchPath,
    /// The trigger does not take this method.
    #[error("this webhook takes {0}")]
    Method(&'static str),
    /// The body is larger than allowed.
    #[error("the body is larger than the {limit} bytes this webhook takes")]
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// The body is not JSON, or not JSON that is kept without loss.
    #[error("the body is not acceptable JSON: {0}")]
    Json(#[from] JsonProblem),
    /// The signature was refused.
    #[error(transparent)]
    Signature(#[from] Refused),
    /// The connector's own check refused the request.
    #[error("the connector refused the request's signature or form")]
    Rejected {
        /// Its status.
        status: u16,
    },
    /// The secret or the connector that must verify cannot be had: fail closed.
    #[error("this webhook cannot verify its sender now ({0}); the sender should try again later")]
    CannotVerify(String),
    /// A template of the trigger (dedupe, keys) fails for this event.
    #[error("the trigger's `{field}` cannot be evaluated for this event: {words}")]
    Template {
        /// Which template.
        field: String,
        /// Why.
        words: String,
    },
    /// The event does not have the form that the workflow's input asks for.
    #[error("the event does not fit the workflow's input: {0}")]
    Input(String),
    /// The workflow was published by a release that checked less.
    #[error(
        "the form of workflow `{workflow}` cannot be shown: publish the workflow again, and see what is said"
    )]
    CannotShow {
        /// Workflow.
        workflow: String,
    },
    /// The workflow is paused.
    #[error("the workflow is paused: what comes now is not kept; send it again later")]
    Paused,
    /// There is no such published workflow.
    #[error("there is no published workflow `{0}`")]
    NoSuchWorkflow(String),
    /// The workflow's version or its plugins cannot be read.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The store did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IntakeError {
    /// Page under `docs/errors`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchPath => "TL0201",
            Self::Method(_) => "TL0202",
            Self::TooLarge { .. } => "TL0203",
            Self::Json(_) => "TL0204",
            Self::Signature(_) | Self::Rejected { .. } => "TL0205",
            Self::CannotVerify(_) => "TL0206",
            Self::Template { .. } => "TL0207",
            Self::Input(_) => "TL0208",
            Self::CannotShow { .. } => "TL0211",
            Self::Paused => "TL0212",
            Self::NoSuchWorkflow(_) => "TL0209",
            Self::Catalog(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// HTTP status of the refusal.
    pub fn status(&self) -> u16 {
        match self {
            Self::NoSuchPath | Self::NoSuchWorkflow(_) => 404,
            Self::Method(_) => 405,
            Self::TooLarge { .. } => 413,
            Self::Json(_) => 400,
            Self::Signature(_) => 401,
            Self::Rejected { status } => *status,
            Self::Template { .. } | Self::Input(_) => 422,
            Self::CannotVerify(_)
            | Self::CannotShow { .. }
            | Self::Paused
            | Self::Catalog(_)
            | Self::Store(_) => 503,
        }
    }
}
