//! `throughline-bench`: the five-step benchmark of docs/performance.md.
//!
//! It starts the real server on fresh data, puts load on it, lets it write to a mock that counts, and takes the
//! result only when POSTs, runs and receipts are the same and every run can be read afterwards.

mod api;
mod args;
mod body;
mod check;
mod client;
mod disk;
mod histogram;
mod load;
mod machine;
mod measure;
mod mock;
mod peer;
mod postgres;
mod process;
mod report;
mod round;
mod server;
mod session;
mod system;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = args::Args::parse();
    // One thread for the load, one for the mock: the machine's cores are for what is measured.
    let ended = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(session::carry_out(&args)));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// A line for people, on standard error.
fn say(line: &str) {
    // Nobody reads it any more where this fails.
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// A line of the result, on standard output.
fn print(line: &str) {
    drop(writeln!(std::io::stdout(), "{line}"));
}
