//! The statements behind the front door: the hot inserts, each with its multi-row form.

use crate::db::{Sql, statements};

statements! {
    // A row that has expired counts as absent. The content window is looked at in the same statement, so that the
    // fence decides for both.
    Tenant DEDUPE = Sql::same(
        "INSERT INTO dedupe (workspace_id, scope, key_hash, event_id, run_id, expires_at)
         SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT),
             CAST($6 AS BIGINT)
         WHERE NOT EXISTS (SELECT 1 FROM dedupe AS other WHERE other.workspace_id = $1 AND other.scope = $8
             AND other.key_hash = $9 AND other.expires_at > $7)
         ON CONFLICT (workspace_id, scope, key_hash) DO UPDATE
             SET event_id = excluded.event_id, run_id = excluded.run_id, expires_at = excluded.expires_at
             WHERE dedupe.expires_at <= $7
         RETURNING event_id",
    ).many(
        &[3],
        "workspace_id text, scope text, key_hash text, event_id text, run_id text, expires_at bigint, now bigint, \
         other_scope text, other_hash text",
        "INSERT INTO dedupe (workspace_id, scope, key_hash, event_id, run_id, expires_at)
         SELECT n.workspace_id, n.scope, n.key_hash, n.event_id, n.run_id, n.expires_at FROM n
         WHERE NOT EXISTS (SELECT 1 FROM dedupe AS other WHERE other.workspace_id = n.workspace_id
             AND other.scope = n.other_scope AND other.key_hash = n.other_hash AND other.expires_at > n.now)
         ON CONFLICT (workspace_id, scope, key_hash) DO UPDATE
             SET event_id = excluded.event_id, run_id = excluded.run_id, expires_at = excluded.expires_at
             WHERE dedupe.expires_at <= (SELECT min(now) FROM n)
         RETURNING event_id",
    );
    Tenant REMEMBER = Sql::same(
        "INSERT INTO dedupe (workspace_id, scope, key_hash, event_id, run_id, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (workspace_id, scope, key_hash) DO UPDATE
             SET event_id = excluded.event_id, run_id = excluded.run_id, expires_at = excluded.expires_at",
    );
    Tenant INSERT_EVENT = Sql::same(
        "INSERT INTO event (workspace_id, event_id, workflow_id, trigger_id, kind, received_at, run_id, dedupe_key,
             headers, size, payload, payload_sha256)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    ).many(
        &[1],
        "workspace_id text, event_id text, workflow_id text, trigger_id text, kind text, received_at bigint, \
         run_id text, dedupe_key text, headers bytea, size bigint, payload bytea, payload_sha256 text",
        "INSERT INTO event (workspace_id, event_id, workflow_id, trigger_id, kind, received_at, run_id, dedupe_key,
             headers, size, payload, payload_sha256)
         SELECT * FROM n",
    );
    // With a worker in $13 the run is born claimed, under a lease of $14.
    Tenant INSERT_RUN = Sql::same(
        "INSERT INTO run (workspace_id, run_id, workflow_id, version, event_id, parent_run_id, parent_path, retry_of,
             reply_wanted, keys, created_at, last_seq, lease_worker, lifecycle, status, due_at, generation, claims,
             lease_until, started_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'active',
             CASE WHEN CAST($13 AS TEXT) IS NULL THEN 'queued' ELSE 'running' END,
             CASE WHEN CAST($13 AS TEXT) IS NULL THEN CAST($11 AS BIGINT) END,
             CASE WHEN CAST($13 AS TEXT) IS NULL THEN 0 ELSE 1 END,
             CASE WHEN CAST($13 AS TEXT) IS NULL THEN 0 ELSE 1 END,
             CASE WHEN CAST($13 AS TEXT) IS NOT NULL THEN (SELECT now FROM clock) + CAST($14 AS BIGINT) END,
             CASE WHEN CAST($13 AS TEXT) IS NOT NULL THEN (SELECT now FROM clock) END)
         ON CONFLICT (workspace_id, run_id) DO NOTHING",
    ).many(
        &[1],
        "workspace_id text, run_id text, workflow_id text, version bigint, event_id text, parent_run_id text, \
         parent_path text, retry_of text, reply_wanted bigint, keys bytea, created_at bigint, last_seq bigint, \
         worker text, lease bigint",
        "INSERT INTO run (workspace_id, run_id, workflow_id, version, event_id, parent_run_id, parent_path, retry_of,
             reply_wanted, keys, created_at, last_seq, lease_worker, lifecycle, status, due_at, generation, claims,
             lease_until, started_at)
         SELECT n.workspace_id, n.run_id, n.workflow_id, n.version, n.event_id, n.parent_run_id, n.parent_path,
             n.retry_of, n.reply_wanted, n.keys, n.created_at, n.last_seq, n.worker, 'active',
             CASE WHEN n.worker IS NULL THEN 'queued' ELSE 'running' END,
             CASE WHEN n.worker IS NULL THEN n.created_at END,
             CASE WHEN n.worker IS NULL THEN 0 ELSE 1 END,
             CASE WHEN n.worker IS NULL THEN 0 ELSE 1 END,
             CASE WHEN n.worker IS NOT NULL THEN (SELECT now FROM clock) + n.lease END,
             CASE WHEN n.worker IS NOT NULL THEN (SELECT now FROM clock) END
         FROM n WHERE true
         ON CONFLICT (workspace_id, run_id) DO NOTHING
         RETURNING run_id",
    );
    Tenant INSERT_KEY = Sql::same(
        "INSERT INTO run_key (workspace_id, name, value, run_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace_id, name, value, run_id) DO NOTHING",
    ).many(
        &[3, 1, 2],
        "workspace_id text, name text, value text, run_id text",
        "INSERT INTO run_key (workspace_id, name, value, run_id) SELECT * FROM n WHERE true
         ON CONFLICT (workspace_id, name, value, run_id) DO NOTHING",
    );
    Tenant INSERT_LOG = Sql::same(
        "INSERT INTO run_log (workspace_id, run_id, first_seq, last_seq, generation, entries, committed_at)
         VALUES ($1, $2, $3, $4, $5, $6, (SELECT now FROM clock))
         ON CONFLICT (workspace_id, run_id, first_seq) DO NOTHING",
    ).many(
        &[1, 2],
        "workspace_id text, run_id text, first_seq bigint, last_seq bigint, generation bigint, entries bytea",
        "INSERT INTO run_log (workspace_id, run_id, first_seq, last_seq, generation, entries, committed_at)
         SELECT n.workspace_id, n.run_id, n.first_seq, n.last_seq, n.generation, n.entries, (SELECT now FROM clock)
         FROM n WHERE true
         ON CONFLICT (workspace_id, run_id, first_seq) DO NOTHING",
    );
    Tenant REFER_BLOB = Sql::same(
        "INSERT INTO blob_reference (workspace_id, sha256, run_id) VALUES ($1, $2, $3)
         ON CONFLICT (workspace_id, sha256, run_id) DO NOTHING",
    );
}
