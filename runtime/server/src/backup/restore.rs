//! `restore`: a data directory, and on PostgreSQL a database, from a backup. It is another life of the data: workers of the
//! lost one are fenced, and runs that were open wait for a person.

use std::path::{Path, PathBuf};

use serde_json::json;
use throughline_domain::id::RunId;
use throughline_store::{BackupState, Location, Store, StoreOptions, look};

use super::files::{Fresh, aside, copy, failed, hash};
use super::manifest::{Manifest, broken, verified};
use super::{DUMP_FILE, SQLITE_FILE, keys, postgres};
use crate::cli::RestoreArgs;
use crate::config::Settings;
use crate::data_dir::{DataDir, private_dir, random, write_private};
use crate::error::{CliError, Result, codes};
use crate::stack::{named_location, of_store};
use crate::{output, progress};

/// Runs that are held by one commit.
const BATCH: u32 = 500;

/// What was restored.
pub(crate) struct Restored {
    /// Runs that wait for a person.
    pub(crate) held: u64,
    /// The life that begins.
    pub(crate) incarnation: String,
}

/// Carries `restore` out.
pub(crate) async fn carry_out(
    args: &RestoreArgs,
    dir: &DataDir,
    settings: &Settings,
    as_json: bool,
) -> Result<()> {
    let bar = progress::spinner("reading the backup");
    let manifest = verified(&args.backup).await?;
    let target = target(dir)?;
    let location = empty_place(&manifest, dir, settings).await?;
    let kept = args.keys.clone().or_else(|| manifest.keys_included.then(|| args.backup.join("keys")));
    // Without a folder, the message names the first key that is needed.
    keys::check(&manifest, kept.as_deref().unwrap_or(Path::new("keys")))?;
    bar.set_message("copying");
    let done = fill(&args.backup, &manifest, kept, &target, location).await;
    bar.finish_and_clear();
    let restored = match done {
        Ok(restored) => restored,
        Err(error) => {
            target.give_up();
            return Err(error);
        }
    };
    said(&manifest, dir, &restored, as_json);
    Ok(())
}

fn said(manifest: &Manifest, dir: &DataDir, restored: &Restored, as_json: bool) {
    let Restored { held, incarnation } = restored;
    if as_json {
        output::json(&json!({
            "backup_id": manifest.backup_id, "began_at": manifest.began_at, "incarnation": incarnation,
            "held_runs": held, "data": dir.path(),
        }));
        return;
    }
    output::line(format!("{} holds everything committed before {}", dir.path().display(), manifest.began_at));
    output::note("what was accepted after that is not in it; a new admin.token is made by the next start");
    if *held > 0 {
        output::note(format!(
            "{held} run(s) were open and are held, since nobody here knows what they did after the backup: \
             `throughline run held` lists them, `run release ID --resume` or `--in-doubt` lets one go on"
        ));
    }
}

/// Where the database goes, if nothing is there.
async fn empty_place(manifest: &Manifest, dir: &DataDir, settings: &Settings) -> Result<Location> {
    let (kind, location) = named_location(dir, settings);
    if kind != manifest.database {
        let message = format!("the backup is of {}, but the settings name {kind}", manifest.database);
        return Err(CliError::usage(codes::OTHER_DATABASE, message)
            .hint("name an empty PostgreSQL database with --database, or none for SQLite"));
    }
    let found = look(&location).await.map_err(of_store)?;
    if found.schema.is_some() {
        return Err(CliError::refused(
            codes::RESTORE_TARGET,
            "the database is not empty: nothing was changed",
        )
        .hint("make a new database and name it with --database"));
    }
    if manifest.schema_version > found.known {
        let message = format!(
            "the backup has schema {}, this program knows {}: it was made by a newer release",
            manifest.schema_version, found.known
        );
        return Err(CliError::refused(codes::BACKUP_BROKEN, message)
            .hint("restore it with the release that made it, or a newer one"));
    }
    Ok(location)
}

async fn fill(
    backup: &Path,
    manifest: &Manifest,
    keys: Option<PathBuf>,
    target: &Fresh,
    location: Location,
) -> Result<Restored> {
    let (from, to, own) = (backup.to_owned(), target.fresh.clone(), manifest.clone());
    aside(move || lay(&from, &own, &to, keys.as_deref(), Lay::Copy)).await?;
    let location = match location {
        Location::Sqlite(_) => Location::Sqlite(target.fresh.clone()),
        Location::Postgres { url, .. } => {
            postgres::fill(&url, &backup.join(DUMP_FILE)).await?;
            Location::Postgres { url, blobs: target.fresh.join("blobs") }
        }
    };
    let restored = second_life(location, manifest).await?;
    target.keep().map_err(|error| taken(&target.path, &error.to_string()))?;
    Ok(restored)
}

