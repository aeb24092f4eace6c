//! Every kind of mistake: its code, its place, its words.

use super::*;

/// `line:column code` of each problem.
fn found(text: &str) -> Vec<String> {
    check_all(text).problems.iter().map(|p| format!("{}:{} {}", p.line, p.column, p.code)).collect()
}

fn only(text: &str) -> Problem {
    let mut problems = check_all(text).problems;
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems.remove(0)
}

/// The example with one piece of text replaced.
fn with(from: &str, to: &str) -> String {
    assert!(EXAMPLE.contains(from), "{from}");
    EXAMPLE.replacen(from, to, 1)
}

#[test]
fn each_missing_part_is_an_error_of_its_own() {
    let all = check_all("workflow: x\nowner: team:a\n");
    let messages: Vec<&str> = all.errors().map(|problem| problem.message.as_str()).collect();
    for part in
        ["`trigger`", "`source`", "`nodes`", "`exceptions`", "`exceptions.owner`", "`log`", "`review`"]
    {
        assert!(
            messages.iter().any(|message| message.starts_with(&format!("{part} is missing"))),
            "{part}: {messages:?}"
        );
    }
    assert_eq!(messages.len(), 7);
    for part in ["trigger:", "source:", "nodes:", "exceptions:", "log:", "review:"] {
        let text = with(&format!("\n{part}"), "\nx_gone:");
        assert!(found(&text).iter().any(|problem| problem.ends_with("TL0106")), "{part}");
        assert!(check_all(&text).workflow.is_none());
    }
}

#[test]
fn mistakes_of_the_form_are_in_their_place() {
    let cases = [
        (with("owner: team:billing\nsource", "owner: billing\nsource"), "2:8 TL0107"),
        (with("    retry:", "    retrry:"), "19:5 TL0105"),
        (with("on: projects.job_completed", "on: projects"), "4:26 TL0107"),
        (with("workflow: invoice-readiness", "workflow: Invoice Readiness"), "1:11 TL0108"),
        (with("  - id: proof", "  - id: proof-1"), "9:9 TL0108"),
        (with("attempts: 5", "attempts: 50"), "19:24 TL0107"),
        (with("over: 30m", "over: soon"), "19:33 TL0107"),
        (with("retention: 7y", "retention: 36h"), "23:19 TL0107"),
        (with("tolerated_error: 1%", "tolerated_error: 20%"), "24:43 TL0107"),
        (with("stage: review", "stage: revue"), "24:18 TL0107"),
        (with("reason: downstream_reject", "reason: downstream_rejected"), "21:45 TL0107"),
        (with("due: 1 business day", "due: tomorrow"), "22:64 TL0107"),
        (with("vars: {", "vars: ["), "7:1 TL0101"),
        (with("owner: team:billing\nsource", "owner: team:billing\nowner: team:b\nsource"), "3:1 TL0104"),
        (with("vars: { proof_hours: 8 }", "vars: { proof_hours: &x 8 }"), "6:22 TL0103"),
        (with("vars: { proof_hours: 8 }", "vars: { proof_hours: !!str 8 }"), "6:22 TL0103"),
        (with("vars: { proof_hours: 8 }", "vars: { <<: { a: 1 } }"), "6:9 TL0103"),
        (with("vars: { proof_hours: 8 }", "vars: { proof_hours: 007 }"), "6:22 TL0107"),
        (with("vars: { proof_hours: 8 }", "vars: { proof_hours: 99999999999999999999 }"), "6:22 TL0107"),
        (with("id: job, action: projects.get_job,", "id: job, acton: projects.get_job,"), "8:5 TL0106"),
        (
            with("id: job, action: projects.get_job,", "id: job, end: true, action: projects.get_job,"),
            "8:5 TL0107",
        ),
        (
            with("workflow: invoice-readiness", "---\nworkflow: invoice-readiness") + "---\na: 1\n",
            "26:1 TL0101",
        ),
        (String::new(), "1:1 TL0101"),
        ("- a\n- b\n".to_owned(), "1:1 TL0107"),
    ];
    for (text, expected) in cases {
        let found = found(&text);
        assert!(
            found.contains(&expected.to_owned()),
            "expected {expected}, found {:#?}",
            check_all(&text).problems
        );
        assert!(check_all(&text).workflow.is_none());
    }
}

