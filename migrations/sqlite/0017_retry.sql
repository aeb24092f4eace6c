-- Why: an exception whose run started over on the current version is seen through in the run that took its place.

-- What took the place of a run.
CREATE INDEX run_retry_of ON run (workspace_id, retry_of) WHERE retry_of IS NOT NULL;
