-- Why: who is there, what they may, and how they come in. Accounts belong to the server, because one person works for
-- several clients; what they may is kept workspace by workspace. A secret stands here as a hash only.

-- Found by its address before a workspace is known, so not a tenant table. Never deleted: records name it.
CREATE TABLE account (
    person_id TEXT NOT NULL PRIMARY KEY,
    mail TEXT NOT NULL CHECK (mail = lower(mail) AND length(mail) BETWEEN 3 AND 255),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    -- Argon2id with its salt and costs; nothing until the invitation is used.
    password TEXT CHECK (substr(password, 1, 10) = '$argon2id$'),
    password_at INTEGER,
    server_admin INTEGER NOT NULL CHECK (server_admin IN (0, 1)),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    disabled_at INTEGER,
    disabled_by TEXT,
    CHECK ((password IS NULL) = (password_at IS NULL)),
    CHECK ((disabled_at IS NULL) = (disabled_by IS NULL))
) STRICT;
-- Signing in.
CREATE UNIQUE INDEX account_mail ON account (mail);

-- A person in a workspace: an account, or a mail address and nothing else. Never deleted: decisions name it.
CREATE TABLE member (
    workspace_id TEXT NOT NULL REFERENCES workspace (workspace_id),
    person_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'external')),
    -- What stands in workflows: person:office.
    handle TEXT NOT NULL CHECK (length(handle) BETWEEN 1 AND 40),
    account_id TEXT REFERENCES account (person_id),
    name TEXT CHECK (length(name) BETWEEN 1 AND 100),
    mail TEXT CHECK (mail = lower(mail) AND length(mail) BETWEEN 3 AND 255),
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    removed_at INTEGER,
    removed_by TEXT,
    PRIMARY KEY (workspace_id, person_id),
    -- An account has one name and address, wherever it is a member; somebody from outside has them here.
    CHECK (kind = 'external' OR (account_id IS NOT NULL AND account_id = person_id AND name IS NULL AND mail IS NULL)),
    CHECK (kind = 'account' OR (account_id IS NULL AND name IS NOT NULL AND mail IS NOT NULL)),
    CHECK ((removed_at IS NULL) = (removed_by IS NULL))
) STRICT;
-- Roles are of members who have an account.
CREATE UNIQUE INDEX member_kind ON member (workspace_id, person_id, kind);
-- A workflow names a person.
CREATE UNIQUE INDEX member_handle ON member (workspace_id, handle) WHERE removed_at IS NULL;
-- One address is one person.
CREATE UNIQUE INDEX member_mail ON member (workspace_id, mail) WHERE kind = 'external' AND removed_at IS NULL;

-- What a member may. Nobody from outside has a role: they decide what a policy asks them to, and nothing else.
CREATE TABLE member_role (
    workspace_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'account'),
    role TEXT NOT NULL CHECK (role IN ('admin', 'builder', 'approver', 'operator', 'viewer')),
    given_at INTEGER NOT NULL,
    given_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, person_id, role),
    FOREIGN KEY (workspace_id, person_id, kind) REFERENCES member (workspace_id, person_id, kind)
) STRICT;
-- Every request: what may this account, wherever it is a member?
CREATE INDEX member_role_person ON member_role (person_id);

-- What else a workflow may call a member: role:field_lead. Gives no right, so it must not read like a role that does.
CREATE TABLE member_duty (
    workspace_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    duty TEXT NOT NULL CHECK (length(duty) BETWEEN 1 AND 40
        AND duty NOT IN ('admin', 'builder', 'approver', 'operator', 'viewer')),
    PRIMARY KEY (workspace_id, person_id, duty),
    FOREIGN KEY (workspace_id, person_id) REFERENCES member (workspace_id, person_id)
) STRICT;

CREATE TABLE team (
    workspace_id TEXT NOT NULL REFERENCES workspace (workspace_id),
    -- What stands in workflows: team:billing.
    team TEXT NOT NULL CHECK (length(team) BETWEEN 1 AND 40),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 100),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, team)
) STRICT;

CREATE TABLE team_member (
    workspace_id TEXT NOT NULL,
    team TEXT NOT NULL,
    person_id TEXT NOT NULL,
    -- Hears of what is due beside its owner.
    lead INTEGER NOT NULL CHECK (lead IN (0, 1)),
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, team, person_id),
    FOREIGN KEY (workspace_id, team) REFERENCES team (workspace_id, team),
    FOREIGN KEY (workspace_id, person_id) REFERENCES member (workspace_id, person_id)
) STRICT;
-- A member's teams; removing a member.
CREATE INDEX team_member_person ON team_member (workspace_id, person_id);

-- A signed-in browser. Without a person: opened by a link that the token of the data directory made.
CREATE TABLE session (
    session_id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    person_id TEXT REFERENCES account (person_id),
    client TEXT NOT NULL CHECK (length(client) <= 200),
    created_at INTEGER NOT NULL,
    -- When they last proved who they are: signed in, or typed the password again.
    confirmed_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    revoked_at INTEGER,
    revoked_by TEXT,
    CHECK (confirmed_at >= created_at AND used_at >= created_at),
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
) STRICT;
-- Every request: who is this?
CREATE UNIQUE INDEX session_hash ON session (hash);
-- The list of one's sessions; ending all of them.
CREATE INDEX session_person ON session (person_id, session_id);
-- Sessions that were over long ago are swept.
CREATE INDEX session_age ON session (created_at);

-- Links that work once. The first account's is about nobody yet.
CREATE TABLE setup_link (
    hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
    kind TEXT NOT NULL CHECK (kind IN ('setup', 'invitation', 'reset')),
    person_id TEXT REFERENCES account (person_id),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    replaced_at INTEGER,
    CHECK ((kind = 'setup') = (person_id IS NULL)),
    CHECK (expires_at > created_at),
    CHECK (used_at IS NULL OR replaced_at IS NULL)
) STRICT;
-- One link works at a time: a newer one replaces it.
CREATE UNIQUE INDEX setup_link_first ON setup_link (kind)
    WHERE kind = 'setup' AND used_at IS NULL AND replaced_at IS NULL;
CREATE UNIQUE INDEX setup_link_person ON setup_link (person_id)
    WHERE kind <> 'setup' AND used_at IS NULL AND replaced_at IS NULL;

-- Tries to sign in, by the hash of what they have in common: an address, an account, or both.
CREATE TABLE sign_in_throttle (
    key TEXT NOT NULL PRIMARY KEY CHECK (length(key) = 64),
    tries INTEGER NOT NULL CHECK (tries >= 0),
    pauses INTEGER NOT NULL CHECK (pauses >= 0),
    tried_at INTEGER NOT NULL,
    until_at INTEGER,
    -- Rises with each change: who counts from an old number counts again.
    version INTEGER NOT NULL CHECK (version >= 1)
) STRICT;
-- What is forgotten is swept.
CREATE INDEX sign_in_throttle_age ON sign_in_throttle (tried_at);

-- Whose a token is; without: of the token of the data directory, as all were until now.
ALTER TABLE api_token ADD COLUMN person_id TEXT REFERENCES account (person_id);
ALTER TABLE api_token ADD COLUMN used_at INTEGER;
-- Disabling an account ends its tokens.
CREATE INDEX api_token_person ON api_token (person_id) WHERE person_id IS NOT NULL;
