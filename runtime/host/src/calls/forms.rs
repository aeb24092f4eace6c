//! `forms`: dynamic lists and schemas.

use futures::FutureExt;
use serde_json::Value;
use throughline_domain::failure::Failure;

use crate::bindings::exports::throughline::connector::forms as wire;
use crate::call::{Call, Mode};
use crate::contract::{Choice, Choices, OptionsQuery, SchemaSide};
use crate::convert::{json, page_size};
use crate::host::Host;
use crate::perform::Job;
use crate::report::CallOutcome;

impl Host {
    /// Choices for a field of the operation's form.
    pub async fn options(&self, call: Call, query: OptionsQuery<'_>) -> CallOutcome<Choices> {
        let Some(indices) = call.plugin.exports.forms.clone() else {
            return CallOutcome::unsupported(&call, "dynamic forms");
        };
        let (operation, field) = (call.operation.clone(), query.field.to_owned());
        let partial = query.partial.to_string();
        let (search, page) = (query.search.map(str::to_owned), query.page.map(str::to_owned));
        self.perform(
            Job::reading(call, Mode::Options),
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest
                        .call_options(store, &operation, &field, &partial, search.as_deref(), page.as_deref())
                        .await
                }
                .boxed()
            },
            |facts, choices| {
                page_size(facts, choices.items.len())?;
                let items = choices.items.into_iter().map(|choice| {
                    let value = json(facts, &choice.value, "choice")?;
                    Ok(Choice { value, label: choice.label, hint: choice.hint, group: choice.group })
                });
                Ok(Choices { items: items.collect::<Result<_, Failure>>()?, next_page: choices.next_page })
            },
        )
        .await
    }

    /// The schema of an operation's input or output, given what is filled in so far.
    pub async fn schema(&self, call: Call, side: SchemaSide, partial: &Value) -> CallOutcome<Value> {
        let Some(indices) = call.plugin.exports.forms.clone() else {
            return CallOutcome::unsupported(&call, "dynamic forms");
        };
        let (operation, partial) = (call.operation.clone(), partial.to_string());
        let side = match side {
            SchemaSide::Input => wire::Side::Input,
            SchemaSide::Output => wire::Side::Output,
        };
        self.perform(
            Job::reading(call, Mode::Options),
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_schema(store, &operation, side, &partial).await
                }
                .boxed()
            },
            |facts, text: String| json(facts, &text, "schema"),
        )
        .await
    }
}
