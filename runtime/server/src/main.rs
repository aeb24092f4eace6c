//! The `throughline` binary: arguments, settings, wiring, shutdown. The only crate that reads the environment,
//! starts processes and exits.

#[cfg(feature = "count-allocations")]
mod allocations;
mod backup;
mod bundle;
mod cli;
mod client;
mod command;
mod config;
mod data_dir;
mod demo;
mod error;
mod mail;
mod mail_in;
mod operator;
mod output;
mod plugin;
mod progress;
mod scenario;
mod serve;
mod services;
mod session;
mod stack;
mod telemetry;
mod web;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command, WorkflowCommand};
use crate::command::{doctor, lint, migrate};
use crate::data_dir::DataDir;
use crate::error::{CliError, Exit, Result, codes};
use crate::session::{Need, Session, given};

#[cfg(not(feature = "count-allocations"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    telemetry::install_panic_hook();
    // Crash campaigns choose by FAILPOINTS where this process ends.
    #[cfg(feature = "failpoints")]
    let _scenario = fail::FailScenario::setup();
    #[cfg(feature = "faults")]
    build_in_fault();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return wrong_arguments(&error),
    };
    let json = cli.global.json;
    let ended =
        catch_unwind(AssertUnwindSafe(|| carry_out(cli))).unwrap_or_else(|_| Err(telemetry::defect()));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error.print(json);
            ExitCode::from(error.exit as u8)
        }
    }
}

/// A crash campaign proves itself with a fault it must find.
#[cfg(feature = "faults")]
fn build_in_fault() {
    #[expect(clippy::disallowed_methods, reason = "the server is where the environment is read")]
    let fault = std::env::var("THROUGHLINE_FAULT").unwrap_or_default();
    assert!(fault.is_empty() || throughline_engine::faults::build_in(&fault), "there is no fault `{fault}`");
}

/// Help and version are answers; everything else is a wrong use of the command.
fn wrong_arguments(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        drop(error.print());
        return ExitCode::SUCCESS;
    }
    let text = error.render().to_string();
    let words = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
    CliError::usage(codes::USAGE, words).print(false);
    ExitCode::from(Exit::Usage as u8)
}

/// The table of modes.
fn carry_out(cli: Cli) -> Result<()> {
    let Cli { global, command } = cli;
    if let Command::CompilePlugin { input, output } = command {
        return plugin::build::compile_child(input, output);
    }
    let settings = given(&global, &command).and_then(|given| config::Settings::resolve(&given))?;
    let json = global.json;
    if !matches!(command, Command::Serve(_)) {
        telemetry::start_quiet();
    }
    let dir = DataDir::new(&global.data);
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = session::runtime()?;
    runtime.block_on(async {
        match &command {
            Command::Serve(args) => Box::pin(serve::carry_out(args, &global, &settings)).await,
            Command::Workflow(WorkflowCommand::Lint { files }) => {
                lint::carry_out(files, &dir, &settings, json)
            }
            Command::Workflow(WorkflowCommand::Test { files, twice, cuts }) => {
                let how = scenario::How { twice: *twice, cuts: *cuts };
                Box::pin(scenario::carry_out(files, how, &settings, json)).await
            }
            Command::Plugin(command) => plugin::carry_out(command, &global, &settings).await,
            Command::Doctor(args) if args.settings => {
                doctor::show_settings(&settings, json);
                Ok(())
            }
            Command::Doctor(args) => doctor::carry_out(&dir, &settings, args.verify, json).await,
            Command::Migrate(_) => migrate::carry_out(&dir, &settings, json).await,
            Command::Restore(args) => backup::restore::carry_out(args, &dir, &settings, json).await,
            Command::Backup(args) => {
                let session = Session::open(&global, &settings, Need::of(&command)).await?;
                let act = async |client: &client::Client| {
                    Box::pin(backup::carry_out(client, &dir, &settings, args, json)).await
                };
                session.close(act).await
            }
            command => {
                let session = Session::open(&global, &settings, Need::of(command)).await?;
                session.close(async |client| command::by_api(client, command, json).await).await
            }
        }
    })
}
