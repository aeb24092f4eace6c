//! `connection.test`.

use futures::FutureExt;

use crate::call::{Call, Mode};
use crate::contract::Account;
use crate::convert::optional_json;
use crate::host::Host;
use crate::perform::Job;
use crate::report::CallOutcome;

impl Host {
    /// Tests a slot of the call's connection. The operation is not looked at.
    pub async fn test_connection(&self, call: Call, slot: &str) -> CallOutcome<Account> {
        let Some(indices) = call.plugin.exports.connection.clone() else {
            return CallOutcome::unsupported(&call, "connection test");
        };
        let slot = slot.to_owned();
        self.perform(
            Job::reading(call, Mode::TestConnection),
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_test(store, &slot).await
                }
                .boxed()
            },
            |facts, account| {
                let detail = optional_json(facts, account.detail.as_deref(), "account detail")?;
                Ok(Account { id: account.id, label: account.label, scopes: account.scopes, detail })
            },
        )
        .await
    }
}
