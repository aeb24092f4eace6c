//! Claims and leases. A worker claims whole runs; the generation that rises with each claim fences the commits of
//! everyone who held the run before. Only the database's clock says whether a lease has ended.

use throughline_domain::id::{RunId, WorkerId};
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{Arg, FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::run::Lifecycle;
use crate::scope::Scope;
use crate::writer::{Group, Kind};

/// A claimed run: this worker alone may commit for it, under this generation, until the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Workspace.
    pub scope: Scope,
    /// Run.
    pub run: RunId,
    /// Workflow.
    pub workflow: String,
    /// Pinned version.
    pub version: u32,
    /// Goes with every commit.
    pub generation: u64,
    /// Claims so far without a release in between: a run that takes its worker down again and again shows here.
    pub claims: u32,
    /// Does somebody want it paused or cancelled?
    pub lifecycle: Lifecycle,
    /// Last entry of its log.
    pub last_seq: u64,
    /// Since then: its writes may have happened already, in a life of the data that was lost. None is sent before it was
    /// looked up.
    pub doubtful_since: Option<Timestamp>,
}

impl Claim {
    /// The lease it holds.
    pub fn lease(&self) -> Lease {
        Lease { scope: self.scope.clone(), run: self.run.clone(), generation: self.generation }
    }
}

/// Which lease to renew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Workspace.
    pub scope: Scope,
    /// Run.
    pub run: RunId,
    /// Generation of the claim.
    pub generation: u64,
}

macro_rules! claim_sql {
    ($fair:literal, $next:literal) => {
        concat!(
            "WITH RECURSIVE tenant (workspace_id) AS (
                 SELECT (SELECT min(run.workspace_id) FROM run WHERE run.due_at IS NOT NULL
                     AND run.lifecycle <> 'paused')
                 UNION ALL
                 SELECT (SELECT min(run.workspace_id) FROM run WHERE run.due_at IS NOT NULL
                     AND run.lifecycle <> 'paused' AND run.workspace_id > tenant.workspace_id)
                 FROM tenant WHERE tenant.workspace_id IS NOT NULL
             ), fair AS (
                 SELECT due.workspace_id, due.run_id, due.due_at,
                     row_number() OVER (PARTITION BY due.workspace_id ORDER BY due.due_at, due.run_id) AS turn ",
            $fair,
            "), next AS MATERIALIZED (",
            $next,
            ") UPDATE run SET status = 'running', due_at = NULL, generation = generation + 1, claims = claims + 1,
                 lease_worker = $2, lease_until = (SELECT now FROM clock) + $3,
                 started_at = coalesce(started_at, (SELECT now FROM clock))
             FROM next WHERE run.workspace_id = next.workspace_id AND run.run_id = next.run_id
             RETURNING run.workspace_id, run.run_id, run.workflow_id, run.version, run.generation, run.claims,
                 run.lifecycle, run.last_seq, run.doubtful_since"
        )
    };
}

