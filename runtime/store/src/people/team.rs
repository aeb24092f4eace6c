//! Teams of a workspace.

use throughline_domain::access::Handle;
use throughline_domain::id::PersonId;
use throughline_domain::time::Timestamp;

use super::By;
use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::{Result, StoreError};
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

/// A team as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamRow {
    /// What stands in workflows: `team:billing`.
    pub team: String,
    /// For people.
    pub title: String,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A member of a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamMemberRow {
    /// Who.
    pub person: PersonId,
    /// Hears of what is due beside its owner.
    pub lead: bool,
    /// Since when.
    pub added_at: Timestamp,
}

statements! {
    Tenant CREATE = Sql::same(
        "INSERT INTO team (workspace_id, team, title, created_at, created_by) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (workspace_id, team) DO NOTHING",
    );
    Tenant RETITLE = Sql::same("UPDATE team SET title = $3 WHERE workspace_id = $1 AND team = $2");
    Tenant DROP_MEMBERS = Sql::same("DELETE FROM team_member WHERE workspace_id = $1 AND team = $2");
    Tenant DELETE = Sql::same("DELETE FROM team WHERE workspace_id = $1 AND team = $2");
    Tenant LIST = Sql::same(
        "SELECT team, title, created_at FROM team WHERE workspace_id = $1 ORDER BY team",
    );
    Tenant JOIN = Sql::same(
        "INSERT INTO team_member (workspace_id, team, person_id, lead, added_at, added_by)
         SELECT t.workspace_id, t.team, m.person_id, CAST($4 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS TEXT)
         FROM team AS t JOIN member AS m ON m.workspace_id = t.workspace_id
         WHERE t.workspace_id = $1 AND t.team = $2 AND m.person_id = $3 AND m.removed_at IS NULL
         ON CONFLICT (workspace_id, team, person_id) DO UPDATE SET lead = excluded.lead",
    );
    Tenant LEAVE = Sql::same(
        "DELETE FROM team_member WHERE workspace_id = $1 AND team = $2 AND person_id = $3",
    );
    Tenant LEADS = Sql::same(
        "SELECT team, person_id FROM team_member WHERE workspace_id = $1 AND lead = 1 ORDER BY team, person_id",
    );
    Tenant MEMBERS = Sql::same(
        "SELECT person_id, lead, added_at FROM team_member WHERE workspace_id = $1 AND team = $2
         ORDER BY person_id",
    );
}

impl Store {
    /// Creates a team; its handle must be free.
    pub async fn create_team(&self, scope: &Scope, team: &Handle, title: &str, by: By<'_>) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&CREATE, args![scope, team.as_str(), title, by.at, by.who]);
        match self.commit_group(group).await? {
            Outcome::Committed(_) => Ok(()),
            Outcome::Fenced | Outcome::Refused(_) => {
                Err(StoreError::NameTaken { what: "a team", name: team.as_str().to_owned() })
            }
        }
    }

    /// Another title. False: there is no such team.
    pub async fn rename_team(&self, scope: &Scope, team: &str, title: &str) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&RETITLE, args![scope, team, title]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Deletes a team. False: there is none. What it owned falls to the backup: a team without anybody is not fit to own.
    pub async fn delete_team(&self, scope: &Scope, team: &str) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.op(&DROP_MEMBERS, args![scope, team]);
        group.must(&DELETE, args![scope, team], "the team");
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Who leads which team.
    pub async fn list_team_leads(&self, scope: &Scope) -> Result<Vec<(String, PersonId)>> {
        let rows = self.rows(&LEADS, args![scope]).await?;
        rows.into_iter().map(|mut row| Ok((row.text()?, row.parse()?))).collect()
    }

    /// The teams of a workspace, by handle.
    pub async fn list_teams(&self, scope: &Scope) -> Result<Vec<TeamRow>> {
        self.all(&LIST, args![scope]).await
    }

    /// Puts a member into a team, as its lead or not. False: there is no such team or member.
    pub async fn join_team(
        &self,
        scope: &Scope,
        team: &str,
        person: &PersonId,
        lead: bool,
        by: By<'_>,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&JOIN, args![scope, team, person, lead, by.at, by.who]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Takes a member out of a team. False: they are not in it.
    pub async fn leave_team(&self, scope: &Scope, team: &str, person: &PersonId) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&LEAVE, args![scope, team, person]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Who is in a team.
    pub async fn list_team_members(&self, scope: &Scope, team: &str) -> Result<Vec<TeamMemberRow>> {
        self.all(&MEMBERS, args![scope, team]).await
    }
}

impl FromRow for TeamRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { team: row.text()?, title: row.text()?, created_at: row.time()? })
    }
}

impl FromRow for TeamMemberRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { person: row.parse()?, lead: row.flag()?, added_at: row.time()? })
    }
}
