//! A policy as it stands over one proposal: which rules apply, and until when. Bound to the content by its hash.

use serde::{Deserialize, Serialize};

use super::assurance::Assurance;
use super::policy::{CodeAlone, EscalationStep, OnSilence, Policy, Quorum, Rejection, Rule, SilencePolicy};
use crate::calendar::{Calendar, due_at};
use crate::id::ProposalId;
use crate::proposal::{ContentHash, Proposal};
use crate::time::Timestamp;
use crate::workflow::{Due, Owner};

/// Does a rule's condition hold?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Truth {
    /// It does, or there is none.
    Holds,
    /// It does not.
    DoesNot,
    /// Nobody can tell: the rule applies.
    Unknown {
        /// Why not.
        why: String,
    },
}

/// What stands over one proposal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    /// The proposal.
    pub proposal: ProposalId,
    /// Its content. Of another one nothing here says anything.
    pub content_hash: ContentHash,
    /// The policy's name.
    pub policy: String,
    /// The rules that apply; all must be satisfied.
    pub rules: Vec<ResolvedRule>,
    /// When a rejection ends it.
    pub rejection: Rejection,
    /// For whom a code is enough.
    pub code_alone: Vec<CodeAlone>,
    /// How sure one must be of who decides, at least.
    pub at_least: Assurance,
    /// When those who have not decided are reminded, in order.
    pub remind_at: Vec<Timestamp>,
    /// When others are asked as well, in order.
    pub escalations: Vec<Escalation>,
    /// After this time nobody decides any more.
    pub expires_at: Timestamp,
    /// Since when people are asked.
    pub opened_at: Timestamp,
}

/// A rule that applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolvedRule {
    /// Its name.
    pub name: String,
    /// `team:…`, `role:…`, `person:…`; who that is, is looked up when somebody decides.
    pub who: Vec<Owner>,
    /// How many.
    pub quorum: Quorum,
    /// Why it applies, for a person.
    pub because: Because,
}

/// Why a rule applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Because {
    /// It always does.
    Always,
    /// Its condition holds.
    Condition {
        /// As written.
        when: String,
    },
    /// Nobody can tell whether its condition holds.
    Unknown {
        /// As written.
        when: String,
        /// Why not.
        why: String,
    },
}

/// Others who are asked from a time on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// From when.
    pub at: Timestamp,
    /// Who.
    pub to: Vec<Owner>,
}

impl Approval {
    /// Puts a policy over a proposal that opens now. `truths`: of the policy's rules, in their order, see
    /// [`Policy::truths`]; a rule whose truth is not given applies. Should none apply, all do: a proposal that nobody is
    /// asked about does not exist.
    pub fn open(
        policy: &Policy,
        proposal: &Proposal,
        truths: &[Truth],
        calendar: &Calendar,
        now: Timestamp,
    ) -> Self {
        let unknown = Truth::Unknown { why: "the condition was not evaluated".to_owned() };
        let apply = |(index, rule): (usize, &Rule)| resolve(rule, truths.get(index).unwrap_or(&unknown));
        let mut rules: Vec<ResolvedRule> = policy.rules.iter().enumerate().filter_map(apply).collect();
        if rules.is_empty() {
            let why = "no rule of the policy applies".to_owned();
            rules = policy
                .rules
                .iter()
                .filter_map(|rule| resolve(rule, &Truth::Unknown { why: why.clone() }))
                .collect();
        }
        let expires_at = proposal.expires_at();
        let (remind_at, escalations) = times(&policy.silence, calendar, now, expires_at);
        Self {
            proposal: proposal.id().clone(),
            content_hash: proposal.hash().clone(),
            policy: policy.name.clone(),
            rules,
            rejection: policy.rejection,
            code_alone: policy.code_alone.clone(),
            at_least: policy.at_least,
            remind_at,
            escalations,
            expires_at,
            opened_at: now,
        }
    }
}

/// When to remind and whom else to ask, in order; what would come after the end is left out.
fn times(
    silence: &SilencePolicy,
    calendar: &Calendar,
    now: Timestamp,
    expires_at: Timestamp,
) -> (Vec<Timestamp>, Vec<Escalation>) {
    let due = |due: &Due| Some(due_at(due, now, calendar)).filter(|at| *at < expires_at);
    let mut remind_at: Vec<Timestamp> = silence.remind.iter().filter_map(due).collect();
    remind_at.sort_unstable();
    remind_at.dedup();
    let escalation = |step: &EscalationStep| Some(Escalation { at: due(&step.after)?, to: step.to.clone() });
    let mut escalations: Vec<Escalation> = match &silence.on_silence {
        OnSilence::Expire => Vec::new(),
        OnSilence::Escalate(steps) => steps.iter().filter_map(escalation).collect(),
    };
    escalations.sort_by_key(|step| step.at);
    (remind_at, escalations)
}

fn resolve(rule: &Rule, truth: &Truth) -> Option<ResolvedRule> {
    let because = match (truth, &rule.when) {
        (Truth::DoesNot, Some(_)) => return None,
        (_, None) => Because::Always,
        (Truth::Holds, Some(when)) => Because::Condition { when: when.clone() },
        (Truth::Unknown { why }, Some(when)) => Because::Unknown { when: when.clone(), why: why.clone() },
    };
    Some(ResolvedRule { name: rule.name.clone(), who: rule.who.clone(), quorum: rule.quorum, because })
}
