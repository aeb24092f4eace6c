//! Links that work once: the first account, an invitation, a forgotten password.

use throughline_domain::access::{LinkKind, SetupLink};
use throughline_domain::id::PersonId;

use super::By;
use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::writer::{Group, Kind, Outcome};

/// A link as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// What it begins, until when, and whether it has ended.
    pub link: SetupLink,
    /// Whose account; nobody's as yet for the first one.
    pub person: Option<PersonId>,
}

statements! {
    Global REPLACE = Sql::same(
        "UPDATE setup_link SET replaced_at = $2
         WHERE person_id = $1 AND kind <> 'setup' AND used_at IS NULL AND replaced_at IS NULL",
    );
    Global REPLACE_FIRST = Sql::same(
        "UPDATE setup_link SET replaced_at = $1
         WHERE kind = 'setup' AND used_at IS NULL AND replaced_at IS NULL",
    );
    Global CREATE = Sql::same(
        "INSERT INTO setup_link (hash, kind, person_id, created_at, created_by, expires_at)
         SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), person_id, CAST($4 AS BIGINT), CAST($5 AS TEXT),
             CAST($6 AS BIGINT)
         FROM account WHERE person_id = $3 AND disabled_at IS NULL",
    );
    Global CREATE_FIRST = Sql::same(
        "INSERT INTO setup_link (hash, kind, created_at, created_by, expires_at)
         SELECT CAST($1 AS TEXT), 'setup', CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS BIGINT)
         FROM clock WHERE NOT EXISTS (SELECT 1 FROM account)",
    );
    Global USE = Sql::same(
        "UPDATE setup_link SET used_at = $2
         WHERE hash = $1 AND kind = $3 AND used_at IS NULL AND replaced_at IS NULL AND expires_at > $2
             AND (person_id = $4 OR (person_id IS NULL AND CAST($4 AS TEXT) IS NULL))",
    );
    Global GET = Sql::same(
        "SELECT kind, expires_at, CASE WHEN used_at IS NULL THEN replaced_at ELSE used_at END, person_id
         FROM setup_link WHERE hash = $1",
    );
}

impl Store {
    /// A link for the first account; the one before it works no more. False: there is an account.
    pub async fn create_setup_link(&self, hash: &str, by: By<'_>) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.op(&REPLACE_FIRST, args![by.at]);
        let expires_at = by.at.plus_ms(LinkKind::Setup.life_ms());
        group.must(&CREATE_FIRST, args![hash, by.at, by.who, expires_at], "the link");
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// An invitation, or a link for a forgotten password; the person's link before it works no more. False: there is no
    /// such account, or it is disabled.
    pub async fn create_link(
        &self,
        hash: &str,
        kind: LinkKind,
        person: &PersonId,
        by: By<'_>,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.op(&REPLACE, args![person, by.at]);
        let expires_at = by.at.plus_ms(kind.life_ms());
        group.must(&CREATE, args![hash, kind.as_str(), person, by.at, by.who, expires_at], "the link");
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// The link of this hash.
    pub async fn get_link(&self, hash: &str) -> Result<Option<LinkRow>> {
        self.one(&GET, args![hash]).await
    }
}

impl FromRow for LinkRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        let link = SetupLink { kind: row.parse()?, expires_at: row.time()?, ended_at: row.opt_time()? };
        Ok(Self { link, person: row.opt_parse()? })
    }
}
