-- Why: events and the runs they start. A run is one row that a worker leases, and an append-only log that the
-- planner folds; the row is what lists and claims read, the log is the truth.

CREATE TABLE event (
    workspace_id TEXT COLLATE "C" NOT NULL,
    event_id TEXT COLLATE "C" NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    trigger_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('webhook', 'schedule', 'poll', 'event', 'manual', 'called')),
    received_at BIGINT NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    dedupe_key TEXT COLLATE "C",
    headers BYTEA NOT NULL,
    size BIGINT NOT NULL,
    payload BYTEA,
    payload_sha256 TEXT COLLATE "C",
    PRIMARY KEY (workspace_id, event_id),
    -- Inline, or in the blob store.
    CHECK ((payload IS NULL) <> (payload_sha256 IS NULL))
);
-- The event of a run.
CREATE INDEX event_run ON event (workspace_id, run_id);

-- The same event again: kept at least 30 days. A content window is a row that expires sooner.
CREATE TABLE dedupe (
    workspace_id TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    key_hash TEXT COLLATE "C" NOT NULL,
    event_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, scope, key_hash)
);
-- The sweep of expired ones.
CREATE INDEX dedupe_expiry ON dedupe (expires_at);

CREATE TABLE run (
    workspace_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
    lifecycle TEXT COLLATE "C" NOT NULL CHECK (lifecycle IN ('active', 'paused', 'cancelling')),
    event_id TEXT COLLATE "C",
    parent_run_id TEXT COLLATE "C",
    parent_path TEXT COLLATE "C",
    retry_of TEXT COLLATE "C",
    reply_wanted BIGINT NOT NULL CHECK (reply_wanted IN (0, 1)),
    keys BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    -- Queued: claimable from then on. Waiting: claimable then, or never by itself.
    due_at BIGINT,
    lease_worker TEXT COLLATE "C",
    lease_until BIGINT,
    generation BIGINT NOT NULL,
    claims BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    ended_at BIGINT,
    failure_code TEXT COLLATE "C",
    failure_message TEXT COLLATE "C",
    PRIMARY KEY (workspace_id, run_id),
    CHECK ((status = 'queued' AND due_at IS NOT NULL) OR status = 'waiting'
        OR (status IN ('running', 'succeeded', 'failed', 'cancelled') AND due_at IS NULL)),
    CHECK ((status = 'running') = (lease_until IS NOT NULL)),
    CHECK ((lease_until IS NULL) = (lease_worker IS NULL)),
    CHECK ((status IN ('succeeded', 'failed', 'cancelled')) = (ended_at IS NOT NULL)),
    CHECK ((status = 'failed') = (failure_code IS NOT NULL)),
    CHECK ((failure_code IS NULL) = (failure_message IS NULL)),
    CHECK ((parent_run_id IS NULL) = (parent_path IS NULL))
);
-- A run's row is changed a few times and then rests: room for that on its page, and an early vacuum.
ALTER TABLE run SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
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
    workspace_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, name, value, run_id)
);
-- Deleting a run.
CREATE INDEX run_key_run ON run_key (workspace_id, run_id);

-- The entries of one commit, as JSON: together with the rows before it, a prefix of what happened.
CREATE TABLE run_log (
    workspace_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL CHECK (first_seq >= 1),
    last_seq BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    committed_at BIGINT NOT NULL,
    entries BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, run_id, first_seq),
    CHECK (last_seq >= first_seq)
);

-- The state folded from the log up to seq, so that a long log is not folded from its beginning.
CREATE TABLE run_snapshot (
    workspace_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    state BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, run_id)
);

-- What a worker brought after it had lost its lease: evidence for effects in doubt, never part of the log.
CREATE TABLE late_result (
    workspace_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    generation BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    entries BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, run_id, generation, recorded_at)
);

-- What others tell a run: decisions, answers, child results, cancels, matched events.
CREATE TABLE run_signal (
    workspace_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    signal_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C",
    body BYTEA NOT NULL,
    sent_at BIGINT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (workspace_id, run_id, signal_id)
);
-- The unread ones of a run: read at every claim and at every release.
CREATE INDEX run_signal_unread ON run_signal (workspace_id, run_id) WHERE read_at IS NULL;

-- Which event a waiting step waits for. event_id is set once one satisfied it.
CREATE TABLE run_wait (
    workspace_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    event_type TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    since_at BIGINT NOT NULL,
    event_id TEXT COLLATE "C",
    PRIMARY KEY (workspace_id, run_id, path)
);
-- A correlated event arrives: which runs wait for it?
CREATE INDEX run_wait_open ON run_wait (workspace_id, event_type, key) WHERE event_id IS NULL;

-- Correlated events stay a while, because a wait may be registered after its event.
CREATE TABLE correlated_event (
    workspace_id TEXT COLLATE "C" NOT NULL,
    event_id TEXT COLLATE "C" NOT NULL,
    event_type TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    data BYTEA NOT NULL,
    received_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, event_id)
);
-- A wait is registered: has its event arrived already?
CREATE INDEX correlated_event_key ON correlated_event (workspace_id, event_type, key, received_at);
-- The sweep of expired ones.
CREATE INDEX correlated_event_expiry ON correlated_event (expires_at);

-- The answer to a waiting caller, stored before it is sent.
CREATE TABLE run_reply (
    workspace_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    status BIGINT NOT NULL CHECK (status BETWEEN 100 AND 599),
    headers BYTEA NOT NULL,
    body BYTEA NOT NULL,
    replied_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, run_id)
);
