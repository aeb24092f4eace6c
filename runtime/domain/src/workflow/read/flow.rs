//! The nodes that steer a run, and those that wait for somebody.

use serde_json::{Map, Value, json};

use super::fields::{Fields, check_schema, kind};
use super::node::nodes;
use super::parts::percent;
use crate::workflow::problem::Problems;
use crate::workflow::{
    Ask, Case, DEFAULT_EVENT_WAIT_MS, Due, JoinRule, MAX_PARALLEL, MAX_TAG_CHARS, MAX_TAGS, Node, NodeKind,
    Owner, Quorum, Raise, ReasonCode, UpdateAfter, UpdateBy, Wait, Weight,
};

pub(super) fn switch(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> NodeKind {
    let path = fields.at("switch");
    let all = match fields.text("match", problems).as_deref() {
        None | Some("first") => false,
        Some("all") => true,
        Some(other) => {
            problems
                .error("TL0107", &fields.at("match"), format!("`match` is `{other}`"))
                .expected("first or all");
            false
        }
    };
    let cases = match fields.get("switch") {
        Some(Value::Array(items)) if !items.is_empty() => {
            let cases = items.iter().enumerate();
            cases.filter_map(|(index, item)| case(item, &format!("{path}/{index}"), problems)).collect()
        }
        _ => {
            let expected = "a list of cases: [ { when: \"{{ … }}\", next: a }, { else: true, next: b } ]";
            problems.error("TL0107", &path, "`switch` has no cases").expected(expected);
            Vec::new()
        }
    };
    NodeKind::Switch { cases, all }
}

fn case(value: &Value, path: &str, problems: &mut Problems<'_>) -> Option<Case> {
    let mut fields = Fields::of(value, path, "a case: { when: \"{{ … }}\", next: a }", problems)?;
    let condition = match fields.get("when") {
        Some(Value::Bool(constant)) => Some(constant.to_string()),
        _ => fields.text("when", problems),
    };
    let otherwise = match fields.get("else") {
        None => false,
        Some(Value::Bool(true)) => true,
        Some(_) => {
            problems.error("TL0107", &fields.at("else"), "`else` is only ever true").expected("else: true");
            true
        }
    };
    match (&condition, otherwise) {
        (None, false) if !fields.has("when") => {
            problems
                .error("TL0106", path, "the case has no condition")
                .expected("`when: \"{{ … }}\"`, or `else: true`");
        }
        (Some(_), true) => {
            problems
                .error("TL0107", path, "the case has both `when` and `else`")
                .hint("make two cases of it");
        }
        _ => {}
    }
    let next = fields.next("next", problems);
    fields.finish(problems);
    let when = if otherwise { None } else { Some(condition.unwrap_or_default()) };
    Some(Case { when, next })
}

pub(super) fn for_each(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> NodeKind {
    let items = fields.required_text(
        "for_each",
        "an expression that gives a list, such as \"{{ steps.job.lines }}\"",
        problems,
    );
    if !fields.has("do") {
        fields.missing("do", "the nodes that run for each item", problems);
    }
    let path = fields.at("do");
    let body = nodes(fields.get("do"), &path, problems);
    let parallel = fields.number("parallel", 1..=MAX_PARALLEL, problems).unwrap_or(1);
    let quorum = quorum(fields, problems);
    NodeKind::ForEach { items, body, parallel, quorum }
}

fn quorum(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<Quorum> {
    let value = fields.get("succeed")?;
    let quorum = match value {
        Value::String(word) if word == "all" => Some(Quorum::All),
        Value::String(text) => percent(text).map(Quorum::Percent),
        Value::Number(count) => count.as_u64().and_then(|count| u32::try_from(count).ok()).map(Quorum::Count),
        _ => None,
    };
    if quorum.is_none() {
        let problem = problems.error("TL0107", &fields.at("succeed"), format!("`succeed` is {value}"));
        problem.expected("all, a number of items, or a share such as 90%");
    }
    quorum
}

pub(super) fn join(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<NodeKind> {
    let value = fields.get_even_null("join")?;
    let wait_for = match value {
        Value::String(word) if word == "all" => Some(JoinRule::All),
        Value::String(word) if word == "any" => Some(JoinRule::Any),
        Value::Number(count) => count
            .as_u64()
            .and_then(|count| u32::try_from(count).ok())
            .filter(|count| *count > 0)
            .map(JoinRule::Count),
        _ => None,
    };
    if wait_for.is_none() {
        problems
            .error("TL0107", &fields.at("join"), format!("`join` is {value}"))
            .expected("all, any, or a number of branches");
    }
    wait_for.map(|wait_for| NodeKind::Join { wait_for })
}

pub(super) fn wait(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<Wait> {
    const FORMS: &str = "{ for: 2h }, { until: \"{{ … }}\" }, { business: 1 business day } or { event: type, key: \"{{ … }}\", timeout: 7d }";
    let path = fields.at("wait");
    let mut inner = Fields::of(fields.get_even_null("wait")?, &path, FORMS, problems)?;
    let kinds: Vec<&str> =
        ["for", "until", "business", "event"].into_iter().filter(|key| inner.has(key)).collect();
    let wait = match kinds.as_slice() {
        ["for"] => inner.duration("for", problems).map(|ms| Wait::For { ms }),
        ["until"] => inner.text("until", problems).map(|until| Wait::Until { until }),
        ["business"] => inner.due("business", problems).map(|due| Wait::Business { due }),
        ["event"] => Some(Wait::Event {
            event_type: inner.text("event", problems).unwrap_or_default(),
            key: inner.required_text(
                "key",
                "what the event is about, such as \"{{ steps.order.id }}\"",
                problems,
            ),
            timeout_ms: inner.duration("timeout", problems).unwrap_or(DEFAULT_EVENT_WAIT_MS),
            on_timeout: inner.text("on_timeout", problems),
        }),
        _ => {
            problems.error("TL0106", &path, "the wait does not say for what").expected(FORMS);
            inner.expect(&["for", "until", "business", "event", "key", "timeout", "on_timeout"]);
            None
        }
    };
    if let Some(Wait::Business { due: Due::After { .. } }) = wait {
        let problem = problems.error("TL0107", &inner.at("business"), "this is not business time");
        problem
            .expected("such as 8 business hours or next_business_day 12:00")
            .hint("for wall time write `for`");
    }
    inner.finish(problems);
    wait
}

pub(super) fn respond(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<NodeKind> {
    let path = fields.at("respond");
    let value = fields.get_even_null("respond")?;
    let mut inner = Fields::of(value, &path, "respond: { status: 200, body: {…} }", problems)?;
    let status = inner.get("status").cloned().unwrap_or_else(|| json!(200));
    let fits = match &status {
        Value::Number(number) => number.as_u64().is_some_and(|status| (200..=599).contains(&status)),
        Value::String(text) => text.contains("{{"),
        _ => false,
    };
    if !fits {
        let problem = problems.error("TL0107", &inner.at("status"), format!("`status` is {status}"));
        problem.expected("a number from 200 to 599, or an expression that gives one");
    }
    let headers = inner.texts("headers", problems).into_iter().collect();
    let body = inner.get_even_null("body").cloned().unwrap_or_default();
    inner.finish(problems);
    Some(NodeKind::Respond { status, headers, body })
}

/// Owner and due may stand inside, where they read better, or beside; not in both places.
fn answers(inner: &mut Fields<'_>, node: &mut Node, problems: &mut Problems<'_>) {
    let (owner, due): (Option<Owner>, Option<Due>) =
        (inner.owner("owner", problems), inner.due("due", problems));
    for (key, twice) in
        [("owner", owner.is_some() && node.owner.is_some()), ("due", due.is_some() && node.due.is_some())]
    {
        if twice {
            problems
                .error("TL0107", &inner.at(key), format!("`{key}` stands beside and inside"))
                .hint("keep this one");
        }
    }
    node.owner = owner.or(node.owner.take());
    node.due = due.or(node.due.take());
}

pub(super) fn raise(fields: &mut Fields<'_>, node: &mut Node, problems: &mut Problems<'_>) -> Option<Raise> {
    let path = fields.at("raise");
    let expected = "raise: { reason: missing_required, sentence: …, owner: …, due: … }";
    let mut inner = Fields::of(fields.get_even_null("raise")?, &path, expected, problems)?;
    let words = ReasonCode::words();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if !inner.has("reason") {
        inner.missing("reason", &words.join(", "), problems);
    }
    let reason = inner.choice("reason", &words, problems);
    answers(&mut inner, node, problems);
    let sentence = inner.text("sentence", problems);
    let money = inner.text("money", problems);
    let updates_path = inner.at("updates_after");
    let updates_after = updates(inner.get("updates_after"), &updates_path, problems);
    let retry_from = inner.text("retry_from", problems);
    let weight = weight(&mut inner, problems);
    inner.finish(problems);
    let reason = reason.unwrap_or(ReasonCode::NeedsJudgement);
    Some(Raise { reason, sentence, money, updates_after, retry_from, weight })
}

fn weight(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Weight {
    let severity = fields.choice("severity", &["low", "normal", "high", "critical"], problems);
    let customer_visible = fields.flag("customer_visible", problems);
    let tags = fields.list("tags", problems);
    let fits = |tag: &String| !tag.trim().is_empty() && tag.chars().count() <= MAX_TAG_CHARS;
    if tags.len() > MAX_TAGS || !tags.iter().all(fits) {
        problems
            .error("TL0107", &fields.at("tags"), "these tags are too many, too long or empty")
            .expected(format!("at most {MAX_TAGS}, each of 1 to {MAX_TAG_CHARS} characters"));
    }
    Weight { severity, customer_visible, tags }
}

fn updates(value: Option<&Value>, path: &str, problems: &mut Problems<'_>) -> Vec<UpdateAfter> {
    const FORM: &str = "[ { system: accounting, record: invoice, by: automatic } ]";
    match value {
        None => Vec::new(),
        Some(Value::Array(items)) => {
            let updates = items.iter().enumerate().filter_map(|(index, item)| {
                let mut fields = Fields::of(item, &format!("{path}/{index}"), FORM, problems)?;
                let update = UpdateAfter {
                    system: fields.required_text("system", "the system that updates", problems),
                    record: fields.text("record", problems),
                    fields: fields.list("fields", problems),
                    by: fields.choice::<UpdateBy>("by", &["automatic", "hand"], problems).unwrap_or_default(),
                };
                fields.finish(problems);
                Some(update)
            });
            updates.collect()
        }
        Some(value) => {
            problems.error("TL0107", path, format!("`updates_after` is {}", kind(value))).expected(FORM);
            Vec::new()
        }
    }
}

pub(super) fn ask(fields: &mut Fields<'_>, node: &mut Node, problems: &mut Problems<'_>) -> Option<Ask> {
    let path = fields.at("ask");
    let expected = "ask: { question: …, form: [ { field: reason, type: text } ], owner: …, due: … }";
    let mut inner = Fields::of(fields.get_even_null("ask")?, &path, expected, problems)?;
    answers(&mut inner, node, problems);
    let question = inner.required_text("question", "what the person is asked", problems);
    if !inner.has("form") {
        inner.missing("form", "a JSON Schema, or a list such as [ { field: reason, type: text } ]", problems);
    }
    let form_path = inner.at("form");
    let form = match inner.get("form") {
        Some(Value::Array(items)) => short_form(items, &form_path, problems),
        Some(schema) => {
            check_schema(schema, &form_path, problems);
            schema.clone()
        }
        None => json!({}),
    };
    let on_expired = inner.text("on_expired", problems);
    inner.finish(problems);
    Some(Ask { question, form, on_expired })
}

/// A form's fields as a JSON Schema.
fn short_form(items: &[Value], path: &str, problems: &mut Problems<'_>) -> Value {
    const TYPES: [&str; 8] = ["text", "long_text", "number", "whole", "yes_no", "date", "money", "choice"];
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (index, item) in items.iter().enumerate() {
        let path = format!("{path}/{index}");
        let Some(mut fields) = Fields::of(item, &path, "{ field: reason, type: text }", problems) else {
            continue;
        };
        let name = fields.required_text("field", "the field's name", problems);
        let sort = fields.text("type", problems).unwrap_or_else(|| "text".to_owned());
        let options = fields.list("options", problems);
        let mut schema = match sort.as_str() {
            "text" => json!({ "type": "string", "minLength": 1 }),
            "long_text" => json!({ "type": "string", "minLength": 1, "maxLength": 10_000 }),
            "number" => json!({ "type": "number" }),
            "whole" => json!({ "type": "integer" }),
            "yes_no" => json!({ "type": "boolean" }),
            "date" => json!({ "type": "string", "format": "date" }),
            "money" => json!({ "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$" }),
            "choice" => json!({ "type": "string", "enum": options }),
            other => {
                let problem =
                    problems.error("TL0107", &fields.at("type"), format!("`{other}` is not a type of field"));
                problem.expected(TYPES.join(", "));
                json!({})
            }
        };
        if sort == "choice" && options.is_empty() {
            problems
                .error("TL0106", &fields.at("options"), "a choice needs `options`")
                .expected("a list of texts");
        }
        if let (Some(title), Some(schema)) = (fields.text("title", problems), schema.as_object_mut()) {
            schema.insert("title".to_owned(), title.into());
        }
        if fields.get("required") != Some(&Value::Bool(false)) {
            required.push(Value::from(name.as_str()));
        }
        fields.finish(problems);
        properties.insert(name, schema);
    }
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

pub(super) fn end(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<NodeKind> {
    let path = fields.at("end");
    let value = fields.get_even_null("end")?;
    if *value == Value::Bool(true) {
        return Some(NodeKind::End { failed: false, output: Value::Null });
    }
    let mut inner = Fields::of(value, &path, "end: true, or end: { status: failed, output: {…} }", problems)?;
    let failed = match inner.text("status", problems).as_deref() {
        None | Some("succeeded") => false,
        Some("failed") => true,
        Some(other) => {
            problems
                .error("TL0107", &inner.at("status"), format!("`{other}` is not an end"))
                .expected("succeeded or failed");
            false
        }
    };
    let output = inner.get_even_null("output").cloned().unwrap_or_default();
    inner.finish(problems);
    Some(NodeKind::End { failed, output })
}
