//! Tests of the workflow text.

mod any;
mod problems;
mod round_trip;
mod schema;

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::connector::Manifest;

/// The text of docs/workflow-text.md: it must stay valid.
pub(super) const EXAMPLE: &str = r#"workflow: invoice-readiness            # id; title, description, owner, notes, layout are optional
owner: team:billing
source: projects                       # the system whose record this is about
trigger: { id: done, on: projects.job_completed, connection: projects, dedupe: "{{ event.delivery_id }}" }
keys: { job: "{{ event.job_id }}" }    # at most 8 searchable keys of a run
vars: { proof_hours: 8 }               # parameters a client workspace may override
nodes:
  - { id: job, action: projects.get_job, connection: projects, with: { id: "{{ event.job_id }}" }, next: proof }
  - id: proof
    switch:
      - { when: "{{ steps.job.photos | length >= 2 and steps.job.signature }}", next: invoice }
      - { else: true, next: missing }
  - id: missing
    raise: { reason: missing_required, sentence: "Job {{ steps.job.number }} lacks {{ steps.job.missing | join(', ') }}", owner: role:field_lead, due: next_business_day 12:00, updates_after: [ { system: accounting, record: invoice, by: automatic } ] }
  - id: invoice
    action: accounting.create_invoice
    connection: accounting
    with: { customer: "{{ steps.job.customer_id }}", lines: "{{ steps.job.lines }}" }
    retry: { attempts: 5, over: 30m }
    on_exception: billing_blocked
  - { id: billing_blocked, raise: { reason: downstream_reject, owner: team:billing, due: 4h } }
exceptions: { owner: team:billing, backup: person:office, due: 1 business day }   # where nothing nearer answers
log: { retention: 7y, redact: [ "steps.job.customer.phone" ] }
review: { stage: review, tolerated_error: 1%, until: graduated }                  # the seventh part
"#;

pub(super) fn manifests() -> BTreeMap<String, Manifest> {
    let manifest = |value: Value| {
        let manifest: Manifest = serde_json::from_value(value).unwrap();
        (manifest.id.clone(), manifest)
    };
    let auth = json!({ "default": { "kind": "bearer", "fields": { "token": { "title": "Token" } } } });
    let action = |effect: &str, undo: Value, input: Value| json!({ "title": "t", "effect": effect, "undo": undo, "input": input, "output": {}, "sample": {} });
    BTreeMap::from([
        manifest(json!({
            "contract": "0.1", "id": "projects", "version": "1.0.0", "name": "Projects", "auth": auth,
            "actions": { "get_job": action("read", json!(null), json!({
                "type": "object", "properties": { "id": { "type": "string", "description": "Job's id" } },
                "required": ["id"], "additionalProperties": false })) },
            "triggers": { "job_completed": { "title": "t", "kind": "webhook", "output": {}, "sample": {} } },
        })),
        manifest(json!({
            "contract": "0.1", "id": "accounting", "version": "1.0.0", "name": "Accounting", "auth": auth,
            "actions": { "create_invoice": action("write_idempotent", json!("irreversible"), json!({
                "type": "object",
                "properties": { "customer": { "type": "string" }, "lines": { "type": "array", "items": { "type": "object" } },
                    "terms": { "type": "integer", "minimum": 0 } },
                "required": ["customer", "lines"], "additionalProperties": false })) },
        })),
    ])
}

pub(super) fn check_all(text: &str) -> Checked {
    let manifests = manifests();
    let connections = ["projects".to_owned(), "accounting".to_owned()];
    check(
        text,
        &CheckEnvironment { connectors: Some(&manifests), connections: Some(&connections), workflows: None },
    )
}

#[test]
fn the_example_is_clean_in_both_forms() {
    let checked = check_all(EXAMPLE);
    assert_eq!(checked.problems, []);
    let workflow = checked.workflow.unwrap();
    assert_eq!(workflow.nodes.len(), 5);
    assert_eq!(workflow.log.retention_days, 7 * 365);
    assert_eq!(workflow.nodes[2].due, Some(Due::NextBusinessDay { hour: 12, minute: 0 }));
    let json = serde_json::to_string_pretty(&workflow.to_json()).unwrap();
    assert_eq!(check_all(&json), Checked { workflow: Some(workflow.clone()), problems: Vec::new() });
    assert_eq!(check_all(&workflow.to_text()), Checked { workflow: Some(workflow), problems: Vec::new() });
}

