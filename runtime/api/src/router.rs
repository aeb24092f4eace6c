//! Every route there is.

use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use http::request::Parts;
use http::{Method, StatusCode, Uri};
use throughline_domain::access::Right;

use crate::auth::caller;
use crate::error::{ApiError, Result, codes, shown};
use crate::resource::{
    accounts, asks, backups, callbacks, catalog, changes, channels, connections, delegations, drafts, events,
    exceptions, figures, forms, grants, health, held, hooks, me, members, plugins, practice, proposals,
    publish_requests, queue, runs, secrets, setup, shipped, sign_in, status, teams, tokens, tries, triggers,
    vault, workflows, workspaces,
};
use crate::routes::Access::{Needs, Open, Own, SignedIn};
use crate::routes::{Access, Route, Routes};
use crate::state::ApiState;
use crate::{guard, once, openapi, page, web};

const SEE: Access = Needs(Right::See);
const OPERATE: Access = Needs(Right::Operate);
const RESOLVE: Access = Needs(Right::Resolve);
const BUILD: Access = Needs(Right::Build);
const CONNECT: Access = Needs(Right::Connect);
const SERVER: Access = Needs(Right::Server);

/// The whole server as a router.
pub fn router(state: ApiState) -> Router {
    let (router, _) = routes().split();
    router
        .fallback(no_path)
        .method_not_allowed_fallback(no_method)
        .layer(from_fn_with_state(state.clone(), once::once))
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
    let kept =
        practice::routes(publish_requests::routes(tries::routes(drafts::routes(channels::routes(kept)))));
    let kept = page::decide::routes(delegations::routes(figures::routes(proposals::routes(kept))));
    let people = teams::routes(members::routes(accounts::routes(me::routes(setup::routes(kept)))));
    in_workspace(server_wide(web::routes(page::confirm::routes(page::account::routes(people)))))
        .get(Open, "/plain", page::home::show)
        .get(Open, "/plain/runs/{run}", page::run::show)
        .get(Open, "/asks/{ask}", page::ask::show)
        .post(Open, "/asks/{ask}", page::ask::answer)
        .get(Open, "/forms/{workspace}/{*path}", forms::show)
        .post(Open, "/forms/{workspace}/{*path}", forms::take)
        .get(Open, "/sign-in", sign_in::form)
        .post(Open, "/sign-in", sign_in::exchange)
        .post(Open, "/sign-out", sign_in::sign_out)
        .get(Open, "/livez", health::live)
        .get(Open, "/readyz", health::ready)
        .get(Needs(Right::Watch), "/metrics", health::metrics)
        .any(Open, "/hooks/{workspace}/{*path}", hooks::take)
        .any(Open, "/callbacks/{workspace}/{ticket}", callbacks::take)
}

fn server_wide(routes: Routes) -> Routes {
    routes
        .get(SignedIn, "/api/v1/openapi.json", openapi::show)
        .get(SEE, "/api/v1/status", status::show)
        .get(SEE, "/api/v1/workspaces", workspaces::list)
        .post(SERVER, "/api/v1/workspaces", workspaces::create)
        .get(SEE, plugins::PATH, plugins::list)
        .get(SEE, "/api/v1/catalog", catalog::show)
        .post(SERVER, plugins::PATH, plugins::install)
        .get(SEE, "/api/v1/plugins/shipped", shipped::list)
        .post(SERVER, "/api/v1/plugins/shipped/{connector}", shipped::install)
        .post(SERVER, "/api/v1/plugins/{connector}/release", plugins::release)
        .get(Own, "/api/v1/tokens", tokens::list)
        .post(Own, "/api/v1/tokens", tokens::create)
        .delete(Own, "/api/v1/tokens/{token}", tokens::revoke)
        .post(Own, "/api/v1/sign-in-links", sign_in::link)
}

