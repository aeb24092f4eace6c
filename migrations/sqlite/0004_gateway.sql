-- Why: what leaves the host and what people must look at. An effect's row stands before its request leaves; an
-- exception always has a reason, a sentence, an owner and a due time.

CREATE TABLE effect (
    workspace_id TEXT NOT NULL,
    effect_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    path TEXT NOT NULL,
    connector TEXT NOT NULL,
    action TEXT NOT NULL,
    connection TEXT,
    class TEXT NOT NULL CHECK (class IN ('write_idempotent', 'write_once')),
    undo TEXT NOT NULL CHECK (undo IN ('reversible', 'compensable', 'irreversible')),
    attempt INTEGER NOT NULL,
    sending INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    generation INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('intended', 'confirmed', 'not_applied', 'in_doubt')),
    intended_at INTEGER NOT NULL,
    settled_at INTEGER,
    evidence TEXT CHECK (evidence IN ('answer', 'reconciled', 'person')),
    receipt BLOB,
    failure BLOB,
    PRIMARY KEY (workspace_id, effect_id),
    CHECK ((state = 'intended') = (settled_at IS NULL)),
    CHECK ((state = 'confirmed') = (evidence IS NOT NULL)),
    CHECK ((state = 'confirmed') = (receipt IS NOT NULL)),
    CHECK ((state IN ('not_applied', 'in_doubt')) = (failure IS NOT NULL))
) STRICT;
-- The effects of a run.
CREATE INDEX effect_run ON effect (workspace_id, run_id, effect_id);
-- What is not known yet: recovery, and the list of effects in doubt.
CREATE INDEX effect_open ON effect (workspace_id, effect_id) WHERE state IN ('intended', 'in_doubt');

CREATE TABLE exception (
    workspace_id TEXT NOT NULL,
    exception_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('business', 'technical')),
    fingerprint TEXT NOT NULL,
    run_id TEXT NOT NULL,
    path TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'assigned', 'in_progress', 'waiting', 'verifying', 'resolved',
        'dismissed', 'superseded')),
    -- why_stopped
    reason TEXT NOT NULL CHECK (reason IN ('missing_required', 'invalid_value', 'unmapped_value',
        'unmatched_identity', 'ambiguous_identity', 'duplicate_suspect', 'authority_conflict', 'drift',
        'stale_precondition', 'policy_hold', 'amount_mismatch', 'sequence_gap', 'deadline_passed',
        'downstream_reject', 'unknown_outcome', 'approval_expired', 'auth_failed', 'rate_limited',
        'transient_exhausted', 'too_large', 'parse_error', 'schema_changed', 'approval_rejected',
        'connector_fault', 'needs_judgement', 'workflow_defect')),
    sentence TEXT NOT NULL CHECK (length(sentence) >= 20),
    failure BLOB,
    effect_id TEXT,
    -- what_changed
    what_changed BLOB NOT NULL,
    -- owner
    owner TEXT NOT NULL CHECK (length(owner) > 0),
    backup TEXT,
    -- due
    due_at INTEGER NOT NULL,
    original_due_at INTEGER NOT NULL,
    -- updates_after: what follows, or why nothing does
    updates_after BLOB,
    no_update_reason TEXT,
    unrouted INTEGER NOT NULL CHECK (unrouted IN (0, 1)),
    retry_from TEXT,
    occurrences INTEGER NOT NULL CHECK (occurrences >= 1),
    opened_at INTEGER NOT NULL,
    snooze_until INTEGER,
    resolved_at INTEGER,
    resolved_by TEXT,
    resolution TEXT,
    resolution_body BLOB,
    PRIMARY KEY (workspace_id, exception_id),
    CHECK ((updates_after IS NULL) <> (no_update_reason IS NULL)),
    CHECK ((state IN ('resolved', 'dismissed', 'superseded')) = (resolved_at IS NOT NULL)),
    CHECK ((resolved_at IS NULL) = (resolved_by IS NULL)),
    CHECK ((resolved_at IS NULL) = (resolution IS NULL))
) STRICT;
-- The exceptions of a run.
CREATE INDEX exception_run ON exception (workspace_id, run_id);
-- The queue.
CREATE INDEX exception_open ON exception (workspace_id, exception_id) WHERE resolved_at IS NULL;
-- The same again?
CREATE INDEX exception_fingerprint ON exception (workspace_id, fingerprint, exception_id);

CREATE TABLE ask (
    workspace_id TEXT NOT NULL,
    ask_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    path TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    question TEXT NOT NULL,
    form BLOB NOT NULL,
    owner TEXT NOT NULL CHECK (length(owner) > 0),
    due_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'expired', 'withdrawn')),
    asked_at INTEGER NOT NULL,
    closed_at INTEGER,
    answered_by TEXT,
    answer BLOB,
    PRIMARY KEY (workspace_id, ask_id),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'answered') = (answer IS NOT NULL)),
    CHECK ((state = 'answered') = (answered_by IS NOT NULL))
) STRICT;
-- The asks of a run.
CREATE INDEX ask_run ON ask (workspace_id, run_id);
-- The open ones.
CREATE INDEX ask_open ON ask (workspace_id, ask_id) WHERE state = 'open';
