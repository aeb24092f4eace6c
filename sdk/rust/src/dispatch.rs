//! From the contract's JSON calls to the author's functions: one path for the guest and for tests.

use serde_json::{Value, json};

use crate::connector::{ActionDef, Connector, RecordDef, Source, TriggerDef};
use crate::cx::{Cx, Ground};
use crate::fail::{Fail, Result};
use crate::forms::{Account, Choices, OptionsQuery};
use crate::inbound::{Inbound, Verdict};
use crate::manifest::Effect;
use crate::outcome::{Outcome, Resumption};
use crate::plan::{Landed, Plan};
use crate::private::read;
use crate::records::{Item, Listing};
use crate::since::Since;
use crate::sys::Sys;
use crate::trigger::{Event, Page};

/// Runs an action.
pub(crate) fn run(
    c: &Connector,
    sys: Sys,
    operation: &str,
    input: &str,
    precondition: Option<&str>,
    resume: Option<Resumption>,
) -> Result<Outcome> {
    let def = find_action(c, operation)?;
    let mut cx = context(c, sys, Some(def));
    cx.precondition = precondition.map(read).transpose()?;
    cx.resumption = resume;
    let outcome = (def.run)(&cx, input);
    if def.meta.effect == Effect::WriteOnce && cx.written.get() {
        outcome.map_err(Fail::after_write)
    } else {
        outcome
    }
}

/// Previews an action.
pub(crate) fn preview(c: &Connector, sys: Sys, operation: &str, input: &str) -> Result<Plan> {
    let def = find_action(c, operation)?;
    let preview = def.preview.ok_or_else(|| Fail::unsupported(format!("{operation} has no preview")))?;
    preview(&reading(c, sys, def), input)
}

/// Asks whether an action's write landed.
pub(crate) fn reconcile(
    c: &Connector,
    sys: Sys,
    operation: &str,
    input: &str,
    key: &str,
) -> Result<Landed<Value>> {
    let def = find_action(c, operation)?;
    let reconcile =
        def.reconcile.ok_or_else(|| Fail::unsupported(format!("{operation} has no reconcile")))?;
    reconcile(&reading(c, sys, def), input, key)
}

/// Takes an action back.
pub(crate) fn compensate(
    c: &Connector,
    sys: Sys,
    operation: &str,
    input: &str,
    receipt: &str,
) -> Result<Value> {
    let def = find_action(c, operation)?;
    let compensate =
        def.compensate.ok_or_else(|| Fail::unsupported(format!("{operation} has no compensation")))?;
    let cx = context(c, sys, Some(def));
    let undone = compensate(&cx, input, receipt);
    if cx.written.get() { undone.map_err(Fail::after_write) } else { undone }
}

/// The class of an action: as declared. An operation the connector does not have gets the most dangerous one.
pub(crate) fn classify(c: &Connector, operation: &str) -> Value {
    match find_action(c, operation) {
        Ok(def) => class(def),
        Err(_) => json!({ "effect": "write_once", "undo": "irreversible" }),
    }
}

/// The class of an action, for a plan.
pub(crate) fn class(def: &ActionDef) -> Value {
    let mut class = json!({ "effect": def.meta.effect });
    if let Some(undo) = def.meta.undo {
        class["undo"] = json!(undo);
    }
    class
}

/// Tests a slot.
pub(crate) fn test(c: &Connector, sys: Sys, slot: &str) -> Result<Account> {
    let test = c.test.ok_or_else(|| Fail::unsupported("the connector has no connection test"))?;
    let mut cx = context(c, sys, None);
    if let Some((name, _)) = c.auth.get_key_value(slot) {
        cx.ground.default_auth = Some(name);
    }
    test(&cx)
}

/// Gives an option list.
pub(crate) fn options(c: &Connector, sys: Sys, field: &str, query: OptionsQuery) -> Result<Choices> {
    let found = c.options.iter().find(|(name, _)| *name == field);
    let (_, options) =
        found.ok_or_else(|| Fail::unsupported(format!("there is no option list `{field}`")))?;
    options(&context(c, sys, None), query)
}

