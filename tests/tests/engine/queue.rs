//! The queue: one exception a record and reason or a cause, its life, and what is released when the cause is gone.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use throughline_domain::access::{Handle, Mail, Role};
use throughline_domain::calendar::{Calendar, CalendarDefinition, due_at};
use throughline_domain::id::{ExceptionId, MailId, PersonId, RunId};
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::Due;
use throughline_engine::command::{ExceptionAct, ResolveRequest, Verb};
use throughline_host::services::Clock;
use throughline_simulators::{FailureMatch, FailureMode, FailureSpec};
use throughline_store::{
    By, ExceptionFilter, ExceptionRow, ExceptionState, MailKind, NewAccount, NewMail, NewMemberKind,
    PageRequest, RunStatus,
};

use crate::support::{Ground, MachineClock};
use crate::world::{BY, PATIENCE, World, invoice, on_both, text};

on_both!(
    four_hundred_failures_of_one_cause_are_one_exception,
    the_same_again_is_counted_reopened_or_only_noted,
    what_went_on_by_itself_does_not_wait_any_more,
    a_resolution_is_done_when_the_system_was_read,
    people_work_on_it_together,
    an_owner_who_left_is_replaced_by_the_backup,
    what_waits_on_a_connection_goes_on_when_it_is_back,
    a_mail_server_that_is_away_is_an_exception_until_it_takes_mail,
    deadlines_go_by_the_hours_of_the_workspace,
    a_resolution_is_done_when_every_run_that_waited_is,
);

const MANY: usize = 400;

impl World {
    /// Every exception there is, newest first.
    async fn queue(&self) -> Vec<ExceptionRow> {
        self.engine.tend_exceptions().await.unwrap();
        let page = PageRequest::first(200);
        self.store.list_exceptions(&self.scope, ExceptionFilter::All, &page).await.unwrap().items
    }

