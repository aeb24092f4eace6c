//! Who must agree before a write leaves.

use serde_json::Value;

use super::fields::{Fields, kind};
use crate::approval::{
    Assurance, CodeAlone, EscalationStep, OnSilence, Policy, Quorum, Rejection, Rule, SilencePolicy,
};
use crate::proposal::Money;
use crate::workflow::duration::DUE_FORM;
use crate::workflow::problem::Problems;
use crate::workflow::{Due, Owner};

const FORM: &str =
    "approvals: { who: team:office } or approvals: { rules: [{ name: office, who: team:office }] }";
const NEED: &str = "any, all, a number such as 2, or a share such as 50%";

pub(super) fn approvals(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<Policy> {
    let path = fields.at("approvals");
    let value = fields.get("approvals")?;
    let mut inner = Fields::of(value, &path, FORM, problems)?;
    let name = inner.text("name", problems).unwrap_or_else(|| "approvals".to_owned());
    let rules = rules(&mut inner, problems);
    let rejections = ["first", "when_unreachable"];
    let rejection: Option<Rejection> = inner.choice("rejection", &rejections, problems);
    let expires = inner.due("expires", problems).unwrap_or_else(Policy::standard_end);
    let remind = dues(&mut inner, "remind", problems);
    let steps = escalations(&mut inner, problems);
    let on_silence = if steps.is_empty() { OnSilence::Expire } else { OnSilence::Escalate(steps) };
    let assurances = ["code", "session", "re_authenticated"];
    let at_least: Option<Assurance> = inner.choice("at_least", &assurances, problems);
    let code_alone = code_alone(&mut inner, problems);
    inner.finish(problems);
    Some(Policy {
        name,
        rules,
        rejection: rejection.unwrap_or_default(),
        silence: SilencePolicy { expires, remind, on_silence },
        code_alone,
        at_least: at_least.unwrap_or(Assurance::Code),
    })
}

fn rules(inner: &mut Fields<'_>, problems: &mut Problems<'_>) -> Vec<Rule> {
    let path = inner.at("rules");
    if !inner.has("rules") {
        // One rule in short.
        return vec![rule(inner, "approvers", problems)];
    }
    let Some(value) = inner.get("rules") else { return Vec::new() };
    let Value::Array(items) = value else {
        problems.error("TL0107", &path, format!("`rules` is {}", kind(value))).expected("a list of rules");
        return Vec::new();
    };
    if items.is_empty() {
        problems.error("TL0107", &path, "there is no rule: nobody would be asked").expected(FORM);
    }
    let read = items.iter().enumerate().filter_map(|(index, item)| {
        let expected = "a rule: { name: office, who: team:office, need: any }";
        let mut fields = Fields::of(item, &format!("{path}/{index}"), expected, problems)?;
        let name = fields.text("name", problems).unwrap_or_else(|| format!("rule {}", index + 1));
        let rule = rule(&mut fields, &name, problems);
        fields.finish(problems);
        Some(rule)
    });
    read.collect()
}

fn rule(fields: &mut Fields<'_>, name: &str, problems: &mut Problems<'_>) -> Rule {
    if !fields.has("who") {
        fields.missing("who", "team:office, person:anna, role:approver, or a list of them", problems);
    }
    Rule {
        name: name.to_owned(),
        when: fields.text("when", problems),
        who: owners(fields, "who", problems),
        quorum: quorum(fields, problems),
    }
}

fn quorum(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Quorum {
    let Some(value) = fields.get("need") else { return Quorum::Any };
    let read = match value {
        Value::String(text) if text == "any" => Some(Quorum::Any),
        Value::String(text) if text == "all" => Some(Quorum::All),
        Value::String(text) => {
            let share = text.trim().strip_suffix('%').and_then(|share| share.trim_end().parse().ok());
            share.filter(|share| (1..=100).contains(share)).map(Quorum::Percent)
        }
        Value::Number(number) => {
            number.as_u64().and_then(|count| u32::try_from(count).ok()).filter(|n| *n > 0).map(Quorum::Count)
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    if read.is_none() {
        problems.error("TL0107", &fields.at("need"), format!("`need` is {value}")).expected(NEED);
    }
    read.unwrap_or_default()
}

/// One owner, or a list of them.
fn owners(fields: &mut Fields<'_>, key: &'static str, problems: &mut Problems<'_>) -> Vec<Owner> {
    let path = fields.at(key);
    let texts: Vec<(String, &Value)> = match fields.get(key) {
        None => return Vec::new(),
        Some(Value::Array(items)) => {
            items.iter().enumerate().map(|(index, item)| (format!("{path}/{index}"), item)).collect()
        }
        Some(one) => vec![(path, one)],
    };
    let mut owners = Vec::new();
    for (path, value) in texts {
        match value.as_str().and_then(Owner::parse) {
            Some(owner) => owners.push(owner),
            None => {
                problems
                    .error("TL0107", &path, format!("{value} is not who could be asked"))
                    .expected("team:billing, person:office or role:field_lead");
            }
        }
    }
    owners
}

fn dues(fields: &mut Fields<'_>, key: &'static str, problems: &mut Problems<'_>) -> Vec<Due> {
    let path = fields.at(key);
    let texts: Vec<String> = match fields.get(key) {
        Some(Value::String(one)) => vec![one.clone()],
        Some(_) => fields.list(key, problems),
        None => Vec::new(),
    };
    let mut dues = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        match Due::parse(text) {
            Ok(due) => dues.push(due),
            Err(message) => {
                problems.error("TL0107", &format!("{path}/{index}"), message).expected(DUE_FORM);
            }
        }
    }
    dues
}

fn escalations(inner: &mut Fields<'_>, problems: &mut Problems<'_>) -> Vec<EscalationStep> {
    let path = inner.at("escalate");
    let Some(value) = inner.get("escalate") else { return Vec::new() };
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut steps = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let expected = "escalate: [{ after: 2 business days, to: person:boss }]";
        let Some(mut fields) = Fields::of(item, &format!("{path}/{index}"), expected, problems) else {
            continue;
        };
        if !fields.has("after") {
            fields.missing("after", DUE_FORM, problems);
        }
        let after = fields.due("after", problems);
        let to = owners(&mut fields, "to", problems);
        fields.finish(problems);
        steps.extend(after.map(|after| EscalationStep { after, to }));
    }
    steps
}

fn code_alone(inner: &mut Fields<'_>, problems: &mut Problems<'_>) -> Vec<CodeAlone> {
    let path = inner.at("code_alone");
    let Some(value) = inner.get("code_alone") else { return Vec::new() };
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut all = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let expected = "code_alone: [{ person: person:anna, up_to: 500 EUR }]";
        let Some(mut fields) = Fields::of(item, &format!("{path}/{index}"), expected, problems) else {
            continue;
        };
        let person = fields.required_owner("person", problems);
        let text = fields.required_text("up_to", "an amount such as 500 EUR", problems);
        let ceiling =
            text.split_once(' ').and_then(|(amount, currency)| Money::parse(amount, currency.trim()));
        if ceiling.is_none() && !text.is_empty() {
            problems
                .error("TL0107", &fields.at("up_to"), format!("`{text}` is no amount"))
                .expected("an amount and a currency, such as 500 EUR");
        }
        let irreversible = fields.flag("irreversible", problems);
        fields.finish(problems);
        all.extend(ceiling.map(|ceiling| CodeAlone { person, ceiling, irreversible }));
    }
    all
}
