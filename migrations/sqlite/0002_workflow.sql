-- Why: a workflow's identity, its versions, and what its current version listens to. Versions are never
-- changed: a run keeps the one it started with.

CREATE TABLE workflow (
    workspace_id TEXT NOT NULL REFERENCES workspace (workspace_id),
    workflow_id TEXT NOT NULL,
    current_version INTEGER NOT NULL CHECK (current_version >= 1),
    state TEXT NOT NULL CHECK (state IN ('published', 'paused', 'unpublished')),
    title TEXT NOT NULL,
    owner TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id)
) STRICT;

CREATE TABLE workflow_version (
    workspace_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    format TEXT NOT NULL CHECK (format IN ('yaml', 'json')),
    source BLOB NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    canonical BLOB NOT NULL,
    published_at INTEGER NOT NULL,
    published_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, version),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflow (workspace_id, workflow_id)
) STRICT;

-- What the current version listens to; absent while the workflow is unpublished.
CREATE TABLE workflow_trigger (
    workspace_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    trigger_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('webhook', 'schedule', 'poll', 'event', 'manual', 'called')),
    connector TEXT NOT NULL,
    path TEXT,
    event_type TEXT,
    config BLOB NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflow (workspace_id, workflow_id),
    CHECK (path IS NULL OR kind = 'webhook'),
    CHECK ((event_type IS NOT NULL) = (kind = 'event'))
) STRICT;
-- A webhook arrives; a path belongs to one workflow of a workspace.
CREATE UNIQUE INDEX workflow_trigger_path ON workflow_trigger (workspace_id, path) WHERE path IS NOT NULL;
-- An internal event arrives: who listens?
CREATE INDEX workflow_trigger_event ON workflow_trigger (workspace_id, event_type) WHERE event_type IS NOT NULL;

-- When a schedule fires next, and up to where it has: the mark only moves forward.
CREATE TABLE schedule (
    workspace_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    config BLOB NOT NULL,
    next_at INTEGER,
    mark_at INTEGER NOT NULL,
    tzdata TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    PRIMARY KEY (workspace_id, workflow_id),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflow (workspace_id, workflow_id)
) STRICT;
-- The schedule driver: what is due in any workspace?
CREATE INDEX schedule_next ON schedule (next_at) WHERE active = 1 AND next_at IS NOT NULL;

-- One row a planned instant: the identity of a fire, and the list of missed ones.
CREATE TABLE schedule_fire (
    workspace_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    planned_at INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('fired', 'missed')),
    run_id TEXT,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, planned_at),
    CHECK ((outcome = 'fired') = (run_id IS NOT NULL))
) STRICT;

-- Where a poll stands. The generation rises with every page: a page read by two pollers is kept once.
CREATE TABLE poll_state (
    workspace_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    cursor BLOB,
    polled_at INTEGER,
    next_at INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    failure_code TEXT,
    failure_message TEXT,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    PRIMARY KEY (workspace_id, workflow_id),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflow (workspace_id, workflow_id),
    CHECK ((failures = 0) = (failure_code IS NULL)),
    CHECK ((failure_code IS NULL) = (failure_message IS NULL))
) STRICT;
-- The poll driver: what is due in any workspace?
CREATE INDEX poll_state_next ON poll_state (next_at) WHERE active = 1;

-- Items a poll has seen: its overlap window gives them again.
CREATE TABLE poll_seen (
    workspace_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, key_hash)
) STRICT;
-- The sweep of old ones.
CREATE INDEX poll_seen_age ON poll_seen (seen_at);
