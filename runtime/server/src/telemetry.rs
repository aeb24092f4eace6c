//! Logs on standard error: pretty on a terminal, JSON lines elsewhere, and what a panic says.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::config::Settings;
use crate::error::{CliError, Result, codes};

/// Starts logging as the settings say.
pub(crate) fn start(settings: &Settings) -> Result<()> {
    let level = settings.text("log.level");
    let filter = EnvFilter::try_new(level).map_err(|error| {
        CliError::usage(codes::BAD_SETTING, format!("log.level `{level}`: {error}")).hint(
            "write error, warn, info, debug, trace, or a filter such as `info,throughline_engine=debug`",
        )
    })?;
    let json = match settings.text("log.format") {
        "json" => true,
        "pretty" => false,
        _ => !std::io::stderr().is_terminal(),
    };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_span_events(FmtSpan::NONE)
        .with_ansi(std::io::stderr().is_terminal());
    let started =
        if json { builder.json().flatten_event(true).try_init() } else { builder.compact().try_init() };
    started.map_err(|error| CliError::refused(codes::INTERNAL, format!("logging cannot start: {error}")))
}

/// Logging of a command: only what goes wrong, so that its own words stand out.
pub(crate) fn start_quiet() {
    drop(
        tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new("error"))
            .with_writer(std::io::stderr)
            .compact()
            .try_init(),
    );
}

/// A panic is a defect: it is logged in one line, and the process says so with a code instead of a backtrace.
pub(crate) fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let words = panic.payload_as_str().unwrap_or("no words");
        tracing::error!(panic.at = place, panic.message = words, "a defect of this program");
    }));
}

/// The error a caught panic becomes.
pub(crate) fn defect() -> CliError {
    CliError::refused(codes::INTERNAL, "this program has a defect and stopped what it was doing")
        .hint("nothing accepted is lost: start again; the log line before this one names the place, please report it")
}
