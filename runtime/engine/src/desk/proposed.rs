//! What a step that stopped was about to change, where people have seen it: the fields of its last proposal, and its money.

use serde_json::{Map, Value, json};
use throughline_domain::proposal::{Content, FieldChange, Money, Record};
use throughline_store::{ExceptionStep, StoreError};

use crate::shared::Shared;

/// Fields shown of one change.
const FIELDS: usize = 100;
/// Bytes of a value that is shown; a longer one is in the proposal.
const LONG: usize = 4_096;

/// The step with what its last proposal says of the change.
pub(super) async fn told(shared: &Shared, step: &ExceptionStep) -> Result<ExceptionStep, StoreError> {
    let mut step = step.clone();
    if step.path.is_empty() {
        return Ok(step);
    }
    let proposals = shared.store.proposals_of_step(&step.scope, &step.run, &step.path).await?;
    if let (Some(last), Value::Object(changed)) = (proposals.last(), &mut step.what_changed) {
        changed.insert("proposal".to_owned(), json!(last.proposal.id()));
        add(changed, last.proposal.content());
    }
    Ok(step)
}

/// What the workflow says itself stands.
fn add(changed: &mut Map<String, Value>, content: &Content) {
    let mut say = |name: &str, value: Value| {
        changed.entry(name).or_insert(value);
    };
    if let Some(money) = &content.money {
        say("money", json!(money.amount.to_string()));
        say("currency", json!(money.currency));
    }
    let Some(write) = content.operations.first() else { return };
    say("system", json!(write.system));
    say(
        "record",
        match &write.record {
            Record::Existing { record_type, id } => json!({ "type": record_type, "id": id }),
            Record::New { record_type, .. } => json!({ "type": record_type, "id": null }),
        },
    );
    let fields: Vec<Value> =
        write.fields.iter().take(FIELDS).map(|(field, change)| shown(field, change)).collect();
    say("fields", Value::Array(fields));
}

/// An amount as hundredths: decimal text as workflows and connectors say it, a number as older ones did. What does not
/// read is no amount.
pub(super) fn hundredths(money: &Value) -> Option<i64> {
    let text = match money {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let amount = Money::parse(&text, "XXX")?.amount.round_dp(2);
    let parts = amount.mantissa().checked_mul(10_i128.pow(2_u32.saturating_sub(amount.scale())))?;
    i64::try_from(parts).ok()
}

fn shown(field: &str, change: &FieldChange) -> Value {
    let mut shown = json!({ "field": field });
    for (name, value) in [("before", &change.before), ("after", &change.after)] {
        if let Some(value) = value.as_ref().filter(|value| value.to_string().len() <= LONG) {
            shown[name] = value.clone();
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use throughline_domain::connector::Undo;
    use throughline_domain::proposal::{PlannedWrite, WriteKind};
    use throughline_domain::time::Timestamp;
    use throughline_domain::workflow::Operation;

    use super::*;

    fn content() -> Content {
        let change = |before: Value, after: Value| FieldChange {
            before: Some(before),
            after: Some(after),
            verdict: None,
        };
        let write = PlannedWrite {
            system: "books".to_owned(),
            record: Record::Existing { record_type: "invoice".to_owned(), id: "inv_7".to_owned() },
            kind: WriteKind::Update,
            action: Operation { connector: "accounting".to_owned(), name: "update_invoice".to_owned() },
            connection: Some("books".to_owned()),
            input: json!({}),
            fields: BTreeMap::from([
                ("/due".to_owned(), change(json!("2026-01-01"), json!("2026-02-01"))),
                ("/text".to_owned(), change(json!("short"), json!("x".repeat(5_000)))),
            ]),
            precondition: None,
            idempotency_key: "k".to_owned(),
            undo: Undo::Reversible,
            compensation: None,
            complete: true,
        };
        Content {
            operations: vec![write],
            summary: "Change the invoice".to_owned(),
            money: Money::parse("120.50", "EUR"),
            expires_at: Timestamp(0),
        }
    }

    #[test]
    fn an_amount_is_hundredths_and_never_a_float() {
        for (money, amount) in [
            (json!("120.50"), Some(12_050)),
            (json!(" 7 "), Some(700)),
            (json!("0.1"), Some(10)),
            (json!("0.126"), Some(13)),
            (json!("90071992547409.93"), Some(9_007_199_254_740_993)),
            (json!(12.5), Some(1_250)),
            (json!("much"), None),
            (json!(true), None),
        ] {
            assert_eq!(hundredths(&money), amount, "{money}");
        }
    }

    #[test]
    fn old_and_new_are_told_and_the_workflow_s_own_words_stand() {
        let mut changed = Map::from_iter([("money".to_owned(), json!("99.00"))]);
        add(&mut changed, &content());
        assert_eq!(changed["money"], "99.00", "the workflow says what is at risk");
        assert_eq!(changed["record"], json!({ "type": "invoice", "id": "inv_7" }));
        let long = json!({ "field": "/text", "before": "short" });
        let due = json!({ "field": "/due", "before": "2026-01-01", "after": "2026-02-01" });
        assert_eq!(changed["fields"], json!([due, long]), "a long value is in the proposal");
        let mut nothing = Map::new();
        add(&mut nothing, &content());
        assert_eq!(nothing["money"], "120.50");
    }
}
