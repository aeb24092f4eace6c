-- Why: what a workflow does to the world may be agreed to by a second person, before it does it: where its builder asks, and
-- always where the workspace says so. What was looked at is kept word for word, so that nothing else is published.

CREATE TABLE publish_request (
    workspace_id TEXT NOT NULL REFERENCES workspace (workspace_id),
    request_id TEXT NOT NULL,
    -- The workflow need not be published yet.
    workflow_id TEXT NOT NULL CHECK (length(workflow_id) BETWEEN 1 AND 80),
    text TEXT NOT NULL CHECK (length(text) <= 1048576),
    -- Of the text: whoever agrees names what they looked at.
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    note TEXT NOT NULL CHECK (length(note) <= 2000),
    asked_by TEXT NOT NULL CHECK (length(asked_by) > 0),
    asked_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'published', 'sent_back', 'withdrawn')),
    decided_by TEXT,
    decided_at INTEGER,
    -- Why it was sent back.
    words TEXT,
    -- What it became.
    version INTEGER CHECK (version >= 1),
    PRIMARY KEY (workspace_id, request_id),
    CHECK ((state = 'open') = (decided_at IS NULL)),
    CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
    CHECK ((state = 'published') = (version IS NOT NULL)),
    CHECK ((state = 'sent_back') = (words IS NOT NULL)),
    -- Nobody is their own second person.
    CHECK (state <> 'published' OR decided_by <> asked_by)
) STRICT;
-- One at a time of a workflow; those that wait.
CREATE UNIQUE INDEX publish_request_open ON publish_request (workspace_id, workflow_id) WHERE state = 'open';
-- Those of a workflow, the last first.
CREATE INDEX publish_request_workflow ON publish_request (workspace_id, workflow_id, request_id);

-- A second person agrees to every version.
ALTER TABLE workspace ADD COLUMN publish_by_two INTEGER NOT NULL DEFAULT 0 CHECK (publish_by_two IN (0, 1));
