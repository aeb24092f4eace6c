-- Why: events and the runs they start. A run is one row that a worker leases, and an append-only log that the
-- planner folds; the row is what lists and claims read, the log is the truth.

CREATE TABLE event (
    workspace_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    trigger_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('webhook', 'schedule', 'poll', 'event', 'manual', 'called')),
    received_at INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    dedupe_key TEXT,
    headers BLOB NOT NULL,
    size INTEGER NOT NULL,
    payload BLOB,
    payload_sha256 TEXT,
    PRIMARY KEY (workspace_id, event_id),
    -- Inline, or in the blob store.
    CHECK ((payload IS NULL) <> (payload_sha256 IS NULL))
) STRICT;
-- The event of a run.
CREATE INDEX event_run ON event (workspace_id, run_id);

-- The same event again: kept at least 30 days. A content window is a row that expires sooner.
CREATE TABLE dedupe (
    workspace_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    event_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, scope, key_hash)
) STRICT;
-- The sweep of expired ones.
CREATE INDEX dedupe_expiry ON dedupe (expires_at);

CREATE TABLE run (
    workspace_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
    lifecycle TEXT NOT NULL CHECK (lifecycle IN ('active', 'paused', 'cancelling')),
    event_id TEXT,
    parent_run_id TEXT,
    parent_path TEXT,
    retry_of TEXT,
    reply_wanted INTEGER NOT NULL CHECK (reply_wanted IN (0, 1)),
    keys BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    -- Queued: claimable from then on. Waiting: claimable then, or never by itself.
    due_at INTEGER,
    lease_worker TEXT,
    lease_until INTEGER,
    generation INTEGER NOT NULL,
    claims INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    ended_at INTEGER,
    failure_code TEXT,
    failure_message TEXT,
    PRIMARY KEY (workspace_id, run_id),
    CHECK ((status = 'queued' AND due_at IS NOT NULL) OR status = 'waiting'
        OR (status IN ('running', 'succeeded', 'failed', 'cancelled') AND due_at IS NULL)),
    CHECK ((status = 'running') = (lease_until IS NOT NULL)),
    CHECK ((lease_until IS NULL) = (lease_worker IS NULL)),
    CHECK ((status IN ('succeeded', 'failed', 'cancelled')) = (ended_at IS NOT NULL)),
    CHECK ((status = 'failed') = (failure_code IS NOT NULL)),
    CHECK ((failure_code IS NULL) = (failure_message IS NULL)),
    CHECK ((parent_run_id IS NULL) = (parent_path IS NULL))
) STRICT;
-- Claims, and the next time anything is due: only claimable rows are in it.
CREATE INDEX run_due ON run (workspace_id, due_at, run_id) WHERE due_at IS NOT NULL AND lifecycle <> 'paused';
-- The sweep of expired leases.
CREATE INDEX run_lease ON run (lease_until) WHERE lease_until IS NOT NULL;
-- Lists of a workflow's runs.
CREATE INDEX run_workflow ON run (workspace_id, workflow_id, run_id);
-- Lists of queued, running and waiting runs.
CREATE INDEX run_open ON run (workspace_id, run_id) WHERE ended_at IS NULL;
-- Lists of failed runs.
CREATE INDEX run_failed ON run (workspace_id, run_id) WHERE status = 'failed';
-- The children of a run.
CREATE INDEX run_parent ON run (workspace_id, parent_run_id) WHERE parent_run_id IS NOT NULL;

-- The searchable keys of a run.
CREATE TABLE run_key (
    workspace_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    run_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, name, value, run_id)
) STRICT;
-- Deleting a run.
CREATE INDEX run_key_run ON run_key (workspace_id, run_id);

-- The entries of one commit, as JSON: together with the rows before it, a prefix of what happened.
CREATE TABLE run_log (
    workspace_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    first_seq INTEGER NOT NULL CHECK (first_seq >= 1),
    last_seq INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    committed_at INTEGER NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (workspace_id, run_id, first_seq),
    CHECK (last_seq >= first_seq)
) STRICT;

-- The state folded from the log up to seq, so that a long log is not folded from its beginning.
CREATE TABLE run_snapshot (
    workspace_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    state BLOB NOT NULL,
    PRIMARY KEY (workspace_id, run_id)
) STRICT;

-- What a worker brought after it had lost its lease: evidence for effects in doubt, never part of the log.
CREATE TABLE late_result (
    workspace_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (workspace_id, run_id, generation, recorded_at)
) STRICT;

-- What others tell a run: decisions, answers, child results, cancels, matched events.
CREATE TABLE run_signal (
    workspace_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    signal_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    path TEXT,
    body BLOB NOT NULL,
    sent_at INTEGER NOT NULL,
    read_at INTEGER,
    PRIMARY KEY (workspace_id, run_id, signal_id)
) STRICT;
-- The unread ones of a run: read at every claim and at every release.
CREATE INDEX run_signal_unread ON run_signal (workspace_id, run_id) WHERE read_at IS NULL;

-- Which event a waiting step waits for. event_id is set once one satisfied it.
CREATE TABLE run_wait (
    workspace_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    path TEXT NOT NULL,
    event_type TEXT NOT NULL,
    key TEXT NOT NULL,
    since_at INTEGER NOT NULL,
    event_id TEXT,
    PRIMARY KEY (workspace_id, run_id, path)
) STRICT;
-- A correlated event arrives: which runs wait for it?
CREATE INDEX run_wait_open ON run_wait (workspace_id, event_type, key) WHERE event_id IS NULL;

-- Correlated events stay a while, because a wait may be registered after its event.
CREATE TABLE correlated_event (
    workspace_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    key TEXT NOT NULL,
    data BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, event_id)
) STRICT;
-- A wait is registered: has its event arrived already?
CREATE INDEX correlated_event_key ON correlated_event (workspace_id, event_type, key, received_at);
-- The sweep of expired ones.
CREATE INDEX correlated_event_expiry ON correlated_event (expires_at);

-- The answer to a waiting caller, stored before it is sent.
CREATE TABLE run_reply (
    workspace_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    status INTEGER NOT NULL CHECK (status BETWEEN 100 AND 599),
    headers BLOB NOT NULL,
    body BLOB NOT NULL,
    replied_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, run_id)
) STRICT;
