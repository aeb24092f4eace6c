//! The canonical text of a workflow: what reads back as the same workflow.

mod approvals;
mod yaml;

use serde_json::{Map, Value, json};

use super::duration::format_ms;
use super::{Case, JoinRule, Node, NodeKind, Quorum, Raise, UNTIL_GRADUATED, Wait, Workflow};

impl Workflow {
    /// The text as YAML. Comments of the text it came from are not kept.
    pub fn to_text(&self) -> String {
        yaml::document(&self.to_json())
    }

    /// The text as JSON.
    pub fn to_json(&self) -> Value {
        let mut map = Map::new();
        put(&mut map, "workflow", Some(self.id.as_str()));
        put(&mut map, "title", self.title.as_deref());
        put(&mut map, "description", self.description.as_deref());
        put(&mut map, "owner", Some(self.owner.0.as_str()));
        put(&mut map, "source", Some(self.source.as_str()));
        map.insert("trigger".into(), trigger(self));
        put_map(&mut map, "keys", self.keys.iter().map(|(k, v)| (k.clone(), v.as_str().into())).collect());
        put_map(&mut map, "vars", self.vars.clone());
        put(&mut map, "input", self.input.clone());
        put(&mut map, "output", self.output.clone());
        map.insert("nodes".into(), self.nodes.iter().map(node).collect());
        map.insert("exceptions".into(), exceptions(self));
        map.insert("log".into(), log(self));
        map.insert("review".into(), review(self));
        if let Some(policy) = &self.approvals {
            map.insert("approvals".into(), approvals::approvals(policy));
        }
        put(&mut map, "notes", self.notes.clone());
        put(&mut map, "layout", self.layout.clone());
        Value::Object(map)
    }
}

fn put<T: Into<Value>>(map: &mut Map<String, Value>, key: &str, value: Option<T>) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value.into());
    }
}

fn put_map(map: &mut Map<String, Value>, key: &str, value: Map<String, Value>) {
    if !value.is_empty() {
        map.insert(key.to_owned(), Value::Object(value));
    }
}

fn put_next(map: &mut Map<String, Value>, key: &str, next: &[String]) {
    match next {
        [] => {}
        [one] => put(map, key, Some(one.as_str())),
        several => put(map, key, Some(several.to_vec())),
    }
}

fn trigger(workflow: &Workflow) -> Value {
    let trigger = &workflow.trigger;
    let mut map = Map::new();
    put(&mut map, "id", Some(trigger.id.as_str()));
    put(&mut map, "on", Some(trigger.on.to_string()));
    put(&mut map, "connection", trigger.connection.as_deref());
    put(&mut map, "dedupe", trigger.dedupe.as_deref());
    put_map(&mut map, "with", trigger.with.clone());
    Value::Object(map)
}

fn exceptions(workflow: &Workflow) -> Value {
    let policy = &workflow.exceptions;
    let mut map = Map::new();
    put(&mut map, "owner", Some(policy.owner.0.as_str()));
    put(&mut map, "backup", policy.backup.as_ref().map(|backup| backup.0.as_str()));
    put(&mut map, "due", Some(policy.due.to_string()));
    Value::Object(map)
}

fn log(workflow: &Workflow) -> Value {
    let days = workflow.log.retention_days;
    let retention =
        if days > 0 && days.is_multiple_of(365) { format!("{}y", days / 365) } else { format!("{days}d") };
    let mut map = Map::new();
    put(&mut map, "retention", Some(retention));
    if !workflow.log.redact.is_empty() {
        put(&mut map, "redact", Some(workflow.log.redact.clone()));
    }
    Value::Object(map)
}

fn review(workflow: &Workflow) -> Value {
    let review = &workflow.review;
    let mut map = Map::new();
    map.insert("stage".into(), json!(review.stage));
    put(&mut map, "tolerated_error", Some(percent(review.tolerated_error * 100.0)));
    if review.until != UNTIL_GRADUATED {
        put(&mut map, "until", Some(review.until.as_str()));
    }
    put_map(&mut map, "bands", review.bands.iter().map(|(k, v)| (k.clone(), v.as_str().into())).collect());
    Value::Object(map)
}

/// `1%`: what binary fractions add after the ninth place is not meant.
fn percent(percent: f64) -> String {
    format!("{}%", (percent * 1e9).round() / 1e9)
}

fn node(node: &Node) -> Value {
    let mut map = Map::new();
    put(&mut map, "id", Some(node.id.as_str()));
    put(&mut map, "title", node.title.as_deref());
    kind(node, &mut map);
    if let Some(retry) = &node.retry {
        map.insert("retry".into(), json!({ "attempts": retry.attempts, "over": format_ms(retry.over_ms) }));
    }
    put(&mut map, "timeout", node.timeout_ms.map(format_ms));
    if !matches!(node.kind, NodeKind::Raise(_) | NodeKind::Ask(_)) {
        answers(node, &mut map);
    }
    put_next(&mut map, "next", &node.next);
    put(&mut map, "on_exception", node.on_exception.as_deref());
    Value::Object(map)
}

