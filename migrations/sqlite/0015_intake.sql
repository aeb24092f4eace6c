-- Why: forms that somebody fills and mail that arrives start workflows too. A path is unique among its own kind: a form
-- and a webhook of the same path are two addresses. SQLite cannot change a CHECK, so both tables are made anew.

CREATE TABLE workflow_trigger_new (
    workspace_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    trigger_id TEXT NOT NULL,
    kind TEXT NOT NULL
        CHECK (kind IN ('webhook', 'schedule', 'poll', 'event', 'manual', 'called', 'form', 'mail')),
    connector TEXT NOT NULL,
    -- Of a webhook or a form; of mail, what stands before the @.
    path TEXT,
    event_type TEXT,
    config BLOB NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflow (workspace_id, workflow_id),
    CHECK ((path IS NOT NULL) = (kind IN ('webhook', 'form', 'mail'))),
    CHECK ((event_type IS NOT NULL) = (kind = 'event'))
) STRICT;
INSERT INTO workflow_trigger_new (workspace_id, workflow_id, trigger_id, kind, connector, path, event_type, config,
        version)
    SELECT workspace_id, workflow_id, trigger_id, kind, connector, path, event_type, config, version
    FROM workflow_trigger;
DROP TABLE workflow_trigger;
ALTER TABLE workflow_trigger_new RENAME TO workflow_trigger;
-- A request or a mail arrives; a path belongs to one workflow of a workspace.
CREATE UNIQUE INDEX workflow_trigger_path ON workflow_trigger (workspace_id, kind, path) WHERE path IS NOT NULL;
-- An internal event arrives: who listens?
CREATE INDEX workflow_trigger_event ON workflow_trigger (workspace_id, event_type) WHERE event_type IS NOT NULL;

CREATE TABLE event_new (
    workspace_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    trigger_id TEXT NOT NULL,
    kind TEXT NOT NULL
        CHECK (kind IN ('webhook', 'schedule', 'poll', 'event', 'manual', 'called', 'form', 'mail')),
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
INSERT INTO event_new (workspace_id, event_id, workflow_id, trigger_id, kind, received_at, run_id, dedupe_key, headers,
        size, payload, payload_sha256)
    SELECT workspace_id, event_id, workflow_id, trigger_id, kind, received_at, run_id, dedupe_key, headers, size,
        payload, payload_sha256
    FROM event;
DROP TABLE event;
ALTER TABLE event_new RENAME TO event;
-- Lists of a workflow's events. The event of a run is named by the run.
CREATE INDEX event_workflow ON event (workspace_id, workflow_id, event_id);
