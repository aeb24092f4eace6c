//! Any HTTP API: for systems without a connector of their own.

use throughline::prelude::*;

mod request;
mod write;

pub use request::{Answer, Auth, Body, Pair, ReadMethod, ReadRequest, Settings};
pub use write::{IdempotentMethod, IdempotentRequest, OnceRequest};

connector! {
    id: "http",
    name: "HTTP",
    description: "Calls any HTTP API. A connector of its own knows more: what can be repeated, undone and looked up.",
    hosts: ["{base_url}"],
    auth: {
        bearer: bearer { token: secret("Token") } optional,
        basic: basic { username: text("User name"), password: secret("Password") } optional,
        header: header("X-Api-Key", "{value}") { value: secret("Value", "Sent as the header X-Api-Key") } optional,
        query: query("api_key", "{value}") { value: secret("Value", "Sent as the query parameter api_key") } optional,
    },
    settings: Settings,
    test: reach,
    actions: [request::read, write::write, write::write_once],
}

fn reach(cx: &Cx) -> Result<Account> {
    let settings: Settings = cx.settings()?;
    let path = settings.test_path.clone().unwrap_or_else(|| "/".to_owned());
    request::call(cx, &settings, "GET", &path)?.send()?;
    Ok(Account::new(settings.base_url.clone(), settings.base_url))
}
