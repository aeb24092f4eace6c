//! Who must agree, as it is saved. A policy says who, how many, and what happens on silence; it cannot say that silence
//! is a yes.

mod check;

use serde::{Deserialize, Serialize};

use super::assurance::Assurance;
use super::open::Truth;
use super::people::Person;
use crate::calendar::{Calendar, due_at};
use crate::expression::{Compiled, Scope};
use crate::proposal::{Content, Money};
use crate::time::Timestamp;
use crate::workflow::{Due, Owner};

pub use check::{PolicyProblem, check_policy};

/// An approval policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Name for people.
    pub name: String,
    /// Every rule that applies must be satisfied; at least one always applies.
    pub rules: Vec<Rule>,
    /// When a rejection ends it.
    #[serde(default)]
    pub rejection: Rejection,
    /// What happens while nobody decides.
    pub silence: SilencePolicy,
    /// Who may decide on money or what cannot be taken back by a code alone, and up to which amount.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub code_alone: Vec<CodeAlone>,
    /// How sure one must be of who decides, at least.
    #[serde(default = "code")]
    pub at_least: Assurance,
}

const fn code() -> Assurance {
    Assurance::Code
}

/// One rule: who, and how many of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Name for people: `finance above 5,000`.
    pub name: String,
    /// Applies where this condition over the action's input holds; absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// `team:…`, `role:…`, `person:…`.
    pub who: Vec<Owner>,
    /// How many of them.
    #[serde(default)]
    pub quorum: Quorum,
}

/// How many must agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quorum {
    /// One of them.
    #[default]
    Any,
    /// All of them who may decide about this one.
    All,
    /// So many.
    Count(u32),
    /// This share of those who may decide about this one, 1 to 100, rounded up.
    Percent(u8),
}

/// When a rejection ends a proposal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    /// The first one does.
    #[default]
    First,
    /// Once too few are left who could still agree.
    WhenUnreachable,
}

/// What happens while nobody decides. Every time counts from when the proposal opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SilencePolicy {
    /// It expires: nobody decides any more, and nothing is written.
    pub expires: Due,
    /// Those who have not decided are reminded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remind: Vec<Due>,
    /// Before it expires.
    #[serde(default)]
    pub on_silence: OnSilence,
}

/// What silence leads to, before the end. There is no third way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnSilence {
    /// Nothing more: it expires.
    #[default]
    Expire,
    /// Others are asked as well, one step after the other.
    Escalate(Vec<EscalationStep>),
}

/// Others who are asked after a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscalationStep {
    /// After.
    pub after: Due,
    /// Who.
    pub to: Vec<Owner>,
}

/// A named person for whom a code is enough, where it would not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeAlone {
    /// `person:…`: named, never a team.
    pub person: Owner,
    /// Up to this amount.
    pub ceiling: Money,
    /// For what cannot be taken back, too.
    #[serde(default)]
    pub irreversible: bool,
}

impl CodeAlone {
    pub(super) fn covers(&self, person: &Person, content: &Content) -> bool {
        let money = content.money.as_ref().is_none_or(|money| money.is_within(&self.ceiling));
        person.is_named_by(&self.person) && money && (self.irreversible || !content.is_irreversible())
    }
}

impl Policy {
    /// When a proposal expires where nothing is said.
    pub const fn standard_end() -> Due {
        Due::BusinessTime { days: 5, minutes: 0 }
    }

    /// Where a workflow says nothing: any one of the workspace's approvers, with a reminder after a day.
    pub fn standard() -> Self {
        let who = vec![crate::access::Role::Approver.owner()];
        Self {
            name: "approvers".to_owned(),
            rules: vec![Rule { name: "approvers".to_owned(), when: None, who, quorum: Quorum::Any }],
            rejection: Rejection::First,
            silence: SilencePolicy {
                expires: Self::standard_end(),
                remind: vec![Due::BusinessTime { days: 1, minutes: 0 }],
                on_silence: OnSilence::Expire,
            },
            code_alone: Vec::new(),
            at_least: Assurance::Code,
        }
    }

    /// When a proposal that opens now expires: [`Content::expires_at`].
    pub fn expires_at(&self, calendar: &Calendar, now: Timestamp) -> Timestamp {
        due_at(&self.silence.expires, now, calendar)
    }

    /// Which rules apply to an input. A condition that cannot be told applies: a rule only ever asks for more.
    pub fn truths(&self, compiled: &Compiled, scope: &Scope) -> Vec<Truth> {
        let truth = |rule: &Rule| match &rule.when {
            None => Truth::Holds,
            Some(when) => match compiled.evaluate_condition(when, scope) {
                Ok(true) => Truth::Holds,
                Ok(false) => Truth::DoesNot,
                Err(error) => Truth::Unknown { why: error.message },
            },
        };
        self.rules.iter().map(truth).collect()
    }
}

impl std::fmt::Display for Quorum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => f.write_str("any one"),
            Self::All => f.write_str("all"),
            Self::Count(count) => write!(f, "{count}"),
            Self::Percent(share) => write!(f, "{share} %"),
        }
    }
}

impl Quorum {
    /// How many of `eligible` people must agree: never none.
    pub(super) fn needed(self, eligible: usize) -> usize {
        match self {
            Self::Any => 1,
            Self::All => eligible.max(1),
            Self::Count(count) => (count as usize).max(1),
            Self::Percent(share) => (eligible * usize::from(share)).div_ceil(100).max(1),
        }
    }
}
