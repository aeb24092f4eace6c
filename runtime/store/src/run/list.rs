//! Lists of runs, and how many are open.

use throughline_domain::id::RunId;
use throughline_domain::time::Timestamp;

use super::{RunRow, RunStatus};
use crate::Store;
use crate::db::{Arg, Sql, args, statements};
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::scope::Scope;

/// Which runs to list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunFilter {
    /// Of this workflow.
    pub workflow: Option<String>,
    /// In this status.
    pub status: Option<RunStatus>,
    /// With this key: name and value.
    pub key: Option<(String, String)>,
    /// Created at this time or later.
    pub since: Option<Timestamp>,
}

/// `$2` cursor, `$3` since, `$4` status, `$5` limit, `$6` workflow. Each form says the predicate of the partial index it
/// uses. SQLite is told the index: it thinks that two bounds of the primary key are worth more than any of them.
macro_rules! list {
    ($index:literal, $where:literal) => {
        Sql::fork(list!(@ concat!("run INDEXED BY ", $index), $where), list!(@ "run", $where))
    };
    (@ $from:expr, $where:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM ",
            $from,
            " WHERE run.workspace_id = $1 AND run.run_id < $2 AND run.run_id >= $3
                AND (CAST($4 AS TEXT) IS NULL OR run.status = $4) ",
            $where,
            " ORDER BY run.run_id DESC LIMIT $5"
        )
    };
}
macro_rules! reach {
    ($from:literal, $where:literal) => {
        concat!(
            "SELECT run_id FROM ",
            $from,
            " WHERE workspace_id = $1 AND run_id < $2 AND run_id >= $3 AND ",
            $where,
            " ORDER BY run_id DESC LIMIT 1 OFFSET $4"
        )
    };
}
macro_rules! counts {
    ($where:literal) => {
        concat!(
            "WITH open (status) AS (VALUES ('queued'), ('running'), ('waiting'))
             SELECT workspace.workspace_id, open.status, (SELECT count(*) FROM (SELECT 1 FROM run
                 WHERE run.workspace_id = workspace.workspace_id AND run.status = open.status
                     AND run.status IN ('queued', 'running', 'waiting') LIMIT 25000) AS counted)
             FROM workspace CROSS JOIN open ",
            $where,
            " ORDER BY workspace.workspace_id, open.status"
        )
    };
}
statements! {
    Tenant LIST = Sql::same(list!(@ "run", ""));
    Tenant LIST_OPEN = list!(
        "run_open",
        "AND run.status IN ('queued', 'running', 'waiting') AND run.status = $4
            AND (CAST($6 AS TEXT) IS NULL OR run.workflow_id = $6)"
    );
    Tenant LIST_WAITING = list!("run_waiting_workflow", "AND run.status = 'waiting' AND run.workflow_id = $6");
    Tenant LIST_FAILED = list!("run_failed", "AND run.status IN ('failed', 'cancelled') AND run.status = $4");
    Tenant LIST_FAILED_WORKFLOW = list!(
        "run_failed_workflow",
        "AND run.status IN ('failed', 'cancelled') AND run.status = $4 AND run.workflow_id = $6"
    );
    Tenant LIST_WORKFLOW = list!("run_workflow", "AND run.workflow_id = $6");
    // From the keys to the runs: the order of the keys is the order of the list.
    Tenant LIST_KEY = Sql::same(concat!(
        "SELECT ", columns!(), " FROM run_key CROSS JOIN run
             WHERE run_key.workspace_id = $1 AND run_key.name = $7 AND run_key.value = $8 AND run_key.run_id < $2
                 AND run_key.run_id >= $3 AND run.workspace_id = $1 AND run.run_id = run_key.run_id
                 AND (CAST($4 AS TEXT) IS NULL OR run.status = $4)
                 AND (CAST($6 AS TEXT) IS NULL OR run.workflow_id = $6)
             ORDER BY run_key.run_id DESC LIMIT $5"
    ));
    // The last of so many runs: as far as one look goes.
    Tenant REACH = Sql::same(
        "SELECT run_id FROM run WHERE workspace_id = $1 AND run_id < $2 AND run_id >= $3
         ORDER BY run_id DESC LIMIT 1 OFFSET $4",
    );
    Tenant REACH_WORKFLOW = Sql::fork(
        reach!("run INDEXED BY run_workflow", "workflow_id = $5"),
        reach!("run", "workflow_id = $5")
    );
    Tenant REACH_KEY = Sql::same(reach!("run_key", "name = $5 AND value = $6"));
    Tenant COUNTS = Sql::same(counts!("WHERE workspace.workspace_id = $1"));
    All OPEN_COUNTS = Sql::same(counts!(""));
}

/// How far a page looks for runs that nothing but looking at each finds: so many, and if it is not full then, so many more.
/// Runs that no index tells apart may lie far back: behind a million that wait, or among all that share a key.
struct Scan {
    reach: &'static Sql,
    looks: &'static [u64],
}

