//! Decisions that are not taken, each with words for the person who made it.

use super::assurance::Assurance;
use super::decision::{RejectReason, Said};
use super::who::Excluded;
use crate::id::ProposalId;
use crate::proposal::{ContentHash, ContentProblem, Difference};
use crate::time::Timestamp;

/// Why a decision is not taken. Nothing was changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// It does not say what was shown.
    #[error("the decision does not say what was shown: open the proposal and decide there")]
    NothingShown,
    /// What was shown is not what there is.
    #[error("the content was changed after it was shown to you: look at the difference and decide again")]
    ContentChanged {
        /// The proposal to decide about now, where it is another one.
        now: Option<ProposalId>,
        /// Its hash.
        hash: ContentHash,
        /// From what was shown to what there is; absent where what was shown is not known here.
        difference: Option<Difference>,
    },
    /// Too late.
    #[error("the time to decide ended on {}; nothing was written", .at.to_rfc3339())]
    Expired {
        /// When.
        at: Timestamp,
    },
    /// It is decided.
    #[error("{}", decided_words(*.said, .by.as_ref()))]
    AlreadyDecided {
        /// What.
        said: Said,
        /// By whom; absent where the decision is not kept any more.
        by: Option<DecidedBy>,
    },
    /// Another proposal took its place.
    #[error("another proposal took the place of this one")]
    Superseded {
        /// Which, if it is known here.
        by: Option<ProposalId>,
    },
    /// Nobody wants it any more.
    #[error("this was withdrawn: there is nothing to decide any more")]
    Withdrawn,
    /// The source moved.
    #[error("the record was changed since this was proposed; it is proposed again with what holds now")]
    Stale {
        /// The one that took its place, if it is known here.
        by: Option<ProposalId>,
    },
    /// The link, code or session is for something or somebody else.
    #[error("this access is for another proposal: open the one you want to decide about")]
    Foreign,
    /// What a code opened is closed again.
    #[error("the 10 minutes after the code are over: ask for a new one")]
    PassEnded,
    /// The same decision again.
    #[error("you have decided already: you {}", said_words(*.said))]
    Repeated {
        /// What.
        said: Said,
        /// When.
        at: Timestamp,
    },
    /// One person, one decision.
    #[error("{who} has a part in a decision about this already: one person decides once, also for others")]
    OneEach {
        /// Who.
        who: String,
    },
    /// Not one of those who are asked.
    #[error("{who} is not among those who are asked about this")]
    NotEligible {
        /// Who.
        who: String,
    },
    /// They are gone.
    #[error("{who} was removed or disabled, and decides nothing here any more")]
    Removed {
        /// Who.
        who: String,
    },
    /// They have no right.
    #[error("{who} has no right to decide in this workspace")]
    NoRight {
        /// Who.
        who: String,
    },
    /// Their own request.
    #[error("{who} asked for this, so somebody else decides")]
    OwnRequest {
        /// Who.
        who: String,
    },
    /// Their own request, through somebody else.
    #[error("the person who asked for this would be deciding through {through}, so somebody else decides")]
    OwnRequestThrough {
        /// Through whom.
        through: String,
    },
    /// Their own edit.
    #[error("{who} edited this, and it moves money or cannot be undone, so somebody else decides")]
    OwnEdit {
        /// Who.
        who: String,
    },
    /// Nobody lets them.
    #[error("{to} does not stand in for {from} now, for this")]
    NoDelegation {
        /// For whom.
        from: String,
        /// Who.
        to: String,
    },
    /// It is not sure enough who it is.
    #[error("{}", assurance_words(*.needed))]
    NotSure {
        /// What is needed.
        needed: Assurance,
    },
    /// A no without a why.
    #[error("a rejection needs a reason")]
    NoReason,
    /// `other` says nothing by itself.
    #[error("the reason \"other\" needs a note")]
    NoNote,
    /// The edit is none that can be.
    #[error("the edit was not taken: {0}")]
    BadEdit(#[from] ContentProblem),
    /// Another one on the same record comes first.
    #[error("another proposal on the same record is decided first")]
    NotItsTurn {
        /// Which, in their order.
        first: Vec<ProposalId>,
    },
    /// The times do not fit.
    #[error("the content cannot have been opened before it was there, or after it was decided")]
    Times,
}

/// Who decided what somebody else wanted to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedBy {
    /// Their name.
    pub by: String,
    /// For whom, where it was somebody else.
    pub on_behalf_of: Option<String>,
    /// When.
    pub at: Timestamp,
}

fn said_words(said: Said) -> &'static str {
    match said {
        Said::Approve => "approved it",
        Said::ApproveEdited => "approved it with an edit",
        Said::Reject => "rejected it",
    }
}

fn decided_words(said: Said, by: Option<&DecidedBy>) -> String {
    let Some(DecidedBy { by, on_behalf_of, at }) = by else {
        return format!("this is decided: somebody {}", said_words(said));
    };
    let on_behalf_of = on_behalf_of.as_ref().map(|name| format!(" for {name}")).unwrap_or_default();
    format!("this is decided: {by}{on_behalf_of} {} on {}", said_words(said), at.to_rfc3339())
}

fn assurance_words(needed: Assurance) -> &'static str {
    match needed {
        Assurance::Code => "type the code from the mail, or sign in",
        Assurance::Session => {
            "it moves money or cannot be undone, or the policy asks for it: sign in to decide"
        }
        Assurance::ReAuthenticated => "the policy asks for a fresh login: type your password again to decide",
    }
}

impl Refusal {
    pub(super) fn own(why: Excluded, for_themselves: bool, actor: String, principal: String) -> Self {
        match why {
            Excluded::Requester if for_themselves => Self::OwnRequest { who: actor },
            Excluded::Requester => Self::OwnRequestThrough { through: principal },
            Excluded::Editor => Self::OwnEdit { who: actor },
        }
    }

    pub(super) fn through(why: Excluded, who: String) -> Self {
        match why {
            Excluded::Requester => Self::OwnRequestThrough { through: who },
            Excluded::Editor => Self::OwnEdit { who },
        }
    }

    /// The page of it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NothingShown => "TL0860",
            Self::ContentChanged { .. } => "TL0861",
            Self::Expired { .. } => "TL0862",
            Self::AlreadyDecided { .. } => "TL0863",
            Self::Superseded { .. } => "TL0864",
            Self::Withdrawn => "TL0865",
            Self::Stale { .. } => "TL0866",
            Self::Foreign => "TL0867",
            Self::Repeated { .. } => "TL0868",
            Self::NotEligible { .. } => "TL0869",
            Self::Removed { .. } => "TL0870",
            Self::NoRight { .. } => "TL0871",
            Self::OwnRequest { .. } => "TL0872",
            Self::OwnRequestThrough { .. } => "TL0873",
            Self::OwnEdit { .. } => "TL0874",
            Self::NoDelegation { .. } => "TL0875",
            Self::NotSure { .. } => "TL0876",
            Self::NoReason | Self::NoNote => "TL0877",
            Self::BadEdit(_) => "TL0878",
            Self::OneEach { .. } => "TL0879",
            Self::NotItsTurn { .. } => "TL0880",
            Self::PassEnded => "TL0881",
            Self::Times => "TL0887",
        }
    }
}

impl std::fmt::Display for RejectReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::WrongValue => "a value is wrong",
            Self::WrongRecord => "it is about the wrong record",
            Self::WrongAction => "it is not what should be done",
            Self::NotNow => "right, and not now",
            Self::Duplicate => "it is done or proposed already",
            Self::BusinessChanged => "the business has moved on",
            Self::Other => "another reason",
        })
    }
}