/// How the files of a backup come into a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lay {
    /// Copied, with the keys.
    Copy,
    /// The database copied, everything else where it is: for a look that changes none of it.
    Link,
}

/// Lays the files of a backup out as a data directory.
pub(crate) fn lay(
    backup: &Path,
    manifest: &Manifest,
    to: &Path,
    keys: Option<&Path>,
    how: Lay,
) -> Result<()> {
    private_dir(to)?;
    for file in &manifest.files {
        let wanted = match how {
            Lay::Copy => file.path != DUMP_FILE && !file.path.starts_with("keys/"),
            Lay::Link => file.path == SQLITE_FILE,
        };
        if wanted
            && copy(&backup.join(&file.path), &to.join(&file.path))?
                != Some((file.bytes, file.sha256.clone()))
        {
            return Err(broken(backup, format!("{} changed while it was copied", file.path)));
        }
    }
    match (how, keys) {
        (Lay::Copy, Some(keys)) => {
            private_dir(&to.join("keys"))?;
            for key in &manifest.keys {
                let (from, to) = (keys.join(&key.file), to.join("keys").join(&key.file));
                if copy(&from, &to)?.is_none() || hash(&from)? != hash(&to)? {
                    return Err(broken(backup, format!("{} changed while it was copied", from.display())));
                }
            }
        }
        (Lay::Copy, None) => {}
        (Lay::Link, keys) => {
            link(keys, &to.join("keys"))?;
            for folder in ["blobs", "plugins"] {
                link(Some(&backup.join(folder)), &to.join(folder))?;
            }
        }
    }
    write_private(&to.join("database.kind"), format!("{}\n", manifest.database).as_bytes())
}

fn link(folder: Option<&Path>, to: &Path) -> Result<()> {
    match folder.filter(|folder| folder.is_dir()) {
        Some(folder) => {
            let linked =
                std::path::absolute(folder).and_then(|folder| std::os::unix::fs::symlink(folder, to));
            linked.map_err(|error| failed(to, &error))
        }
        None => Ok(()),
    }
}

/// Opens what was laid out as another life of the data: open runs are held and their workers fenced.
pub(crate) async fn second_life(location: Location, manifest: &Manifest) -> Result<Restored> {
    let store = Store::open(StoreOptions::new(location)).await.map_err(of_store)?;
    let restored = hold(&store, manifest).await;
    store.close().await;
    restored
}

async fn hold(store: &Store, manifest: &Manifest) -> Result<Restored> {
    let known = store.get_backup(&manifest.backup_id).await.map_err(of_store)?;
    if known.is_none_or(|row| row.state != BackupState::Running) {
        return Err(CliError::refused(
            codes::BACKUP_BROKEN,
            format!("the database in it is not the one that backup {} was made of", manifest.backup_id),
        )
        .hint("do the settings of this command name the database that the server uses?"));
    }
    let incarnation = hex::encode(random::<16>()?);
    store.begin_incarnation(&incarnation, &manifest.backup_id).await.map_err(of_store)?;
    let mut held = 0;
    for workspace in store.list_workspaces().await.map_err(of_store)? {
        let mut after: Option<RunId> = None;
        loop {
            let step = store.hold_open_runs(&workspace.scope, &incarnation, after.as_ref(), BATCH).await;
            let (runs, last) = step.map_err(of_store)?;
            held += runs;
            if last.is_none() {
                break;
            }
            after = last;
        }
    }
    Ok(Restored { held, incarnation })
}

/// The directory to make.
fn target(dir: &DataDir) -> Result<Fresh> {
    let path = std::path::absolute(dir.path()).map_err(|error| taken(dir.path(), &error.to_string()))?;
    match std::fs::read_dir(&path) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(taken(&path, "it is not empty"));
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(taken(&path, &error.to_string())),
    }
    Fresh::beside(path.clone(), ".restoring", "a restore was cut off; remove it")
        .map_err(|why| taken(&path, &why))
}

fn taken(path: &Path, why: &str) -> CliError {
    CliError::refused(codes::RESTORE_TARGET, format!("nothing can be restored to {}: {why}", path.display()))
        .hint("name a directory that is not there yet with --data; a restore never goes over other data")
}
