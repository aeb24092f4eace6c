//! What people decided is what happened: each decision is there, once and by the first valid one; nothing was written
//! that nobody approved, and nothing else than that; what was approved was written once, in the order of its record.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Evidence, is_whole};
use crate::settle::list;
use crate::texts::REVIEWED;

/// States after people agreed.
const AGREED: [&str; 7] =
    ["approved", "applying", "applied", "partly_applied", "failed", "compensated", "stale"];

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

fn is_agreed(proposal: &Value) -> bool {
    AGREED.contains(&text(proposal, "state"))
}

/// Path at accounting, name and amount of what a body or an input writes.
fn written<'a>(path: &'static str, body: &'a Value) -> (&'static str, &'a str, &'a Value) {
    if path == "/v1/payments" {
        (path, text(body, "marker"), &body["amount"])
    } else {
        (path, text(body, "reference"), &body["lines"][0]["unit_price"])
    }
}

/// What a proposal would write.
fn proposed(proposal: &Value) -> (&'static str, &str, &Value) {
    let write = &proposal["operations"][0];
    if text(write, "action").ends_with("write_once") {
        written("/v1/payments", &write["input"]["body"]["json"])
    } else {
        written("/v1/invoices", &write["input"])
    }
}

impl Evidence {
    pub(super) fn decisions(&self) -> Vec<String> {
        let of: BTreeMap<&str, &Value> =
            self.proposals.iter().map(|proposal| (text(proposal, "proposal_id"), proposal)).collect();
        let mut wrong: Vec<String> = self.proposals.iter().filter_map(decided_wrongly).collect();
        let mut first: BTreeMap<&str, &str> = BTreeMap::new();
        for said in &self.pages.decided {
            let mut say = |words: String| wrong.push(format!("the decision {said:?}: {words}"));
            let Some(proposal) = of.get(said.proposal.as_str()) else {
                say("its proposal is not there".to_owned());
                continue;
            };
            let kept = |proposal: &Value| {
                list(proposal, "decisions").filter(|row| row["decision_id"] == said.decision.as_str()).count()
            };
            let times = kept(proposal)
                + of.get(said.taken.as_str())
                    .filter(|_| said.taken != said.proposal)
                    .map_or(0, |other| kept(other));
            if times != 1 {
                say(format!("it is there {times} times"));
            }
            if text(proposal, "content_hash") != said.shown {
                say(format!("the content is {}", proposal["content_hash"]));
            }
            let state = text(proposal, "state");
            let stands = match (said.verdict.as_str(), said.state.as_str()) {
                ("reject", _) => state == "rejected",
                // An edit that changes nothing is a plain yes.
                ("edit", _) if said.taken != said.proposal => state == "superseded",
                (_, "approved") => is_agreed(proposal) || state == "withdrawn",
                _ => true,
            };
            if !stands {
                say(format!("the proposal is {state}"));
            }
            if said.state != "open"
                && let Some(other) = first.insert(&said.proposal, &said.decision)
            {
                say(format!("{other} had decided before"));
            }
        }
        wrong
    }

    /// Writes of workflows in review.
    pub(super) fn approved_writes(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut of: BTreeMap<(&str, &str), Vec<&Value>> = BTreeMap::new();
        for proposal in &self.proposals {
            let (path, name, _) = proposed(proposal);
            of.entry((path, name)).or_default().push(proposal);
        }
        let mut applied: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (entry, (path, name, amount)) in self.reviewed() {
            *applied.entry((path, name)).or_default() += usize::from(entry.applied);
            let agreed = of.get(&(path, name)).into_iter().flatten().filter(|proposal| is_agreed(proposal));
            let amounts: Vec<&Value> = agreed.map(|proposal| proposed(proposal).2).collect();
            if !amounts.contains(&amount) {
                wrong.push(format!(
                    "call {} wrote {name} with {amount}, and people approved {amounts:?}",
                    entry.seq
                ));
            }
        }
        for ((path, name), proposals) in &of {
            let count = applied.get(&(*path, *name)).copied().unwrap_or(0);
            let is_applied = proposals.iter().any(|proposal| proposal["state"] == "applied");
            if count > 1 || (is_applied && count != 1) {
                wrong.push(format!("{name} at {path} was written {count} times, applied: {is_applied}"));
            }
        }
        wrong.extend(self.effects_without_decision());
        wrong
    }

