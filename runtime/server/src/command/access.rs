//! `token …`, `grant …`, `channel …` and `event …`.

use serde_json::{Value, json};

use super::read_json;
use crate::cli::{ChannelCommand, EventCommand, GrantCommand, TokenCommand};
use crate::client::{Client, Sending, segment};
use crate::error::{CliError, Result, codes};
use crate::output;

/// Carries a `token` command out.
pub(crate) async fn token(client: &Client, command: &TokenCommand, as_json: bool) -> Result<()> {
    match command {
        TokenCommand::Create { name, scopes, this_workspace, expires_in_days } => {
            let mut body = json!({ "name": name, "expires_in_days": expires_in_days });
            if !scopes.is_empty() {
                body["scopes"] = json!(scopes);
            }
            if *this_workspace {
                let workspace = client.workspace().ok_or_else(|| {
                    CliError::usage(codes::USAGE, "--this-workspace needs --workspace NAME")
                })?;
                body["workspace"] = json!(workspace);
            }
            let row = client.post("/tokens", &body).await?;
            if as_json {
                output::json(&row);
            } else {
                output::note("the token is shown once; keep it where only its user can read it");
                output::line(output::cell(&row["token"]));
            }
        }
        TokenCommand::List => {
            let rows = client.list("/tokens").await?;
            let columns = [
                ("TOKEN", "token_id"),
                ("NAME", "name"),
                ("CREATED", "created_at"),
                ("EXPIRES", "expires_at"),
            ];
            listed(rows, as_json, &columns);
        }
        TokenCommand::Revoke { token } => {
            let row = client.delete(&format!("/tokens/{}", segment(token))).await?;
            done(&row, as_json, &format!("{token} is revoked"));
        }
        TokenCommand::SignIn => sign_in(client, as_json).await?,
    }
    Ok(())
}

/// Codes live in the server's memory: one made by a stack of this process would end with it.
async fn sign_in(client: &Client, as_json: bool) -> Result<()> {
    let base = client.base().ok_or_else(|| {
        CliError::unavailable(codes::NO_SERVER, "no server runs on this data directory: nobody to sign in to")
            .hint("start one with `throughline serve`; it prints a sign-in link too")
    })?;
    let mut row = client.post("/sign-in-links", &json!({})).await?;
    let link = format!("{}{}", row["base"].as_str().unwrap_or(base), output::cell(&row["path"]));
    if as_json {
        row["url"] = json!(link);
        output::json(&row);
        return Ok(());
    }
    let minutes = row["expires_in_ms"].as_u64().unwrap_or(0) / 60_000;
    output::note(format!("this link signs one browser in, once, within {minutes} minutes"));
    output::line(link);
    Ok(())
}

/// Carries a `grant` command out.
pub(crate) async fn grant(client: &Client, command: &GrantCommand, as_json: bool) -> Result<()> {
    match command {
        GrantCommand::List => {
            let rows = client.list("/grants").await?;
            let columns = [("RANGE", "range"), ("REASON", "reason"), ("SINCE", "created_at")];
            if rows.is_empty() && !as_json {
                output::line("nothing is open: connectors reach public addresses only");
                return Ok(());
            }
            listed(rows, as_json, &columns);
        }
        GrantCommand::Add { range, reason } => {
            let row = client.post("/grants", &json!({ "range": range, "reason": reason })).await?;
            done(&row, as_json, &format!("{range} is open to this workspace's connectors"));
        }
        GrantCommand::Remove { range } => {
            let row = client.delete(&format!("/grants?range={}", segment(range))).await?;
            done(&row, as_json, &format!("{range} is closed"));
        }
    }
    Ok(())
}

/// Carries a `channel` command out.
pub(crate) async fn channel(client: &Client, command: &ChannelCommand, as_json: bool) -> Result<()> {
    let at = |name: &str| format!("/channels/{}", segment(name));
    match command {
        ChannelCommand::List => {
            let columns = [("NAME", "name"), ("URL", "url"), ("TELLS", "tells"), ("SET", "changed_at")];
            listed(client.list("/channels").await?, as_json, &columns);
        }
        ChannelCommand::Set { name, url, secret, tells } => {
            let body = json!({ "url": url, "secret": secret, "tells": tells });
            let row = client.call("PUT", &at(name), Sending::Json(&body)).await?;
            done(
                &row,
                as_json,
                &format!("channel {name} is told; `throughline channel test {name}` tries it"),
            );
        }
        ChannelCommand::Test { name } => {
            let row = client.post(&format!("{}/test", at(name)), &json!({})).await?;
            if row["delivered"] != true && !as_json {
                let words = format!("the test message did not go: {}", output::cell(&row["failure"]));
                return Err(CliError::refused(codes::REFUSED, words));
            }
            done(&row, as_json, "the test message was taken");
        }
        ChannelCommand::Remove { name } => {
            let row = client.delete(&at(name)).await?;
            done(&row, as_json, &format!("channel {name} is gone"));
        }
    }
    Ok(())
}

/// Carries an `event` command out.
pub(crate) async fn event(client: &Client, command: &EventCommand, as_json: bool) -> Result<()> {
    let EventCommand::Publish { event_type, key, data_file } = command;
    let data = match data_file {
        Some(file) => read_json(file)?.get().to_owned(),
        None => "{}".to_owned(),
    };
    let head = json!({ "type": event_type, "key": key }).to_string();
    let body = format!("{},\"data\":{data}}}", head.trim_end_matches('}'));
    let row = client.call("POST", "/events", Sending::JsonText(body)).await?;
    let runs = row["runs"].as_array().map_or(0, Vec::len);
    done(&row, as_json, &format!("accepted; {runs} run(s) started"));
    Ok(())
}

pub(super) fn listed(rows: Vec<Value>, as_json: bool, columns: &[(&str, &str)]) {
    if as_json { output::json(&Value::Array(rows)) } else { output::table(&rows, columns) }
}

pub(super) fn done(row: &Value, as_json: bool, words: &str) {
    if as_json { output::json(row) } else { output::line(words) }
}
