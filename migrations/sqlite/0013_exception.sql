-- Why: an exception is not a parked step. It is one record and reason, or one cause, with an owner and a deadline, and
-- several steps of several runs may wait on it. Its life is the log of its transitions; the row caches what that folds to.

-- What was a row an exception is a step that waits. It is written with the run's commit; the exception it waits on is
-- found, or opened, right after.
CREATE TABLE exception_step (
    workspace_id TEXT NOT NULL,
    -- As the run's log names it.
    step_id TEXT NOT NULL,
    -- On what it waits; nothing until that was looked up.
    exception_id TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('business', 'technical')),
    fingerprint TEXT NOT NULL,
    run_id TEXT NOT NULL,
    path TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'resolved', 'dismissed', 'superseded')),
    reason TEXT NOT NULL,
    sentence TEXT NOT NULL CHECK (length(sentence) >= 20),
    failure BLOB,
    effect_id TEXT,
    what_changed BLOB NOT NULL,
    owner TEXT NOT NULL CHECK (length(owner) > 0),
    backup TEXT,
    due_at INTEGER NOT NULL,
    updates_after BLOB,
    no_update_reason TEXT,
    unrouted INTEGER NOT NULL CHECK (unrouted IN (0, 1)),
    retry_from TEXT,
    -- What its workflow says of owner and due, the connection it called, the place in words.
    context BLOB NOT NULL,
    opened_at INTEGER NOT NULL,
    -- When its run was told how it goes on.
    released_at INTEGER,
    closed_at INTEGER,
    closed_by TEXT,
    resolution TEXT,
    resolution_body BLOB,
    PRIMARY KEY (workspace_id, step_id),
    CHECK ((updates_after IS NULL) <> (no_update_reason IS NULL)),
    CHECK ((state = 'waiting') = (closed_at IS NULL)),
    CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
    CHECK ((closed_at IS NULL) = (resolution IS NULL))
) STRICT;
-- The steps of a run.
CREATE INDEX exception_step_run ON exception_step (workspace_id, run_id);
-- What waits on an exception, oldest first.
CREATE INDEX exception_step_waiting ON exception_step (workspace_id, exception_id, step_id) WHERE closed_at IS NULL;
-- What waits or waited on it, oldest first.
CREATE INDEX exception_step_exception ON exception_step (workspace_id, exception_id, step_id);
-- What is to be filed, anywhere.
CREATE INDEX exception_step_unfiled ON exception_step (step_id) WHERE exception_id IS NULL;

INSERT INTO exception_step (workspace_id, step_id, exception_id, kind, fingerprint, run_id, path, workflow_id, version,
    state, reason, sentence, failure, effect_id, what_changed, owner, backup, due_at, updates_after, no_update_reason,
    unrouted, retry_from, context, opened_at, released_at, closed_at, closed_by, resolution, resolution_body)
SELECT workspace_id, exception_id, CASE WHEN resolved_at IS NULL THEN NULL ELSE exception_id END, kind, fingerprint,
    run_id, path, workflow_id, version, CASE WHEN resolved_at IS NULL THEN 'waiting' ELSE state END, reason, sentence,
    failure, effect_id, what_changed, owner, backup, due_at, updates_after, no_update_reason, unrouted, retry_from,
    CAST('{}' AS BLOB), opened_at, NULL, resolved_at, resolved_by, resolution, resolution_body
FROM exception;

ALTER TABLE exception RENAME TO exception_before;
DROP INDEX exception_run;
DROP INDEX exception_open;
DROP INDEX exception_fingerprint;
DROP INDEX exception_state;

