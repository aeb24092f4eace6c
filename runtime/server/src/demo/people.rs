//! The demo's people: one for each role, in the teams and duties that the packs name.

use serde_json::{Value, json};
use throughline_domain::id::PersonId;

use crate::client::{Client, Sending};
use crate::error::{CliError, Result, codes};

/// One person of the demo as it is told.
struct Cast {
    role: &'static str,
    handle: &'static str,
    name: &'static str,
    duties: &'static [&'static str],
    team: Option<&'static str>,
}

const fn cast(
    role: &'static str,
    handle: &'static str,
    name: &'static str,
    duties: &'static [&'static str],
    team: Option<&'static str>,
) -> Cast {
    Cast { role, handle, name, duties, team }
}

const PEOPLE: [Cast; 5] = [
    cast("admin", "office", "Olive Office", &[], None),
    cast("builder", "ben", "Ben Builder", &[], None),
    cast("approver", "ana", "Ana Approver", &["deal_owner"], Some("billing")),
    cast("operator", "otto", "Otto Operator", &["field_lead", "sales_ops"], Some("sales")),
    cast("viewer", "vera", "Vera Viewer", &[], None),
];

const TEAMS: [(&str, &str); 2] = [("billing", "Billing"), ("sales", "Sales")];

/// Somebody who can sign in.
pub(crate) struct Player {
    /// Their role.
    pub(crate) role: &'static str,
    /// Their address.
    pub(crate) mail: String,
    /// Who.
    pub(crate) person: PersonId,
}

/// Puts everybody in place; who is there already stays as they are.
pub(super) async fn gather(client: &Client) -> Result<Vec<Player>> {
    let teams = client.list("/teams").await?;
    for (team, title) in TEAMS {
        if !teams.iter().any(|row| row["team"] == team) {
            client.post("/teams", &json!({ "team": team, "title": title })).await?;
        }
    }
    let (accounts, members) = (client.list("/accounts").await?, client.list("/members").await?);
    let mut players = Vec::new();
    for one in &PEOPLE {
        let mail = format!("{}@demo.example", one.handle);
        let account = match accounts.iter().find(|row| row["mail"] == mail.as_str()) {
            Some(row) => row.clone(),
            None => client.post("/accounts", &json!({ "mail": &mail, "name": one.name })).await?,
        };
        let person = person(&account)?;
        if !members.iter().any(|row| row["person_id"] == person.as_str()) {
            join(client, one, &person).await?;
        }
        // Whom somebody has disabled is not signed in by the demo.
        if account["state"] != "disabled" {
            players.push(Player { role: one.role, mail, person });
        }
    }
    Ok(players)
}

async fn join(client: &Client, one: &Cast, person: &PersonId) -> Result<()> {
    let body = json!({
        "handle": one.handle, "account": person.as_str(), "roles": [one.role], "duties": one.duties,
    });
    client.post("/members", &body).await?;
    if let Some(team) = one.team {
        let path = format!("/teams/{team}/members/{person}");
        client.call("PUT", &path, Sending::Json(&json!({ "lead": true }))).await?;
    }
    Ok(())
}

fn person(account: &Value) -> Result<PersonId> {
    let id = account["person_id"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| CliError::refused(codes::BAD_ANSWER, "the server's account has no person"))
}
