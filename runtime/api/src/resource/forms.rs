//! Hosted forms: the page that shows one, and what is sent from it. Open to everybody, so every answer is a page that
//! says nothing of anybody.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use throughline_domain::form::{Misfits, Typed};
use throughline_domain::id::PersonId;
use throughline_intake::{HostedForm, IntakeError, Submitted};
use throughline_store::Scope;

use crate::auth::caller;
use crate::error::{Result, shown};
use crate::extract::Path;
use crate::form::ticket::{self, NoGood, Place};
use crate::form::{Filled, limit, typed};
use crate::page::form as page;
use crate::state::ApiState;

/// When a paused workflow may be open again: nobody knows.
const PAUSED_SECONDS: u64 = 600;

/// A form, found.
struct Found {
    scope: Scope,
    path: String,
    hosted: HostedForm,
}

/// Shows a form.
pub(crate) async fn show(
    State(state): State<ApiState>,
    Path((workspace, path)): Path<(String, String)>,
) -> Response {
    match find(&state, workspace, path).await {
        Ok(found) if found.hosted.open => found.page(&state, (None, None), None, None),
        Ok(_) => closed(),
        Err(error) => refused(&error),
    }
}

/// Takes a filled form.
pub(crate) async fn take(
    State(state): State<ApiState>,
    Path((workspace, path)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    let found = match find(&state, workspace, path).await {
        Ok(found) => found,
        Err(error) => return Ok(refused(&error)),
    };
    let sender = limit::sender(request.extensions(), request.headers(), &state.config().trusted_proxies);
    let (parts, body) = request.into_parts();
    let person = signed_in(&state, &parts).await?;
    let request = Request::from_parts(parts, body);
    let typed = match typed(request, &state).await {
        Ok(typed) => typed,
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => return Ok(too_much()),
        Err(error) => return Err(error),
    };
    Ok(found.taken(&state, (sender, person), &typed).await)
}

/// Whoever sends it, where they are signed in: what they ask for here, they do not approve later. Anybody may send a form,
/// so it is taken from a session that is over as well.
async fn signed_in(state: &ApiState, parts: &Parts) -> Result<Option<PersonId>> {
    match caller(state, parts).await {
        Ok(caller) => Ok(caller.acting().person().cloned()),
        Err(error) if error.status().is_client_error() => Ok(None),
        Err(error) => Err(error),
    }
}

async fn find(state: &ApiState, workspace: String, path: String) -> Result<Found, IntakeError> {
    let scope = Scope::new(&workspace).map_err(|_| IntakeError::NoSuchPath)?;
    let hosted = state.intake().form(&scope, &path).await?;
    Ok(Found { scope, path, hosted })
}

impl Found {
    fn place(&self) -> Place<'_> {
        Place { workspace: self.scope.as_str(), path: &self.path }
    }

    fn ticket(&self, state: &ApiState) -> String {
        ticket::make(&state.config().form_key, self.place(), state.now(), state.random())
    }

    /// The form, with what was typed and what is said about it. Without a ticket it gets a new one.
    fn page(
        &self,
        state: &ApiState,
        (typed, misfits): (Option<&Typed>, Option<&Misfits>),
        ticket: Option<&str>,
        notice: Option<&str>,
    ) -> Response {
        let zone = self.hosted.zone.iana_name().unwrap_or("UTC");
        let filled = Filled { form: &self.hosted.form, typed, misfits, zone };
        let ticket = ticket.map_or_else(|| self.ticket(state), str::to_owned);
        page::show(&self.hosted, filled, &ticket, notice)
    }

    /// The form again, with a notice; the old ticket is given where it is still good.
    fn again(
        &self,
        state: &ApiState,
        status: StatusCode,
        typed: &Typed,
        ticket: Option<&str>,
        notice: &str,
    ) -> Response {
        page::with(status, self.page(state, (Some(typed), None), ticket, Some(notice)))
    }

    /// Whether it is kept, and the page that says so.
    async fn taken(
        &self,
        state: &ApiState,
        (sender, person): (IpAddr, Option<PersonId>),
        typed: &Typed,
    ) -> Response {
        let given = typed.get(page::TICKET).and_then(|all| all.first()).map_or("", String::as_str);
        let unfit = StatusCode::UNPROCESSABLE_ENTITY;
        if !self.hosted.open {
            let words = "This form takes no answers at the moment. What you typed is still here: keep the page open, and send it later.";
            let page = self.again(state, StatusCode::SERVICE_UNAVAILABLE, typed, Some(given), words);
            return page::later(PAUSED_SECONDS, page);
        }
        if let Err(wait) = state.form_senders().count(sender) {
            let words =
                "That was often. Wait some minutes, then send it again: what you typed is still here.";
            let page = self.again(state, StatusCode::TOO_MANY_REQUESTS, typed, Some(given), words);
            return page::later(wait.as_secs().max(1), page);
        }
        if typed.get(page::TRAP).is_some_and(|all| all.iter().any(|text| !text.is_empty())) {
            tracing::info!(workspace.id = %self.scope, form.path = %shown(&self.path), "refused a form: its trap was filled");
            let words =
                "Something that is not shown was filled in, as programs do. If you are none, send it again.";
            return self.again(state, unfit, typed, None, words);
        }
        let key = &state.config().form_key;
        let ticket = match ticket::check(key, self.place(), given, state.now()) {
            Ok(ticket) => ticket,
            Err(NoGood::Early) => {
                let words = "That was quick. Look through it once more, then send it again.";
                return self.again(state, unfit, typed, Some(given), words);
            }
            Err(NoGood::Late) => {
                let words =
                    "This page was open for more than a day. Look through it once more, then send it again.";
                return self.again(state, unfit, typed, None, words);
            }
            Err(NoGood::Strange) => {
                let words = "This page has come apart. Look through it once more, then send it again.";
                return self.again(state, unfit, typed, None, words);
            }
        };
        match self.hosted.form.read(typed, &self.hosted.zone) {
            Err(misfits) => {
                page::with(unfit, self.page(state, (Some(typed), Some(&misfits)), Some(given), None))
            }
            Ok(value) => {
                let submitted =
                    state.intake().submit(&self.scope, &self.hosted, &ticket, (value, person)).await;
                self.told(state, typed, given, submitted)
            }
        }
    }

    fn told(
        &self,
        state: &ApiState,
        typed: &Typed,
        ticket: &str,
        submitted: Result<Submitted, IntakeError>,
    ) -> Response {
        match submitted {
            Ok(Submitted::Kept(event)) => page::thanks(&self.hosted, event.as_str()),
            Ok(Submitted::OtherBefore(_)) => {
                let words = "You sent this form before, with other answers: those were kept. To send these too, send it again.";
                self.again(state, StatusCode::CONFLICT, typed, None, words)
            }
            Err(error) => {
                tracing::warn!(workspace.id = %self.scope, form.path = %self.path, error.code = error.code(), "a form was not kept: {error}");
                let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
                let words = if status.is_server_error() {
                    "It could not be kept just now. What you typed is still here: send it again in a minute."
                } else {
                    "It does not fit what the workflow behind this form takes. Tell whoever asked you to fill it."
                };
                self.again(state, status, typed, Some(ticket), words)
            }
        }
    }
}

/// One page whatever is missing: workspace, path, or a workflow that listens.
fn nowhere() -> Response {
    let words = "The address is not complete, or the form is not open any more.";
    page::other(StatusCode::NOT_FOUND, "There is no form here", words)
}

fn closed() -> Response {
    let words = "This form takes no answers at the moment. Please come back later.";
    page::later(PAUSED_SECONDS, page::other(StatusCode::SERVICE_UNAVAILABLE, "Closed for now", words))
}

fn too_much() -> Response {
    let words = "More was sent than this form takes, and nothing was kept. Go back, and write less.";
    page::other(StatusCode::PAYLOAD_TOO_LARGE, "That is too much", words)
}

fn refused(error: &IntakeError) -> Response {
    if matches!(error, IntakeError::NoSuchPath) {
        return nowhere();
    }
    tracing::warn!(error.code = error.code(), "a form cannot be shown: {error}");
    let words = "The form cannot be shown at the moment. Please come back in a minute.";
    page::other(StatusCode::SERVICE_UNAVAILABLE, "Not just now", words)
}