#[test]
fn hints_say_what_was_meant() {
    let hint = |text: &str| only(text).hint.unwrap_or_default();
    assert_eq!(hint(&with("    retry:", "    retrry:")), "did you mean `retry`?");
    assert_eq!(hint(&with("next: proof }", "next: proff }")), "did you mean `proof`?");
    assert_eq!(
        hint(&with("on_exception: billing_blocked", "on_exception: billing_bloked")),
        "did you mean `billing_blocked`?"
    );
    assert_eq!(
        hint(&with("id: job, action: projects.get_job,", "id: job, acton: projects.get_job,")),
        "did you mean `action` instead of `acton`?"
    );
    assert_eq!(
        hint(&with("  - id: proof", "  - id: Proof-1").replace("next: proof }", "next: Proof-1 }")),
        "write `proof_1`"
    );
}

#[test]
fn the_graph_goes_forward() {
    let code = |text: &str| check_all(text).problems.iter().map(|problem| problem.code).collect::<Vec<_>>();
    assert_eq!(code(&with("next: proof }", "next: nowhere }")), ["TL0110"]);
    assert!(
        code(&with("on_exception: billing_blocked", "next: job\n    on_exception: billing_blocked"))
            .contains(&"TL0111")
    );
    assert_eq!(code(&with("on_exception: billing_blocked", "on_exception: invoice")), ["TL0111", "TL0112"]);
    assert_eq!(code(&with("    on_exception: billing_blocked\n", "")), ["TL0112"]);
    assert_eq!(code(&with("id: billing_blocked, raise", "id: missing, raise")), ["TL0110", "TL0109"]);
    let after_else = "{ else: true, next: missing }\n      - { when: \"{{ true }}\", next: invoice }";
    assert_eq!(code(&with("{ else: true, next: missing }", after_else)), ["TL0115"]);
    let lone_join = with("raise: { reason: downstream_reject, owner: team:billing, due: 4h }", "join: all");
    assert_eq!(code(&lone_join), ["TL0114"]);
    let meeting =
        with("    on_exception: billing_blocked", "    next: end\n    on_exception: billing_blocked")
            .replace("due: 4h } }", "due: 4h }, next: end }\n  - { id: end, end: true }");
    assert_eq!(code(&meeting), ["TL0113"]);
    assert_eq!(
        code(&meeting.replace("{ id: end, end: true }", "{ id: end, join: all }")),
        Vec::<&str>::new()
    );
    assert_eq!(code(&meeting.replace("{ id: end, end: true }", "{ id: end, join: 3 }")), ["TL0114"]);
    let after_end = with(
        "raise: { reason: downstream_reject, owner: team:billing, due: 4h }",
        "end: true, next: x }\n  - { id: x, end: true",
    );
    assert_eq!(code(&after_end), ["TL0107"]);
}

#[test]
fn bodies_stand_for_themselves() {
    let text = EXAMPLE.replace(
        "  - { id: billing_blocked, raise: { reason: downstream_reject, owner: team:billing, due: 4h } }\n",
        "  - id: billing_blocked\n    for_each: \"{{ steps.job.lines }}\"\n    do:\n      - { id: inner, set: \"{{ item }}\", next: invoice }\n      - { id: second, respond: { status: 200 } }\n    next: after\n  - { id: after, set: \"{{ steps.inner }} {{ item }} {{ steps.billing_blocked }}\" }\n",
    );
    let codes: Vec<_> = check_all(&text).problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["TL0116", "TL0117", "TL0122", "TL0121"]);
}

