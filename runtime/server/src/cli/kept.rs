//! Arguments of `secret`, `vault`, `backup` and `restore`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum SecretCommand {
    /// Put a secret: its value is read from standard input, or asked for on a terminal; never an argument
    Set {
        /// Name; a connection uses it as `--secret default.token=vault:NAME`
        name: String,
        /// The one place it may be used: `https://crm.example.com`, or `inbound` for what proves requests that come in
        #[arg(long, value_name = "ORIGIN|inbound")]
        bound_to: String,
    },
    /// List secrets: names, places, versions, users; never a value
    List,
    /// Delete a secret that no connection uses
    Remove {
        /// Name
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum VaultCommand {
    /// Show the keys: root keys, and the workspaces' own
    Status,
    /// Replace the workspace's key, or the root key, while everything goes on
    Rotate {
        /// The root key: makes the next `DIR/keys/root-N.key`
        #[arg(long)]
        root: bool,
    },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct BackupArgs {
    /// Folder to make; it must not be there yet. Without it, lists the backups the database knows of
    pub(crate) target: Option<PathBuf>,
    /// Copy `DIR/keys` into the backup too: whoever has it can then open its secrets
    #[arg(long)]
    pub(crate) include_keys: bool,
    /// Do not restore it into a scratch directory to prove it; no key is retired after such a backup
    #[arg(long)]
    pub(crate) no_rehearsal: bool,
    /// PostgreSQL URL [setting: database.url]
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct RestoreArgs {
    /// Folder that `throughline backup` made
    pub(crate) backup: PathBuf,
    /// Folder with the keys that were saved apart: `workspace.key`, `root-1.key`, …
    #[arg(long, value_name = "DIR")]
    pub(crate) keys: Option<PathBuf>,
    /// PostgreSQL URL of an empty database [setting: database.url]
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
}