impl Scan {
    fn of(filter: &RunFilter) -> Option<Self> {
        let succeeded = filter.status == Some(RunStatus::Succeeded);
        match (&filter.key, &filter.workflow) {
            (Some(_), workflow) if filter.status.is_some() || workflow.is_some() => {
                Some(Self { reach: &REACH_KEY, looks: &[250] })
            }
            (None, Some(_)) if succeeded => Some(Self { reach: &REACH_WORKFLOW, looks: &[400, 4_000] }),
            (None, None) if succeeded => Some(Self { reach: &REACH, looks: &[4_000, 150_000] }),
            (Some(_) | None, _) => None,
        }
    }
}

impl Store {
    /// One page of runs, newest first. A page may hold less than was asked for, even nothing, and have a next one, where
    /// most runs with a key are in another status, or most of all runs have not ended.
    pub async fn list_runs(
        &self,
        scope: &Scope,
        filter: &RunFilter,
        page: &PageRequest,
    ) -> Result<Page<RunRow>> {
        let since = filter.since.map_or_else(String::new, |since| {
            RunId::new(since.as_millis().max(0).cast_unsigned(), 0).as_str().to_owned()
        });
        let mut before = page.before()?.to_owned();
        let mut rows = Vec::new();
        let Some(scan) = Scan::of(filter) else {
            rows = self.runs_between(scope, filter, (&before, &since), page.limit() + 1).await?;
            return Ok(Page::cut(rows, page, |row| row.run.as_str().to_owned()));
        };
        for look in scan.looks {
            let reach = self.reach(scope, filter, (scan.reach, *look), (&before, &since)).await?;
            let until = reach.as_ref().unwrap_or(&since);
            let wanted = page.limit() + 1 - rows.len();
            rows.extend(self.runs_between(scope, filter, (&before, until), wanted).await?);
            let Some(reach) = reach.filter(|_| rows.len() <= page.limit()) else {
                return Ok(Page::cut(rows, page, |row| row.run.as_str().to_owned()));
            };
            before = reach;
        }
        Ok(Page { items: rows, next: Some(before) })
    }

    /// Runs older than the first bound and as new as the second or newer.
    async fn runs_between(
        &self,
        scope: &Scope,
        filter: &RunFilter,
        (before, until): (&str, &str),
        limit: usize,
    ) -> Result<Vec<RunRow>> {
        let status = filter.status.map(RunStatus::as_str);
        let mut args = args![scope, before, until, status, limit];
        let (sql, of_workflow) = match (&filter.key, filter.status, filter.workflow.is_some()) {
            (Some(_), _, _) => (&LIST_KEY, true),
            (None, Some(RunStatus::Waiting), true) => (&LIST_WAITING, true),
            (None, Some(RunStatus::Queued | RunStatus::Running | RunStatus::Waiting), _) => {
                (&LIST_OPEN, true)
            }
            (None, Some(RunStatus::Failed | RunStatus::Cancelled), true) => (&LIST_FAILED_WORKFLOW, true),
            (None, Some(RunStatus::Failed | RunStatus::Cancelled), false) => (&LIST_FAILED, false),
            (None, Some(RunStatus::Succeeded) | None, true) => (&LIST_WORKFLOW, true),
            (None, Some(RunStatus::Succeeded) | None, false) => (&LIST, false),
        };
        if of_workflow {
            args.extend(args![&filter.workflow]);
        }
        if let Some((name, value)) = &filter.key {
            args.extend(args![name, value]);
        }
        self.all(sql, args).await
    }

    /// The oldest run that a look goes to, if there may be more behind it.
    async fn reach(
        &self,
        scope: &Scope,
        filter: &RunFilter,
        (sql, look): (&'static Sql, u64),
        (before, since): (&str, &str),
    ) -> Result<Option<String>> {
        let mut args = args![scope, before, since, look - 1];
        match (&filter.key, &filter.workflow) {
            (Some((name, value)), _) => args.extend(args![name, value]),
            (None, Some(workflow)) => args.extend(args![workflow]),
            (None, None) => {}
        }
        self.rows(sql, args).await?.into_iter().next().map(|mut row| row.text()).transpose()
    }

    /// Open runs by status; of each at most 25,000 are counted.
    pub async fn open_runs(&self, scope: &Scope) -> Result<Vec<(RunStatus, u64)>> {
        let counts = self.counts(&COUNTS, args![scope]).await?;
        Ok(counts.into_iter().map(|(_, status, count)| (status, count)).collect())
    }

    /// Open runs of every workspace by status: the figures of `/metrics`. Counted as far as [`Store::open_runs`] does.
    pub async fn open_runs_all(&self) -> Result<Vec<(Scope, RunStatus, u64)>> {
        self.counts(&OPEN_COUNTS, Vec::new()).await
    }

    async fn counts(&self, sql: &'static Sql, args: Vec<Arg>) -> Result<Vec<(Scope, RunStatus, u64)>> {
        let mut counts = Vec::new();
        for mut row in self.rows(sql, args).await? {
            let (scope, status, count) = (row.parse()?, row.parse()?, row.count()?);
            if count > 0 {
                counts.push((scope, status, count));
            }
        }
        Ok(counts)
    }
}
