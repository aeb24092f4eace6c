//! Hosted forms: what is shown, what is taken, and everything that is not.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Response, StatusCode, header};
use serde_json::{Value, json};
use throughline_domain::time::Timestamp;
use throughline_store::Scope;

use crate::support::{ADMIN, Stack, request, text, workflow};

const PAGE: &str = "/forms/default/quote";
const INPUT: &str = r"input:
  type: object
  required: [name, email, size, agreed]
  additionalProperties: false
  properties:
    name: { type: string, title: Your name, minLength: 2, maxLength: 60 }
    email: { type: string, format: email, description: We answer there. }
    size: { enum: [small, large] }
    rooms: { type: integer, minimum: 1, maximum: 20, default: 3 }
    budget: { type: number, minimum: 0.5 }
    day: { type: string, format: date }
    call_at: { type: string, format: date-time }
    site: { type: string, format: uri }
    extras: { type: array, items: { enum: [paint, floor, roof] }, maxItems: 2 }
    town: { enum: [a, b, c, d, e, f] }
    note: { type: string, maxLength: 2000 }
    agreed: { const: true, title: I agree }
    channel: { const: web }
";

fn quote(with: &str) -> String {
    let trigger = format!("{{ id: in, on: form.submitted, with: {{ {with} }} }}");
    let nodes = "  - { id: hello, set: { text: \"Hello {{ event.name }}\" } }";
    workflow("quote", &trigger, nodes, "").replace("keys: { who: \"{{ event.who }}\" }\n", INPUT)
}

async fn shown(stack: &Stack) -> String {
    text(stack.send(request("GET", PAGE).body(Body::empty()).unwrap()).await).await
}

fn ticket(page: &str) -> String {
    let after = page.split("name=\"_ticket\" value=\"").nth(1).unwrap_or_else(|| panic!("{page}"));
    after.split('"').next().unwrap().to_owned()
}

type Fields = Vec<(&'static str, String)>;

fn good(ticket: &str) -> Fields {
    let fields = [
        ("name", "Ada Example"),
        ("email", "ada@example.com"),
        ("size", "large"),
        ("rooms", "4"),
        ("budget", "1200.50"),
        ("day", "2026-03-31"),
        ("call_at", "2026-03-31T14:30"),
        ("site", "https://example.com/a"),
        ("extras", "paint"),
        ("extras", "roof"),
        ("town", "f"),
        ("note", "First line\r\nsecond \u{1f600}"),
        ("agreed", "true"),
        ("_ticket", ticket),
        ("_website", ""),
    ];
    fields.map(|(name, value)| (name, value.to_owned())).to_vec()
}

fn with(mut fields: Fields, name: &'static str, value: &str) -> Fields {
    fields.retain(|(other, _)| *other != name);
    fields.push((name, value.to_owned()));
    fields
}

fn encoded(fields: &Fields) -> String {
    let mut out = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        out.append_pair(name, value);
    }
    out.finish()
}

