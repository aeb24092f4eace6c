//! Secrets are put in by the host and taken out of what comes back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use throughline_host::contract::{RunInput, RunOutcome};
use throughline_host::{Call, CallOutcome, SecretRef};

use crate::guests::{actions_guest, relay_with};
use crate::support::{Server, TOKEN, bench, connection, reply};

fn slot(kind: &Value) -> Value {
    let mut slot = json!({ "fields": { "token": { "title": "Token" } } });
    for (key, value) in kind.as_object().unwrap() {
        slot[key] = value.clone();
    }
    json!({ "default": slot })
}

async fn run_with(auth: &Value, server: &Server, path: &str) -> CallOutcome<RunOutcome> {
    let bench = bench();
    let actions = json!({ "g1ann": {} });
    let plugin = bench.load(&relay_with(&json!([{ "origin": "{base_url}" }]), &actions, auth)).await;
    bench.host.run(server.call(&plugin, "g1ann"), RunInput::new(&server.url(path))).await
}

#[tokio::test]
async fn each_kind_of_slot_is_injected_by_the_host() {
    let server = Server::start(|_| reply(200, "1")).await;
    run_with(&slot(&json!({ "kind": "bearer" })), &server, "/bearer").await.result.unwrap();
    run_with(&slot(&json!({ "kind": "header", "name": "X-Api-Key" })), &server, "/header")
        .await
        .result
        .unwrap();
    run_with(
        &slot(&json!({ "kind": "header", "name": "X-Auth", "value": "key={token}" })),
        &server,
        "/value",
    )
    .await
    .result
    .unwrap();
    run_with(&slot(&json!({ "kind": "query", "name": "api_key" })), &server, "/query?a=1&api_key=guest")
        .await
        .result
        .unwrap();
    let seen = server.seen();
    assert_eq!(seen[0].headers["authorization"], format!("Bearer {TOKEN}"));
    assert_eq!(seen[1].headers["x-api-key"], TOKEN);
    assert_eq!(seen[2].headers["x-auth"], format!("key={TOKEN}"));
    assert_eq!(seen[3].path, format!("/query?a=1&api_key={TOKEN}"));
}

#[tokio::test]
async fn basic_takes_a_name_from_the_settings_and_a_secret_password() {
    let server = Server::start(|_| reply(200, "1")).await;
    let auth = json!({ "default": { "kind": "basic", "fields": {
        "username": { "title": "User", "secret": false }, "password": { "title": "Password" } } } });
    let bench = bench();
    let plugin =
        bench.load(&relay_with(&json!([{ "origin": "{base_url}" }]), &json!({ "g1ann": {} }), &auth)).await;
    let mut own = (*connection(server.address)).clone();
    own.public["username"] = json!("ada");
    let token = own.secrets.remove("default.token").unwrap();
    own.secrets.insert("default.password".into(), token);
    let call = Call { connection: Some(own.into()), ..server.call(&plugin, "g1ann") };
    bench.host.run(call, RunInput::new(&server.url("/"))).await.result.unwrap();
    let expected = format!("Basic {}", STANDARD.encode(format!("ada:{TOKEN}")));
    assert_eq!(server.seen()[0].headers["authorization"], expected);
}

#[tokio::test]
async fn an_echoing_server_gives_no_secret_to_the_guest() {
    let server = Server::start(|seen| {
        let all = format!("{:?}", seen.headers);
        let encoded = STANDARD.encode(TOKEN);
        let percent = TOKEN.replace('-', "%2D");
        let body =
            json!({ "headers": all, "base64": encoded, "url": seen.path, "raw": TOKEN, "percent": percent });
        axum::response::Response::builder()
            .header("x-echo", TOKEN)
            .header("set-cookie", "session=1")
            .body(body.to_string().into())
            .unwrap()
    })
    .await;
    for kind in [json!({ "kind": "bearer" }), json!({ "kind": "query", "name": "k" })] {
        let outcome = run_with(&slot(&kind), &server, "/echo").await;
        let text = format!("{:?} {:?}", outcome.result, outcome.report);
        assert!(text.contains("***"), "{text}");
        assert!(!text.contains(TOKEN), "{text}");
        assert!(!text.contains(&STANDARD.encode(TOKEN)), "{text}");
        assert!(!text.contains("session=1"), "{text}");
    }
}

