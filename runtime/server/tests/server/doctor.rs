//! `doctor` looks and changes nothing; alarms about the log; a fresh way in.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::Value;

use crate::harness::{Data, http};

/// Every file with its bytes and its time of change.
fn tree(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files.extend(tree(&path));
        } else {
            let changed = entry.metadata().unwrap().modified().unwrap();
            files.insert(path.clone(), (std::fs::read(&path).unwrap(), changed));
        }
    }
    files
}

fn finding(findings: &Value, name: &str) -> Value {
    findings.as_array().unwrap().iter().find(|row| row["name"] == name).cloned().unwrap_or_default()
}

#[test]
fn doctor_changes_nothing() {
    let data = Data::new();
    data.serve(&[]).stop();
    let stopped = tree(data.path());
    let found = finding(&data.json(&["doctor"]), "database");
    assert_eq!(found["state"], "good", "{found}");
    assert!(found["words"].as_str().unwrap().contains("is sound, schema "), "{found}");
    assert_eq!(tree(data.path()), stopped, "after a clean stop");
    let data = Data::new();
    data.serve(&[]).kill();
    let killed = tree(data.path());
    assert!(killed[&data.join("throughline.db-wal")].0.len() > 1_000, "there is something to recover");
    let findings = data.json(&["doctor"]);
    let found = finding(&findings, "database log");
    assert!(found["words"].as_str().unwrap().contains("the next start recovers"), "{findings}");
    assert_eq!(finding(&findings, "database")["state"], "good", "{findings}");
    assert_eq!(tree(data.path()), killed, "after a kill");
    data.serve(&[]).stop();
}

#[test]
fn doctor_makes_no_directory_and_names_another_database() {
    let data = Data::new();
    data.json(&["doctor"]);
    assert!(!data.path().exists());
    data.serve(&[]).stop();
    let mut doctor = data.command(&["--json", "doctor", "--database", "postgres://nobody@127.0.0.1:1/none"]);
    let output = doctor.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let findings: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(finding(&findings, "database")["words"].as_str().unwrap().contains("TL0614"), "{findings}");
}

#[test]
fn a_log_that_grows_too_large_is_an_alarm() {
    let data = Data::new();
    let server = data.serve(&[]);
    let ready = || -> Value {
        let (status, text) = http("GET", &format!("{}/readyz", server.url), &[], b"");
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).unwrap()
    };
    let bearer = format!("Bearer {}", data.token());
    let gauge = || -> u64 {
        let (_, text) = http("GET", &format!("{}/metrics", server.url), &[("authorization", &bearer)], b"");
        let line = text.lines().find(|line| line.starts_with("throughline_store_wal_bytes ")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    assert_eq!(ready()["alarms"], serde_json::json!([]));
    assert!(gauge() < 8 << 20);
    // Zeros behind the log's end belong to no commit; only its size is looked at.
    let log = OpenOptions::new().write(true).open(data.join("throughline.db-wal")).unwrap();
    log.set_len(65 << 20).unwrap();
    assert!(ready()["alarms"][0].as_str().unwrap().contains("65 MiB"), "{}", ready());
    assert_eq!(gauge(), 65 << 20);
    let found = finding(&data.json(&["doctor"]), "database log");
    assert_eq!(found["state"], "warning", "{found}");
    server.kill();
    assert_eq!(finding(&data.json(&["doctor"]), "database log")["state"], "warning");
    data.serve(&[]).stop();
    assert!(finding(&data.json(&["doctor"]), "database log").is_null(), "a clean stop folds the log");
}

#[test]
fn a_fresh_link_signs_in_once_more() {
    let data = Data::new();
    data.run(&["token", "sign-in"]).assert_refused(3, "TL0633");
    let server = data.serve(&[]);
    for _ in 0..2 {
        let done = data.run(&["token", "sign-in"]);
        assert_eq!(done.code(), 0, "{}", done.err());
        let link = done.out().trim().to_owned();
        let code = link.strip_prefix(&format!("{}/sign-in?code=", server.url)).unwrap().to_owned();
        let exchange = || {
            let body = serde_json::json!({ "code": code }).to_string();
            let json = [("content-type", "application/json")];
            http("POST", &format!("{}/sign-in", server.url), &json, body.as_bytes()).0
        };
        assert_eq!((exchange(), exchange()), (200, 403), "once");
    }
    server.stop();
}

#[test]
fn a_plugin_that_is_not_there_or_not_set_aside_is_not_released() {
    let data = Data::new();
    data.run(&["plugin", "release", "nobody"]).assert_refused(1, "TL0524");
    data.install("webhook");
    let done = data.run(&["plugin", "release", "webhook"]);
    assert_eq!(done.code(), 0, "{}", done.err());
    assert!(done.out().contains("was not set aside"), "{}", done.out());
    assert_eq!(data.json(&["plugin", "list"])[0]["quarantine"], Value::Null);
}
