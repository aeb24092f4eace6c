//! Plugin state: what plugins keep for themselves, committed with the outcome of the call that set it.

use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{Sql, args, statements};
use crate::error::{Result, StoreError};
use crate::scope::Scope;
use crate::writer::{Group, Kind};

/// Most bytes of one value.
pub const STATE_VALUE_MAX: usize = 64 * 1024;
/// Most keys of one state scope.
pub const STATE_KEYS_MAX: usize = 256;

/// One write of plugin state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateWrite {
    /// State scope: connector and connection, the host's wording.
    pub state_scope: String,
    /// Key.
    pub key: String,
    /// New value; `None` deletes.
    pub value: Option<Vec<u8>>,
    /// When.
    pub at: Timestamp,
}

statements! {
    Tenant GET = Sql::same("SELECT value FROM plugin_state WHERE workspace_id = $1 AND scope = $2 AND key = $3");
    Tenant KEYS = Sql::same("SELECT key FROM plugin_state WHERE workspace_id = $1 AND scope = $2 ORDER BY key");
    Tenant SET = Sql::same(
        "INSERT INTO plugin_state (workspace_id, scope, key, value, updated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (workspace_id, scope, key) DO UPDATE SET value = excluded.value,
             updated_at = excluded.updated_at",
    );
    Tenant DELETE = Sql::same("DELETE FROM plugin_state WHERE workspace_id = $1 AND scope = $2 AND key = $3");
}

impl Store {
    /// One value of a state scope.
    pub async fn get_state(&self, scope: &Scope, state_scope: &str, key: &str) -> Result<Option<Vec<u8>>> {
        let rows = self.rows(&GET, args![scope, state_scope, key]).await?;
        rows.into_iter().next().map(|mut row| row.bytes()).transpose()
    }

    /// The keys of a state scope.
    pub async fn state_keys(&self, scope: &Scope, state_scope: &str) -> Result<Vec<String>> {
        let rows = self.rows(&KEYS, args![scope, state_scope]).await?;
        rows.into_iter().map(|mut row| row.text()).collect()
    }

    /// Says whether the writes fit the limits; to be asked when the plugin sets them, before its call ends.
    pub async fn check_state(&self, scope: &Scope, state_scope: &str, writes: &[StateWrite]) -> Result<()> {
        let full = |detail: String| StoreError::StateFull { scope: state_scope.to_owned(), detail };
        let mut keys: std::collections::BTreeSet<String> =
            self.state_keys(scope, state_scope).await?.into_iter().collect();
        for write in writes.iter().filter(|write| write.state_scope == state_scope) {
            match &write.value {
                Some(value) if value.len() > STATE_VALUE_MAX => {
                    return Err(full(format!("`{}` has {} bytes", write.key, value.len())));
                }
                Some(_) => keys.insert(write.key.clone()),
                None => keys.remove(&write.key),
            };
        }
        if keys.len() > STATE_KEYS_MAX { Err(full(format!("{} keys", keys.len()))) } else { Ok(()) }
    }

    /// Writes state outside a run: a poll's or a webhook trigger's call.
    pub async fn set_state(&self, scope: &Scope, writes: &[StateWrite]) -> Result<()> {
        if writes.is_empty() {
            return Ok(());
        }
        let mut group = Group::new(Kind::Admin);
        state_ops(&mut group, scope, writes);
        self.commit_group(group).await?.done().map(drop)
    }
}

/// The last write of each key, sorted by key.
pub(crate) fn state_ops(group: &mut Group, scope: &Scope, writes: &[StateWrite]) {
    let last: std::collections::BTreeMap<_, _> =
        writes.iter().map(|write| ((&write.state_scope, &write.key), write)).collect();
    for ((state_scope, key), write) in last {
        group.key("state", scope, &format!("{state_scope}/{key}"));
        match &write.value {
            Some(value) => group.op(&SET, args![scope, state_scope, key, value, write.at]),
            None => group.op(&DELETE, args![scope, state_scope, key]),
        };
    }
}
