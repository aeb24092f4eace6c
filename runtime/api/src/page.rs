//! The plain built-in page: rendered here, without script, and with nothing from elsewhere.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use http::{HeaderValue, header};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

pub(crate) mod account;
pub(crate) mod ask;
pub(crate) mod confirm;
pub(crate) mod decide;
pub(crate) mod form;
pub(crate) mod home;
mod mark;
pub(crate) mod run;
mod stand_in;
mod text;

/// The whole style, in the page itself: one answer, no second request.
static STYLE: &str = concat!(include_str!("page/plain.css"), include_str!("page/form.css"));

/// Nothing may run or load; the one style is named by its hash.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// A whole page.
pub(crate) fn render(title: &str, body: &Markup) -> Response {
    render_bare(&format!("{title} · Throughline"), body)
}

/// A whole page that is not about this server.
pub(crate) fn render_bare(title: &str, body: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    let mut response = axum::response::Html(page.into_string()).into_response();
    // With `no-referrer` a browser says `Origin: null` in the forms of these pages, which nobody can tell from a stranger's.
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A whole page for somebody who is not signed in: one narrow column under the name.
pub(crate) fn render_narrow(title: &str, body: &Markup) -> Response {
    render(title, &html! { main.narrow { p.name { (mark::logo()) "Throughline" } (body) } })
}

/// Words of a refusal as a sentence: with a capital, and without the point that the page sets.
pub(crate) fn sentence(words: &str) -> String {
    let mut chars = words.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The bar on top of every signed-in page.
fn bar() -> Markup {
    html! {
        header {
            a.name href="/" { (mark::logo()) "Throughline" }
            nav {
                a href="/account" { "Account" }
                form method="post" action="/sign-out" { button.quiet { "Sign out" } }
            }
        }
    }
}
