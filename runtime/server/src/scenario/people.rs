//! People in a scenario: they sign in, decide, and open the links of mails.

use std::collections::BTreeMap;

use axum::body::Body;
use http::header;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use throughline_domain::id::PersonId;
use throughline_simulators::Kind;
use tower::ServiceExt;

use super::acts::{By, Decide, Filled, Letter, Verdict, Visit};
use super::file::Person;
use super::world::{WORKSPACE, World, failed};
use crate::client::{Sending, segment};
use crate::error::{CliError, Result};

/// What was answered.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) text: String,
    /// `NAME=VALUE` of a cookie that was set.
    cookie: Option<String>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// Done, or refused as it must be; else in words.
    pub(super) fn as_wanted(&self, refused: Option<&str>) -> std::result::Result<(), String> {
        let code = self.json()["error"]["code"].as_str().unwrap_or_default().to_owned();
        match (self.status, refused) {
            (200..=399, Some(code)) => Err(format!("expected to be refused with {code}, and it was done")),
            (200..=399, None) | (_, Some("any")) => Ok(()),
            (_, Some(wanted)) if code == wanted || self.text.contains(wanted) => Ok(()),
            (status, Some(wanted)) => Err(format!("expected {wanted}, refused with {status}: {}", self.text)),
            (status, None) => Err(format!("refused with {status}: {}", self.text)),
        }
    }
}

/// A request that somebody makes.
struct Asked<'a> {
    method: &'a str,
    path: &'a str,
    cookie: Option<&'a str>,
    /// Media type and bytes.
    body: Option<(&'static str, Vec<u8>)>,
}

/// Fields of a form, as a browser sends them.
fn form(fields: &[(&str, &str)]) -> (&'static str, Vec<u8>) {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", segment(name), segment(value))).collect();
    ("application/x-www-form-urlencoded", pairs.join("&").into_bytes())
}

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> Option<String> {
    let from = page.find(&format!("name=\"{name}\" value=\""))?;
    let value = page[from..].split('"').nth(3)?;
    Some(value.replace("&amp;", "&").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">"))
}

impl World {
    /// Puts people into the workspace.
    pub(super) async fn gather(&mut self, people: &[Person]) -> Result<()> {
        let teams: std::collections::BTreeSet<&String> =
            people.iter().flat_map(|one| one.teams.iter().chain(&one.leads)).collect();
        for team in teams {
            self.client().post("/teams", &json!({ "team": team, "title": team })).await?;
        }
        for one in people {
            let person = self.welcome(one).await?;
            for team in one.teams.iter().chain(&one.leads) {
                let (path, lead) = (format!("/teams/{team}/members/{person}"), one.leads.contains(team));
                self.client().call("PUT", &path, Sending::Json(&json!({ "lead": lead }))).await?;
            }
            self.keep(one.clone(), person);
        }
        Ok(())
    }

    async fn welcome(&self, one: &Person) -> Result<PersonId> {
        let (mail, name) = (one.address(), one.shown());
        let row = if one.roles.is_empty() {
            let outside = json!({ "handle": one.handle, "name": name, "mail": mail, "duties": one.duties });
            self.client().post("/members", &outside).await?
        } else {
            let account = self.client().post("/accounts", &json!({ "mail": mail, "name": name })).await?;
            let body = json!({
                "handle": one.handle, "account": account["person_id"], "roles": one.roles, "duties": one.duties,
            });
            self.client().post("/members", &body).await?;
            account
        };
        let id = row["person_id"].as_str().and_then(|id| id.parse().ok());
        id.ok_or_else(|| failed(format!("{} is nobody: {row}", one.handle)))
    }

    /// Business hours of the workspace.
    pub(super) async fn set_calendar(&self, calendar: &Value) -> Result<()> {
        self.client().call("PUT", "/calendar", Sending::Json(calendar)).await.map(drop)
    }

