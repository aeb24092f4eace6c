//! Choosing an owner who can own.

use jiff::civil::Date;

use super::{Facts, PassedOver, Rule, Said, Source, Workspace};
use crate::exception::life::Standing;
use crate::exception::{Kind, reason};
use crate::workflow::Owner;

/// Candidates of one source, in the order in which they are asked.
pub(super) struct Layer {
    source: Source,
    candidates: Vec<Owner>,
}

pub(super) struct Choice {
    pub(super) owner: Owner,
    pub(super) source: Source,
    pub(super) backup: Option<Owner>,
    pub(super) passed_over: Vec<PassedOver>,
}

/// Who answers, nearest first.
pub(super) fn layers(
    rule: Option<(usize, &Rule)>,
    facts: &Facts<'_>,
    said: Said<'_>,
    workspace: &Workspace,
    today: Option<Date>,
) -> Vec<Layer> {
    let backup = said.policy.and_then(|policy| policy.backup.clone());
    let mut layers = Vec::new();
    if let Some(owner) = said.owner {
        let candidates = std::iter::once(owner.clone()).chain(backup.clone()).collect();
        layers.push(Layer { source: Source::Node, candidates });
    }
    if let Some((index, rule)) = rule {
        layers.push(Layer { source: Source::Rule(index), candidates: of_rule(rule, today) });
    }
    // A cause may stop many workflows: no single one's policy answers for it.
    if let Some(policy) = said.policy.filter(|_| facts.kind == Kind::Business) {
        let candidates = std::iter::once(policy.owner.clone()).chain(backup).collect();
        layers.push(Layer { source: Source::Workflow, candidates });
    }
    let default = reason::of(facts.reason).owner.owner();
    layers.push(Layer { source: Source::Reason, candidates: vec![default] });
    layers.push(Layer { source: Source::Workspace, candidates: vec![workspace.owner.clone()] });
    layers
}

/// During an absence whoever stands in comes first, and the owner only if none of them can.
fn of_rule(rule: &Rule, today: Option<Date>) -> Vec<Owner> {
    let standing_in = rule.backups.iter().filter(|backup| backup.stands_in(today));
    let others = rule.backups.iter().filter(|backup| backup.covers(today) && !backup.stands_in(today));
    let owner = std::iter::once(&rule.owner);
    standing_in
        .map(|backup| &backup.owner)
        .chain(owner)
        .chain(others.map(|backup| &backup.owner))
        .cloned()
        .collect()
}

/// The first who is fit, and the next who is fit and another one. If nobody is, it is the workspace's default all the
/// same: an exception without an owner would be lost.
pub(super) fn choose(
    layers: &[Layer],
    workspace: &Workspace,
    standing: &dyn Fn(&Owner) -> Standing,
) -> Choice {
    let all = || layers.iter().flat_map(|layer| layer.candidates.iter().map(|owner| (layer.source, owner)));
    let mut passed_over: Vec<PassedOver> = Vec::new();
    let mut chosen: Option<(Source, &Owner)> = None;
    for (source, owner) in all() {
        if passed_over.iter().any(|passed| passed.owner == *owner) {
            continue;
        }
        let standing = standing(owner);
        if standing.is_fit() {
            chosen = Some((source, owner));
            break;
        }
        passed_over.push(PassedOver { owner: owner.clone(), standing });
    }
    let (source, owner) = chosen.unwrap_or((Source::Workspace, &workspace.owner));
    let after = all().skip_while(|(_, candidate)| *candidate != owner).skip(1);
    let backup = after.map(|(_, candidate)| candidate).find(|candidate| {
        let passed = passed_over.iter().any(|passed| passed.owner == **candidate);
        *candidate != owner && !passed && standing(candidate).is_fit()
    });
    Choice { owner: owner.clone(), source, backup: backup.cloned(), passed_over }
}
