//! Who must agree, as text.

use serde_json::{Map, Value, json};

use super::put;
use crate::approval::{Assurance, CodeAlone, OnSilence, Policy, Quorum, Rejection, Rule};
use crate::workflow::Owner;

pub(super) fn approvals(policy: &Policy) -> Value {
    let mut map = Map::new();
    put(&mut map, "name", Some(policy.name.as_str()));
    map.insert("rules".into(), policy.rules.iter().map(rule).collect());
    if policy.rejection != Rejection::First {
        map.insert("rejection".into(), json!(policy.rejection));
    }
    put(&mut map, "expires", Some(policy.silence.expires.to_string()));
    if !policy.silence.remind.is_empty() {
        let remind: Vec<String> = policy.silence.remind.iter().map(ToString::to_string).collect();
        put(&mut map, "remind", Some(remind));
    }
    if let OnSilence::Escalate(steps) = &policy.silence.on_silence {
        let step = |step: &crate::approval::EscalationStep| json!({ "after": step.after.to_string(), "to": owners(&step.to) });
        map.insert("escalate".into(), steps.iter().map(step).collect());
    }
    if policy.at_least != Assurance::Code {
        map.insert("at_least".into(), json!(policy.at_least));
    }
    if !policy.code_alone.is_empty() {
        map.insert("code_alone".into(), policy.code_alone.iter().map(code_alone).collect());
    }
    Value::Object(map)
}

fn rule(rule: &Rule) -> Value {
    let mut map = Map::new();
    put(&mut map, "name", Some(rule.name.as_str()));
    put(&mut map, "when", rule.when.as_deref());
    map.insert("who".into(), owners(&rule.who));
    match rule.quorum {
        Quorum::Any => {}
        Quorum::All => put(&mut map, "need", Some("all")),
        Quorum::Count(count) => put(&mut map, "need", Some(count)),
        Quorum::Percent(share) => put(&mut map, "need", Some(format!("{share}%"))),
    }
    Value::Object(map)
}

fn owners(owners: &[Owner]) -> Value {
    match owners {
        [one] => one.0.as_str().into(),
        several => several.iter().map(|owner| Value::from(owner.0.as_str())).collect(),
    }
}

fn code_alone(one: &CodeAlone) -> Value {
    let mut map = Map::new();
    put(&mut map, "person", Some(one.person.0.as_str()));
    put(&mut map, "up_to", Some(one.ceiling.to_string()));
    if one.irreversible {
        put(&mut map, "irreversible", Some(true));
    }
    Value::Object(map)
}
