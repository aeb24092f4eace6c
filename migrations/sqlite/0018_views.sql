-- Why: figures are views over the rows there are, with names that stay: whoever reads them builds reports on them. No
-- view has a payload, a sentence, a secret or a field that a workflow hides; docs/views.md says what each column means.

-- What only the runner can tell of an exception, since it takes the business calendar: kept with each of its changes.
CREATE TABLE exception_figure (
    workspace_id TEXT NOT NULL,
    exception_id TEXT NOT NULL,
    -- Up to when the minutes are counted.
    counted_at INTEGER NOT NULL,
    running_minutes INTEGER NOT NULL CHECK (running_minutes >= 0),
    running_business_minutes INTEGER NOT NULL CHECK (running_business_minutes >= 0),
    paused_minutes INTEGER NOT NULL CHECK (paused_minutes >= 0),
    paused_business_minutes INTEGER NOT NULL CHECK (paused_business_minutes >= 0),
    -- A person has it for the first time; somebody did something for the first time.
    assigned_at INTEGER,
    assign_business_minutes INTEGER,
    acted_at INTEGER,
    act_business_minutes INTEGER,
    PRIMARY KEY (workspace_id, exception_id),
    FOREIGN KEY (workspace_id, exception_id) REFERENCES exception (workspace_id, exception_id),
    CHECK ((assigned_at IS NULL) = (assign_business_minutes IS NULL)),
    CHECK ((acted_at IS NULL) = (act_business_minutes IS NULL))
) STRICT;

CREATE VIEW ops_run AS
SELECT t.workspace_id, t.run_id, t.workflow_id, t.version, t.status, strftime('%Y-%m-%d', t.created / 1000000, 'unixepoch') AS day,
    strftime('%Y-%m-%dT%H:%M:%fZ', t.created / 1000000.0, 'unixepoch') AS created_at, strftime('%Y-%m-%dT%H:%M:%fZ', t.started / 1000000.0, 'unixepoch') AS started_at, strftime('%Y-%m-%dT%H:%M:%fZ', t.ended / 1000000.0, 'unixepoch') AS ended_at,
    (t.ended - t.created) / 60000000 AS minutes, t.failure_code, t.retry_of, t.parent_run_id,
    t.proposals, t.exceptions, t.decisions, t.resolutions, t.answers,
    t.decisions + t.resolutions + t.answers + CASE WHEN t.retry_of IS NULL THEN 0 ELSE 1 END AS touches,
    CASE WHEN t.ended IS NULL THEN NULL
        WHEN t.status = 'succeeded' AND t.retry_of IS NULL AND t.decisions + t.resolutions + t.answers + t.touches_below = 0
            THEN 1
        ELSE 0 END AS straight_through
FROM (
    SELECT r.workspace_id, r.run_id, r.workflow_id, r.version, r.status, r.created_at AS created,
        r.started_at AS started, r.ended_at AS ended, r.failure_code, r.retry_of, r.parent_run_id,
        (SELECT count(*) FROM proposal AS p WHERE p.workspace_id = r.workspace_id AND p.run_id = r.run_id) AS proposals,
        (SELECT count(*) FROM exception_step AS s WHERE s.workspace_id = r.workspace_id AND s.run_id = r.run_id)
            AS exceptions,
        (SELECT count(*) FROM proposal AS p CROSS JOIN proposal_decision AS d
        WHERE p.workspace_id = r.workspace_id AND p.run_id = r.run_id
            AND d.workspace_id = p.workspace_id AND d.proposal_id = p.proposal_id) AS decisions,
        (SELECT count(*) FROM exception_step AS s WHERE s.workspace_id = r.workspace_id
        AND s.run_id = r.run_id AND s.closed_by NOT IN ('run', 'runner')) AS resolutions,
        (SELECT count(*) FROM ask AS a WHERE a.workspace_id = r.workspace_id
        AND a.run_id = r.run_id AND a.state = 'answered') AS answers,
        -- The runs it called, and those that they called.
        (WITH RECURSIVE below (workspace_id, run_id) AS (
            SELECT c.workspace_id, c.run_id FROM run AS c
                WHERE c.workspace_id = r.workspace_id AND c.parent_run_id = r.run_id
            UNION ALL
            SELECT c.workspace_id, c.run_id FROM below AS b JOIN run AS c
                ON c.workspace_id = b.workspace_id AND c.parent_run_id = b.run_id)
            SELECT coalesce(sum((SELECT count(*) FROM proposal AS p CROSS JOIN proposal_decision AS d
        WHERE p.workspace_id = below.workspace_id AND p.run_id = below.run_id
            AND d.workspace_id = p.workspace_id AND d.proposal_id = p.proposal_id)
                + (SELECT count(*) FROM exception_step AS s WHERE s.workspace_id = below.workspace_id
        AND s.run_id = below.run_id AND s.closed_by NOT IN ('run', 'runner'))
                + (SELECT count(*) FROM ask AS a WHERE a.workspace_id = below.workspace_id
        AND a.run_id = below.run_id AND a.state = 'answered')), 0) FROM below) AS touches_below
    FROM run AS r
) AS t;

