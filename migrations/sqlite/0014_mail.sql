-- Why: mail to people waits here until the mail server has taken it, so that neither a restart nor a server that is away
-- loses any. What it says is wiped when it has gone: the record is that it went.

CREATE TABLE mail_out (
    workspace_id TEXT NOT NULL REFERENCES workspace (workspace_id),
    mail_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'code', 'exception', 'proposal', 'digest')),
    -- The proposal, exception or person it is about.
    about TEXT,
    to_address TEXT NOT NULL CHECK (length(to_address) BETWEEN 3 AND 255),
    to_name TEXT CHECK (length(to_name) BETWEEN 1 AND 100),
    subject TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
    text TEXT NOT NULL,
    html TEXT,
    queued_at INTEGER NOT NULL,
    -- After this it is not sent any more: nobody needs an old code.
    until_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    -- While it is queued: not before this.
    next_at INTEGER,
    settled_at INTEGER,
    failure TEXT CHECK (length(failure) <= 500),
    PRIMARY KEY (workspace_id, mail_id),
    CHECK ((state = 'queued') = (next_at IS NOT NULL)),
    CHECK ((state = 'queued') = (settled_at IS NULL)),
    CHECK (state = 'queued' OR (text = '' AND html IS NULL)),
    CHECK (state <> 'failed' OR failure IS NOT NULL)
) STRICT;
-- What is to be sent next.
CREATE INDEX mail_out_due ON mail_out (next_at) WHERE state = 'queued';
-- What did not go.
CREATE INDEX mail_out_failed ON mail_out (workspace_id, mail_id) WHERE state = 'failed';
-- What has been settled for long.
CREATE INDEX mail_out_settled ON mail_out (settled_at) WHERE state <> 'queued';
