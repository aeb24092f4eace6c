//! What a workspace has set and every run asks for, kept for a few seconds: its business hours, its channels.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use throughline_domain::calendar::Calendar;
use throughline_store::{ChannelRow, Scope, StoreError};
use tokio::time::Instant;

use crate::desk::{calendar_of, stored_definition};
use crate::shared::Shared;

/// Another node may have set it anew.
const FOR: Duration = Duration::from_secs(5);

/// One thing of each workspace, and since when it is known.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    of: Mutex<BTreeMap<Scope, (Arc<T>, Instant)>>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { of: Mutex::default() }
    }
}

impl<T> Kept<T> {
    fn get(&self, scope: &Scope) -> Option<Arc<T>> {
        let of = self.locked();
        of.get(scope).filter(|(_, since)| since.elapsed() < FOR).map(|(known, _)| Arc::clone(known))
    }

    fn keep(&self, scope: &Scope, found: T) -> Arc<T> {
        let found = Arc::new(found);
        self.locked().insert(scope.clone(), (Arc::clone(&found), Instant::now()));
        found
    }

    /// It was set here.
    pub(crate) fn forget(&self, scope: &Scope) {
        self.locked().remove(scope);
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<Scope, (Arc<T>, Instant)>> {
        // A panic while it was held leaves a map that is still a map.
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// When a workspace is open.
    pub(crate) async fn calendar(&self, scope: &Scope) -> Result<Arc<Calendar>, StoreError> {
        if let Some(known) = self.hours.get(scope) {
            return Ok(known);
        }
        let definition = stored_definition(&self.store, scope).await?;
        Ok(self.hours.keep(scope, calendar_of(&definition, self.clock.now())))
    }

    /// Where a workspace is told what people are told by mail.
    pub(crate) async fn channels(&self, scope: &Scope) -> Result<Arc<Vec<ChannelRow>>, StoreError> {
        if let Some(known) = self.channels.get(scope) {
            return Ok(known);
        }
        let found = self.store.list_channels(scope).await?;
        Ok(self.channels.keep(scope, found))
    }

    /// Mail and channels say nothing of what is in the runs of a workflow: something of them is hidden in this
    /// version, or in the current one where none is named. Of one that does not read nothing is said either.
    pub(crate) async fn is_discreet(&self, scope: &Scope, workflow: &str, version: Option<u32>) -> bool {
        let current = self.catalog.current(scope, workflow).await;
        let found = match (current, version) {
            (Ok(current), Some(version)) if current.version.number() != version => {
                self.catalog.pinned(scope, workflow, version).await
            }
            (current, _) => current,
        };
        found.map_or(true, |found| found.version.is_discreet())
    }
}
