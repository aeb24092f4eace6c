-- Why: people are told by mail, and some look elsewhere: an address of a workspace's own that gets the same as signed
-- webhooks. What waits to go is in `mail_out` with all other messages, addressed to `channel:NAME`.

CREATE TABLE channel (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspace (workspace_id),
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    url TEXT COLLATE "C" NOT NULL CHECK (length(url) BETWEEN 8 AND 2000),
    -- What its messages are signed with.
    secret_id TEXT COLLATE "C" NOT NULL,
    -- What it is told.
    proposals BIGINT NOT NULL CHECK (proposals IN (0, 1)),
    exceptions BIGINT NOT NULL CHECK (exceptions IN (0, 1)),
    changed_at BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, name),
    FOREIGN KEY (workspace_id, secret_id) REFERENCES secret (workspace_id, secret_id),
    CHECK (proposals = 1 OR exceptions = 1)
);
