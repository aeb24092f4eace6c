//! Every route there is.

use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use http::{HeaderMap, Method, StatusCode, Uri};

use crate::auth::{Read, authorize};
use crate::error::{ApiError, Result, codes, shown};
use crate::resource::{
    asks, backups, callbacks, connections, events, exceptions, grants, health, held, hooks, plugins, runs,
    secrets, sign_in, status, tokens, triggers, vault, workflows, workspaces,
};
use crate::routes::Access::{Admin, Open, Read as See, Write};
use crate::routes::{Route, Routes};
use crate::state::ApiState;
use crate::{guard, openapi, page};

/// The whole server as a router.
pub fn router(state: ApiState) -> Router {
    let (router, _) = routes().split();
    router
        .fallback(no_path)
        .method_not_allowed_fallback(no_method)
        .layer(from_fn_with_state(state.clone(), guard::guard))
        .with_state(state)
}

/// Every route with who may use it: what a test tries with every kind of credential.
pub fn table() -> Vec<Route> {
    routes().split().1
}

/// Router and table.
fn routes() -> Routes {
    let kept = backups::routes(held::routes(vault::routes(secrets::routes(Routes::default()))));
    in_workspace(server_wide(kept))
        .get(Open, "/", page::home::show)
        .get(Open, "/runs/{run}", page::run::show)
        .get(Open, "/sign-in", sign_in::form)
        .post(Open, "/sign-in", sign_in::exchange)
        .post(Open, "/sign-out", sign_in::sign_out)
        .get(Open, "/livez", health::live)
        .get(Open, "/readyz", health::ready)
        .get(See, "/metrics", health::metrics)
        .any(Open, "/hooks/{workspace}/{*path}", hooks::take)
        .any(Open, "/callbacks/{workspace}/{ticket}", callbacks::take)
}

fn server_wide(routes: Routes) -> Routes {
    routes
        .get(See, "/api/v1/openapi.json", openapi::show)
        .get(See, "/api/v1/status", status::show)
        .get(See, "/api/v1/workspaces", workspaces::list)
        .post(Admin, "/api/v1/workspaces", workspaces::create)
        .get(See, "/api/v1/plugins", plugins::list)
        .post(Admin, "/api/v1/plugins", plugins::install)
        .post(Admin, "/api/v1/plugins/{connector}/release", plugins::release)
        .get(Admin, "/api/v1/tokens", tokens::list)
        .post(Admin, "/api/v1/tokens", tokens::create)
        .delete(Admin, "/api/v1/tokens/{token}", tokens::revoke)
        .post(Admin, "/api/v1/sign-in-links", sign_in::link)
}

fn in_workspace(routes: Routes) -> Routes {
    routes
        .get(See, "/api/v1/workflows", workflows::list)
        .post(Write, "/api/v1/workflows", workflows::publish)
        .post(See, "/api/v1/workflows/lint", workflows::lint)
        .get(See, "/api/v1/workflows/{workflow}", workflows::show)
        .get(See, "/api/v1/workflows/{workflow}/text", workflows::text)
        .get(See, "/api/v1/workflows/{workflow}/versions", workflows::versions)
        .get(See, "/api/v1/workflows/{workflow}/schedule", workflows::schedule)
        .post(Write, "/api/v1/workflows/{workflow}/runs", runs::start_of)
        .get(See, "/api/v1/triggers", triggers::list)
        .get(See, "/api/v1/misfires", triggers::misfires)
        .get(See, "/api/v1/runs", runs::list)
        .post(Write, "/api/v1/runs", runs::start)
        .get(See, "/api/v1/runs/{run}", runs::show)
        .post(Write, "/api/v1/runs/{run}/cancel", runs::cancel)
        .post(Write, "/api/v1/runs/{run}/retry", runs::retry)
        .get(See, "/api/v1/exceptions", exceptions::list)
        .get(See, "/api/v1/exceptions/{exception}", exceptions::show)
        .post(Write, "/api/v1/exceptions/{exception}/resolve", exceptions::resolve)
        .get(See, "/api/v1/asks", asks::list)
        .get(See, "/api/v1/asks/{ask}", asks::show)
        .post(Write, "/api/v1/asks/{ask}/answer", asks::answer)
        .get(See, "/api/v1/events", events::list)
        .post(Write, "/api/v1/events", events::publish)
        .get(See, "/api/v1/connections", connections::list)
        .post(Admin, "/api/v1/connections", connections::create)
        .post(Admin, "/api/v1/connections/{name}/test", connections::test)
        .delete(Admin, "/api/v1/connections/{name}", connections::delete)
        .get(See, "/api/v1/grants", grants::list)
        .post(Admin, "/api/v1/grants", grants::create)
        .delete(Admin, "/api/v1/grants", grants::delete)
}

/// Which paths exist is told to those who may see.
async fn no_path(State(state): State<ApiState>, headers: HeaderMap, uri: Uri) -> Result<()> {
    if uri.path().starts_with("/api/") {
        authorize::<Read>(&state, &headers).await?;
    }
    let message = format!("there is nothing at {}", shown(uri.path()));
    Err(ApiError::new(StatusCode::NOT_FOUND, codes::NO_PATH, message)
        .hint("GET /api/v1/openapi.json lists every path"))
}

async fn no_method(
    State(state): State<ApiState>,
    headers: HeaderMap,
    method: Method,
    uri: Uri,
) -> Result<()> {
    if uri.path().starts_with("/api/") {
        authorize::<Read>(&state, &headers).await?;
    }
    let message = format!("{} does not take {method}", shown(uri.path()));
    Err(ApiError::new(StatusCode::METHOD_NOT_ALLOWED, codes::NO_METHOD, message)
        .hint("the Allow header and GET /api/v1/openapi.json name the methods it takes"))
}
