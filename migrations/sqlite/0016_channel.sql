-- Why: people are told by mail, and some look elsewhere: an address of a workspace's own that gets the same as signed
-- webhooks. What waits to go is in `mail_out` with all other messages, addressed to `channel:NAME`.

CREATE TABLE channel (
    workspace_id TEXT NOT NULL REFERENCES workspace (workspace_id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    url TEXT NOT NULL CHECK (length(url) BETWEEN 8 AND 2000),
    -- What its messages are signed with.
    secret_id TEXT NOT NULL,
    -- What it is told.
    proposals INTEGER NOT NULL CHECK (proposals IN (0, 1)),
    exceptions INTEGER NOT NULL CHECK (exceptions IN (0, 1)),
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, name),
    FOREIGN KEY (workspace_id, secret_id) REFERENCES secret (workspace_id, secret_id),
    CHECK (proposals = 1 OR exceptions = 1)
) STRICT;
