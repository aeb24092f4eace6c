-- Why: everything below belongs to a workspace, one client. Its id leads every key of every tenant table, so
-- that no query can cross clients by forgetting a condition.

-- The database's clock in microseconds: leases and due times are compared with nothing else.
CREATE VIEW clock AS SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) AS now;

CREATE TABLE workspace (
    workspace_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

-- Tokens are looked up by their hash before a workspace is known, so they are not a tenant table;
-- workspace_id is NULL for a token that may use every workspace.
CREATE TABLE api_token (
    token_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    workspace_id TEXT COLLATE "C" REFERENCES workspace (workspace_id),
    scopes BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
);
-- Every request: who is this?
CREATE UNIQUE INDEX api_token_hash ON api_token (hash);
