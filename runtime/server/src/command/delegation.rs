//! `delegation …`: list, add, end.

use serde_json::{Value, json};

use super::access::{done, listed};
use crate::cli::{DelegationArgs, DelegationCommand};
use crate::client::{Client, segment};
use crate::error::Result;
use crate::output;

/// Carries a `delegation` command out.
pub(crate) async fn carry_out(client: &Client, command: &DelegationCommand, as_json: bool) -> Result<()> {
    match command {
        DelegationCommand::List => {
            let rows = client.list("/delegations").await?;
            let columns = [
                ("DELEGATION", "delegation_id"),
                ("WORKSPACE", "workspace"),
                ("WHO", "who"),
                ("FROM", "starts_at"),
                ("UNTIL", "ends_at"),
                ("FOR", "covers"),
            ];
            let rows = if as_json { rows } else { rows.into_iter().map(with_who).collect() };
            listed(rows, as_json, &columns);
        }
        DelegationCommand::Add(args) => {
            let row = client.post(&path(args.of.as_deref()), &body(args)).await?;
            let words = format!("{}, until {}", who(&row), output::cell(&row["ends_at"]));
            done(&row, as_json, &words);
        }
        DelegationCommand::End { delegation, of } => {
            let row = client.delete(&format!("{}/{}", path(of.as_deref()), segment(delegation))).await?;
            done(&row, as_json, &format!("{} no more", who(&row)));
        }
    }
    Ok(())
}

fn path(of: Option<&str>) -> String {
    of.map_or_else(|| "/delegations".to_owned(), |of| format!("/members/{}/delegations", segment(of)))
}

/// `Ben for Ann`.
fn who(row: &Value) -> String {
    format!("{} for {}", output::cell(&row["to"]["name"]), output::cell(&row["from"]["name"]))
}

fn with_who(mut row: Value) -> Value {
    row["who"] = json!(who(&row));
    row
}

fn body(args: &DelegationArgs) -> Value {
    let mut body = json!({ "to": args.to, "ends_at": args.until, "irreversible": args.irreversible });
    if let Some(from) = &args.from {
        body["starts_at"] = json!(from);
    }
    if !args.workflows.is_empty() {
        body["workflows"] = json!(args.workflows);
    }
    if args.all_money {
        body["money"] = json!({ "all": true });
    } else if let Some(amount) = &args.up_to {
        body["money"] = json!({ "up_to": amount, "currency": args.currency });
    }
    body
}
