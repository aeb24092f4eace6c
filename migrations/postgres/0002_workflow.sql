-- Why: a workflow's identity, its versions, and what its current version listens to. Versions are never
-- changed: a run keeps the one it started with.

CREATE TABLE workflow (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspace (workspace_id),
    workflow_id TEXT COLLATE "C" NOT NULL,
    current_version BIGINT NOT NULL CHECK (current_version >= 1),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('published', 'paused', 'unpublished')),
    title TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id)
);

CREATE TABLE workflow_version (
    workspace_id TEXT COLLATE "C" NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    format TEXT COLLATE "C" NOT NULL CHECK (format IN ('yaml', 'json')),
    source BYTEA NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL CHECK (length(sha256) = 64),
    canonical BYTEA NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, version),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflow (workspace_id, workflow_id)
);

-- What the current version listens to; absent while the workflow is unpublished.
CREATE TABLE workflow_trigger (
    workspace_id TEXT COLLATE "C" NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    trigger_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('webhook', 'schedule', 'poll', 'event', 'manual', 'called')),
    connector TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C",
    event_type TEXT COLLATE "C",
    config BYTEA NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflow (workspace_id, workflow_id),
    CHECK (path IS NULL OR kind = 'webhook'),
    CHECK ((event_type IS NOT NULL) = (kind = 'event'))
);
-- A webhook arrives; a path belongs to one workflow of a workspace.
CREATE UNIQUE INDEX workflow_trigger_path ON workflow_trigger (workspace_id, path) WHERE path IS NOT NULL;
-- An internal event arrives: who listens?
CREATE INDEX workflow_trigger_event ON workflow_trigger (workspace_id, event_type) WHERE event_type IS NOT NULL;

-- When a schedule fires next, and up to where it has: the mark only moves forward.
CREATE TABLE schedule (
    workspace_id TEXT COLLATE "C" NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    config BYTEA NOT NULL,
    next_at BIGINT,
    mark_at BIGINT NOT NULL,
    tzdata TEXT COLLATE "C" NOT NULL,
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    PRIMARY KEY (workspace_id, workflow_id),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflow (workspace_id, workflow_id)
);
-- The schedule driver: what is due in any workspace?
CREATE INDEX schedule_next ON schedule (next_at) WHERE active = 1 AND next_at IS NOT NULL;

-- One row a planned instant: the identity of a fire, and the list of missed ones.
CREATE TABLE schedule_fire (
    workspace_id TEXT COLLATE "C" NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    planned_at BIGINT NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL CHECK (outcome IN ('fired', 'missed')),
    run_id TEXT COLLATE "C",
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, planned_at),
    CHECK ((outcome = 'fired') = (run_id IS NOT NULL))
);

-- Where a poll stands. The generation rises with every page: a page read by two pollers is kept once.
CREATE TABLE poll_state (
    workspace_id TEXT COLLATE "C" NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    generation BIGINT NOT NULL,
    cursor BYTEA,
    polled_at BIGINT,
    next_at BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    failure_code TEXT COLLATE "C",
    failure_message TEXT COLLATE "C",
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    PRIMARY KEY (workspace_id, workflow_id),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflow (workspace_id, workflow_id),
    CHECK ((failures = 0) = (failure_code IS NULL)),
    CHECK ((failure_code IS NULL) = (failure_message IS NULL))
);
-- The poll driver: what is due in any workspace?
CREATE INDEX poll_state_next ON poll_state (next_at) WHERE active = 1;

-- Items a poll has seen: its overlap window gives them again.
CREATE TABLE poll_seen (
    workspace_id TEXT COLLATE "C" NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    key_hash TEXT COLLATE "C" NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, key_hash)
);
-- The sweep of old ones.
CREATE INDEX poll_seen_age ON poll_seen (seen_at);
