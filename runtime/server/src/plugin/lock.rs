//! `DIR/throughline.lock`: which connectors are installed, byte for byte, and what was consented to.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::data_dir::DataDir;
use crate::error::{CliError, Result, codes};

const HEAD: &str = "# Installed connectors: written by `throughline plugin install`, safe to keep in git.\n";

/// The file.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LockFile {
    #[serde(default)]
    pub(crate) plugin: Vec<Entry>,
}

/// One connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) connector: String,
    pub(crate) version: String,
    pub(crate) digest: String,
    pub(crate) contract: String,
    pub(crate) permissions: String,
}

/// Writes the file anew from the rows of `GET /plugins`.
pub(crate) fn write(dir: &DataDir, rows: &[Value]) -> Result<()> {
    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let mut plugin: Vec<Entry> = rows
        .iter()
        .map(|row| Entry {
            connector: text(row, "connector"),
            version: text(row, "version"),
            digest: text(row, "digest"),
            contract: text(row, "contract"),
            permissions: text(row, "permissions"),
        })
        .collect();
    plugin.sort_by(|a, b| (&a.connector, &a.version).cmp(&(&b.connector, &b.version)));
    let body = toml::to_string(&LockFile { plugin }).map_err(|error| {
        CliError::refused(codes::INTERNAL, format!("the lock file cannot be written: {error}"))
    })?;
    let path = dir.join("throughline.lock");
    let fresh = dir.join("throughline.lock.new");
    std::fs::write(&fresh, format!("{HEAD}\n{body}")).and_then(|()| std::fs::rename(&fresh, &path)).map_err(
        |error| {
            CliError::unavailable(codes::DATA_DIR, format!("{} cannot be written: {error}", path.display()))
        },
    )
}
