//! The people of a campaign: accounts that approve, signed in by a browser, and the team that owns exceptions.

use serde_json::{Value, json};

use crate::Result;
use crate::server::Api;

/// Handles of those who approve; their mail goes to the handle at [`DOMAIN`].
pub const APPROVERS: [&str; 4] = ["ada", "ben", "cleo", "boss"];
/// Who is asked first where only one is.
pub const FIRST: &str = "ada";
/// Who is asked where others are silent, and who stands in.
pub const BOSS: &str = "boss";
/// Where their mail goes.
const DOMAIN: &str = "example.com";
const PASSWORD: &str = "a long word for a campaign";

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// What workflows call them.
    pub handle: &'static str,
    /// Their session.
    cookie: String,
}

impl Person {
    /// The API as they use it.
    pub fn api(&self, api: &Api) -> Api {
        api.with_cookie(&self.cookie)
    }
}

/// Address of a handle.
pub fn address(handle: &str) -> String {
    format!("{handle}@{DOMAIN}")
}

/// Makes their accounts, and signs them in.
pub async fn invite(api: &Api) -> Result<Vec<Person>> {
    let mut people = Vec::new();
    for handle in APPROVERS {
        let mail = address(handle);
        let invited = api.post("/accounts", &json!({ "mail": mail, "name": handle })).await?;
        let path = invited["link"]["path"].as_str().ok_or("an invitation without a link")?;
        let cookie = api.begin_account(path, PASSWORD).await?;
        let member = json!({ "handle": handle, "account": mail, "roles": ["approver"] });
        api.post("/members", &member).await?;
        people.push(Person { handle, cookie });
    }
    team(api).await?;
    Ok(people)
}

async fn team(api: &Api) -> Result<()> {
    api.post("/teams", &json!({ "team": "ops", "title": "Operations" })).await?;
    for (handle, lead) in [("ben", true), ("cleo", false)] {
        let path = format!("/teams/ops/members/{handle}");
        let (status, body) = api.call("PUT", &path, Some(&json!({ "lead": lead }))).await?;
        if status != 200 {
            return Err(format!("{path}: {status} {body}").into());
        }
    }
    Ok(())
}

/// A decision as the API takes it.
pub fn decision(verdict: &str, proposal: &Value) -> Value {
    let mut body = json!({ "verdict": verdict, "shown_hash": proposal["content_hash"] });
    if verdict == "reject" {
        body["reason"] = json!("wrong_value");
    }
    body
}
