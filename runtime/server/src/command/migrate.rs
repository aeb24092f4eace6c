//! `migrate`: brings the database's schema up to this version and says what was applied.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use throughline_store::{MigrationStep, Store, StoreOptions};

use crate::config::Settings;
use crate::data_dir::DataDir;
use crate::error::Result;
use crate::output;
use crate::stack::{location, of_store};

/// Applies what is missing, one transaction each.
pub(crate) async fn carry_out(dir: &DataDir, settings: &Settings, as_json: bool) -> Result<()> {
    let locked = dir.lock()?;
    let applied: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&applied);
    let location = location(&locked, settings)?;
    let mut options = StoreOptions::new(location);
    options.progress = Some(Arc::new(move |step: MigrationStep| {
        output::note(format!("applying {} of {}: {}", step.done + 1, step.of, step.name));
        seen.lock().unwrap_or_else(PoisonError::into_inner).push(step.name);
    }));
    let store = Store::open(options).await.map_err(of_store)?;
    store.close().await;
    let applied = applied.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if as_json {
        output::json(&json!({ "applied": applied }));
    } else if applied.is_empty() {
        output::line("the database is up to date");
    } else {
        output::line(format!("{} migration(s) applied", applied.len()));
    }
    Ok(())
}
