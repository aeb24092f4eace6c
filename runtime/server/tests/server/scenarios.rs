//! `workflow test`: the packs' scenarios, and scenarios that are wrong.

use std::path::{Path, PathBuf};

use crate::harness::Data;

/// The scenarios of a pack.
fn of(pack: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(pack).join("scenarios");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn come_out(pack: &str) {
    comes_out(&of(pack), &[]);
}

/// One of a pack's.
fn one(pack: &str, name: &str) -> Vec<PathBuf> {
    let files: Vec<PathBuf> =
        of(pack).into_iter().filter(|file| file.ends_with(format!("{name}.yaml"))).collect();
    assert_eq!(files.len(), 1, "{name}");
    files
}

fn comes_out(files: &[PathBuf], how: &[&str]) {
    let mut arguments = vec!["workflow", "test"];
    arguments.extend(how);
    arguments.extend(files.iter().map(|file| file.to_str().unwrap()));
    let done = Data::new().run(&arguments);
    assert_eq!(done.code(), 0, "{}{}", done.out(), done.err());
    assert_eq!(
        done.out().lines().filter(|line| line.starts_with("ok ")).count(),
        files.len(),
        "{}",
        done.out()
    );
}

#[test]
fn lead_intake_comes_out_as_its_scenarios_say() {
    come_out("lead-intake");
}

#[test]
fn quote_follow_up_comes_out_as_its_scenarios_say() {
    come_out("quote-follow-up");
}

#[test]
fn invoice_readiness_comes_out_as_its_scenarios_say() {
    come_out("invoice-readiness");
}

/// X1: the server stops dead after commits all over the scenario, and starts again from its directory.
#[test]
fn heavy_a_lead_comes_out_whenever_the_server_stops_dead() {
    comes_out(&one("lead-intake", "lead-1"), &["--cuts", "12"]);
}

#[test]
fn heavy_an_invoice_comes_out_whenever_the_server_stops_dead() {
    comes_out(&one("invoice-readiness", "inv-1"), &["--cuts", "12"]);
}

#[test]
fn heavy_a_quote_comes_out_when_the_server_stops_dead() {
    comes_out(&one("quote-follow-up", "quote-1-accepted-while-open"), &["--cuts", "2"]);
}

/// X2: whatever comes in comes twice, out of order.
#[test]
fn what_comes_twice_comes_out_the_same() {
    let files =
        [one("lead-intake", "lead-1"), one("invoice-readiness", "inv-1"), one("lead-intake", "gate-stale")];
    comes_out(&files.concat(), &["--twice"]);
}

#[test]
fn what_differs_is_said_and_fails() {
    let data = Data::new();
    let good = std::fs::read_to_string(&one("lead-intake", "duplicate-submit")[0]).unwrap();
    let workflow = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/lead-intake/lead-intake.yaml");
    let text = good
        .replace("../lead-intake.yaml", workflow.to_str().unwrap())
        .replace("duplicates: 4", "duplicates: 3")
        .replace("owner: Sales desk", "owner: Somebody else");
    let file = data.write("wrong.yaml", &text);
    let done = data.run(&["workflow", "test", file.to_str().unwrap()]);
    done.assert_refused(1, "TL0645");
    for part in
        ["FAIL", "duplicates: expected 3, found 4", "owner: expected \"Somebody else\", found \"Sales desk\""]
    {
        assert!(done.out().contains(part), "{part} in {}", done.out());
    }
}

#[test]
fn what_is_no_scenario_is_named() {
    let data = Data::new();
    let file = data.write(
        "none.yaml",
        "scenario: x\nstart: 2026-03-03 10:00\nworkflows: []\nsystems: []\nevnts: []\nexpect: {}\n",
    );
    let done = data.run(&["workflow", "test", file.to_str().unwrap()]);
    done.assert_refused(1, "TL0646");
    assert!(done.err().contains("evnts"), "{}", done.err());
    let file = data.write("torn.yaml", "scenario: [\n");
    data.run(&["workflow", "test", file.to_str().unwrap()]).assert_refused(1, "TL0646");
    let file = data
        .write("soon.yaml", "scenario: x\nstart: soon\nworkflows: []\nsystems: []\nevents: []\nexpect: {}\n");
    data.run(&["workflow", "test", file.to_str().unwrap()]).assert_refused(1, "TL0645");
}
