//! Macros of the Throughline connector SDK; use them through `throughline::prelude`.

use proc_macro::TokenStream;

mod action;
mod args;
mod connector;
mod data;
mod parts;
mod slots;
mod trigger;

/// Derives what inputs, outputs and configurations need: `Clone`, `Debug`, `Serialize`, `Deserialize` and
/// `JsonSchema`. Doc comments of fields become labels and help.
#[proc_macro_attribute]
pub fn data(args: TokenStream, item: TokenStream) -> TokenStream {
    data::expand(&args.into(), &item.into()).into()
}

/// Makes a function an action: `fn name(cx: &Cx, input: In) -> Result<Out>`.
///
/// - `effect = read | write_idempotent | write_once`: may we send again?
/// - `undo = reversible | compensable | irreversible`: can it be taken back? For writes only, and always.
/// - `idempotency = header("Idempotency-Key")`: the runner adds the header; `idempotency = key`: the function puts
///   `cx.idempotency_key()` into the request itself. `lifetime = "24h"`: how long the remote remembers it.
/// - `sample = "samples/x.json"` or inline JSON: an output.
/// - `settle = "5s"` (or `settle_ms = 5000`): how long to wait between two answers of reconcile.
/// - `safe_requests = ["POST /search"]`: unsafe methods that change nothing.
/// - `record = "invoice"`: the record type written.
///
/// The first line of the doc comment is the title, the rest is help.
#[proc_macro_attribute]
pub fn action(args: TokenStream, item: TokenStream) -> TokenStream {
    action::expand(args.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// What a write would do: `#[preview(action)] fn name(cx: &Cx, input: &In) -> Result<Plan>`.
#[proc_macro_attribute]
pub fn preview(args: TokenStream, item: TokenStream) -> TokenStream {
    parts::preview(args.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Did a write land? `#[reconcile(action)] fn name(cx: &Cx, input: &In, key: &str) -> Result<Landed<Out>>`. Asked before a write
/// that takes no key is sent again, and wherever a write may not be.
#[proc_macro_attribute]
pub fn reconcile(args: TokenStream, item: TokenStream) -> TokenStream {
    parts::reconcile(args.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Takes a write back: `#[compensate(action)] fn name(cx: &Cx, input: &In, receipt: Out) -> Result<Undone>`.
#[proc_macro_attribute]
pub fn compensate(args: TokenStream, item: TokenStream) -> TokenStream {
    parts::compensate(args.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a function a trigger.
///
/// - `#[trigger(poll, every = "1m", sample = …)] fn name(cx: &Cx, config: C, since: Since) -> Result<Page<T>>`
/// - `#[trigger(webhook, sample = …)] fn name(cx: &Cx, config: C, request: Inbound) -> Result<Verdict<T>>`
/// - `#[trigger(native, sample = …)] fn name(config: C) -> T;`: the runner itself makes the events.
///
/// A poll may say `safe_requests = ["POST /graphql"]`: unsafe methods that change nothing.
/// `config: ()` stands for none.
#[proc_macro_attribute]
pub fn trigger(args: TokenStream, item: TokenStream) -> TokenStream {
    trigger::expand(args.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Lists a connector's parts, and exports them from the component.
///
/// ```ignore
/// connector! {
///     id: "acme", name: "Acme CRM",
///     hosts: ["https://api.acme.example"],                       // or "{base_url}" (GET, POST)
///     auth: { default: bearer { token: secret("API token", "Settings > API") } },
///     settings: Settings, test: whoami, options: [lists],
///     actions: [create_contact, search], triggers: [new_contact], records: [Contact],
/// }
/// ```
#[proc_macro]
pub fn connector(input: TokenStream) -> TokenStream {
    connector::expand(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}
