//! `manifest.describe`: pure, so every import traps.

use std::sync::Arc;

use futures::FutureExt;

use crate::call::{Call, Mode};
use crate::error::HostError;
use crate::host::Host;
use crate::perform::Job;
use crate::plugin::Plugin;

impl Host {
    /// Runs `describe` and gives its text.
    pub async fn describe(&self, plugin: &Arc<Plugin>) -> Result<String, HostError> {
        let call = Call::new(Arc::clone(plugin), "", "");
        let job = Job { pure: true, ..Job::reading(call, Mode::Options) };
        let Some(indices) = plugin.exports.manifest.clone() else {
            return Err(HostError::Manifest("is missing: the plugin exports no `manifest`".into()));
        };
        let outcome = self
            .perform(
                job,
                move |store, instance| {
                    async move {
                        let guest = indices.load(&mut *store, instance)?;
                        guest.call_describe(store).await.map(Ok)
                    }
                    .boxed()
                },
                |_, text: String| Ok(text),
            )
            .await;
        outcome.result.map_err(|failure| HostError::Describe { code: failure.code, message: failure.message })
    }
}
