//! `connection …`: which secrets it uses, never the secrets themselves.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::cli::{ConnectionArgs, ConnectionCommand};
use crate::client::{Client, segment};
use crate::error::{CliError, Result, codes};
use crate::output;

/// Carries a `connection` command out.
pub(crate) async fn carry_out(client: &Client, command: &ConnectionCommand, as_json: bool) -> Result<()> {
    let row = match command {
        ConnectionCommand::Create(args) => {
            let row = client.post("/connections", &body(args)?).await?;
            if !as_json {
                output::line(format!(
                    "connection {} is there; `throughline connection test {0}` tries it",
                    args.name
                ));
            }
            row
        }
        ConnectionCommand::List => {
            let rows = client.list("/connections").await?;
            if !as_json {
                let columns = [
                    ("NAME", "name"),
                    ("CONNECTOR", "connector"),
                    ("BOUND TO", "bound_to"),
                    ("SETTINGS", "settings"),
                    ("SECRETS", "secrets"),
                    ("AGREED", "agreed"),
                ];
                output::table(&rows, &columns);
            }
            Value::Array(rows)
        }
        ConnectionCommand::Test { name } => test(client, name, as_json).await?,
        ConnectionCommand::Agree { name, account } => {
            let path = format!("/connections/{}/agree", segment(name));
            let row = client.post(&path, &json!({ "account": account })).await?;
            if !as_json {
                output::line(format!("live workflows write to {account} by themselves again"));
            }
            row
        }
        ConnectionCommand::Delete { name } => {
            let row = client.delete(&format!("/connections/{}", segment(name))).await?;
            if !as_json {
                output::line(format!(
                    "connection {name} is deleted; runs that need it wait with an exception"
                ));
            }
            row
        }
    };
    if as_json {
        output::json(&row);
    }
    Ok(())
}

/// What the connector says, and what follows where another account answers.
async fn test(client: &Client, name: &str, as_json: bool) -> Result<Value> {
    let row = client.post(&format!("/connections/{}/test", segment(name)), &json!({})).await?;
    if row["ok"] == false {
        return Err(not_working(name, &row["failure"]));
    }
    if as_json {
        return Ok(row);
    }
    output::line(format!("{name} works: {}", output::cell(&row["account"])));
    let now = output::cell(&row["account_id"]);
    if row["account_change"] == "other" {
        let before = output::cell(&row["account_before"]);
        output::note(format!("it is another account than before: {before} then, {now} now"));
    }
    // Also where it is the same as at the last test: nobody may have agreed since.
    if client
        .list("/connections")
        .await?
        .iter()
        .any(|known| known["name"] == name && known["agreed"] == false)
    {
        output::note(format!(
            "what live workflows write over it waits for people, until `throughline connection agree {name} {now}`"
        ));
    }
    Ok(row)
}

fn not_working(name: &str, failure: &Value) -> CliError {
    let code =
        failure["code"].as_str().filter(|code| code.starts_with("TL")).unwrap_or(codes::REFUSED).to_owned();
    let words = failure["message"].as_str().unwrap_or("the connector says no");
    CliError::refused(code, format!("connection {name} does not work: {words}"))
}

fn body(args: &ConnectionArgs) -> Result<Value> {
    let mut settings = Map::new();
    for setting in &args.settings {
        let (key, value) = setting.split_once('=').ok_or_else(|| {
            CliError::usage(codes::USAGE, format!("--setting `{setting}` is not KEY=VALUE"))
        })?;
        settings.insert(key.to_owned(), Value::String(value.to_owned()));
    }
    let mut secrets = Map::new();
    for secret in &args.secrets {
        let (field, reference) = secret_reference(secret)?;
        secrets.insert(field, reference);
    }
    Ok(json!({ "name": args.name, "connector": args.connector, "settings": settings, "secrets": secrets }))
}

/// `slot.field=vault:NAME`, `slot.field=env:NAME` or `slot.field=file:PATH`; the path is made absolute, since the server may run elsewhere.
fn secret_reference(text: &str) -> Result<(String, Value)> {
    let bad = |why: &str| {
        CliError::usage(codes::SECRET_ARGUMENT, format!("--secret `{}`: {why}", text.split('=').next().unwrap_or_default()))
            .hint("write default.token=vault:NAME, default.token=env:NAME or default.token=file:PATH; the value itself never stands on a command line")
    };
    let (field, reference) = text.split_once('=').ok_or_else(|| bad("there is no `=`"))?;
    if field.split('.').count() != 2 {
        return Err(bad("a field is SLOT.FIELD, such as default.token"));
    }
    let reference = match reference.split_once(':') {
        Some(("vault", name)) if !name.is_empty() => json!({ "vault": name }),
        Some(("env", name)) if !name.is_empty() => json!({ "env": name }),
        Some(("file", path)) if !path.is_empty() => {
            let path = std::path::absolute(PathBuf::from(path)).map_err(|error| bad(&error.to_string()))?;
            json!({ "file": path })
        }
        _ => return Err(bad("neither vault:NAME nor env:NAME nor file:PATH")),
    };
    Ok((field.to_owned(), reference))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_a_reference_and_never_a_value() {
        assert_eq!(
            secret_reference("default.token=env:X").unwrap(),
            ("default.token".into(), json!({ "env": "X" }))
        );
        assert_eq!(secret_reference("default.token=vault:crm").unwrap().1, json!({ "vault": "crm" }));
        let (_, file) = secret_reference("default.token=file:a").unwrap();
        assert!(file["file"].as_str().unwrap().starts_with('/'));
        for bad in ["default.token=hunter2", "token=env:X", "default.token", "default.token=env:"] {
            let error = secret_reference(bad).unwrap_err();
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }
}