CREATE VIEW ops_proposal AS
SELECT t.workspace_id, t.proposal_id, t.run_id, t.step, t.workflow_id, t.version, t.system, t.action, t.state,
    t.money_amount, t.money_currency, t.replaces, t.replaces_why, t.replaced_by, t.effect_id,
    strftime('%Y-%m-%d', t.opened / 1000000, 'unixepoch') AS day, strftime('%Y-%m-%dT%H:%M:%fZ', t.opened / 1000000.0, 'unixepoch') AS opened_at, strftime('%Y-%m-%dT%H:%M:%fZ', t.expires / 1000000.0, 'unixepoch') AS expires_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', t.closed / 1000000.0, 'unixepoch') AS closed_at, strftime('%Y-%m-%dT%H:%M:%fZ', t.decided / 1000000.0, 'unixepoch') AS decided_at, strftime('%Y-%m-%dT%H:%M:%fZ', t.applied / 1000000.0, 'unixepoch') AS applied_at,
    (t.closed - t.opened) / 60000000 AS minutes, (t.decided - t.opened) / 60000000 AS decision_minutes,
    (t.applied - t.decided) / 1000 AS apply_ms, (t.decided - t.looked) / 1000000 AS looked_seconds,
    t.approvals, t.edits, t.rejections, t.unopened, t.rejected_why
FROM (
    SELECT p.workspace_id, p.proposal_id, p.run_id, p.path AS step, p.workflow_id, p.version, p.system, p.action, p.state,
        p.money_amount, p.money_currency, p.replaces, p.replaces_why, p.replaced_by, p.effect_id, p.opened_at AS opened,
        p.expires_at AS expires, p.closed_at AS closed,
        (SELECT max(d.decided_at) FROM proposal_decision AS d
            WHERE d.workspace_id = p.workspace_id AND d.proposal_id = p.proposal_id) AS decided,
        -- When the last of those who decided had opened it.
        (SELECT max(d.opened_at) FROM proposal_decision AS d
            WHERE d.workspace_id = p.workspace_id AND d.proposal_id = p.proposal_id) AS looked,
        (SELECT count(*) FROM proposal_decision AS d WHERE d.workspace_id = p.workspace_id
            AND d.proposal_id = p.proposal_id AND d.said = 'approve') AS approvals,
        (SELECT count(*) FROM proposal_decision AS d WHERE d.workspace_id = p.workspace_id
            AND d.proposal_id = p.proposal_id AND d.said = 'approve_edited') AS edits,
        (SELECT count(*) FROM proposal_decision AS d WHERE d.workspace_id = p.workspace_id
            AND d.proposal_id = p.proposal_id AND d.said = 'reject') AS rejections,
        (SELECT count(*) FROM proposal_decision AS d WHERE d.workspace_id = p.workspace_id
            AND d.proposal_id = p.proposal_id AND d.opened_at IS NULL) AS unopened,
        (SELECT min(d.reason) FROM proposal_decision AS d WHERE d.workspace_id = p.workspace_id
            AND d.proposal_id = p.proposal_id AND d.said = 'reject') AS rejected_why,
        (SELECT e.settled_at FROM effect AS e WHERE e.workspace_id = p.workspace_id AND e.effect_id = p.effect_id
            AND e.state = 'confirmed') AS applied
    FROM proposal AS p
) AS t;

