-- Why: everything below belongs to a workspace, one client. Its id leads every key of every tenant table, so
-- that no query can cross clients by forgetting a condition.

-- The database's clock in microseconds: leases and due times are compared with nothing else.
CREATE VIEW clock AS SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER) AS now;

CREATE TABLE workspace (
    workspace_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Tokens are looked up by their hash before a workspace is known, so they are not a tenant table;
-- workspace_id is NULL for a token that may use every workspace.
CREATE TABLE api_token (
    token_id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    name TEXT NOT NULL,
    workspace_id TEXT REFERENCES workspace (workspace_id),
    scopes BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT;
-- Every request: who is this?
CREATE UNIQUE INDEX api_token_hash ON api_token (hash);
