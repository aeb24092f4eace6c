//! How a command reaches the API: the live server's, or a stack in this process under the directory's lock.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::cli::{Command, Global, RunCommand};
use crate::client::Client;
use crate::config::{Given, Settings};
use crate::data_dir::{DataDir, Holder, Locked};
use crate::error::{CliError, Result, codes};
use crate::stack::{Stack, Work};
use crate::{demo, operator};

/// How long a command waits for another one to let go of the directory.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a command needs of a stack in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Commands and reads; runs stay as they are.
    Commands,
    /// Runs move until the command is done.
    Runs,
}

impl Need {
    /// Only starting a run moves runs: listing must not.
    pub(crate) const fn of(command: &Command) -> Self {
        match command {
            Command::Run(RunCommand::Start(args)) if !args.no_wait => Self::Runs,
            _ => Self::Commands,
        }
    }
}

/// A way to the API, and what must be ended after it.
pub(crate) struct Session {
    client: Client,
    stack: Option<Stack>,
}

impl Session {
    /// Speaks to the live server, or starts what is needed here.
    pub(crate) async fn open(global: &Global, settings: &Settings, need: Need) -> Result<Self> {
        let dir = DataDir::new(&global.data);
        // A demo's directory has the demo's workspace beside the first one; commands mean the demo.
        let workspace =
            global.workspace.clone().or_else(|| demo::is_at(&dir).then(|| demo::WORKSPACE.to_owned()));
        let until = Instant::now() + PATIENCE;
        loop {
            match dir.try_lock()? {
                Ok(locked) => return Self::start(locked, settings, need, workspace).await,
                Err(Holder::Server(server)) => {
                    let client = Client::http(&server.url, dir.admin_token()?, workspace)?;
                    return Ok(Self { client, stack: None });
                }
                Err(Holder::Other) if Instant::now() >= until => return Err(dir.in_use()),
                Err(Holder::Other) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    async fn start(
        locked: Locked,
        settings: &Settings,
        need: Need,
        workspace: Option<String>,
    ) -> Result<Self> {
        let token = locked.ensure_admin_token()?;
        let work = match need {
            Need::Commands => Work::CommandsOnly,
            Need::Runs => Work::Runs,
        };
        let stack = Stack::start(locked, settings, work).await?;
        operator::ensure_workspace(&Client::in_process(stack.router(), token.clone(), None)).await?;
        let client = Client::in_process(stack.router(), token, workspace);
        Ok(Self { client, stack: Some(stack) })
    }

    /// Does something with the client, then ends what was started.
    pub(crate) async fn close(self, act: impl AsyncFnOnce(&Client) -> Result<()>) -> Result<()> {
        let done = act(&self.client).await;
        if let Some(stack) = self.stack {
            stack.stop().await?;
        }
        done
    }
}

/// A runtime for everything this process does.
pub(crate) fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::unavailable(codes::INTERNAL, format!("no threads to run on: {error}")))
}

/// What arguments and environment say about settings.
pub(crate) fn given(global: &Global, command: &Command) -> Result<Given> {
    let mut flags = Vec::new();
    for set in &global.set {
        let (key, value) = set
            .split_once('=')
            .ok_or_else(|| CliError::usage(codes::USAGE, format!("--set `{set}` is not KEY=VALUE")))?;
        flags.push((key.to_owned(), value.to_owned(), "--set".to_owned()));
    }
    let mut flag = |key: &str, name: &str, value: Option<String>| {
        flags.extend(value.map(|value| (key.to_owned(), value, name.to_owned())));
    };
    match command {
        Command::Serve(args) => {
            flag("listen", "--listen", args.listen.map(|address| address.to_string()));
            flag("database.url", "--database", args.database.clone());
            flag("log.format", "--log-format", args.log_format.clone());
            flag("log.level", "--log-level", args.log_level.clone());
        }
        Command::Doctor(args) => flag("database.url", "--database", args.database.clone()),
        Command::Backup(args) => flag("database.url", "--database", args.database.clone()),
        Command::Restore(args) => flag("database.url", "--database", args.database.clone()),
        Command::Migrate(args) => flag("database.url", "--database", args.database.clone()),
        _ => {}
    }
    let env = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("THROUGHLINE_"))
        .collect();
    Ok(Given { flags, env, file: global.config.clone(), data: global.data.clone() })
}
