-- Why: whoever has waited long enough is told, however many others wait for less; and whoever is asked hears of it.

-- Who is to be told next, anywhere.
CREATE INDEX exception_notice_due ON exception_notice (made_at);
-- What somebody is to be told, the oldest first.
CREATE INDEX exception_notice_of ON exception_notice (workspace_id, recipient, made_at);

-- Of what its owner has heard: 0 of nothing, 1 that it was asked, 2 that it is due.
ALTER TABLE ask ADD COLUMN told BIGINT NOT NULL DEFAULT 0 CHECK (told IN (0, 1, 2));
-- Questions from before are no news.
UPDATE ask SET told = 1;
-- Questions of which nobody was told, anywhere.
CREATE INDEX ask_asked ON ask (asked_at) WHERE state = 'open' AND told = 0;
-- What an owner is to be told, the oldest first.
CREATE INDEX ask_untold ON ask (workspace_id, owner, asked_at) WHERE state = 'open' AND told = 0;
-- What is to be told when it is due, anywhere.
CREATE INDEX ask_due ON ask (due_at) WHERE state = 'open' AND told < 2;
