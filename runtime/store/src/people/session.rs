//! Sessions of browsers.

use std::collections::BTreeMap;

use throughline_domain::access::{Rights, Role, SessionTimes};
use throughline_domain::id::{PersonId, SessionId};
use throughline_domain::time::Timestamp;

use super::{By, others};
use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::writer::{Group, Kind, Outcome};

/// A session to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// Its id: what a list of sessions shows. It opens nothing.
    pub session: SessionId,
    /// Hex SHA-256 of the cookie's secret.
    pub hash: String,
    /// Whose; nobody's when a link of the data directory's token opened it.
    pub person: Option<PersonId>,
    /// What the browser calls itself, for the list of sessions.
    pub client: String,
    /// When they signed in.
    pub created_at: Timestamp,
}

/// A stored session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub session: SessionId,
    /// Whose.
    pub person: Option<PersonId>,
    /// What the browser calls itself.
    pub client: String,
    /// Does it live? Ask `SessionLife::check`.
    pub times: SessionTimes,
    /// When they last proved who they are.
    pub confirmed_at: Timestamp,
}

/// One row for each role: a session with what its person holds.
struct Holding(SessionRow, Held);

/// What an account holds, as far as one row says.
struct Held {
    active: bool,
    server_admin: bool,
    role: Option<(String, Role)>,
}

macro_rules! session_columns {
    () => {
        "s.session_id, s.person_id, s.client, s.created_at, s.used_at, s.revoked_at, s.confirmed_at"
    };
}

macro_rules! held_columns {
    () => {
        "CAST(CASE WHEN a.person_id IS NULL OR a.disabled_at IS NOT NULL THEN 0 ELSE 1 END AS BIGINT),
             a.server_admin, r.workspace_id, r.role"
    };
}

statements! {
    Global CREATE_FOR = Sql::same(
        "INSERT INTO session (session_id, hash, person_id, client, created_at, confirmed_at, used_at)
         SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), person_id, CAST($4 AS TEXT), CAST($5 AS BIGINT),
             CAST($5 AS BIGINT), CAST($5 AS BIGINT)
         FROM account WHERE person_id = $3 AND disabled_at IS NULL",
    );
    Global CREATE = Sql::same(
        "INSERT INTO session (session_id, hash, client, created_at, confirmed_at, used_at)
         VALUES ($1, $2, $3, $4, $4, $4)",
    );
    // Every workspace's roles, since it is asked before a workspace is known.
    All SIGNED_IN = Sql::same(concat!(
        "SELECT ", session_columns!(), ", ", held_columns!(),
        " FROM session AS s LEFT JOIN account AS a ON a.person_id = s.person_id
          LEFT JOIN member_role AS r ON r.person_id = s.person_id WHERE s.hash = $1"
    ));
    All RIGHTS = Sql::same(concat!(
        "SELECT ", held_columns!(),
        " FROM account AS a LEFT JOIN member_role AS r ON r.person_id = a.person_id WHERE a.person_id = $1"
    ));
    Global LIST = Sql::same(concat!(
        "SELECT ", session_columns!(), " FROM session AS s
         WHERE s.person_id = $1 AND s.revoked_at IS NULL ORDER BY s.session_id DESC"
    ));
    Global LIST_NOBODYS = Sql::same(concat!(
        "SELECT ", session_columns!(), " FROM session AS s
         WHERE s.person_id IS NULL AND s.revoked_at IS NULL ORDER BY s.session_id DESC"
    ));
    Global TOUCH = Sql::same(
        "UPDATE session SET used_at = $2 WHERE session_id = $1 AND used_at < $2 AND revoked_at IS NULL",
    );
    Global CONFIRM = Sql::same(
        "UPDATE session SET confirmed_at = $2 WHERE session_id = $1 AND confirmed_at < $2 AND revoked_at IS NULL",
    );
    Global END = Sql::same(
        "UPDATE session SET revoked_at = $3, revoked_by = $4
         WHERE session_id = $1 AND revoked_at IS NULL
             AND (person_id = $2 OR (person_id IS NULL AND CAST($2 AS TEXT) IS NULL))",
    );
    Global END_OTHERS = Sql::same(
        "UPDATE session SET revoked_at = $3, revoked_by = $4
         WHERE person_id = $1 AND session_id <> $2 AND revoked_at IS NULL",
    );
    Global END_ALL = Sql::same(
        "UPDATE session SET revoked_at = $2, revoked_by = $3 WHERE person_id = $1 AND revoked_at IS NULL",
    );
    Global SWEEP = Sql::same(
        "DELETE FROM session WHERE session_id IN (
             SELECT session_id FROM session WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
    );
}

