//! The projects connector against recorded answers.

use throughline::testkit::{Kit, Mock, conformance, standard_webhook};
use throughline::{FailKind, Landed, Verdict};
use throughline_plugin_projects::connector;

use serde_json::{Value, json};
use throughline::serde_json;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// 2026-03-01T09:00:00Z, the kit's clock.
const NOW: u64 = 1_772_355_600;

fn kit() -> Kit {
    Kit::new(connector())
}

#[test]
fn conforms() {
    conformance(&connector()).assert();
}

#[test]
fn tells_which_proof_is_missing() {
    let job =
        kit().run("get_job", &json!({ "id": "job_0001" }), include_str!("cassettes/get_job.json")).unwrap();
    assert_eq!((&job["number"], &job["missing"]), (&json!("J-1001"), &json!([])));

    let cassette = include_str!("cassettes/get_job_without_proof.json");
    let job = kit().run("get_job", &json!({ "id": "job_0005" }), cassette).unwrap();
    assert_eq!(job["missing"], json!(["photos", "signature"]));
    let job = kit().run("get_job", &json!({ "id": "job_0005", "min_photos": 1 }), cassette).unwrap();
    assert_eq!(job["missing"], json!(["signature"]));
}

#[test]
fn says_that_a_job_is_not_there() {
    let fail = kit()
        .run("get_job", &json!({ "id": "job_9999" }), include_str!("cassettes/get_no_job.json"))
        .unwrap_err();
    assert_eq!(
        (fail.kind(), fail.code(), fail.http_status()),
        (&FailKind::NotFound, "projects.no_job", Some(404))
    );
    assert_eq!(fail.remote_request_id(), Some("req-7"));
}

#[test]
fn lists_jobs() {
    let jobs = kit()
        .run("list_jobs", &json!({ "status": "in_progress" }), include_str!("cassettes/list_jobs.json"))
        .unwrap();
    assert_eq!(jobs["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(jobs["items"][1]["missing"], json!(["photos", "signature"]));
}

#[test]
fn changes_a_job_that_did_not_move() {
    let input = json!({ "id": "job_0001", "title": "Boiler service" });
    let plan = kit().preview("update_job", &input, include_str!("cassettes/get_job.json")).unwrap();
    assert_eq!(plan.text(), "Change job J-1001");
    assert_eq!(plan.changes()[0].before, Some(json!({ "title": "Annual boiler service, two units" })));
    assert_eq!(plan.changes()[0].after, Some(json!({ "title": "Boiler service" })));

    let version = json!("2026-03-01T08:00:00.000000Z");
    kit().run_if("update_job", &input, &version, include_str!("cassettes/update_job.json")).unwrap();
    let moved = kit().run_if(
        "update_job",
        &input,
        &json!("2026-03-01T07:59:59Z"),
        include_str!("cassettes/get_job.json"),
    );
    assert_eq!(moved.unwrap_err().kind(), &FailKind::Conflict);

    let landed = kit().reconcile("update_job", &input, include_str!("cassettes/get_job.json")).unwrap();
    assert_eq!(landed, Landed::NotApplied);
}

#[test]
fn completes_a_job() {
    let input = json!({ "id": "job_0001" });
    let job = kit().run("complete_job", &input, include_str!("cassettes/complete_job.json")).unwrap();
    assert_eq!(job["status"], "completed");
    let fail =
        kit().run("complete_job", &input, include_str!("cassettes/complete_cancelled_job.json")).unwrap_err();
    assert_eq!(fail.code(), "projects.job_cancelled");
    let landed =
        kit().reconcile("complete_job", &input, include_str!("cassettes/completed_job.json")).unwrap();
    assert!(matches!(landed, Landed::Applied(job) if job["status"] == "completed"));
    let plan = kit()
        .preview(
            "complete_job",
            &json!({ "id": "job_0005" }),
            include_str!("cassettes/get_job_without_proof.json"),
        )
        .unwrap();
    assert_eq!(plan.changes()[0].note.as_deref(), Some("without photos and signature"));
}

#[test]
fn polls_pass_over_what_is_there_then_tell_changes() {
    let poll = |cursor: Option<&Value>, cassette: &str| {
        kit().poll("job_updated", &json!({}), cursor, cassette).unwrap()
    };
    let (events, cursor) = poll(None, include_str!("cassettes/poll_start.json"));
    assert!(events.is_empty());
    let (events, cursor) = poll(Some(&cursor), include_str!("cassettes/poll_start_end.json"));
    assert!(events.is_empty());
    let (events, cursor) = poll(Some(&cursor), include_str!("cassettes/poll_changes.json"));
    assert_eq!(events[0].id, "job_0001@2026-03-01T09:00:00.000000Z");
    assert_eq!(events[0].occurred_at, Some(NOW * 1_000));
    let (events, after) = poll(Some(&cursor), include_str!("cassettes/poll_nothing.json"));
    assert!(events.is_empty() && after == cursor);
}

#[test]
fn takes_a_signed_webhook_and_no_other() {
    let body = r#"{"type":"job_completed","delivery_id":"dlv_1","job_id":"job_0001","occurred_at":"2026-03-01T08:59:58.000000Z"}"#;
    let handle = |request| {
        kit()
            .handle("job_completed", &json!({}), request, Mock::offline().secret("webhook.secret", SECRET))
            .unwrap()
    };
    let Verdict::Accept(events) = handle(standard_webhook(SECRET, "dlv_1", NOW, body)) else {
        panic!("not accepted")
    };
    assert_eq!((events[0].id.as_str(), &events[0].data["job_id"]), ("dlv_1", &json!("job_0001")));
    assert_eq!(events[0].occurred_at, Some(NOW * 1_000 - 2_000));

    assert_eq!(
        handle(standard_webhook("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "dlv_1", NOW, body)),
        Verdict::Reject(401)
    );
    assert_eq!(handle(standard_webhook(SECRET, "dlv_1", NOW - 301, body)), Verdict::Reject(401));
    let mut changed = standard_webhook(SECRET, "dlv_1", NOW, body);
    changed.body.push(b' ');
    assert_eq!(handle(changed), Verdict::Reject(401));
    let other = standard_webhook(SECRET, "dlv_2", NOW, r#"{"type":"job_created","job_id":"job_0001"}"#);
    assert_eq!(handle(other), Verdict::Accept(Vec::new()));
}

#[test]
fn hears_of_completed_jobs_and_of_what_changes_in_them() {
    let handle = |kind: &str| {
        let body = format!(
            r#"{{"type":"{kind}","delivery_id":"dlv_1","job_id":"job_0001","occurred_at":"2026-03-01T08:59:58.000000Z"}}"#
        );
        let request = standard_webhook(SECRET, "dlv_1", NOW, &body);
        let mock = Mock::offline().secret("webhook.secret", SECRET);
        kit().handle("job_changed", &json!({}), request, mock).unwrap()
    };
    for (kind, change) in [("job_completed", "completed"), ("job_changed", "changed")] {
        let Verdict::Accept(events) = handle(kind) else { panic!("{kind} is not accepted") };
        assert_eq!((events[0].id.as_str(), &events[0].data["change"]), ("dlv_1", &json!(change)));
    }
    assert_eq!(handle("job_created"), Verdict::Accept(Vec::new()));
}

#[test]
fn tests_the_connection() {
    let account = kit().test(include_str!("cassettes/whoami.json")).unwrap();
    assert_eq!((account.id(), account.label()), ("acct_projects_demo", "Demo Projects"));
}
