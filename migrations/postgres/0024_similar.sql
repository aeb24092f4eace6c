-- Why: whoever decides wants to know what was decided about the same before.

-- The ended proposals of one shape, the last first.
CREATE INDEX proposal_ended ON proposal (workspace_id, shape, closed_at, proposal_id) WHERE closed_at IS NOT NULL;
