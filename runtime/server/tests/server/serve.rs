//! The server's life: ready, refused, stopped, killed; and commands with and without it.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use crate::harness::{Data, http};

/// A workflow that needs no connector.
const GREETING: &str = r#"
workflow: greeting
owner: team:office
source: throughline
trigger: { id: start, on: throughline.manual }
nodes:
  - { id: words, set: { text: "Hello {{ event.name }}", given: "{{ event }}" }, next: done }
  - { id: done, end: { output: "{{ steps.words.text }}" } }
exceptions: { owner: team:office, due: 1 business day }
log: { retention: 30d }
review: { stage: live, tolerated_error: 1%, until: graduated }
"#;

#[test]
fn ready_is_one_line_and_a_clean_stop_leaves_nothing_open() {
    let data = Data::new();
    let mut server = data.serve(&[]);
    assert!(server.url.starts_with("http://127.0.0.1:"), "{}", server.url);
    for file in ["admin.token", "server.json", "keys/workspace.key", "keys/cache.key"] {
        let mode = std::fs::metadata(data.join(file)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{file}");
    }
    let announced: Value = serde_json::from_slice(&std::fs::read(data.join("server.json")).unwrap()).unwrap();
    assert_eq!((&announced["url"], &announced["pid"]), (&server.url.as_str().into(), &server.pid().into()));
    assert_eq!(http("GET", &format!("{}/livez", server.url), &[], b"").0, 200);
    assert_eq!(http("GET", &format!("{}/readyz", server.url), &[], b"").0, 200);
    assert_eq!(http("GET", &format!("{}/api/v1/runs", server.url), &[], b"").0, 401);
    server.signal(Signal::TERM);
    assert_eq!(server.ended(Duration::from_secs(30)), Some(0));
    assert!(!data.join("server.json").exists());
}

#[test]
fn a_taken_port_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let done = Data::new().run(&["serve", "--listen", &address]);
    done.assert_refused(3, "TL0620");
    assert!(done.err().contains(&address), "{}", done.err());
}

#[test]
fn a_second_server_on_a_directory_is_refused_by_name() {
    let data = Data::new();
    let server = data.serve(&[]);
    let done = data.run(&["serve", "--listen", "127.0.0.1:0"]);
    done.assert_refused(3, "TL0611");
    assert!(
        done.err().contains(&format!("pid {}", server.pid())) && done.err().contains(&server.url),
        "{}",
        done.err()
    );
    server.stop();
}

#[test]
fn commands_work_with_and_without_a_server() {
    let data = Data::new();
    let file = data.write("greeting.yaml", GREETING);
    let event = data.write("event.json", r#"{ "name": "Ada" }"#);
    let (file, event) = (file.to_str().unwrap(), event.to_str().unwrap());
    // Without: import, start, look.
    let imported = data.json(&["workflow", "import", file]);
    assert_eq!(imported[0]["version"], 1);
    let alone = data.json(&["run", "start", "greeting", "--event", event]);
    assert_eq!(alone["status"], "succeeded", "{alone}");
    // With: the same commands reach the live server.
    let server = data.serve(&[]);
    assert_eq!(data.json(&["workflow", "import", file])[0]["unchanged"], true);
    let live = data.json(&["run", "start", "greeting", "--event", event]);
    assert_eq!(live["status"], "succeeded", "{live}");
    let rows = data.json(&["run", "list"]);
    assert_eq!(rows.as_array().unwrap().len(), 2);
    for field in ["run_id", "workflow", "status", "started_at", "ended_at"] {
        assert!(rows[0][field].is_string(), "{field} in {}", rows[0]);
    }
    let shown = data.json(&["run", "show", live["run_id"].as_str().unwrap()]);
    assert_eq!(shown["steps"].as_array().unwrap().len(), 2, "{shown}");
    assert_eq!(shown["effects"], serde_json::json!([]));
    server.stop();
    // And without again: everything is still there.
    assert_eq!(data.json(&["run", "list"]).as_array().unwrap().len(), 2);
    let exported = data.run(&["workflow", "export", "greeting"]);
    assert!(exported.out().contains("workflow: greeting"), "{}", exported.out());
}

#[test]
fn a_bad_workflow_is_refused_whole() {
    let data = Data::new();
    let file = data.write(
        "bad.yaml",
        &GREETING.replace("next: done", "next: nowhere").replace("owner: team:office\nsource", "source"),
    );
    let done = data.run(&["workflow", "import", file.to_str().unwrap()]);
    assert_eq!(done.code(), 1, "{}", done.err());
    assert!(done.err().matches("bad.yaml:").count() >= 2, "every problem with its place: {}", done.err());
    assert_eq!(data.json(&["workflow", "list"]), serde_json::json!([]));
}

#[test]
fn the_same_key_twice_starts_one_run() {
    let data = Data::new();
    let file = data.write("greeting.yaml", GREETING);
    data.json(&["workflow", "import", file.to_str().unwrap()]);
    let server = data.serve(&[]);
    let start = ["run", "start", "greeting", "--dedupe-key", "k1"];
    let (first, second) = (data.json(&start), data.json(&start));
    assert_eq!(first["run_id"], second["run_id"]);
    assert_eq!(data.json(&["run", "list"]).as_array().unwrap().len(), 1);
    server.stop();
}

#[test]
fn odd_payloads_are_kept_or_refused_with_words() {
    let data = Data::new();
    let file = data.write("greeting.yaml", GREETING);
    data.json(&["workflow", "import", file.to_str().unwrap()]);
    let server = data.serve(&[]);
    for (name, text) in [
        ("nul.json", r#"{ "name": "a\u0000b" }"#),
        ("big.json", r#"{ "name": 9223372036854775808 }"#),
        ("twice.json", r#"{ "name": 1, "name": 2 }"#),
    ] {
        let event = data.write(name, text);
        let done = data.run(&["run", "start", "greeting", "--event", event.to_str().unwrap()]);
        let err = done.err();
        assert!(done.code() == 0 || err.contains("error[TL"), "{name}: {} {err}", done.code());
        assert!(!err.contains("panicked") && !err.contains("TL0717"), "{name}: {err}");
    }
    let event = data.write("torn.json", r#"{ "name": "#);
    data.run(&["run", "start", "greeting", "--event", event.to_str().unwrap()]).assert_refused(1, "TL0641");
    let (status, _) = http("GET", &format!("{}/livez", server.url), &[], b"");
    assert_eq!(status, 200);
    server.stop();
}

#[test]
fn two_interrupts_stop_at_once() {
    let data = Data::new();
    let mut server = data.serve(&[]);
    server.signal(Signal::INT);
    server.signal(Signal::INT);
    let code = server.ended(Duration::from_secs(10));
    assert!(matches!(code, Some(0 | 130)), "{code:?}");
    assert!(!data.join("server.json").exists());
    data.serve(&[]).stop();
}

#[test]
fn what_a_killed_server_leaves_holds_nobody_up() {
    let data = Data::new();
    data.serve(&[]).kill();
    assert!(data.join("server.json").exists());
    assert_eq!(data.json(&["run", "list"]), serde_json::json!([]));
    data.serve(&[]).stop();
}

#[test]
fn a_damaged_database_is_refused_untouched() {
    let data = Data::new();
    data.serve(&[]).stop();
    let file = data.join("throughline.db");
    std::fs::write(&file, "this is not a database at all, and it is long enough to be looked at").unwrap();
    let done = data.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(done.code(), 3, "{}", done.err());
    assert!(done.err().contains("error[TL0503]"), "{}", done.err());
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("this is not a database"));
}
