-- Why: forms that somebody fills and mail that arrives start workflows too. A path is unique among its own kind: a form
-- and a webhook of the same path are two addresses.

ALTER TABLE workflow_trigger DROP CONSTRAINT workflow_trigger_kind_check;
ALTER TABLE workflow_trigger ADD CONSTRAINT workflow_trigger_kind_check
    CHECK (kind IN ('webhook', 'schedule', 'poll', 'event', 'manual', 'called', 'form', 'mail'));
-- The path of a webhook or a form; of mail, what stands before the @.
ALTER TABLE workflow_trigger DROP CONSTRAINT workflow_trigger_check;
ALTER TABLE workflow_trigger ADD CONSTRAINT workflow_trigger_check
    CHECK ((path IS NOT NULL) = (kind IN ('webhook', 'form', 'mail')));
-- A request or a mail arrives; a path belongs to one workflow of a workspace.
DROP INDEX workflow_trigger_path;
CREATE UNIQUE INDEX workflow_trigger_path ON workflow_trigger (workspace_id, kind, path) WHERE path IS NOT NULL;

-- What stands in the table fits: it was checked by a narrower rule, and is not read again.
ALTER TABLE event DROP CONSTRAINT event_kind_check;
ALTER TABLE event ADD CONSTRAINT event_kind_check
    CHECK (kind IN ('webhook', 'schedule', 'poll', 'event', 'manual', 'called', 'form', 'mail')) NOT VALID;