    /// A request as a person makes it, signed in; as whoever holds the data directory, where nobody is named.
    pub(super) async fn ask(
        &self,
        person: Option<&str>,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Answer> {
        let cookie = match person {
            Some(person) => Some(self.sign_in(person).await?),
            None => None,
        };
        let body = Some(("application/json", body.to_string().into_bytes()));
        self.asked(Asked { method, path, cookie: cookie.as_deref(), body }).await
    }

    /// The cookie of a session.
    async fn sign_in(&self, person: &str) -> Result<String> {
        let path = self.stack().sign_in_path_of(&self.person(person)?.1);
        let code = path.split_once("code=").map(|(_, code)| code).unwrap_or_default();
        let body = Some(form(&[("code", code)]));
        let answer = self.asked(Asked { method: "POST", path: "/sign-in", cookie: None, body }).await?;
        answer.cookie.ok_or_else(|| failed(format!("{person} cannot sign in: {}", answer.text)))
    }

    async fn asked(&self, asked: Asked<'_>) -> Result<Answer> {
        let mut request = http::Request::builder()
            .method(asked.method)
            .uri(asked.path)
            .header("host", "localhost")
            .header("throughline-workspace", WORKSPACE)
            .header("sec-fetch-site", "same-origin");
        match asked.cookie {
            Some(cookie) => request = request.header(header::COOKIE, cookie),
            // The page and the way in are open; what is left is the operator's own.
            None if asked.path.starts_with("/api/") => {
                request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.admin()));
            }
            None => {}
        }
        let bytes = match asked.body {
            Some((kind, bytes)) => {
                request = request.header(header::CONTENT_TYPE, kind);
                bytes
            }
            None => Vec::new(),
        };
        let request = request.body(Body::from(bytes)).map_err(failed)?;
        let response = match self.stack().router().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status().as_u16();
        let cookie = response.headers().get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|cookie| Some(cookie.split(';').next()?.to_owned()));
        let bytes = response.into_body().collect().await.map_err(failed)?.to_bytes();
        Ok(Answer { status, text: String::from_utf8_lossy(&bytes).into_owned(), cookie })
    }

    /// Somebody decides.
    pub(super) async fn decide(&self, wanted: &Decide) -> Result<()> {
        let proposal = self.proposal(wanted).await?;
        let id = proposal["proposal_id"].as_str().unwrap_or_default();
        let hash = proposal["content_hash"].as_str().unwrap_or_default();
        let answer = match wanted.by {
            By::App => self.decide_in_app(wanted, id, hash).await?,
            By::Link => {
                let cookie = self.sign_in(&wanted.person).await?;
                self.decide_on_page(wanted, id, &cookie).await?
            }
            By::Code => {
                let cookie = self.code(&wanted.person, id).await?;
                self.decide_on_page(wanted, id, &cookie).await?
            }
        };
        let words =
            |words: String| failed(format!("{} about {}: {words}", wanted.person, proposal["summary"]));
        answer.as_wanted(wanted.refused.as_deref()).map_err(words)
    }

    /// The proposal that is meant: an open one, the oldest; else the latest that fits, which the decision meets too late.
    async fn proposal(&self, wanted: &Decide) -> Result<Value> {
        let all = self.client().list("/proposals?state=any").await?;
        let fits = |row: &&Value| {
            let of = wanted.workflow.as_deref().is_none_or(|workflow| row["workflow"] == json!(workflow));
            let summary = row["summary"].as_str().unwrap_or_default();
            of && wanted.about.as_deref().is_none_or(|about| summary.contains(about))
        };
        // Newest first; ids say nothing of that.
        let mut all: Vec<&Value> = all.iter().filter(fits).collect();
        all.sort_by(|one, other| other["opened_at"].as_str().cmp(&one["opened_at"].as_str()));
        let open = |row: &&&Value| row["state"] == "open";
        let found = if wanted.shown_first { all.last() } else { all.iter().rfind(open).or(all.first()) };
        found.map(|row| (*row).clone()).ok_or_else(|| failed("there is no such proposal"))
    }

    async fn decide_in_app(&self, wanted: &Decide, id: &str, hash: &str) -> Result<Answer> {
        let mut body = json!({ "verdict": verdict(wanted.verdict), "shown_hash": hash });
        let optional = [("reason", &wanted.reason), ("note", &wanted.note)];
        for (name, value) in optional.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
            body[name] = json!(value);
        }
        if let Some(input) = &wanted.edit {
            body["edit"] = json!({ "input": input });
        }
        if let Some(person) = &wanted.on_behalf_of {
            body["on_behalf_of"] = json!(self.person(person)?.1.as_str());
        }
        let path = format!("/api/v1/proposals/{id}/decision");
        self.ask(Some(&wanted.person), "POST", &path, &body).await
    }

    async fn decide_on_page(&self, wanted: &Decide, id: &str, cookie: &str) -> Result<Answer> {
        let path = format!("/d/{id}");
        let cookie = Some(cookie);
        let page = self.asked(Asked { method: "GET", path: &path, cookie, body: None }).await?;
        let (Some(seal), Some(hash)) = (hidden(&page.text, "seal"), hidden(&page.text, "shown_hash")) else {
            // Nothing to decide any more, or not for them.
            return Ok(Answer { status: 409, ..page });
        };
        let mut fields = vec![("verdict", verdict(wanted.verdict)), ("shown_hash", &hash), ("seal", &seal)];
        fields.extend(wanted.reason.as_deref().map(|reason| ("reason", reason)));
        fields.extend(wanted.note.as_deref().map(|note| ("note", note)));
        let edited = wanted.edit.as_ref().map(ToString::to_string);
        fields.extend(edited.as_deref().map(|input| ("input", input)));
        fields.extend(edited.as_deref().map(|_| ("edited", "yes")));
        self.asked(Asked { method: "POST", path: &path, cookie, body: Some(form(&fields)) }).await
    }

    /// Asks for a code, reads it in their mail, and types it.
    async fn code(&self, handle: &str, id: &str) -> Result<String> {
        let mail = self.person(handle)?.0.address();
        let before = self.mails_to(&mail).await?.len();
        let path = format!("/d/{id}/code");
        self.asked(Asked { method: "POST", path: &path, cookie: None, body: Some(form(&[("mail", &mail)])) })
            .await?;
        let until = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
        let code = loop {
            self.stack().engine().look_again();
            let mails = self.mails_to(&mail).await?;
            if let Some(code) = mails.iter().skip(before).find_map(|mail| six_digits(&mail["text"])) {
                break code;
            }
            if tokio::time::Instant::now() > until {
                return Err(failed(format!("no code came to {mail}")));
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        };
        let path = format!("/d/{id}/enter");
        let body = Some(form(&[("mail", &mail), ("code", &code)]));
        let answer = self.asked(Asked { method: "POST", path: &path, cookie: None, body }).await?;
        answer.cookie.ok_or_else(|| failed(format!("the code of {mail} opens nothing: {}", answer.text)))
    }

    async fn mails_to(&self, mail: &str) -> Result<Vec<Value>> {
        self.list(Kind::Mail, &format!("/v1/messages?to={mail}")).await
    }

    /// The link of the latest mail to somebody is opened.
    pub(super) async fn visit(&self, visit: &Visit) -> Result<()> {
        let mails = self.mails_to(&visit.mail).await?;
        let path = mails.iter().rev().find_map(|mail| link(mail["text"].as_str()?));
        let path = path.ok_or_else(|| failed(format!("no mail to {} has a link", visit.mail)))?;
        let cookie = match &visit.person {
            Some(person) => Some(self.sign_in(person).await?),
            None => None,
        };
        for turn in 0..visit.times {
            let method = &visit.methods[turn as usize % visit.methods.len().max(1)];
            let answer =
                self.asked(Asked { method, path: &path, cookie: cookie.as_deref(), body: None }).await?;
            if answer.status >= 400 {
                return Err(failed(format!("{method} {path} is answered {}", answer.status)));
            }
            let wrong = |text: &&String, there: bool| method == "GET" && answer.text.contains(*text) != there;
            if let Some(text) = visit.sees.iter().find(|text| wrong(text, true)) {
                return Err(failed(format!("{path} does not say \"{text}\": {}", answer.text)));
            }
            if let Some(text) = visit.sees_not.iter().find(|text| wrong(text, false)) {
                return Err(failed(format!("{path} says \"{text}\"")));
            }
        }
        Ok(())
    }

    /// Somebody fills in a hosted form.
    pub(super) async fn fill(&self, filled: &Filled) -> Result<()> {
        let path = format!("/forms/{WORKSPACE}/{}", filled.path);
        let page = self.asked(Asked { method: "GET", path: &path, cookie: None, body: None }).await?;
        let ticket = hidden(&page.text, "_ticket");
        let mut fields: Vec<(&str, &str)> =
            filled.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend(ticket.as_deref().map(|ticket| ("_ticket", ticket)));
        let answer = self
            .asked(Asked { method: "POST", path: &path, cookie: None, body: Some(form(&fields)) })
            .await?;
        answer.as_wanted(None).map_err(|words| failed(format!("the form {}: {words}", filled.path)))
    }

    /// A mail comes in.
    pub(super) async fn letter(&self, letter: &Letter) -> Result<()> {
        use throughline_smtp::{Envelope, Receive};
        const DOMAIN: &str = "in.scenario.example";
        let to = format!("{}+{WORKSPACE}@{DOMAIN}", letter.to);
        let id = letter
            .id
            .clone()
            .unwrap_or_else(|| hex::encode(crate::data_dir::random::<8>().unwrap_or_default()));
        let bytes = format!(
            "From: {}\r\nTo: {to}\r\nSubject: {}\r\nMessage-ID: <{id}@scenario.example>\r\n\r\n{}\r\n",
            letter.from, letter.subject, letter.text
        );
        let door = throughline_intake::MailDoor::new(self.stack().intake().clone(), DOMAIN);
        let envelope = Envelope { from: letter.from.clone(), to: vec![to] };
        match door.message(envelope, bytes.into_bytes()).await {
            Some(reply) if reply.is_yes() => Ok(()),
            Some(reply) => {
                Err(failed(format!("the mail to {} is refused: {} {}", letter.to, reply.code, reply.text)))
            }
            None => Err(failed(format!("the mail to {} is not answered", letter.to))),
        }
    }
}

const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approve => "approve",
        Verdict::Reject => "reject",
    }
}

/// Six digits that stand alone, perhaps with a space between.
fn six_digits(text: &Value) -> Option<String> {
    let text = text.as_str()?;
    text.lines().find_map(|line| {
        let digits: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
    })
}

/// The path of the page of decisions in a mail.
fn link(text: &str) -> Option<String> {
    let from = text.find("/d/prp")?;
    let path: String =
        text[from..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/_-".contains(*c)).collect();
    Some(path)
}

/// People by handle.
pub(super) type People = BTreeMap<String, (Person, PersonId)>;

/// Nobody has this handle.
pub(super) fn nobody(handle: &str) -> CliError {
    failed(format!("nobody is called {handle}: the scenario's people are named under `people`"))
}
