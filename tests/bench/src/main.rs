//! `throughline-bench`: the five-step benchmark of docs/performance.md.
//!
//! It starts the real server on fresh data, puts load on it, lets it write to a mock that counts, and takes the
//! result only when POSTs, runs and receipts are the same and every run can be read afterwards.

mod api;
mod args;
mod body;
mod check;
mod client;
mod decide;
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
mod scale;
mod server;
mod session;
mod system;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    let part = arguments.next_if(|first| first == "scale" || first == "decide");
    // One thread for the load, one for the mock: the machine's cores are for what is measured.
    let ended = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| {
            runtime.block_on(async {
                let program = |name: &str| std::iter::once(format!("throughline-bench {name}"));
                match part.as_deref() {
                    Some("scale") => scale::carry_out(program("scale").chain(arguments)).await,
                    Some(_) => decide::carry_out(program("decide").chain(arguments)).await,
                    None => session::carry_out(&args::Args::parse()).await.map(|()| true),
                }
            })
        });
    match ended {
        Ok(good) => ExitCode::from(u8::from(!good)),
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
