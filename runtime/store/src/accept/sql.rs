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
             WHERE dedupe.expires_at <= $7",
    ).many(
        "WITH next AS (
             SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
                 $7::bigint[], $8::text[], $9::text[], $10::bigint[])
             AS n (workspace_id, scope, key_hash, event_id, run_id, expires_at, now, other_scope, other_hash, ord)
         ), done AS (
             INSERT INTO dedupe (workspace_id, scope, key_hash, event_id, run_id, expires_at)
             SELECT n.workspace_id, n.scope, n.key_hash, n.event_id, n.run_id, n.expires_at FROM next AS n
             WHERE NOT EXISTS (SELECT 1 FROM dedupe AS other WHERE other.workspace_id = n.workspace_id
                 AND other.scope = n.other_scope AND other.key_hash = n.other_hash AND other.expires_at > n.now)
             ORDER BY n.workspace_id, n.scope, n.key_hash
             ON CONFLICT (workspace_id, scope, key_hash) DO UPDATE
                 SET event_id = excluded.event_id, run_id = excluded.run_id, expires_at = excluded.expires_at
                 WHERE dedupe.expires_at <= (SELECT min(now) FROM next)
             RETURNING event_id
         ) SELECT next.ord FROM next JOIN done ON done.event_id = next.event_id",
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
        "INSERT INTO event (workspace_id, event_id, workflow_id, trigger_id, kind, received_at, run_id, dedupe_key,
             headers, size, payload, payload_sha256)
         SELECT n.workspace_id, n.event_id, n.workflow_id, n.trigger_id, n.kind, n.received_at, n.run_id,
             n.dedupe_key, n.headers, n.size, n.payload, n.payload_sha256
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[],
             $8::text[], $9::bytea[], $10::bigint[], $11::bytea[], $12::text[], $13::bigint[])
             AS n (workspace_id, event_id, workflow_id, trigger_id, kind, received_at, run_id, dedupe_key, headers,
                 size, payload, payload_sha256, ord)
         ORDER BY n.workspace_id, n.event_id",
    );
    Tenant INSERT_RUN = Sql::same(
        "INSERT INTO run (workspace_id, run_id, workflow_id, version, status, lifecycle, event_id, parent_run_id,
             parent_path, retry_of, reply_wanted, keys, created_at, due_at, generation, claims, last_seq)
         VALUES ($1, $2, $3, $4, 'queued', 'active', $5, $6, $7, $8, $9, $10, $11, $11, 0, 0, $12)
         ON CONFLICT (workspace_id, run_id) DO NOTHING",
    ).many(
        "INSERT INTO run (workspace_id, run_id, workflow_id, version, status, lifecycle, event_id, parent_run_id,
             parent_path, retry_of, reply_wanted, keys, created_at, due_at, generation, claims, last_seq)
         SELECT n.workspace_id, n.run_id, n.workflow_id, n.version, 'queued', 'active', n.event_id, n.parent_run_id,
             n.parent_path, n.retry_of, n.reply_wanted, n.keys, n.created_at, n.created_at, 0, 0, n.last_seq
         FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[],
             $8::text[], $9::bigint[], $10::bytea[], $11::bigint[], $12::bigint[], $13::bigint[])
             AS n (workspace_id, run_id, workflow_id, version, event_id, parent_run_id, parent_path, retry_of,
                 reply_wanted, keys, created_at, last_seq, ord)
         ORDER BY n.workspace_id, n.run_id
         ON CONFLICT (workspace_id, run_id) DO NOTHING",
    );
    Tenant INSERT_KEY = Sql::same(
        "INSERT INTO run_key (workspace_id, name, value, run_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace_id, name, value, run_id) DO NOTHING",
    ).many(
        "INSERT INTO run_key (workspace_id, name, value, run_id)
         SELECT n.workspace_id, n.name, n.value, n.run_id
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
             AS n (workspace_id, name, value, run_id, ord)
         ORDER BY n.workspace_id, n.name, n.value, n.run_id
         ON CONFLICT (workspace_id, name, value, run_id) DO NOTHING",
    );
    Tenant INSERT_LOG = Sql::same(
        "INSERT INTO run_log (workspace_id, run_id, first_seq, last_seq, generation, committed_at, entries)
         VALUES ($1, $2, $3, $4, $5, (SELECT now FROM clock), $6)
         ON CONFLICT (workspace_id, run_id, first_seq) DO NOTHING",
    ).many(
        "INSERT INTO run_log (workspace_id, run_id, first_seq, last_seq, generation, committed_at, entries)
         SELECT n.workspace_id, n.run_id, n.first_seq, n.last_seq, n.generation, (SELECT now FROM clock), n.entries
         FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[], $7::bigint[])
             AS n (workspace_id, run_id, first_seq, last_seq, generation, entries, ord)
         ORDER BY n.workspace_id, n.run_id, n.first_seq
         ON CONFLICT (workspace_id, run_id, first_seq) DO NOTHING",
    );
    Tenant REFER_BLOB = Sql::same(
        "INSERT INTO blob_reference (workspace_id, sha256, run_id) VALUES ($1, $2, $3)
         ON CONFLICT (workspace_id, sha256, run_id) DO NOTHING",
    );
}