fn answers(node: &Node, map: &mut Map<String, Value>) {
    put(map, "owner", node.owner.as_ref().map(|owner| owner.0.as_str()));
    put(map, "due", node.due.as_ref().map(ToString::to_string));
}

fn kind(node: &Node, map: &mut Map<String, Value>) {
    match &node.kind {
        NodeKind::Action { action, connection, with } => {
            put(map, "action", Some(action.to_string()));
            put(map, "connection", connection.as_deref());
            put_with(map, with);
        }
        NodeKind::Call { workflow, with } => {
            put(map, "call", Some(workflow.as_str()));
            put_with(map, with);
        }
        NodeKind::Set { value } => put(map, "set", Some(value.clone())),
        NodeKind::Switch { cases, all } => {
            map.insert("switch".into(), cases.iter().map(case).collect());
            put(map, "match", all.then_some("all"));
        }
        NodeKind::ForEach { items, body, parallel, quorum } => {
            put(map, "for_each", Some(items.as_str()));
            map.insert("do".into(), body.iter().map(self::node).collect());
            put(map, "parallel", (*parallel != 1).then_some(*parallel));
            put(map, "succeed", quorum.as_ref().map(succeed));
        }
        NodeKind::Join { wait_for } => put(map, "join", Some(join(*wait_for))),
        NodeKind::Wait(wait) => put(map, "wait", Some(waiting(wait))),
        NodeKind::Code { code, input } => {
            put(map, "code", Some(code.as_str()));
            put(map, "input", (!input.is_null()).then(|| input.clone()));
        }
        NodeKind::Respond { status, headers, body } => {
            let mut inner = Map::new();
            put(&mut inner, "status", Some(status.clone()));
            put_map(
                &mut inner,
                "headers",
                headers.iter().map(|(k, v)| (k.clone(), v.as_str().into())).collect(),
            );
            put(&mut inner, "body", (!body.is_null()).then(|| body.clone()));
            map.insert("respond".into(), Value::Object(inner));
        }
        NodeKind::Raise(raise) => put(map, "raise", Some(raised(raise, node))),
        NodeKind::Ask(ask) => {
            let mut inner = Map::new();
            put(&mut inner, "question", Some(ask.question.as_str()));
            put(&mut inner, "form", Some(ask.form.clone()));
            answers(node, &mut inner);
            put(&mut inner, "on_expired", ask.on_expired.as_deref());
            map.insert("ask".into(), Value::Object(inner));
        }
        NodeKind::End { failed: false, output: Value::Null } => put(map, "end", Some(true)),
        NodeKind::End { failed, output } => {
            let mut inner = Map::new();
            put(&mut inner, "status", Some(if *failed { "failed" } else { "succeeded" }));
            put(&mut inner, "output", (!output.is_null()).then(|| output.clone()));
            map.insert("end".into(), Value::Object(inner));
        }
    }
}

fn put_with(map: &mut Map<String, Value>, with: &Value) {
    put(map, "with", (*with != json!({})).then(|| with.clone()));
}

fn case(case: &Case) -> Value {
    let mut map = Map::new();
    match &case.when {
        Some(when) => put(&mut map, "when", Some(when.as_str())),
        None => put(&mut map, "else", Some(true)),
    }
    put_next(&mut map, "next", &case.next);
    Value::Object(map)
}

fn succeed(quorum: &Quorum) -> Value {
    match quorum {
        Quorum::All => "all".into(),
        Quorum::Count(count) => (*count).into(),
        Quorum::Percent(share) => percent(*share).into(),
    }
}

fn join(rule: JoinRule) -> Value {
    match rule {
        JoinRule::All => "all".into(),
        JoinRule::Any => "any".into(),
        JoinRule::Count(count) => count.into(),
    }
}

fn waiting(wait: &Wait) -> Value {
    match wait {
        Wait::For { ms } => json!({ "for": format_ms(*ms) }),
        Wait::Until { until } => json!({ "until": until }),
        Wait::Business { due } => json!({ "business": due.to_string() }),
        Wait::Event { event_type, key, timeout_ms, on_timeout } => {
            let mut map = Map::new();
            put(&mut map, "event", Some(event_type.as_str()));
            put(&mut map, "key", Some(key.as_str()));
            put(&mut map, "timeout", Some(format_ms(*timeout_ms)));
            put(&mut map, "on_timeout", on_timeout.as_deref());
            Value::Object(map)
        }
    }
}

fn raised(raise: &Raise, node: &Node) -> Value {
    let mut map = Map::new();
    put(&mut map, "reason", Some(raise.reason.to_string()));
    put(&mut map, "sentence", raise.sentence.as_deref());
    put(&mut map, "money", raise.money.as_deref());
    answers(node, &mut map);
    if !raise.updates_after.is_empty() {
        map.insert("updates_after".into(), json!(raise.updates_after));
    }
    put(&mut map, "retry_from", raise.retry_from.as_deref());
    if let Ok(Value::Object(weight)) = serde_json::to_value(&raise.weight) {
        map.extend(weight);
    }
    Value::Object(map)
}
