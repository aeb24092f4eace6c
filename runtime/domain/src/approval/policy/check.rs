//! A policy nobody can satisfy is refused when it is saved, in words.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{CodeAlone, OnSilence, Policy, Quorum, Rule};
use crate::approval::people::People;
use crate::calendar::{Calendar, due_at};
use crate::expression::references_of_condition;
use crate::id::PersonId;
use crate::time::Timestamp;
use crate::workflow::{Due, Owner, Severity};

/// One problem of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyProblem {
    /// `TL0890` nobody can satisfy it · `TL0891` its form · `TL0892` a condition.
    pub code: &'static str,
    /// An error keeps it from being saved.
    pub severity: Severity,
    /// The rule, where it is in one.
    pub rule: Option<String>,
    /// What is wrong.
    pub message: String,
}

struct Problems(Vec<PolicyProblem>);

impl Problems {
    fn error(&mut self, code: &'static str, rule: Option<&Rule>, message: String) {
        self.push(code, Severity::Error, rule, message);
    }

    fn push(&mut self, code: &'static str, severity: Severity, rule: Option<&Rule>, message: String) {
        let rule = rule.map(|rule| rule.name.clone());
        self.0.push(PolicyProblem { code, severity, rule, message });
    }
}

/// What is wrong with a policy, with the people there are. Times are looked at as if a proposal opened `now`.
pub fn check_policy(
    policy: &Policy,
    people: &People,
    calendar: &Calendar,
    now: Timestamp,
) -> Vec<PolicyProblem> {
    let mut problems = Problems(Vec::new());
    if policy.name.trim().is_empty() {
        problems.error("TL0891", None, "the policy has no name".to_owned());
    }
    if !policy.rules.iter().any(|rule| rule.when.is_none()) {
        let words = "no rule applies always: where no condition holds, nobody would be asked";
        problems.error("TL0891", None, words.to_owned());
    }
    for rule in &policy.rules {
        check_rule(rule, people, &mut problems);
    }
    check_silence(policy, people, calendar, now, &mut problems);
    for exception in &policy.code_alone {
        check_code_alone(exception, people, &mut problems);
    }
    problems.0
}

fn check_rule(rule: &Rule, people: &People, problems: &mut Problems) {
    if let Some(Err(error)) = rule.when.as_deref().map(references_of_condition) {
        let words = format!("the condition cannot be read: {}", error.message);
        problems.error("TL0892", Some(rule), words);
    }
    match rule.quorum {
        Quorum::Count(0) => {
            problems.error("TL0891", Some(rule), "at least one person must agree".to_owned());
        }
        Quorum::Percent(share) if !(1..=100).contains(&share) => {
            problems.error("TL0891", Some(rule), format!("a share is 1 to 100 %, not {share}"));
        }
        Quorum::Any | Quorum::All | Quorum::Count(_) | Quorum::Percent(_) => {}
    }
    check_who(&rule.who, Some(rule), people, problems);
    let eligible = people.of(&rule.who);
    let needed = rule.quorum.needed(eligible.len());
    if eligible.len() < needed {
        let words = format!(
            "nobody can satisfy it: {} must agree, and {} may decide",
            count(needed),
            named(&eligible, people)
        );
        problems.error("TL0890", Some(rule), words);
    } else if let Quorum::Any | Quorum::Count(_) = rule.quorum
        && eligible.len() == needed
    {
        let words = format!(
            "nobody is to spare: where one of {} asks for the write, or edits it, {} cannot agree",
            named(&eligible, people),
            count(needed)
        );
        problems.push("TL0890", Severity::Warning, Some(rule), words);
    } else if eligible.len() == 1 {
        let words = format!(
            "nobody is to spare: where {} asks for the write, nobody can agree",
            named(&eligible, people)
        );
        problems.push("TL0890", Severity::Warning, Some(rule), words);
    }
}

fn count(people: usize) -> String {
    if people == 1 { "1 person".to_owned() } else { format!("{people} people") }
}

fn named(people: &BTreeSet<PersonId>, all: &People) -> String {
    match people.len() {
        0 => "nobody".to_owned(),
        1..=5 => people.iter().map(|id| all.name(id)).collect::<Vec<_>>().join(", "),
        more => format!("{more} people"),
    }
}

/// Names that mean nobody are said, even where others are enough.
fn check_who(who: &[Owner], rule: Option<&Rule>, people: &People, problems: &mut Problems) {
    if who.is_empty() {
        problems.error("TL0891", rule, "it names nobody".to_owned());
    }
    for owner in who {
        if Owner::parse(&owner.0).is_none() {
            let words = format!("`{}` is not team:…, role:… or person:…", owner.0);
            problems.error("TL0891", rule, words);
        } else if people.of(std::slice::from_ref(owner)).is_empty() {
            let words = format!("`{}` is nobody who may decide", owner.0);
            problems.push("TL0890", Severity::Warning, rule, words);
        }
    }
}

fn check_silence(
    policy: &Policy,
    people: &People,
    calendar: &Calendar,
    now: Timestamp,
    problems: &mut Problems,
) {
    let silence = &policy.silence;
    let end = due_at(&silence.expires, now, calendar);
    if end <= now {
        problems.error("TL0891", None, "a proposal would expire as it opens".to_owned());
    }
    let late = |due: &Due| due_at(due, now, calendar) >= end;
    for remind in silence.remind.iter().filter(|due| late(due)) {
        problems.error("TL0891", None, format!("the reminder after {remind} comes when it has expired"));
    }
    let OnSilence::Escalate(steps) = &silence.on_silence else { return };
    if steps.is_empty() {
        problems.error("TL0891", None, "it escalates to nobody".to_owned());
    }
    for step in steps {
        if late(&step.after) {
            let words = format!("the escalation after {} comes when it has expired", step.after);
            problems.error("TL0891", None, words);
        }
        check_who(&step.to, None, people, problems);
        if !step.to.is_empty() && people.of(&step.to).is_empty() {
            let words = format!("the escalation after {} reaches nobody who may decide", step.after);
            problems.error("TL0890", None, words);
        }
    }
}

fn check_code_alone(exception: &CodeAlone, people: &People, problems: &mut Problems) {
    let person = &exception.person;
    if !person.0.starts_with("person:") || Owner::parse(&person.0).is_none() {
        let words = format!("`{}`: a code alone is allowed to a named person:… and to nobody else", person.0);
        problems.error("TL0891", None, words);
    } else if people.of(std::slice::from_ref(person)).is_empty() {
        let words = format!("`{}` is nobody who may decide", person.0);
        problems.push("TL0890", Severity::Warning, None, words);
    }
    let ceiling = &exception.ceiling;
    if !ceiling.is_well_formed() || ceiling.amount.is_sign_negative() || ceiling.amount.is_zero() {
        let words = format!("`{}`: the ceiling for a code alone is an amount above 0", person.0);
        problems.error("TL0891", None, words);
    }
}
