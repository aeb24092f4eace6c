//! `secret …` and `vault …`: values go in by standard input, and nothing of them comes out.

use std::io::{BufRead, IsTerminal, Read, Write};

use serde_json::{Value, json};

use crate::cli::{SecretCommand, VaultCommand};
use crate::client::{Client, Sending, segment};
use crate::error::{CliError, Result, codes};
use crate::output;

/// Most bytes that are read: one more than a secret may have, and its line end.
const MAX_BYTES: u64 = (64 << 10) + 3;

/// Carries a `secret` command out.
pub(crate) async fn secret(client: &Client, command: &SecretCommand, as_json: bool) -> Result<()> {
    match command {
        SecretCommand::Set { name, bound_to } => {
            let body = json!({ "value": value(name)?, "bound_to": bound_to });
            let row =
                client.call("PUT", &format!("/secrets/{}", segment(name)), Sending::Json(&body)).await?;
            let words = format!(
                "secret {name} is version {}, bound to {}",
                output::cell(&row["version"]),
                output::cell(&row["bound_to"])
            );
            said(&row, as_json, &words);
        }
        SecretCommand::List => {
            let rows = client.list("/secrets").await?;
            if as_json {
                output::json(&Value::Array(rows));
            } else if rows.is_empty() {
                output::line("no secrets; `throughline secret set NAME --bound-to ORIGIN` puts one");
            } else {
                let columns = [
                    ("NAME", "name"),
                    ("VERSION", "version"),
                    ("BOUND TO", "bound_to"),
                    ("KEY", "key_version"),
                    ("USED BY", "used_by"),
                    ("PUT", "updated_at"),
                ];
                output::table(&rows, &columns);
            }
        }
        SecretCommand::Remove { name } => {
            let row = client.delete(&format!("/secrets/{}", segment(name))).await?;
            said(&row, as_json, &format!("secret {name} is gone"));
        }
    }
    Ok(())
}

/// Carries a `vault` command out.
pub(crate) async fn vault(client: &Client, command: &VaultCommand, as_json: bool) -> Result<()> {
    let standing = match command {
        VaultCommand::Status => client.get("/vault").await?,
        VaultCommand::Rotate { root: false } => client.post("/vault/rotate", &json!({})).await?,
        VaultCommand::Rotate { root: true } => client.post("/vault/rotate-root", &json!({})).await?,
    };
    if as_json {
        output::json(&standing);
        return Ok(());
    }
    if matches!(command, VaultCommand::Rotate { root: true }) {
        let newest = standing["root_keys"].as_array().and_then(|keys| keys.last()).map(|key| &key["version"]);
        output::note(format!(
            "save DIR/keys/root-{}.key apart from the backups now, and give other nodes a copy",
            newest.map(output::cell).unwrap_or_default()
        ));
    }
    print(&standing);
    Ok(())
}

fn print(standing: &Value) {
    let mut rows = Vec::new();
    let mut add = |whose: &str, keys: &Value| {
        for key in keys.as_array().into_iter().flatten() {
            let mut row = key.clone();
            row["whose"] = json!(whose);
            rows.push(row);
        }
    };
    add("root", &standing["root_keys"]);
    for workspace in standing["workspaces"].as_array().into_iter().flatten() {
        add(workspace["workspace"].as_str().unwrap_or_default(), &workspace["keys"]);
    }
    let columns = [
        ("KEYS OF", "whose"),
        ("VERSION", "version"),
        ("STATE", "state"),
        ("WRAPS", "wraps"),
        ("UNDER ROOT", "root_version"),
        ("FINGERPRINT", "fingerprint"),
    ];
    output::table(&rows, &columns);
    match standing["backup_at"].as_str() {
        Some(began) => output::line(format!("the newest good backup began {began}")),
        None => output::line("there is no good backup yet: a key that was replaced stays until there is one"),
    }
    if standing["unfinished"] == true {
        output::note("the replacement goes on by itself while a server runs");
    }
    for words in standing["damaged"].as_array().into_iter().flatten() {
        output::note(format!("warning: {}", output::cell(words)));
    }
}

fn said(row: &Value, as_json: bool, words: &str) {
    if as_json { output::json(row) } else { output::line(words) }
}

/// The value: a line typed without being shown, or everything on standard input but one line end.
fn value(name: &str) -> Result<String> {
    let unreadable = |error: std::io::Error| {
        CliError::refused(codes::FILE, format!("the value of {name} cannot be read: {error}"))
            .hint("pipe it in: `pass show crm | throughline secret set NAME --bound-to ORIGIN`")
    };
    let stdin = std::io::stdin();
    let mut text = String::new();
    if stdin.is_terminal() {
        drop(write!(std::io::stderr(), "value of {name}: "));
        drop(std::io::stderr().flush());
        let _quiet = Quiet::begin();
        stdin.lock().read_line(&mut text).map_err(unreadable)?;
        drop(writeln!(std::io::stderr()));
    } else {
        stdin.lock().take(MAX_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    }
    Ok(without_line_end(text))
}

/// One line end at the end is not part of the value.
fn without_line_end(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}

/// What is typed is not shown as long as this lives.
struct Quiet(Option<rustix::termios::Termios>);

impl Quiet {
    fn begin() -> Self {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let stdin = std::io::stdin();
        let Ok(before) = tcgetattr(&stdin) else { return Self(None) };
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        // Where it cannot be turned off the terminal shows what is typed, as it would without asking.
        let _ = tcsetattr(&stdin, OptionalActions::Now, &quiet);
        Self(Some(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let now = rustix::termios::OptionalActions::Now;
            let _ = rustix::termios::tcsetattr(std::io::stdin(), now, before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_is_not_part_of_a_value() {
        for (given, kept) in [("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), (" a ", " a "), ("", "")] {
            assert_eq!(without_line_end(given.to_owned()), kept);
        }
    }
}
