-- Why: a backup is told to the database it was made of, so that keys can be retired and blobs stay until it has them; and a
-- database that was restored says so. What the lost one did after the backup nobody here knows: its workers are fenced, and
-- the runs that were open wait for a person.

-- Which life of the data this is: a restore begins another one. Of the whole server, so not a tenant table.
CREATE TABLE incarnation (
    incarnation_id TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(incarnation_id) = 32),
    began_at BIGINT NOT NULL,
    -- The backup it was restored from; nothing: the first.
    restored_from TEXT COLLATE "C"
);
INSERT INTO incarnation (incarnation_id, began_at) SELECT replace(gen_random_uuid()::text, '-', ''), now FROM clock;

-- Backups of the whole server. began_at is the database's clock, before anything was copied.
CREATE TABLE backup (
    backup_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('running', 'good', 'failed')),
    began_at BIGINT NOT NULL,
    began_by TEXT COLLATE "C" NOT NULL,
    ended_at BIGINT,
    manifest_sha256 TEXT COLLATE "C" CHECK (length(manifest_sha256) = 64),
    files BIGINT,
    bytes BIGINT,
    -- It was restored into a scratch place and found whole: only then a key is retired after it.
    rehearsed BIGINT CHECK (rehearsed IN (0, 1)),
    detail TEXT COLLATE "C",
    CHECK ((state = 'running') = (ended_at IS NULL)),
    CHECK ((state = 'good') = (manifest_sha256 IS NOT NULL)),
    CHECK ((state = 'good') = (files IS NOT NULL)),
    CHECK ((state = 'good') = (bytes IS NOT NULL)),
    CHECK ((state = 'good') = (rehearsed IS NOT NULL)),
    CHECK ((state = 'failed') = (detail IS NOT NULL))
);
-- The list, and the newest good one.
CREATE INDEX backup_began ON backup (began_at);

-- Runs that were open in a backup that was restored. lifecycle: what people wanted of the run before it was held.
CREATE TABLE held_run (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspace (workspace_id),
    run_id TEXT COLLATE "C" NOT NULL,
    incarnation_id TEXT COLLATE "C" NOT NULL REFERENCES incarnation (incarnation_id),
    lifecycle TEXT COLLATE "C" NOT NULL CHECK (lifecycle IN ('active', 'paused', 'cancelling')),
    held_at BIGINT NOT NULL,
    released_at BIGINT,
    released_by TEXT COLLATE "C",
    choice TEXT COLLATE "C" CHECK (choice IN ('resume', 'in_doubt')),
    PRIMARY KEY (workspace_id, run_id, incarnation_id),
    CHECK ((released_at IS NULL) = (released_by IS NULL)),
    CHECK ((released_at IS NULL) = (choice IS NULL))
);
-- The runs that wait for a person, and whether one does.
CREATE INDEX held_run_open ON held_run (workspace_id, run_id) WHERE released_at IS NULL;

-- A person said then that its writes may have happened already: each is looked up or asked about before it is sent.
ALTER TABLE run ADD COLUMN doubtful_since BIGINT;