statements! {
    // Each workspace's oldest due runs in turn: a crowd in one cannot hold back another. CROSS JOIN: from those few to
    // their rows; SQLite would else look at every run that waits for a time. PostgreSQL, whose statistics never know how
    // many are due now, is kept to the primary key by LATERAL and by a condition (CASE) that no partial index promises.
    All CLAIM = Sql::fork(
        claim_sql!(
            "FROM tenant JOIN run AS due ON due.workspace_id = tenant.workspace_id
             WHERE due.run_id IN (SELECT first.run_id FROM run AS first
                 WHERE first.workspace_id = tenant.workspace_id AND first.due_at <= (SELECT now FROM clock)
                     AND first.lifecycle <> 'paused'
                 ORDER BY first.due_at, first.run_id LIMIT $1)",
            "SELECT run.workspace_id, run.run_id FROM fair CROSS JOIN run
             WHERE run.workspace_id = fair.workspace_id AND run.run_id = fair.run_id
                 AND run.due_at IS NOT NULL AND run.lifecycle <> 'paused'
             ORDER BY fair.turn, fair.due_at, fair.run_id LIMIT $1"
        ),
        claim_sql!(
            "FROM tenant CROSS JOIN LATERAL (SELECT first.workspace_id, first.run_id, first.due_at
                 FROM run AS first
                 WHERE first.workspace_id = tenant.workspace_id AND first.due_at <= (SELECT now FROM clock)
                     AND first.lifecycle <> 'paused'
                 ORDER BY first.due_at, first.run_id LIMIT $1) AS due",
            "SELECT chosen.workspace_id, chosen.run_id
             FROM (SELECT * FROM fair ORDER BY turn, due_at, run_id) AS chosen CROSS JOIN LATERAL (
                 SELECT 1 FROM run WHERE run.workspace_id = chosen.workspace_id AND run.run_id = chosen.run_id
                     AND CASE WHEN run.due_at IS NULL OR run.lifecycle = 'paused' THEN FALSE ELSE TRUE END
                 FOR UPDATE SKIP LOCKED) AS free LIMIT $1"
        ),
    );
    Tenant RENEW = Sql::same(
        "UPDATE run SET lease_until = (SELECT now FROM clock) + $5
         WHERE workspace_id = $1 AND run_id = $2 AND generation = $3 AND lease_worker = $4
             AND lease_until > (SELECT now FROM clock)",
    ).many(
        &[1],
        "workspace_id text, run_id text, generation bigint, worker text, lease bigint",
        "UPDATE run SET lease_until = (SELECT now FROM clock) + n.lease FROM n
         WHERE run.workspace_id = n.workspace_id AND run.run_id = n.run_id AND run.generation = n.generation
             AND run.lease_worker = n.worker AND run.lease_until > (SELECT now FROM clock)
         RETURNING run.run_id",
    );
    Tenant RELEASE = Sql::same(
        "UPDATE run SET status = 'queued', due_at = (SELECT now FROM clock), lease_worker = NULL, lease_until = NULL,
             claims = claims - 1
         WHERE workspace_id = $1 AND run_id = $2 AND generation = $3 AND status = 'running'",
    ).many(
        &[1],
        "workspace_id text, run_id text, generation bigint",
        "UPDATE run SET status = 'queued', due_at = (SELECT now FROM clock), lease_worker = NULL, lease_until = NULL,
             claims = claims - 1 FROM n
         WHERE run.workspace_id = n.workspace_id AND run.run_id = n.run_id AND run.generation = n.generation
             AND run.status = 'running'
         RETURNING run.run_id",
    );
    All EXPIRE = Sql::same(
        "UPDATE run SET status = 'queued', due_at = (SELECT now FROM clock), lease_worker = NULL, lease_until = NULL
         WHERE lease_until < (SELECT now FROM clock) RETURNING workspace_id, run_id",
    );
    All VOID = Sql::same(
        "UPDATE run SET status = 'queued', due_at = (SELECT now FROM clock), lease_worker = NULL, lease_until = NULL
         WHERE lease_until IS NOT NULL RETURNING workspace_id, run_id",
    );
    All NEXT_DUE = Sql::same(
        "WITH RECURSIVE tenant (workspace_id) AS (
             SELECT (SELECT min(run.workspace_id) FROM run WHERE run.due_at IS NOT NULL AND run.lifecycle <> 'paused')
             UNION ALL
             SELECT (SELECT min(run.workspace_id) FROM run WHERE run.due_at IS NOT NULL
                 AND run.lifecycle <> 'paused' AND run.workspace_id > tenant.workspace_id)
             FROM tenant WHERE tenant.workspace_id IS NOT NULL
         ) SELECT CAST(min((SELECT min(run.due_at) FROM run WHERE run.workspace_id = tenant.workspace_id
             AND run.due_at IS NOT NULL AND run.lifecycle <> 'paused')) AS BIGINT) FROM tenant",
    );
    Global NOW = Sql::same("SELECT now FROM clock");
}

