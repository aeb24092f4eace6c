-- Why: whoever decides asks somebody who knows, says what the next one should know, and puts off what cannot be decided yet.
-- None of it changes what is proposed or when it ends.

CREATE TABLE proposal_comment (
    workspace_id TEXT COLLATE "C" NOT NULL,
    proposal_id TEXT COLLATE "C" NOT NULL,
    comment_id TEXT COLLATE "C" NOT NULL,
    written_by TEXT COLLATE "C" NOT NULL CHECK (length(written_by) > 0),
    text TEXT COLLATE "C" NOT NULL CHECK (length(text) BETWEEN 1 AND 10000),
    written_at BIGINT NOT NULL,
    -- A question: whom it is put to, and when somebody answered it first.
    asks TEXT COLLATE "C" CHECK (length(asks) > 0),
    answered_at BIGINT,
    -- An answer: to which question.
    answers TEXT COLLATE "C",
    PRIMARY KEY (workspace_id, proposal_id, comment_id),
    FOREIGN KEY (workspace_id, proposal_id) REFERENCES proposal (workspace_id, proposal_id),
    FOREIGN KEY (workspace_id, proposal_id, answers)
        REFERENCES proposal_comment (workspace_id, proposal_id, comment_id),
    CHECK (asks IS NULL OR answers IS NULL),
    CHECK (answered_at IS NULL OR asks IS NOT NULL)
);

-- Until when somebody keeps a proposal out of their own list.
CREATE TABLE proposal_snooze (
    workspace_id TEXT COLLATE "C" NOT NULL,
    proposal_id TEXT COLLATE "C" NOT NULL,
    person_id TEXT COLLATE "C" NOT NULL,
    snoozed_until BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, proposal_id, person_id),
    FOREIGN KEY (workspace_id, proposal_id) REFERENCES proposal (workspace_id, proposal_id)
);

-- Rises with each thing that people said about it or put off: those who look at it look again.
ALTER TABLE proposal ADD COLUMN said BIGINT NOT NULL DEFAULT 0 CHECK (said >= 0);
ALTER TABLE exception ADD COLUMN said BIGINT NOT NULL DEFAULT 0 CHECK (said >= 0);
