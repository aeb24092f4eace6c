//! Errors of store, intake and engine as answers: their code and words, and the status that fits.

use http::StatusCode;
use serde_json::Value;
use throughline_domain::access::Denied;
use throughline_domain::approval::Refusal;
use throughline_domain::workflow::{Problem as WorkflowProblem, Severity};
use throughline_engine::CommandError;
use throughline_intake::{CatalogError, IntakeError};
use throughline_store::StoreError;

use super::{ApiError, Problem, shown};

fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let status = match &error {
            StoreError::BadCursor(_) | StoreError::BadWorkspace(_) => StatusCode::BAD_REQUEST,
            StoreError::Missing { .. } => StatusCode::NOT_FOUND,
            StoreError::NameTaken { .. } | StoreError::PathTaken { .. } | StoreError::Busy(_) => {
                StatusCode::CONFLICT
            }
            StoreError::Refused(_) | StoreError::Unreadable(_) | StoreError::StateFull { .. } => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            StoreError::Locked { .. }
            | StoreError::SqliteTooOld { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Newer { .. }
            | StoreError::UnsafeSetting { .. }
            | StoreError::Unavailable(_)
            // Not 507: senders of webhooks try again after 503, and space may be back by then.
            | StoreError::Full
            | StoreError::Failed(_)
            | StoreError::BlobMissing(_)
            | StoreError::BlobDamaged(_)
            | StoreError::Closed
            | StoreError::Migration { .. }
            | StoreError::Slow(_)
            | StoreError::Directory { .. }
            | StoreError::Database(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, error.code(), error.to_string())
    }
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        let (status, hint) = match &denied {
            Denied::NoRight { right } if right.is_of_server() => {
                (StatusCode::FORBIDDEN, "ask an administrator of the server")
            }
            Denied::NoRight { .. } => (
                StatusCode::FORBIDDEN,
                "an administrator of the workspace gives roles: `throughline member change HANDLE --role`",
            ),
            Denied::NotAMember { .. } => (StatusCode::NOT_FOUND, "GET /api/v1/workspaces lists them"),
            Denied::NoScope { .. } => {
                (StatusCode::FORBIDDEN, "use a token that may: `throughline token create --scope` makes one")
            }
            Denied::NotByToken => (StatusCode::FORBIDDEN, "sign in, and do it in the session"),
            Denied::Disabled => (StatusCode::FORBIDDEN, "an administrator of the server enables it again"),
        };
        let message = shown(&denied.to_string());
        Self::new(status, denied.code(), message).hint(hint)
    }
}

impl From<IntakeError> for ApiError {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Store(error) | IntakeError::Catalog(CatalogError::Store(error)) => error.into(),
            IntakeError::Catalog(inner @ (CatalogError::NoWorkflow(_) | CatalogError::NoConnection(_))) => {
                Self::new(StatusCode::NOT_FOUND, inner.code(), inner.to_string())
            }
            error => Self::new(status(error.status()), error.code(), error.to_string()),
        }
    }
}

impl From<CommandError> for ApiError {
    fn from(error: CommandError) -> Self {
        let answer = Self::new(status(error.status()), error.code(), error.to_string());
        match error {
            CommandError::Intake(error) => error.into(),
            CommandError::Problems(problems) => answer
                .hint("every problem has its place; nothing was saved")
                .problems(problems.into_iter().map(Problem::from).collect()),
            CommandError::Store(error) => error.into(),
            CommandError::Undecided(refusal) => refused(answer, *refusal),
            _ => answer,
        }
    }
}

/// What was changed since it was shown goes with the answer, place by place.
fn refused(answer: ApiError, refusal: Refusal) -> ApiError {
    let Refusal::ContentChanged { now, hash, difference } = refusal else {
        return answer.hint("nothing was decided; GET /api/v1/proposals/{proposal} shows how it stands");
    };
    let value = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), Value::to_string);
    let places = difference.into_iter().flat_map(|difference| difference.changes);
    let problems = places.map(|change| Problem {
        message: format!("was {}, is {}", value(&change.was), value(&change.is)),
        path: change.path,
        code: "TL0861".to_owned(),
        severity: "error",
        ..Problem::default()
    });
    let place = now.map(|id| format!("it is proposal {id} now; ")).unwrap_or_default();
    answer.hint(format!("{place}decide again with shown_hash {hash}")).problems(problems.collect())
}

impl From<WorkflowProblem> for Problem {
    fn from(problem: WorkflowProblem) -> Self {
        let severity = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        Self {
            path: problem.path,
            line: problem.line,
            column: problem.column,
            code: problem.code.to_owned(),
            severity,
            message: problem.message,
            expected: problem.expected,
            hint: problem.hint,
        }
    }
}
