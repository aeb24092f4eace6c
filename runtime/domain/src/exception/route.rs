//! Who owns an exception, by when, and who comes after. The nearest answer that fits wins: what the node says, then
//! the workspace's routing rules (workflow, then kind, then condition), then the workflow's own policy, then the
//! reason's default, and at last the workspace's default. An owner is active and has access, or is passed over for a
//! backup; nobody is never an answer.

mod choose;
mod rule;

use crate::calendar::Calendar;
use crate::exception::clock::Ladder;
use crate::exception::life::Standing;
use crate::exception::{Kind, Severity};
use crate::time::Timestamp;
use crate::workflow::{Due, ExceptionPolicy, Owner, ReasonCode};

use rule::Found;

pub use rule::{Backup, FailedRule, RouteProblem, Rule, Table};

/// What is known of the exception when it is routed; what conditions see.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Workflow.
    pub workflow: &'a str,
    /// Kind.
    pub kind: Kind,
    /// Reason.
    pub reason: ReasonCode,
    /// Severity.
    pub severity: Severity,
    /// Money at risk, in the workspace's currency, where it is known.
    pub money: Option<f64>,
    /// What changed, as the exception shows it.
    pub changed: &'a serde_json::Value,
}

/// What the workflow's text says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// Owner at the node that stopped.
    pub owner: Option<&'a Owner>,
    /// Due at that node.
    pub due: Option<&'a Due>,
    /// The workflow's policy.
    pub policy: Option<&'a ExceptionPolicy>,
}

/// Where nothing else answers. A workspace always has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Owner: a role that always has somebody.
    pub owner: Owner,
    /// The ladder where no rule has its own.
    pub ladder: Ladder,
}

/// From where an owner came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The node.
    Node,
    /// A routing rule, by its place in the table.
    Rule(usize),
    /// The workflow's policy.
    Workflow,
    /// The reason's default.
    Reason,
    /// The workspace's default.
    Workspace,
}

/// Somebody who would have been the owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// Who.
    pub owner: Owner,
    /// Why not.
    pub standing: Standing,
}

/// Where an exception goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Routed {
    /// Who owns the next action.
    pub owner: Owner,
    /// From where that came.
    pub source: Source,
    /// Who takes over; never the owner, and fit as well.
    pub backup: Option<Owner>,
    /// Time allowed.
    pub due: Due,
    /// When whom to tell.
    pub ladder: Ladder,
    /// An answer could not be derived: nobody nearer than the workspace's default fits, or a rule's condition failed.
    pub unrouted: bool,
    /// Who was passed over, nearest first.
    pub passed_over: Vec<PassedOver>,
    /// Rules whose condition could not be evaluated.
    pub failed: Vec<FailedRule>,
}

/// Routes an exception. `standing` answers for a person, a team or a role; `calendar` tells today's date.
pub fn route(
    table: &Table,
    facts: &Facts<'_>,
    said: Said<'_>,
    workspace: &Workspace,
    (now, calendar): (Timestamp, &Calendar),
    standing: &dyn Fn(&Owner) -> Standing,
) -> Routed {
    let today = calendar.date(now);
    let Found { best: rule, failed } = table.find(facts);
    let layers = choose::layers(rule, facts, said, workspace, today);
    let choice = choose::choose(&layers, workspace, standing);
    let rule = rule.map(|(_, rule)| rule);
    let policy = said.policy.filter(|_| facts.kind == Kind::Business);
    let due = said.due.or_else(|| rule?.due.as_ref()).or_else(|| policy.map(|policy| &policy.due));
    Routed {
        unrouted: choice.source == Source::Workspace || !failed.is_empty(),
        owner: choice.owner,
        source: choice.source,
        backup: choice.backup,
        due: due.unwrap_or(&super::reason::of(facts.reason).due).clone(),
        ladder: rule.and_then(|rule| rule.ladder).unwrap_or(workspace.ladder),
        passed_over: choice.passed_over,
        failed,
    }
}

/// Who takes over from an owner now, where a routing rule says so by dates: those whose days have passed, or are still to
/// come, do not. `kept` is who it was when the exception opened; it stands where no rule names it.
pub fn backup_now(
    table: &Table,
    facts: &Facts<'_>,
    kept: Option<&Owner>,
    (now, calendar): (Timestamp, &Calendar),
    standing: &dyn Fn(&Owner) -> Standing,
    owner: &Owner,
) -> Option<Owner> {
    let today = calendar.date(now);
    let fits = |candidate: &Owner| candidate != owner && standing(candidate).is_fit();
    let Some((_, rule)) = table.find(facts).best else { return kept.filter(|kept| fits(kept)).cloned() };
    let away = |kept: &Owner| {
        let mut named = rule.backups.iter().filter(|backup| backup.owner == *kept).peekable();
        named.peek().is_some() && named.all(|backup| !backup.covers(today))
    };
    let first = rule.backups.iter().filter(|backup| backup.stands_in(today)).map(|backup| &backup.owner);
    let kept = kept.filter(|kept| !away(kept));
    let others = rule.backups.iter().filter(|backup| backup.covers(today)).map(|backup| &backup.owner);
    first.chain(kept).chain(others).find(|candidate| fits(candidate)).cloned()
}

#[cfg(test)]
mod tests;
