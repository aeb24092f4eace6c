-- Why: a workflow is written for hours before it is published. What its builders have so far is kept here, so that neither a
-- closed browser nor a second one loses any of it.

CREATE TABLE workflow_draft (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspace (workspace_id),
    -- The workflow need not be published yet.
    workflow_id TEXT COLLATE "C" NOT NULL CHECK (length(workflow_id) BETWEEN 1 AND 80),
    -- Each save counts it up, and names the one it saw: nobody writes over what they have not seen.
    revision BIGINT NOT NULL CHECK (revision >= 1),
    -- The version it was begun from.
    based_on BIGINT CHECK (based_on >= 1),
    text TEXT COLLATE "C" NOT NULL CHECK (length(text) <= 1048576),
    -- Sample data that people pinned, as a JSON object by node.
    samples BYTEA NOT NULL,
    saved_by TEXT COLLATE "C" NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id)
);
