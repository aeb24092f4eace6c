//! Changes that were asked for with a key of the sender's own: each is done once, and answered as it was the first time.

use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::{Result, StoreError};
use crate::writer::{Group, Kind, Outcome};

/// Tries to take a request on that others take on and give back at the same time.
const PATIENCE: u32 = 16;

/// Whose request, and what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Name of the sender in records: keys of others are others.
    pub principal: String,
    /// Their key.
    pub key: String,
    /// Hex SHA-256 of everything that was sent.
    pub hash: String,
}

/// What is known of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It was not asked for before: it is now this caller's to do.
    Begun,
    /// Under this key something else was asked for.
    Another,
    /// It began before and has no answer: it is being done, or the server ended meanwhile.
    Unanswered {
        /// When it began.
        begun_at: Timestamp,
    },
    /// It was done.
    Answered {
        /// HTTP status.
        status: u16,
        /// The body; nothing where it held a secret or was too long to keep.
        answer: Option<Vec<u8>>,
    },
}

struct KeptRow {
    hash: String,
    begun_at: Timestamp,
    status: Option<u16>,
    answer: Option<Vec<u8>>,
}

statements! {
    Global BEGIN = Sql::same(
        "INSERT INTO kept_request (principal, key, hash, begun_at) VALUES ($1, $2, $3, (SELECT now FROM clock))
         ON CONFLICT (principal, key) DO NOTHING",
    );
    Global GET = Sql::same(
        "SELECT hash, begun_at, status, answer FROM kept_request WHERE principal = $1 AND key = $2",
    );
    Global ANSWER = Sql::same(
        "UPDATE kept_request SET ended_at = (SELECT now FROM clock), status = $4, answer = $5
         WHERE principal = $1 AND key = $2 AND hash = $3 AND ended_at IS NULL",
    );
    Global FORGET = Sql::same(
        "DELETE FROM kept_request WHERE principal = $1 AND key = $2 AND hash = $3 AND ended_at IS NULL",
    );
    Global SWEEP = Sql::same(
        "DELETE FROM kept_request WHERE begun_at < $1 AND (principal, key) IN (
             SELECT principal, key FROM kept_request WHERE begun_at < $1 ORDER BY begun_at LIMIT $2)",
    );
}

impl Store {
    /// Takes a request on, unless it was taken on before: by the database's clock, which is everybody's. Of many at once, one gets [`Kept::Begun`].
    pub async fn begin_request(&self, request: &RequestKey) -> Result<Kept> {
        let RequestKey { principal, key, hash } = request;
        for _ in 0..PATIENCE {
            let mut group = Group::new(Kind::Admin);
            group.fence(&BEGIN, args![principal, key, hash]);
            if let Outcome::Committed(_) = self.commit_group(group).await? {
                return Ok(Kept::Begun);
            }
            let found: Option<KeptRow> = self.one(&GET, args![principal, key]).await?;
            // Nothing: whoever had taken it on has given it back since.
            let Some(found) = found else { continue };
            return Ok(match found.status {
                _ if found.hash != *hash => Kept::Another,
                None => Kept::Unanswered { begun_at: found.begun_at },
                Some(status) => Kept::Answered { status, answer: found.answer },
            });
        }
        Err(StoreError::Busy("a request with this key"))
    }

    /// Keeps the answer of a request that was taken on.
    pub async fn answer_request(
        &self,
        request: &RequestKey,
        status: u16,
        answer: Option<&[u8]>,
    ) -> Result<()> {
        let RequestKey { principal, key, hash } = request;
        let mut group = Group::new(Kind::Admin);
        group.op(&ANSWER, args![principal, key, hash, i64::from(status), answer.map(<[u8]>::to_vec)]);
        self.commit_group(group).await?.done().map(drop)
    }

    /// Gives a request back that was not done: it may be asked for again under its key.
    pub async fn forget_request(&self, request: &RequestKey) -> Result<()> {
        let RequestKey { principal, key, hash } = request;
        let mut group = Group::new(Kind::Admin);
        group.op(&FORGET, args![principal, key, hash]);
        self.commit_group(group).await?.done().map(drop)
    }

    /// Forgets what was asked for before a time; how many.
    pub async fn sweep_requests_all(&self, before: Timestamp, limit: u32) -> Result<u64> {
        let mut group = Group::new(Kind::Sweep);
        group.op(&SWEEP, args![before, limit]);
        Ok(self.commit_group(group).await?.done()?.first().map_or(0, |done| done.changed))
    }
}

impl FromRow for KeptRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            hash: row.text()?,
            begun_at: row.time()?,
            status: row.opt_int()?.and_then(|status| u16::try_from(status).ok()),
            answer: row.opt_bytes()?,
        })
    }
}
