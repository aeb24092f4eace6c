-- Why: a page of a list must be as quick among ten million runs as among ten. Each filter that picks a few rows out of
-- a long history has an index that holds only those few; the steps of a run that succeeds write no more than before.

-- Lists of queued, running and waiting runs, and how many there are: a million that wait must not hide one that runs.
DROP INDEX run_open;
CREATE INDEX run_open ON run (workspace_id, status, run_id) WHERE status IN ('queued', 'running', 'waiting');
-- Lists of failed and of cancelled runs.
DROP INDEX run_failed;
CREATE INDEX run_failed ON run (workspace_id, status, run_id) WHERE status IN ('failed', 'cancelled');
-- The same, of one workflow.
CREATE INDEX run_failed_workflow ON run (workspace_id, workflow_id, status, run_id)
    WHERE status IN ('failed', 'cancelled');
-- Lists of a workflow's waiting runs.
CREATE INDEX run_waiting_workflow ON run (workspace_id, workflow_id, run_id) WHERE status = 'waiting';

-- Lists of a workflow's events. The event of a run is named by the run.
DROP INDEX event_run;
CREATE INDEX event_workflow ON event (workspace_id, workflow_id, event_id);

-- An event was matched: whose waits has it satisfied?
CREATE INDEX run_wait_satisfied ON run_wait (workspace_id, event_id) WHERE event_id IS NOT NULL;

-- Lists of exceptions in one state.
CREATE INDEX exception_state ON exception (workspace_id, state, exception_id);
-- Lists of closed questions in one state.
CREATE INDEX ask_closed ON ask (workspace_id, state, ask_id) WHERE state <> 'open';
