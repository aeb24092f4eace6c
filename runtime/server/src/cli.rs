//! The arguments. What each command does is in `command`; here is only what can be asked.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

mod delegation;
mod exception;
mod figures;
mod kept;
mod people;
mod plugin;
mod proposal;
mod queue;
mod run;

pub(crate) use delegation::{DelegationArgs, DelegationCommand};
pub(crate) use exception::{ExceptionCommand, WhichArgs};
pub(crate) use figures::{DaysArgs, FiguresCommand};
pub(crate) use kept::{BackupArgs, RestoreArgs, SecretCommand, VaultCommand};
pub(crate) use people::{AccountCommand, MemberArgs, MemberCommand, SessionCommand, TeamCommand};
pub(crate) use plugin::{BuildArgs, CheckArgs, InstallArgs, NewArgs, PluginCommand};
pub(crate) use proposal::{DecideArgs, ProposalCommand, VerdictArg};
pub(crate) use queue::{BulkArgs, CalendarCommand, RoutingCommand};
pub(crate) use run::{ListArgs, ReleaseArgs, ResolveArgs, RunCommand, StartArgs};

const AFTER_HELP: &str = "\
Exit codes: 0 done · 1 refused or failed · 2 wrong arguments or settings · 3 server, database or data directory unavailable.
Every error has a code and a page: docs/errors/TLxxxx.md.

Commands speak to the live server found in DIR/server.json; without one they take the data directory's lock and do
the work themselves.";

