//! `workflow lint`: every problem of every file, without a server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use throughline_domain::connector::Manifest;
use throughline_domain::workflow::{self, CheckEnvironment, Severity};
use throughline_host::inspect;

use super::read_text;
use crate::bundle::Bundle;
use crate::config::Settings;
use crate::data_dir::DataDir;
use crate::error::{CliError, Problem, Result, codes};
use crate::output;
use crate::plugin::lock::LockFile;

/// Checks the files against the installed connectors, else against those that ship.
pub(crate) fn carry_out(files: &[PathBuf], dir: &DataDir, settings: &Settings, as_json: bool) -> Result<()> {
    let manifests = manifests(dir, settings);
    let environment = CheckEnvironment {
        // Without any connector to look at, actions cannot be judged; everything else still is.
        connectors: (!manifests.is_empty()).then_some(&manifests as &dyn workflow::Connectors),
        connections: None,
        workflows: None,
    };
    let mut problems = Vec::new();
    for file in files {
        let checked = workflow::check(&read_text(file)?, &environment);
        problems.extend(checked.problems.iter().map(|problem| of_domain(file, problem)));
    }
    let errors = problems.iter().filter(|problem| problem.severity == "error").count();
    if as_json {
        let rows: Vec<Value> = problems.iter().map(|problem| json!(problem)).collect();
        output::json(&json!({ "files": files.len(), "errors": errors, "problems": rows }));
    } else {
        for problem in &problems {
            output::line(problem.to_string());
        }
    }
    if errors > 0 {
        let words = format!("{errors} error(s) in {} file(s)", files.len());
        return Err(CliError::refused(codes::LINT, words).hint("each code has a page under docs/errors"));
    }
    if !as_json {
        output::line(format!("{} file(s), no errors", files.len()));
    }
    Ok(())
}

fn of_domain(file: &Path, problem: &workflow::Problem) -> Problem {
    Problem {
        file: file.display().to_string(),
        line: problem.line,
        column: problem.column,
        code: problem.code.to_owned(),
        severity: if problem.severity == Severity::Error { "error" } else { "warning" }.to_owned(),
        message: problem.message.clone(),
        expected: problem.expected.clone(),
        hint: problem.hint.clone(),
    }
}

/// What can be known of connectors here: the installed ones, and those that ship for the rest.
fn manifests(dir: &DataDir, settings: &Settings) -> BTreeMap<String, Manifest> {
    let mut files = Bundle::find(settings.optional("plugins.bundle"))
        .and_then(|bundle| bundle.plugins())
        .unwrap_or_default();
    // The installed ones come last and win.
    let lock = std::fs::read_to_string(dir.join("throughline.lock")).unwrap_or_default();
    let installed: LockFile = toml::from_str(&lock).unwrap_or_default();
    files.extend(installed.plugin.iter().map(|entry| {
        let digest = entry.digest.trim_start_matches("sha256:");
        dir.join("plugins").join(format!("{digest}.wasm"))
    }));
    let read = files.iter().filter_map(|file| inspect(&std::fs::read(file).ok()?).ok());
    read.map(|inspection| (inspection.manifest.id.clone(), inspection.manifest)).collect()
}