/// The schema of an action's or trigger's input or output: the static one.
pub(crate) fn schema(c: &Connector, operation: &str, is_input: bool) -> Result<Value> {
    if let Ok(def) = find_action(c, operation) {
        return Ok(if is_input { (def.input)() } else { (def.output)() });
    }
    let def = find_trigger(c, operation)?;
    Ok(if is_input { (def.config)() } else { (def.output)() })
}

/// Polls a trigger.
pub(crate) fn poll(
    c: &Connector,
    sys: Sys,
    operation: &str,
    config: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<Value>> {
    let def = find_trigger(c, operation)?;
    let Source::Poll { poll, .. } = def.source else {
        return Err(Fail::unsupported(format!("{operation} is not polled")));
    };
    let mut cx = context(c, sys, None);
    cx.ground.safe_requests = def.safe_requests;
    let cursor = cursor.map(read).transpose()?;
    poll(&cx, config, Since::new(cursor, limit, cx.now()))
}

/// The sample of a trigger as an event.
pub(crate) fn sample(c: &Connector, operation: &str) -> Result<Vec<Event<Value>>> {
    let def = find_trigger(c, operation)?;
    Ok(vec![Event::new("sample", read(def.sample)?)])
}

/// Handles a webhook request.
pub(crate) fn handle(
    c: &Connector,
    sys: Sys,
    operation: &str,
    config: &str,
    request: Inbound,
) -> Result<Verdict<Value>> {
    let def = find_trigger(c, operation)?;
    let Source::Webhook(handle) = def.source else {
        return Err(Fail::unsupported(format!("{operation} is not a webhook")));
    };
    handle(&context(c, sys, None), config, request)
}

/// Lists records.
pub(crate) fn list_since(
    c: &Connector,
    sys: Sys,
    record: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Listing<Value>> {
    let def = find_record(c, record)?;
    let cx = context(c, sys, None);
    let cursor = cursor.map(read).transpose()?;
    (def.list_since)(&cx, Since::new(cursor, limit, cx.now()))
}

/// Gets a record.
pub(crate) fn get(c: &Connector, sys: Sys, record: &str, id: &str) -> Result<Item<Value>> {
    (find_record(c, record)?.get)(&context(c, sys, None), id)
}

/// Writes a record.
pub(crate) fn upsert(
    c: &Connector,
    sys: Sys,
    record: &str,
    id: Option<&str>,
    fields: &str,
    precondition: Option<&str>,
) -> Result<Item<Value>> {
    let def = find_record(c, record)?;
    let mut cx = context(c, sys, None);
    cx.ground.effect = Effect::WriteOnce;
    let written = (def.upsert)(&cx, id, fields, precondition.map(read).transpose()?);
    if cx.written.get() { written.map_err(Fail::after_write) } else { written }
}

fn reading(c: &Connector, sys: Sys, def: &ActionDef) -> Cx {
    let mut cx = context(c, sys, Some(def));
    cx.ground.effect = Effect::Read;
    cx
}

fn context(c: &Connector, sys: Sys, def: Option<&ActionDef>) -> Cx {
    let ground = Ground {
        base: c.hosts.first().map(|host| host.origin),
        default_auth: c.auth.contains_key("default").then_some("default"),
        effect: def.map_or(Effect::Read, |def| def.meta.effect),
        safe_requests: def.map_or(&[], |def| def.meta.safe_requests),
    };
    Cx::new(sys, ground)
}

/// Finds an action by its id.
pub(crate) fn find_action<'a>(c: &'a Connector, operation: &str) -> Result<&'a ActionDef> {
    c.actions
        .iter()
        .find(|def| def.meta.id == operation)
        .ok_or_else(|| Fail::unsupported(format!("there is no action `{operation}`")))
}

fn find_trigger<'a>(c: &'a Connector, operation: &str) -> Result<&'a TriggerDef> {
    c.triggers
        .iter()
        .find(|def| def.id == operation)
        .ok_or_else(|| Fail::unsupported(format!("there is no trigger `{operation}`")))
}

fn find_record<'a>(c: &'a Connector, id: &str) -> Result<&'a RecordDef> {
    c.records
        .iter()
        .find(|def| def.id == id)
        .ok_or_else(|| Fail::unsupported(format!("there is no record type `{id}`")))
}
