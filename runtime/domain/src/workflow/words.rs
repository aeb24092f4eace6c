//! The words of the definition as they are read and written: owners, operations, reason codes.

use serde::Serialize;

use super::{Operation, Owner, ReasonCode};

impl Owner {
    /// Reads `team:billing`, `person:office` or `role:field_lead`.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once(':')?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '+');
        let good = matches!(kind, "team" | "person" | "role")
            && (1..=64).contains(&name.len())
            && name.chars().all(plain);
        good.then(|| Self(text.to_owned()))
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.connector, self.name)
    }
}

impl Operation {
    /// Reads `projects.get_job`.
    pub fn parse(text: &str) -> Option<Self> {
        let (connector, name) = text.split_once('.')?;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        let good = |part: &str| {
            (1..=64).contains(&part.len())
                && part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.chars().all(plain)
        };
        (good(connector) && good(name))
            .then(|| Self { connector: connector.to_owned(), name: name.to_owned() })
    }
}

impl ReasonCode {
    /// All of them.
    pub const ALL: [Self; 26] = [
        Self::MissingRequired,
        Self::InvalidValue,
        Self::UnmappedValue,
        Self::UnmatchedIdentity,
        Self::AmbiguousIdentity,
        Self::DuplicateSuspect,
        Self::AuthorityConflict,
        Self::Drift,
        Self::StalePrecondition,
        Self::PolicyHold,
        Self::AmountMismatch,
        Self::SequenceGap,
        Self::DeadlinePassed,
        Self::DownstreamReject,
        Self::UnknownOutcome,
        Self::ApprovalExpired,
        Self::AuthFailed,
        Self::RateLimited,
        Self::TransientExhausted,
        Self::TooLarge,
        Self::ParseError,
        Self::SchemaChanged,
        Self::ApprovalRejected,
        Self::ConnectorFault,
        Self::NeedsJudgement,
        Self::WorkflowDefect,
    ];

    /// All of them as they are written.
    pub fn words() -> Vec<String> {
        Self::ALL.iter().map(ToString::to_string).collect()
    }
}

impl std::fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Serialize::serialize(self, f)
    }
}
