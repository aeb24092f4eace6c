//! Tries to sign in. The rule is `throughline_domain::access::Throttle`; here it is made to hold for tries at the same time.

use throughline_domain::access::{Limit, Throttle, TooMany};
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::{Result, StoreError};
use crate::writer::{Group, Kind, Outcome};

/// Tries to write a count down, when others count at the same time.
const PATIENCE: u32 = 64;

struct Counted {
    throttle: Throttle,
    version: u64,
}

statements! {
    Global GET = Sql::same(
        "SELECT tries, pauses, tried_at, until_at, version FROM sign_in_throttle WHERE key = $1",
    );
    // From an old number nothing is counted: the one that others have written stands.
    Global SAVE = Sql::same(
        "INSERT INTO sign_in_throttle (key, tries, pauses, tried_at, until_at, version)
         VALUES ($1, $2, $3, $4, $5, $7)
         ON CONFLICT (key) DO UPDATE SET tries = excluded.tries, pauses = excluded.pauses,
             tried_at = excluded.tried_at, until_at = excluded.until_at, version = excluded.version
         WHERE sign_in_throttle.version = $6",
    );
    Global SWEEP = Sql::same(
        "DELETE FROM sign_in_throttle WHERE key IN (
             SELECT key FROM sign_in_throttle WHERE tried_at < $1 AND (until_at IS NULL OR until_at < $1)
             ORDER BY tried_at LIMIT $2)",
    );
}

impl Store {
    /// Counts a try before the password is looked at. `key`: hex SHA-256 of what the tries have in common.
    pub async fn count_sign_in(
        &self,
        key: &str,
        limit: &Limit,
        now: Timestamp,
    ) -> Result<Result<(), TooMany>> {
        self.counted(key, |throttle| throttle.attempt(limit, now)).await
    }

    /// The password was right: the try was no guess.
    pub async fn uncount_sign_in(&self, key: &str) -> Result<()> {
        self.counted(key, Throttle::succeeded).await
    }

    /// Forgets what nobody tried since; how many.
    pub async fn sweep_sign_ins_all(&self, before: Timestamp, limit: u32) -> Result<u64> {
        let mut group = Group::new(Kind::Sweep);
        group.op(&SWEEP, args![before, limit]);
        Ok(self.commit_group(group).await?.done()?.first().map_or(0, |done| done.changed))
    }

    /// Changes a count, again and again until nobody else has changed it meanwhile.
    async fn counted<T>(&self, key: &str, change: impl Fn(&mut Throttle) -> T) -> Result<T> {
        for _ in 0..PATIENCE {
            let found: Option<Counted> = self.one(&GET, args![key]).await?;
            let (before, version) =
                found.map_or((Throttle::default(), 0), |found| (found.throttle, found.version));
            let mut after = before;
            let answer = change(&mut after);
            if after == before {
                return Ok(answer);
            }
            let mut group = Group::new(Kind::Admin);
            let (tries, pauses) = (after.tries, after.pauses);
            group.fence(&SAVE, args![key, tries, pauses, after.tried_at, after.until, version, version + 1]);
            if let Outcome::Committed(_) = self.commit_group(group).await? {
                return Ok(answer);
            }
        }
        Err(StoreError::Busy("the count of tries"))
    }
}

impl FromRow for Counted {
    fn from_row(row: &mut Row) -> Result<Self> {
        let throttle = Throttle {
            tries: row.small()?,
            pauses: row.small()?,
            tried_at: row.time()?,
            until: row.opt_time()?,
        };
        Ok(Self { throttle, version: row.count()? })
    }
}
