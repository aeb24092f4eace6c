//! What pages and the API do alike about people: sign in, set a password, use a link. Whether it may be is said by the
//! domain, and what two requests at once must not do is refused by the store.

use http::{HeaderMap, StatusCode};
use throughline_domain::access::{
    About, BadName, LinkKind, LinkRefused, Mail, Password, PasswordRefused, WrongPassword, person_name,
};
use throughline_domain::id::PersonId;
use throughline_store::{AccountRow, By, LinkRow, NewAccount, PasswordHash};

use crate::auth::tries::Tries;
use crate::auth::{Acting, password, session, token};
use crate::error::{ApiError, Result, codes};
use crate::state::ApiState;

impl From<BadName> for ApiError {
    fn from(error: BadName) -> Self {
        Self::new(StatusCode::BAD_REQUEST, BadName::CODE, error.to_string())
            .hint("write it in this form; nothing was kept")
    }
}

impl From<PasswordRefused> for ApiError {
    fn from(error: PasswordRefused) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, PasswordRefused::CODE, error.to_string()).hint(
            "a few words in a row that have nothing to do with each other, or what a password manager makes",
        )
    }
}

impl From<WrongPassword> for ApiError {
    fn from(error: WrongPassword) -> Self {
        Self::new(StatusCode::FORBIDDEN, WrongPassword::CODE, error.to_string())
            .hint("an administrator of the server makes a link for a password that was forgotten")
    }
}

impl From<LinkRefused> for ApiError {
    fn from(error: LinkRefused) -> Self {
        Self::new(StatusCode::FORBIDDEN, LinkRefused::CODE, error.to_string())
            .hint("`throughline account link MAIL` makes one; a server without an account prints one when it starts")
    }
}

/// What was typed to sign in.
pub(crate) struct SignIn {
    pub(crate) mail: String,
    pub(crate) password: String,
    /// Where it comes from.
    pub(crate) address: String,
}

/// Signs somebody in: the secret of their session's cookie.
pub(crate) async fn sign_in(state: &ApiState, headers: &HeaderMap, typed: SignIn) -> Result<String> {
    let tries = Tries::of(&typed.mail, &typed.address);
    tries.count(state).await?;
    let found = match Mail::try_from(typed.mail) {
        Ok(mail) => state.store().credential_by_mail(&mail).await?,
        Err(_) => None,
    };
    let (account, kept) = match found {
        Some((account, kept)) => (Some(account), kept),
        None => (None, None),
    };
    // One answer for an address nobody has, a wrong password and a disabled account.
    let typed = Password::typed(typed.password).map_err(|_| WrongPassword)?;
    let right = password::is(typed, kept).await?;
    let Some(account) = account.filter(|account| right && account.disabled_at.is_none()) else {
        tracing::warn!("a sign-in was refused");
        return Err(WrongPassword.into());
    };
    let secret = session::begin(state, headers, Some(account.person.clone())).await?.ok_or(WrongPassword)?;
    tries.forgive(state).await?;
    tracing::info!(person.id = %account.person, "signed in");
    Ok(secret)
}

/// Looks at the typed password of somebody who is signed in; wrong ones count as tries to sign in.
pub(crate) async fn confirm(
    state: &ApiState,
    person: &PersonId,
    typed: String,
    address: &str,
) -> Result<AccountRow> {
    let (account, kept) = state.store().credential(person).await?.ok_or(WrongPassword)?;
    let tries = Tries::of(account.mail.as_str(), address);
    tries.count(state).await?;
    let typed = Password::typed(typed).map_err(|_| WrongPassword)?;
    if !password::is(typed, kept).await? {
        return Err(WrongPassword.into());
    }
    tries.forgive(state).await?;
    Ok(account)
}

/// Whose account this is about; the token of the data directory has none.
pub(crate) fn person(acting: &Acting) -> Result<&PersonId> {
    acting.person().ok_or_else(|| {
        ApiError::new(
            StatusCode::CONFLICT,
            codes::NOBODYS,
            "the token of the data directory is nobody's account",
        )
        .hint("sign in with an account of your own; `throughline account create` makes one")
    })
}

