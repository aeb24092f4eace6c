//! From what a connector's preview says to the content that people decide about. Pure.

use std::collections::BTreeMap;

use serde_json::Value;
use throughline_domain::connector::Undo;
use throughline_domain::failure::Failure;
use throughline_domain::json::escape_pointer;
use throughline_domain::proposal::{
    Compensation, Content, FieldChange, Money, PlannedWrite, Precondition, Record, Seen, SourceRecord,
    WriteKind, before_hash, changes_between,
};
use throughline_domain::run::decision::ActionCall;
use throughline_domain::time::Timestamp;
use throughline_host::contract::{Change, ChangeKind, Plan};

/// What stands around a write besides its preview.
pub(crate) struct Around<'a> {
    pub(crate) call: &'a ActionCall,
    pub(crate) key: &'a str,
    /// By the manifest, where there is no preview.
    pub(crate) undo: Undo,
    /// The connector takes it back itself.
    pub(crate) compensates: bool,
    pub(crate) source: Option<&'a SourceRecord>,
    pub(crate) expires_at: Timestamp,
}

/// What would be written. Without a preview the input is all there is to show.
pub(crate) fn content(around: &Around<'_>, plan: Option<&Plan>) -> Result<Content, Box<Failure>> {
    let call = around.call;
    let first = plan.and_then(|plan| plan.changes.first());
    let undo = plan.and_then(|plan| plan.class.undo).unwrap_or(around.undo).max(around.undo);
    let fields = match plan {
        Some(plan) => fields_of(&plan.changes),
        None => changes_between(None, Some(&call.input)),
    };
    let (kind, record) = target(around, first);
    let precondition = precondition(plan, kind, &fields);
    let compensation = (undo == Undo::Compensable).then(|| compensation(around.compensates));
    let written = PlannedWrite {
        system: call.connection.clone().unwrap_or_else(|| call.action.connector.clone()),
        record,
        kind,
        action: call.action.clone(),
        connection: call.connection.clone(),
        input: call.input.clone(),
        fields,
        precondition,
        idempotency_key: around.key.to_owned(),
        undo,
        compensation,
        complete: plan.is_some_and(|plan| plan.complete),
    };
    let said = plan.map(|plan| plan.summary.trim()).filter(|summary| !summary.is_empty());
    let summary = said.map_or_else(|| format!("{} on {}", call.action, written.system), str::to_owned);
    Ok(Content {
        operations: vec![written],
        summary,
        money: money(call, plan)?,
        expires_at: around.expires_at,
    })
}

fn compensation(by_connector: bool) -> Compensation {
    if by_connector {
        Compensation::Connector
    } else {
        Compensation::Hand { words: "take it back in the system itself".to_owned() }
    }
}

/// An amount that does not read is none we could hold against a ceiling: nothing is proposed.
fn money(call: &ActionCall, plan: Option<&Plan>) -> Result<Option<Money>, Box<Failure>> {
    let Some(money) = plan.and_then(|plan| plan.money.as_ref()) else { return Ok(None) };
    let read = Money::parse(money.amount.trim(), &money.currency.trim().to_ascii_uppercase());
    let words = || {
        let (amount, currency) = (&money.amount, &money.currency);
        format!(
            "the preview of `{}` speaks of `{amount} {currency}`, which is no amount of money",
            call.action
        )
    };
    read.map(Some).ok_or_else(|| Box::new(Failure::permanent("TL0460", words())))
}

/// Which record, and what happens to it. What is new is known by the record the run is about, else by its own key.
fn target(around: &Around<'_>, first: Option<&Change>) -> (WriteKind, Record) {
    let record_type = first.map_or(around.call.action.name.as_str(), |change| change.target.as_str());
    let record_type = if record_type.trim().is_empty() { "record" } else { record_type }.to_owned();
    let key = around.source.map_or_else(|| around.key.to_owned(), |source| source.id.clone());
    let id = first.and_then(|change| change.id.clone()).filter(|id| !id.trim().is_empty());
    let kind = match first.map(|change| change.kind) {
        Some(ChangeKind::Create) => WriteKind::Create,
        Some(ChangeKind::Update) if id.is_some() => WriteKind::Update,
        Some(ChangeKind::Delete) if id.is_some() => WriteKind::Delete,
        Some(ChangeKind::Send) => WriteKind::Send,
        Some(ChangeKind::Update | ChangeKind::Delete | ChangeKind::Call) | None => WriteKind::Call,
    };
    match id {
        Some(id) if kind != WriteKind::Create => (kind, Record::Existing { record_type, id }),
        Some(_) | None => (kind, Record::New { record_type, key }),
    }
}

/// The fields of all changes; those after the first under the name of their record.
fn fields_of(changes: &[Change]) -> BTreeMap<String, FieldChange> {
    let mut fields = BTreeMap::new();
    for (index, change) in changes.iter().enumerate() {
        let prefix = prefix_of(index, change);
        for (path, field) in changes_between(change.before.as_ref(), change.after.as_ref()) {
            fields.insert(format!("{prefix}{path}"), field);
        }
    }
    fields
}

fn prefix_of(index: usize, change: &Change) -> String {
    if index == 0 {
        return String::new();
    }
    let name = match &change.id {
        Some(id) => format!("{} {id}", change.target),
        None => format!("{} {}", change.target, index + 1),
    };
    format!("/{}", escape_pointer(&name))
}

fn precondition(
    plan: Option<&Plan>,
    kind: WriteKind,
    fields: &BTreeMap<String, FieldChange>,
) -> Option<Precondition> {
    let plan = plan?;
    if let Some(value) = &plan.precondition {
        return Some(Precondition::Version { value: value.clone() });
    }
    let read = plan.changes.iter().any(|change| change.before.is_some());
    let changes = matches!(kind, WriteKind::Update | WriteKind::Delete);
    (read && changes).then(|| Precondition::BeforeHash { sha256: before_hash(fields) })
}

/// What a fresh preview sees of the record that a write was proposed for.
pub(crate) fn seen(write: &PlannedWrite, plan: &Plan) -> Seen {
    let mut values = BTreeMap::new();
    for (index, change) in plan.changes.iter().enumerate() {
        let prefix = prefix_of(index, change);
        for (path, field) in changes_between(change.before.as_ref(), None) {
            let path = format!("{prefix}{path}");
            if let (true, Some(value)) = (write.fields.contains_key(&path), field.before) {
                values.insert(path, value);
            }
        }
    }
    let exists = match write.kind {
        WriteKind::Create => plan.changes.iter().any(|change| change.before.is_some()),
        WriteKind::Update | WriteKind::Delete | WriteKind::Send | WriteKind::Call => true,
    };
    Seen { exists, version: plan.precondition.clone(), values }
}

/// The input that was decided about is the one the step holds.
pub(crate) fn same_input(content: &Content, input: &Value) -> bool {
    let canonical = throughline_domain::json::canonical;
    content.operations.first().is_some_and(|write| canonical(&write.input) == canonical(input))
}