#[test]
fn names_in_expressions_are_known() {
    let cases = [
        (
            "id: \"{{ event.job_id }}\" }, next",
            "id: \"{{ evnt.job_id }}\" }, next",
            "TL0121",
            "did you mean `event`?",
        ),
        ("{{ steps.job.number }}", "{{ steps.jib.number }}", "TL0121", "did you mean `steps.job`?"),
        ("{{ steps.job.number }}", "{{ steps.invoice.number }}", "TL0122", "read only steps"),
        ("{{ steps.job.number }}", "{{ job.number }}", "TL0121", "the output of a node is `steps.job`"),
        ("{{ steps.job.number }}", "{{ done.number }}", "TL0121", "what the trigger gave is `event`"),
        ("{{ steps.job.number }}", "{{ item.number }}", "TL0121", "for-each"),
        ("{{ steps.job.number }}", "{{ vars.proof_hour }}", "TL0121", "did you mean `vars.proof_hours`?"),
        ("{{ steps.job.number }}", "{{ steps.job.number | uper }}", "TL0120", "did you mean `upper`?"),
        ("{{ steps.job.number }}", "{{ steps.job.number", "TL0120", ""),
        ("job: \"{{ event.job_id }}\"", "job: \"{{ steps.job.id }}\"", "TL0121", "no step has run here yet"),
        ("\"steps.job.customer.phone\"", "\"steps.jop.phone\"", "TL0121", "did you mean `steps.job`?"),
    ];
    for (from, to, code, hint) in cases {
        let problem = only(&with(from, to));
        assert_eq!(problem.code, code, "{to}: {problem}");
        assert!(problem.hint.clone().unwrap_or_default().contains(hint), "{to}: {problem}");
    }
    assert_eq!(only(&with("{{ event.delivery_id }}", "fixed")).code, "TL0133");
    assert_eq!(
        only(&with("reason: downstream_reject,", "reason: downstream_reject, sentence: too short,")).code,
        "TL0118"
    );
}

#[test]
fn connectors_are_asked() {
    let cases = [
        ("action: projects.get_job", "action: project.get_job", "TL0130", "did you mean `projects.get_job`?"),
        (
            "action: projects.get_job",
            "action: projects.get_jobs",
            "TL0130",
            "did you mean `projects.get_job`?",
        ),
        ("action: projects.get_job", "action: projects.job_completed", "TL0130", "it is not an action"),
        (
            "on: projects.job_completed",
            "on: projects.job_complete",
            "TL0130",
            "did you mean `projects.job_completed`?",
        ),
        (
            "get_job, connection: projects,",
            "get_job, connection: project,",
            "TL0131",
            "did you mean `projects`?",
        ),
        ("get_job, connection: projects,", "get_job,", "TL0131", "a connection holds"),
        ("with: { id: \"{{ event.job_id }}\" }", "with: { }", "TL0132", "id: Job's id"),
        ("with: { id: \"{{ event.job_id }}\" }", "with: { id: 5 }", "TL0132", ""),
        ("with: { customer:", "with: { custmer: x, customer:", "TL0132", "did you mean `customer`?"),
        ("with: { customer:", "with: { terms: -1, customer:", "TL0132", ""),
        ("stage: review", "stage: live", "TL0119", "begin with `stage: review`"),
    ];
    for (from, to, code, hint) in cases {
        let problem = only(&with(from, to));
        assert_eq!(problem.code, code, "{to}: {problem}");
        assert!(problem.hint.clone().unwrap_or_default().contains(hint), "{to}: {problem}");
    }
    assert!(check_all(&with("stage: review", "stage: live")).workflow.is_some());
    let schedule = |with: &str| {
        let trigger = "trigger: { id: done, on: schedule.tick, with: ".to_owned() + with + " }";
        let line = EXAMPLE.lines().find(|line| line.starts_with("trigger:")).unwrap();
        check(&EXAMPLE.replace(line, &trigger), &CheckEnvironment::default())
    };
    assert!(schedule("{ cron: 0 7 * * 1-5, zone: Europe/Berlin }").workflow.is_some());
    let code = |with: &str| schedule(with).problems.iter().map(|problem| problem.code).collect::<Vec<_>>();
    assert_eq!(code("{ cron: 0 25 * * * }"), ["TL0170"]);
    assert_eq!(code("{ cron: 0 7 * * *, zone: Berlin }"), ["TL0171"]);
}