fn post() -> http::request::Builder {
    request("POST", PAGE).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

async fn send(stack: &Stack, fields: &Fields) -> (StatusCode, String) {
    let response = stack.send(post().body(Body::from(encoded(fields))).unwrap()).await;
    page(response).await
}

async fn page(response: Response<Body>) -> (StatusCode, String) {
    (response.status(), text(response).await)
}

async fn events(stack: &Stack) -> Vec<Value> {
    let list = stack.get("/api/v1/events?workflow=quote&limit=200").await;
    list["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_form_is_shown_filled_and_starts_a_run() {
    let stack = Stack::start().await;
    stack.publish(&quote("title: Ask for a <quote>, intro: \"Two minutes.\", button: Ask, thanks: We call you., zone: Europe/London")).await;
    let response = stack.send(request("GET", PAGE).body(Body::empty()).unwrap()).await;
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'") && policy.contains("form-action 'self'"), "{policy}");
    let (status, first) = page(response).await;
    assert_eq!(status, StatusCode::OK);
    for part in [
        "Ask for a &lt;quote&gt;",
        "Two minutes.",
        ">Ask<",
        "Your name",
        "We answer there.",
        "type=\"radio\"",
        "<select",
        "type=\"checkbox\"",
        "<textarea",
        "type=\"date\"",
        "type=\"datetime-local\"",
        "Time zone: Europe/London.",
        "value=\"3\"",
        ">optional<",
    ] {
        assert!(first.contains(part), "{part}: {first}");
    }
    assert!(!first.contains("<script") && !first.contains("channel"), "{first}");
    stack.pass(5_000);
    let (status, thanks) = send(&stack, &good(&ticket(&first))).await;
    assert_eq!(status, StatusCode::OK, "{thanks}");
    assert!(thanks.contains("We call you."), "{thanks}");
    let kept = events(&stack).await;
    assert_eq!((kept.len(), &kept[0]["kind"]), (1, &json!("form")));
    assert!(thanks.contains(kept[0]["event_id"].as_str().unwrap()), "{thanks}");
    let run = stack.until(kept[0]["run_id"].as_str().unwrap(), "succeeded").await;
    let expected = json!({
        "name": "Ada Example", "email": "ada@example.com", "size": "large", "rooms": 4, "budget": 1200.5,
        "day": "2026-03-31", "call_at": "2026-03-31T13:30:00Z", "site": "https://example.com/a",
        "extras": ["paint", "roof"], "town": "f", "note": "First line\nsecond \u{1f600}", "agreed": true, "channel": "web",
    });
    assert_eq!(run["input"], expected);
    let listed = stack.get("/api/v1/workflows").await;
    assert_eq!(
        (&listed["items"][0]["form_path"], &listed["items"][0]["webhook_path"]),
        (&json!(PAGE), &Value::Null)
    );
    assert_eq!(stack.get("/api/v1/triggers").await["items"][0]["form_path"], PAGE);
}

#[tokio::test]
async fn what_does_not_fit_is_said_at_its_field_and_kept_on_the_page() {
    let stack = Stack::start().await;
    stack.publish(&quote("")).await;
    let ticket = ticket(&shown(&stack).await);
    stack.pass(5_000);
    let good = || good(&ticket);
    let cases = [
        (with(good(), "name", ""), "This is needed."),
        (with(good(), "name", "x"), "Write at least 2 characters."),
        (with(good(), "name", &"x".repeat(61)), "Write at most 60 characters."),
        (with(good(), "name", "a\u{0}b"), "characters in it that cannot be seen"),
        (with(good(), "email", "nobody"), "Write a mail address"),
        (with(good(), "email", "a@b.example\r\nBcc: c@d.example"), "Write it on one line."),
        (with(good(), "size", "huge"), "Choose one of those that are listed."),
        (with(good(), "rooms", "4.5"), "Write a whole number"),
        (with(good(), "rooms", "99999999999999999999"), "Write a whole number"),
        (with(good(), "rooms", "21"), "The largest that fits is 20."),
        (with(good(), "budget", "NaN"), "Write a number"),
        (with(good(), "budget", "1e400"), "Write a number"),
        (with(good(), "budget", "0.1"), "The smallest that fits is 0.5."),
        (with(good(), "day", "2026-02-30"), "Write a day as"),
        (with(good(), "call_at", "soon"), "Write a day and a time"),
        (with(good(), "site", "javascript:alert(1)"), "Write a web address"),
        (with(good(), "extras", "gold"), "Choose one of those that are listed."),
        (with(good(), "agreed", ""), "This must be ticked."),
        (with(good(), "agreed", "perhaps"), "This is ticked, or it is not."),
        (with(good(), "other", "x"), "This form was changed after you opened it."),
        ([good(), vec![("name", "again".to_owned())]].concat(), "This was sent more than once."),
        ([good(), vec![("extras", "floor".to_owned())]].concat(), "Tick at most 2."),
    ];
    for (index, (fields, words)) in cases.iter().enumerate() {
        let from = SocketAddr::from(([192, 0, 2, u8::try_from(index).unwrap()], 1));
        let mut sent = post().body(Body::from(encoded(fields))).unwrap();
        sent.extensions_mut().insert(ConnectInfo(from));
        let (status, answer) = page(stack.send(sent).await).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{words}: {answer}");
        assert!(answer.contains(words), "{words}: {answer}");
        assert!(
            answer.contains("value=\"1200.50\"") || *words == "Write a number" || words.contains("0.5"),
            "{words}: {answer}"
        );
        assert!(
            answer.contains("second \u{1f600}") && answer.contains(&ticket),
            "what was typed stays: {answer}"
        );
    }
    assert_eq!(events(&stack).await, Vec::<Value>::new());
    let empty: Fields = vec![("_ticket", ticket.clone())];
    let (_, answer) = send(&stack, &empty).await;
    assert_eq!(answer.matches("This is needed.").count(), 3, "all at once: {answer}");
    assert_eq!(send(&stack, &good()).await.0, StatusCode::OK, "the page is still good");
}

#[tokio::test]
async fn a_page_is_good_once_here_and_for_a_day() {
    let stack = Stack::start().await;
    stack.publish(&quote("")).await;
    let first = ticket(&shown(&stack).await);
    let (status, answer) = send(&stack, &good(&first)).await;
    assert_eq!(
        (status, answer.contains("That was quick.")),
        (StatusCode::UNPROCESSABLE_ENTITY, true),
        "{answer}"
    );
    assert_eq!(ticket(&answer), first, "the same page is good a moment later");
    stack.pass(3_000);
    let filled = good(&first);
    // A double click: one run, and the same thanks.
    let (one, two) = tokio::join!(send(&stack, &filled), send(&stack, &filled));
    assert_eq!((one.0, two.0), (StatusCode::OK, StatusCode::OK));
    assert_eq!((one.1, events(&stack).await.len()), (two.1, 1));
    let (status, answer) = send(&stack, &with(filled, "name", "Somebody Else")).await;
    assert_eq!(
        (status, answer.contains("You sent this form before")),
        (StatusCode::CONFLICT, true),
        "{answer}"
    );
    let next = ticket(&answer);
    stack.pass(3_000);
    assert_eq!(send(&stack, &with(good(&next), "name", "Somebody Else")).await.0, StatusCode::OK);
    assert_eq!(events(&stack).await.len(), 2);
    stack.pass(24 * 3_600_000 + 1);
    let strange = ["", "x", &next[1..]].map(|ticket| (good(ticket), "come apart"));
    for (fields, words) in strange.into_iter().chain([(good(&next), "more than a day")]) {
        let (status, answer) = send(&stack, &fields).await;
        assert_eq!(
            (status, answer.contains(words)),
            (StatusCode::UNPROCESSABLE_ENTITY, true),
            "{words}: {answer}"
        );
        assert!(answer.contains("Ada Example"));
    }
    assert_eq!(events(&stack).await.len(), 2);
}

#[tokio::test]
async fn programs_and_strangers_are_refused() {
    let stack = Stack::start().await;
    stack.publish(&quote("")).await;
    let ticket = ticket(&shown(&stack).await);
    stack.pass(5_000);
    let (status, answer) = send(&stack, &with(good(&ticket), "_website", "http://spam.example")).await;
    assert_eq!(
        (status, answer.contains("as programs do")),
        (StatusCode::UNPROCESSABLE_ENTITY, true),
        "{answer}"
    );
    let body = encoded(&good(&ticket));
    for (name, value) in
        [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("origin", "null")]
    {
        let sent = post().header(name, value).body(Body::from(body.clone())).unwrap();
        assert_eq!(stack.send(sent).await.status(), StatusCode::FORBIDDEN, "{name}: {value}");
    }
    let json = request("POST", PAGE)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from("{}"))
        .unwrap();
    assert_eq!(stack.send(json).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let (status, answer) = send(&stack, &with(good(&ticket), "note", &"x".repeat(300_000))).await;
    assert_eq!((status, answer.contains("That is too much")), (StatusCode::PAYLOAD_TOO_LARGE, true));
    assert_eq!(events(&stack).await, Vec::<Value>::new());
    for _ in 0..19 {
        send(&stack, &Vec::new()).await;
    }
    let sent = post().body(Body::from(body.clone())).unwrap();
    let response = stack.send(sent).await;
    assert_eq!(
        (response.status(), response.headers().contains_key(header::RETRY_AFTER)),
        (StatusCode::TOO_MANY_REQUESTS, true)
    );
    assert!(text(response).await.contains("Ada Example"));
    let mut other = post().body(Body::from(body)).unwrap();
    other.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 9], 1))));
    assert_eq!(stack.send(other).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn hostile_text_stays_inert() {
    let stack = Stack::start().await;
    stack.publish(&quote("")).await;
    let ticket = ticket(&shown(&stack).await);
    stack.pass(5_000);
    let evil = "\"><script>alert(1)</script>{{ vars }}";
    for name in ["name", "email", "site", "note", "rooms", "day", "call_at", "_ticket"] {
        let fields = with(with(good(&ticket), "size", "none"), name, evil);
        let (_, answer) = send(&stack, &fields).await;
        assert!(!answer.contains("<script"), "{name}: {answer}");
    }
    let fields = with(good(&ticket), "name", evil);
    assert_eq!(send(&stack, &fields).await.0, StatusCode::OK);
    let run = events(&stack).await[0]["run_id"].as_str().unwrap().to_owned();
    assert_eq!(stack.until(&run, "succeeded").await["input"]["name"], evil);
}

async fn pause(stack: &Stack, paused: bool) {
    let (scope, at) = (Scope::new("default").unwrap(), Timestamp(1));
    assert!(stack.store.pause_workflow(&scope, "quote", paused, at).await.unwrap());
    // What is looked up for every event is believed for a second.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
}

#[tokio::test]
async fn a_paused_or_missing_form_says_so() {
    let stack = Stack::start().await;
    stack.publish(&quote("")).await;
    let ticket = ticket(&shown(&stack).await);
    stack.pass(5_000);
    pause(&stack, true).await;
    let (status, answer) = page(stack.send(request("GET", PAGE).body(Body::empty()).unwrap()).await).await;
    assert_eq!(
        (status, answer.contains("Closed for now")),
        (StatusCode::SERVICE_UNAVAILABLE, true),
        "{answer}"
    );
    let (status, answer) = send(&stack, &good(&ticket)).await;
    assert_eq!((status, answer.contains("Ada Example")), (StatusCode::SERVICE_UNAVAILABLE, true), "{answer}");
    pause(&stack, false).await;
    assert_eq!(send(&stack, &good(&ticket)).await.0, StatusCode::OK);
    for path in ["/forms/default/none", "/forms/nobody/quote", "/forms/NOT!/quote", "/forms/default/quote/x"]
    {
        for method in ["GET", "POST"] {
            let sent =
                request(method, path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let (status, answer) = page(stack.send(sent.body(Body::empty()).unwrap()).await).await;
            assert_eq!(
                (status, answer.contains("There is no form here")),
                (StatusCode::NOT_FOUND, true),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn a_form_that_cannot_be_shown_is_not_published() {
    let stack = Stack::start().await;
    let bad = quote("path: \"../x\", zone: Mars/Base").replace(
        "    channel: { const: web }",
        "    deep: { type: object }\n    list: { type: array }\n    _own: { type: string }\n    some: {}",
    );
    let bad = bad.replace("required: [name,", "required: [nowhere,");
    let answer = stack.call("POST", "/api/v1/workflows", Some(json!({ "text": bad }))).await;
    let problems = answer.1["error"]["problems"].as_array().unwrap_or_else(|| panic!("{answer:?}")).clone();
    let places: BTreeMap<&str, &str> = problems
        .iter()
        .map(|problem| (problem["path"].as_str().unwrap(), problem["code"].as_str().unwrap()))
        .collect();
    let expected = BTreeMap::from([
        ("/input/properties/_own", "TL0150"),
        ("/input/properties/deep", "TL0150"),
        ("/input/properties/list", "TL0150"),
        ("/input/properties/some", "TL0150"),
        ("/input/required/0", "TL0150"),
        ("/trigger/with/path", "TL0151"),
        ("/trigger/with/zone", "TL0150"),
    ]);
    assert_eq!(places, expected, "{problems:#?}");
    assert!(problems.iter().all(|problem| problem["line"].as_u64() > Some(1)), "{problems:#?}");
    let none = quote("").replace(INPUT, "");
    let answer = stack.call("POST", "/api/v1/workflows", Some(json!({ "text": none }))).await;
    assert_eq!(answer.1["error"]["problems"][0]["code"], "TL0150", "{answer:?}");
    stack.publish(&quote("path: shared")).await;
    let second = quote("path: shared").replace("workflow: quote", "workflow: other");
    let answer = stack.call("POST", "/api/v1/workflows", Some(json!({ "text": second }))).await;
    assert_eq!(answer.1["error"]["problems"][0]["code"], "TL0151", "{answer:?}");
    stack.post("/api/v1/workspaces", json!({ "workspace": "demo" })).await;
    stack.publish_in("demo", &second).await;
}

async fn question(stack: &Stack) -> String {
    let form = "[ { field: reason }, { field: amount, type: money }, { field: kind, type: choice, options: [ good, bad ] }, { field: more, type: long_text, required: false } ]";
    let nodes = format!(
        "  - {{ id: why, ask: {{ question: \"Why, <b>{{{{ event.who }}}}</b>?\", form: {form}, owner: team:ops, due: 4h }} }}"
    );
    stack.publish(&workflow("asking", "{ id: start, on: throughline.manual }", &nodes, "")).await;
    let started = stack.post("/api/v1/workflows/asking/runs", json!({ "event": { "who": "Ada" } })).await;
    stack.until(started["run_id"].as_str().unwrap(), "waiting").await;
    let asks = stack.get("/api/v1/asks").await;
    asks["items"][0]["ask_id"].as_str().unwrap().to_owned()
}

/// A request to the page of a question, perhaps with a token.
async fn at(
    stack: &Stack,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &'static str,
) -> Response<Body> {
    let mut sent = request(method, path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(token) = token {
        sent = sent.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    stack.send(sent.body(Body::from(body)).unwrap()).await
}

const ANSWER: &str = "reason=Late&amount=12.50&kind=good&more=";

#[tokio::test]
async fn a_question_is_answered_on_its_page() {
    let stack = Stack::start().await;
    let ask = question(&stack).await;
    let path = format!("/asks/{ask}");
    let shown = text(at(&stack, "GET", &path, Some(ADMIN), "").await).await;
    for part in ["Why, &lt;b&gt;Ada&lt;/b&gt;?", "type=\"radio\"", "<textarea"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let response = at(&stack, "POST", &path, Some(ADMIN), "reason=Late&amount=twelve&kind=").await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let again = text(response).await;
    for part in ["value=\"Late\"", "This is needed.", "in the form that is asked for"] {
        assert!(again.contains(part), "{part}: {again}");
    }
    assert_eq!(at(&stack, "POST", &path, Some(ADMIN), ANSWER).await.status(), StatusCode::OK);
    let run = stack.get(&format!("/api/v1/asks/{ask}")).await["run_id"].as_str().unwrap().to_owned();
    let run = stack.until(&run, "succeeded").await;
    assert!(run["steps"][0]["output"].to_string().contains("\"amount\":\"12.50\""), "{run:#}");
    assert_eq!(at(&stack, "POST", &path, Some(ADMIN), ANSWER).await.status(), StatusCode::CONFLICT);
    let shown = text(at(&stack, "GET", &path, Some(ADMIN), "").await).await;
    assert!(shown.contains("answered") && shown.contains("12.50"), "{shown}");
    assert!(!shown.contains("action=\"/asks/"), "{shown}");
}

#[tokio::test]
async fn a_question_is_for_who_may_answer_it() {
    let stack = Stack::start().await;
    let path = format!("/asks/{}", question(&stack).await);
    for method in ["GET", "POST"] {
        let response = at(&stack, method, &path, None, ANSWER).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        // And back here afterwards.
        assert_eq!(response.headers()[header::LOCATION], format!("/sign-in?to={path}"));
    }
    let reader = stack.post("/api/v1/tokens", json!({ "name": "r", "scopes": ["read"] })).await;
    let reader = reader["token"].as_str().unwrap();
    assert_eq!(at(&stack, "POST", &path, Some(reader), ANSWER).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(at(&stack, "GET", &path, Some(reader), "").await.status(), StatusCode::OK);
    assert_eq!(at(&stack, "GET", "/asks/ask_x", Some(ADMIN), "").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(stack.get("/api/v1/asks").await["items"].as_array().unwrap().len(), 1);
}