/// Self-hosted automation with a normal path, an exception path and a log that proves both.
#[derive(Debug, Parser)]
#[command(name = "throughline", version, after_help = AFTER_HELP, propagate_version = true, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// Data directory
    #[arg(long, global = true, value_name = "DIR", env = "THROUGHLINE_DATA", default_value = "./data")]
    pub(crate) data: PathBuf,
    /// Settings file [default: DIR/throughline.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE", env = "THROUGHLINE_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Workspace to act in [default: the only one]
    #[arg(long, global = true, value_name = "NAME", env = "THROUGHLINE_WORKSPACE")]
    pub(crate) workspace: Option<String>,
    /// Print JSON instead of tables and words
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Set any setting for this command; `doctor --settings` lists them
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server
    Serve(ServeArgs),
    /// Check, test, import, list and export workflows
    #[command(subcommand)]
    Workflow(WorkflowCommand),
    /// Start, follow, cancel and retry runs; resolve what they wait for
    #[command(subcommand)]
    Run(RunCommand),
    /// The exception queue: what stopped, who owns it, until when, and what to do with it
    #[command(subcommand)]
    Exception(ExceptionCommand),
    /// When the workspace is open: what deadlines go by
    #[command(subcommand)]
    Calendar(CalendarCommand),
    /// Who owns which exceptions, and by when
    #[command(subcommand)]
    Routing(RoutingCommand),
    /// Writes that wait for people: list, show, decide, withdraw
    #[command(subcommand)]
    Proposal(ProposalCommand),
    /// Figures of what was done
    #[command(subcommand)]
    Figures(FiguresCommand),
    /// Who stands in for whom in decisions: list, add, end
    #[command(subcommand)]
    Delegation(DelegationCommand),
    /// Write, build, check and install connectors
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Connections of a workspace to other systems
    #[command(subcommand)]
    Connection(ConnectionCommand),
    /// Address ranges that are open to a workspace's connectors
    #[command(subcommand)]
    Grant(GrantCommand),
    /// Addresses that are told what people are told by mail
    #[command(subcommand)]
    Channel(ChannelCommand),
    /// Accounts of the server
    #[command(subcommand)]
    Account(AccountCommand),
    /// Members of a workspace and their roles
    #[command(subcommand)]
    Member(MemberCommand),
    /// Teams of a workspace
    #[command(subcommand)]
    Team(TeamCommand),
    /// Browsers that are signed in
    #[command(subcommand)]
    Session(SessionCommand),
    /// API tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Internal events
    #[command(subcommand)]
    Event(EventCommand),
    /// Secrets of a workspace: they go in and never come out
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Keys that secrets are sealed with
    #[command(subcommand)]
    Vault(VaultCommand),
    /// Copy everything into a folder while the server runs, and prove it by restoring it
    Backup(BackupArgs),
    /// Make a data directory from a backup; runs that were open wait for a person
    Restore(RestoreArgs),
    /// Examine the machine, the data directory and the settings
    Doctor(DoctorArgs),
    /// Bring the database's schema up to this version
    Migrate(MigrateArgs),
    /// Compile a plugin to native code: the server starts this as a child with limits
    #[command(hide = true)]
    CompilePlugin { input: PathBuf, output: PathBuf },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ServeArgs {
    /// Address to listen on [setting: listen; default: 127.0.0.1:8790]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// PostgreSQL URL; without it SQLite in the data directory [setting: database.url]
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Serve workspace `demo` too: simulators, connectors, a pack, real events
    #[arg(long)]
    pub(crate) demo: bool,
    /// Run the simulated systems beside the server, for the first steps to connect; nothing else is made
    #[arg(long)]
    pub(crate) simulators: bool,
    /// Format of the log on standard error: auto, pretty or json [setting: log.format]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,
    /// What is logged: error, warn, info, debug, trace or a filter [setting: log.level]
    #[arg(long, value_name = "LEVEL")]
    pub(crate) log_level: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WorkflowCommand {
    /// Check workflow files; needs no server (connections are checked at import)
    Lint {
        /// YAML or JSON files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Play scenarios: what is there, what happens when, and what must come of it; needs no server
    Test {
        /// Scenario files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Deliver each webhook a second time, out of order: the same must come of it
        #[arg(long)]
        twice: bool,
        /// Play it again so often, each time with the server stopped dead after another commit; 0: after each
        #[arg(long, value_name = "COUNT")]
        cuts: Option<u32>,
    },
    /// Check, save and publish workflow files; nothing of a file with an error is saved
    Import {
        /// YAML or JSON files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Withdraw the open proposals that older versions made; without it they stay valid
        #[arg(long)]
        withdraw_open: bool,
    },
    /// Ask, as the person whose token this is, for a second one who looks at a workflow file and publishes it
    Ask {
        /// Workflow id, as the file says it
        workflow: String,
        /// YAML or JSON file
        file: PathBuf,
        /// What they should look at
        #[arg(long, default_value = "")]
        note: String,
    },
    /// List what waits for a second person before it is published
    Requests,
    /// List workflows
    List,
    /// Write a workflow's text
    Export {
        /// Workflow id
        workflow: String,
        /// Version instead of the published one
        #[arg(long = "at-version", value_name = "N")]
        at_version: Option<u32>,
        /// File to write instead of standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConnectionCommand {
    /// Create a connection, or change the one of that name
    Create(ConnectionArgs),
    /// List connections
    List,
    /// Ask the connector whether the connection works
    Test {
        /// Connection name
        name: String,
    },
    /// Let live workflows write to another account than before: the one that the last test named
    Agree {
        /// Connection name
        name: String,
        /// The account's id, as `connection test` tells it
        account: String,
    },
    /// Delete a connection; runs that need it wait with an exception
    Delete {
        /// Connection name
        name: String,
    },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ConnectionArgs {
    /// Name that workflows use
    pub(crate) name: String,
    /// Connector id, as `plugin list` shows it
    #[arg(long)]
    pub(crate) connector: String,
    /// A setting that is not secret
    #[arg(long = "setting", value_name = "KEY=VALUE")]
    pub(crate) settings: Vec<String>,
    /// Where a secret is: `default.token=vault:NAME` (as `secret set` put it), `…=env:NAME` or `…=file:PATH` (mode 0600)
    #[arg(long = "secret", value_name = "SLOT.FIELD=vault:NAME|env:NAME|file:PATH")]
    pub(crate) secrets: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GrantCommand {
    /// List what is open
    List,
    /// Open a private address range to this workspace's connectors
    Add {
        /// `127.0.0.1/32:8080`, `10.1.0.0/16:*`
        range: String,
        /// Why, for whoever reads the list
        #[arg(long)]
        reason: String,
    },
    /// Close a range
    Remove {
        /// As listed
        range: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ChannelCommand {
    /// List channels
    List,
    /// Set a channel: messages go there as webhooks signed with a secret of the vault
    Set {
        /// Name within the workspace
        name: String,
        /// Where messages go
        #[arg(long)]
        url: String,
        /// Name of the secret: `whsec_` and the base64 of 24 to 64 random bytes, bound to the URL's origin
        #[arg(long)]
        secret: String,
        /// What it is told
        #[arg(long, value_delimiter = ',', value_parser = ["proposals", "exceptions"],
            default_values = ["proposals", "exceptions"])]
        tells: Vec<String>,
    },
    /// Send a test message
    Test {
        /// Name
        name: String,
    },
    /// Remove a channel; what waits for it is given up
    Remove {
        /// Name
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token; it is shown once
    Create {
        /// What it is for
        name: String,
        /// read, operate, resolve, decide, build, write or admin [default: admin]; can be given several times
        #[arg(long = "scope", value_name = "SCOPE")]
        scopes: Vec<String>,
        /// Only for the workspace of `--workspace`
        #[arg(long)]
        this_workspace: bool,
        /// Days until it ends
        #[arg(long, value_name = "DAYS")]
        expires_in_days: Option<u32>,
    },
    /// List tokens, without their secrets
    List,
    /// Revoke a token at once
    Revoke {
        /// Token id
        token: String,
    },
    /// Print a fresh link that signs a browser in once
    SignIn,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EventCommand {
    /// Publish an internal event: starts workflows on `throughline.event`, wakes runs that wait for it
    Publish {
        /// Event type: `order.paid`
        event_type: String,
        /// Correlation key
        #[arg(long)]
        key: Option<String>,
        /// JSON file with the event's data; `-` reads standard input
        #[arg(long, value_name = "FILE")]
        data_file: Option<PathBuf>,
    },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Show each setting's value and where it came from
    #[arg(long)]
    pub(crate) settings: bool,
    /// Also fold the log of every run and compare it with the tables; the server must be stopped
    #[arg(long, conflicts_with = "settings")]
    pub(crate) verify: bool,
    /// PostgreSQL URL [setting: database.url]
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct MigrateArgs {
    /// PostgreSQL URL [setting: database.url]
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
}
