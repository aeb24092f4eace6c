-- Why: a connector that keeps trapping stays set aside over a restart, and on every node.

-- Of the whole server, as the plugin it is about. A row is there from the trap that set the connector aside until a
-- person releases it, or until its pause is so long over that it no longer counts.
CREATE TABLE plugin_quarantine (
    connector TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    until_at BIGINT NOT NULL,
    times BIGINT NOT NULL CHECK (times >= 1),
    reason TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (connector, digest),
    FOREIGN KEY (connector, digest) REFERENCES plugin (connector, digest)
);
