//! Accounts of the whole server.

use throughline_domain::access::{LinkKind, Mail};
use throughline_domain::id::{PersonId, SessionId};
use throughline_domain::time::Timestamp;

use super::session::{END_ALL, END_OTHERS};
use super::{By, PasswordHash, link, others};
use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::{Result, StoreError};
use crate::page::{Page, PageRequest};
use crate::writer::{Group, Kind, Outcome};

/// An account to create. It has no password until its invitation is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// Who.
    pub person: PersonId,
    /// Address: what they sign in with.
    pub mail: Mail,
    /// For other people.
    pub name: String,
    /// Looks after the whole server.
    pub server_admin: bool,
}

/// A stored account; its password is read by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Who.
    pub person: PersonId,
    /// Address.
    pub mail: Mail,
    /// For other people.
    pub name: String,
    /// Looks after the whole server.
    pub server_admin: bool,
    /// When the password was set; nothing until the invitation is used.
    pub password_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// Since when it is disabled.
    pub disabled_at: Option<Timestamp>,
}

/// What a change of an account came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// It is done.
    Done,
    /// There is no such account, or it was so before.
    Unchanged,
    /// Nobody else would be left who looks after the server.
    LastAdmin,
}

/// An account with what its password is compared with.
struct Credential(AccountRow, Option<PasswordHash>);

macro_rules! account_sql {
    ($more:literal, $tail:literal) => {
        Sql::same(concat!(
            "SELECT person_id, mail, name, server_admin, password_at, created_at, created_by, disabled_at",
            $more,
            " FROM account ",
            $tail
        ))
    };
}

statements! {
    // Two nodes must not each take the other's administrator away: on PostgreSQL two transactions may run at once.
    Global LOCK_ADMINS = Sql::fork(
        "SELECT 1 FROM clock WHERE now < 0",
        "SELECT 1 FROM (SELECT pg_advisory_xact_lock(820)) AS held",
    );
    Global CREATE = Sql::same(
        "INSERT INTO account (person_id, mail, name, server_admin, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    );
    Global CREATE_FIRST = Sql::same(
        "INSERT INTO account (person_id, mail, name, password, password_at, server_admin, created_at, created_by)
         SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT), 1,
             CAST($5 AS BIGINT), CAST($6 AS TEXT)
         FROM clock WHERE NOT EXISTS (SELECT 1 FROM account)",
    );
    Global GET = account_sql!("", "WHERE person_id = $1");
    Global ANY = Sql::same("SELECT 1 FROM account LIMIT 1");
    Global BY_MAIL = account_sql!(", password", "WHERE mail = $1");
    Global CREDENTIAL = account_sql!(", password", "WHERE person_id = $1");
    Global LIST = account_sql!("", "WHERE person_id < $1 ORDER BY person_id DESC LIMIT $2");
    Global ADMINS = Sql::same(
        "SELECT person_id FROM account WHERE server_admin = 1 AND disabled_at IS NULL ORDER BY person_id",
    );
    Global SET_PASSWORD = Sql::same(
        "UPDATE account SET password = $2, password_at = $3 WHERE person_id = $1 AND disabled_at IS NULL",
    );
    Global RENAME = Sql::same("UPDATE account SET name = $2, mail = $3 WHERE person_id = $1");
    Global DISABLE = Sql::same(
        "UPDATE account SET disabled_at = $2, disabled_by = $3 WHERE person_id = $1 AND disabled_at IS NULL
             AND (server_admin = 0 OR EXISTS (SELECT 1 FROM account AS other
                 WHERE other.person_id <> $1 AND other.server_admin = 1 AND other.disabled_at IS NULL))",
    );
    Global ENABLE = Sql::same(
        "UPDATE account SET disabled_at = NULL, disabled_by = NULL
         WHERE person_id = $1 AND disabled_at IS NOT NULL",
    );
    Global PROMOTE = Sql::same("UPDATE account SET server_admin = 1 WHERE person_id = $1 AND server_admin = 0");
    // A disabled administrator counts for nothing already.
    Global DEMOTE = Sql::same(
        "UPDATE account SET server_admin = 0 WHERE person_id = $1 AND server_admin = 1
             AND (disabled_at IS NOT NULL OR EXISTS (SELECT 1 FROM account AS other
                 WHERE other.person_id <> $1 AND other.server_admin = 1 AND other.disabled_at IS NULL))",
    );
    Global END_TOKENS = Sql::same(
        "UPDATE api_token SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL",
    );
}

impl Store {
    /// Creates an account; the address must be free.
    pub async fn create_account(&self, new: &NewAccount, by: By<'_>) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        let mail = new.mail.as_str();
        group.fence(&CREATE, args![&new.person, mail, &new.name, new.server_admin, by.at, by.who]);
        match self.commit_group(group).await? {
            Outcome::Committed(_) => Ok(()),
            Outcome::Fenced | Outcome::Refused(_) => {
                Err(StoreError::NameTaken { what: "an account for", name: mail.to_owned() })
            }
        }
    }

