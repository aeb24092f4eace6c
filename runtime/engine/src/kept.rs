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
}