#[test]
fn the_written_text_reads_well() {
    let text = check_all(EXAMPLE).workflow.unwrap().to_text();
    insta::assert_snapshot!(text);
}

#[test]
fn every_kind_of_node_has_its_forms() {
    let text = r#"
workflow: all-kinds
owner: role:ops
source: crm
trigger: { id: hook, on: webhook.received, with: { path: x, reply: sync } }
input: { type: object, properties: { id: { type: string } } }
nodes:
  - { id: shape, set: { id: "{{ event.id }}", n: 5, list: [ "{{ now }}" ] }, next: [ fan, other ] }
  - id: fan
    for_each: "{{ event.lines }}"
    do:
      - { id: price, code: "return input.a * 2;", input: { a: "{{ item.amount }}", i: "{{ index }}" }, timeout: 90s, next: keep }
      - { id: keep, set: "{{ steps.price }}" }
    parallel: 4
    succeed: 90%
    next: both
  - { id: other, wait: { business: 8 business hours }, next: both }
  - { id: both, join: all, next: pick }
  - id: pick
    switch:
      - { when: "{{ steps.fan | length > 0 }}", next: pay }
      - { when: event.vip, next: person }
      - { else: true, next: answer }
    match: all
  - { id: pay, wait: { event: payment.received, key: "{{ event.id }}", timeout: 7d, on_timeout: late }, next: child }
  - { id: late, end: { status: failed, output: { why: "no payment" } } }
  - { id: child, call: other-workflow, with: "{{ steps.shape }}", on_exception: gone }
  - { id: gone, raise: { reason: needs_judgement, retry_from: child }, owner: person:ann@x.org, due: 2 business days }
  - id: person
    ask:
      question: "Go on with {{ event.id }}?"
      form: [ { field: go, type: yes_no, title: Go }, { field: note, type: long_text, required: false }, { field: why, type: choice, options: [ a, b ] } ]
      owner: team:sales
      due: 4h
      on_expired: nap
  - { id: nap, wait: { for: 2h }, next: morning }
  - { id: morning, wait: { until: "{{ now | add('1h') }}" }, next: done }
  - { id: done, end: true }
  - id: answer
    respond: { status: 201, headers: { x-id: "{{ event.id }}" }, body: { ok: true } }
exceptions: { owner: team:ops, due: 4h }
log: { retention: 90d }
review: { stage: live, bands: { large: "{{ amount > 5000 }}" } }
"#;
    let checked = check(text, &CheckEnvironment::default());
    assert_eq!(checked.problems, [], "{:#?}", checked.problems);
    let workflow = checked.workflow.unwrap();
    assert_eq!(workflow.trigger.with["reply"], json!("sync"));
    let again = check(&workflow.to_text(), &CheckEnvironment::default());
    assert_eq!(again.workflow.as_ref(), Some(&workflow), "{}", workflow.to_text());
    let NodeKind::ForEach { quorum, parallel: 4, .. } = &workflow.nodes[1].kind else { panic!("for_each") };
    assert_eq!(*quorum, Some(Quorum::Percent(90.0)));
}

#[test]
fn durations_and_deadlines_read_back() {
    use super::duration::{format_ms, parse_ms, parse_signed_ms};
    for (text, ms) in [
        ("250ms", 250),
        ("90s", 90_000),
        ("30m", 1_800_000),
        ("4h", 14_400_000),
        ("2d", 172_800_000),
        ("1h 30m", 5_400_000),
        ("1h30m", 5_400_000),
        ("7y", 220_752_000_000),
    ] {
        assert_eq!(parse_ms(text), Ok(ms), "{text}");
        assert_eq!(parse_ms(&format_ms(ms)), Ok(ms));
    }
    for text in
        ["", "5", "h", "5 parsecs", "30m 1h", "-5m", "99999999999999999999d", "9999999y", "1.5h", "5é"]
    {
        assert!(parse_ms(text).is_err(), "{text}");
    }
    assert_eq!(parse_signed_ms("-1h"), Ok(-3_600_000));
    for text in [
        "4h",
        "8 business hours",
        "1 business day",
        "1 business day 2 business hours",
        "90 business minutes",
        "next_business_day 07:05",
        "0 business days",
    ] {
        assert_eq!(Due::parse(text).unwrap().to_string(), text);
    }
    for text in [
        "",
        "business",
        "1 business",
        "1 business week",
        "next_business_day",
        "next_business_day 24:00",
        "1 business day 1 business day",
        "tomorrow",
    ] {
        assert!(Due::parse(text).is_err(), "{text}");
    }
}