CREATE TABLE exception (
    workspace_id TEXT NOT NULL,
    exception_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('business', 'technical')),
    -- The same again has the same one.
    fingerprint TEXT NOT NULL CHECK (length(fingerprint) > 0),
    -- The last one of this fingerprint, ended too long ago to be this one.
    after_id TEXT,
    state TEXT NOT NULL CHECK (state IN ('open', 'assigned', 'in_progress', 'waiting', 'verifying', 'resolved',
        'dismissed', 'superseded')),
    severity TEXT NOT NULL CHECK (severity IN ('low', 'normal', 'high', 'critical')),
    -- what_changed
    what_changed BLOB NOT NULL,
    workflow_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- The step it was seen at last.
    run_id TEXT NOT NULL,
    path TEXT NOT NULL,
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
    -- The connection whose trouble is the cause.
    connection TEXT,
    retry_from TEXT,
    -- owner
    owner TEXT NOT NULL CHECK ((substr(owner, 1, 5) IN ('team:', 'role:') AND length(owner) > 5)
        OR (substr(owner, 1, 7) = 'person:' AND length(owner) > 7)),
    person TEXT CHECK (length(person) > 0),
    backup TEXT CHECK (length(backup) > 0),
    -- From where the owner came.
    assigned_by TEXT NOT NULL CHECK (assigned_by IN ('node', 'rule', 'workflow', 'reason', 'workspace', 'person',
        'escalation')),
    unrouted INTEGER NOT NULL CHECK (unrouted IN (0, 1)),
    -- due
    due TEXT NOT NULL CHECK (length(due) > 0),
    due_at INTEGER NOT NULL,
    original_due_at INTEGER NOT NULL,
    calendar TEXT NOT NULL CHECK (length(calendar) > 0),
    warn_percent INTEGER NOT NULL CHECK (warn_percent BETWEEN 1 AND 99),
    backup_percent INTEGER NOT NULL CHECK (backup_percent > 100),
    digest_percent INTEGER NOT NULL CHECK (digest_percent > backup_percent AND digest_percent <= 1000),
    warn_at INTEGER,
    escalate_at INTEGER,
    rung TEXT CHECK (rung IN ('warn', 'due', 'backup', 'digest')),
    breached_at INTEGER,
    -- The calendar at the breach: what was late stays late.
    frozen BLOB,
    -- updates_after: what follows, or why nothing does
    updates_after BLOB,
    no_update_reason TEXT CHECK (length(no_update_reason) > 0),
    -- Money at risk, in hundredths.
    money INTEGER,
    customer_visible INTEGER NOT NULL CHECK (customer_visible IN (0, 1)),
    tags BLOB,
    occurrences INTEGER NOT NULL CHECK (occurrences >= 1),
    reopened INTEGER NOT NULL CHECK (reopened >= 0),
    opened_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL CHECK (last_seen_at >= opened_at),
    changed_at INTEGER NOT NULL CHECK (changed_at >= opened_at),
    waiting_on TEXT CHECK (waiting_on IN ('customer', 'vendor', 'system', 'internal')),
    waiting_until INTEGER,
    snooze_until INTEGER,
    way TEXT,
    outcome TEXT CHECK (outcome IN ('fixed_and_replayed', 'fixed_in_source', 'replayed_unchanged',
        'edited_and_replayed', 'linked', 'created_new', 'accepted_as_is', 'handled_outside', 'cancelled_item',
        'workflow_fixed', 'no_longer_applies')),
    note TEXT,
    resolved_by TEXT,
    strength TEXT CHECK (strength IN ('unverified', 'attested', 'receipt', 'evidence', 'read_back')),
    ended TEXT CHECK (ended IN ('person', 'evidence', 'dismissed', 'merged', 'superseded')),
    ended_at INTEGER,
    merged_into TEXT,
    -- When time changes something next.
    look_at INTEGER,
    -- Entries of its log.
    revision INTEGER NOT NULL CHECK (revision >= 0),
    -- What its log is folded onto.
    opening BLOB NOT NULL,
    PRIMARY KEY (workspace_id, exception_id),
    CHECK ((updates_after IS NULL) <> (no_update_reason IS NULL)),
    CHECK ((breached_at IS NULL) = (frozen IS NULL)),
    CHECK ((state IN ('resolved', 'dismissed', 'superseded')) = (ended_at IS NOT NULL)),
    CHECK ((ended_at IS NULL) = (ended IS NULL)),
    CHECK (state <> 'resolved' OR (strength IS NOT NULL AND ended IN ('person', 'evidence'))),
    -- No resolution without an outcome.
    CHECK (ended IS NULL OR ended <> 'person' OR (outcome IS NOT NULL AND resolved_by IS NOT NULL)),
    CHECK (state <> 'dismissed' OR ended = 'dismissed'),
    CHECK (state <> 'superseded' OR ended IN ('merged', 'superseded')),
    CHECK ((merged_into IS NOT NULL) = (ended IS NOT NULL AND ended = 'merged')),
    CHECK ((state = 'waiting') = (waiting_on IS NOT NULL)),
    CHECK ((waiting_on IS NULL) = (waiting_until IS NULL))
) STRICT;
-- One open exception a fingerprint.
CREATE UNIQUE INDEX exception_fingerprint_open ON exception (workspace_id, fingerprint) WHERE ended_at IS NULL;
-- The latest of a fingerprint.
CREATE INDEX exception_fingerprint ON exception (workspace_id, fingerprint, exception_id);
-- The queue.
CREATE INDEX exception_open ON exception (workspace_id, exception_id) WHERE ended_at IS NULL;
-- The queue, the next due first.
CREATE INDEX exception_due ON exception (workspace_id, due_at, exception_id) WHERE ended_at IS NULL;
-- What somebody owns.
CREATE INDEX exception_owner ON exception (workspace_id, owner, exception_id) WHERE ended_at IS NULL;
-- What somebody has taken.
CREATE INDEX exception_person ON exception (workspace_id, person, exception_id) WHERE ended_at IS NULL;
-- Lists of exceptions in one state.
CREATE INDEX exception_state ON exception (workspace_id, state, exception_id);
-- What waits on a connection.
CREATE INDEX exception_connection ON exception (workspace_id, connection, exception_id)
    WHERE ended_at IS NULL AND connection IS NOT NULL;
