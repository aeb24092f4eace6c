//! Installed plugins: every digest a run may still need, and which one is current.

use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements, words};
use crate::error::Result;
use crate::writer::{Group, Kind, Outcome};

words! {
    /// What may be done with a digest.
    PluginState {
        /// It may be called.
        Installed = "installed",
        /// It trapped too often: steps wait.
        Quarantined = "quarantined",
        /// It was taken away.
        Removed = "removed",
    }
}

/// A digest of a connector to install.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPlugin {
    /// Connector id.
    pub connector: String,
    /// Digest of the component: `sha256:…`.
    pub digest: String,
    /// Version.
    pub version: String,
    /// The manifest's JSON bytes.
    pub manifest: Vec<u8>,
    /// What the operator granted, JSON bytes.
    pub permissions: Vec<u8>,
    /// When.
    pub installed_at: Timestamp,
    /// Who.
    pub installed_by: String,
}

/// An installed digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginRow {
    /// Connector id.
    pub connector: String,
    /// Digest of the component.
    pub digest: String,
    /// Version.
    pub version: String,
    /// The manifest's JSON bytes.
    pub manifest: Vec<u8>,
    /// What the operator granted, JSON bytes.
    pub permissions: Vec<u8>,
    /// What may be done with it.
    pub state: PluginState,
    /// New runs use this digest.
    pub current: bool,
    /// When.
    pub installed_at: Timestamp,
    /// Who.
    pub installed_by: String,
}

/// A digest that is set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantineRow {
    /// Connector id.
    pub connector: String,
    /// Digest of the component.
    pub digest: String,
    /// When it may be called again.
    pub until_at: Timestamp,
    /// How often it was set aside in a row, from 1.
    pub times: u32,
    /// The last trap, in words.
    pub reason: String,
}

macro_rules! plugin_sql {
    ($tail:literal) => {
        Sql::same(concat!(
            "SELECT p.connector, p.digest, p.version, p.manifest, p.permissions, p.state,
                 CAST(CASE WHEN c.digest IS NULL THEN 0 ELSE 1 END AS BIGINT), p.installed_at, p.installed_by
             FROM plugin AS p LEFT JOIN plugin_current AS c ON c.connector = p.connector AND c.digest = p.digest ",
            $tail
        ))
    };
}

statements! {
    Global INSTALL = Sql::same(
        "INSERT INTO plugin (connector, digest, version, manifest, permissions, state, installed_at, installed_by)
         VALUES ($1, $2, $3, $4, $5, 'installed', $6, $7)
         ON CONFLICT (connector, digest) DO UPDATE SET permissions = excluded.permissions, state = 'installed',
             installed_at = excluded.installed_at, installed_by = excluded.installed_by",
    );
    Global MAKE_CURRENT = Sql::same(
        "INSERT INTO plugin_current (connector, digest)
         SELECT connector, digest FROM plugin WHERE connector = $1 AND digest = $2 AND state <> 'removed'
         ON CONFLICT (connector) DO UPDATE SET digest = excluded.digest",
    );
    Global SET_STATE = Sql::same("UPDATE plugin SET state = $3 WHERE connector = $1 AND digest = $2");
    Global NOT_CURRENT = Sql::same("DELETE FROM plugin_current WHERE connector = $1 AND digest = $2");
    Global GET = plugin_sql!("WHERE p.connector = $1 AND p.digest = $2");
    Global CURRENT = plugin_sql!("WHERE p.connector = $1 AND c.digest IS NOT NULL");
    Global LIST = plugin_sql!("ORDER BY p.connector, p.installed_at, p.digest");
    Global QUARANTINE = Sql::same(
        "INSERT INTO plugin_quarantine (connector, digest, until_at, times, reason)
         SELECT connector, digest, CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS TEXT) FROM plugin
         WHERE connector = $1 AND digest = $2
         ON CONFLICT (connector, digest) DO UPDATE SET until_at = excluded.until_at, times = excluded.times,
             reason = excluded.reason WHERE plugin_quarantine.until_at < excluded.until_at",
    );
    Global QUARANTINED = Sql::same(
        "SELECT connector, digest, until_at, times, reason FROM plugin_quarantine ORDER BY connector, digest",
    );
    Global RELEASE = Sql::same("DELETE FROM plugin_quarantine WHERE connector = $1");
    Global FORGET = Sql::same(
        "DELETE FROM plugin_quarantine WHERE connector = $1 AND digest = $2 AND until_at = $3",
    );
}

impl Store {
    /// Installs a digest and makes it current; older ones stay for the runs that keep them.
    pub async fn install_plugin(&self, new: &NewPlugin) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        let (connector, digest, version) = (&new.connector, &new.digest, &new.version);
        let (manifest, permissions) = (&new.manifest, &new.permissions);
        group.op(
            &INSTALL,
            args![connector, digest, version, manifest, permissions, new.installed_at, &new.installed_by],
        );
        group.op(&MAKE_CURRENT, args![connector, digest]);
        self.commit_group(group).await?.done().map(drop)
    }

    /// Makes an installed digest the one that new runs use. False: it is not installed.
    pub async fn make_plugin_current(&self, connector: &str, digest: &str) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&MAKE_CURRENT, args![connector, digest]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Quarantines, releases or removes a digest; a removed one is not current any more. False: there is none.
    pub async fn set_plugin_state(&self, connector: &str, digest: &str, state: PluginState) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&SET_STATE, args![connector, digest, state]);
        if state == PluginState::Removed {
            group.op(&NOT_CURRENT, args![connector, digest]);
        }
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// One digest.
    pub async fn get_plugin(&self, connector: &str, digest: &str) -> Result<Option<PluginRow>> {
        self.one(&GET, args![connector, digest]).await
    }

    /// The digest that new runs use.
    pub async fn current_plugin(&self, connector: &str) -> Result<Option<PluginRow>> {
        self.one(&CURRENT, args![connector]).await
    }

    /// Writes down that a digest is set aside. False: it is not installed, or the same or a later end is there.
    pub async fn quarantine_plugin(&self, row: &QuarantineRow) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        let (connector, digest) = (&row.connector, &row.digest);
        group.fence(&QUARANTINE, args![connector, digest, row.until_at, row.times, &row.reason]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Every digest that is set aside, also those whose pause is over.
    pub async fn list_quarantines(&self) -> Result<Vec<QuarantineRow>> {
        self.all(&QUARANTINED, Vec::new()).await
    }

    /// Lets a connector run again. False: none of its digests was set aside.
    pub async fn release_plugin(&self, connector: &str) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&RELEASE, args![connector]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Drops a row that no longer counts, unless it was renewed meanwhile.
    pub async fn forget_quarantine(&self, row: &QuarantineRow) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        group.op(&FORGET, args![&row.connector, &row.digest, row.until_at]);
        self.commit_group(group).await?.done().map(drop)
    }

    /// Every digest, by connector.
    pub async fn list_plugins(&self) -> Result<Vec<PluginRow>> {
        self.all(&LIST, Vec::new()).await
    }
}

impl FromRow for QuarantineRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            connector: row.text()?,
            digest: row.text()?,
            until_at: row.time()?,
            times: row.small()?,
            reason: row.text()?,
        })
    }
}

impl FromRow for PluginRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            connector: row.text()?,
            digest: row.text()?,
            version: row.text()?,
            manifest: row.bytes()?,
            permissions: row.bytes()?,
            state: row.parse()?,
            current: row.flag()?,
            installed_at: row.time()?,
            installed_by: row.text()?,
        })
    }
}
