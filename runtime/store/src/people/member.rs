//! Members of a workspace, their roles and duties.

use std::collections::{BTreeMap, BTreeSet};

use throughline_domain::access::{Handle, Mail, Member, Role};
use throughline_domain::approval::PersonKind;
use throughline_domain::id::PersonId;
use throughline_domain::time::Timestamp;

use super::By;
use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements, words};
use crate::error::{Result, StoreError};
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

words! {
    /// How a member comes in, as stored.
    MemberKind {
        /// Has an account.
        Account = "account",
        /// Has a mail address and nothing else.
        External = "external",
    }
}

/// Somebody from outside, or an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewMemberKind {
    /// An account, by its person.
    Account,
    /// A name and an address.
    External {
        /// For other people.
        name: String,
        /// Where codes go to.
        mail: Mail,
    },
}

/// A member as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    /// Who, with roles, duties and teams.
    pub member: Member,
    /// Address.
    pub mail: Mail,
    /// Since when.
    pub added_at: Timestamp,
    /// When they were removed.
    pub removed_at: Option<Timestamp>,
}

/// A role, duty or team of a member.
struct Holds {
    person: PersonId,
    what: String,
    value: String,
}

macro_rules! member_sql {
    ($tail:literal) => {
        Sql::same(concat!(
            "SELECT m.person_id, m.kind, m.handle, COALESCE(a.name, m.name), COALESCE(a.mail, m.mail), m.added_at,
                 m.removed_at, a.disabled_at
             FROM member AS m LEFT JOIN account AS a ON a.person_id = m.account_id WHERE m.workspace_id = $1 ",
            $tail
        ))
    };
}

statements! {
    // Who was removed comes back with what they had: the person, and nothing more.
    Tenant ADD = Sql::same(
        "INSERT INTO member (workspace_id, person_id, kind, handle, account_id, name, mail, added_at, added_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (workspace_id, person_id) DO UPDATE SET handle = excluded.handle, name = excluded.name,
             mail = excluded.mail, added_at = excluded.added_at, added_by = excluded.added_by, removed_at = NULL,
             removed_by = NULL
         WHERE member.removed_at IS NOT NULL AND member.kind = excluded.kind",
    );
    Tenant REMOVE = Sql::same(
        "UPDATE member SET removed_at = $3, removed_by = $4
         WHERE workspace_id = $1 AND person_id = $2 AND removed_at IS NULL",
    );
    Tenant DROP_ROLES = Sql::same("DELETE FROM member_role WHERE workspace_id = $1 AND person_id = $2");
    Tenant DROP_DUTIES = Sql::same("DELETE FROM member_duty WHERE workspace_id = $1 AND person_id = $2");
    Tenant DROP_TEAMS = Sql::same("DELETE FROM team_member WHERE workspace_id = $1 AND person_id = $2");
    // Locks the row, so that roles are not given to somebody who is being removed.
    Tenant HOLD = Sql::same(
        "UPDATE member SET handle = handle WHERE workspace_id = $1 AND person_id = $2 AND removed_at IS NULL",
    );
    Tenant HOLD_ACCOUNT = Sql::same(
        "UPDATE member SET handle = handle
         WHERE workspace_id = $1 AND person_id = $2 AND removed_at IS NULL AND kind = 'account'",
    );
    Tenant RENAME = Sql::same(
        "UPDATE member SET handle = $3 WHERE workspace_id = $1 AND person_id = $2 AND removed_at IS NULL",
    );
    Tenant GIVE = Sql::same(
        "INSERT INTO member_role (workspace_id, person_id, kind, role, given_at, given_by)
         VALUES ($1, $2, 'account', $3, $4, $5) ON CONFLICT (workspace_id, person_id, role) DO NOTHING",
    );
    Tenant TAKE = Sql::same(
        "DELETE FROM member_role WHERE workspace_id = $1 AND person_id = $2 AND role = $3",
    );
    Tenant ADD_DUTY = Sql::same(
        "INSERT INTO member_duty (workspace_id, person_id, duty) VALUES ($1, $2, $3)",
    );
    Tenant LIST = member_sql!("AND m.removed_at IS NULL ORDER BY m.handle");
    Tenant LIST_EVER = member_sql!("ORDER BY m.person_id");
    Tenant HOLDS = Sql::same(
        "SELECT person_id, 'role', role FROM member_role WHERE workspace_id = $1
         UNION ALL SELECT person_id, 'duty', duty FROM member_duty WHERE workspace_id = $1
         UNION ALL SELECT person_id, 'team', team FROM team_member WHERE workspace_id = $1",
    );
}

