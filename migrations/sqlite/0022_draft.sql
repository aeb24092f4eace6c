-- Why: a workflow is written for hours before it is published. What its builders have so far is kept here, so that neither a
-- closed browser nor a second one loses any of it.

CREATE TABLE workflow_draft (
    workspace_id TEXT NOT NULL REFERENCES workspace (workspace_id),
    -- The workflow need not be published yet.
    workflow_id TEXT NOT NULL CHECK (length(workflow_id) BETWEEN 1 AND 80),
    -- Each save counts it up, and names the one it saw: nobody writes over what they have not seen.
    revision INTEGER NOT NULL CHECK (revision >= 1),
    -- The version it was begun from.
    based_on INTEGER CHECK (based_on >= 1),
    text TEXT NOT NULL CHECK (length(text) <= 1048576),
    -- Sample data that people pinned, as a JSON object by node.
    samples BLOB NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id)
) STRICT;
