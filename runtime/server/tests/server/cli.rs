//! What needs no server: arguments, settings, lint, doctor, plugin folders.

use std::path::Path;

use crate::harness::Data;

#[test]
fn help_says_exit_codes_and_where_errors_are_explained() {
    let done = Data::new().run(&["--help"]);
    assert_eq!(done.code(), 0);
    for word in
        ["Exit codes", "docs/errors", "serve", "workflow", "run", "plugin", "doctor", "migrate", "token"]
    {
        assert!(done.out().contains(word), "{word}");
    }
}

#[test]
fn wrong_arguments_are_refused_with_words() {
    Data::new().run(&["serve", "--no-such-flag"]).assert_refused(2, "TL0601");
    Data::new().run(&["run", "show"]).assert_refused(2, "TL0601");
}

#[test]
fn a_wrong_setting_names_file_and_line() {
    let data = Data::new();
    data.write("throughline.toml", "[engine]\nworkres = 4\nlease_ms = \"soon\"\n");
    let done = data.run(&["doctor", "--settings"]);
    done.assert_refused(2, "TL0603");
    assert!(done.err().contains("throughline.toml:2:1"), "{}", done.err());
    assert!(done.err().contains("did you mean `engine.workers`?"), "{}", done.err());
    assert!(done.err().contains("throughline.toml:3:12"), "{}", done.err());
}

#[test]
fn doctor_shows_where_each_setting_comes_from() {
    let data = Data::new();
    data.write("throughline.toml", "[engine]\nworkers = 4\nlease_ms = 10000\n[log]\nlevel = \"debug\"\n");
    let mut command = data.command(&["--json", "--set", "engine.workers=6", "doctor", "--settings"]);
    let output = command.env("THROUGHLINE_ENGINE_LEASE_MS", "20000").output().unwrap();
    let rows: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let row =
        |name: &str| rows.as_array().unwrap().iter().find(|row| row["setting"] == name).unwrap().clone();
    assert_eq!(
        (&row("engine.workers")["value"], &row("engine.workers")["from"]),
        (&"6".into(), &"flag --set".into())
    );
    assert_eq!(row("engine.lease_ms")["from"], "environment THROUGHLINE_ENGINE_LEASE_MS");
    assert!(row("log.level")["from"].as_str().unwrap().ends_with("throughline.toml:5"));
    assert_eq!(row("listen")["from"], "default");
}

#[test]
fn doctor_examines_a_fresh_machine() {
    let findings = Data::new().json(&["doctor"]);
    let names: Vec<&str> =
        findings.as_array().unwrap().iter().filter_map(|row| row["name"].as_str()).collect();
    for name in ["data directory", "disk space", "disk speed", "key files", "clock", "open files"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
}

#[test]
fn lint_needs_no_server_and_names_every_problem() {
    let data = Data::new();
    for name in ["invoice-readiness", "lead-intake", "quote-follow-up"] {
        let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
        let good =
            data.run(&["workflow", "lint", packs.join(format!("{name}/{name}.yaml")).to_str().unwrap()]);
        assert_eq!(good.code(), 0, "{name}: {}{}", good.out(), good.err());
    }
    assert!(!data.join("server.lock").exists(), "lint leaves nothing behind");
    let bad = data.write(
        "bad.yaml",
        "workflow: Bad Name\nowner: nobody\nnodes:\n  - { id: a, set: { x: \"{{ steps.b.y \" } }\n",
    );
    let done = data.run(&["workflow", "lint", bad.to_str().unwrap()]);
    done.assert_refused(1, "TL0642");
    let problems = done.out().lines().filter(|line| line.contains("bad.yaml:")).count();
    assert!(problems >= 4, "{}", done.out());
    assert!(done.out().contains("bad.yaml:1:"), "{}", done.out());
}

#[test]
fn lint_survives_what_is_no_workflow_at_all() {
    let data = Data::new();
    for (name, text) in [
        ("empty.yaml", ""),
        ("list.yaml", "- 1\n- 2\n"),
        ("torn.json", "{\"workflow\": "),
        ("deep.yaml", &"[".repeat(5000)),
    ] {
        let path = data.write(name, text);
        data.run(&["workflow", "lint", path.to_str().unwrap()]).assert_refused(1, "TL0642");
    }
    data.run(&["workflow", "lint", "no-such-file.yaml"]).assert_refused(1, "TL0640");
}

#[test]
fn a_plugin_folder_needs_a_good_name_and_an_empty_place() {
    let data = Data::new();
    data.run(&["plugin", "new", "Bad_Name"]).assert_refused(2, "TL0650");
    data.write("file", "x");
    let dir = data.path().to_str().unwrap();
    data.run(&["plugin", "new", "acme", "--dir", dir]).assert_refused(1, "TL0650");
}
