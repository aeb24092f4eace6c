//! Why a command was refused. Nothing was changed.

use throughline_domain::approval::{CodeRefused, DelegationRefused, Refusal};
use throughline_domain::calendar::CalendarProblem;
use throughline_domain::exception::bulk::SetChanged;
use throughline_domain::exception::life::Refused;
use throughline_domain::exception::route::RouteProblem;
use throughline_domain::proposal::BulkRefused;
use throughline_domain::workflow::{Problem, Severity};
use throughline_host::HostError;
use throughline_intake::{CatalogError, IntakeError};
use throughline_store::StoreError;
use throughline_vault::VaultError;

use super::plugin::Consent;

/// Why a command was refused.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The text has problems; each with its place.
    #[error("the workflow has {} that must be mended before it can be published", count(.0))]
    Problems(Vec<Problem>),
    /// There is no such thing in this workspace.
    #[error("there is no {what} `{id}` in this workspace")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// What was asked for.
        id: String,
    },
    /// It does not fit the state of the thing.
    #[error("{0}")]
    Conflict(String),
    /// What was given does not fit.
    #[error("{0}")]
    Invalid(String),
    /// The exception's life does not allow it.
    #[error("exception `{exception}`: {refused}")]
    Refused {
        /// Which.
        exception: String,
        /// Why.
        refused: Box<Refused>,
    },
    /// The set is not the one that was confirmed.
    #[error(transparent)]
    SetChanged(#[from] SetChanged),
    /// A calendar that cannot be.
    #[error(transparent)]
    Calendar(#[from] CalendarProblem),
    /// Routing rules that cannot be; each with its place.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Routing(Vec<RouteProblem>),
    /// A decision about a proposal was not taken.
    #[error("{0}")]
    Undecided(Box<Refusal>),
    /// These are not decided in one go.
    #[error(transparent)]
    Bulk(#[from] BulkRefused),
    /// Nobody stands in so.
    #[error(transparent)]
    Delegation(#[from] DelegationRefused),
    /// A code was not sent, or not taken.
    #[error(transparent)]
    Code(#[from] CodeRefused),
    /// A plugin asks for something nobody has agreed to yet.
    #[error("installing `{}` needs your consent to what it may do", .0.connector)]
    ConsentNeeded(Box<Consent>),
    /// The plugin cannot be used.
    #[error(transparent)]
    Plugin(#[from] HostError),
    /// The event was not accepted.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// Something could not be looked up.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The vault refused.
    #[error(transparent)]
    Vault(VaultError),
    /// The store did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<VaultError> for CommandError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Store(error) => Self::Store(error),
            error => Self::Vault(error),
        }
    }
}

fn count(problems: &[Problem]) -> String {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    if errors == 1 { "1 problem".to_owned() } else { format!("{errors} problems") }
}

/// A form that does not fit, somebody who may not, or too late.
fn refused(refusal: &Refusal) -> u16 {
    match refusal {
        Refusal::NothingShown
        | Refusal::NoReason
        | Refusal::NoNote
        | Refusal::Times
        | Refusal::BadEdit(_) => 422,
        Refusal::Foreign
        | Refusal::PassEnded
        | Refusal::NotEligible { .. }
        | Refusal::Removed { .. }
        | Refusal::NoRight { .. }
        | Refusal::OwnRequest { .. }
        | Refusal::OwnRequestThrough { .. }
        | Refusal::OwnEdit { .. }
        | Refusal::NoDelegation { .. }
        | Refusal::NotSure { .. } => 403,
        Refusal::ContentChanged { .. }
        | Refusal::Expired { .. }
        | Refusal::AlreadyDecided { .. }
        | Refusal::Superseded { .. }
        | Refusal::Withdrawn
        | Refusal::Stale { .. }
        | Refusal::Repeated { .. }
        | Refusal::OneEach { .. }
        | Refusal::NotItsTurn { .. } => 409,
    }
}

impl CommandError {
    /// Page under `docs/errors`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Problems(_) => "TL0100",
            Self::NotFound { .. } => "TL0451",
            Self::Conflict(_) => "TL0452",
            Self::Invalid(_) => "TL0453",
            Self::Refused { refused, .. } => refused.code(),
            Self::SetChanged(_) => SetChanged::CODE,
            Self::Calendar(problem) => problem.code(),
            Self::Routing(_) => RouteProblem::CODE,
            Self::Undecided(refusal) => refusal.code(),
            Self::Code(refused) => refused.code(),
            Self::Delegation(refused) => refused.code(),
            Self::Bulk(refused) => refused.code(),
            Self::ConsentNeeded(_) => "TL0350",
            Self::Plugin(error) => error.code(),
            Self::Intake(error) => error.code(),
            Self::Catalog(error) => error.code(),
            Self::Vault(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// HTTP status of the refusal.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound { .. }
            | Self::Catalog(CatalogError::NoWorkflow(_) | CatalogError::NoConnection(_))
            | Self::Vault(VaultError::NoSuchSecret(_))
            | Self::Store(StoreError::Missing { .. }) => 404,
            Self::Undecided(refusal) => refused(refusal),
            Self::Code(CodeRefused::TooMany { .. }) => 429,
            Self::Code(_) => 403,
            Self::Conflict(_)
            | Self::Delegation(DelegationRefused::Circle { .. })
            | Self::SetChanged(_)
            | Self::Vault(
                VaultError::InUse { .. } | VaultError::NoFreshBackup { .. } | VaultError::Busy(_),
            )
            | Self::ConsentNeeded(_)
            | Self::Store(
                StoreError::NameTaken { .. } | StoreError::PathTaken { .. } | StoreError::Busy(_),
            ) => 409,
            Self::Refused { refused, .. } => status_of(refused),
            Self::Problems(_)
            | Self::Calendar(_)
            | Self::Routing(_)
            | Self::Invalid(_)
            | Self::Delegation(_)
            | Self::Bulk(_)
            | Self::Plugin(_)
            | Self::Vault(VaultError::Unfit(_) | VaultError::BoundElsewhere { .. }) => 422,
            Self::Intake(error) => error.status(),
            Self::Store(StoreError::BadCursor(_) | StoreError::BadWorkspace(_)) => 400,
            Self::Catalog(_) | Self::Vault(_) | Self::Store(_) => 503,
        }
    }
}

/// What was asked does not fit the exception now, or never would.
const fn status_of(refused: &Refused) -> u16 {
    match refused {
        Refused::DoesNotFit { .. }
        | Refused::AlreadySo { .. }
        | Refused::Closed { .. }
        | Refused::NotTaken
        | Refused::Unverified { .. }
        | Refused::SecondPerson
        | Refused::CannotMerge { .. } => 409,
        Refused::NeedsPerson { .. }
        | Refused::NeedsRunner { .. }
        | Refused::WayUnfit { .. }
        | Refused::OutcomeUnfit { .. }
        | Refused::VerificationUnfit { .. }
        | Refused::OwnerUnfit { .. }
        | Refused::TimeUnfit { .. }
        | Refused::WordsMissing { .. }
        | Refused::EvidenceUnfit { .. }
        | Refused::EvidenceWeak { .. } => 422,
    }
}
