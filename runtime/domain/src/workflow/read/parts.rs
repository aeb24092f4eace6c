//! Trigger, keys, exceptions, log and review.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fields::Fields;
use super::{default_exceptions, default_log, default_review, default_trigger, is_node_id};
use crate::workflow::problem::Problems;
use crate::workflow::{
    DEFAULT_TOLERATED_ERROR, Due, ExceptionPolicy, LogPolicy, MAX_KEYS, Operation, Review, Stage, Trigger,
    UNTIL_GRADUATED,
};

const DAY_MS: u64 = 86_400_000;

pub(super) fn trigger(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Trigger {
    let path = fields.at("trigger");
    let Some(value) = fields.get("trigger") else { return default_trigger() };
    let expected = "a trigger: { id: done, on: projects.job_completed, connection: projects }";
    let Some(mut inner) = Fields::of(value, &path, expected, problems) else { return default_trigger() };
    let id = inner.required_text("id", "the trigger's id", problems);
    if !id.is_empty() && !is_node_id(&id) {
        super::node::bad_id(&id, &inner.at("id"), problems);
    }
    let on = inner.required_text("on", "what starts a run, such as projects.job_completed", problems);
    let on = operation(&on, &inner.at("on"), problems);
    let connection = inner.text("connection", problems);
    let dedupe = inner.text("dedupe", problems);
    let with = inner.map("with", problems);
    inner.finish(problems);
    Trigger { id, on, connection, dedupe, with }
}

/// `projects.get_job`.
pub(super) fn operation(text: &str, path: &str, problems: &mut Problems<'_>) -> Operation {
    let operation = Operation::parse(text);
    if operation.is_none() && !text.is_empty() {
        problems
            .error("TL0107", path, format!("`{text}` is not connector.operation"))
            .expected("such as projects.get_job");
    }
    operation.unwrap_or(Operation { connector: String::new(), name: String::new() })
}

pub(super) fn keys(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> BTreeMap<String, String> {
    let path = fields.at("keys");
    let keys: BTreeMap<_, _> = fields.texts("keys", problems).into_iter().collect();
    if keys.len() > MAX_KEYS {
        problems
            .error("TL0107", &path, format!("{} keys", keys.len()))
            .expected(format!("at most {MAX_KEYS}"));
    }
    for key in keys.keys().filter(|key| !is_node_id(key)) {
        super::node::bad_id(key, &format!("{path}/{}", crate::json::escape_pointer(key)), problems);
    }
    keys
}

pub(super) fn exceptions(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> ExceptionPolicy {
    let path = fields.at("exceptions");
    let Some(value) = fields.get("exceptions") else { return default_exceptions() };
    let expected = "exceptions: { owner: team:billing, backup: person:office, due: 1 business day }";
    let Some(mut inner) = Fields::of(value, &path, expected, problems) else { return default_exceptions() };
    let owner = inner.required_owner("owner", problems);
    let backup = inner.owner("backup", problems);
    if !inner.has("due") {
        inner.missing("due", crate::workflow::duration::DUE_FORM, problems);
    }
    let due = inner.due("due", problems).unwrap_or(Due::After { ms: 0 });
    inner.finish(problems);
    ExceptionPolicy { owner, backup, due }
}

pub(super) fn log(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> LogPolicy {
    let path = fields.at("log");
    let Some(value) = fields.get("log") else { return default_log() };
    let Some(mut inner) = Fields::of(value, &path, "log: { retention: 7y }", problems) else {
        return default_log();
    };
    if !inner.has("retention") {
        inner.missing("retention", "how long the log is kept, such as 90d or 7y", problems);
    }
    let ms = inner.duration("retention", problems);
    let days = ms.filter(|ms| ms.is_multiple_of(DAY_MS)).and_then(|ms| u32::try_from(ms / DAY_MS).ok());
    if ms.is_some() && days.is_none() {
        problems
            .error("TL0107", &inner.at("retention"), "the log is kept whole days")
            .expected("such as 90d or 7y");
    }
    let redact = inner.list("redact", problems);
    for (index, hidden) in redact.iter().enumerate() {
        redacted(hidden, &format!("{}/{index}", inner.at("redact")), problems);
    }
    inner.finish(problems);
    LogPolicy { retention_days: days.unwrap_or(1), redact }
}

fn redacted(hidden: &str, path: &str, problems: &mut Problems<'_>) {
    let mut parts = hidden.split('.');
    let root = parts.next().unwrap_or_default();
    if !matches!(root, "event" | "steps" | "vars" | "record")
        || hidden.split('.').any(str::is_empty)
        || parts.next().is_none()
    {
        problems
            .error("TL0107", path, format!("`{hidden}` is not a path"))
            .expected("such as steps.job.customer.phone or event.card, without braces");
    }
}

pub(super) fn review(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Review {
    let path = fields.at("review");
    let Some(value) = fields.get("review") else { return default_review() };
    let expected = "review: { stage: review, tolerated_error: 1%, until: graduated }";
    let Some(mut inner) = Fields::of(value, &path, expected, problems) else { return default_review() };
    let stages = ["draft", "shadow", "review", "live", "paused"];
    if !inner.has("stage") {
        inner.missing("stage", &stages.join(", "), problems);
    }
    let stage: Option<Stage> = inner.choice("stage", &stages, problems);
    let tolerated_error = tolerated(&mut inner, problems);
    let until = inner.text("until", problems).unwrap_or_else(|| UNTIL_GRADUATED.to_owned());
    if until != UNTIL_GRADUATED && until.parse::<jiff::civil::Date>().is_err() {
        problems
            .error("TL0107", &inner.at("until"), format!("`{until}` is no end"))
            .expected("graduated, or a date such as 2026-12-31");
    }
    let bands = inner.texts("bands", problems).into_iter().collect();
    inner.finish(problems);
    Review { stage: stage.unwrap_or(Stage::Draft), tolerated_error, until, bands }
}

fn tolerated(inner: &mut Fields<'_>, problems: &mut Problems<'_>) -> f64 {
    let Some(value) = inner.get("tolerated_error") else { return DEFAULT_TOLERATED_ERROR };
    let share = share(value).filter(|share| (0.005..=0.1).contains(share));
    if share.is_none() {
        problems
            .error("TL0107", &inner.at("tolerated_error"), format!("`tolerated_error` is {value}"))
            .expected("a share from 0.5% to 10%, such as 1%");
    }
    share.unwrap_or(DEFAULT_TOLERATED_ERROR)
}

/// `1%` or `0.01`.
fn share(value: &Value) -> Option<f64> {
    match value {
        // By its digits: 1.1 divided by 100 is not 0.011.
        Value::String(text) => percent(text).and_then(|percent| format!("{percent}e-2").parse().ok()),
        Value::Number(number) => number.as_f64(),
        _ => None,
    }
}

/// `90%`.
pub(super) fn percent(text: &str) -> Option<f64> {
    let number = text.trim().strip_suffix('%')?.trim_end();
    let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    number.parse::<f64>().ok().filter(|percent| plain && (0.0..=100.0).contains(percent))
}
