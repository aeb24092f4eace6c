//! The stream of what changed: who hears what, where it goes on, and when it ends.

use std::time::{Duration, Instant};

use axum::body::{Body, BodyDataStream};
use futures::StreamExt;
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::support::{ADMIN, Stack, greet, read, request};

/// A stream, read event by event.
struct Watcher {
    stream: BodyDataStream,
    text: String,
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
struct Event {
    id: String,
    name: String,
    data: Value,
}

impl Watcher {
    async fn begin(stack: &Stack, token: &str, last: Option<&str>) -> Self {
        let mut request =
            request("GET", "/api/v1/changes").header(header::AUTHORIZATION, format!("Bearer {token}"));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = stack.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Self { stream: response.into_body().into_data_stream(), text: String::new() }
    }

    /// The next event; nothing once the stream has ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((one, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = one.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                    line.unwrap_or_default().to_owned()
                };
                let data = serde_json::from_str(&field("data")).unwrap_or_default();
                let event = Event { id: field("id"), name: field("event"), data };
                let rest = rest.to_owned();
                self.text = rest;
                return Some(event);
            }
            let next = tokio::time::timeout(Duration::from_secs(20), self.stream.next());
            let chunk = next.await.expect("the stream is silent")?.unwrap();
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn until(&mut self, name: &str, id: &str, state: &str) -> Event {
        loop {
            let event = self.next().await.expect("the stream ended");
            if event.name == name && event.data["id"] == id && event.data["state"] == state {
                return event;
            }
        }
    }

    /// The names of what comes within a time.
    async fn within(&mut self, time: Duration) -> Vec<String> {
        let began = Instant::now();
        let mut names = Vec::new();
        while let Some(left) = time.checked_sub(began.elapsed()) {
            match tokio::time::timeout(left, self.next()).await {
                Ok(Some(event)) => names.push(event.name),
                Ok(None) | Err(_) => break,
            }
        }
        names
    }
}

