//! The OpenAPI document, from the handlers' own annotations.

mod examples;

use axum::response::{IntoResponse, Response};
use http::header;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi as Document, Ref, RefOr, Required, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use crate::error::ErrorAnswer;
use crate::once;
use crate::resource::{
    accounts, asks, backups, callbacks, catalog, changes, channels, connections, delegations, drafts, events,
    exceptions, figures, grants, health, held, hooks, me, members, plugins, practice, proposals,
    publish_requests, queue, runs, secrets, shipped, sign_in, status, teams, tokens, tries, triggers, vault,
    workflows, workspaces,
};

/// Paths that need no credentials.
const OPEN: [&str; 4] = ["/livez", "/readyz", "/hooks/{workspace}/{path}", "/callbacks/{workspace}/{ticket}"];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Throughline",
        description = "Everything the command line and the pages can do. Lists answer `{items, next}`; times are \
            RFC 3339 in UTC; every refusal is `{error: {code, message, hint, problems, docs}}`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        show,
        status::show,
        workspaces::list, workspaces::create,
        tokens::list, tokens::create, tokens::revoke,
        sign_in::link,
        me::show, me::sessions, me::end, me::end_others, me::password, me::confirm,
        accounts::list, accounts::create, accounts::show, accounts::change, accounts::link, accounts::disable,
        accounts::enable, accounts::sessions, accounts::end_sessions,
        members::list, members::add, members::change, members::remove,
        teams::list, teams::create, teams::rename, teams::delete, teams::join, teams::leave,
        plugins::list, plugins::install, plugins::release, shipped::list, shipped::install,
        catalog::show, practice::list, practice::connect, practice::complete,
        connections::list, connections::create, connections::test, connections::agree,
        connections::delete,
        secrets::list, secrets::put, secrets::delete,
        vault::show, vault::rotate, vault::rotate_root,
        backups::list, backups::begin, backups::end,
        held::list, held::release,
        channels::list, channels::put, channels::delete, channels::test,
        grants::list, grants::create, grants::delete,
        workflows::list, workflows::publish, workflows::lint, workflows::show, workflows::text,
        workflows::versions, workflows::schedule,
        publish_requests::show, publish_requests::set, publish_requests::list, publish_requests::of_workflow,
        publish_requests::ask, publish_requests::one, publish_requests::withdraw, publish_requests::publish,
        publish_requests::send_back,
        drafts::list, drafts::show, drafts::save, drafts::discard, tries::evaluate, tries::test_step,
        triggers::list, triggers::misfires,
        runs::list, runs::start, runs::start_of, runs::show, runs::cancel, runs::retry, runs::reveal::reveal,
        exceptions::list, exceptions::show, exceptions::resolve, exceptions::act, exceptions::merge_into,
        exceptions::comment, exceptions::watch, exceptions::unwatch,
        queue::inbox, queue::snapshot, queue::bulk, queue::calendar, queue::set_calendar, queue::rules, queue::set_rules,
        figures::straight_through,
        proposals::list, proposals::show, proposals::similar, proposals::decide, proposals::withdraw::withdraw,
        proposals::comments::comment, proposals::comments::snooze, proposals::comments::wake,
        proposals::groups::list, proposals::groups::show, proposals::groups::decide,
        delegations::list, delegations::create, delegations::end, delegations::create_of, delegations::end_of,
        asks::list, asks::show, asks::answer,
        events::list, events::publish,
        changes::watch,
        hooks::take,
        callbacks::take,
        health::live, health::ready, health::metrics,
    ),
    components(schemas(ErrorAnswer)),
    modifiers(&Common),
    tags(
        (name = "workflows", description = "Check, publish, look at what listens."),
        (name = "runs", description = "Start, look, cancel, retry."),
        (name = "exceptions", description = "Where a run's normal path stopped, and who owns the next action."),
        (name = "figures", description = "Figures of what was done."),
        (name = "proposals", description = "Writes that wait for people."),
        (name = "asks", description = "Questions to people."),
        (name = "events", description = "What was accepted; internal events."),
        (name = "connections", description = "Accounts of connectors, and what they may reach."),
        (name = "plugins", description = "Connectors."),
        (name = "practice", description = "Simulated systems beside the server, to try it with."),
        (name = "people", description = "Accounts, members and their roles, teams, sessions."),
        (name = "access", description = "Workspaces, tokens, sign-in."),
        (name = "webhooks", description = "What other systems send."),
        (name = "health", description = "Alive, ready, figures."),
    )
)]
struct Api;

/// What is the same for every operation.
struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let bearer = Http::builder()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The admin token, or one made by the API."))
            .build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        for (path, item) in &mut document.paths.paths {
            let changes = [&mut item.post, &mut item.put, &mut item.delete];
            if path.starts_with("/api/v1/") && once::may_keep(path) {
                changes.into_iter().flatten().filter(|operation| !names_key(operation)).for_each(name_key);
            }
            let operations = [
                ("get", &mut item.get),
                ("post", &mut item.post),
                ("put", &mut item.put),
                ("delete", &mut item.delete),
            ];
            for (method, operation) in
                operations.into_iter().filter_map(|(method, one)| Some((method, one.as_mut()?)))
            {
                operation.operation_id = Some(operation_id(method, path));
                if !OPEN.contains(&path.as_str()) {
                    operation.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
                }
                if path.starts_with("/api/v1/") {
                    name_workspace(operation);
                }
                refusals(operation);
            }
        }
    }
}

/// A start of a run says more of its key.
fn names_key(operation: &Operation) -> bool {
    let named = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(known) if known.name == "Idempotency-Key");
    operation.parameters.iter().flatten().any(named)
}

fn name_key(operation: &mut Operation) {
    let words = "Up to 255 visible ASCII characters of the sender's own. Within a day the same request with the same key \
        is done once and answered as the first time, with `Idempotency-Replayed: true`.";
    name_header(operation, "Idempotency-Key", words);
}

fn name_workspace(operation: &mut Operation) {
    let words = "Workspace; where absent, the only one that is visible, or for lists all of them.";
    name_header(operation, "Throughline-Workspace", words);
}

fn name_header(operation: &mut Operation, name: &str, words: &str) {
    let header = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(words))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build();
    operation.parameters.get_or_insert_default().push(RefOr::T(header));
}

fn refusals(operation: &mut Operation) {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorAnswer"))).build();
    let response =
        ResponseBuilder::new().description("Refused or failed.").content("application/json", content).build();
    operation.responses.responses.entry("default".to_owned()).or_insert(RefOr::T(response));
}

/// The document.
pub fn document() -> Document {
    let mut document = Api::openapi();
    examples::add(&mut document);
    document
}

/// `GET /api/v1/runs/{run}` is `get_runs_run`: names of handlers are no names outside.
fn operation_id(method: &str, path: &str) -> String {
    let parts = path.trim_start_matches("/api/v1").split(['/', '.', '-']).filter(|part| !part.is_empty());
    parts.fold(method.to_owned(), |id, part| format!("{id}_{}", part.trim_matches(['{', '}'])))
}

/// This document
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "health",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub(crate) async fn show(_caller: crate::auth::Caller) -> Response {
    let text = document().to_json().unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}
