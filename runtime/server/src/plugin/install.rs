//! `plugin install`: what a connector may do is said in words, and somebody agrees to exactly that.

use std::io::{BufRead, IsTerminal, Write};

use serde_json::Value;
use throughline_domain::permission::PermissionSet;
use throughline_host::{Inspection, inspect};

use super::{lock, of_host};
use crate::cli::InstallArgs;
use crate::client::{Client, Sending};
use crate::command::read_file;
use crate::data_dir::DataDir;
use crate::error::{CliError, Result, codes};
use crate::{output, progress};

/// Shows the permissions, asks for consent, installs, and writes the lock file.
pub(crate) async fn carry_out(
    client: &Client,
    dir: &DataDir,
    args: &InstallArgs,
    as_json: bool,
) -> Result<()> {
    let bytes = read_file(&args.file)?;
    let inspection = inspect(&bytes).map_err(of_host)?;
    let permissions = PermissionSet::of(&inspection.manifest);
    let installed = client.list("/plugins").await?;
    let before = installed
        .iter()
        .find(|row| row["connector"] == inspection.manifest.id.as_str() && row["current"] == true);
    if before.is_none_or(|row| row["digest"] != inspection.digest.as_str()) {
        agree(dir, args, (&inspection, &permissions), before)?;
    }
    let bar = progress::spinner("compiling the connector");
    let row = install(client, bytes, &permissions).await?;
    bar.finish_and_clear();
    lock::write(dir, &client.list("/plugins").await?)?;
    if as_json {
        output::json(&row);
    } else {
        let manifest = &inspection.manifest;
        output::line(format!("{} {} is installed ({})", manifest.id, manifest.version, inspection.digest));
    }
    Ok(())
}

/// Installs bytes whose permissions were agreed to.
pub(crate) async fn install(client: &Client, bytes: Vec<u8>, permissions: &PermissionSet) -> Result<Value> {
    let path = format!("/plugins?accept={}", permissions.hash());
    client.call("POST", &path, Sending::Bytes(bytes)).await
}

/// Consent by the hash on the command line, by the same set as before, or by a person at the terminal.
fn agree(
    dir: &DataDir,
    args: &InstallArgs,
    (inspection, permissions): (&Inspection, &PermissionSet),
    before: Option<&Value>,
) -> Result<()> {
    let hash = permissions.hash();
    if let Some(accepted) = &args.accept {
        return if *accepted == hash {
            Ok(())
        } else {
            Err(CliError::refused(
                codes::OTHER_CONSENT,
                format!("--accept names another set of permissions: this connector asks for {hash}"),
            )
            .hint("read what it asks for (run the command without --accept), then accept that hash"))
        };
    }
    if before.is_some_and(|row| row["permissions"] == hash.as_str()) {
        output::note("it asks for the same permissions as the installed version");
        return Ok(());
    }
    for line in in_words(dir, inspection, permissions, before) {
        output::note(line);
    }
    if !std::io::stdin().is_terminal() {
        return Err(CliError::refused(codes::CONSENT, "nobody agreed to these permissions")
            .hint(format!("to agree: --accept {hash}")));
    }
    output::note("Install it? [y/N]");
    drop(std::io::stderr().flush());
    let mut answer = String::new();
    drop(std::io::stdin().lock().read_line(&mut answer));
    if answer.trim().eq_ignore_ascii_case("y") {
        Ok(())
    } else {
        Err(CliError::refused(codes::CONSENT, "not installed: you did not agree"))
    }
}

fn in_words(
    dir: &DataDir,
    inspection: &Inspection,
    permissions: &PermissionSet,
    before: Option<&Value>,
) -> Vec<String> {
    let manifest = &inspection.manifest;
    let mut lines =
        vec![format!("{} ({} {}), {}", manifest.name, manifest.id, manifest.version, inspection.digest)];
    let earlier = before.and_then(|row| earlier_manifest(dir, row));
    if let (Some(row), Some(earlier)) = (before, earlier) {
        lines.push(format!("beyond version {} it", output::cell(&row["version"])));
        lines.extend(permissions.beyond(&earlier).into_iter().map(|words| format!("  + {words}")));
        lines.extend(earlier.beyond(permissions).into_iter().map(|words| format!("  - no longer: {words}")));
    } else {
        lines.push("it".to_owned());
        lines.extend(permissions.words().into_iter().map(|words| format!("  - {words}")));
    }
    lines.push(format!("permissions {}", permissions.hash()));
    lines
}

/// What the installed version asks for, read from its own bytes.
fn earlier_manifest(dir: &DataDir, row: &Value) -> Option<PermissionSet> {
    let digest = row["digest"].as_str()?.strip_prefix("sha256:")?;
    let bytes = std::fs::read(dir.join("plugins").join(format!("{digest}.wasm"))).ok()?;
    Some(PermissionSet::of(&inspect(&bytes).ok()?.manifest))
}
