//! Approvals: who may decide about a proposal, and what their decisions do.
//!
//! The rules are one pure function, [`decide`]. Silence is in [`silence`](Approval::due): it reminds, asks others, and
//! ends as expired. There is no way from it to *approved*.

mod assurance;
mod code;
mod comment;
mod decide;
mod decision;
mod delegation;
mod open;
mod people;
mod policy;
mod refusal;
mod silence;
mod stand_in;
mod tally;
mod who;

pub use assurance::{Assurance, Pass, RECENT_LOGIN_MS};
pub use code::{
    CODE_MS, COOKIE_MS, CodeRefused, CodeState, Cookie, MAX_CODES_AN_HOUR, MAX_CODES_OF_A_PERSON, MAX_TRIES,
    code_text,
};
pub use comment::{SnoozeRefused, check_snooze};
pub use decide::{Decided, Edited, Subject, decide, edit_and_approve, may_decide};
pub use decision::{Decision, Party, RejectReason, Request, Said, Verdict, Via};
pub use delegation::{
    Delegation, DelegationRefused, DelegationScope, MAX_CHAIN, MAX_DELEGATION_MS, MoneyScope,
    check_delegation,
};
pub use open::{Approval, Because, Escalation, ResolvedRule, Truth};
pub use people::{People, Person, PersonKind};
pub use policy::{
    CodeAlone, EscalationStep, OnSilence, Policy, PolicyProblem, Quorum, Rejection, Rule, SilencePolicy,
    check_policy,
};
pub use refusal::{DecidedBy, Refusal};
pub use silence::SilenceAction;
pub use stand_in::stand_ins;
pub use tally::{Prospect, RuleTally, Tally, prospects, tally};
pub use who::{Excluded, excluded, is_code_enough};

#[cfg(test)]
mod tests;
