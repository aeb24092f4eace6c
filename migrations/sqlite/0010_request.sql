-- Why: a change that is sent again with the same Idempotency-Key is done once, and answered as it was the first time.

-- Of whoever sent it, before a workspace is known, so not a tenant table.
CREATE TABLE kept_request (
    -- Name in records: a person's or token's id, `admin`.
    principal TEXT NOT NULL CHECK (length(principal) BETWEEN 1 AND 300),
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    -- Hex SHA-256 of method, address, workspace and body.
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    begun_at INTEGER NOT NULL,
    ended_at INTEGER,
    status INTEGER CHECK (status BETWEEN 200 AND 499),
    -- JSON; nothing where the answer held a secret or was too long to keep.
    answer BLOB,
    PRIMARY KEY (principal, key),
    CHECK ((ended_at IS NULL) = (status IS NULL)),
    CHECK (answer IS NULL OR status IS NOT NULL)
) STRICT;
-- What is old.
CREATE INDEX kept_request_begun ON kept_request (begun_at);
