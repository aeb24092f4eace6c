//! People as they come in: the first account, an invitation, a password; and as they go out.

use axum::body::Body;
use http::{Response, StatusCode, header};
use serde_json::{Value, json};

use crate::support::{Stack, read, request, text};

const OWN: &str = "http://localhost:8790";
const LONG: &str = "four+words+in+a+row";

async fn form(stack: &Stack, path: &str, body: &str, cookie: Option<&str>) -> Response<Body> {
    let mut request = request("POST", path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, OWN);
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    stack.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn get(stack: &Stack, path: &str, cookie: &str) -> (StatusCode, Value) {
    read(stack.send(request("GET", path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await)
        .await
}

async fn page(stack: &Stack, path: &str, cookie: &str) -> (StatusCode, String) {
    let response =
        stack.send(request("GET", path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await;
    (response.status(), text(response).await)
}

fn cookie(response: &Response<Body>) -> String {
    let value = response.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(value.contains("HttpOnly") && value.contains("SameSite=Strict"), "{value}");
    value.split(';').next().unwrap().to_owned()
}

async fn sign_in(stack: &Stack, mail: &str, password: &str) -> Response<Body> {
    form(stack, "/sign-in", &format!("mail={mail}&password={password}"), None).await
}

/// An account with a password, signed in.
async fn with_password(stack: &Stack, mail: &str) -> String {
    let made = stack.post("/api/v1/accounts", json!({ "mail": mail, "name": "Some Body" })).await;
    let path = made["link"]["path"].as_str().unwrap();
    let set = form(stack, path, &format!("password={LONG}&again={LONG}"), None).await;
    assert_eq!(set.status(), StatusCode::SEE_OTHER, "{}", text(set).await);
    cookie(&set)
}

#[tokio::test]
async fn the_first_account_comes_by_a_link_that_works_once() {
    let stack = Stack::start().await;
    let first = stack.api.setup_path().await.unwrap().unwrap();
    let path = stack.api.setup_path().await.unwrap().unwrap();
    let (status, shown) = page(&stack, &first, "").await;
    assert_eq!(status, StatusCode::FORBIDDEN, "a newer one has replaced it: {shown}");
    for _ in 0..2 {
        let (status, shown) = page(&stack, &path, "").await;
        assert!(status == StatusCode::OK && shown.contains("Make the first account"), "{shown}");
    }
    let typed = |mail: &str, password: &str, again: &str| {
        format!("mail={mail}&name=Ada+Operator&password={password}&again={again}")
    };
    let bad = [
        ("no-address", LONG, LONG, "is no mail address"),
        ("ada@acme.example", "short", "short", "at least 12 characters"),
        ("ada@acme.example", "ada+operator+1", "ada+operator+1", "little more than a word"),
        ("ada@acme.example", LONG, "another+one+here", "not the same"),
    ];
    for (mail, password, again, words) in bad {
        let refused = form(&stack, &path, &typed(mail, password, again), None).await;
        assert!(refused.status().is_client_error() && !refused.headers().contains_key(header::SET_COOKIE));
        let shown = text(refused).await;
        assert!(shown.contains(words) && !shown.contains("four words"), "{words}: {shown}");
    }
    let made = form(&stack, &path, &typed("Ada@Acme.example", LONG, LONG), None).await;
    assert_eq!(made.status(), StatusCode::SEE_OTHER);
    let (_, me) = get(&stack, "/api/v1/me", &cookie(&made)).await;
    assert_eq!(
        (me["mail"].as_str(), &me["server_admin"], me["by"].as_str()),
        (Some("ada@acme.example"), &json!(true), Some("session"))
    );
    assert!(me["workspaces"][0]["rights"].as_array().unwrap().iter().all(|right| right != "decide"), "{me}");
    let again = form(&stack, &path, &typed("eve@acme.example", LONG, LONG), None).await;
    assert_eq!(again.status(), StatusCode::FORBIDDEN);
    assert!(stack.api.setup_path().await.unwrap().is_none(), "there is an account");
}

#[tokio::test]
async fn an_invited_person_sees_what_their_roles_allow_at_the_next_request() {
    let stack = Stack::start().await;
    stack.publish(&crate::support::greet()).await;
    let ben = with_password(&stack, "ben@acme.example").await;
    let (status, body) = get(&stack, "/api/v1/workflows", &ben).await;
    assert_eq!((status, body["error"]["code"].as_str()), (StatusCode::FORBIDDEN, Some("TL0820")));
    let (status, shown) = page(&stack, "/plain", &ben).await;
    assert!(status == StatusCode::FORBIDDEN && shown.contains("Nothing to see yet"), "{shown}");

    let body = json!({ "handle": "ben", "account": "ben@acme.example", "roles": ["viewer"] });
    let member = stack.post("/api/v1/members", body).await;
    let (status, seen) = get(&stack, "/api/v1/workflows", &ben).await;
    assert_eq!((status, seen["items"].as_array().map(Vec::len)), (StatusCode::OK, Some(1)));
    let start = || {
        request("POST", "/api/v1/workflows/greet/runs")
            .header(header::COOKIE, &ben)
            .header(header::ORIGIN, OWN)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(json!({ "event": { "who": "Ben" } }).to_string()))
            .unwrap()
    };
    let (status, body) = read(stack.send(start()).await).await;
    assert_eq!((status, body["error"]["code"].as_str()), (StatusCode::FORBIDDEN, Some("TL0820")));
    let words = body["error"]["message"].as_str().unwrap();
    assert!(words.contains("admin, builder or operator"), "{words}");

    let (status, _) = stack.call("PUT", "/api/v1/members/ben", Some(json!({ "roles": ["operator"] }))).await;
    assert_eq!(status, StatusCode::OK);
    let (status, body) = read(stack.send(start()).await).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{body}");

    stack.post("/api/v1/accounts/ben@acme.example/disable", json!({})).await;
    let (status, body) = get(&stack, "/api/v1/workflows", &ben).await;
    assert_eq!((status, body["error"]["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("TL0824")));
    let refused = sign_in(&stack, "ben@acme.example", LONG).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    stack.post("/api/v1/accounts/ben@acme.example/enable", json!({})).await;
    let back = sign_in(&stack, "BEN@acme.example", LONG).await;
    let (_, me) = get(&stack, "/api/v1/me", &cookie(&back)).await;
    assert_eq!(me["person_id"], member["person_id"]);
    assert_eq!(me["workspaces"][0]["roles"], json!(["operator"]));
}

#[tokio::test]
async fn guesses_get_one_answer_and_then_a_pause_and_the_owner_is_not_shut_out_for_good() {
    let stack = Stack::start().await;
    with_password(&stack, "ada@acme.example").await;
    for mail in ["ada@acme.example", "nobody@acme.example", "no-address"] {
        let refused = sign_in(&stack, mail, "something+else+here").await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
        let shown = text(refused).await;
        assert!(shown.contains("The address or the password is wrong"), "{shown}");
    }
    let mut pauses = 0;
    for _ in 0..6 {
        let answer = sign_in(&stack, "ada@acme.example", "something+else+here").await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(answer.headers()[header::RETRY_AFTER], "60");
            pauses += 1;
        }
    }
    assert_eq!(pauses, 2, "five tries, one of them above");
    let right = sign_in(&stack, "ada@acme.example", LONG).await;
    assert_eq!(right.status(), StatusCode::TOO_MANY_REQUESTS, "a right one waits as well");
    let json = request("POST", "/sign-in").header(header::CONTENT_TYPE, "application/json");
    let body = json!({ "mail": "ada@acme.example", "password": "x" }).to_string();
    let (status, body) = read(stack.send(json.body(Body::from(body)).unwrap()).await).await;
    assert_eq!((status, body["error"]["code"].as_str()), (StatusCode::TOO_MANY_REQUESTS, Some("TL0825")));
}

#[tokio::test]
async fn a_new_password_ends_every_other_session_and_a_link_works_once() {
    let stack = Stack::start().await;
    let one = with_password(&stack, "ada@acme.example").await;
    let two = cookie(&sign_in(&stack, "ada@acme.example", LONG).await);
    let (_, listed) = get(&stack, "/api/v1/me/sessions", &one).await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(listed["items"].as_array().unwrap().iter().filter(|row| row["current"] == true).count(), 1);
    let (status, shown) = page(&stack, "/account", &one).await;
    assert!(status == StatusCode::OK && shown.contains("This one"), "{shown}");

    let new = "other+words+than+before";
    let wrong = form(&stack, "/account/password", &format!("old=x&new={new}&again={new}"), Some(&one)).await;
    assert_eq!(wrong.status(), StatusCode::FORBIDDEN);
    let done =
        form(&stack, "/account/password", &format!("old={LONG}&new={new}&again={new}"), Some(&one)).await;
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    assert_eq!(get(&stack, "/api/v1/me", &one).await.0, StatusCode::OK);
    assert_eq!(get(&stack, "/api/v1/me", &two).await.0, StatusCode::UNAUTHORIZED);

    let link = stack.post("/api/v1/accounts/ada@acme.example/link", json!({})).await;
    assert_eq!(link["kind"], "reset");
    let path = link["path"].as_str().unwrap();
    let body = format!("password={LONG}&again={LONG}");
    let used = form(&stack, path, &body, None).await;
    assert_eq!(used.status(), StatusCode::SEE_OTHER);
    assert_eq!(form(&stack, path, &body, None).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(get(&stack, "/api/v1/me", &one).await.0, StatusCode::UNAUTHORIZED);
    let foreign = request("POST", path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "http://evil.example");
    assert_eq!(stack.send(foreign.body(Body::from(body)).unwrap()).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn one_ends_ones_own_sessions_and_nobody_elses() {
    let stack = Stack::start().await;
    let ada = with_password(&stack, "ada@acme.example").await;
    let ben = with_password(&stack, "ben@acme.example").await;
    let (_, listed) = get(&stack, "/api/v1/me/sessions", &ben).await;
    let session = listed["items"][0]["session_id"].as_str().unwrap().to_owned();
    let path = format!("/account/sessions/{session}/end");
    assert_eq!(form(&stack, &path, "", Some(&ada)).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(get(&stack, "/api/v1/me", &ben).await.0, StatusCode::OK);
    assert_eq!(form(&stack, &path, "", Some(&ben)).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(get(&stack, "/api/v1/me", &ben).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_follows_its_owner_and_makes_no_other() {
    let stack = Stack::start().await;
    let ada = with_password(&stack, "ada@acme.example").await;
    let body = json!({ "handle": "ada", "account": "ada@acme.example", "roles": ["builder"] });
    stack.post("/api/v1/members", body).await;
    let making = |name: &str, value: &str| {
        request("POST", "/api/v1/tokens")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ORIGIN, OWN)
            .header(name, value)
            .body(Body::from(json!({ "name": "ci", "scopes": ["admin"] }).to_string()))
            .unwrap()
    };
    let (status, made) = read(stack.send(making("cookie", &ada)).await).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    let with = |method: &str, path: &str| {
        request(method, path).header(header::AUTHORIZATION, &bearer).body(Body::empty()).unwrap()
    };
    assert_eq!(stack.send(with("GET", "/api/v1/workflows")).await.status(), StatusCode::OK);
    let (status, body) = read(stack.send(with("GET", "/api/v1/accounts")).await).await;
    assert_eq!((status, body["error"]["code"].as_str()), (StatusCode::FORBIDDEN, Some("TL0820")));
    let (status, body) = read(stack.send(making("authorization", &bearer)).await).await;
    assert_eq!((status, body["error"]["code"].as_str()), (StatusCode::FORBIDDEN, Some("TL0822")));
    stack.post("/api/v1/accounts/ada@acme.example/disable", json!({})).await;
    assert_eq!(stack.send(with("GET", "/api/v1/workflows")).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn members_teams_and_accounts_refuse_what_cannot_be() {
    let stack = Stack::start().await;
    with_password(&stack, "ada@acme.example").await;
    let outside = json!({ "handle": "client", "name": "C. Client", "mail": "c@client.example", "duties": ["field_lead"] });
    let row = stack.post("/api/v1/members", outside).await;
    assert_eq!(
        (row["kind"].as_str(), &row["roles"], &row["duties"]),
        (Some("external"), &json!([]), &json!(["field_lead"]))
    );
    let refused: [(&str, &str, Value, &str); 12] = [
        ("POST", "/members", json!({ "handle": "x", "account": "nobody@acme.example" }), "TL0715"),
        ("POST", "/members", json!({ "handle": "x" }), "TL0712"),
        ("POST", "/members", json!({ "handle": "X y", "account": "ada@acme.example" }), "TL0828"),
        ("POST", "/members", json!({ "handle": "admin", "account": "ada@acme.example" }), "TL0828"),
        (
            "POST",
            "/members",
            json!({ "handle": "x", "account": "ada@acme.example", "roles": ["king"] }),
            "TL0712",
        ),
        (
            "POST",
            "/members",
            json!({ "handle": "x", "name": "X", "mail": "x@x.example", "roles": ["viewer"] }),
            "TL0831",
        ),
        ("PUT", "/members/client", json!({ "roles": ["viewer"] }), "TL0831"),
        ("PUT", "/members/client", json!({ "duties": ["admin"] }), "TL0712"),
        ("POST", "/accounts", json!({ "mail": "ada@acme.example", "name": "Ada" }), "TL0511"),
        ("POST", "/accounts", json!({ "mail": "bad", "name": "Ada" }), "TL0828"),
        ("PUT", "/teams/none", json!({ "title": "None" }), "TL0715"),
        ("PUT", "/teams/none/members/client", json!({}), "TL0715"),
    ];
    for (method, path, body, code) in refused {
        let (status, answer) = stack.call(method, &format!("/api/v1{path}"), Some(body)).await;
        assert_eq!(answer["error"]["code"], code, "{method} {path} {status}: {answer}");
    }
    stack.post("/api/v1/teams", json!({ "team": "billing", "title": "Billing" })).await;
    let (_, team) =
        stack.call("PUT", "/api/v1/teams/billing/members/client", Some(json!({ "lead": true }))).await;
    assert_eq!(team["members"][0]["lead"], true);
    let listed = stack.get("/api/v1/members").await;
    assert_eq!(listed["items"][0]["teams"], json!(["billing"]));

    let (status, _) =
        stack.call("PUT", "/api/v1/accounts/ada@acme.example", Some(json!({ "server_admin": true }))).await;
    assert_eq!(status, StatusCode::OK);
    let (_, last) =
        stack.call("PUT", "/api/v1/accounts/ada@acme.example", Some(json!({ "server_admin": false }))).await;
    assert_eq!(last["error"]["code"], "TL0829");
    let (_, last) = stack.call("POST", "/api/v1/accounts/ada@acme.example/disable", None).await;
    assert_eq!(last["error"]["code"], "TL0829");
}