    /// Waits until an exception is so.
    async fn watch(&self, exception: &ExceptionId, so: impl Fn(&ExceptionRow) -> bool) -> ExceptionRow {
        let began = tokio::time::Instant::now();
        loop {
            self.engine.tend_exceptions().await.unwrap();
            if let Some(row) = self.store.get_exception(&self.scope, exception).await.unwrap() {
                if so(&row) {
                    return row;
                }
                assert!(began.elapsed() < PATIENCE, "{row:#?}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn act(
        &self,
        exception: &ExceptionId,
        act: ExceptionAct,
        by: &str,
    ) -> Result<ExceptionRow, String> {
        let done = self.engine.act_on_exception(&self.scope, exception, &act, by).await;
        done.map_err(|error| error.to_string())
    }
}

/// Calls of accounting that are refused, as by an expired credential.
fn locked_out(ground: &Ground, count: usize) {
    let matching =
        FailureMatch { method: Some("POST".to_owned()), path_prefix: Some("/v1/invoices".to_owned()) };
    let spec = FailureSpec {
        matching,
        status: Some(401),
        count: u32::try_from(count).unwrap(),
        ..FailureSpec::next(FailureMode::Reject)
    };
    ground.accounting.set_failure(spec).unwrap();
}

async fn four_hundred_failures_of_one_cause_are_one_exception(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    world.publish("bill", &invoice("")).await;
    locked_out(&ground, MANY);
    let mut runs: Vec<RunId> = Vec::new();
    for _ in 0..MANY {
        runs.push(world.run("bill", json!({})).await);
    }
    for run in &runs {
        world.until(run, RunStatus::Waiting).await;
    }
    world.engine.tend_exceptions().await.unwrap();
    let [one] = &world.queue().await[..] else { panic!("{:#?}", world.queue().await.len()) };
    let one = world.watch(&one.exception, |row| row.occurrences as usize == MANY).await;
    assert_eq!(
        (one.connection.as_deref(), one.reason.to_string().as_str()),
        (Some("accounting"), "auth_failed")
    );
    assert_eq!(world.store.count_waiting_steps(&world.scope, &one.exception).await.unwrap() as usize, MANY);
    let retry = ResolveRequest::new(Verb::Retry);
    let resolved = world.engine.resolve_exception(&world.scope, &one.exception, retry, BY).await.unwrap();
    assert!((resolved.steps as usize) < MANY, "as many as its connection takes, not all at once");
    for run in &runs {
        world.succeeded(run).await;
    }
    let over = world.watch(&one.exception, |row| row.resolved_at.is_some()).await;
    assert_eq!((over.state, over.resolved_by.as_deref()), (ExceptionState::Resolved, Some(BY)));
    assert_eq!(world.queue().await.len(), 1, "nothing of it came back");
    let steps = world.store.steps_of_exception(&world.scope, &one.exception, 500).await.unwrap();
    let mut told: Vec<Timestamp> = steps.iter().map(|step| step.released_at.unwrap()).collect();
    told.sort_unstable();
    let most =
        told.iter().map(|at| told.iter().filter(|other| at.0 <= other.0 && other.0 < at.0 + 900_000).count());
    assert!(most.max().unwrap() <= 50, "in batches: {told:?}");
    world.stop().await;
}

fn checks() -> String {
    let raise = "- { id: missing, raise: { reason: missing_required, sentence: \"Order {{ event.order }} has {{ event.what }}.\" } }";
    text("check", "on: throughline.manual", raise)
        .replace("nodes:\n", "keys: { order: \"{{ event.order }}\" }\nnodes:\n")
}

async fn the_same_again_is_counted_reopened_or_only_noted(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    world.publish_text(&checks()).await;
    let event = |order: u32| json!({ "order": order, "what": "no photos of it" });
    let (first, second) = (world.run("check", event(7)).await, world.run("check", event(7)).await);
    let other = world.run("check", event(8)).await;
    for run in [&first, &second, &other] {
        world.until(run, RunStatus::Waiting).await;
    }
    assert_eq!(world.queue().await.len(), 2, "one a record");
    let step = world.exception(&first).await;
    let one = world.watch(&step.exception, |row| row.occurrences == 2).await;
    // Skipping lets both runs go on; the raise names no system, so nothing is left to verify.
    let skip = ResolveRequest::new(Verb::Skip);
    world.engine.resolve_exception(&world.scope, &one.exception, skip, BY).await.unwrap();
    world.succeeded(&first).await;
    world.succeeded(&second).await;
    let over = world.watch(&one.exception, |row| row.resolved_at.is_some()).await;
    assert_eq!(over.state, ExceptionState::Resolved);
    let third = world.run("check", event(7)).await;
    world.until(&third, RunStatus::Waiting).await;
    let back = world.watch(&one.exception, |row| row.reopened == 1).await;
    assert_eq!((back.state, back.occurrences), (ExceptionState::Open, 3));
    let dismiss = ExceptionAct::Dismiss { reason: "photos are not needed for this one".to_owned() };
    let gone = world.act(&one.exception, dismiss, BY).await.unwrap();
    assert_eq!(gone.state, ExceptionState::Dismissed);
    world.until(&third, RunStatus::Failed).await;
    let fourth = world.run("check", event(7)).await;
    world.until(&fourth, RunStatus::Failed).await;
    let noted = world.watch(&one.exception, |row| row.occurrences == 4).await;
    assert_eq!(noted.state, ExceptionState::Dismissed, "counted only");
    let other_words = json!({ "order": 7, "what": "no signature on it" });
    let fifth = world.run("check", other_words).await;
    world.until(&fifth, RunStatus::Waiting).await;
    let again = world.watch(&one.exception, |row| row.occurrences == 5).await;
    assert_eq!(again.state, ExceptionState::Open, "the evidence changed");
    world.engine.cancel_run(&world.scope, &fifth, BY).await.unwrap();
    let without = world.watch(&one.exception, |row| row.resolved_at.is_some()).await;
    assert_eq!(without.state, ExceptionState::Superseded, "its step went on without it");
    world.engine.cancel_run(&world.scope, &other, BY).await.unwrap();
    world.until(&other, RunStatus::Cancelled).await;
    world.stop().await;
}

/// Found by a campaign of kills: a step that had gone on was still counted, so that what waited could not be answered.
async fn what_went_on_by_itself_does_not_wait_any_more(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    world.publish_text(&checks()).await;
    let event = || json!({ "order": 7, "what": "no photos of it" });
    let (first, second) = (world.run("check", event()).await, world.run("check", event()).await);
    for run in [&first, &second] {
        world.until(run, RunStatus::Waiting).await;
    }
    let step = world.exception(&first).await;
    let one = world.watch(&step.exception, |row| row.occurrences == 2).await;
    let by_hand = || ResolveRequest {
        output: Some(json!({ "seen": true })),
        ..ResolveRequest::new(Verb::CompleteByHand)
    };
    let refused =
        world.engine.resolve_exception(&world.scope, &one.exception, by_hand(), BY).await.unwrap_err();
    assert_eq!(refused.code(), "TL0843", "two wait, and each has its own output: {refused}");
    world.engine.cancel_run(&world.scope, &first, BY).await.unwrap();
    world.until(&first, RunStatus::Cancelled).await;
    world.engine.resolve_exception(&world.scope, &one.exception, by_hand(), BY).await.unwrap();
    world.succeeded(&second).await;
    world.stop().await;
}

async fn a_resolution_is_done_when_the_system_was_read(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    world.publish("bill", &invoice("")).await;
    ground.fail("/v1/invoices", FailureMode::Reject, None);
    let run = world.run("bill", json!({})).await;
    let step = world.exception(&run).await;
    let open = world.watch(&step.exception, |_| true).await;
    assert_eq!(open.updates_after[0].system, "accounting");
    let preview = world.engine.preview_exception(&world.scope, &open.exception).await.unwrap().unwrap();
    assert_eq!(preview.operations[0].system, "accounting");
    assert_eq!(preview.money.map(|money| money.to_string()).as_deref(), Some("10.00 GBP"));
    assert_eq!(ground.sent_and_applied("/v1/invoices").await.1, 0, "nothing was written to tell it");
    let retry = ResolveRequest::new(Verb::Retry);
    let resolved = world.engine.resolve_exception(&world.scope, &step.exception, retry, BY).await.unwrap();
    assert_eq!(resolved.state, "verifying");
    world.succeeded(&run).await;
    let over = world.watch(&step.exception, |row| row.resolved_at.is_some()).await;
    assert_eq!(over.state, ExceptionState::Resolved);
    assert_eq!(over.strength.map(|strength| strength.to_string()).as_deref(), Some("read_back"));
    let whole = world.engine.exception_detail(&world.scope, &step.exception).await.unwrap();
    let words: Vec<String> =
        whole.log.iter().map(|entry| json!(entry.event)["type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(words, ["resolving", "resolution_taken", "verified", "resolved"]);
    world.stop().await;
}

async fn people_work_on_it_together(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    world.publish_text(&checks()).await;
    let run = world.run("check", json!({ "order": 1, "what": "no photos of it" })).await;
    let step = world.exception(&run).await;
    let id = step.exception;
    let taken = world.act(&id, ExceptionAct::Take, "ada").await.unwrap();
    assert_eq!((taken.state, taken.person.as_deref()), (ExceptionState::InProgress, Some("ada")));
    assert_eq!(taken.owner, "team:ops", "it stays the team's");
    let until = step.opened_at.plus_ms(3_600_000);
    let wait = ExceptionAct::Wait {
        on: throughline_domain::exception::life::WaitingOn::Customer,
        until,
        note: "the photos".to_owned(),
    };
    let waiting = world.act(&id, wait, "ada").await.unwrap();
    assert_eq!((waiting.state, waiting.waiting_until), (ExceptionState::Waiting, Some(until)));
    let too_long = ExceptionAct::Wait {
        on: throughline_domain::exception::life::WaitingOn::Vendor,
        until: until.plus_ms(40 * 86_400_000),
        note: "for ever".to_owned(),
    };
    assert!(world.act(&id, too_long, "ada").await.unwrap_err().contains("30 days"));
    let back = world.act(&id, ExceptionAct::EndWait, "ada").await.unwrap();
    assert_eq!(back.state, ExceptionState::InProgress);
    let nobody = ExceptionAct::Assign { to: "billing".to_owned() };
    assert!(world.act(&id, nobody, "ada").await.unwrap_err().contains("owner"));
    let over =
        ExceptionAct::HandOver { to: "team:field".to_owned(), note: "they have the photos".to_owned() };
    let handed = world.act(&id, over, "ada").await.unwrap();
    assert_eq!((handed.owner.as_str(), handed.person), ("team:field", None));
    world.engine.comment_on_exception(&world.scope, &id, "asked by phone", "ada").await.unwrap();
    world.engine.watch_exception(&world.scope, &id, true, "bob").await.unwrap();
    let other = world.run("check", json!({ "order": 2, "what": "no photos of it" })).await;
    let from = world.exception(&other).await.exception;
    let merged = world.engine.merge_exceptions(&world.scope, &from, &id, "ada").await.unwrap();
    assert_eq!((merged.occurrences, &merged.exception), (2, &handed.exception));
    assert_eq!(world.store.count_waiting_steps(&world.scope, &id).await.unwrap(), 2);
    let whole = world.engine.exception_detail(&world.scope, &id).await.unwrap();
    assert_eq!((whole.comments.len(), whole.watchers.len()), (1, 1));
    let skip = ResolveRequest::new(Verb::Skip);
    world.engine.resolve_exception(&world.scope, &id, skip, "ada").await.unwrap();
    world.succeeded(&run).await;
    world.succeeded(&other).await;
    world.watch(&id, |row| row.state == ExceptionState::Resolved).await;
    world.stop().await;
}

async fn an_owner_who_left_is_replaced_by_the_backup(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let by = By { who: "admin", at: Timestamp(1_700_000_000_000_000) };
    let mut people = Vec::new();
    for (number, name) in [(1, "ada"), (2, "boss")] {
        let person = PersonId::new(number, 7);
        let mail = Mail::try_from(format!("{name}@example.org")).unwrap();
        let account = NewAccount { person: person.clone(), mail, name: name.to_owned(), server_admin: false };
        world.store.create_account(&account, by).await.unwrap();
        let handle = Handle::try_from(name.to_owned()).unwrap();
        let (scope, kind) = (&world.scope, NewMemberKind::Account);
        assert!(world.store.add_member(scope, &person, &handle, &kind, by).await.unwrap());
        assert!(world.store.set_roles(scope, &person, &[Role::Operator].into(), by).await.unwrap());
        people.push(person);
    }
    let raise = "- { id: missing, raise: { reason: missing_required, owner: person:ada, \
                 sentence: \"Order {{ event.order }} has no photos.\" } }";
    world.publish("check", raise).await;
    let run = world.run("check", json!({ "order": 1 })).await;
    let id = world.exception(&run).await.exception;
    let row = world.watch(&id, |_| true).await;
    assert_eq!((row.owner.as_str(), row.state), ("person:ada", ExceptionState::Assigned));
    assert_eq!(row.backup.as_deref(), Some("person:boss"));
    assert!(world.store.remove_member(&world.scope, &people[0], by).await.unwrap());
    let row = world.watch(&id, |row| row.owner == "person:boss").await;
    assert_eq!((row.person.as_deref(), row.assigned_by.as_str()), (Some("boss"), "escalation"));
    // Nobody is passed to who is not there: what opens now goes to the backup at once.
    let other = world.run("check", json!({ "order": 2 })).await;
    let next = world.exception(&other).await.exception;
    assert_eq!(world.watch(&next, |_| true).await.owner, "person:boss");
    world.stop().await;
}

async fn what_waits_on_a_connection_goes_on_when_it_is_back(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    world.publish("bill", &invoice("")).await;
    locked_out(&ground, 2);
    let runs = [world.run("bill", json!({})).await, world.run("bill", json!({})).await];
    for run in &runs {
        world.until(run, RunStatus::Waiting).await;
    }
    let id = world.exception(&runs[0]).await.exception;
    let one = world.watch(&id, |row| row.occurrences == 2).await;
    assert_eq!(world.queue().await.len(), 1);
    // The next call that succeeds shows that the cause is gone.
    let third = world.run("bill", json!({})).await;
    world.succeeded(&third).await;
    for run in &runs {
        world.succeeded(run).await;
    }
    let over = world.watch(&one.exception, |row| row.resolved_at.is_some()).await;
    assert_eq!((over.ended.as_deref(), over.resolved_by), (Some("evidence"), None));
    // One that is deleted while something waits stops what comes next with words, and nothing is lost.
    world.engine.delete_connection(&world.scope, "accounting", BY).await.unwrap();
    let fourth = world.run("bill", json!({})).await;
    world.until(&fourth, RunStatus::Waiting).await;
    let step = world.exception(&fourth).await;
    assert!(step.sentence.contains("accounting"), "{}", step.sentence);
    world.watch(&step.exception, |row| row.state == ExceptionState::Open).await;
    world.stop().await;
}

/// A mail about an exception that has been refused twice, and is tried again now.
async fn twice_refused(world: &World, about: &ExceptionId, words: &str) -> NewMail {
    let now = MachineClock.now();
    let later = now.plus_ms(3_600_000);
    let new = NewMail {
        mail: MailId::about(about.as_str(), words),
        kind: MailKind::Exception,
        about: Some(about.to_string()),
        to: "ada@example.com".to_owned(),
        name: None,
        subject: "One exception waits".to_owned(),
        text: "It says what and why.".to_owned(),
        html: None,
        queued_at: now,
        not_before: later,
        until: later,
    };
    world.store.queue_mail(&world.scope, &new).await.unwrap();
    for next in [later, now] {
        let row = world.store.get_mail(&world.scope, &new.mail).await.unwrap().unwrap();
        assert!(world.store.take_mail(&row, later).await.unwrap());
        assert!(world.store.retry_mail(&row, next, "no answer").await.unwrap());
    }
    new
}

async fn a_mail_server_that_is_away_is_an_exception_until_it_takes_mail(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    world.publish_text(&checks()).await;
    let run = world.run("check", json!({ "order": 7, "what": "no photos of it" })).await;
    world.until(&run, RunStatus::Waiting).await;
    let about = world.queue().await[0].exception.clone();
    ground.mail.set_failure(FailureSpec { count: 2, ..FailureSpec::next(FailureMode::Unavailable) }).unwrap();
    for words in ["to ada", "to ben"] {
        twice_refused(&world, &about, words).await;
    }
    world.engine.look_again();
    let began = tokio::time::Instant::now();
    let away = loop {
        let away =
            world.queue().await.into_iter().find(|row| row.connection.as_deref() == Some("mail.server"));
        match away {
            Some(row) if row.occurrences == 2 => break row,
            _ => assert!(began.elapsed() < PATIENCE, "{away:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!((away.kind.as_str(), away.reason.to_string().as_str()), ("technical", "transient_exhausted"));
    assert_eq!(away.run, run, "told of the run that nobody hears of");
    assert_eq!(away.failure.as_ref().unwrap().code, "TL0461");
    assert!(away.no_update_reason.as_deref().unwrap().contains("goes by itself"), "{away:?}");
    // Nothing waits on it, and it does not go away for that.
    world.engine.look_again();
    assert_eq!(world.store.count_waiting_steps(&world.scope, &away.exception).await.unwrap(), 0);
    twice_refused(&world, &about, "to eve").await;
    world.engine.look_again();
    let over = world.watch(&away.exception, |row| row.resolved_at.is_some()).await;
    assert_eq!((over.state, over.ended.as_deref()), (ExceptionState::Resolved, Some("evidence")));
    world.until(&run, RunStatus::Waiting).await;
    world.stop().await;
}

async fn deadlines_go_by_the_hours_of_the_workspace(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    // Open on no day but one, from a minute after midnight on: whatever day it is today, that is days away.
    let hours = [("sunday".to_owned(), "00:01-24:00".to_owned())].into();
    let sundays =
        CalendarDefinition { zone: "Pacific/Auckland".to_owned(), hours, holidays: BTreeSet::new() };
    world.engine.set_calendar(&world.scope, &sundays, BY).await.unwrap();
    let nodes = "- { id: q, ask: { question: \"When may we come to see it?\", form: [ { field: day } ], owner: team:ops, due: 1 business day } }";
    world.publish("asks", nodes).await;
    let run = world.run("asks", json!({})).await;
    world.until(&run, RunStatus::Waiting).await;
    let asks = world.store.asks_of_run(&world.scope, &run).await.unwrap();
    let today = Calendar::default().date(MachineClock.now()).unwrap();
    let hours = sundays.calendar(today).unwrap();
    let due = Due::parse("1 business day").unwrap();
    assert_eq!(asks[0].due_at, due_at(&due, asks[0].asked_at, &hours));
    assert!(hours.is_business_day(hours.date(asks[0].due_at).unwrap()), "a Sunday there");
    world.stop().await;
}

async fn a_resolution_is_done_when_every_run_that_waited_is(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    world.publish("bill", &invoice("")).await;
    locked_out(&ground, 2);
    let runs = [world.run("bill", json!({})).await, world.run("bill", json!({})).await];
    for run in &runs {
        world.until(run, RunStatus::Waiting).await;
    }
    let id = world.exception(&runs[0]).await.exception;
    let one = world.watch(&id, |row| row.occurrences == 2).await.exception;
    // One of them takes its time.
    ground.fail("/v1/invoices", FailureMode::Slow, Some(4_000));
    let retry = ResolveRequest::new(Verb::Retry);
    world.engine.resolve_exception(&world.scope, &one, retry, BY).await.unwrap();
    let began = tokio::time::Instant::now();
    let ended = async |run: &RunId| world.detail(run).await.row.status == RunStatus::Succeeded;
    while !ended(&runs[0]).await && !ended(&runs[1]).await {
        assert!(began.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let row = world.watch(&one, |_| true).await;
    assert_eq!(row.state, ExceptionState::Verifying, "one of two has written");
    for run in &runs {
        world.succeeded(run).await;
    }
    let over = world.watch(&one, |row| row.resolved_at.is_some()).await;
    assert_eq!(over.state, ExceptionState::Resolved);
    assert_eq!(over.strength.map(|strength| strength.to_string()).as_deref(), Some("read_back"));
    world.stop().await;
}