#[test]
fn everything_is_told_at_once_and_hostile_texts_are_bounded() {
    let text = with("attempts: 5", "attempts: 50")
        .replace("stage: review", "stage: revue")
        .replace("next: proof }", "next: nope }");
    let codes: Vec<_> =
        check_all(&text).problems.iter().map(|problem| (problem.line, problem.code)).collect();
    assert_eq!(codes, [(8, "TL0110"), (19, "TL0107"), (24, "TL0107")]);
    assert_eq!(check_all(&"a".repeat(MAX_TEXT_BYTES + 1)).problems[0].code, "TL0102");
    let deep = check_all(&("a: ".to_owned() + &"[".repeat(100_000)));
    assert_eq!(deep.problems[0].code, "TL0102", "{}", deep.problems[0]);
    assert_eq!(check_all(&("{\"a\": ".to_owned() + &"[".repeat(100_000))).problems[0].code, "TL0102");
    let many = (0..5_000).fold(String::new(), |text, index| text + &format!("k{index}: 1\n"));
    assert!(check_all(&many).problems.len() <= 600);
    let bare = with("with: { id: \"{{ event.job_id }}\" }", "with: { id: {{ event.job_id }} }");
    let bare = check_all(&bare);
    let told = bare
        .problems
        .iter()
        .any(|problem| problem.hint.clone().unwrap_or_default().contains("quotes around"));
    assert!(told, "{:#?}", bare.problems);
}

/// Texts of the largest size that is read: none may take the checker long.
#[test]
fn large_texts_are_checked_in_bounded_time() {
    let head = EXAMPLE.split("nodes:").next().unwrap().to_owned() + "nodes:\n";
    let tail = "exceptions: { owner: team:a, due: 4h }\nlog: { retention: 1d }\nreview: { stage: draft }\n";
    let chain = |count: usize| {
        let nodes = (0..count).fold(String::new(), |text, index| {
            text + &format!("  - {{ id: n{index}, set: \"{{{{ steps.n0 }}}}\", next: n{} }}\n", index + 1)
        });
        format!("{head}{nodes}  - {{ id: n{count}, end: true }}\n{tail}")
    };
    let start = std::time::Instant::now();
    assert_eq!(check_all(&chain(900)).errors().count(), 1, "only n0 reads itself");
    assert_eq!(only(&chain(2_000)).code, "TL0102");
    let dense = (0..60).fold(head.clone(), |text, index| {
        let next: Vec<String> = (index + 1..60).map(|next| format!("n{next}")).collect();
        text + &format!("  - {{ id: n{index}, set: 1, next: [ {} ] }}\n", next.join(", "))
    });
    assert!(check_all(&(dense + tail)).workflow.is_some());
    for text in [
        "a: *b\n".repeat(150_000),
        "[".repeat(200) + &"a,".repeat(50_000),
        "- ".repeat(300_000),
        "\"".to_owned() + &"\\u0041".repeat(100_000),
        "? ".repeat(300_000),
        "{ ".repeat(300_000),
        "|".repeat(900_000),
    ] {
        assert!(check_all(&text).workflow.is_none());
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn the_whole_input_may_be_one_expression() {
    let whole = |with: &str| {
        let line =
            "    with: { customer: \"{{ steps.job.customer_id }}\", lines: \"{{ steps.job.lines }}\" }";
        check_all(&EXAMPLE.replace(line, &format!("    with: {with}")))
    };
    assert_eq!(whole("\"{{ steps.job }}\"").problems, []);
    assert_eq!(whole("\"x {{ steps.job }}\"").problems[0].code, "TL0107");
    assert_eq!(whole("\"{{ steps.jib }}\"").problems[0].code, "TL0121");
    assert_eq!(whole("\"{{ steps.job\"").problems[0].code, "TL0120");
}
