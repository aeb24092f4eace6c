//! `backup`: an online copy of everything but the keys, proven by restoring it.
//!
//! The command copies from outside, whether a server runs or not; the server only hears when a backup begins and how it
//! ended. So it writes to no place that a request names, and no request waits for gigabytes.
//!
//! ```text
//! BACKUP/manifest.json     what it is, and the hash of every other file
//! BACKUP/throughline.db    SQLite, or
//! BACKUP/database.dump     PostgreSQL, in pg_dump's custom format
//! BACKUP/blobs/            large values
//! BACKUP/plugins/, throughline.lock   connectors
//! BACKUP/keys/             only with --include-keys
//! ```

pub(crate) mod files;
pub(crate) mod keys;
pub(crate) mod manifest;
pub(crate) mod postgres;
mod rehearsal;
pub(crate) mod restore;

use std::path::Path;

use serde_json::{Value, json};
use throughline_store::{Location, copy_database};

use crate::cli::BackupArgs;
use crate::client::{Client, segment};
use crate::config::Settings;
use crate::data_dir::{DataDir, private_dir};
use crate::error::{CliError, Result, codes};
use crate::stack::{named_location, of_store};
use crate::{output, progress};

use files::{Copied, Fresh};
use manifest::{FORMAT, Manifest};

/// Name of SQLite's file, in a backup as in a data directory.
pub(crate) const SQLITE_FILE: &str = "throughline.db";
/// Name of PostgreSQL's dump.
pub(crate) const DUMP_FILE: &str = "database.dump";

/// Carries `backup` out.
pub(crate) async fn carry_out(
    client: &Client,
    dir: &DataDir,
    settings: &Settings,
    args: &BackupArgs,
    as_json: bool,
) -> Result<()> {
    let Some(folder) = &args.target else { return list(client, as_json).await };
    let target = target(folder)?;
    let begun = client.post("/backups", &json!({})).await?;
    let id = begun["backup_id"].as_str().unwrap_or_default().to_owned();
    let end = format!("/backups/{}/end", segment(&id));
    match make(dir, settings, args, &begun, &target).await {
        Ok((manifest, sha256)) => {
            let (files, bytes) = manifest.size();
            let rehearsed = !args.no_rehearsal;
            let said =
                json!({ "manifest_sha256": sha256, "files": files, "bytes": bytes, "rehearsed": rehearsed });
            let row = client.post(&end, &said).await?;
            told(&row, &manifest, &target, rehearsed, as_json);
            Ok(())
        }
        Err(error) => {
            target.give_up();
            // The reason that counts is the first one.
            drop(client.post(&end, &json!({ "failed": format!("{}: {}", error.code, error.message) })).await);
            Err(error)
        }
    }
}

async fn list(client: &Client, as_json: bool) -> Result<()> {
    let rows = client.list("/backups").await?;
    if as_json {
        output::json(&Value::Array(rows));
    } else if rows.is_empty() {
        output::line("no backup was made yet; `throughline backup FOLDER` makes one");
    } else {
        let columns = [
            ("BACKUP", "backup_id"),
            ("STATE", "state"),
            ("BEGAN", "began_at"),
            ("REHEARSED", "rehearsed"),
            ("FILES", "files"),
            ("BYTES", "bytes"),
            ("WHY", "detail"),
        ];
        output::table(&rows, &columns);
    }
    Ok(())
}

fn told(row: &Value, manifest: &Manifest, target: &Fresh, rehearsed: bool, as_json: bool) {
    if as_json {
        let mut row = row.clone();
        row["folder"] = json!(target.path);
        row["keys_included"] = json!(manifest.keys_included);
        output::json(&row);
        return;
    }
    let (files, bytes) = manifest.size();
    let proven =
        if rehearsed { "restored into a scratch directory and found whole" } else { "not rehearsed" };
    output::line(format!("{}: {files} files, {} KiB, {proven}", target.path.display(), bytes.div_ceil(1024)));
    if manifest.keys_included {
        output::note("the keys are in it: whoever has this folder can open every secret");
    } else {
        let files: Vec<&str> = manifest.keys.iter().map(|key| key.file.as_str()).collect();
        output::note(format!(
            "the keys are not in it. Save these files of DIR/keys apart from it, or it cannot be restored: {}",
            files.join(", ")
        ));
    }
}

/// Copies everything, proves it, and gives the folder its name.
async fn make(
    dir: &DataDir,
    settings: &Settings,
    args: &BackupArgs,
    begun: &Value,
    target: &Fresh,
) -> Result<(Manifest, String)> {
    let (kind, location) = named_location(dir, settings);
    if let Some(known) = dir.known_database().filter(|known| known != kind) {
        return Err(dir.other_database(&known, kind));
    }
    private_dir(&target.fresh)?;
    let bar = progress::spinner("copying the database");
    match &location {
        Location::Sqlite(folder) => {
            copy_database(folder, &target.fresh.join(SQLITE_FILE)).await.map_err(of_store)?;
        }
        Location::Postgres { url, .. } => postgres::dump(url, &target.fresh.join(DUMP_FILE)).await?,
    }
    bar.set_message("copying blobs and connectors");
    let (from, to, keys) = (dir.clone(), target.fresh.clone(), args.include_keys);
    let copied = files::aside(move || copy_files(&from, &to, keys)).await?;
    let manifest = Manifest {
        format: FORMAT,
        backup_id: begun["backup_id"].as_str().unwrap_or_default().to_owned(),
        began_at: begun["began_at"].as_str().unwrap_or_default().to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        database: kind.to_owned(),
        schema_version: begun["schema_version"].as_i64().unwrap_or_default(),
        incarnation: begun["incarnation"].as_str().unwrap_or_default().to_owned(),
        keys: keys::needed(dir, &begun["root_keys"])?,
        keys_included: args.include_keys,
        files: copied,
    };
    let sha256 = manifest.write(&target.fresh)?;
    bar.set_message("reading it back");
    manifest::verified(&target.fresh).await?;
    if !args.no_rehearsal {
        bar.set_message("restoring it into a scratch directory");
        rehearsal::prove(&target.fresh, &manifest, &dir.join("keys"), settings).await?;
    }
    bar.finish_and_clear();
    target.keep().map_err(|error| taken(&target.path, &error.to_string()))?;
    Ok((manifest, sha256))
}

/// Everything that is a file already; the database stands there first, so that what it refers to is copied after it.
fn copy_files(dir: &DataDir, to: &Path, keys: bool) -> Result<Vec<manifest::FileNote>> {
    let mut copied = Copied::new(dir.path(), to);
    for database in [SQLITE_FILE, DUMP_FILE] {
        copied.note_if_there(database)?;
    }
    copied.blobs("blobs")?;
    copied.folder("plugins")?;
    copied.file_if_there("throughline.lock")?;
    if keys {
        private_dir(&to.join("keys"))?;
        copied.folder("keys")?;
    }
    Ok(copied.done())
}

/// The folder to make.
fn target(path: &Path) -> Result<Fresh> {
    let path = std::path::absolute(path).map_err(|error| taken(path, &error.to_string()))?;
    if path.symlink_metadata().is_ok() {
        return Err(taken(&path, "it is there already"));
    }
    let left = "another backup is making it, or was cut off";
    Fresh::beside(path.clone(), ".partial", left).map_err(|why| taken(&path, &why))
}

fn taken(path: &Path, why: &str) -> CliError {
    CliError::refused(codes::BACKUP_TARGET, format!("the backup cannot be made at {}: {why}", path.display()))
        .hint("name a folder that is not there yet, on another disk than the data")
}
