//! SQLite on a disk that fails to flush, or that is full: by a shim between the program and the operating system.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::harness::{Data, Server, eventually, http, try_http};

const PATIENCE: Duration = Duration::from_mins(1);

/// Waits a moment, so that the disk can fail while it is under way.
const KEEPER: &str = r#"
workflow: keeper
owner: team:office
source: throughline
trigger: { id: in, on: webhook.received, with: { path: keep }, dedupe: "{{ event.id }}" }
keys: { id: "{{ event.id }}" }
nodes:
  - { id: first, set: { id: "{{ event.id }}" }, next: pause }
  - { id: pause, wait: { for: 1s }, next: last }
  - { id: last, set: { done: "{{ steps.first.id }}" } }
exceptions: { owner: team:office, due: 1 business day }
log: { retention: 30d }
review: { stage: live, tolerated_error: 1%, until: graduated }
"#;

/// A server on a disk that can be made to fail.
struct Disk {
    data: Data,
    shim: PathBuf,
    orders: tempfile::TempDir,
    accepted: BTreeSet<String>,
}

impl Disk {
    fn new() -> Self {
        let orders = tempfile::tempdir().unwrap();
        let shim = orders.path().join("shim.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server/shim.c");
        // The linker's compiler: without it this test would not have been built.
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&shim)
            .arg(&source)
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let data = Data::new();
        data.install("webhook");
        let file = data.write("keeper.yaml", KEEPER);
        data.json(&["workflow", "import", file.to_str().unwrap()]);
        Self { data, shim, orders, accepted: BTreeSet::new() }
    }

    fn serve(&self) -> Server {
        let mut command = self.data.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("LD_PRELOAD", &self.shim).env("DISK_SHIM", self.orders.path());
        Server::start(command)
    }

    /// From now on flushing files whose path ends so fails.
    fn fail_flush(&self, path_end: &str) {
        std::fs::write(self.orders.path().join("eio"), path_end).unwrap();
    }

    /// From now on there is no room in the data directory.
    fn fill(&self) {
        std::fs::write(self.orders.path().join("full"), self.data.path().to_str().unwrap()).unwrap();
    }

    fn mend(&self) {
        for order in ["eio", "full"] {
            drop(std::fs::remove_file(self.orders.path().join(order)));
        }
    }

    /// Posts an event; status and code.
    fn post(&mut self, server: &Server, id: &str, padding: usize) -> (u16, String) {
        self.try_post(server, id, padding).expect("the server answers")
    }

    /// `None`: nobody answered.
    fn try_post(&mut self, server: &Server, id: &str, padding: usize) -> Option<(u16, String)> {
        let body = format!("{{\"id\":\"{id}\",\"more\":\"{}\"}}", "x".repeat(padding));
        let url = format!("{}/hooks/default/keep", server.url);
        let json = [("content-type", "application/json")];
        let (status, said) = try_http("POST", &url, &json, body.as_bytes()).ok()?;
        if status == 202 {
            self.accepted.insert(id.to_owned());
        }
        let said: Value = serde_json::from_str(&said).unwrap_or_default();
        Some((status, said["error"]["code"].as_str().unwrap_or_default().to_owned()))
    }

    /// Every accepted event has exactly one run, and each of them succeeds.
    fn everything_accepted_is_done(&self) {
        eventually("every accepted event is done", PATIENCE, || {
            let rows = self.data.json(&["run", "list", "--limit", "200"]);
            let of = |id: &String| {
                rows.as_array().unwrap().iter().filter(|row| row["keys"]["id"] == id.as_str()).count()
            };
            for id in &self.accepted {
                assert_eq!(of(id), 1, "{id} in {rows}");
            }
            rows.as_array().unwrap().iter().all(|row| row["status"] == "succeeded").then_some(())
        });
    }
}

#[test]
fn heavy_a_failed_flush_stops_the_server_and_the_next_start_has_everything_accepted() {
    for path_end in ["throughline.db-wal", "throughline.db"] {
        let mut disk = Disk::new();
        let mut server = disk.serve();
        for count in 0..10 {
            assert_eq!(disk.post(&server, &format!("before-{count}"), 10).0, 202);
        }
        disk.fail_flush(path_end);
        // The log is flushed at each commit, the database only once the log has two thousand pages.
        // The server may be gone before it can refuse: then nobody answers.
        let struck = (0..400).find_map(|count| {
            let id = format!("struck-{count}");
            match disk.try_post(&server, &id, 50_000) {
                Some((202, _)) => None,
                Some((status, code)) => {
                    assert_eq!((status, code.as_str()), (503, "TL0508"), "{path_end}");
                    Some(id)
                }
                None => Some(id),
            }
        });
        let struck = struck.unwrap_or_else(|| panic!("no flush of {path_end} failed"));
        assert_eq!(server.ended(Duration::from_secs(40)), Some(3), "{path_end}");
        assert!(server.said("error[TL0508]") && !server.said("panicked"));
        let log = std::fs::metadata(disk.data.join("throughline.db-wal")).unwrap().len();
        assert!(log > 0, "what may not be on the disk is not folded into the database");
        disk.mend();
        let server = disk.serve();
        assert_eq!(disk.post(&server, &struck, 10).0, 202, "the sender comes again");
        disk.everything_accepted_is_done();
        server.stop();
    }
}

#[test]
fn heavy_a_full_disk_refuses_and_goes_on_when_there_is_room() {
    let mut disk = Disk::new();
    let server = disk.serve();
    for count in 0..10 {
        assert_eq!(disk.post(&server, &format!("before-{count}"), 10).0, 202);
    }
    disk.fill();
    for count in 0..10 {
        let (status, code) = disk.post(&server, &format!("full-{count}"), 10);
        assert_eq!((status, code.as_str()), (503, "TL0507"));
    }
    // Large values go into files of their own; those find no room either.
    let (status, code) = disk.post(&server, "full-large", 200_000);
    assert_eq!((status, code.as_str()), (503, "TL0507"));
    // Runs under way find no room for what they did; reading works.
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(http("GET", &format!("{}/livez", server.url), &[], b"").0, 200);
    assert_eq!(disk.data.json(&["run", "list", "--limit", "200"]).as_array().unwrap().len(), 10);
    disk.mend();
    for id in ["full-0", "full-large", "after"] {
        assert_eq!(disk.post(&server, id, 10).0, 202, "{id}");
    }
    disk.everything_accepted_is_done();
    server.stop();
}
