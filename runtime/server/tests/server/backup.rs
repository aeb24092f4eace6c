//! Backup under load, restore elsewhere, and the runs that were open then.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use throughline_test_support::postgres;

use crate::harness::{Data, Server, eventually, http};

/// Waits for a day, then ends.
const WAITS: &str = "workflow: waits\nowner: team:ops\nsource: desk\ntrigger: { id: start, on: throughline.manual }\nnodes:\n  - { id: pause, wait: { for: 1d } }\nexceptions: { owner: team:ops, backup: person:boss, due: 1 business day }\nlog: { retention: 90d }\nreview: { stage: live }\n";
/// Ends at once.
const GREETS: &str = "workflow: greets\nowner: team:ops\nsource: desk\ntrigger: { id: start, on: throughline.manual }\nnodes:\n  - { id: hello, set: { text: \"Hello {{ event.who }}\" } }\nexceptions: { owner: team:ops, backup: person:boss, due: 1 business day }\nlog: { retention: 90d }\nreview: { stage: live }\n";

fn ask(token: &str, method: &str, url: &str, body: &str) -> (u16, String) {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    http(method, url, &headers, body.as_bytes())
}

/// Starts a run; its id once it is acknowledged.
fn start(url: &str, token: &str, workflow: &str, event: &str) -> Option<String> {
    let body = format!("{{\"event\":{event}}}");
    let (status, said) = ask(token, "POST", &format!("{url}/api/v1/workflows/{workflow}/runs"), &body);
    let said: Value = serde_json::from_str(&said).unwrap_or_default();
    (status < 300).then(|| said["run_id"].as_str().unwrap().to_owned())
}

fn import(data: &Data) {
    for (name, text) in [("waits.yaml", WAITS), ("greets.yaml", GREETS)] {
        let file = data.write(name, text);
        data.json(&["workflow", "import", file.to_str().unwrap()]);
        std::fs::remove_file(file).unwrap();
    }
}

/// Puts a secret through the API, as a script would.
fn secret(server: &Server, token: &str) {
    let body = "{\"value\":\"hunter2-of-the-backup\",\"bound_to\":\"inbound\"}";
    let (status, said) = ask(token, "PUT", &format!("{}/api/v1/secrets/hook", server.url), body);
    assert_eq!(status, 200, "{said}");
}

struct Acknowledged {
    waiting: Vec<String>,
    ended: Vec<String>,
}

/// Runs that were acknowledged before the backup began; others go on to be started until it is made.
fn backed_up(data: &Data, server: &Server, target: &Path, args: &[&str]) -> (Acknowledged, Value) {
    let token = data.token();
    let before = Acknowledged {
        waiting: (0..20)
            .map(|n| start(&server.url, &token, "waits", &format!("{{\"n\":{n}}}")).unwrap())
            .collect(),
        // Beyond 64 KiB: kept as blobs.
        ended: (0..10)
            .map(|n| {
                let event = format!("{{\"who\":\"{}{n}\"}}", "x".repeat(70_000));
                start(&server.url, &token, "greets", &event).unwrap()
            })
            .collect(),
    };
    let stop = Arc::new(AtomicBool::new(false));
    let (url, done) = (server.url.clone(), Arc::clone(&stop));
    let load = std::thread::spawn(move || {
        let mut started = 0;
        while !done.load(Ordering::Relaxed) {
            started += usize::from(start(&url, &token, "greets", "{\"who\":\"load\"}").is_some());
        }
        started
    });
    let mut all = vec!["backup", target.to_str().unwrap()];
    all.extend_from_slice(args);
    let made = data.json(&all);
    stop.store(true, Ordering::Relaxed);
    assert!(load.join().unwrap() > 0, "the server took events while it was backed up");
    assert_eq!((&made["state"], &made["rehearsed"]), (&"good".into(), &true.into()), "{made}");
    (before, made)
}

fn saved_keys(data: &Data) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(data.join("keys")).unwrap().map(Result::unwrap) {
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    folder
}

fn copied(from: &Path) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("elsewhere");
    let status = std::process::Command::new("cp").arg("-r").arg(from).arg(&to).status().unwrap();
    assert!(status.success());
    (folder, to)
}

