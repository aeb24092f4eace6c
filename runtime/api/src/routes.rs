//! The one table of routes: what it says about access is what a test tries on every route.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, on};
use throughline_domain::access::Right;

use crate::state::ApiState;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody; nothing but webhooks, health, the way in and its explanation.
    Open,
    /// Whose credentials are good, whatever they may.
    SignedIn,
    /// The same for what is one's own: tokens, sessions, password. Not through a token of an account.
    Own,
    /// Who has this right: in the workspace, or on the server for a right of the server.
    Needs(Right),
}

/// One route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// `GET`, `POST`, `PUT`, `DELETE`, or `ANY`.
    pub method: &'static str,
    /// Path with `{parameters}`.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
}

/// Router and table, which cannot differ since they grow together.
#[derive(Default)]
pub(crate) struct Routes {
    router: Router<ApiState>,
    table: Vec<Route>,
}

impl Routes {
    fn add<H, T>(mut self, method: &'static str, access: Access, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, ApiState>,
        T: 'static,
    {
        let filter = match method {
            "GET" => MethodFilter::GET,
            "POST" => MethodFilter::POST,
            "PUT" => MethodFilter::PUT,
            _ => MethodFilter::DELETE,
        };
        self.router = self.router.route(path, on(filter, handler));
        self.table.push(Route { method, path, access });
        self
    }

    pub(crate) fn get<H, T>(self, access: Access, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, ApiState>,
        T: 'static,
    {
        self.add("GET", access, path, handler)
    }

    pub(crate) fn post<H, T>(self, access: Access, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, ApiState>,
        T: 'static,
    {
        self.add("POST", access, path, handler)
    }

    pub(crate) fn put<H, T>(self, access: Access, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, ApiState>,
        T: 'static,
    {
        self.add("PUT", access, path, handler)
    }

    pub(crate) fn delete<H, T>(self, access: Access, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, ApiState>,
        T: 'static,
    {
        self.add("DELETE", access, path, handler)
    }

    /// A route for every method: a webhook's sender chooses.
    pub(crate) fn any<H, T>(mut self, access: Access, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, ApiState>,
        T: 'static,
    {
        self.router = self.router.route(path, axum::routing::any(handler));
        self.table.push(Route { method: "ANY", path, access });
        self
    }

    /// Both parts.
    pub(crate) fn split(self) -> (Router<ApiState>, Vec<Route>) {
        (self.router, self.table)
    }
}