-- What time changes next, anywhere.
CREATE INDEX exception_look ON exception (look_at) WHERE look_at IS NOT NULL;
-- What ended long ago.
CREATE INDEX exception_ended ON exception (ended_at) WHERE ended_at IS NOT NULL;

-- The log of an exception's life.
CREATE TABLE exception_transition (
    workspace_id TEXT NOT NULL,
    exception_id TEXT NOT NULL,
    seq INTEGER NOT NULL CHECK (seq >= 1),
    at INTEGER NOT NULL,
    -- The account's handle; nothing: the runner.
    who TEXT,
    event TEXT NOT NULL CHECK (length(event) > 0),
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (workspace_id, exception_id, seq),
    FOREIGN KEY (workspace_id, exception_id) REFERENCES exception (workspace_id, exception_id)
) STRICT;

CREATE TABLE exception_comment (
    workspace_id TEXT NOT NULL,
    exception_id TEXT NOT NULL,
    comment_id TEXT NOT NULL,
    written_by TEXT NOT NULL CHECK (length(written_by) > 0),
    text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 10000),
    written_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, exception_id, comment_id),
    FOREIGN KEY (workspace_id, exception_id) REFERENCES exception (workspace_id, exception_id)
) STRICT;

CREATE TABLE exception_watcher (
    workspace_id TEXT NOT NULL,
    exception_id TEXT NOT NULL,
    person TEXT NOT NULL CHECK (length(person) > 0),
    since INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, exception_id, person),
    FOREIGN KEY (workspace_id, exception_id) REFERENCES exception (workspace_id, exception_id)
) STRICT;

-- What somebody is to be told, held so that a burst is one mail.
CREATE TABLE exception_notice (
    workspace_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    exception_id TEXT NOT NULL,
    -- Whose: person:, team: or role:.
    recipient TEXT NOT NULL CHECK (length(recipient) > 0),
    what TEXT NOT NULL CHECK (what IN ('opened', 'assigned', 'warn', 'due', 'backup', 'digest', 'watched')),
    made_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, notice_id),
    FOREIGN KEY (workspace_id, exception_id) REFERENCES exception (workspace_id, exception_id)
) STRICT;
-- Of one exception.
CREATE INDEX exception_notice_exception ON exception_notice (workspace_id, exception_id);

