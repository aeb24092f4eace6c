//! The account a connection is authorised as, as the system itself said when it was asked.

use throughline_domain::id::ConnectionId;
use throughline_domain::time::Timestamp;

use crate::db::{Sql, args, statements};
use crate::error::{Result, StoreError};
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};
use crate::{Store, Subject};

/// What a test of a connection found out about its account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestedAccount {
    /// None was known before.
    First,
    /// It is the one that was known.
    Same,
    /// It is another: what was decided with the one before does not hold for it.
    Other {
        /// The account that was known.
        was: String,
    },
}

statements! {
    // Only where the account is still as it was read: of two tests at once, each sees what it replaced.
    Tenant RECORD = Sql::same(
        "UPDATE connection SET account = $3, tested_at = $4, updated_at = $4,
             agreed_account = COALESCE(agreed_account, $3)
         WHERE workspace_id = $1 AND connection_id = $2 AND state = 'active' AND account IS NOT DISTINCT FROM $5",
    );
    // Only the account that was shown.
    Tenant AGREE = Sql::same(
        "UPDATE connection SET agreed_account = $3
         WHERE workspace_id = $1 AND connection_id = $2 AND state = 'active' AND account = $3
             AND tested_at IS NOT NULL",
    );
}

impl Store {
    /// Lets live writes go to this account by themselves. False: another one answered last, or none since the last change.
    pub async fn agree_account(
        &self,
        scope: &Scope,
        connection: &ConnectionId,
        account: &str,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.changes().touch(scope, Subject::Connection, connection.as_str());
        group.fence(&AGREE, args![scope, connection, account]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Records the account that a test of an active connection found; `None`: there is no such connection.
    pub async fn record_account(
        &self,
        scope: &Scope,
        connection: &ConnectionId,
        account: &str,
        at: Timestamp,
    ) -> Result<Option<TestedAccount>> {
        let Some(row) = self.get_connection(scope, connection).await? else { return Ok(None) };
        let mut group = Group::new(Kind::Admin);
        group.fence(&RECORD, args![scope, connection, account, at, &row.account]);
        match self.commit_group(group).await? {
            Outcome::Committed(_) => Ok(Some(match row.account {
                None => TestedAccount::First,
                Some(was) if was == account => TestedAccount::Same,
                Some(was) => TestedAccount::Other { was },
            })),
            Outcome::Fenced | Outcome::Refused(_) if row.state == super::ConnectionState::Deleted => Ok(None),
            Outcome::Fenced | Outcome::Refused(_) => Err(StoreError::Busy("the connection")),
        }
    }
}
