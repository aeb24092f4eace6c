//! Workspaces and API tokens: what is known before a scope is.

use throughline_domain::id::{PersonId, TokenId};
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements, to_json};
use crate::error::Result;
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

/// A workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceRow {
    /// Its id.
    pub scope: Scope,
    /// Name for people.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
}

/// An API token to store; the token itself is never stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// Its id.
    pub token: TokenId,
    /// Hex SHA-256 of the token.
    pub hash: String,
    /// Name for people.
    pub name: String,
    /// Whose it is; `None`: made by the token of the data directory.
    pub person: Option<PersonId>,
    /// The only workspace it may use; `None`: every one.
    pub workspace: Option<Scope>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When.
    pub created_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Option<Timestamp>,
}

/// A stored token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// Its id.
    pub token: TokenId,
    /// Name for people.
    pub name: String,
    /// Whose it is; `None`: made by the token of the data directory.
    pub person: Option<PersonId>,
    /// The only workspace it may use; `None`: every one.
    pub workspace: Option<Scope>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// The last use that was written down.
    pub used_at: Option<Timestamp>,
}

impl TokenRow {
    /// Neither expired nor revoked at this time.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|expires| now < expires)
    }
}

macro_rules! token_sql {
    ($tail:literal) => {
        Sql::same(concat!(
            "SELECT token_id, name, person_id, workspace_id, scopes, created_at, expires_at, revoked_at, used_at
             FROM api_token ",
            $tail
        ))
    };
}

statements! {
    Global CREATE = Sql::same(
        "INSERT INTO workspace (workspace_id, name, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (workspace_id) DO NOTHING",
    );
    Global GET = Sql::same("SELECT workspace_id, name, created_at FROM workspace WHERE workspace_id = $1");
    Global LIST = Sql::same("SELECT workspace_id, name, created_at FROM workspace ORDER BY workspace_id");
    Global INSERT_TOKEN = Sql::same(
        "INSERT INTO api_token (token_id, hash, name, workspace_id, scopes, created_at, expires_at, person_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    Global TOKEN = token_sql!("WHERE hash = $1");
    Global TOKENS = token_sql!("ORDER BY token_id");
    Global TOKENS_OF = token_sql!("WHERE person_id = $1 ORDER BY token_id");
    Global TOUCH = Sql::same(
        "UPDATE api_token SET used_at = $2 WHERE token_id = $1 AND (used_at IS NULL OR used_at < $2)",
    );
    Global REVOKE = Sql::same("UPDATE api_token SET revoked_at = $2 WHERE token_id = $1 AND revoked_at IS NULL");
}

impl Store {
    /// Creates a workspace. False: it exists.
    pub async fn create_workspace(&self, scope: &Scope, name: &str, at: Timestamp) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&CREATE, args![scope, name, at]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// One workspace.
    pub async fn get_workspace(&self, scope: &Scope) -> Result<Option<WorkspaceRow>> {
        self.one(&GET, args![scope]).await
    }

    /// Every workspace, by id.
    pub async fn list_workspaces(&self) -> Result<Vec<WorkspaceRow>> {
        self.all(&LIST, Vec::new()).await
    }

    /// Stores a token's hash.
    pub async fn create_token(&self, new: &NewToken) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        let (workspace, scopes) = (new.workspace.as_ref().map(Scope::as_str), to_json(&new.scopes)?);
        let (at, until, person) = (new.created_at, new.expires_at, new.person.as_ref());
        group
            .op(&INSERT_TOKEN, args![&new.token, &new.hash, &new.name, workspace, scopes, at, until, person]);
        self.commit_group(group).await?.done().map(drop)
    }

    /// The token of this hash, good or not: ask [`TokenRow::is_good`].
    pub async fn token_by_hash(&self, hash: &str) -> Result<Option<TokenRow>> {
        self.one(&TOKEN, args![hash]).await
    }

    /// Every token, oldest first.
    pub async fn list_tokens(&self) -> Result<Vec<TokenRow>> {
        self.all(&TOKENS, Vec::new()).await
    }

    /// The tokens of one person, oldest first.
    pub async fn list_tokens_of(&self, person: &PersonId) -> Result<Vec<TokenRow>> {
        self.all(&TOKENS_OF, args![person]).await
    }

    /// Writes down that a token was used.
    pub async fn touch_token(&self, token: &TokenId, at: Timestamp) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        group.op(&TOUCH, args![token, at]);
        self.commit_group(group).await?.done().map(drop)
    }

    /// Revokes a token. False: there is none, or it was revoked before.
    pub async fn revoke_token(&self, token: &TokenId, at: Timestamp) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&REVOKE, args![token, at]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }
}

impl FromRow for WorkspaceRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { scope: row.parse()?, name: row.text()?, created_at: row.time()? })
    }
}

impl FromRow for TokenRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            token: row.parse()?,
            name: row.text()?,
            person: row.opt_parse()?,
            workspace: row.opt_parse()?,
            scopes: row.json()?,
            created_at: row.time()?,
            expires_at: row.opt_time()?,
            revoked_at: row.opt_time()?,
            used_at: row.opt_time()?,
        })
    }
}
