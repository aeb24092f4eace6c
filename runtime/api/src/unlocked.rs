//! A route whose lock is taken off, for the test that must notice it. Release builds do not have this.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use axum::extract::MatchedPath;
use http::request::Parts;
use throughline_domain::access::{Principal, Rights, Role};
use throughline_domain::id::PersonId;

use crate::auth::{Acting, Caller, Way};
use crate::error::Result;
use crate::routes::Route;
use crate::state::ApiState;

/// The route that is open to everybody, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Unlocked(Mutex<Option<(&'static str, &'static str)>>);

impl Unlocked {
    /// Takes the lock off this route, and puts it on the one before.
    pub(crate) fn set(&self, route: Option<&Route>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            route.map(|route| (route.method, route.path));
    }

    /// Is it the route of this request?
    pub(crate) fn is(&self, parts: &Parts) -> bool {
        let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
        let open = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.is_some_and(|(method, open)| Some(open) == path && method == parts.method.as_str())
    }
}

/// As if whoever asks held everything.
pub(crate) async fn everything(state: &ApiState) -> Result<Caller> {
    let names = state.store().list_workspaces().await?.into_iter().map(|row| row.scope.as_str().to_owned());
    let all: BTreeSet<Role> = Role::ALL.into_iter().collect();
    let roles: BTreeMap<String, BTreeSet<Role>> = names.map(|name| (name, all.clone())).collect();
    let rights = Rights { active: true, server_admin: true, roles };
    let principal = Principal::person(state.fresh_id(PersonId::new), rights);
    let acting = Acting::new(&principal, Way::AdminToken);
    Ok(Caller::new(principal, acting))
}
