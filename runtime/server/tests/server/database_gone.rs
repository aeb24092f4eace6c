//! PostgreSQL goes away under a running server and comes back: nothing is acknowledged meanwhile, nothing that was
//! acknowledged is lost, and nothing is sent twice.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use throughline_test_support::postgres::{Down, OwnServer};

use crate::harness::{Data, Server, eventually, http};

/// How long after the database's return the server may take to work again.
const RECOVERY: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(90);

/// Each event becomes an invoice, after a wait that an outage may fall into.
const BILLING: &str = r#"
workflow: billing
owner: team:billing
source: throughline
trigger: { id: in, on: webhook.received, with: { path: billing }, dedupe: "{{ event.id }}" }
keys: { id: "{{ event.id }}" }
nodes:
  - { id: first, set: { reference: "{{ event.id }}" }, next: pause }
  - { id: pause, wait: { for: 1s }, next: invoice }
  - id: invoice
    action: accounting.create_invoice
    connection: accounting
    with:
      customer: cus_0001
      reference: "{{ steps.first.reference }}"
      lines: [ { description: Visit, quantity: "1", unit_price: "10.00" } ]
    retry: { attempts: 5, over: 30m }
    next: last
  - { id: last, set: { done: "{{ steps.invoice.id }}" } }
exceptions: { owner: team:billing, due: 1 business day }
log: { retention: 30d }
review: { stage: live, tolerated_error: 1%, until: graduated }
"#;

/// Senders that post until they are told to stop, and what they were told.
struct Senders {
    stop: Arc<AtomicBool>,
    accepted: Arc<Mutex<BTreeSet<String>>>,
    refused: Arc<AtomicUsize>,
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl Senders {
    fn start(server: &Server, name: &'static str) -> Self {
        let (stop, accepted, refused) =
            (Arc::<AtomicBool>::default(), Arc::<Mutex<BTreeSet<String>>>::default(), Arc::default());
        let threads = (0..4).map(|thread| {
            let url = format!("{}/hooks/demo/billing", server.url);
            let (stop, accepted, refused): (_, _, Arc<AtomicUsize>) =
                (Arc::clone(&stop), Arc::clone(&accepted), Arc::clone(&refused));
            std::thread::spawn(move || {
                for count in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let id = format!("{name}-{thread}-{count}");
                    let body = format!("{{\"id\":\"{id}\"}}");
                    let json = [("content-type", "application/json")];
                    let (status, said) = http("POST", &url, &json, body.as_bytes());
                    match status {
                        202 => drop(accepted.lock().unwrap().insert(id)),
                        503 => {
                            assert!(said.contains("\"code\":\"TL05"), "a refusal has a code: {said}");
                            refused.fetch_add(1, Ordering::Relaxed);
                        }
                        other => panic!("{id}: {other} {said}"),
                    }
                    std::thread::sleep(Duration::from_millis(100));
                }
            })
        });
        let threads = threads.collect();
        Self { stop, accepted, refused, threads }
    }

    fn count(&self) -> usize {
        self.accepted.lock().unwrap().len()
    }

    /// What was accepted.
    fn stop(self) -> BTreeSet<String> {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().expect("every answer was 202, or 503 with a code");
        }
        self.accepted.lock().unwrap().clone()
    }
}

fn ready(server: &Server) -> (u16, String) {
    http("GET", &format!("{}/readyz", server.url), &[], b"")
}