impl Store {
    /// Claims at most `limit` due runs for `lease_ms`, each workspace in its turn. What waits with a due time that
    /// has come is claimed like what is queued.
    pub async fn claim_all(&self, worker: &WorkerId, limit: u32, lease_ms: u64) -> Result<Vec<Claim>> {
        let mut group = Group::new(Kind::Claim);
        group.op(&CLAIM, args![limit, worker, lease_ms * 1000]);
        let done = self.commit_lease(group).await?;
        done.into_iter().flat_map(|done| done.rows).map(|mut row| Claim::from_row(&mut row)).collect()
    }

    /// Renews leases; gives those that are lost: another worker may have the run by now.
    pub async fn renew_all(&self, worker: &WorkerId, leases: &[Lease], lease_ms: u64) -> Result<Vec<Lease>> {
        if leases.is_empty() {
            return Ok(Vec::new());
        }
        let mut group = Group::new(Kind::Renew);
        for lease in leases {
            let generation = lease.generation;
            group.op(&RENEW, args![&lease.scope, &lease.run, generation, worker, lease_ms * 1000]);
        }
        let done = self.commit_lease(group).await?;
        #[cfg(feature = "faults")]
        if crate::faults::no_fence() {
            return Ok(Vec::new());
        }
        Ok(leases
            .iter()
            .zip(done)
            .filter(|(_, done)| done.changed == 0)
            .map(|(lease, _)| lease.clone())
            .collect())
    }

    /// Gives runs back untouched, for another worker to claim at once: a drain. The claim is not counted.
    pub async fn release_all(&self, leases: &[Lease]) -> Result<()> {
        if leases.is_empty() {
            return Ok(());
        }
        let mut group = Group::new(Kind::Claim);
        for lease in leases {
            group.op(&RELEASE, args![&lease.scope, &lease.run, lease.generation]);
        }
        group.changes().due = true;
        self.commit_lease(group).await.map(drop)
    }

    /// Puts the runs of expired leases back in the queue.
    pub async fn expire_leases_all(&self) -> Result<Vec<(Scope, RunId)>> {
        self.requeue(&EXPIRE).await
    }

    /// SQLite only, at start: the data directory's lock proves that no other worker lives, so every lease is void.
    /// On PostgreSQL nothing is done, leases expire there.
    pub async fn void_leases_all(&self) -> Result<Vec<(Scope, RunId)>> {
        if self.is_sqlite() { self.requeue(&VOID).await } else { Ok(Vec::new()) }
    }

    async fn requeue(&self, sql: &'static Sql) -> Result<Vec<(Scope, RunId)>> {
        let mut group = Group::new(Kind::Expire);
        group.op(sql, Vec::new());
        group.changes().due = true;
        let done = self.commit_lease(group).await?;
        let mut rows = done.into_iter().flat_map(|done| done.rows);
        rows.try_fold(Vec::new(), |mut all, mut row| {
            all.push((row.parse()?, row.parse()?));
            Ok(all)
        })
    }

    /// When the next run becomes due; `None`: nothing is queued or waits for a time.
    pub async fn next_due_all(&self) -> Result<Option<Timestamp>> {
        let mut rows = self.rows(&NEXT_DUE, Vec::<Arg>::new()).await?;
        rows.first_mut().map_or(Ok(None), Row::opt_time)
    }

    /// The database's clock: the one that leases and due times are compared with.
    pub async fn now(&self) -> Result<Timestamp> {
        let mut rows = self.rows(&NOW, Vec::<Arg>::new()).await?;
        rows.first_mut().map_or(Ok(Timestamp::default()), Row::time)
    }
}

impl FromRow for Claim {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            run: row.parse()?,
            workflow: row.text()?,
            version: row.small()?,
            generation: row.count()?,
            claims: row.small()?,
            lifecycle: row.parse()?,
            last_seq: row.count()?,
            doubtful_since: row.opt_time()?,
        })
    }
}