/// A backup under load, restored elsewhere: everything acknowledged before is there, what was open is held and goes on.
fn there_and_back(first: &[&str], second: &[&str]) {
    let (data, elsewhere) = (Data::new(), tempfile::tempdir().unwrap());
    let with = |args: &[&str], more: &[&str]| -> Vec<String> {
        args.iter().chain(more).map(|arg| (*arg).to_owned()).collect()
    };
    let server = data.serve(first);
    import(&data);
    secret(&server, &data.token());
    let target = elsewhere.path().join("kept");
    let (before, made) = backed_up(&data, &server, &target, first);
    assert_eq!(data.json(&["backup"])[0]["backup_id"], made["backup_id"]);
    assert!(!target.join("keys").exists() && !target.join("admin.token").exists());
    let keys = saved_keys(&data);
    server.kill();
    let other = Data::new();
    let restore = |keys: &Path, from: &Path| {
        let args = ["restore", from.to_str().unwrap(), "--keys", keys.to_str().unwrap()];
        let args = with(&args, second);
        other.run(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    restore(elsewhere.path(), &target).assert_refused(1, "TL0693");
    let (_bad, changed) = copied(&target);
    std::fs::write(changed.join("throughline.lock"), "x").unwrap();
    restore(keys.path(), &changed).assert_refused(1, "TL0692");
    assert!(!other.path().exists(), "nothing is left of a refused restore");
    let done = restore(keys.path(), &target);
    assert_eq!(done.code(), 0, "{}", done.err());
    restore(keys.path(), &target).assert_refused(1, "TL0697");
    let server = other.serve(second);
    let token = other.token();
    let run = |id: &str| -> Value {
        let (_, said) = ask(&token, "GET", &format!("{}/api/v1/runs/{id}", server.url), "");
        serde_json::from_str(&said).unwrap_or_default()
    };
    for id in before.waiting.iter().chain(&before.ended) {
        assert_eq!(run(id)["run_id"], id.as_str(), "acknowledged before the backup began");
    }
    let held = other.json(&["run", "held"]);
    let held: Vec<&str> =
        held.as_array().unwrap().iter().map(|row| row["run_id"].as_str().unwrap()).collect();
    assert!(before.waiting.iter().all(|id| held.contains(&id.as_str())), "{held:?}");
    std::thread::sleep(Duration::from_secs(1));
    assert!(held.iter().all(|id| run(id)["status"] != "succeeded"), "none goes on by itself");
    let one = before.waiting[0].as_str();
    other.run(&["run", "cancel", one]).assert_refused(1, "TL0452");
    other.json(&["run", "release", one, "--resume"]);
    other.run(&["run", "release", one, "--in-doubt"]).assert_refused(1, "TL0452");
    other.json(&["run", "cancel", one]);
    eventually("a released run goes on", Duration::from_secs(20), || {
        (run(one)["status"] == "cancelled").then_some(())
    });
    other.json(&["run", "release", "--all", "--in-doubt"]);
    assert_eq!(other.json(&["run", "held"]), serde_json::json!([]));
    let (_, secrets) = ask(&token, "GET", &format!("{}/api/v1/secrets", server.url), "");
    assert!(secrets.contains("\"hook\"") && !secrets.contains("hunter2"), "{secrets}");
    eventually("what was in the queue ends", Duration::from_secs(20), || {
        before.ended.iter().all(|id| run(id)["status"] == "succeeded").then_some(())
    });
    server.stop();
    sound(&other, second);
}

/// Every log folds to what the tables say.
fn sound(data: &Data, database: &[&str]) {
    let mut doctor = vec!["doctor", "--verify"];
    doctor.extend_from_slice(database);
    let doctor = data.run(&doctor);
    assert_eq!(doctor.code(), 0, "{}\n{}", doctor.out(), doctor.err());
}

#[test]
fn sqlite_there_and_back() {
    there_and_back(&[], &[]);
}

#[test]
fn postgresql_there_and_back() {
    let (first, second) = (postgres::database(), postgres::database());
    there_and_back(&["--database", first.url()], &["--database", second.url()]);
}

#[test]
fn a_backup_needs_no_server_and_goes_over_nothing() {
    let (data, elsewhere) = (Data::new(), tempfile::tempdir().unwrap());
    import(&data);
    let target = elsewhere.path().join("kept");
    let target = target.to_str().unwrap();
    let made = data.json(&["backup", target, "--include-keys"]);
    assert_eq!(made["keys_included"], true);
    data.run(&["backup", target]).assert_refused(1, "TL0690");
    data.run(&["restore", target]).assert_refused(1, "TL0697");
    let other = Data::new();
    let done = other.run(&["restore", target]);
    assert_eq!(done.code(), 0, "the keys are in it: {}", done.err());
    assert_eq!(other.json(&["workflow", "list"]).as_array().unwrap().len(), 2);
    assert_eq!(
        std::fs::read(data.join("keys/workspace.key")).unwrap(),
        std::fs::read(other.join("keys/workspace.key")).unwrap()
    );
    other.run(&["restore", other.path().to_str().unwrap()]).assert_refused(1, "TL0692");
}
