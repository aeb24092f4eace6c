//! Who stands before the page: somebody signed in, or somebody who typed a code within the last ten minutes.

use http::header;
use http::request::Parts;
use throughline_domain::access::{Place, See, authorize};
use throughline_domain::approval::{COOKIE_MS, Cookie, Pass, Via};
use throughline_domain::id::{PersonId, ProposalId};
use throughline_domain::time::Timestamp;
use throughline_store::{ProposalRow, Scope};

use crate::auth::caller;
use crate::error::Result;
use crate::resource::proposals::of_acting;
use crate::state::ApiState;

/// What the cookie is signed for.
const PURPOSE: &str = "deciding cookie";
/// The cookie's name, over TLS with the prefix that browsers keep to it; its path is the one page.
fn name(state: &ApiState) -> &'static str {
    if state.config().is_tls() { "__Secure-throughline_decide" } else { "throughline_decide" }
}

/// Somebody who may see the proposal.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub(super) pass: Pass,
    pub(super) via: Via,
}

impl Visitor {
    pub(super) const fn person(&self) -> &PersonId {
        self.pass.person()
    }

    /// They came by a code: there is no app to go back to.
    pub(super) const fn came_by_code(&self) -> bool {
        matches!(self.pass, Pass::Code(_))
    }
}

/// Who may see this proposal, of those who could be there.
pub(super) async fn visitor(state: &ApiState, row: &ProposalRow, parts: &Parts) -> Result<Option<Visitor>> {
    if let Some(visitor) = signed_in(state, row, parts).await? {
        return Ok(Some(visitor));
    }
    let cookie = named(state, parts).and_then(|value| open(state, &row.scope, row.proposal.id(), &value));
    let Some(cookie) = cookie.filter(|cookie| state.now() < cookie.until) else { return Ok(None) };
    // Who was removed a moment ago sees nothing any more, whatever they hold.
    if !state.engine().may_look(&row.scope, row.proposal.id(), &cookie.person).await? {
        return Ok(None);
    }
    Ok(Some(Visitor { pass: Pass::Code(cookie), via: Via::Link }))
}

/// Somebody signed in, who may see it.
pub(super) async fn signed_in(state: &ApiState, row: &ProposalRow, parts: &Parts) -> Result<Option<Visitor>> {
    // No session, one that is over, an account that is disabled: all of them are nobody here.
    let Ok(caller) = caller(state, parts).await else { return Ok(None) };
    let place = Place::Workspace(row.scope.as_str().to_owned());
    let sees = authorize::<See>(caller.principal(), &place).is_ok();
    // A page is for browsers: a token decides by the API, within its scopes.
    match of_acting(caller.acting()) {
        Some((pass @ Pass::Session { .. }, _)) if sees => Ok(Some(Visitor { pass, via: Via::Link })),
        Some(_) | None => Ok(None),
    }
}

fn named(state: &ApiState, parts: &Parts) -> Option<String> {
    let values = parts.headers.get_all(header::COOKIE).iter();
    let pairs = values.filter_map(|value| value.to_str().ok()).flat_map(|line| line.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name(state) && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

fn words(scope: &Scope, cookie: &Cookie) -> String {
    format!("{scope}\n{}\n{}\n{}", cookie.person, cookie.proposal, cookie.until.0)
}

/// The same for the proposal that has taken its place: the ten minutes go on.
pub(super) fn carried_over(
    state: &ApiState,
    scope: &Scope,
    visitor: &Visitor,
    to: &ProposalId,
) -> Option<String> {
    match &visitor.pass {
        Pass::Code(cookie) if cookie.proposal != *to => {
            Some(set_cookie(state, scope, &Cookie { proposal: to.clone(), ..cookie.clone() }))
        }
        _ => None,
    }
}

/// `Set-Cookie` of what a good code opens.
pub(super) fn set_cookie(state: &ApiState, scope: &Scope, cookie: &Cookie) -> String {
    let seal = state.engine().signed(PURPOSE, &words(scope, cookie));
    let secure = if state.config().is_tls() { "; Secure" } else { "" };
    format!(
        "{}={}.{}.{seal}; Path=/d/{}; HttpOnly; SameSite=Strict{secure}; Max-Age={}",
        name(state),
        cookie.person,
        cookie.until.0,
        cookie.proposal,
        COOKIE_MS / 1_000
    )
}

/// The cookie of this proposal, if it is one of ours.
fn open(state: &ApiState, scope: &Scope, proposal: &ProposalId, value: &str) -> Option<Cookie> {
    let mut parts = value.splitn(3, '.');
    let (person, until, seal) = (parts.next()?, parts.next()?, parts.next()?);
    let cookie = Cookie {
        person: person.parse().ok()?,
        proposal: proposal.clone(),
        until: Timestamp(until.parse().ok()?),
    };
    let good = state.engine().signed(PURPOSE, &words(scope, &cookie));
    let same: bool = subtle::ConstantTimeEq::ct_eq(good.as_bytes(), seal.as_bytes()).into();
    same.then_some(cookie)
}
