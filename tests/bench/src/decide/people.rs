//! People with accounts, signed in as browsers are.

use anyhow::{Context, Result};
use hyper::StatusCode;
use serde_json::{Value, json};

use crate::api::Api;
use crate::scale::place::Server;

const HANDLES: [&str; 4] = ["ada", "ben", "cleo", "dora"];
const PASSWORD: &str = "a+long+word+for+a+bench";

/// Somebody with a connection of their own.
pub(super) struct Person {
    api: Api,
}

/// All of them.
pub(super) struct People {
    cookies: Vec<String>,
    deciders: Vec<Person>,
    turn: usize,
}

impl People {
    /// Makes their accounts and signs them in.
    pub(super) async fn invite(api: &mut Api, server: &Server) -> Result<Self> {
        let mut cookies = Vec::new();
        for handle in HANDLES {
            let mail = format!("{handle}@example.com");
            let invited = api.post("/accounts", &json!({ "mail": mail, "name": handle })).await?;
            let path = invited["link"]["path"].as_str().context("an invitation without a link")?;
            let form = format!("password={PASSWORD}&again={PASSWORD}");
            cookies.push(api.form(path, form).await?);
            let member = json!({ "handle": handle, "account": mail, "roles": ["approver"] });
            api.post("/members", &member).await?;
        }
        let mut people = Self { cookies, deciders: Vec::new(), turn: 0 };
        people.deciders = people.crowd(server, HANDLES.len()).await?;
        Ok(people)
    }

    /// So many connections, each of one of them.
    pub(super) async fn crowd(&self, server: &Server, count: usize) -> Result<Vec<Person>> {
        let mut crowd = Vec::new();
        for cookie in self.cookies.iter().cycle().take(count) {
            crowd.push(Person { api: Api::open_as(server.address, cookie).await? });
        }
        Ok(crowd)
    }

    /// Whose turn it is.
    pub(super) fn next(&mut self) -> &mut Person {
        self.turn = (self.turn + 1) % self.deciders.len();
        &mut self.deciders[self.turn]
    }
}

impl Person {
    /// Decides about what is shown; the status of the answer.
    pub(super) async fn decide(&mut self, shown: &Value, verdict: &str) -> Result<StatusCode> {
        let id = shown["proposal_id"].as_str().context("a proposal without an id")?;
        let mut body = json!({ "verdict": verdict, "shown_hash": shown["content_hash"] });
        if verdict == "reject" {
            body["reason"] = json!("wrong_value");
        }
        self.api.tried(&format!("/proposals/{id}/decision"), &body).await
    }
}