CREATE VIEW ops_exception AS
SELECT x.workspace_id, x.exception_id, x.kind, x.reason, x.severity, x.state, x.workflow_id, x.version, x.run_id,
    x.path AS step, x.connection, x.owner, x.person, x.backup, x.assigned_by, x.unrouted, x.customer_visible,
    x.money AS money_hundredths, x.occurrences, x.reopened,
    (SELECT count(*) FROM exception_step AS s WHERE s.workspace_id = x.workspace_id
        AND s.exception_id = x.exception_id AND s.closed_at IS NULL) AS waiting_steps,
    strftime('%Y-%m-%d', x.opened_at / 1000000, 'unixepoch') AS day, strftime('%Y-%m-%dT%H:%M:%fZ', x.opened_at / 1000000.0, 'unixepoch') AS opened_at, strftime('%Y-%m-%dT%H:%M:%fZ', x.last_seen_at / 1000000.0, 'unixepoch') AS last_seen_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', f.assigned_at / 1000000.0, 'unixepoch') AS assigned_at, strftime('%Y-%m-%dT%H:%M:%fZ', f.acted_at / 1000000.0, 'unixepoch') AS acted_at, strftime('%Y-%m-%dT%H:%M:%fZ', x.due_at / 1000000.0, 'unixepoch') AS due_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', x.original_due_at / 1000000.0, 'unixepoch') AS original_due_at, strftime('%Y-%m-%dT%H:%M:%fZ', x.breached_at / 1000000.0, 'unixepoch') AS breached_at, x.rung,
    x.waiting_on, strftime('%Y-%m-%dT%H:%M:%fZ', x.ended_at / 1000000.0, 'unixepoch') AS ended_at, x.ended, x.way, x.outcome, x.strength,
    CASE WHEN x.ended_at IS NULL THEN NULL WHEN x.ended = 'evidence' THEN 1 ELSE 0 END AS auto_resolved,
    -- Against the first promise; open and not late yet: unknown.
    CASE WHEN coalesce(x.ended_at, (SELECT now FROM clock)) > x.original_due_at THEN 0
        WHEN x.ended_at IS NULL THEN NULL ELSE 1 END AS met_deadline,
    (x.ended_at - x.opened_at) / 60000000 AS minutes,
    (f.assigned_at - x.opened_at) / 60000000 AS assign_minutes, f.assign_business_minutes,
    (f.acted_at - x.opened_at) / 60000000 AS act_minutes, f.act_business_minutes,
    f.running_minutes, f.running_business_minutes, f.paused_minutes, f.paused_business_minutes,
    strftime('%Y-%m-%dT%H:%M:%fZ', f.counted_at / 1000000.0, 'unixepoch') AS counted_at
FROM exception AS x LEFT JOIN exception_figure AS f
    ON f.workspace_id = x.workspace_id AND f.exception_id = x.exception_id;

-- Runs that nothing called, by the day on which they began.
CREATE VIEW ops_straight_through AS
SELECT r.workspace_id, r.workflow_id, r.day, count(*) AS runs,
    CAST(sum(CASE WHEN r.ended_at IS NULL THEN 0 ELSE 1 END) AS INTEGER) AS ended,
    CAST(coalesce(sum(r.straight_through), 0) AS INTEGER) AS straight_through,
    CAST(sum(r.straight_through) AS REAL) / nullif(sum(CASE WHEN r.ended_at IS NULL THEN 0 ELSE 1 END), 0) AS rate
FROM ops_run AS r WHERE r.parent_run_id IS NULL
GROUP BY r.workspace_id, r.workflow_id, r.day;
