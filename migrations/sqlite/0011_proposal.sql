-- Why: a write of a workflow in review waits for people. What they are asked about never changes, so the content stands
-- here as the very bytes that its hash is of; each decision is a row that names the hash it was about.

CREATE TABLE proposal (
    workspace_id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    path TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    -- Of the first write, for lists.
    system TEXT NOT NULL CHECK (length(system) > 0),
    action TEXT NOT NULL CHECK (length(action) > 0),
    summary TEXT NOT NULL CHECK (length(summary) > 0),
    money_amount TEXT,
    money_currency TEXT CHECK (length(money_currency) = 3),
    content BLOB NOT NULL,
    content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
    -- Run, step, source record, who asked for it, what it rests on.
    origin BLOB NOT NULL,
    editors BLOB NOT NULL,
    -- The policy as it stands over this content.
    approval BLOB NOT NULL,
    -- What a rejection is remembered by; what may be decided in one go.
    request_hash TEXT NOT NULL CHECK (length(request_hash) = 64),
    shape TEXT NOT NULL CHECK (length(shape) = 64),
    state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'applying', 'applied', 'partly_applied', 'failed',
        'compensated', 'rejected', 'expired', 'superseded', 'withdrawn', 'stale')),
    -- Rises with each change: of two who decide from one number, one decides.
    revision INTEGER NOT NULL CHECK (revision >= 1),
    -- What changed it last: a decision, the proposal that took its place, words.
    changed_by TEXT,
    replaces TEXT,
    replaces_why TEXT CHECK (replaces_why IN ('edited', 'stale')),
    replaced_by TEXT,
    queued_at INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- While it is open: when silence does something next, and up to when it was listened to.
    next_at INTEGER,
    heard_at INTEGER NOT NULL,
    -- When people were no longer asked.
    closed_at INTEGER,
    effect_id TEXT,
    PRIMARY KEY (workspace_id, proposal_id),
    CHECK (expires_at > opened_at),
    CHECK ((money_amount IS NULL) = (money_currency IS NULL)),
    CHECK ((replaces IS NULL) = (replaces_why IS NULL)),
    CHECK ((state = 'open') = (next_at IS NOT NULL)),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK (state = 'open' OR changed_by IS NOT NULL),
    CHECK (state <> 'superseded' OR replaced_by IS NOT NULL),
    CHECK (state NOT IN ('applying', 'applied', 'partly_applied', 'failed', 'compensated') OR effect_id IS NOT NULL)
) STRICT;
-- The inbox of a workspace, and the list in any other state.
CREATE INDEX proposal_state ON proposal (workspace_id, state, proposal_id);
-- The proposals of a run and of one of its steps.
CREATE INDEX proposal_run ON proposal (workspace_id, run_id, path, proposal_id);
-- Was the same rejected a short time ago?
CREATE INDEX proposal_rejected ON proposal (workspace_id, request_hash, closed_at) WHERE state = 'rejected';
-- What may be decided in one go.
CREATE INDEX proposal_shape ON proposal (workspace_id, shape, proposal_id) WHERE state = 'open';
-- Its write was settled.
CREATE INDEX proposal_effect ON proposal (workspace_id, effect_id) WHERE effect_id IS NOT NULL;
-- A publisher withdraws what an older version proposed.
CREATE INDEX proposal_workflow ON proposal (workspace_id, workflow_id, proposal_id) WHERE state = 'open';
-- Whose silence is due.
CREATE INDEX proposal_due ON proposal (next_at) WHERE state = 'open';

-- The records it writes, by the hash of system and record, as long as it holds them.
CREATE TABLE proposal_lane (
    workspace_id TEXT NOT NULL,
    lane TEXT NOT NULL CHECK (length(lane) = 64),
    queued_at INTEGER NOT NULL,
    proposal_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, lane, queued_at, proposal_id),
    FOREIGN KEY (workspace_id, proposal_id) REFERENCES proposal (workspace_id, proposal_id)
) STRICT;
CREATE INDEX proposal_lane_proposal ON proposal_lane (workspace_id, proposal_id);

-- Who is asked, as the policy names them, as long as it is open: one's own inbox.
CREATE TABLE proposal_asked (
    workspace_id TEXT NOT NULL,
    owner TEXT NOT NULL CHECK (length(owner) > 0),
    proposal_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, owner, proposal_id),
    FOREIGN KEY (workspace_id, proposal_id) REFERENCES proposal (workspace_id, proposal_id)
) STRICT;
CREATE INDEX proposal_asked_proposal ON proposal_asked (workspace_id, proposal_id);

-- One principal decides once about one proposal; the id says so.
CREATE TABLE proposal_decision (
    workspace_id TEXT NOT NULL,
    decision_id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    shown TEXT NOT NULL CHECK (length(shown) = 64),
    principal TEXT NOT NULL,
    actor TEXT NOT NULL,
    through BLOB NOT NULL,
    via TEXT NOT NULL CHECK (via IN ('app', 'link', 'chat', 'api')),
    assurance TEXT NOT NULL CHECK (assurance IN ('code', 'session', 're_authenticated')),
    said TEXT NOT NULL CHECK (said IN ('approve', 'approve_edited', 'reject')),
    reason TEXT CHECK (reason IN ('wrong_value', 'wrong_record', 'wrong_action', 'not_now', 'duplicate',
        'business_changed', 'other')),
    note TEXT,
    edit BLOB,
    opened_at INTEGER,
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, decision_id),
    FOREIGN KEY (workspace_id, proposal_id) REFERENCES proposal (workspace_id, proposal_id),
    CHECK ((said = 'reject') = (reason IS NOT NULL)),
    CHECK ((said = 'approve_edited') = (edit IS NOT NULL)),
    CHECK (opened_at IS NULL OR opened_at <= decided_at)
) STRICT;
-- The decisions about a proposal.
CREATE INDEX proposal_decision_proposal ON proposal_decision (workspace_id, proposal_id, decided_at);

-- Who stands in for whom. Never deleted: decisions were made through it.
CREATE TABLE delegation (
    workspace_id TEXT NOT NULL REFERENCES workspace (workspace_id),
    delegation_id TEXT NOT NULL,
    from_person TEXT NOT NULL,
    to_person TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    scope BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    ended_at INTEGER,
    ended_by TEXT,
    PRIMARY KEY (workspace_id, delegation_id),
    FOREIGN KEY (workspace_id, from_person) REFERENCES member (workspace_id, person_id),
    FOREIGN KEY (workspace_id, to_person) REFERENCES member (workspace_id, person_id),
    CHECK (from_person <> to_person),
    CHECK (ends_at > starts_at),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) STRICT;
-- Who decides for whom, now.
CREATE INDEX delegation_end ON delegation (workspace_id, ends_at);

-- The codes by which somebody without a session decides. What is kept of a code is a keyed digest.
CREATE TABLE deciding_code (
    workspace_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    state BLOB NOT NULL,
    requested_at INTEGER NOT NULL,
    -- Rises with each change: of two tries at once, both count.
    revision INTEGER NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (workspace_id, person_id, proposal_id),
    FOREIGN KEY (workspace_id, proposal_id) REFERENCES proposal (workspace_id, proposal_id)
) STRICT;
-- Forgotten with its proposal.
CREATE INDEX deciding_code_proposal ON deciding_code (workspace_id, proposal_id);
