//! Secrets through the whole program: they go in, are used in one place, and come out nowhere.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::harness::{Data, Done, Server, eventually, http};

/// Text that is nowhere but where it was put.
const CANARY: &str = "canary-5b1d-never-in-clear";

/// Runs a command with this on its standard input.
fn fed(data: &Data, args: &[&str], input: &str) -> Done {
    let mut command = data.command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Done(child.wait_with_output().unwrap())
}

fn put(data: &Data, name: &str, bound_to: &str, value: &str) {
    let done = fed(data, &["secret", "set", name, "--bound-to", bound_to], value);
    assert_eq!(done.code(), 0, "{}", done.err());
    assert!(!done.out().contains(value.trim()) && !done.err().contains(value.trim()));
}

/// Files under a folder that hold a text.
fn holding(folder: &Path, text: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            holding(&path, text, found);
        } else if let Ok(bytes) = std::fs::read(&path)
            && bytes.windows(text.len()).any(|window| window == text.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
}

fn answer(data: &Data, server: &Server, method: &str, path: &str, body: &str) -> (u16, String) {
    let bearer = format!("Bearer {}", data.token());
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    http(method, &format!("{}{path}", server.url), &headers, body.as_bytes())
}

#[test]
fn a_secret_goes_in_is_listed_and_comes_out_nowhere() {
    let data = Data::new();
    let server = data.serve(&[]);
    put(&data, "crm", "https://crm.example.com", &format!("{CANARY}\n"));
    put(&data, "hook", "inbound", CANARY);
    let again = data.json(&["secret", "list"]);
    let seen: Vec<_> = again.as_array().unwrap().iter().map(|row| (&row["name"], &row["bound_to"])).collect();
    assert_eq!(
        seen,
        [(&"crm".into(), &"https://crm.example.com".into()), (&"hook".into(), &"inbound".into())]
    );
    let (status, said) = answer(
        &data,
        &server,
        "PUT",
        "/api/v1/secrets/crm",
        &format!("{{\"value\":[\"{CANARY}\"],\"bound_to\":\"inbound\"}}"),
    );
    assert!(status == 400 && !said.contains(CANARY), "{said}");
    let (status, said) = answer(
        &data,
        &server,
        "PUT",
        &format!("/api/v1/secrets/{}", CANARY.to_uppercase()),
        "{\"value\":\"x\",\"bound_to\":\"inbound\"}",
    );
    assert!(
        status == 422 && !said.contains(&CANARY.to_uppercase()),
        "a value may have been typed in its place: {said}"
    );
    for path in [
        "/api/v1/secrets",
        "/api/v1/secrets/crm",
        "/api/v1/connections",
        "/api/v1/vault",
        "/api/v1/backups",
        "/api/v1/status",
        "/api/v1/runs",
        "/api/v1/plugins",
        "/api/v1/openapi.json",
        "/metrics",
        "/readyz",
        "/",
        "/plain",
    ] {
        let (_, said) = answer(&data, &server, "GET", path, "");
        assert!(!said.contains(CANARY), "{path}: {said}");
    }
    let doctor = data.run(&["doctor"]);
    assert!(!doctor.out().contains(CANARY) && !doctor.err().contains(CANARY));
    assert!(!server.said(CANARY), "the log does not have it");
    let mut found = Vec::new();
    holding(data.path(), CANARY, &mut found);
    assert!(found.is_empty(), "in clear in {found:?}");
    server.stop();
    holding(data.path(), CANARY, &mut found);
    assert!(found.is_empty(), "in clear in {found:?}");
    data.run(&["secret", "remove", "crm"]);
    data.run(&["secret", "remove", "crm"]).assert_refused(1, "TL0812");
    data.run(&["secret", "set", "x", "--bound-to", "https://crm.example.com/path"])
        .assert_refused(1, "TL0811");
}

