-- Why: what was agreed with one account of a system does not hold for another. Writes of live workflows wait for people
-- until the account that answers is the one that somebody agreed to.

-- The account that live writes may go to by themselves; none: no test has named one yet.
ALTER TABLE connection ADD COLUMN agreed_account TEXT;
UPDATE connection SET agreed_account = account;
