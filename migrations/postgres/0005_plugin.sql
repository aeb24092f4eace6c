-- Why: what is installed and what it may reach. Several digests of a connector stand side by side, because runs
-- keep the one they started with.

-- Installed for the whole server, so not tenant tables.
CREATE TABLE plugin (
    connector TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    manifest BYTEA NOT NULL,
    permissions BYTEA NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('installed', 'quarantined', 'removed')),
    installed_at BIGINT NOT NULL,
    installed_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (connector, digest)
);

CREATE TABLE plugin_current (
    connector TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    digest TEXT COLLATE "C" NOT NULL,
    FOREIGN KEY (connector, digest) REFERENCES plugin (connector, digest)
);

-- A secret stands here as a reference only.
CREATE TABLE connection (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspace (workspace_id),
    connection_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    connector TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C",
    settings BYTEA NOT NULL,
    secrets BYTEA NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'deleted')),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    PRIMARY KEY (workspace_id, connection_id),
    CHECK ((state = 'deleted') = (deleted_at IS NOT NULL))
);
-- A workflow names its connections.
CREATE UNIQUE INDEX connection_name ON connection (workspace_id, name) WHERE state = 'active';

-- Private addresses an operator opened to one workspace.
CREATE TABLE egress_grant (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspace (workspace_id),
    cidr TEXT COLLATE "C" NOT NULL,
    ports TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    granted_at BIGINT NOT NULL,
    granted_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, cidr, ports)
);

-- What plugins keep for themselves: 256 keys of 64 KiB a scope.
CREATE TABLE plugin_state (
    workspace_id TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    value BYTEA NOT NULL CHECK (length(value) <= 65536),
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, scope, key)
);

-- Large values, addressed by content within a workspace; the bytes are in the blob store.
CREATE TABLE blob (
    workspace_id TEXT COLLATE "C" NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL CHECK (length(sha256) = 64),
    size BIGINT NOT NULL,
    stored_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, sha256)
);

-- Which run refers to which blob: what nobody refers to may be swept.
CREATE TABLE blob_reference (
    workspace_id TEXT COLLATE "C" NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, sha256, run_id)
);
-- Deleting a run.
CREATE INDEX blob_reference_run ON blob_reference (workspace_id, run_id);