/// Another password. Every other session ends.
pub(crate) async fn change_password(
    state: &ApiState,
    acting: &Acting,
    (old, new): (String, String),
    address: &str,
) -> Result<()> {
    let who = person(acting)?;
    let account = confirm(state, who, old, address).await?;
    let hash = new_password(state, new, account.mail.local(), &account.name).await?;
    let by = By { who: who.as_str(), at: state.now() };
    if !state.store().set_password(who, &hash, acting.session(), by).await? {
        return Err(WrongPassword.into());
    }
    tracing::info!(person.id = %who, "changed their password");
    Ok(())
}

/// The password once more, written down with the session.
pub(crate) async fn confirm_session(
    state: &ApiState,
    acting: &Acting,
    typed: String,
    address: &str,
) -> Result<()> {
    confirm(state, person(acting)?, typed, address).await?;
    if let Some(session) = acting.session() {
        state.store().confirm_session(session, state.now()).await?;
    }
    Ok(())
}

/// A password that may become somebody's, hashed.
async fn new_password(state: &ApiState, text: String, local: &str, name: &str) -> Result<PasswordHash> {
    let typed = Password::typed(text)?;
    typed.check_new(About { local, name })?;
    password::hash(typed, state.random()).await
}

/// A link that works now, by the secret in its address.
pub(crate) async fn link(state: &ApiState, secret: &str) -> Result<LinkRow> {
    let row = state.store().get_link(&token::hash(secret)).await?.ok_or(LinkRefused::Ended)?;
    row.link.check(state.store().has_accounts().await?, state.now())?;
    Ok(row)
}

/// What was typed behind a link.
pub(crate) struct Begun {
    pub(crate) mail: String,
    pub(crate) name: String,
    pub(crate) password: String,
}

/// Uses a link: the first account, or a new password. Whose it is, signed in: the secret of the session's cookie.
pub(crate) async fn use_link(
    state: &ApiState,
    headers: &HeaderMap,
    secret: &str,
    typed: Begun,
) -> Result<String> {
    let row = link(state, secret).await?;
    let hash = token::hash(secret);
    let (person, used) = match &row.person {
        None => first_account(state, &hash, typed).await?,
        Some(person) => (person.clone(), by_link(state, &hash, row.link.kind, person, typed.password).await?),
    };
    if !used {
        return Err(LinkRefused::Ended.into());
    }
    tracing::info!(person.id = %person, link.kind = row.link.kind.as_str(), "a link was used");
    session::begin(state, headers, Some(person)).await?.ok_or_else(|| LinkRefused::Ended.into())
}

async fn first_account(state: &ApiState, link: &str, typed: Begun) -> Result<(PersonId, bool)> {
    let mail = Mail::try_from(typed.mail)?;
    let name = person_name(&typed.name)?;
    let password = new_password(state, typed.password, mail.local(), &name).await?;
    let person = state.fresh_id(PersonId::new);
    let new = NewAccount { person: person.clone(), mail, name, server_admin: true };
    let by = By { who: person.as_str(), at: state.now() };
    let used = state.store().create_first_account(link, &new, &password, by).await?;
    Ok((person, used))
}

async fn by_link(
    state: &ApiState,
    link: &str,
    kind: LinkKind,
    person: &PersonId,
    typed: String,
) -> Result<bool> {
    let account = state.store().get_account(person).await?.ok_or(LinkRefused::Ended)?;
    let password = new_password(state, typed, account.mail.local(), &account.name).await?;
    Ok(state.store().set_password_by_link(link, kind, person, &password, state.now()).await?)
}

/// A fresh link for an account: an invitation until it has a password, then one for a new password. Its path.
pub(crate) async fn issue_link(
    state: &ApiState,
    person: &PersonId,
    has_password: bool,
    by: &str,
) -> Result<(String, LinkKind)> {
    let kind = if has_password { LinkKind::Reset } else { LinkKind::Invitation };
    let secret = hex::encode(state.random());
    let by = By { who: by, at: state.now() };
    if !state.store().create_link(&token::hash(&secret), kind, person, by).await? {
        return Err(throughline_domain::access::Denied::Disabled.into());
    }
    Ok((format!("/setup/{secret}"), kind))
}
