-- Why: what is installed and what it may reach. Several digests of a connector stand side by side, because runs
-- keep the one they started with.

-- Installed for the whole server, so not tenant tables.
CREATE TABLE plugin (
    connector TEXT NOT NULL,
    digest TEXT NOT NULL,
    version TEXT NOT NULL,
    manifest BLOB NOT NULL,
    permissions BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('installed', 'quarantined', 'removed')),
    installed_at INTEGER NOT NULL,
    installed_by TEXT NOT NULL,
    PRIMARY KEY (connector, digest)
) STRICT;

CREATE TABLE plugin_current (
    connector TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    FOREIGN KEY (connector, digest) REFERENCES plugin (connector, digest)
) STRICT;

-- A secret stands here as a reference only.
CREATE TABLE connection (
    workspace_id TEXT NOT NULL REFERENCES workspace (workspace_id),
    connection_id TEXT NOT NULL,
    name TEXT NOT NULL,
    connector TEXT NOT NULL,
    account TEXT,
    settings BLOB NOT NULL,
    secrets BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'deleted')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, connection_id),
    CHECK ((state = 'deleted') = (deleted_at IS NOT NULL))
) STRICT;
-- A workflow names its connections.
CREATE UNIQUE INDEX connection_name ON connection (workspace_id, name) WHERE state = 'active';

-- Private addresses an operator opened to one workspace.
CREATE TABLE egress_grant (
    workspace_id TEXT NOT NULL REFERENCES workspace (workspace_id),
    cidr TEXT NOT NULL,
    ports TEXT NOT NULL,
    reason TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    granted_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, cidr, ports)
) STRICT;

-- What plugins keep for themselves: 256 keys of 64 KiB a scope.
CREATE TABLE plugin_state (
    workspace_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL CHECK (length(value) <= 65536),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, scope, key)
) STRICT;

-- Large values, addressed by content within a workspace; the bytes are in the blob store.
CREATE TABLE blob (
    workspace_id TEXT NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    size INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, sha256)
) STRICT;

-- Which run refers to which blob: what nobody refers to may be swept.
CREATE TABLE blob_reference (
    workspace_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    run_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, sha256, run_id)
) STRICT;
-- Deleting a run.
CREATE INDEX blob_reference_run ON blob_reference (workspace_id, run_id);
