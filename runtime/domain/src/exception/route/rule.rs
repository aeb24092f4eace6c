//! The table of routing rules.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Facts;
use crate::exception::Kind;
use crate::exception::clock::Ladder;
use crate::expression::{Compiled, Prepared, Scope, references_of_condition};
use crate::workflow::{Due, Owner};

/// Names a condition may use.
const NAMES: [&str; 6] = ["workflow", "kind", "reason", "severity", "money", "changed"];

/// Who takes over, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// Who.
    pub owner: Owner,
    /// First day of an absence on which it takes the owner's place; `None`: from ever.
    #[serde(default)]
    pub from: Option<Date>,
    /// Last day of it; `None`: for good.
    #[serde(default)]
    pub until: Option<Date>,
}

impl Backup {
    /// It stands in today: it has dates, and today is among them.
    pub(super) fn stands_in(&self, today: Option<Date>) -> bool {
        let dated = self.from.is_some() || self.until.is_some();
        dated && self.covers(today)
    }

    /// It may be asked today.
    pub(super) fn covers(&self, today: Option<Date>) -> bool {
        let Some(today) = today else { return true };
        self.from.is_none_or(|from| from <= today) && self.until.is_none_or(|until| today <= until)
    }
}

/// One rule: what it is for, and what it answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Workflow; any where absent.
    #[serde(default)]
    pub workflow: Option<String>,
    /// Kind; any where absent.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Condition over `workflow`, `kind`, `reason`, `severity`, `money` (none where unknown), `changed`.
    #[serde(default)]
    pub when: Option<String>,
    /// Owner.
    pub owner: Owner,
    /// Who takes over: those with dates first while they stand in, then the others in order.
    #[serde(default)]
    pub backups: Vec<Backup>,
    /// Time allowed.
    #[serde(default)]
    pub due: Option<Due>,
    /// When whom to tell.
    #[serde(default)]
    pub ladder: Option<Ladder>,
}

/// What is wrong with a rule. `TL0852`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("routing rule {}: {message}", .index + 1)]
pub struct RouteProblem {
    /// Its place in the table, from 0.
    pub index: usize,
    /// In words.
    pub message: String,
}

impl RouteProblem {
    /// Its page under docs/errors.
    pub const CODE: &'static str = "TL0852";
}

/// A rule whose condition could not be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedRule {
    /// Its place in the table, from 0.
    pub index: usize,
    /// Why, in words.
    pub message: String,
}

/// What the table says.
pub(super) struct Found<'t> {
    /// The rule that fits best, and its place.
    pub(super) best: Option<(usize, &'t Rule)>,
    /// Rules that would have gone before it, had their condition been one.
    pub(super) failed: Vec<FailedRule>,
}

/// The routing rules of a workspace, checked and compiled.
#[derive(Debug, Default)]
pub struct Table {
    rules: Vec<Rule>,
    compiled: Compiled,
}

impl Table {
    /// Checks the rules: owners and backups are written as owners, a backup's dates are in order, no backup is its
    /// owner, and a condition reads only what it can see.
    pub fn new(rules: Vec<Rule>) -> Result<Self, Vec<RouteProblem>> {
        let mut compiled = Compiled::default();
        let mut problems = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let mut wrong = |message: String| problems.push(RouteProblem { index, message });
            if let Err(message) = check_people(rule) {
                wrong(message);
            }
            let Some(when) = &rule.when else { continue };
            match check_condition(when) {
                Ok(()) => compiled.add_condition(when),
                Err(message) => wrong(message),
            }
        }
        if problems.is_empty() { Ok(Self { rules, compiled }) } else { Err(problems) }
    }

    /// The rules in their order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule that fits best: of a workflow before of any, of a kind before of any, with a condition before without,
    /// then the first. Besides, the rules whose condition could not be evaluated.
    pub(super) fn find(&self, facts: &Facts<'_>) -> Found<'_> {
        let scope = scope(facts);
        let (mut best, mut failed): (Option<(usize, &Rule)>, _) = (None, Vec::new());
        for (index, rule) in self.rules.iter().enumerate() {
            let named = rule.workflow.as_deref().is_none_or(|workflow| workflow == facts.workflow)
                && rule.kind.is_none_or(|kind| kind == facts.kind);
            if !named || best.is_some_and(|(_, best)| rank(best) >= rank(rule)) {
                continue;
            }
            let holds = rule.when.as_ref().map(|when| self.compiled.evaluate_condition(when, &scope));
            match holds {
                None | Some(Ok(true)) => best = Some((index, rule)),
                Some(Ok(false)) => {}
                Some(Err(error)) => failed.push(FailedRule { index, message: error.to_string() }),
            }
        }
        // A rule that would not have been taken anyway has failed nobody.
        failed.retain(|FailedRule { index, .. }| {
            let failed: &Rule = &self.rules[*index];
            best.is_none_or(|(at, best)| {
                rank(failed) > rank(best) || (rank(failed) == rank(best) && *index < at)
            })
        });
        Found { best, failed }
    }
}

const fn rank(rule: &Rule) -> (bool, bool, bool) {
    (rule.workflow.is_some(), rule.kind.is_some(), rule.when.is_some())
}

fn scope(facts: &Facts<'_>) -> Scope {
    let Facts { workflow, kind, reason, severity, money, changed } = facts;
    let input = json!({
        "workflow": workflow, "kind": kind, "reason": reason, "severity": severity, "money": money, "changed": changed,
    });
    Scope::default().with_input(Prepared::new(&input))
}

fn check_people(rule: &Rule) -> Result<(), String> {
    let backups = rule.backups.iter().map(|backup| &backup.owner);
    for owner in std::iter::once(&rule.owner).chain(backups.clone()) {
        if Owner::parse(&owner.0).is_none() {
            return Err(format!(
                "`{}` is not an owner such as team:billing, person:anna or role:operator",
                owner.0
            ));
        }
    }
    if backups.clone().any(|backup| *backup == rule.owner) {
        return Err(format!("`{}` cannot be its own backup", rule.owner.0));
    }
    let backwards =
        |backup: &&Backup| matches!((backup.from, backup.until), (Some(from), Some(until)) if until < from);
    match rule.backups.iter().find(backwards) {
        Some(backup) => Err(format!("the backup `{}` ends before it begins", backup.owner.0)),
        None => Ok(()),
    }
}

fn check_condition(when: &str) -> Result<(), String> {
    let references = references_of_condition(when).map_err(|error| error.to_string())?;
    let unknown = references.iter().filter_map(|reference| reference.path.first());
    match unknown.into_iter().find(|name| !NAMES.contains(&name.as_str())) {
        Some(name) => Err(format!("a condition sees {}; not `{name}`", NAMES.join(", "))),
        None => Ok(()),
    }
}
