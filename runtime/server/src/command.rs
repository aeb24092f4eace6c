//! What each command does, one file a noun. Everything but `lint`, `plugin new|build|check|test` and `doctor`
//! goes through the API.

use std::io::Read;
use std::path::Path;

use serde_json::value::RawValue;

use crate::cli::Command;
use crate::client::Client;
use crate::error::{CliError, Result, codes};

pub(crate) mod access;
pub(crate) mod connection;
pub(crate) mod delegation;
pub(crate) mod doctor;
pub(crate) mod exception;
pub(crate) mod figures;
pub(crate) mod lint;
pub(crate) mod migrate;
pub(crate) mod people;
pub(crate) mod proposal;
pub(crate) mod queue;
pub(crate) mod run;
pub(crate) mod secret;
pub(crate) mod workflow;

/// Carries out a command that goes through the API.
pub(crate) async fn by_api(client: &Client, command: &Command, as_json: bool) -> Result<()> {
    match command {
        Command::Workflow(command) => workflow::carry_out(client, command, as_json).await,
        Command::Proposal(command) => proposal::carry_out(client, command, as_json).await,
        Command::Figures(command) => figures::carry_out(client, command, as_json).await,
        Command::Delegation(command) => delegation::carry_out(client, command, as_json).await,
        Command::Run(command) => run::carry_out(client, command, as_json).await,
        Command::Exception(command) => exception::carry_out(client, command, as_json).await,
        Command::Calendar(command) => queue::calendar(client, command, as_json).await,
        Command::Routing(command) => queue::routing(client, command, as_json).await,
        Command::Connection(command) => connection::carry_out(client, command, as_json).await,
        Command::Grant(command) => access::grant(client, command, as_json).await,
        Command::Channel(command) => access::channel(client, command, as_json).await,
        Command::Token(command) => access::token(client, command, as_json).await,
        Command::Account(command) => people::account(client, command, as_json).await,
        Command::Member(command) => people::member(client, command, as_json).await,
        Command::Team(command) => people::team(client, command, as_json).await,
        Command::Session(command) => people::session(client, command, as_json).await,
        Command::Event(command) => access::event(client, command, as_json).await,
        Command::Secret(command) => secret::secret(client, command, as_json).await,
        Command::Vault(command) => secret::vault(client, command, as_json).await,
        Command::Serve(_)
        | Command::Plugin(_)
        | Command::Doctor(_)
        | Command::Migrate(_)
        | Command::Backup(_)
        | Command::Restore(_)
        | Command::CompilePlugin { .. } => Ok(()),
    }
}

/// Largest file that is read from the arguments.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// Reads a file named in the arguments; `-` is standard input.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>> {
    let fail = |error: std::io::Error| {
        CliError::refused(codes::FILE, format!("{} cannot be read: {error}", path.display()))
            .hint("check the path, and that this user may read the file")
    };
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)
    } else {
        let file = std::fs::File::open(path).map_err(fail)?;
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)
    };
    read.map_err(fail)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(CliError::refused(codes::FILE, format!("{} is larger than 64 MiB", path.display())));
    }
    Ok(bytes)
}

/// Reads a text file named in the arguments.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read_file(path)?).map_err(|error| {
        CliError::refused(
            codes::FILE,
            format!("{} is not UTF-8 text: {}", path.display(), error.utf8_error()),
        )
    })
}

/// Reads a JSON file named in the arguments, as it is written.
pub(crate) fn read_json(path: &Path) -> Result<Box<RawValue>> {
    let text = read_text(path)?;
    serde_json::from_str(&text).map_err(|error| {
        CliError::refused(
            codes::NOT_JSON,
            format!("{}:{}:{}: this is not JSON: {error}", path.display(), error.line(), error.column()),
        )
        .hint("the file holds one JSON value, such as {\"job_id\": \"job_0001\"}")
    })
}
