//! `plugin check`: what can be held against the contract without the remote system.

use std::path::Path;
use std::time::Instant;

use jsonschema::Validator;
use serde_json::{Value, json};
use throughline_domain::connector::Manifest;
use throughline_host::{Inspection, inspect};

use super::{build, cargo, hostile, of_host, workbench};
use crate::cli::CheckArgs;
use crate::command::read_file;
use crate::error::{CliError, Result, codes};
use crate::{output, progress};

/// Longest time `describe` may take, in milliseconds, with the start of the instance.
const DESCRIBE_MS: u128 = 1000;

/// Parts of field names that only secrets have.
const SECRET_NAMES: [&str; 7] =
    ["password", "secret", "token", "api_key", "apikey", "private_key", "credential"];

/// One thing that was looked at.
pub(crate) struct Finding {
    pub(crate) what: String,
    /// Why it is not as it should be.
    pub(crate) wrong: Option<String>,
}

impl Finding {
    pub(crate) fn good(what: impl Into<String>) -> Self {
        Self { what: what.into(), wrong: None }
    }

    pub(crate) fn wrong(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what: what.into(), wrong: Some(why.into()) }
    }

    pub(crate) fn when(what: impl Into<String>, wrong: Option<String>) -> Self {
        Self { what: what.into(), wrong }
    }
}

/// Checks a file or a folder and prints each finding.
pub(crate) async fn carry_out(args: &CheckArgs, as_json: bool) -> Result<()> {
    let bytes = connector(&args.path).await?;
    let bar = progress::spinner("checking the connector");
    let findings = findings(&bytes).await?;
    bar.finish_and_clear();
    if as_json {
        let rows: Vec<Value> = findings
            .iter()
            .map(|finding| json!({ "what": finding.what, "ok": finding.wrong.is_none(), "wrong": finding.wrong }))
            .collect();
        output::json(&Value::Array(rows));
    } else {
        for finding in &findings {
            match &finding.wrong {
                None => output::line(format!("ok    {}", finding.what)),
                Some(why) => output::line(format!("WRONG {}\n      {why}", finding.what)),
            }
        }
    }
    let wrong = findings.iter().filter(|finding| finding.wrong.is_some()).count();
    if wrong == 0 {
        return Ok(());
    }
    Err(CliError::refused(codes::PLUGIN_CHECK, format!("{wrong} of {} checks failed", findings.len()))
        .hint("mend what is marked WRONG and check again; docs/plugin-guide says what each means"))
}

/// The bytes of a built connector, or of a folder that is built first.
async fn connector(path: &Path) -> Result<Vec<u8>> {
    if path.is_dir() {
        let core = cargo::Package::find(path)?.build()?;
        return Ok(build::from_core(&read_file(&core)?).await?.bytes);
    }
    read_file(path)
}

/// Everything that is looked at; refuses only what is no connector at all.
pub(crate) async fn findings(bytes: &[u8]) -> Result<Vec<Finding>> {
    let inspection = inspect(bytes).map_err(of_host)?;
    let (host, _folder) = workbench()?;
    let plugin = host.load(bytes).await.map_err(of_host)?;
    let mut findings = vec![
        Finding::good(format!(
            "{} KiB, {} imports, all of the contract",
            bytes.len().div_ceil(1024),
            inspection.imports.len()
        )),
        Finding::good(format!(
            "contract {}, manifest of {} {}",
            inspection.manifest.contract, inspection.manifest.id, inspection.manifest.version
        )),
    ];
    let began = Instant::now();
    let said = host.verify(&plugin).await;
    let ms = began.elapsed().as_millis();
    findings.push(Finding::when(
        "describe calls nothing and says what is embedded",
        said.err().map(|error| error.to_string()),
    ));
    let again =
        host.describe(&plugin).await.map_err(of_host)? == host.describe(&plugin).await.map_err(of_host)?;
    findings.push(Finding::when(
        "describe says the same each time",
        (!again).then(|| "two calls differ: use nothing that changes".into()),
    ));
    findings.push(Finding::when(
        "describe is quick",
        (ms > DESCRIBE_MS).then(|| format!("it took {ms} ms, at most {DESCRIBE_MS}")),
    ));
    findings.extend(of_manifest(&inspection));
    findings.extend(hostile::smoke(&host, &plugin).await);
    Ok(findings)
}

fn of_manifest(inspection: &Inspection) -> Vec<Finding> {
    let manifest = &inspection.manifest;
    let mut findings = Vec::new();
    for (id, action) in &manifest.actions {
        findings.push(sample(
            &format!("action {id}: the sample is an output"),
            &action.output,
            &action.sample,
        ));
        findings.push(Finding::when(
            format!("action {id}: has a title"),
            action.title.trim().is_empty().then(|| "write a doc comment above the function".into()),
        ));
        findings.push(Finding::when(
            format!("action {id}: its declarations fit together"),
            declarations(id, manifest),
        ));
    }
    for (id, trigger) in &manifest.triggers {
        findings.push(sample(
            &format!("trigger {id}: the sample is an event"),
            &trigger.output,
            &trigger.sample,
        ));
    }
    findings.push(Finding::when("settings hold no secret", secret_settings(manifest)));
    findings.push(Finding::when(
        "credentials have fields to ask for",
        manifest
            .auth
            .iter()
            .find(|(_, slot)| slot.fields.is_empty())
            .map(|(slot, _)| format!("slot `{slot}` has no field")),
    ));
    findings.push(Finding::when(
        "a connection can be tested",
        (!manifest.auth.is_empty() && !inspection.exports.iter().any(|export| export == "connection"))
            .then(|| "there are credentials but no `test:` in connector!".into()),
    ));
    findings
}

fn sample(what: &str, schema: &Value, sample: &Value) -> Finding {
    match jsonschema::draft202012::new(schema) {
        Err(error) => Finding::wrong(what, format!("the schema is not valid: {error}")),
        Ok(validator) => Finding::when(what, first_issue(&validator, sample)),
    }
}

fn first_issue(validator: &Validator, value: &Value) -> Option<String> {
    validator.iter_errors(value).next().map(|issue| format!("at `{}`: {issue}", issue.instance_path()))
}

/// What an action says about itself must not contradict itself.
fn declarations(id: &str, manifest: &Manifest) -> Option<String> {
    let action = manifest.actions.get(id)?;
    if action.effect.is_write() && action.undo.is_none() {
        return Some(
            "a write says whether it can be undone: undo = reversible, compensable or irreversible".into(),
        );
    }
    if !action.effect.is_write() && (action.reconcile || action.compensate || action.idempotency.is_some()) {
        return Some("a read has no reconcile, compensate or idempotency".into());
    }
    let compensable = action.undo == Some(throughline_domain::connector::Undo::Compensable);
    (compensable && !action.compensate).then(|| "undo = compensable needs a compensate function".into())
}

/// A setting is stored and shown in clear: nothing that sounds like a secret belongs there.
fn secret_settings(manifest: &Manifest) -> Option<String> {
    let fields = manifest.settings.as_ref()?.get("properties")?.as_object()?;
    let suspect = fields.iter().find(|(name, schema)| {
        let name = name.to_lowercase();
        SECRET_NAMES.iter().any(|word| name.contains(word)) && schema["x-secret"] != true
    });
    suspect.map(|(name, _)| format!("`{name}` sounds like a secret: make it a field of a credential slot"))
}