-- When a workspace is open: hours a weekday, holidays, and the zone they are read in. Without a row: Monday to Friday,
-- 09:00 to 17:00 UTC.
CREATE TABLE business_calendar (
    workspace_id TEXT NOT NULL REFERENCES workspace (workspace_id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    zone TEXT NOT NULL CHECK (length(zone) > 0),
    hours BLOB NOT NULL,
    holidays BLOB NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, name)
) STRICT;

-- Who owns what, in the order in which it is asked.
CREATE TABLE routing_rule (
    workspace_id TEXT NOT NULL REFERENCES workspace (workspace_id),
    position INTEGER NOT NULL CHECK (position >= 1),
    workflow_id TEXT,
    kind TEXT CHECK (kind IN ('business', 'technical')),
    condition TEXT,
    owner TEXT NOT NULL CHECK (length(owner) > 0),
    backups BLOB NOT NULL,
    due TEXT,
    ladder BLOB,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, position)
) STRICT;

-- What ended before is over as it was; what is open is filed by the server as if it happened now.
INSERT INTO exception (workspace_id, exception_id, kind, fingerprint, after_id, state, severity, what_changed, workflow_id,
    version, run_id, path, reason, sentence, failure, effect_id, connection, retry_from, owner, person, backup,
    assigned_by, unrouted, due, due_at, original_due_at, calendar, warn_percent, backup_percent, digest_percent, warn_at,
    escalate_at, rung, breached_at, frozen, updates_after, no_update_reason, money, customer_visible, tags, occurrences,
    reopened, opened_at, last_seen_at, changed_at, waiting_on, waiting_until, snooze_until, way, outcome, note,
    resolved_by, strength, ended, ended_at, merged_into, look_at, revision, opening)
SELECT workspace_id, exception_id, kind, fingerprint, NULL, state, 'normal', what_changed, workflow_id, version, run_id,
    path, reason, sentence, failure, effect_id, NULL, retry_from, owner, NULL, backup, 'workflow', unrouted,
    '1 business day', due_at, original_due_at, 'default', 75, 150, 200, NULL, NULL, NULL, NULL, NULL, updates_after,
    no_update_reason, NULL, 0, NULL, occurrences, 0, opened_at, opened_at, resolved_at, NULL, NULL, NULL, resolution,
    CASE WHEN state <> 'resolved' THEN NULL ELSE CASE resolution WHEN 'edited_and_retried' THEN 'edited_and_replayed'
        WHEN 'completed_by_hand' THEN 'handled_outside' WHEN 'skipped' THEN 'no_longer_applies'
        WHEN 'happened' THEN 'accepted_as_is' ELSE 'replayed_unchanged' END END,
    NULL, resolved_by, CASE WHEN state = 'resolved' THEN 'unverified' END,
    CASE state WHEN 'resolved' THEN 'person' WHEN 'dismissed' THEN 'dismissed' ELSE 'superseded' END, resolved_at, NULL,
    NULL, 1,
    CAST('{"severity":"normal","owner":' || json_quote(owner) || ',"updates":[],"evidence":"","in_doubt":false,"quarantined":false,"items":1}'
        AS BLOB)
FROM exception_before WHERE resolved_at IS NOT NULL;

INSERT INTO exception_transition (workspace_id, exception_id, seq, at, who, event, from_state, to_state, body)
SELECT workspace_id, exception_id, 1, resolved_at, resolved_by, 'end', 'open', state,
    CAST('{"at":' || resolved_at || ',"who":{"type":"runner"},"event":' || CASE state
        WHEN 'resolved' THEN '{"type":"resolved"}' WHEN 'dismissed' THEN '{"type":"dismissed","reason":"given up"}'
        ELSE '{"type":"superseded","into":null}' END || ',"from":"open","to":"' || state || '"}' AS BLOB)
FROM exception_before WHERE resolved_at IS NOT NULL;

DROP TABLE exception_before;
