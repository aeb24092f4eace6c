-- Why: mail to people waits here until the mail server has taken it, so that neither a restart nor a server that is away
-- loses any. What it says is wiped when it has gone: the record is that it went.

CREATE TABLE mail_out (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspace (workspace_id),
    mail_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('account', 'code', 'exception', 'proposal', 'digest')),
    -- The proposal, exception or person it is about.
    about TEXT COLLATE "C",
    to_address TEXT COLLATE "C" NOT NULL CHECK (length(to_address) BETWEEN 3 AND 255),
    to_name TEXT COLLATE "C" CHECK (length(to_name) BETWEEN 1 AND 100),
    subject TEXT COLLATE "C" NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
    text TEXT COLLATE "C" NOT NULL,
    html TEXT COLLATE "C",
    queued_at BIGINT NOT NULL,
    -- After this it is not sent any more: nobody needs an old code.
    until_at BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    -- While it is queued: not before this.
    next_at BIGINT,
    settled_at BIGINT,
    failure TEXT COLLATE "C" CHECK (length(failure) <= 500),
    PRIMARY KEY (workspace_id, mail_id),
    CHECK ((state = 'queued') = (next_at IS NOT NULL)),
    CHECK ((state = 'queued') = (settled_at IS NULL)),
    CHECK (state = 'queued' OR (text = '' AND html IS NULL)),
    CHECK (state <> 'failed' OR failure IS NOT NULL)
);
-- What is to be sent next.
CREATE INDEX mail_out_due ON mail_out (next_at) WHERE state = 'queued';
-- What did not go.
CREATE INDEX mail_out_failed ON mail_out (workspace_id, mail_id) WHERE state = 'failed';
-- What has been settled for long.
CREATE INDEX mail_out_settled ON mail_out (settled_at) WHERE state <> 'queued';
