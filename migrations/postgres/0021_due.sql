-- Why: people work by deadline: what is due first stands first.

-- The open proposals of a workspace, the first to end first.
CREATE INDEX proposal_expires ON proposal (workspace_id, expires_at, proposal_id) WHERE state = 'open';
