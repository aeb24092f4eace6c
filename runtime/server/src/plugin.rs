//! The plugin author's and the operator's commands: new, build, check, test, install, list.

use serde_json::Value;
use tempfile::TempDir;
use throughline_domain::time::Timestamp;
use throughline_host::services::memory;
use throughline_host::{Host, HostConfig, HostError};

use crate::cli::{Global, PluginCommand};
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
    }
}

fn list(rows: &[Value], as_json: bool) {
    if as_json {
        output::json(&Value::Array(rows.to_vec()));
    } else if rows.is_empty() {
        output::line("no connectors; `throughline plugin install FILE` installs one");
    } else {
        let columns =
            [("CONNECTOR", "connector"), ("VERSION", "version"), ("NAME", "name"), ("DIGEST", "digest")];
        output::table(rows, &columns);
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
