//! `account …`, `member …`, `team …` and `session …`.

use serde_json::{Value, json};

use super::access::{done, listed};
use crate::cli::{AccountCommand, MemberArgs, MemberCommand, SessionCommand, TeamCommand};
use crate::client::{Client, Sending, segment};
use crate::error::Result;
use crate::output;

/// Carries an `account` command out.
pub(crate) async fn account(client: &Client, command: &AccountCommand, as_json: bool) -> Result<()> {
    match command {
        AccountCommand::List => {
            let columns = [
                ("PERSON", "person_id"),
                ("MAIL", "mail"),
                ("NAME", "name"),
                ("STATE", "state"),
                ("SERVER ADMIN", "server_admin"),
            ];
            listed(client.list("/accounts").await?, as_json, &columns);
        }
        AccountCommand::Create { mail, name, server_admin } => {
            let body = json!({ "mail": mail, "name": name, "server_admin": server_admin });
            let mut row = client.post("/accounts", &body).await?;
            let url = url_of(client, &row["link"]);
            row["link"]["url"] = json!(url);
            linked(&row, as_json, &url, "they set their password there; it works once, for a week");
        }
        AccountCommand::Change { account, mail, name, server_admin } => {
            let body = json!({ "mail": mail, "name": name, "server_admin": server_admin });
            let row = put(client, &format!("/accounts/{}", segment(account)), &body).await?;
            done(&row, as_json, &format!("{} is changed", output::cell(&row["mail"])));
        }
        AccountCommand::Link { account } => {
            let mut row = client.post(&format!("/accounts/{}/link", segment(account)), &json!({})).await?;
            let url = url_of(client, &row);
            row["url"] = json!(url);
            let until = format!("it works once, until {}", output::cell(&row["expires_at"]));
            linked(&row, as_json, &url, &until);
        }
        AccountCommand::Disable { account } => {
            let row = client.post(&format!("/accounts/{}/disable", segment(account)), &json!({})).await?;
            done(&row, as_json, &format!("{account} is disabled; sessions, tokens and links have ended"));
        }
        AccountCommand::Enable { account } => {
            let row = client.post(&format!("/accounts/{}/enable", segment(account)), &json!({})).await?;
            done(&row, as_json, &format!("{account} is enabled"));
        }
    }
    Ok(())
}

/// A link as people open it: under the public address, or where the server is found now.
fn url_of(client: &Client, link: &Value) -> String {
    let base = link["base"].as_str().or_else(|| client.base()).unwrap_or_default();
    format!("{base}{}", output::cell(&link["path"]))
}

fn linked(row: &Value, as_json: bool, url: &str, words: &str) {
    if as_json {
        output::json(row);
        return;
    }
    output::note(words);
    if !url.starts_with("http") {
        output::note("no server runs on this data directory: put its address before the path");
    }
    output::line(url);
}

async fn put(client: &Client, path: &str, body: &Value) -> Result<Value> {
    client.call("PUT", path, Sending::Json(body)).await
}

/// Carries a `member` command out.
pub(crate) async fn member(client: &Client, command: &MemberCommand, as_json: bool) -> Result<()> {
    match command {
        MemberCommand::List => {
            let rows = client.list("/members").await?;
            let columns = [
                ("WORKSPACE", "workspace"),
                ("HANDLE", "handle"),
                ("NAME", "name"),
                ("MAIL", "mail"),
                ("KIND", "kind"),
                ("ROLES", "roles"),
                ("TEAMS", "teams"),
            ];
            if as_json {
                output::json(&Value::Array(rows));
            } else {
                listed(rows.into_iter().map(joined).collect(), false, &columns);
            }
        }
        MemberCommand::Add(args) => {
            let row = client.post("/members", &body_of(args)).await?;
            let words = format!("{} is a member of {}", args.handle, output::cell(&row["workspace"]));
            done(&row, as_json, &words);
        }
        MemberCommand::Change { member, handle, roles, no_roles, duties } => {
            let mut body = json!({ "handle": handle });
            if !roles.is_empty() || *no_roles {
                body["roles"] = json!(roles);
            }
            if !duties.is_empty() {
                body["duties"] = json!(duties);
            }
            let row = put(client, &format!("/members/{}", segment(member)), &body).await?;
            done(&row, as_json, &format!("{member} is changed"));
        }
        MemberCommand::Remove { member } => {
            let row = client.delete(&format!("/members/{}", segment(member))).await?;
            done(&row, as_json, &format!("{member} is removed"));
        }
    }
    Ok(())
}

fn body_of(args: &MemberArgs) -> Value {
    json!({
        "handle": args.handle, "account": args.account, "name": args.name, "mail": args.mail,
        "roles": args.roles, "duties": args.duties,
    })
}

/// Lists in a row as words of a table.
fn joined(mut row: Value) -> Value {
    for field in ["roles", "teams"] {
        let words: Vec<&str> =
            row[field].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let words = if words.is_empty() { Value::Null } else { json!(words.join(", ")) };
        row[field] = words;
    }
    row
}

/// Carries a `team` command out.
pub(crate) async fn team(client: &Client, command: &TeamCommand, as_json: bool) -> Result<()> {
    let of = |team: &str, member: &str| format!("/teams/{}/members/{}", segment(team), segment(member));
    match command {
        TeamCommand::List => {
            let mut rows = client.list("/teams").await?;
            for row in &mut rows {
                row["people"] = json!(row["members"].as_array().map_or(0, Vec::len));
            }
            let columns =
                [("WORKSPACE", "workspace"), ("TEAM", "team"), ("TITLE", "title"), ("PEOPLE", "people")];
            listed(rows, as_json, &columns);
        }
        TeamCommand::Create { team, title } => {
            let row = client.post("/teams", &json!({ "team": team, "title": title })).await?;
            done(&row, as_json, &format!("team {team} is made"));
        }
        TeamCommand::Delete { team } => {
            let row = client.delete(&format!("/teams/{}", segment(team))).await?;
            done(&row, as_json, &format!("team {team} is deleted"));
        }
        TeamCommand::Join { team, member, lead } => {
            let row = put(client, &of(team, member), &json!({ "lead": lead })).await?;
            done(&row, as_json, &format!("{member} is in team {team}"));
        }
        TeamCommand::Leave { team, member } => {
            let row = client.delete(&of(team, member)).await?;
            done(&row, as_json, &format!("{member} is not in team {team} any more"));
        }
    }
    Ok(())
}

/// Carries a `session` command out.
pub(crate) async fn session(client: &Client, command: &SessionCommand, as_json: bool) -> Result<()> {
    match command {
        SessionCommand::List { account } => {
            let path = account.as_ref().map_or_else(
                || "/me/sessions".to_owned(),
                |account| format!("/accounts/{}/sessions", segment(account)),
            );
            let columns = [
                ("SESSION", "session_id"),
                ("SIGNED IN", "created_at"),
                ("LAST USED", "used_at"),
                ("BROWSER", "client"),
            ];
            listed(client.list(&path).await?, as_json, &columns);
        }
        SessionCommand::EndAll { account } => {
            let row = client.delete(&format!("/accounts/{}/sessions", segment(account))).await?;
            done(&row, as_json, &format!("all sessions of {account} have ended"));
        }
        SessionCommand::End { session } => {
            let row = client.delete(&format!("/me/sessions/{}", segment(session))).await?;
            done(&row, as_json, &format!("{session} has ended"));
        }
    }
    Ok(())
}
