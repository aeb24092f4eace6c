-- Why: some values of runs are hidden from everybody. Who has to see one says why, and everybody who may see the run sees that
-- they did.

CREATE TABLE reveal (
    workspace_id TEXT NOT NULL REFERENCES workspace (workspace_id),
    run_id TEXT NOT NULL,
    revealed_at INTEGER NOT NULL,
    -- Whoever looked: an account, or `admin` with the token of the data directory.
    revealed_by TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    PRIMARY KEY (workspace_id, run_id, revealed_at, revealed_by)
) STRICT;