/// One outage under load; how long the server took to work again.
fn outage(server: &Server, database: &OwnServer, how: Down, name: &'static str) -> BTreeSet<String> {
    let senders = Senders::start(server, name);
    eventually("some events are accepted", PATIENCE, || (senders.count() >= 8).then_some(()));
    database.down(how);
    let (status, said) =
        eventually("not ready", PATIENCE, || Some(ready(server)).filter(|(status, _)| *status != 200));
    assert_eq!(status, 503, "{said}");
    assert!(said.contains("the database") && said.contains("TL0506"), "{said}");
    assert_eq!(http("GET", &format!("{}/livez", server.url), &[], b"").0, 200);
    let before = senders.count();
    std::thread::sleep(Duration::from_secs(6));
    assert_eq!(senders.count(), before, "nothing is acknowledged without a database");
    assert!(senders.refused.load(Ordering::Relaxed) > 0, "senders are told to come again");
    database.up();
    let back = Instant::now();
    eventually("ready again", RECOVERY, || (ready(server).0 == 200).then_some(()));
    let left = RECOVERY.saturating_sub(back.elapsed());
    eventually("accepting again", left, || (senders.count() > before).then_some(()));
    senders.stop()
}

/// Runs of the workflow by their key.
fn runs(data: &Data) -> BTreeMap<String, String> {
    let rows = data.json(&["run", "list", "--workflow", "billing", "--limit", "200"]);
    let pair =
        |row: &Value| Some((row["keys"]["id"].as_str()?.to_owned(), row["status"].as_str()?.to_owned()));
    rows.as_array().unwrap().iter().filter_map(pair).collect()
}

fn an_outage_loses_nothing_and_repeats_nothing(how: Down, name: &'static str) {
    let database = OwnServer::start();
    let data = Data::new();
    data.write("throughline.toml", &format!("[database]\nurl = \"{}\"\n", database.url()));
    let mut server = data.serve(&["--demo"]);
    server.line_with("Read more:", PATIENCE);
    let file = data.write("billing.yaml", BILLING);
    data.json(&["workflow", "import", file.to_str().unwrap()]);
    let accepted = outage(&server, &database, how, name);
    let ended = eventually("every accepted event has a run that succeeded", PATIENCE, || {
        let runs = runs(&data);
        let all = accepted.iter().all(|id| runs.get(id).is_some_and(|status| status == "succeeded"));
        (all && runs.values().all(|status| status == "succeeded")).then_some(runs)
    });
    let mut made: BTreeMap<String, usize> = BTreeMap::new();
    for entry in data.ledger("accounting") {
        let reference =
            entry["body"]["reference"].as_str().or_else(|| entry["request"]["reference"].as_str());
        if let (Some(reference), true) = (reference, entry["applied"] == true) {
            *made.entry(reference.to_owned()).or_default() += 1;
        }
    }
    for id in ended.keys() {
        assert_eq!(made.get(id), Some(&1), "one invoice for {id}: {made:?}");
    }
    server.stop();
}

#[test]
fn heavy_a_fast_stop_of_the_database_loses_nothing_and_repeats_nothing() {
    an_outage_loses_nothing_and_repeats_nothing(Down::Fast, "fast");
}

#[test]
fn heavy_an_immediate_stop_of_the_database_loses_nothing_and_repeats_nothing() {
    an_outage_loses_nothing_and_repeats_nothing(Down::Immediate, "immediate");
}

#[test]
fn heavy_a_kill_of_the_database_loses_nothing_and_repeats_nothing() {
    an_outage_loses_nothing_and_repeats_nothing(Down::Kill, "kill");
}

#[test]
fn heavy_a_start_waits_for_its_database_and_a_command_does_not() {
    let database = OwnServer::start();
    let data = Data::new();
    data.write("throughline.toml", &format!("[database]\nurl = \"{}\"\n", database.url()));
    database.down(Down::Fast);
    data.run(&["run", "list"]).assert_refused(3, "TL0506");
    data.run(&["--set", "database.wait_ms=0", "serve"]).assert_refused(3, "TL0506");
    let mut waiting = data.command(&["serve"]).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    kill_process(Pid::from_child(&waiting), Signal::TERM).unwrap();
    assert!(waiting.wait().unwrap().success(), "a signal ends the wait");
    let server = std::thread::scope(|scope| {
        let back = scope.spawn(|| {
            std::thread::sleep(Duration::from_secs(2));
            database.up();
        });
        let server = data.serve(&[]);
        assert!(back.is_finished(), "ready before the database");
        server
    });
    server.stop();
}
