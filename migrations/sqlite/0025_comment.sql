-- Why: whoever decides asks somebody who knows, says what the next one should know, and puts off what cannot be decided yet.
-- None of it changes what is proposed or when it ends.

CREATE TABLE proposal_comment (
    workspace_id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    comment_id TEXT NOT NULL,
    written_by TEXT NOT NULL CHECK (length(written_by) > 0),
    text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 10000),
    written_at INTEGER NOT NULL,
    -- A question: whom it is put to, and when somebody answered it first.
    asks TEXT CHECK (length(asks) > 0),
    answered_at INTEGER,
    -- An answer: to which question.
    answers TEXT,
    PRIMARY KEY (workspace_id, proposal_id, comment_id),
    FOREIGN KEY (workspace_id, proposal_id) REFERENCES proposal (workspace_id, proposal_id),
    FOREIGN KEY (workspace_id, proposal_id, answers)
        REFERENCES proposal_comment (workspace_id, proposal_id, comment_id),
    CHECK (asks IS NULL OR answers IS NULL),
    CHECK (answered_at IS NULL OR asks IS NOT NULL)
) STRICT;

-- Until when somebody keeps a proposal out of their own list.
CREATE TABLE proposal_snooze (
    workspace_id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    snoozed_until INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, proposal_id, person_id),
    FOREIGN KEY (workspace_id, proposal_id) REFERENCES proposal (workspace_id, proposal_id)
) STRICT;

-- Rises with each thing that people said about it or put off: those who look at it look again.
ALTER TABLE proposal ADD COLUMN said INTEGER NOT NULL DEFAULT 0 CHECK (said >= 0);
ALTER TABLE exception ADD COLUMN said INTEGER NOT NULL DEFAULT 0 CHECK (said >= 0);
