//! A backup is proven by restoring it: into a scratch directory, on PostgreSQL into a scratch database, both removed again.

use std::collections::BTreeMap;
use std::path::Path;

use throughline_store::Store;

use super::files::{aside, failed};
use super::manifest::Manifest;
use super::restore::{Lay, lay, second_life};
use super::{DUMP_FILE, postgres};
use crate::config::Settings;
use crate::data_dir::{DataDir, random};
use crate::error::{CliError, Result, codes};
use crate::stack::{Stack, Work, named_location, of_store};

/// Findings that are shown.
const SHOWN: usize = 20;
/// Blobs looked up at once.
const BLOBS: u32 = 1_000;

/// Restores a backup and looks through everything in it: the database's own check, every run's log against its rows, every
/// secret under the keys that are here, every blob and connector that the database names.
pub(super) async fn prove(
    backup: &Path,
    manifest: &Manifest,
    keys: &Path,
    settings: &Settings,
) -> Result<()> {
    let beside = backup.parent().unwrap_or(Path::new(".")).to_owned();
    let scratch = tempfile::Builder::new()
        .prefix(".rehearsal-")
        .tempdir_in(&beside)
        .map_err(|error| failed(&beside, &error))?;
    let dir = DataDir::new(&scratch.path().join("data"));
    let (from, own, to, keys) = (backup.to_owned(), manifest.clone(), dir.path().to_owned(), keys.to_owned());
    aside(move || lay(&from, &own, &to, Some(&keys), Lay::Link)).await?;
    let Some(url) = settings.optional("database.url") else {
        return Box::pin(look_through(&dir, manifest, settings)).await;
    };
    let name = format!("throughline_rehearsal_{}", hex::encode(random::<6>()?));
    let database = postgres::Scratch::create(url, &name).await?;
    let settings = settings.with_text("database.url", &database.url);
    let looked = async {
        postgres::fill(&database.url, &backup.join(DUMP_FILE)).await?;
        Box::pin(look_through(&dir, manifest, &settings)).await
    };
    let looked = looked.await;
    let ended = database.end().await;
    looked.and(ended)
}

async fn look_through(dir: &DataDir, manifest: &Manifest, settings: &Settings) -> Result<()> {
    second_life(named_location(dir, settings).1, manifest).await?;
    let stack = Stack::start(dir.lock()?, settings, Work::CommandsOnly).await?;
    let wrong = findings(&stack, manifest).await;
    stack.stop().await?;
    let wrong = wrong?;
    if wrong.is_empty() {
        return Ok(());
    }
    let shown: Vec<&str> = wrong.iter().take(SHOWN).map(String::as_str).collect();
    let message = format!(
        "the backup was restored, and {} thing(s) in it are wrong: {}",
        wrong.len(),
        shown.join("; ")
    );
    Err(CliError::refused(codes::REHEARSAL, message)
        .hint("it was not kept; `throughline doctor --verify` on the stopped server says whether the data itself is wrong"))
}

async fn findings(stack: &Stack, manifest: &Manifest) -> Result<Vec<String>> {
    let unread = |error: throughline_engine::CommandError| {
        CliError::refused(codes::REHEARSAL, format!("the restored data cannot be read: {error}"))
    };
    let mut wrong = stack.store().check().await.map_err(of_store)?;
    let verified = stack.engine().verify_all().await.map_err(unread)?;
    wrong.extend(verified.wrong.into_iter().map(|(run, words)| format!("{run}: {words}")));
    wrong.extend(stack.engine().verify_secrets().await.map_err(unread)?);
    let files: BTreeMap<&str, u64> =
        manifest.files.iter().map(|file| (file.path.as_str(), file.bytes)).collect();
    wrong.extend(missing_plugins(stack.store(), &files).await?);
    wrong.extend(missing_blobs(stack.store(), &files).await?);
    Ok(wrong)
}

async fn missing_plugins(store: &Store, files: &BTreeMap<&str, u64>) -> Result<Vec<String>> {
    let rows = store.list_plugins().await.map_err(of_store)?;
    let path = |digest: &str| format!("plugins/{}.wasm", digest.trim_start_matches("sha256:"));
    let missing = rows.iter().filter(|row| !files.contains_key(path(&row.digest).as_str()));
    Ok(missing.map(|row| format!("the connector {} ({}) has no file", row.connector, row.digest)).collect())
}

async fn missing_blobs(store: &Store, files: &BTreeMap<&str, u64>) -> Result<Vec<String>> {
    let (mut missing, mut after) = (Vec::new(), None);
    loop {
        let blobs = store.list_blobs_all(after.as_ref(), BLOBS).await.map_err(of_store)?;
        for (scope, blob) in &blobs {
            let path = format!("blobs/{scope}/{}/{}", blob.sha256.get(..2).unwrap_or_default(), blob.sha256);
            if files.get(path.as_str()) != Some(&blob.size) {
                missing.push(format!("blob {} of workspace {scope} is not whole", blob.sha256));
            }
        }
        match blobs.into_iter().next_back() {
            Some(last) => after = Some(last),
            None => return Ok(missing),
        }
    }
}
