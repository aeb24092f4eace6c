//! The pages of a hosted form: the form, the thanks, and why not. They are for people who know nothing of this server.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use maud::{Markup, html};
use throughline_intake::HostedForm;

use super::render_bare;
use crate::form::{Filled, fields, summary};

/// The field of the ticket.
pub(crate) const TICKET: &str = "_ticket";
/// A field that nobody sees: programs that fill everything fill it too.
pub(crate) const TRAP: &str = "_website";

/// The form.
pub(crate) fn show(hosted: &HostedForm, filled: Filled<'_>, ticket: &str, notice: Option<&str>) -> Response {
    let config = &hosted.config;
    let body = html! {
        main.form {
            h1 { (hosted.title) }
            @if let Some(intro) = &config.intro { (paragraphs(intro)) }
            @if let Some(notice) = notice { div.wrongs role="alert" { p { (notice) } } }
            (summary(filled))
            form method="post" {
                (fields(filled))
                div.trap aria-hidden="true" {
                    label for="trap" { "Leave this empty" }
                    input #trap name=(TRAP) tabindex="-1" autocomplete="off";
                }
                input type="hidden" name=(TICKET) value=(ticket);
                button { (config.button.as_deref().unwrap_or("Send")) }
            }
        }
    };
    render_bare(&hosted.title, &body)
}

/// It is kept.
pub(crate) fn thanks(hosted: &HostedForm, reference: &str) -> Response {
    let body = html! {
        main.form {
            h1 { (hosted.title) }
            div.thanks role="status" {
                @match &hosted.config.thanks {
                    Some(words) => (paragraphs(words)),
                    None => p { "Thank you. What you sent has arrived." },
                }
            }
            p.dim { "Reference: " code { (reference) } }
        }
    };
    render_bare(&hosted.title, &body)
}

/// Something else than the form, with its status.
pub(crate) fn other(status: StatusCode, title: &str, words: &str) -> Response {
    let body = html! { main.form { h1 { (title) } p { (words) } } };
    with(status, render_bare(title, &body))
}

/// A page with another status.
pub(crate) fn with(status: StatusCode, mut page: Response) -> Response {
    *page.status_mut() = status;
    page
}

/// A page that says when to come again.
pub(crate) fn later(seconds: u64, mut page: Response) -> Response {
    page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    page
}

/// Text of several paragraphs.
fn paragraphs(text: &str) -> Markup {
    let parts = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    html! { @for part in parts { p.told { (part) } } }
}