    fn reviewed(&self) -> impl Iterator<Item = (&super::LedgerEntry, (&'static str, &str, &Value))> {
        let writes = self.ledger.iter().filter_map(|entry| {
            let path = ["/v1/payments", "/v1/invoices"].into_iter().find(|path| is_whole(entry, path))?;
            Some((entry, written(path, &entry.body)))
        });
        writes.filter(|(_, (_, name, _))| name.contains(REVIEWED))
    }

    /// Each effect of a workflow in review was agreed to, and each applied proposal has an effect that is confirmed.
    fn effects_without_decision(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let agreed: BTreeSet<(&str, &str)> = self
            .proposals
            .iter()
            .filter(|proposal| is_agreed(proposal))
            .map(|proposal| (text(proposal, "run_id"), text(proposal, "path")))
            .collect();
        let mut states: BTreeMap<&str, &str> = BTreeMap::new();
        for (run, effect) in self.effects() {
            states.insert(text(effect, "effect_id"), text(effect, "state"));
            let place = (text(run, "run_id"), text(effect, "path"));
            let is_reviewed =
                ["review", "both", "lane", "serial", "silence"].contains(&text(run, "workflow"));
            if is_reviewed && !agreed.contains(&place) {
                wrong.push(format!("effect {} of {place:?} left without a decision", effect["effect_id"]));
            }
        }
        for proposal in self.proposals.iter().filter(|proposal| proposal["state"] == "applied") {
            let effect = text(proposal, "effect_id");
            if states.get(effect) != Some(&"confirmed") {
                let state = states.get(effect);
                wrong.push(format!("proposal {} is applied, its effect {state:?}", proposal["proposal_id"]));
            }
        }
        wrong
    }

    /// Writes on one record left in the order in which they were proposed.
    pub(super) fn lane_order(&self) -> Vec<String> {
        let of: BTreeMap<&str, &Value> =
            self.proposals.iter().map(|proposal| (text(proposal, "proposal_id"), proposal)).collect();
        let mut left: BTreeMap<&str, u64> = BTreeMap::new();
        for (entry, (_, name, _)) in self.reviewed().filter(|(entry, _)| entry.applied) {
            left.entry(name).or_insert(entry.seq);
        }
        let order: BTreeMap<&str, &str> =
            self.runs.iter().map(|run| (text(run, "run_id"), text(&run["input"], "order"))).collect();
        let mut lanes: BTreeMap<&str, Vec<(&str, &str, u64)>> = BTreeMap::new();
        for proposal in self.proposals.iter().filter(|proposal| proposal["state"] == "applied") {
            let lane = order.get(text(proposal, "run_id")).copied().unwrap_or_default();
            let Some(seq) = left.get(proposed(proposal).1) else { continue };
            // What takes the place of another keeps its place.
            let mut root = proposal;
            while let Some(before) = of.get(text(root, "replaces")) {
                root = before;
            }
            lanes.entry(lane).or_default().push((
                text(root, "opened_at"),
                text(proposal, "proposal_id"),
                *seq,
            ));
        }
        let mut wrong = Vec::new();
        for (lane, mut writes) in lanes.into_iter().filter(|(lane, _)| !lane.is_empty()) {
            writes.sort_unstable();
            if !writes.is_sorted_by_key(|(_, _, seq)| seq) {
                wrong.push(format!("writes about {lane} left in another order than proposed: {writes:?}"));
            }
        }
        wrong
    }
}

/// Decided once, by the first valid decision, or by none where it ended otherwise; and not still under way.
fn decided_wrongly(proposal: &Value) -> Option<String> {
    let needed = if proposal["workflow"] == "both" { 2 } else { 1 };
    let said = |verdict: &str| list(proposal, "decisions").filter(|row| row["verdict"] == verdict).count();
    let (yes, edits, no) = (said("approve"), said("approve_edited"), said("reject"));
    let people: BTreeSet<&str> = list(proposal, "decisions").map(|row| text(row, "principal")).collect();
    let state = text(proposal, "state");
    let fits = match state {
        "open" | "approved" | "applying" => false,
        "rejected" => no == 1 && yes < needed && edits == 0,
        "expired" => no == 0 && yes < needed && edits == 0,
        "superseded" => no == 0 && yes < needed && edits <= 1,
        "withdrawn" => no == 0,
        _ => no == 0 && yes == needed && edits == 0,
    };
    let once = people.len() == yes + edits + no;
    (!fits || !once).then(|| {
        format!(
            "proposal {} of {} is {state} with {yes} for it, {edits} edits and {no} against it, by {people:?}",
            proposal["proposal_id"], proposal["workflow"]
        )
    })
}
