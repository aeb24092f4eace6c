//! Codes by which somebody without a session decides.

use throughline_domain::approval::CodeState;
use throughline_domain::id::{PersonId, ProposalId};
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements, to_json};
use crate::error::Result;
use crate::mail::{NewMail, mail_op};
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

/// The codes of one person for one proposal, and how often they were changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRow {
    /// The codes.
    pub state: CodeState,
    /// Rises with each change.
    pub revision: u64,
}

statements! {
    Tenant GET = Sql::same(
        "SELECT state, revision FROM deciding_code
         WHERE workspace_id = $1 AND person_id = $2 AND proposal_id = $3",
    );
    Tenant OF_PERSON = Sql::same(
        "SELECT state, revision FROM deciding_code
         WHERE workspace_id = $1 AND person_id = $2 AND requested_at > $3 AND proposal_id <> $4 LIMIT 100",
    );
    Tenant FIRST = Sql::same(
        "INSERT INTO deciding_code (workspace_id, person_id, proposal_id, state, requested_at, revision)
         VALUES ($1, $2, $3, $4, $5, 1) ON CONFLICT (workspace_id, person_id, proposal_id) DO NOTHING",
    );
    Tenant CHANGE = Sql::same(
        "UPDATE deciding_code SET state = $4, requested_at = $5, revision = revision + 1
         WHERE workspace_id = $1 AND person_id = $2 AND proposal_id = $3 AND revision = $6",
    );
}

impl Store {
    /// The codes of a person for a proposal.
    pub async fn get_codes(
        &self,
        scope: &Scope,
        person: &PersonId,
        proposal: &ProposalId,
    ) -> Result<Option<CodeRow>> {
        self.one(&GET, args![scope, person, proposal]).await
    }

    /// When the same person asked for codes of other proposals after a time.
    pub async fn codes_elsewhere(
        &self,
        scope: &Scope,
        person: &PersonId,
        proposal: &ProposalId,
        since: Timestamp,
    ) -> Result<Vec<Timestamp>> {
        let rows: Vec<CodeRow> = self.all(&OF_PERSON, args![scope, person, since, proposal]).await?;
        Ok(rows.into_iter().flat_map(|row| row.state.requested_at).filter(|at| *at > since).collect())
    }

    /// Keeps what became of a person's codes, with the mail that carries a new one. `read`: the revision it follows from.
    /// False: they were changed since; read them again.
    pub async fn keep_codes(
        &self,
        scope: &Scope,
        state: &CodeState,
        read: Option<u64>,
        mail: Option<&NewMail>,
        at: Timestamp,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Decision);
        let (person, proposal, bytes) = (&state.person, &state.proposal, to_json(state)?);
        let requested_at = state.requested_at.iter().copied().max().unwrap_or(at);
        match read {
            None => group.fence(&FIRST, args![scope, person, proposal, bytes, requested_at]),
            Some(revision) => {
                group.fence(&CHANGE, args![scope, person, proposal, bytes, requested_at, revision]);
            }
        }
        if let Some(mail) = mail {
            mail_op(&mut group, scope, mail);
        }
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }
}

impl FromRow for CodeRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { state: row.json()?, revision: row.count()? })
    }
}
