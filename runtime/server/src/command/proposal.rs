//! `proposal …`: list, show, decide, withdraw.

use serde_json::{Value, json};

use super::read_json;
use crate::cli::{DecideArgs, ProposalCommand, VerdictArg};
use crate::client::{Client, Sending, segment};
use crate::error::Result;
use crate::output;

/// Carries a `proposal` command out.
pub(crate) async fn carry_out(client: &Client, command: &ProposalCommand, as_json: bool) -> Result<()> {
    match command {
        ProposalCommand::List { mine: true, .. } => list(client, "/proposals?asked=me", as_json).await,
        ProposalCommand::List { state, .. } => {
            list(client, &format!("/proposals?state={}", segment(state)), as_json).await
        }
        ProposalCommand::Show { proposal } => {
            let row = client.get(&format!("/proposals/{}", segment(proposal))).await?;
            if as_json {
                output::json(&row);
            } else {
                show(&row);
            }
            Ok(())
        }
        ProposalCommand::Withdraw { proposal, reason } => {
            let path = format!("/proposals/{}/withdraw", segment(proposal));
            let row = client.post(&path, &json!({ "reason": reason })).await?;
            super::access::done(&row, as_json, &format!("{proposal} is withdrawn"));
            Ok(())
        }
        ProposalCommand::Comment { proposal, text, ask, answers } => {
            let path = format!("/proposals/{}/comments", segment(proposal));
            let mut body = json!({ "text": text });
            for (name, value) in [("asks", ask), ("answers", answers)] {
                if let Some(value) = value {
                    body[name] = json!(value);
                }
            }
            let row = client.post(&path, &body).await?;
            super::access::done(&row, as_json, &format!("{} written", output::cell(&row["comment_id"])));
            Ok(())
        }
        ProposalCommand::Snooze { proposal, until } => {
            let path = format!("/proposals/{}/snooze", segment(proposal));
            let row = client.call("PUT", &path, Sending::Json(&json!({ "until": until }))).await?;
            super::access::done(&row, as_json, &format!("{proposal} is put off until {until}"));
            Ok(())
        }
        ProposalCommand::Wake { proposal } => {
            let row = client.delete(&format!("/proposals/{}/snooze", segment(proposal))).await?;
            super::access::done(&row, as_json, &format!("{proposal} is back in your list"));
            Ok(())
        }
        ProposalCommand::Decide(args) => decide(client, args, as_json).await,
    }
}

async fn list(client: &Client, path: &str, as_json: bool) -> Result<()> {
    let mut rows = client.list(path).await?;
    // What one put off is left out of one's own list.
    rows.retain(|row| row["snoozed_until"].is_null());
    let columns = [
        ("PROPOSAL", "proposal_id"),
        ("WORKFLOW", "workflow"),
        ("STATE", "state"),
        ("UNTIL", "expires_at"),
        ("WHAT", "summary"),
    ];
    if as_json {
        output::json(&Value::Array(rows));
    } else if rows.is_empty() {
        output::line("no proposals");
    } else {
        output::table(&rows, &columns);
    }
    Ok(())
}

fn show(row: &Value) {
    let cell = |name: &str| output::cell(&row[name]);
    output::line(format!("{}  {}", cell("proposal_id"), cell("state")));
    output::line(cell("summary"));
    if let (Some(amount), Some(currency)) =
        (row["money"]["amount"].as_str(), row["money"]["currency"].as_str())
    {
        output::line(format!("money       {amount} {currency}"));
    }
    output::line(format!("run         {}", cell("run_id")));
    output::line(format!("until       {}", cell("expires_at")));
    for operation in row["operations"].as_array().into_iter().flatten() {
        let word = |name: &str| output::cell(&operation[name]);
        output::line(format!(
            "{} {} {} in {}",
            word("kind"),
            word("record_type"),
            word("record_id"),
            word("system")
        ));
        for field in operation["fields"].as_array().into_iter().flatten() {
            let side = |name: &str| output::cell(&field[name]);
            output::line(format!("  {}: {} -> {}", side("field"), side("before"), side("after")));
        }
    }
    for rule in row["rules"].as_array().into_iter().flatten() {
        let agreed = rule["approved_by"].as_array().map_or(0, Vec::len);
        output::line(format!("{}: {agreed} of {} agree", output::cell(&rule["rule"]), rule["needed"]));
    }
    for decision in row["decisions"].as_array().into_iter().flatten() {
        let word = |name: &str| output::cell(&decision[name]);
        let (actor, principal) = (word("actor"), word("principal"));
        let who = if actor == principal { actor } else { format!("{actor} for {principal}") };
        output::line(format!("{who} {} on {}", word("verdict"), word("decided_at")));
    }
    for comment in row["comments"].as_array().into_iter().flatten() {
        let word = |name: &str| output::cell(&comment[name]);
        let asks = comment["asks"].as_str().map(|whom| format!(" asks {whom}")).unwrap_or_default();
        let id = word("comment_id");
        output::line(format!("{id}  {}  {}{asks}: {}", word("at"), word("by"), word("text")));
    }
    output::line(format!("shown hash  {}", cell("content_hash")));
}

async fn decide(client: &Client, args: &DecideArgs, as_json: bool) -> Result<()> {
    let verdict = match args.verdict {
        VerdictArg::Approve => "approve",
        VerdictArg::Reject => "reject",
    };
    let mut body = json!({ "verdict": verdict, "shown_hash": args.shown });
    for (name, value) in
        [("reason", &args.reason), ("note", &args.note), ("on_behalf_of", &args.on_behalf_of)]
    {
        if let Some(value) = value {
            body[name] = json!(value);
        }
    }
    if let Some(file) = &args.edit {
        let text = read_json(file)?;
        body["edit"] = json!({ "input": serde_json::from_str::<Value>(text.get()).unwrap_or_default() });
    }
    let row = client.post(&format!("/proposals/{}/decision", segment(&args.proposal)), &body).await?;
    if as_json {
        output::json(&row);
    } else {
        let cell = |name: &str| output::cell(&row[name]);
        output::line(format!("{} is {}", cell("proposal_id"), cell("state")));
    }
    Ok(())
}
