//! The plugin author's and the operator's commands: new, build, check, test, install, list, release.

use serde_json::{Value, json};
use tempfile::TempDir;
use throughline_domain::time::Timestamp;
use throughline_host::services::memory;
use throughline_host::{Host, HostConfig, HostError};

use crate::cli::{Global, PluginCommand};
use crate::client::{Client, segment};
use crate::config::Settings;
use crate::data_dir::{DataDir, random};
use crate::error::{CliError, Result};
use crate::output;
use crate::session::{Need, Session};

pub(crate) mod build;
pub(crate) mod cargo;
pub(crate) mod check;
mod hostile;
pub(crate) mod install;
pub(crate) mod lock;
pub(crate) mod new;

/// Carries a `plugin` command out.
pub(crate) async fn carry_out(command: &PluginCommand, global: &Global, settings: &Settings) -> Result<()> {
    match command {
        PluginCommand::New(args) => new::carry_out(args, settings, global.json),
        PluginCommand::Build(args) => build::carry_out(args, global.json).await,
        PluginCommand::Check(args) => check::carry_out(args, global.json).await,
        PluginCommand::Test(args) => cargo::Package::find(&args.dir)?.test(),
        PluginCommand::Install(args) => {
            let session = Session::open(global, settings, Need::Commands).await?;
            let dir = DataDir::new(&global.data);
            session.close(async |client| install::carry_out(client, &dir, args, global.json).await).await
        }
        PluginCommand::List => {
            let session = Session::open(global, settings, Need::Commands).await?;
            session
                .close(async |client| {
                    list(&client.list("/plugins").await?, global.json);
                    Ok(())
                })
                .await
        }
        PluginCommand::Release { name } => {
            let session = Session::open(global, settings, Need::Commands).await?;
            session.close(async |client| release(client, name, global.json).await).await
        }
    }
}

async fn release(client: &Client, name: &str, as_json: bool) -> Result<()> {
    let row = client.post(&format!("/plugins/{}/release", segment(name)), &json!({})).await?;
    if as_json {
        output::json(&row);
    } else if row["done"] == true {
        output::line(format!("{name} may run again; steps that wait for it go on by themselves"));
    } else {
        output::line(format!("{name} was not set aside"));
    }
    Ok(())
}

fn list(rows: &[Value], as_json: bool) {
    if as_json {
        output::json(&Value::Array(rows.to_vec()));
    } else if rows.is_empty() {
        output::line("no connectors; `throughline plugin install FILE` installs one");
    } else {
        let columns = [
            ("CONNECTOR", "connector"),
            ("VERSION", "version"),
            ("NAME", "name"),
            ("STATE", "state"),
            ("DIGEST", "digest"),
        ];
        output::table(rows, &columns);
        for row in rows.iter().filter(|row| row["quarantine"].is_object()) {
            let (name, held) = (output::cell(&row["connector"]), &row["quarantine"]);
            output::note(format!(
                "{name} is set aside until {}: {}; `throughline plugin release {name}` ends that",
                output::cell(&held["until"]),
                output::cell(&held["reason"])
            ));
        }
    }
}

/// A host for the author's commands: no data directory, no secrets, nothing kept.
pub(crate) fn workbench() -> Result<(Host, TempDir)> {
    let folder = tempfile::tempdir().map_err(|error| {
        CliError::unavailable(crate::error::codes::FILE, format!("no temporary folder: {error}"))
    })?;
    let config = HostConfig { max_instances: 4, ..HostConfig::new(folder.path().join("cache"), random()?) };
    let host = Host::new(config, memory::services(Timestamp(1_767_225_600_000_000), 1)).map_err(of_host)?;
    Ok((host, folder))
}

/// The host's error in the command line's form.
#[expect(clippy::needless_pass_by_value, reason = "used as `map_err(of_host)`")]
pub(crate) fn of_host(error: HostError) -> CliError {
    CliError::refused(error.code(), error.to_string())
}