async fn start(stack: &Stack, who: &str) -> String {
    let body = json!({ "event": { "who": who } });
    stack.post("/api/v1/workflows/greet/runs?workspace=default", body).await["run_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn person(stack: &Stack, name: &str, workspace: &str) -> (String, String) {
    let made =
        stack.post("/api/v1/accounts", json!({ "mail": format!("{name}@acme.example"), "name": name })).await;
    let id = made["person_id"].as_str().unwrap().to_owned();
    let member = json!({ "handle": name, "account": id, "roles": ["viewer"] });
    stack.post(&format!("/api/v1/members?workspace={workspace}"), member).await;
    let path = stack.api.sign_in_path(Some(id.parse().unwrap()));
    let code = path.split_once("code=").unwrap().1;
    let enter = request("POST", "/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "http://localhost:8790")
        .body(Body::from(format!("code={code}")));
    let response = stack.send(enter.unwrap()).await;
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let token = request("POST", "/api/v1/tokens")
        .header(header::COOKIE, &cookie)
        .header(header::ORIGIN, "http://localhost:8790")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json!({ "name": "watch", "scopes": ["read"] }).to_string()))
        .unwrap();
    let (status, body) = read(stack.send(token).await).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    (id, body["token"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_is_told_soon_and_without_content() {
    let stack = Stack::start().await;
    let mut watcher = Watcher::begin(&stack, ADMIN, None).await;
    assert_eq!(watcher.next().await.unwrap().name, "ready");
    stack.publish(&greet()).await;
    watcher.until("workflow", "greet", "published").await;
    let began = Instant::now();
    let run = start(&stack, "Ada").await;
    let told = watcher.next().await.unwrap();
    let took = began.elapsed();
    assert_eq!((told.name.as_str(), told.data["id"].as_str()), ("run", Some(run.as_str())));
    // With the request itself, on a machine that does other things too; alone it is some 30 ms.
    assert!(took < Duration::from_millis(300), "{took:?}");
    let done =
        if told.data["state"] == "succeeded" { told } else { watcher.until("run", &run, "succeeded").await };
    let mut names: Vec<&str> = done.data.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["id", "kind", "revision", "state", "workspace"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_goes_on_where_it_was_or_says_that_it_cannot() {
    let stack = Stack::start().await;
    stack.publish(&greet()).await;
    let mut watcher = Watcher::begin(&stack, ADMIN, None).await;
    watcher.next().await.unwrap();
    let first = start(&stack, "Ada").await;
    let seen = watcher.until("run", &first, "succeeded").await;
    drop(watcher);
    let second = start(&stack, "Ben").await;
    stack.until(&second, "succeeded").await;
    let mut again = Watcher::begin(&stack, ADMIN, Some(&seen.id)).await;
    let next = again.next().await.unwrap();
    assert_eq!(
        (next.name.as_str(), next.data["id"].as_str()),
        ("run", Some(second.as_str())),
        "nothing is missed"
    );
    for unknown in ["0123456789ab.4", "nonsense", &format!("{}9", seen.id)] {
        let mut lost = Watcher::begin(&stack, ADMIN, Some(unknown)).await;
        let reset = lost.next().await.unwrap();
        assert_eq!(reset.name, "reset", "{unknown}");
        let mut good = Watcher::begin(&stack, ADMIN, Some(&reset.id)).await;
        let third = start(&stack, "Eve").await;
        good.until("run", &third, "succeeded").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_hears_of_their_own_workspaces_only() {
    let stack = Stack::start().await;
    stack.post("/api/v1/workspaces", json!({ "workspace": "other", "name": "Other" })).await;
    let (_, token) = person(&stack, "ada", "other").await;
    let mut watcher = Watcher::begin(&stack, &token, None).await;
    assert_eq!(watcher.next().await.unwrap().name, "ready");
    stack.publish_in("default", &greet()).await;
    stack.until(&start(&stack, "Ada").await, "succeeded").await;
    assert_eq!(watcher.within(Duration::from_millis(400)).await, Vec::<String>::new());
    stack.publish_in("other", &greet()).await;
    let told = watcher.next().await.unwrap();
    assert_eq!((told.name.as_str(), told.data["workspace"].as_str()), ("workflow", Some("other")));
    let nobody = stack.send(request("GET", "/api/v1/changes").body(Body::empty()).unwrap()).await;
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_ends_with_the_account_the_token_the_role_and_the_server() {
    let stack = Stack::start().await;
    let ends = async |mut watcher: Watcher, why: &str| {
        let began = Instant::now();
        let end = watcher.next().await.unwrap();
        assert_eq!((end.name.as_str(), &end.data["reason"]), ("end", &json!(why)));
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        assert_eq!(watcher.next().await, None);
    };
    let (mut open, mut ids) = (Vec::new(), Vec::new());
    for name in ["ada", "ben", "eve"] {
        let (id, token) = person(&stack, name, "default").await;
        let mut watcher = Watcher::begin(&stack, &token, None).await;
        assert_eq!(watcher.next().await.unwrap().name, "ready");
        open.push(watcher);
        ids.push(id);
    }
    let mut admin = Watcher::begin(&stack, ADMIN, None).await;
    assert_eq!(admin.next().await.unwrap().name, "ready");
    stack.post(&format!("/api/v1/accounts/{}/disable", ids[0]), json!({})).await;
    let (status, _) = stack.call("DELETE", "/api/v1/members/ben?workspace=default", None).await;
    assert_eq!(status, StatusCode::OK);
    let tokens = stack.get("/api/v1/tokens").await;
    let token =
        tokens["items"].as_array().unwrap().iter().find(|row| row["person_id"] == ids[2].as_str()).unwrap();
    let path = format!("/api/v1/tokens/{}", token["token_id"].as_str().unwrap());
    assert_eq!(stack.call("DELETE", &path, None).await.0, StatusCode::OK);
    for watcher in open {
        ends(watcher, "signed_out").await;
    }
    stack.api.drain();
    ends(admin, "draining").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_has_so_many_and_who_does_not_read_loses_it() {
    let stack = Stack::start().await;
    stack.publish(&greet()).await;
    let mut all = Vec::new();
    for _ in 0..8 {
        all.push(Watcher::begin(&stack, ADMIN, None).await);
    }
    let one_more =
        || request("GET", "/api/v1/changes").header(header::AUTHORIZATION, format!("Bearer {ADMIN}"));
    let refused = stack.send(one_more().body(Body::empty()).unwrap()).await;
    let (status, body) = read(refused).await;
    assert_eq!((status, body["error"]["code"].as_str()), (StatusCode::TOO_MANY_REQUESTS, Some("TL0724")));
    let slow = all.remove(0);
    all.clear();
    let mut heartbeats = Watcher::begin(&stack, ADMIN, None).await;
    // More than is kept for somebody who does not read.
    let began = Instant::now();
    for n in 0..24 {
        start(&stack, &format!("p{n}")).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    let names = heartbeats.within(Duration::from_secs(12).saturating_sub(began.elapsed())).await;
    assert!(names.iter().filter(|name| *name == "run").count() >= 24, "{names:?}");
    assert!(names.iter().any(String::is_empty), "a line that shows that it lives: {names:?}");
    let mut slow = slow;
    let mut seen = 0;
    while let Some(event) = slow.next().await {
        assert_ne!(event.name, "end");
        seen += 1;
    }
    assert!(seen > 0 && seen < 60, "cut off after {seen}");
}
