//! Statistics of PostgreSQL's tables. Its own service looks once a minute, and a new database fills within seconds: plans
//! made of tables that looked empty then read an index from end to end for each row. New statistics have every connection
//! plan anew, so whoever writes looks at the sizes every other second.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use tokio::task::JoinHandle;

use crate::counters::Counters;
use crate::db::postgres;

const PAUSE: Duration = Duration::from_secs(2);
/// Rows that are looked at are 300 times as many: enough to tell a key from a status. PostgreSQL's own service takes more.
const TARGET: &str = "20";
/// Milliseconds that one look may take.
const LOOK_MS: u64 = 30_000;

/// Tables of this schema that are four times as large as when they were last looked at.
const ANALYZE_GROWN: &str = "
    DO $$
    DECLARE grown regclass;
    BEGIN
        FOR grown IN
            SELECT oid FROM pg_class
            WHERE relkind = 'r' AND relnamespace = to_regnamespace(current_schema()) AND pg_has_role(relowner, 'USAGE')
                AND pg_relation_size(oid) / current_setting('block_size')::bigint > greatest(4 * relpages, 8)
        LOOP
            EXECUTE 'ANALYZE (SKIP_LOCKED) ' || grown;
        END LOOP;
    END $$";

/// Looks as long as the store is open; only after commits of this node.
pub(crate) fn start(url: &PgConnectOptions, counters: Arc<Counters>) -> JoinHandle<()> {
    let url = url.clone().options([("default_statistics_target", TARGET)]);
    let pool = postgres::pool(&url, 1, LOOK_MS);
    tokio::spawn(async move {
        let mut seen = 0;
        loop {
            tokio::time::sleep(PAUSE).await;
            let commits = counters.now().commits;
            if commits == seen {
                continue;
            }
            seen = commits;
            if let Err(error) = sqlx::raw_sql(ANALYZE_GROWN).execute(&pool).await {
                tracing::debug!(error = %error, "the tables' statistics could not be brought up to date");
            }
        }
    })
}
