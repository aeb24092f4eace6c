//! `doctor`: what could keep this machine, directory or configuration from doing its work.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::json;

use crate::bundle::Bundle;
use crate::config::Settings;
use crate::data_dir::DataDir;
use crate::error::{CliError, Result, codes};
use crate::plugin::cargo;
use crate::{mail, mail_in, output};

mod database;
mod settings;
mod verify;

pub(crate) use settings::show as show_settings;

/// Writes measured for the disk's speed.
const SYNCS: usize = 200;
/// Free space below which a warning is given, in bytes.
const LITTLE_SPACE: u64 = 1 << 30;
/// Open files below which a warning is given.
const FEW_FILES: u64 = 1024;
/// 2026-01-01 UTC, in seconds: no correct clock is before it.
const BUILT_AFTER: u64 = 1_767_225_600;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Good,
    Warning,
    Bad,
}

/// One finding.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    name: &'static str,
    state: State,
    words: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Finding {
    pub(crate) fn good(name: &'static str, words: impl Into<String>) -> Self {
        Self { name, state: State::Good, words: words.into(), hint: None }
    }

    pub(crate) fn warning(name: &'static str, words: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { name, state: State::Warning, words: words.into(), hint: Some(hint.into()) }
    }

    pub(crate) fn bad(name: &'static str, words: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { name, state: State::Bad, words: words.into(), hint: Some(hint.into()) }
    }
}

/// Examines everything that can be examined without a database.
pub(crate) fn examine(dir: &DataDir, settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![data_directory(dir)];
    if let Some(existing) = existing_ancestor(dir.path()) {
        findings.push(space(existing));
        findings.push(sync_speed(existing));
    }
    findings.extend(private_files(dir));
    findings.push(clock());
    findings.push(open_files());
    findings.push(cache(dir));
    findings.push(
        match Bundle::find(settings.optional("plugins.bundle")).and_then(|bundle| bundle.plugins()) {
            Ok(plugins) => {
                Finding::good("bundle", format!("{} connectors ship with this binary", plugins.len()))
            }
            Err(error) => Finding::warning("bundle", error.message, error.hint.unwrap_or_default()),
        },
    );
    findings.push(if cargo::has_target() {
        Finding::good("guest toolchain", format!("Rust can build connectors ({})", cargo::TARGET))
    } else {
        Finding::warning(
            "guest toolchain",
            "this Rust cannot build connectors",
            format!("only plugin authors need it: rustup target add {}", cargo::TARGET),
        )
    });
    findings
}

/// Examines and reports; the database is only looked at, or asked of the live server. `with_runs` folds every log too.
pub(crate) async fn carry_out(
    dir: &DataDir,
    settings: &Settings,
    with_runs: bool,
    as_json: bool,
) -> Result<()> {
    let mut findings = examine(dir, settings);
    findings.push(mail::examine(settings).await);
    findings.push(mail_in::examine(settings));
    if dir.exists() || settings.optional("database.url").is_some() {
        findings.extend(database::examine(dir, settings).await);
        if with_runs {
            findings.push(verify::runs(dir, settings).await?);
        }
    }
    report(&findings, as_json)
}

/// Prints the findings; an error if one is bad.
pub(crate) fn report(findings: &[Finding], as_json: bool) -> Result<()> {
    if as_json {
        output::json(&json!(findings));
    } else {
        for finding in findings {
            let mark = match finding.state {
                State::Good => "ok  ",
                State::Warning => "warn",
                State::Bad => "BAD ",
            };
            output::line(format!("{mark}  {:<16} {}", finding.name, finding.words));
            if let Some(hint) = &finding.hint {
                output::line(format!("      {:<16} -> {hint}", ""));
            }
        }
    }
    let bad: Vec<&str> = findings.iter().filter(|f| f.state == State::Bad).map(|f| f.name).collect();
    if bad.is_empty() {
        return Ok(());
    }
    Err(CliError::refused(codes::DOCTOR, format!("something is wrong: {}", bad.join(", ")))
        .hint("the list above says what to do"))
}

fn existing_ancestor(path: &Path) -> Option<&Path> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    path.ancestors().find(|path| path.is_dir()).or(Some(Path::new(".")))
}

