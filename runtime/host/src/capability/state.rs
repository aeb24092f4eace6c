//! `state`: what is kept between calls. Writes are buffered; the engine commits them with the outcome.

use std::collections::{BTreeMap, BTreeSet};

use crate::bindings::throughline::connector::state::{Host, Scope};
use crate::capability::CallState;
use crate::report::StateWrite;
use crate::services::{StateOwner, StateScope};

/// Longest value, in bytes of JSON text.
const MAX_VALUE_BYTES: usize = 64 << 10;
/// Longest key, in bytes.
const MAX_KEY_BYTES: usize = 200;
/// Most keys of an owner.
const MAX_KEYS: usize = 256;

/// Changes of one scope.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    /// Keys in the store; read when the first key is set.
    stored: Option<BTreeSet<String>>,
    changes: BTreeMap<String, Option<String>>,
}

impl CallState {
    fn owner(&self, scope: StateScope) -> Option<StateOwner> {
        let call = &self.facts.call;
        let id = match scope {
            StateScope::Trigger => call.trigger.clone()?,
            StateScope::Connection => call.connection.as_ref()?.id.clone(),
        };
        let connector = self.facts.manifest().id.clone();
        Some(StateOwner { workspace: call.workspace.clone(), connector, scope, id })
    }

    async fn set_value(
        &mut self,
        scope: StateScope,
        key: String,
        value: String,
    ) -> wasmtime::Result<Result<(), String>> {
        if !self.facts.state_is_writable() {
            return Ok(Err("state is read-only in this mode".into()));
        }
        let Some(owner) = self.owner(scope) else { return Ok(Err(no_owner(scope))) };
        if key.is_empty() || key.len() > MAX_KEY_BYTES {
            return Ok(Err(format!("a key has 1 to {MAX_KEY_BYTES} bytes")));
        }
        if value.len() > MAX_VALUE_BYTES {
            return Ok(Err(format!("the value has {} bytes; the limit is 64 KiB", value.len())));
        }
        if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&value) {
            return Ok(Err(format!("the value is not JSON: {error}")));
        }
        if self.state.entry(scope).or_default().stored.is_none() {
            self.meter.pause();
            let keys = self.services.state.keys(&owner).await;
            self.meter.resume();
            let keys = keys.map_err(|error| self.broken(format!("state store: {error}")))?;
            self.state.entry(scope).or_default().stored = Some(keys.into_iter().collect());
        }
        let buffer = self.state.entry(scope).or_default();
        if buffer.count_with(&key) > MAX_KEYS {
            return Ok(Err(format!("there are {MAX_KEYS} keys already: remove one")));
        }
        buffer.changes.insert(key, Some(value));
        Ok(Ok(()))
    }

    /// Changes to commit with the call's outcome.
    pub(crate) fn state_writes(&mut self) -> Vec<StateWrite> {
        let buffers = std::mem::take(&mut self.state);
        buffers
            .into_iter()
            .flat_map(|(scope, buffer)| {
                buffer.changes.into_iter().map(move |(key, value)| StateWrite { scope, key, value })
            })
            .collect()
    }
}

impl Buffer {
    /// Keys after setting this one.
    fn count_with(&self, key: &str) -> usize {
        let mut keys: BTreeSet<&str> = self.stored.iter().flatten().map(String::as_str).collect();
        for (key, value) in &self.changes {
            match value {
                Some(_) => keys.insert(key),
                None => keys.remove(key.as_str()),
            };
        }
        keys.insert(key);
        keys.len()
    }
}

fn no_owner(scope: StateScope) -> String {
    match scope {
        StateScope::Trigger => "this call belongs to no trigger".into(),
        StateScope::Connection => "this call has no connection".into(),
    }
}

const fn scope_of(scope: Scope) -> StateScope {
    match scope {
        Scope::Trigger => StateScope::Trigger,
        Scope::Connection => StateScope::Connection,
    }
}

impl Host for CallState {
    async fn get(&mut self, scope: Scope, key: String) -> wasmtime::Result<Option<String>> {
        self.enter()?;
        let scope = scope_of(scope);
        if let Some(changed) = self.state.get(&scope).and_then(|buffer| buffer.changes.get(&key)) {
            return Ok(changed.clone());
        }
        let Some(owner) = self.owner(scope) else { return Ok(None) };
        self.meter.pause();
        let found = self.services.state.get(&owner, &key).await;
        self.meter.resume();
        found.map_err(|error| self.broken(format!("state store: {error}")))
    }

    async fn set(
        &mut self,
        scope: Scope,
        key: String,
        value: String,
    ) -> wasmtime::Result<Result<(), String>> {
        self.enter()?;
        self.set_value(scope_of(scope), key, value).await
    }

    async fn remove(&mut self, scope: Scope, key: String) -> wasmtime::Result<()> {
        self.enter()?;
        let scope = scope_of(scope);
        if self.facts.state_is_writable() && self.owner(scope).is_some() && key.len() <= MAX_KEY_BYTES {
            self.state.entry(scope).or_default().changes.insert(key, None);
        }
        Ok(())
    }
}