#[test]
fn a_start_without_its_root_key_is_refused() {
    let data = Data::new();
    put(&data, "crm", "inbound", CANARY);
    let key = data.join("keys/root-1.key");
    let saved = data.join("saved");
    std::fs::rename(&key, &saved).unwrap();
    data.run(&["serve", "--listen", "127.0.0.1:0"]).assert_refused(3, "TL0801");
    data.run(&["secret", "list"]).assert_refused(3, "TL0801");
    assert!(!key.exists(), "no new key for a database that goes with one");
    std::fs::rename(&saved, &key).unwrap();
    assert_eq!(data.json(&["secret", "list"]).as_array().unwrap().len(), 1);
}

#[test]
fn the_demo_works_with_secrets_of_the_vault_and_only_where_they_are_bound() {
    let data = Data::new();
    let server = data.serve(&["--demo"]);
    let books = data.json(&["connection", "list"]).as_array().unwrap().clone();
    let books = books.iter().find(|row| row["name"] == "accounting").unwrap().clone();
    let base = books["settings"]["base_url"].as_str().unwrap().to_owned();
    assert_eq!(books["bound_to"], base.as_str());
    let token = std::fs::read_to_string(books["secrets"]["default.token"]["file"].as_str().unwrap()).unwrap();
    put(&data, "books", "https://elsewhere.example.com", token.trim());
    let create = ["connection", "create", "kept", "--connector", "accounting"];
    let setting = format!("base_url={base}");
    let with = |secret: &str| {
        let mut args = create.to_vec();
        args.extend(["--setting", &setting, "--secret", secret]);
        data.run(&args)
    };
    with("default.token=vault:nothing").assert_refused(1, "TL0812");
    with("default.token=vault:books").assert_refused(1, "TL0814");
    put(&data, "books", &base, token.trim());
    assert_eq!(with("default.token=vault:books").code(), 0);
    let tested = data.json(&["connection", "test", "kept"]);
    assert_eq!((&tested["ok"], &tested["account_change"]), (&true.into(), &"first".into()));
    assert_eq!(data.json(&["connection", "test", "kept"])["account_change"], "same");
    let listed = data.json(&["secret", "list"]);
    assert_eq!(listed[0]["used_by"], serde_json::json!(["kept"]));
    let refused = data.run(&["secret", "remove", "books"]);
    refused.assert_refused(1, "TL0815");
    assert!(refused.err().contains("kept"), "{}", refused.err());
    let moved = fed(&data, &["secret", "set", "books", "--bound-to", "inbound"], "x");
    moved.assert_refused(1, "TL0815");
    put(&data, "books", &base, "another value");
    assert_eq!(data.run(&["connection", "test", "kept"]).code(), 1, "it is used at once");
    put(&data, "books", &base, token.trim());
    let rotated = data.json(&["vault", "rotate"]);
    let own = rotated["workspaces"].as_array().unwrap();
    let own = own.iter().find(|own| own["workspace"] == "demo").unwrap();
    assert_eq!(
        own["keys"].as_array().unwrap().iter().map(|key| key["wraps"].as_u64().unwrap()).collect::<Vec<_>>(),
        [0, 1]
    );
    let rotated = data.json(&["vault", "rotate", "--root"]);
    assert_eq!(rotated["root_keys"][1]["state"], "newest");
    assert!(data.join("keys/root-2.key").is_file());
    assert_eq!(
        data.json(&["connection", "test", "kept"])["ok"],
        true,
        "it is the same secret under other keys"
    );
    assert!(!server.said(token.trim()));
    let target = data.join("../backup");
    let made = data.json(&["backup", target.to_str().unwrap()]);
    assert_eq!((&made["state"], &made["rehearsed"]), (&"good".into(), &true.into()));
    // The sweep looks once a minute; a command looks at once.
    data.json(&["vault", "rotate"]);
    eventually("old keys are retired after a backup", Duration::from_mins(2), || {
        let standing = data.json(&["vault", "status"]);
        (standing["root_keys"].as_array().unwrap().len() == 1).then_some(())
    });
    assert_eq!(data.json(&["connection", "test", "kept"])["ok"], true);
    server.stop();
}