#[test]
fn circles_of_calls_are_found() {
    let with_call = |id: &str, callee: &str| {
        let text = EXAMPLE.replace("workflow: invoice-readiness", &format!("workflow: {id}"));
        let call = format!("- {{ id: billing_blocked, call: {callee} }}");
        let line =
            text.lines().find(|line| line.contains("{ id: billing_blocked, raise")).unwrap().to_owned();
        text.replace(&line, &format!("  {call}"))
    };
    let read = |text: &str| check(text, &CheckEnvironment::default()).workflow.unwrap();
    let others: BTreeMap<String, Workflow> = [("b", "c"), ("c", "a"), ("d", "b")]
        .map(|(id, callee)| (id.to_owned(), read(&with_call(id, callee))))
        .into();
    let found = |id: &str, callee: &str| {
        check(
            &with_call(id, callee),
            &CheckEnvironment { workflows: Some(&others), ..CheckEnvironment::default() },
        )
    };
    let circle = found("a", "b");
    assert_eq!(circle.problems[0].code, "TL0134");
    assert!(circle.problems[0].message.contains("a → b → c → a"), "{}", circle.problems[0]);
    assert_eq!(found("a", "a").problems[0].code, "TL0134");
    assert!(found("e", "d").workflow.is_some());
    assert_eq!(found("e", "nowhere").problems[0].code, "TL0135");
    assert_eq!(call_cycle(&read(&with_call("a", "b")), &others).unwrap(), ["a", "b", "c", "a"]);
}

#[test]
fn the_texts_of_the_guide_are_right() {
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/workflow-text.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let texts: Vec<&str> =
        guide.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let (whole, parts): (Vec<&str>, Vec<&str>) =
        texts.into_iter().partition(|text| text.starts_with("workflow:"));
    assert_eq!((whole.len(), parts.len()), (4, 2));
    let with_parts = parts.iter().map(|part| format!("{}{part}", whole[0]));
    for text in whole.iter().map(|text| (*text).to_owned()).chain(with_parts) {
        assert_eq!(check(&text, &CheckEnvironment::default()).problems, [], "{text}");
    }
}

#[test]
fn every_code_has_its_page() {
    let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    let sources = [
        include_str!("read.rs"),
        include_str!("read/fields.rs"),
        include_str!("read/flow.rs"),
        include_str!("read/node.rs"),
        include_str!("read/parts.rs"),
        include_str!("source.rs"),
        include_str!("source/yaml.rs"),
        include_str!("validate.rs"),
        include_str!("validate/calls.rs"),
        include_str!("validate/connectors.rs"),
        include_str!("validate/graph.rs"),
        include_str!("validate/names.rs"),
        include_str!("validate/reach.rs"),
        include_str!("validate/reply.rs"),
        include_str!("validate/schema.rs"),
        include_str!("../expression/error.rs"),
        include_str!("../json/parse.rs"),
        include_str!("../schedule.rs"),
    ];
    for source in sources {
        for rest in source.split("\"TL").skip(1) {
            let code = format!("TL{}", rest.chars().take_while(char::is_ascii_digit).collect::<String>());
            assert!(pages.join(format!("{code}.md")).exists(), "{code} has no page under docs/errors");
        }
    }
}

#[test]
fn the_shipped_packs_are_right() {
    let packs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut seen = 0;
    for pack in std::fs::read_dir(packs).unwrap() {
        let folder = pack.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap();
        let checked = check(&text, &CheckEnvironment::default());
        assert_eq!(checked.problems, [], "{name}");
        let workflow = checked.workflow.unwrap();
        assert_eq!(workflow.id, name);
        assert_eq!(check(&workflow.to_text(), &CheckEnvironment::default()).workflow, Some(workflow));
        seen += 1;
    }
    assert!(seen >= 3, "{seen}");
}