impl Store {
    /// Begins a session. False: the account is gone or disabled.
    pub async fn create_session(&self, new: &NewSession) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        let (session, at) = (&new.session, new.created_at);
        match &new.person {
            Some(person) => group.fence(&CREATE_FOR, args![session, &new.hash, person, &new.client, at]),
            None => group.fence(&CREATE, args![session, &new.hash, &new.client, at]),
        }
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// The session of this hash, with what its person holds now, wherever they are a member. Nobody's session holds
    /// nothing here: what it may is for the caller to say.
    pub async fn signed_in_all(&self, hash: &str) -> Result<Option<(SessionRow, Rights)>> {
        let rows: Vec<Holding> = self.all(&SIGNED_IN, args![hash]).await?;
        let mut rows = rows.into_iter();
        let Some(Holding(session, first)) = rows.next() else { return Ok(None) };
        let rights = sum(std::iter::once(first).chain(rows.map(|Holding(_, held)| held)));
        Ok(Some((session, rights)))
    }

    /// What an account holds now, wherever it is a member; nothing where there is none.
    pub async fn rights_all(&self, person: &PersonId) -> Result<Rights> {
        let rows: Vec<Held> = self.all(&RIGHTS, args![person]).await?;
        Ok(sum(rows.into_iter()))
    }

    /// A person's sessions that were not ended, or nobody's; newest first; some may be over by age.
    pub async fn list_sessions(&self, person: Option<&PersonId>) -> Result<Vec<SessionRow>> {
        match person {
            Some(person) => self.all(&LIST, args![person]).await,
            None => self.all(&LIST_NOBODYS, args![]).await,
        }
    }

    /// Writes down that a session was used.
    pub async fn touch_session(&self, session: &SessionId, at: Timestamp) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        group.op(&TOUCH, args![session, at]);
        self.commit_group(group).await?.done().map(drop)
    }

    /// Writes down that they typed their password again. False: the session has ended.
    pub async fn confirm_session(&self, session: &SessionId, at: Timestamp) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&CONFIRM, args![session, at]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Ends one session of this person, or of nobody. False: there is none, or it had ended.
    pub async fn end_session(
        &self,
        session: &SessionId,
        person: Option<&PersonId>,
        by: By<'_>,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&END, args![session, person, by.at, by.who]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Ends all sessions of a person, or all but one: how many.
    pub async fn end_sessions(&self, person: &PersonId, but: Option<&SessionId>, by: By<'_>) -> Result<u64> {
        let mut group = Group::new(Kind::Admin);
        let (person, but) = others(person, but);
        group.op(&END_OTHERS, args![person, but, by.at, by.who]);
        Ok(self.commit_group(group).await?.done()?.first().map_or(0, |done| done.changed))
    }

    /// Deletes sessions that began before a time; how many.
    pub async fn sweep_sessions_all(&self, before: Timestamp, limit: u32) -> Result<u64> {
        let mut group = Group::new(Kind::Sweep);
        group.op(&SWEEP, args![before, limit]);
        Ok(self.commit_group(group).await?.done()?.first().map_or(0, |done| done.changed))
    }
}

fn sum(rows: impl Iterator<Item = Held>) -> Rights {
    let mut rights = Rights { active: false, server_admin: false, roles: BTreeMap::new() };
    for held in rows {
        rights.active = held.active;
        rights.server_admin = held.server_admin;
        if let Some((workspace, role)) = held.role {
            rights.roles.entry(workspace).or_default().insert(role);
        }
    }
    rights
}

impl FromRow for SessionRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            session: row.parse()?,
            person: row.opt_parse()?,
            client: row.text()?,
            times: SessionTimes {
                created_at: row.time()?,
                used_at: row.time()?,
                revoked_at: row.opt_time()?,
            },
            confirmed_at: row.time()?,
        })
    }
}

impl FromRow for Held {
    fn from_row(row: &mut Row) -> Result<Self> {
        let (active, server_admin) = (row.flag()?, row.opt_int()?.unwrap_or(0) != 0);
        let (workspace, role) = (row.opt_text()?, row.opt_parse()?);
        Ok(Self { active, server_admin, role: workspace.zip(role) })
    }
}

impl FromRow for Holding {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self(SessionRow::from_row(row)?, Held::from_row(row)?))
    }
}