impl Store {
    /// Adds a member; the handle must be free, and so must the address of somebody from outside. False: they are a member
    /// already.
    pub async fn add_member(
        &self,
        scope: &Scope,
        person: &PersonId,
        handle: &Handle,
        new: &NewMemberKind,
        by: By<'_>,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        let (kind, account, name, mail) = match new {
            NewMemberKind::Account => (MemberKind::Account, Some(person), None, None),
            NewMemberKind::External { name, mail } => {
                (MemberKind::External, None, Some(name.as_str()), Some(mail.as_str()))
            }
        };
        group.fence(&ADD, args![scope, person, kind, handle.as_str(), account, name, mail, by.at, by.who]);
        match self.commit_group(group).await {
            Ok(outcome) => Ok(matches!(outcome, Outcome::Committed(_))),
            Err(StoreError::Refused(words)) => Err(self.taken(scope, handle, mail, words).await?),
            Err(error) => Err(error),
        }
    }

    /// What stood in the way of a member.
    async fn taken(
        &self,
        scope: &Scope,
        handle: &Handle,
        mail: Option<&str>,
        words: String,
    ) -> Result<StoreError> {
        let members = self.list_members(scope).await?;
        if members.iter().any(|row| row.member.handle == handle.as_str()) {
            return Ok(StoreError::NameTaken { what: "a member", name: handle.as_str().to_owned() });
        }
        let same = |row: &&MemberRow| Some(row.mail.as_str()) == mail;
        Ok(match members.iter().find(same) {
            Some(row) => StoreError::NameTaken { what: "a member with", name: row.mail.as_str().to_owned() },
            None => StoreError::Refused(words),
        })
    }

    /// Removes a member with roles, duties and teams. False: they are none.
    pub async fn remove_member(&self, scope: &Scope, person: &PersonId, by: By<'_>) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&REMOVE, args![scope, person, by.at, by.who]);
        for sql in [&DROP_ROLES, &DROP_DUTIES, &DROP_TEAMS] {
            group.op(sql, args![scope, person]);
        }
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Another handle; it must be free. False: they are no member.
    pub async fn rename_member(&self, scope: &Scope, person: &PersonId, handle: &Handle) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&RENAME, args![scope, person, handle.as_str()]);
        match self.commit_group(group).await {
            Ok(outcome) => Ok(matches!(outcome, Outcome::Committed(_))),
            Err(StoreError::Refused(words)) => Err(self.taken(scope, handle, None, words).await?),
            Err(error) => Err(error),
        }
    }

    /// Gives a member these roles and no others. False: they are no member with an account.
    pub async fn set_roles(
        &self,
        scope: &Scope,
        person: &PersonId,
        roles: &BTreeSet<Role>,
        by: By<'_>,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&HOLD_ACCOUNT, args![scope, person]);
        for role in Role::ALL {
            if roles.contains(&role) {
                group.op(&GIVE, args![scope, person, role.as_str(), by.at, by.who]);
            } else {
                group.op(&TAKE, args![scope, person, role.as_str()]);
            }
        }
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Gives a member these duties and no others. False: they are no member.
    pub async fn set_duties(
        &self,
        scope: &Scope,
        person: &PersonId,
        duties: &BTreeSet<Handle>,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&HOLD, args![scope, person]);
        group.op(&DROP_DUTIES, args![scope, person]);
        for duty in duties {
            group.op(&ADD_DUTY, args![scope, person, duty.as_str()]);
        }
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// The members of a workspace, by handle.
    pub async fn list_members(&self, scope: &Scope) -> Result<Vec<MemberRow>> {
        self.members(scope, &LIST).await
    }

    /// All who are or ever were members, for the names in decisions of the past.
    pub async fn list_members_ever(&self, scope: &Scope) -> Result<Vec<MemberRow>> {
        self.members(scope, &LIST_EVER).await
    }

    async fn members(&self, scope: &Scope, sql: &'static Sql) -> Result<Vec<MemberRow>> {
        // What is held is read after who is there: somebody removed in between is shown with less, never with more.
        let mut rows: Vec<MemberRow> = self.all(sql, args![scope]).await?;
        let holds: Vec<Holds> = self.all(&HOLDS, args![scope]).await?;
        let mut of: BTreeMap<PersonId, Vec<Holds>> = BTreeMap::new();
        for one in holds {
            of.entry(one.person.clone()).or_default().push(one);
        }
        for row in &mut rows {
            for one in of.remove(&row.member.person).unwrap_or_default() {
                match one.what.as_str() {
                    "role" => {
                        let role = Role::try_from(one.value);
                        row.member.roles.insert(role.map_err(|e| StoreError::Unreadable(e.to_string()))?);
                    }
                    "duty" => {
                        row.member.duties.insert(one.value);
                    }
                    _ => {
                        row.member.teams.insert(one.value);
                    }
                }
            }
        }
        Ok(rows)
    }
}

impl FromRow for MemberRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        let person = row.parse()?;
        let kind = match row.parse()? {
            MemberKind::Account => PersonKind::Account,
            MemberKind::External => PersonKind::External,
        };
        let (handle, name, mail) = (row.text()?, row.text()?, row.parse()?);
        let (added_at, removed_at, disabled_at) = (row.time()?, row.opt_time()?, row.opt_time()?);
        let member = Member {
            person,
            handle,
            name,
            kind,
            active: removed_at.is_none() && disabled_at.is_none(),
            roles: BTreeSet::new(),
            duties: BTreeSet::new(),
            teams: BTreeSet::new(),
        };
        Ok(Self { member, mail, added_at, removed_at })
    }
}

impl FromRow for Holds {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { person: row.parse()?, what: row.text()?, value: row.text()? })
    }
}
