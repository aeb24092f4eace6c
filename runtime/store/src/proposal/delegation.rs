//! Who stands in for whom.

use throughline_domain::approval::Delegation;
use throughline_domain::id::DelegationId;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements, to_json};
use crate::error::Result;
use crate::mail::{NewMail, mail_op};
use crate::people::By;
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

/// A delegation as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegationRow {
    /// Id.
    pub delegation: DelegationId,
    /// Who for whom, when, for what.
    pub terms: Delegation,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it was ended before its time.
    pub ended_at: Option<Timestamp>,
}

statements! {
    Tenant ADD = Sql::same(
        "INSERT INTO delegation (workspace_id, delegation_id, from_person, to_person, starts_at, ends_at, scope,
             created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    );
    Tenant END = Sql::same(
        "UPDATE delegation SET ended_at = $3, ended_by = $4
         WHERE workspace_id = $1 AND delegation_id = $2 AND ended_at IS NULL",
    );
    Tenant GET = Sql::same(
        "SELECT delegation_id, from_person, to_person, starts_at, ends_at, scope, created_at, created_by, ended_at
         FROM delegation WHERE workspace_id = $1 AND delegation_id = $2",
    );
    Tenant NOT_OVER = Sql::same(
        "SELECT delegation_id, from_person, to_person, starts_at, ends_at, scope, created_at, created_by, ended_at
         FROM delegation WHERE workspace_id = $1 AND ends_at > $2 AND ended_at IS NULL ORDER BY ends_at, delegation_id",
    );
}

impl Store {
    /// Keeps a delegation, and tells those who are in it.
    pub async fn add_delegation(
        &self,
        scope: &Scope,
        (id, terms): (&DelegationId, &Delegation),
        mails: &[NewMail],
        by: By<'_>,
    ) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        let (from, to, covers) = (&terms.from, &terms.to, to_json(&terms.scope)?);
        group.op(&ADD, args![scope, id, from, to, terms.starts_at, terms.ends_at, covers, by.at, by.who]);
        for mail in mails {
            mail_op(&mut group, scope, mail);
        }
        self.commit_group(group).await?.done().map(drop)
    }

    /// Ends a delegation before its time, and tells those who are in it. False: there is none that could be ended.
    pub async fn end_delegation(
        &self,
        scope: &Scope,
        id: &DelegationId,
        mails: &[NewMail],
        by: By<'_>,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&END, args![scope, id, by.at, by.who]);
        for mail in mails {
            mail_op(&mut group, scope, mail);
        }
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// One delegation, over or not.
    pub async fn get_delegation(&self, scope: &Scope, id: &DelegationId) -> Result<Option<DelegationRow>> {
        self.one(&GET, args![scope, id]).await
    }

    /// The delegations that are in force or will be.
    pub async fn list_delegations(&self, scope: &Scope, now: Timestamp) -> Result<Vec<DelegationRow>> {
        self.all(&NOT_OVER, args![scope, now]).await
    }
}

impl FromRow for DelegationRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        let delegation = row.parse()?;
        let terms = Delegation {
            from: row.parse()?,
            to: row.parse()?,
            starts_at: row.time()?,
            ends_at: row.time()?,
            scope: row.json()?,
        };
        Ok(Self {
            delegation,
            terms,
            created_at: row.time()?,
            created_by: row.text()?,
            ended_at: row.opt_time()?,
        })
    }
}