    /// The first account, by the link of this hash: it looks after the server. False: the link does not work any more, or
    /// there is an account.
    pub async fn create_first_account(
        &self,
        link: &str,
        new: &NewAccount,
        password: &PasswordHash,
        by: By<'_>,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&link::USE, args![link, by.at, LinkKind::Setup.as_str(), None::<&str>]);
        group.op(&LOCK_ADMINS, args![]);
        let (mail, password) = (new.mail.as_str(), password.as_str());
        group.must(
            &CREATE_FIRST,
            args![&new.person, mail, &new.name, password, by.at, by.who],
            "the first account",
        );
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Is there any account?
    pub async fn has_accounts(&self) -> Result<bool> {
        Ok(!self.rows(&ANY, args![]).await?.is_empty())
    }

    /// One account.
    pub async fn get_account(&self, person: &PersonId) -> Result<Option<AccountRow>> {
        self.one(&GET, args![person]).await
    }

    /// The account of this address, with the hash of its password, if it has one.
    pub async fn credential_by_mail(
        &self,
        mail: &Mail,
    ) -> Result<Option<(AccountRow, Option<PasswordHash>)>> {
        let found: Option<Credential> = self.one(&BY_MAIL, args![mail.as_str()]).await?;
        Ok(found.map(|Credential(account, password)| (account, password)))
    }

    /// The same of a person who is known already.
    pub async fn credential(&self, person: &PersonId) -> Result<Option<(AccountRow, Option<PasswordHash>)>> {
        let found: Option<Credential> = self.one(&CREDENTIAL, args![person]).await?;
        Ok(found.map(|Credential(account, password)| (account, password)))
    }

    /// Accounts, newest first.
    pub async fn list_accounts(&self, page: &PageRequest) -> Result<Page<AccountRow>> {
        let rows = self.all(&LIST, args![page.before()?, page.limit() + 1]).await?;
        Ok(Page::cut(rows, page, |row: &AccountRow| row.person.as_str().to_owned()))
    }

    /// Those who look after the server now.
    pub async fn server_admins(&self) -> Result<Vec<PersonId>> {
        self.rows(&ADMINS, args![]).await?.iter_mut().map(Row::parse).collect()
    }

    /// Another name and address. False: there is no such account.
    pub async fn rename_account(&self, person: &PersonId, name: &str, mail: &Mail) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&RENAME, args![person, name, mail.as_str()]);
        match self.commit_group(group).await {
            Ok(outcome) => Ok(matches!(outcome, Outcome::Committed(_))),
            Err(StoreError::Refused(words)) => match self.credential_by_mail(mail).await? {
                Some((other, _)) if other.person != *person => {
                    Err(StoreError::NameTaken { what: "an account for", name: mail.as_str().to_owned() })
                }
                Some(_) | None => Err(StoreError::Refused(words)),
            },
            Err(error) => Err(error),
        }
    }

    /// A new password. Every other session ends: whoever had the old one is out. False: there is no such account, or it is
    /// disabled.
    pub async fn set_password(
        &self,
        person: &PersonId,
        password: &PasswordHash,
        keep: Option<&SessionId>,
        by: By<'_>,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&SET_PASSWORD, args![person, password.as_str(), by.at]);
        let (person, but) = others(person, keep);
        group.op(&END_OTHERS, args![person, but, by.at, by.who]);
        group.op(&link::REPLACE, args![person, by.at]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// The same by the link of this hash: an invitation, or one for a forgotten password. False: the link does not work
    /// any more, or the account is disabled.
    pub async fn set_password_by_link(
        &self,
        link: &str,
        kind: LinkKind,
        person: &PersonId,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&link::USE, args![link, at, kind.as_str(), Some(person)]);
        group.must(&SET_PASSWORD, args![person, password.as_str(), at], "the account");
        group.op(&END_ALL, args![person, at, person]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Disables an account: in the same commit its sessions, tokens and links end.
    pub async fn disable_account(&self, person: &PersonId, by: By<'_>) -> Result<AccountChange> {
        let mut group = Group::new(Kind::Admin);
        group.op(&LOCK_ADMINS, args![]);
        group.must(&DISABLE, args![person, by.at, by.who], "the account");
        group.op(&END_ALL, args![person, by.at, by.who]);
        group.op(&END_TOKENS, args![person, by.at]);
        group.op(&link::REPLACE, args![person, by.at]);
        self.changed(group, person, |account| account.disabled_at.is_none()).await
    }

    /// Enables it again. What ended stays ended.
    pub async fn enable_account(&self, person: &PersonId) -> Result<AccountChange> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&ENABLE, args![person]);
        self.changed(group, person, |_| false).await
    }

    /// Makes an account one that looks after the server, or not any more.
    pub async fn set_server_admin(&self, person: &PersonId, admin: bool) -> Result<AccountChange> {
        let mut group = Group::new(Kind::Admin);
        group.op(&LOCK_ADMINS, args![]);
        group.must(if admin { &PROMOTE } else { &DEMOTE }, args![person], "the account");
        self.changed(group, person, |account| !admin && account.server_admin).await
    }

    /// Commits, and says why nothing happened where nothing did: what is `still` so was held back for the last
    /// administrator.
    async fn changed(
        &self,
        group: Group,
        person: &PersonId,
        still: impl FnOnce(&AccountRow) -> bool,
    ) -> Result<AccountChange> {
        if let Outcome::Committed(_) = self.commit_group(group).await? {
            return Ok(AccountChange::Done);
        }
        let account = self.get_account(person).await?;
        let last = account.as_ref().is_some_and(still);
        Ok(if last { AccountChange::LastAdmin } else { AccountChange::Unchanged })
    }
}

impl FromRow for AccountRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            person: row.parse()?,
            mail: row.parse()?,
            name: row.text()?,
            server_admin: row.flag()?,
            password_at: row.opt_time()?,
            created_at: row.time()?,
            created_by: row.text()?,
            disabled_at: row.opt_time()?,
        })
    }
}

impl FromRow for Credential {
    fn from_row(row: &mut Row) -> Result<Self> {
        let account = AccountRow::from_row(row)?;
        Ok(Self(account, row.opt_text()?.map(PasswordHash::new).transpose()?))
    }
}
