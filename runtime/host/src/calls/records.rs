//! `records`: list, get, upsert.

use futures::FutureExt;
use serde_json::Value;
use throughline_domain::connector::Effect;
use throughline_domain::failure::Failure;

use crate::bindings::exports::throughline::connector::records as wire;
use crate::call::{Call, Mode};
use crate::contract::{Listing, RecordItem};
use crate::convert::{broke_contract, cursor, json, page_size};
use crate::error::codes;
use crate::facts::Facts;
use crate::host::Host;
use crate::perform::Job;
use crate::report::CallOutcome;

fn indices(call: &Call, write: bool) -> Result<wire::GuestIndices, String> {
    let record = call.plugin.manifest().records.get(&call.operation);
    match (record, call.plugin.exports.records.clone()) {
        (Some(record), Some(_)) if write && !record.writable => {
            Err(format!("upsert for record type `{}`", call.operation))
        }
        (Some(_), Some(indices)) => Ok(indices),
        _ => Err(format!("record type `{}`", call.operation)),
    }
}

impl Host {
    /// Records changed since a cursor; from the beginning without one. At most `limit`, up to 1000.
    pub async fn list_since(&self, call: Call, since: Option<&Value>, limit: u32) -> CallOutcome<Listing> {
        let indices = match indices(&call, false) {
            Ok(indices) => indices,
            Err(what) => return CallOutcome::unsupported(&call, &what),
        };
        let (record_type, since) = (call.operation.clone(), since.map(Value::to_string));
        self.perform(
            Job::reading(call, Mode::Records),
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_list_since(store, &record_type, since.as_ref(), limit.min(1_000)).await
                }
                .boxed()
            },
            |facts, listing| {
                page_size(facts, listing.items.len())?;
                let items = listing.items.into_iter().map(|item| item_of(facts, item));
                Ok(Listing {
                    items: items.collect::<Result<_, _>>()?,
                    cursor: cursor(facts, &listing.cursor)?,
                    more: listing.more,
                })
            },
        )
        .await
    }

    /// One record.
    pub async fn get(&self, call: Call, id: &str) -> CallOutcome<RecordItem> {
        let indices = match indices(&call, false) {
            Ok(indices) => indices,
            Err(what) => return CallOutcome::unsupported(&call, &what),
        };
        let (record_type, id) = (call.operation.clone(), id.to_owned());
        self.perform(
            Job::reading(call, Mode::Records),
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_get(store, &record_type, &id).await
                }
                .boxed()
            },
            item_of,
        )
        .await
    }

    /// Creates or changes a record: at most one unsafe request.
    pub async fn upsert(
        &self,
        call: Call,
        id: Option<&str>,
        fields: &Value,
        precondition: Option<&Value>,
    ) -> CallOutcome<RecordItem> {
        let indices = match indices(&call, true) {
            Ok(indices) => indices,
            Err(what) => return CallOutcome::unsupported(&call, &what),
        };
        let (record_type, id, fields) = (call.operation.clone(), id.map(str::to_owned), fields.to_string());
        let precondition = precondition.map(Value::to_string);
        let job = Job { effect: Effect::WriteOnce, ..Job::reading(call, Mode::Records) };
        self.perform(
            job,
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest
                        .call_upsert(store, &record_type, id.as_deref(), &fields, precondition.as_ref())
                        .await
                }
                .boxed()
            },
            item_of,
        )
        .await
    }
}

fn item_of(facts: &Facts, item: wire::Item) -> Result<RecordItem, Failure> {
    let fields = json(facts, &item.fields, "record")?;
    if !fields.is_object() {
        return Err(broke_contract(facts, codes::BAD_OUTPUT, "the fields of its record are no JSON object"));
    }
    Ok(RecordItem {
        id: item.id,
        version: item.version,
        updated_at_ms: item.updated_at,
        deleted: item.deleted,
        fields,
    })
}
