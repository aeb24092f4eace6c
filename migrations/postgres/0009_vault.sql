-- Why: secrets are kept sealed, under keys that are replaced while the server runs. Every row names the version of the
-- key that wraps it, so a rotation that was interrupted is found by looking for old versions; the newest version of a
-- workspace wraps what is new. A key that is retired is deleted, which the foreign keys refuse while a row names it.

-- The keys themselves are in files outside the database; it knows them by their fingerprints. Of the whole server, so
-- not a tenant table. emptied_at: the last row left it, by the database's clock.
CREATE TABLE root_key (
    version BIGINT NOT NULL PRIMARY KEY CHECK (version >= 1),
    fingerprint TEXT COLLATE "C" NOT NULL CHECK (length(fingerprint) = 32),
    created_at BIGINT NOT NULL,
    emptied_at BIGINT
);
-- One key has one version: a file that was copied under another number is no rotation.
CREATE UNIQUE INDEX root_key_fingerprint ON root_key (fingerprint);

-- What is left of a root key: no backup that began before backup_at can be read without its file.
CREATE TABLE retired_root_key (
    version BIGINT NOT NULL PRIMARY KEY CHECK (version >= 1),
    fingerprint TEXT COLLATE "C" NOT NULL CHECK (length(fingerprint) = 32),
    emptied_at BIGINT NOT NULL,
    backup_at BIGINT NOT NULL,
    retired_at BIGINT NOT NULL,
    CHECK (backup_at > emptied_at)
);
-- A retired key does not come back.
CREATE UNIQUE INDEX retired_root_key_fingerprint ON retired_root_key (fingerprint);

-- A wrapped key has one length: form, nonce, 32 bytes, tag.
CREATE TABLE workspace_key (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspace (workspace_id),
    version BIGINT NOT NULL CHECK (version >= 1),
    root_version BIGINT NOT NULL REFERENCES root_key (version),
    wrapped BYTEA NOT NULL CHECK (length(wrapped) = 73),
    created_at BIGINT NOT NULL,
    emptied_at BIGINT,
    PRIMARY KEY (workspace_id, version)
);
-- Rotating the root key: which keys are wrapped with the old one?
CREATE INDEX workspace_key_root ON workspace_key (root_version, workspace_id, version);

CREATE TABLE retired_workspace_key (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspace (workspace_id),
    version BIGINT NOT NULL CHECK (version >= 1),
    emptied_at BIGINT NOT NULL,
    backup_at BIGINT NOT NULL,
    retired_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, version),
    CHECK (backup_at > emptied_at)
);

-- version rises with each put and is part of what the value is authenticated with; so is bound_to, the one origin the
-- value may be sent to. ciphertext: 41 bytes around a value of 1 byte to 64 KiB.
CREATE TABLE secret (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspace (workspace_id),
    secret_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 63),
    version BIGINT NOT NULL CHECK (version >= 1),
    bound_to TEXT COLLATE "C" NOT NULL CHECK (length(bound_to) BETWEEN 1 AND 255),
    key_version BIGINT NOT NULL,
    wrapped_key BYTEA NOT NULL CHECK (length(wrapped_key) = 73),
    ciphertext BYTEA NOT NULL CHECK (length(ciphertext) BETWEEN 42 AND 65577),
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, secret_id),
    FOREIGN KEY (workspace_id, key_version) REFERENCES workspace_key (workspace_id, version)
);
-- People and the list know secrets by name.
CREATE UNIQUE INDEX secret_name ON secret (workspace_id, name);
-- Rotating a workspace key: which secrets are wrapped with the old one?
CREATE INDEX secret_key_version ON secret (workspace_id, key_version, secret_id);

-- The one origin a connection speaks to, and when its account was last confirmed by asking the system.
ALTER TABLE connection ADD COLUMN bound_to TEXT COLLATE "C" CHECK (length(bound_to) BETWEEN 1 AND 255);
ALTER TABLE connection ADD COLUMN tested_at BIGINT CHECK (tested_at IS NULL OR account IS NOT NULL);

-- Which secrets a connection uses: one that is in use cannot be deleted.
CREATE TABLE connection_secret (
    workspace_id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    field TEXT COLLATE "C" NOT NULL,
    secret_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, connection_id, field),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES connection (workspace_id, connection_id),
    FOREIGN KEY (workspace_id, secret_id) REFERENCES secret (workspace_id, secret_id)
);
-- Deleting a secret: who uses it?
CREATE INDEX connection_secret_use ON connection_secret (workspace_id, secret_id);