fn data_directory(dir: &DataDir) -> Finding {
    match (dir.exists(), dir.try_lock_if_there()) {
        (false, _) => Finding::good(
            "data directory",
            format!("{} is not there yet; the first start makes it", dir.path().display()),
        ),
        (true, Ok(None)) => Finding::good("data directory", format!("{} is free", dir.path().display())),
        (true, Ok(Some(server))) => Finding::good(
            "data directory",
            format!("{} is served: pid {}, {}", dir.path().display(), server.pid, server.url),
        ),
        (true, Err(error)) => Finding::bad("data directory", error.message, error.hint.unwrap_or_default()),
    }
}

fn space(path: &Path) -> Finding {
    match rustix::fs::statvfs(path) {
        Ok(stat) => {
            let free = stat.f_bavail.saturating_mul(stat.f_frsize);
            let words = format!("{} MiB free", free >> 20);
            if free < LITTLE_SPACE {
                Finding::warning(
                    "disk space",
                    words,
                    "when the disk is full, nothing new is accepted until there is room",
                )
            } else {
                Finding::good("disk space", words)
            }
        }
        Err(error) => Finding::warning("disk space", format!("cannot be read: {error}"), "check the mount"),
    }
}

/// Appends and flushes 4 KiB at a time, as the store does at each commit.
fn sync_speed(path: &Path) -> Finding {
    match measure_syncs(path) {
        Ok(mut times) => {
            times.sort_unstable();
            let at = |share: usize| times[(times.len() - 1) * share / 100];
            let ms = |time: Duration| time.as_secs_f64() * 1000.0;
            let words =
                format!("a commit reaches the disk in p50 {:.2} ms, p99 {:.2} ms", ms(at(50)), ms(at(99)));
            if at(50) > Duration::from_millis(20) {
                Finding::warning(
                    "disk speed",
                    words,
                    "runs wait for the disk at each durable step: use a local SSD",
                )
            } else {
                Finding::good("disk speed", words)
            }
        }
        Err(error) => Finding::bad(
            "disk speed",
            format!("a file cannot be written here: {error}"),
            "check permissions and space",
        ),
    }
}

fn measure_syncs(path: &Path) -> std::io::Result<Vec<Duration>> {
    let mut file: File = tempfile::tempfile_in(path)?;
    let block = [0_u8; 4096];
    (0..SYNCS)
        .map(|_| {
            file.write_all(&block)?;
            let began = Instant::now();
            file.sync_data()?;
            Ok(began.elapsed())
        })
        .collect()
}

fn private_files(dir: &DataDir) -> Vec<Finding> {
    let mut files = vec![dir.join("admin.token"), dir.join("server.json")];
    files.extend(
        std::fs::read_dir(dir.join("keys")).into_iter().flatten().flatten().map(|entry| entry.path()),
    );
    let open: Vec<String> = files
        .iter()
        .filter_map(|path| Some((path, std::fs::metadata(path).ok()?.mode())))
        .filter(|(_, mode)| mode & 0o077 != 0)
        .map(|(path, mode)| format!("{} ({:o})", path.display(), mode & 0o777))
        .collect();
    if open.is_empty() {
        return vec![Finding::good("key files", "only their owner can read them")];
    }
    vec![Finding::bad(
        "key files",
        format!("others can read {}", open.join(", ")),
        "chmod 600 them, and change what may have been read",
    )]
}

fn clock() -> Finding {
    #[expect(clippy::disallowed_methods, reason = "the server is where the time comes from")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    if now < BUILT_AFTER {
        return Finding::bad(
            "clock",
            "the clock is before this program was made",
            "set the clock: schedules, signatures and dues depend on it",
        );
    }
    Finding::good("clock", format!("{now} s since 1970, later than this program"))
}

fn open_files() -> Finding {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    match limit {
        Some(limit) if limit < FEW_FILES => Finding::warning(
            "open files",
            format!("the limit is {limit}"),
            "raise it: ulimit -n 65536, or LimitNOFILE in the service",
        ),
        Some(limit) => Finding::good("open files", format!("the limit is {limit}")),
        None => Finding::good("open files", "no limit"),
    }
}

fn cache(dir: &DataDir) -> Finding {
    let entries = std::fs::read_dir(dir.join("cache"));
    let files: Vec<u64> =
        entries.into_iter().flatten().flatten().filter_map(|e| Some(e.metadata().ok()?.len())).collect();
    let bytes: u64 = files.iter().sum();
    Finding::good("plugin cache", format!("{} compiled files, {} KiB", files.len(), bytes >> 10))
}
