//! Contents that cannot be proposed.

/// Why a content cannot be proposed. The operation is counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentProblem {
    /// There is nothing to decide.
    #[error("a proposal has at least one operation")]
    Empty,
    /// Nobody reads so many.
    #[error("a proposal has at most {max} operations, and this one has {0}", max = super::MAX_OPERATIONS)]
    TooMany(usize),
    /// A person would not know what is asked.
    #[error("the effect summary is missing: say in words what will happen")]
    NoSummary,
    /// A text that must be there is not.
    #[error("operation {operation}: {what} is missing")]
    Missing {
        /// Which operation.
        operation: usize,
        /// What.
        what: &'static str,
    },
    /// Two writes under one key: the second would be taken for the first.
    #[error("operations {first} and {second} have the same idempotency key")]
    SameKey {
        /// The first.
        first: usize,
        /// The second.
        second: usize,
    },
    /// What is made is not there, and what is changed is.
    #[error("operation {operation}: what is created is new, what is updated or deleted is there already")]
    RecordAndKind {
        /// Which operation.
        operation: usize,
    },
    /// The truth map forbids it, so nobody is asked.
    #[error("operation {operation}: the truth map does not let `{field}` be written")]
    Denied {
        /// Which operation.
        operation: usize,
        /// JSON Pointer of the field.
        field: String,
    },
    /// It says how it is taken back, and that it cannot be; or neither.
    #[error("operation {operation}: {why}")]
    Undo {
        /// Which operation.
        operation: usize,
        /// In words.
        why: &'static str,
    },
    /// Only a write that makes a record can ask that it is not there.
    #[error("operation {operation}: only a write that creates a record asks that there is none yet")]
    AbsentExpected {
        /// Which operation.
        operation: usize,
    },
    /// Not an amount.
    #[error("the currency is an ISO 4217 code such as EUR")]
    Currency,
    /// Nobody could decide it.
    #[error("the proposal would have expired before it opens")]
    BornExpired,
    /// An edit changes what is written, not where.
    #[error("an edit cannot change {what} of operation {operation}: reject it, or start a run that does so")]
    EditedElsewhere {
        /// Which operation.
        operation: usize,
        /// What was changed.
        what: &'static str,
    },
    /// An edit adds and removes nothing.
    #[error("an edit cannot add, remove or reorder operations")]
    EditedOperations,
    /// An edit gives nobody more time.
    #[error("an edit cannot put the deadline off")]
    EditedDeadline,
    /// The bytes are not those of the hash.
    #[error("the stored content is not what its hash says: it was changed after it was proposed")]
    OtherBytes,
    /// The bytes are not a content.
    #[error("the stored content cannot be read: {0}")]
    Unreadable(String),
}

impl ContentProblem {
    /// `TL0895`: the content cannot be proposed; `TL0896`: the stored one is damaged.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherBytes | Self::Unreadable(_) => "TL0896",
            Self::Empty
            | Self::TooMany(_)
            | Self::NoSummary
            | Self::Missing { .. }
            | Self::SameKey { .. }
            | Self::RecordAndKind { .. }
            | Self::Denied { .. }
            | Self::Undo { .. }
            | Self::AbsentExpected { .. }
            | Self::Currency
            | Self::BornExpired
            | Self::EditedElsewhere { .. }
            | Self::EditedOperations
            | Self::EditedDeadline => "TL0895",
        }
    }
}
