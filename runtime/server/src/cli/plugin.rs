//! Arguments of `plugin`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// Make the folder of a new connector that builds and passes its tests as it is
    New(NewArgs),
    /// Build a connector into one file with its manifest in it
    Build(BuildArgs),
    /// Hold a connector against the contract
    Check(CheckArgs),
    /// Run the connector's own tests (recorded HTTP, no network)
    Test(TestArgs),
    /// Install a connector after consent to its permissions
    Install(InstallArgs),
    /// List installed connectors
    List,
    /// Let a connector that kept trapping and was set aside run again
    Release {
        /// Connector id
        name: String,
    },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct NewArgs {
    /// Connector id: lower-case letters, digits and hyphens
    pub(crate) name: String,
    /// Language to write it in
    #[arg(long, default_value = "rust", value_parser = ["rust"])]
    pub(crate) lang: String,
    /// Folder to make [default: ./NAME]
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct BuildArgs {
    /// Folder of the connector
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Encode this core module instead of building the folder
    #[arg(long, value_name = "CORE.WASM")]
    pub(crate) prebuilt: Option<PathBuf>,
    /// File to write [default: dist/NAME.wasm in the folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct CheckArgs {
    /// A built connector, or the folder of one
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct TestArgs {
    /// Folder of the connector
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct InstallArgs {
    /// A built connector
    pub(crate) file: PathBuf,
    /// Consent to exactly this set of permissions
    #[arg(long, value_name = "sha256:HASH")]
    pub(crate) accept: Option<String>,
}