fn in_workspace(routes: Routes) -> Routes {
    routes
        .get(SEE, "/api/v1/workflows", workflows::list)
        .post(BUILD, "/api/v1/workflows", workflows::publish)
        .post(SEE, "/api/v1/workflows/lint", workflows::lint)
        .get(SEE, "/api/v1/workflows/{workflow}", workflows::show)
        .get(SEE, "/api/v1/workflows/{workflow}/text", workflows::text)
        .get(SEE, "/api/v1/workflows/{workflow}/versions", workflows::versions)
        .get(SEE, "/api/v1/workflows/{workflow}/schedule", workflows::schedule)
        .post(OPERATE, "/api/v1/workflows/{workflow}/runs", runs::start_of)
        .get(SEE, "/api/v1/triggers", triggers::list)
        .get(SEE, "/api/v1/misfires", triggers::misfires)
        .get(SEE, "/api/v1/runs", runs::list)
        .post(OPERATE, "/api/v1/runs", runs::start)
        .get(SEE, "/api/v1/runs/{run}", runs::show)
        .post(OPERATE, "/api/v1/runs/{run}/cancel", runs::cancel)
        .post(Needs(Right::Reveal), "/api/v1/runs/{run}/reveal", runs::reveal::reveal)
        .post(OPERATE, "/api/v1/runs/{run}/retry", runs::retry)
        .get(SEE, "/api/v1/exceptions", exceptions::list)
        .get(SEE, "/api/v1/exceptions/{exception}", exceptions::show)
        .post(RESOLVE, "/api/v1/exceptions/{exception}/resolve", exceptions::resolve)
        .post(RESOLVE, "/api/v1/exceptions/{exception}/act", exceptions::act)
        .post(RESOLVE, "/api/v1/exceptions/{exception}/merge", exceptions::merge_into)
        .post(RESOLVE, "/api/v1/exceptions/{exception}/comments", exceptions::comment)
        .put(RESOLVE, "/api/v1/exceptions/{exception}/watch", exceptions::watch)
        .delete(RESOLVE, "/api/v1/exceptions/{exception}/watch", exceptions::unwatch)
        .get(SEE, "/api/v1/exceptions/snapshot", queue::snapshot)
        .post(RESOLVE, "/api/v1/exceptions/bulk", queue::bulk)
        .get(SEE, "/api/v1/inbox", queue::inbox)
        .get(SEE, "/api/v1/calendar", queue::calendar)
        .put(BUILD, "/api/v1/calendar", queue::set_calendar)
        .get(SEE, "/api/v1/routing-rules", queue::rules)
        .put(BUILD, "/api/v1/routing-rules", queue::set_rules)
        .get(SEE, "/api/v1/asks", asks::list)
        .get(SEE, "/api/v1/asks/{ask}", asks::show)
        .post(RESOLVE, "/api/v1/asks/{ask}/answer", asks::answer)
        .get(SEE, "/api/v1/changes", changes::watch)
        .get(SEE, "/api/v1/events", events::list)
        .post(OPERATE, "/api/v1/events", events::publish)
        .get(SEE, "/api/v1/connections", connections::list)
        .post(CONNECT, "/api/v1/connections", connections::create)
        .post(CONNECT, "/api/v1/connections/{name}/test", connections::test)
        .post(CONNECT, "/api/v1/connections/{name}/agree", connections::agree)
        .delete(CONNECT, "/api/v1/connections/{name}", connections::delete)
        .get(SEE, "/api/v1/grants", grants::list)
        .post(SERVER, "/api/v1/grants", grants::create)
        .delete(SERVER, "/api/v1/grants", grants::delete)
}

/// Which paths exist is told to those who are known.
async fn no_path(State(state): State<ApiState>, parts: Parts, uri: Uri) -> Result<()> {
    if uri.path().starts_with("/api/") {
        caller(&state, &parts).await?;
    }
    let message = format!("there is nothing at {}", shown(uri.path()));
    Err(ApiError::new(StatusCode::NOT_FOUND, codes::NO_PATH, message)
        .hint("GET /api/v1/openapi.json lists every path"))
}

async fn no_method(State(state): State<ApiState>, parts: Parts, method: Method, uri: Uri) -> Result<()> {
    if uri.path().starts_with("/api/") {
        caller(&state, &parts).await?;
    }
    let message = format!("{} does not take {method}", shown(uri.path()));
    Err(ApiError::new(StatusCode::METHOD_NOT_ALLOWED, codes::NO_METHOD, message)
        .hint("the Allow header and GET /api/v1/openapi.json name the methods it takes"))
}