#[tokio::test]
async fn a_slot_that_cannot_be_filled_sends_nothing() {
    let bench = bench();
    let server = Server::start(|_| reply(200, "1")).await;
    let hosts = json!([{ "origin": "{base_url}" }]);
    let plugin =
        bench.load(&relay_with(&hosts, &json!({ "g1ann": {} }), &slot(&json!({ "kind": "bearer" })))).await;
    let mut bare = (*connection(server.address)).clone();
    bare.secrets.clear();
    let mut foreign = (*connection(server.address)).clone();
    foreign.connector = "other".into();
    for (own, code, words) in
        [(bare, "TL0338", "default.token"), (foreign, "TL0339", "belongs to connector other")]
    {
        let call = Call { connection: Some(own.into()), ..server.call(&plugin, "g1ann") };
        let failure = bench.host.run(call, RunInput::new(&server.url("/"))).await.result.unwrap_err();
        assert!(failure.code == code && failure.message.contains(words), "{failure:?}");
    }
    assert!(server.seen().is_empty());
    let optional = slot(&json!({ "kind": "bearer", "optional": true }));
    let plugin = bench.load(&relay_with(&hosts, &json!({ "g1ann": {} }), &optional)).await;
    let mut bare = (*connection(server.address)).clone();
    bare.secrets.clear();
    let call = Call { connection: Some(bare.into()), ..server.call(&plugin, "g1ann") };
    bench.host.run(call, RunInput::new(&server.url("/"))).await.result.unwrap();
    assert!(!server.seen()[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn the_source_is_told_where_a_secret_would_go() {
    let server = Server::start(|_| reply(200, "1")).await;
    let bench = bench();
    let auth = slot(&json!({ "kind": "bearer" }));
    let plugin =
        bench.load(&relay_with(&json!([{ "origin": "{base_url}" }]), &json!({ "g1ann": {} }), &auth)).await;
    bench.host.run(server.call(&plugin, "g1ann"), RunInput::new(&server.url("/"))).await.result.unwrap();
    let origin = format!("http://{}", server.address);
    assert_eq!(*bench.asked.lock().unwrap(), [format!("demo: Send {{ origin: {origin:?} }}")]);
}

#[tokio::test]
async fn a_signature_is_checked_without_showing_the_key() {
    signature_is_checked("token", TOKEN.as_bytes()).await;
}

#[tokio::test]
async fn a_standard_webhooks_secret_is_decoded_first() {
    signature_is_checked("hook", b"a key of 24 bytes, so..").await;
}

async fn signature_is_checked(stored: &str, key: &[u8]) {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(key).unwrap();
    mac.update(b"guest.http");
    let tag =
        mac.finalize().into_bytes().iter().fold(String::new(), |text, byte| format!("{text}\\{byte:02x}"));
    let definitions = format!(
        r#"
 (import "throughline:connector/crypto@0.1.0" "hmac-verify" (func $verify (param i32 i32 i32 i32 i32 i32 i32 i32)))
 (data (i32.const 40000) "{tag}")
 (data (i32.const 40100) "default.tokendefault.other")
 (func $check (param $secret i32) (result i32)
   (call $verify (i32.const 1) (local.get $secret) (i32.const 13) (i32.const 32768) (i32.const 10) (i32.const 40000) (i32.const 32) (i32.const 256))
   (if (i32.eq (i32.load8_u (i32.const 256)) (i32.const 1))
     (then (return (call $fail (i32.load (i32.const 260)) (i32.load (i32.const 264))))))
   (if (i32.eqz (i32.load8_u (i32.const 260))) (then unreachable))
   (call $done (i32.const 32778) (i32.const 4)))"#
    );
    let manifest = json!({
        "contract": "0.1", "id": "relay", "version": "1.0.0", "name": "R", "auth": slot(&json!({ "kind": "none" })),
        "actions": {
            "a": { "title": "A", "effect": "read", "input": true, "output": true, "sample": true },
            "b": { "title": "B", "effect": "read", "input": true, "output": true, "sample": true } },
    });
    let run = "(if (result i32) (i32.eq (i32.load8_u (i32.load (local.get 0))) (i32.const 97))
        (then (call $check (i32.const 40100))) (else (call $check (i32.const 40113))))";
    let bench = bench();
    let plugin = bench.load(&actions_guest(&manifest, &definitions, run, "unreachable")).await;
    let mut own = (*connection("127.0.0.1:1".parse().unwrap())).clone();
    own.secrets.insert("default.token".into(), SecretRef::Stored(stored.into()));
    let own = std::sync::Arc::new(own);
    let call =
        |operation: &str| Call { connection: Some(own.clone()), ..crate::support::call(&plugin, operation) };
    let outcome = bench.host.run(call("a"), RunInput::new(&json!({}))).await;
    assert!(outcome.result.is_ok(), "{:?}", outcome.result);
    assert_eq!(*bench.asked.lock().unwrap(), ["demo: Sign { origin: None }"], "outside a webhook it signs");
    let failure = bench.host.run(call("b"), RunInput::new(&json!({}))).await.result.unwrap_err();
    assert!(failure.message.contains("declares no secret `default.other`"), "{}", failure.message);
}
