-- Why: what leaves the host and what people must look at. An effect's row stands before its request leaves; an
-- exception always has a reason, a sentence, an owner and a due time.

CREATE TABLE effect (
    workspace_id TEXT COLLATE "C" NOT NULL,
    effect_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    connector TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    connection TEXT COLLATE "C",
    class TEXT COLLATE "C" NOT NULL CHECK (class IN ('write_idempotent', 'write_once')),
    undo TEXT COLLATE "C" NOT NULL CHECK (undo IN ('reversible', 'compensable', 'irreversible')),
    attempt BIGINT NOT NULL,
    sending BIGINT NOT NULL,
    idempotency_key TEXT COLLATE "C" NOT NULL,
    request_sha256 TEXT COLLATE "C" NOT NULL,
    generation BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('intended', 'confirmed', 'not_applied', 'in_doubt')),
    intended_at BIGINT NOT NULL,
    settled_at BIGINT,
    evidence TEXT COLLATE "C" CHECK (evidence IN ('answer', 'reconciled', 'person')),
    receipt BYTEA,
    failure BYTEA,
    PRIMARY KEY (workspace_id, effect_id),
    CHECK ((state = 'intended') = (settled_at IS NULL)),
    CHECK ((state = 'confirmed') = (evidence IS NOT NULL)),
    CHECK ((state = 'confirmed') = (receipt IS NOT NULL)),
    CHECK ((state IN ('not_applied', 'in_doubt')) = (failure IS NOT NULL))
);
-- The effects of a run.
CREATE INDEX effect_run ON effect (workspace_id, run_id, effect_id);
-- What is not known yet: recovery, and the list of effects in doubt.
CREATE INDEX effect_open ON effect (workspace_id, effect_id) WHERE state IN ('intended', 'in_doubt');

CREATE TABLE exception (
    workspace_id TEXT COLLATE "C" NOT NULL,
    exception_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('business', 'technical')),
    fingerprint TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'assigned', 'in_progress', 'waiting', 'verifying', 'resolved',
        'dismissed', 'superseded')),
    -- why_stopped
    reason TEXT COLLATE "C" NOT NULL CHECK (reason IN ('missing_required', 'invalid_value', 'unmapped_value',
        'unmatched_identity', 'ambiguous_identity', 'duplicate_suspect', 'authority_conflict', 'drift',
        'stale_precondition', 'policy_hold', 'amount_mismatch', 'sequence_gap', 'deadline_passed',
        'downstream_reject', 'unknown_outcome', 'approval_expired', 'auth_failed', 'rate_limited',
        'transient_exhausted', 'too_large', 'parse_error', 'schema_changed', 'approval_rejected',
        'connector_fault', 'needs_judgement', 'workflow_defect')),
    sentence TEXT COLLATE "C" NOT NULL CHECK (length(sentence) >= 20),
    failure BYTEA,
    effect_id TEXT COLLATE "C",
    -- what_changed
    what_changed BYTEA NOT NULL,
    -- owner
    owner TEXT COLLATE "C" NOT NULL CHECK (length(owner) > 0),
    backup TEXT COLLATE "C",
    -- due
    due_at BIGINT NOT NULL,
    original_due_at BIGINT NOT NULL,
    -- updates_after: what follows, or why nothing does
    updates_after BYTEA,
    no_update_reason TEXT COLLATE "C",
    unrouted BIGINT NOT NULL CHECK (unrouted IN (0, 1)),
    retry_from TEXT COLLATE "C",
    occurrences BIGINT NOT NULL CHECK (occurrences >= 1),
    opened_at BIGINT NOT NULL,
    snooze_until BIGINT,
    resolved_at BIGINT,
    resolved_by TEXT COLLATE "C",
    resolution TEXT COLLATE "C",
    resolution_body BYTEA,
    PRIMARY KEY (workspace_id, exception_id),
    CHECK ((updates_after IS NULL) <> (no_update_reason IS NULL)),
    CHECK ((state IN ('resolved', 'dismissed', 'superseded')) = (resolved_at IS NOT NULL)),
    CHECK ((resolved_at IS NULL) = (resolved_by IS NULL)),
    CHECK ((resolved_at IS NULL) = (resolution IS NULL))
);
-- The exceptions of a run.
CREATE INDEX exception_run ON exception (workspace_id, run_id);
-- The queue.
CREATE INDEX exception_open ON exception (workspace_id, exception_id) WHERE resolved_at IS NULL;
-- The same again?
CREATE INDEX exception_fingerprint ON exception (workspace_id, fingerprint, exception_id);

CREATE TABLE ask (
    workspace_id TEXT COLLATE "C" NOT NULL,
    ask_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    question TEXT COLLATE "C" NOT NULL,
    form BYTEA NOT NULL,
    owner TEXT COLLATE "C" NOT NULL CHECK (length(owner) > 0),
    due_at BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'answered', 'expired', 'withdrawn')),
    asked_at BIGINT NOT NULL,
    closed_at BIGINT,
    answered_by TEXT COLLATE "C",
    answer BYTEA,
    PRIMARY KEY (workspace_id, ask_id),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'answered') = (answer IS NOT NULL)),
    CHECK ((state = 'answered') = (answered_by IS NOT NULL))
);
-- The asks of a run.
CREATE INDEX ask_run ON ask (workspace_id, run_id);
-- The open ones.
CREATE INDEX ask_open ON ask (workspace_id, ask_id) WHERE state = 'open';
