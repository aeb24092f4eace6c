//! Requests that change something.

use std::collections::BTreeMap;

use throughline::prelude::*;

use crate::request::{Answer, Body, Pair, Settings, answer, call, check_path, dress, with_body};

/// Methods that can be sent again: the second time changes nothing more.
#[data(Copy)]
#[serde(rename_all = "UPPERCASE")]
pub enum IdempotentMethod {
    /// PUT
    Put,
    /// PATCH with values, not with differences
    Patch,
    /// DELETE
    Delete,
    /// POST to an API that takes an idempotency key
    Post,
}

impl IdempotentMethod {
    fn word(self) -> &'static str {
        match self {
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Post => "POST",
        }
    }
}

/// A request that may be sent again.
#[data]
#[serde(deny_unknown_fields)]
pub struct IdempotentRequest {
    /// Method
    pub method: IdempotentMethod,
    /// Path below the base address
    #[schemars(regex(pattern = "^/"), example = &"/v1/things/7")]
    pub path: String,
    /// Query parameters
    #[serde(default)]
    pub query: BTreeMap<String, Pair>,
    /// Headers
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// Header for the idempotency key; a POST needs one
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"Idempotency-Key")]
    pub idempotency_header: Option<String>,
    /// Statuses that are answers too
    #[serde(default)]
    pub expect: Vec<u16>,
}

/// Write, safe to repeat
///
/// PUT, PATCH, DELETE, or POST with an idempotency key. The runner may send it again after a failure.
#[action(
    effect = write_idempotent,
    undo = irreversible,
    idempotency = key,
    sample = r#"{"status": 200, "headers": {}, "json": {"id": 7}, "text": null}"#
)]
pub(crate) fn write(cx: &Cx, i: IdempotentRequest) -> Result<Answer> {
    let settings: Settings = cx.settings()?;
    check_key(&i)?;
    let mut request = dress(call(cx, &settings, i.method.word(), &i.path)?, i.query, i.headers);
    if let Some(header) = &i.idempotency_header {
        request = request.header(header, cx.idempotency_key());
    }
    answer(with_body(request, i.body), &i.expect)
}

fn check_key(i: &IdempotentRequest) -> Result<()> {
    if matches!(i.method, IdempotentMethod::Post) && i.idempotency_header.is_none() {
        return Err(Fail::invalid(
            "/idempotency_header",
            "a POST without one is not safe to repeat: name the header, or use write_once",
        ));
    }
    Ok(())
}

#[preview(write)]
fn preview_write(cx: &Cx, i: &IdempotentRequest) -> Result<Plan> {
    let settings: Settings = cx.settings()?;
    check_key(i)?;
    check_path(&i.path)?;
    Ok(plan(i.method.word(), &i.path, i.body.as_ref(), &settings))
}

/// A request that is sent once.
#[data]
#[serde(deny_unknown_fields)]
pub struct OnceRequest {
    /// Path below the base address
    #[schemars(regex(pattern = "^/"), example = &"/v1/things")]
    pub path: String,
    /// Query parameters
    #[serde(default)]
    pub query: BTreeMap<String, Pair>,
    /// Headers
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// Statuses that are answers too
    #[serde(default)]
    pub expect: Vec<u16>,
    /// How to look afterwards whether it landed
    ///
    /// A GET whose answer tells: {key} in it stands for the step's key, which you also send in the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
    /// Header for the step's key, so that a check can find it
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_header: Option<String>,
}

/// A look at whether a write landed.
#[data]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Path below the base address; {key} stands for the step's key
    #[schemars(regex(pattern = "^/"), example = &"/v1/things?reference={key}")]
    pub path: String,
    /// Where the list of what was found stands in the answer, a JSON Pointer
    #[schemars(example = &"/items")]
    pub items: String,
}

/// Write once
///
/// POST. It is never sent again without a decision: where no answer came, the check says whether it landed, else a person.
#[action(effect = write_once, undo = irreversible, sample = r#"{"status": 201, "headers": {}, "json": {"id": 7}, "text": null}"#)]
pub(crate) fn write_once(cx: &Cx, i: OnceRequest) -> Result<Answer> {
    let settings: Settings = cx.settings()?;
    let mut request = dress(call(cx, &settings, "POST", &i.path)?, i.query, i.headers);
    if let Some(header) = &i.key_header {
        request = request.header(header, cx.idempotency_key());
    }
    answer(with_body(request, i.body), &i.expect)
}

#[preview(write_once)]
fn preview_once(cx: &Cx, i: &OnceRequest) -> Result<Plan> {
    let settings: Settings = cx.settings()?;
    check_path(&i.path)?;
    Ok(plan("POST", &i.path, i.body.as_ref(), &settings))
}

#[reconcile(write_once)]
fn landed(cx: &Cx, i: &OnceRequest, key: &str) -> Result<Landed<Answer>> {
    let Some(check) = &i.check else {
        return Ok(Landed::Unknown);
    };
    let settings: Settings = cx.settings()?;
    let path = check.path.replace("{key}", &segment(key));
    let seen = answer(call(cx, &settings, "GET", &path)?, &[])?;
    let Some(items) = seen.json.pointer(&check.items).and_then(Value::as_array) else {
        return Ok(Landed::Unknown);
    };
    Ok(Landed::from_found(items.clone()).map(|json| Answer {
        status: seen.status,
        headers: BTreeMap::new(),
        json,
        text: None,
    }))
}

/// The API is not known, so the plan can only say what is sent.
fn plan(method: &str, path: &str, body: Option<&Body>, settings: &Settings) -> Plan {
    let sent = json!({ "method": method, "path": path, "body": body });
    Plan::call("request", &sent)
        .summary(format!("{method} {}{path}", settings.base_url.trim_end_matches('/')))
        .best_effort()
}
