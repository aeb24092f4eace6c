//! Exceptions: what waits on them, their log, and what the tables refuse.

use serde_json::json;
use throughline_domain::calendar::CalendarDefinition;
use throughline_domain::exception::clock::Ladder;
use throughline_domain::exception::life::{Event, Outcome, State, Strength, Transition, WaitingOn, Who};
use throughline_domain::exception::route::{Backup, Rule};
use throughline_domain::id::{ExceptionId, RunId};
use throughline_domain::workflow::{Due, Owner, ReasonCode, UpdateAfter, UpdateBy};
use throughline_store::{
    By, CommentRow, ExceptionFilter, ExceptionRow, ExceptionSave, ExceptionState, Lifecycle, Narrow,
    NewFigure, NewNotice, NewRun, NewSignal, PageRequest, Release, Scope, StartOver, Store,
};

use throughline_store::probe::Value;

use crate::commits::open_exception;
use crate::place::{THEN, claimed, commit, commit_of, exception_id, new_run, run_id, scope};
use crate::signals::signal;

/// An open exception with all five answers.
pub(crate) fn row(scope: &Scope, exception: &ExceptionId, fingerprint: &str) -> ExceptionRow {
    let system = UpdateAfter {
        system: "accounting".to_owned(),
        record: Some("invoice".to_owned()),
        fields: Vec::new(),
        by: UpdateBy::Automatic,
    };
    ExceptionRow {
        fingerprint: fingerprint.to_owned(),
        what_changed: json!({ "record": "job 7" }),
        workflow: "invoice".to_owned(),
        version: 1,
        path: "missing".to_owned(),
        reason: ReasonCode::MissingRequired,
        sentence: "Job 7 lacks two photos and a signature".to_owned(),
        connection: Some("accounting".to_owned()),
        owner: "team:billing".to_owned(),
        backup: Some("role:admin".to_owned()),
        assigned_by: "workflow".to_owned(),
        unrouted: false,
        due: Due::After { ms: 3_600_000 },
        due_at: THEN.plus_ms(3_600_000),
        original_due_at: THEN.plus_ms(3_600_000),
        calendar: "default".to_owned(),
        warn_at: Some(THEN.plus_ms(2_700_000)),
        updates_after: vec![system],
        money: Some(12_050),
        customer_visible: true,
        tags: vec!["vip".to_owned()],
        occurrences: 1,
        opened_at: THEN,
        last_seen_at: THEN,
        changed_at: THEN,
        look_at: Some(THEN.plus_ms(2_700_000)),
        opening: json!({}),
        ..ExceptionRow::empty(scope.clone(), exception.clone(), run_id())
    }
}

pub(crate) fn taken() -> Transition {
    Transition {
        at: THEN,
        who: Who::Person { id: "ada".to_owned(), on_behalf_of: None },
        event: Event::Taken,
        from: State::Open,
        to: State::InProgress,
    }
}

fn new(row: ExceptionRow) -> ExceptionSave {
    ExceptionSave { rows: vec![(row, None, Vec::new())], at: THEN, ..ExceptionSave::default() }
}

fn changed(row: &ExceptionRow, log: Vec<Transition>) -> ExceptionSave {
    let before = row.revision;
    let row = ExceptionRow { revision: before + u32::try_from(log.len()).unwrap(), ..row.clone() };
    ExceptionSave { rows: vec![(row, Some(before), log)], at: THEN, ..ExceptionSave::default() }
}

type Bend = (&'static str, fn(&mut ExceptionRow));

/// Each would be a lie, or would be lost.
const BAD: [Bend; 17] = [
    ("a sentence that says nothing", |row| "it broke".clone_into(&mut row.sentence)),
    ("no owner", |row| row.owner = String::new()),
    ("an owner nobody can be", |row| "billing".clone_into(&mut row.owner)),
    ("neither an update nor why none", |row| row.updates_after = Vec::new()),
    ("an update and why none", |row| row.no_update_reason = Some("none".to_owned())),
    ("an empty reason why none", |row| {
        (row.updates_after, row.no_update_reason) = (Vec::new(), Some(String::new()));
    }),
    ("no fingerprint", |row| row.fingerprint = String::new()),
    ("never seen", |row| row.occurrences = 0),
    ("waits on nobody", |row| row.state = ExceptionState::Waiting),
    ("waits, and is open", |row| row.waiting_on = Some(WaitingOn::Vendor)),
    ("over, at no time", |row| row.state = ExceptionState::Dismissed),
    ("open, and over", |row| row.resolved_at = Some(THEN)),
    ("resolved without an outcome", |row| {
        row.state = ExceptionState::Resolved;
        (row.ended, row.resolved_at) = (Some("person".to_owned()), Some(THEN));
        (row.strength, row.resolved_by) = (Some(Strength::ReadBack), Some("ada".to_owned()));
    }),
    ("resolved, nobody knows how surely", |row| {
        row.state = ExceptionState::Resolved;
        (row.ended, row.resolved_at) = (Some("person".to_owned()), Some(THEN));
        (row.outcome, row.resolved_by) = (Some(Outcome::AcceptedAsIs), Some("ada".to_owned()));
    }),
    ("merged into nothing", |row| {
        row.state = ExceptionState::Superseded;
        (row.ended, row.resolved_at) = (Some("merged".to_owned()), Some(THEN));
    }),
    ("late, by no calendar", |row| row.breached_at = Some(THEN)),
    ("changed before it opened", |row| row.changed_at = throughline_domain::time::Timestamp(0)),
];

/// A run ends and another begins in its place, both or neither.
fn over(exception: ExceptionRow, run: &RunId, last_seq: u64) -> ExceptionSave {
    let cancel = NewSignal { lifecycle: Some(Lifecycle::Cancelling), ..signal("cancel") };
    let successor = NewRun { retry_of: Some(run.clone()), ..new_run(&run_id(), None) };
    let start_over = StartOver { run: run.clone(), last_seq, cancel, new: successor };
    ExceptionSave { start_over: Some(Box::new(start_over)), ..new(exception) }
}

/// Lists what a filter gives, narrowed.
async fn narrowed(store: &Store, scope: &Scope, filter: ExceptionFilter<'_>, narrow: Narrow<'_>) -> usize {
    let page = PageRequest::first(10);
    store.list_narrowed(scope, filter, narrow, &page).await.unwrap().items.len()
}

/// Page by page, the first to be due first.
async fn by_due(store: &Store, scope: &Scope) {
    let sooner = ExceptionRow { due_at: THEN.plus_ms(1), ..row(scope, &exception_id(), "sooner") };
    assert!(store.save_exception(scope, &new(sooner.clone())).await.unwrap());
    let list = async |person, after: Option<String>| {
        let page = PageRequest { after, limit: 2 };
        store.exceptions_by_due(scope, person, Narrow::default(), &page).await.unwrap()
    };
    let first = list(None, None).await;
    assert_eq!((first.items.len(), &first.items[0].exception), (2, &sooner.exception));
    let rest = list(None, first.next).await;
    assert_eq!((rest.items.len(), rest.next), (1, None));
    assert!(rest.items[0].due_at >= first.items[1].due_at);
    assert_eq!(list(Some("nobody"), None).await.items.len(), 0);
    for bad in ["", "exc_1", "x.exc_1"] {
        let page = PageRequest { after: Some(bad.to_owned()), limit: 2 };
        assert!(store.exceptions_by_due(scope, None, Narrow::default(), &page).await.is_err(), "{bad}");
    }
}

on_both! {
    async fn a_list_is_narrowed_and_leaves_out_what_is_hidden(place) {
        let (store, scope, open) = (&place.store, scope(), ExceptionFilter::Open);
        let hidden = THEN.plus_ms(1_000);
        for (name, snooze_until) in [("seen", None), ("hidden", Some(hidden))] {
            let one = ExceptionRow { snooze_until, ..row(&scope, &exception_id(), name) };
            assert!(store.save_exception(&scope, &new(one)).await.unwrap());
        }
        let at = |awake_at| Narrow { awake_at: Some(awake_at), ..Narrow::default() };
        assert_eq!(narrowed(store, &scope, open, Narrow::default()).await, 2);
        assert_eq!(narrowed(store, &scope, open, at(THEN)).await, 1);
        assert_eq!(narrowed(store, &scope, open, at(hidden)).await, 2, "it is back in time");
        let connection = ExceptionFilter::Connection;
        assert_eq!(narrowed(store, &scope, connection("accounting"), Narrow::default()).await, 2);
        assert_eq!(narrowed(store, &scope, connection("crm"), Narrow::default()).await, 0);
        for (narrow, many) in [
            (Narrow { reason: Some("missing_required"), workflow: Some("invoice"), ..Narrow::default() }, 2),
            (Narrow { reason: Some("drift"), ..Narrow::default() }, 0),
            (Narrow { workflow: Some("other"), ..Narrow::default() }, 0),
            (Narrow { owner: Some("team:billing"), ..Narrow::default() }, 2),
            (Narrow { owner: Some("team:field"), ..Narrow::default() }, 0),
        ] {
            assert_eq!(narrowed(store, &scope, open, narrow).await, many, "{narrow:?}");
        }
        by_due(store, &scope).await;
    }

    async fn nobody_waits_for_what_others_are_told_later(place) {
        let (store, scope, exception) = (&place.store, scope(), exception_id());
        let made = |id: String, recipient: &str, what, made_at| NewNotice {
            id, exception: exception.clone(), recipient: recipient.to_owned(), what, made_at,
        };
        let mut save = new(row(&scope, &exception, "notices"));
        // What sorts first, and is not due for a day.
        save.notices = (0..2_500).map(|n| made(format!("a{n:04}"), "person:ada", "digest", THEN)).collect();
        save.notices.push(made("z1".to_owned(), "person:bob", "opened", THEN));
        save.notices.push(made("z2".to_owned(), "person:bob", "warn", THEN.plus_ms(60_000)));
        save.notices.push(made("z3".to_owned(), "person:eve", "opened", THEN.plus_ms(60_000)));
        assert!(store.save_exception(&scope, &save).await.unwrap());
        let due = store.due_notices_all(THEN, false, 100).await.unwrap();
        let due: Vec<&str> = due.iter().map(|due| due.recipient.as_str()).collect();
        assert_eq!(due, ["person:bob"]);
        let told = store.notices_for(&scope, "person:bob", false, 100).await.unwrap();
        assert_eq!(told.iter().map(|row| (row.id.as_str(), row.holds)).collect::<Vec<_>>(), [("z1", true), ("z2", true)]);
        assert_eq!(store.due_notices_all(THEN, true, 100).await.unwrap().len(), 1);
        assert_eq!(store.notices_for(&scope, "person:ada", true, 10_000).await.unwrap().len(), 2_500);
    }

    async fn who_watches_hears_of_every_end_and_goes_along_with_a_merge(place) {
        let (store, scope) = (&place.store, scope());
        let (from, into) = (exception_id(), exception_id());
        for (exception, name) in [(&from, "from"), (&into, "into")] {
            assert!(store.save_exception(&scope, &new(row(&scope, exception, name))).await.unwrap());
        }
        store.watch_exception(&scope, &from, "ada", Some(THEN)).await.unwrap();
        let comment = CommentRow { id: "cmt_1".to_owned(), by: "ada".to_owned(), text: "seen".to_owned(), at: THEN };
        store.comment_exception(&scope, &from, &comment).await.unwrap();
        let mut save = changed(&row(&scope, &from, "from"), vec![taken()]);
        save.moved = Some((from.clone(), into.clone()));
        save.ended = vec![from.clone()];
        assert!(store.save_exception(&scope, &save).await.unwrap());
        let told = store.notices_for(&scope, "person:ada", false, 10).await.unwrap();
        assert_eq!(told.iter().map(|row| (&row.exception, row.what.as_str())).collect::<Vec<_>>(), [(&from, "watched")]);
        assert_eq!(store.exception_watchers(&scope, &into).await.unwrap()[0].person, "ada");
        assert_eq!(store.exception_comments(&scope, &into).await.unwrap(), [comment]);
    }

    async fn a_run_starts_over_only_where_nothing_of_it_moved(place) {
        let (store, scope) = (&place.store, scope());
        let claim = claimed(store, &scope).await;
        let exception = || row(&scope, &exception_id(), "over");
        let running = over(exception(), &claim.run, claim.last_seq);
        assert!(!store.save_exception(&scope, &running).await.unwrap(), "it is under way");
        let mut wait = commit_of(&claim);
        wait.release = Release::ToWaiting { wake_at: None };
        commit(store, wait).await;
        let older = over(exception(), &claim.run, claim.last_seq - 1);
        assert!(!store.save_exception(&scope, &older).await.unwrap(), "planned from an older state");
        assert!(store.runs_in_place_of(&scope, &claim.run).await.unwrap().is_empty());
        let now = over(exception(), &claim.run, claim.last_seq);
        assert!(store.save_exception(&scope, &now).await.unwrap());
        let row = store.get_run(&scope, &claim.run).await.unwrap().unwrap();
        assert_eq!(row.lifecycle, Lifecycle::Cancelling);
        assert_eq!(store.runs_in_place_of(&scope, &claim.run).await.unwrap().len(), 1);
        let again = over(exception(), &claim.run, claim.last_seq);
        assert!(!store.save_exception(&scope, &again).await.unwrap(), "it is on its way out");
    }

    async fn a_bad_exception_is_refused(place) {
        let store = &place.store;
        for (what, bend) in BAD {
            let mut bad = row(&scope(), &exception_id(), what);
            bend(&mut bad);
            assert!(store.save_exception(&scope(), &new(bad)).await.is_err(), "{what}");
        }
        let good = row(&scope(), &exception_id(), "good");
        assert!(store.save_exception(&scope(), &new(good.clone())).await.unwrap());
        let stored = store.get_exception(&scope(), &good.exception).await.unwrap().unwrap();
        assert_eq!(stored, good);
    }

    async fn one_is_open_a_fingerprint_and_the_first_to_save_wins(place) {
        let store = &place.store;
        let first = row(&scope(), &exception_id(), "same");
        assert!(store.save_exception(&scope(), &new(first.clone())).await.unwrap());
        let second = row(&scope(), &exception_id(), "same");
        assert!(!store.save_exception(&scope(), &new(second.clone())).await.unwrap(), "another is open");
        let take = ExceptionRow { state: ExceptionState::InProgress, person: Some("ada".to_owned()), ..first.clone() };
        assert!(store.save_exception(&scope(), &changed(&take, vec![taken()])).await.unwrap());
        assert!(!store.save_exception(&scope(), &changed(&take, vec![taken()])).await.unwrap(), "it was read before");
        let log = store.exception_log(&scope(), &first.exception).await.unwrap();
        assert_eq!(log.iter().map(|entry| (entry.seq, &entry.transition)).collect::<Vec<_>>(), [(1, &taken())]);
        let stored = store.exception_of_fingerprint(&scope(), "same").await.unwrap().unwrap();
        assert_eq!((stored.person.as_deref(), stored.revision), (Some("ada"), 1));
        let over = ExceptionRow {
            state: ExceptionState::Superseded,
            ended: Some("superseded".to_owned()),
            resolved_at: Some(THEN),
            look_at: None,
            ..stored
        };
        assert!(store.save_exception(&scope(), &changed(&over, vec![taken()])).await.unwrap());
        assert!(store.save_exception(&scope(), &new(second.clone())).await.unwrap(), "none is open any more");
        let latest = store.exception_of_fingerprint(&scope(), "same").await.unwrap().unwrap();
        assert_eq!(latest.exception, second.exception);
        assert_eq!(store.forget_exceptions_all(THEN.plus_ms(1), 10).await.unwrap(), 1);
        assert!(store.get_exception(&scope(), &first.exception).await.unwrap().is_none());
    }

    // By hand: 26 hours and 7 minutes after it opened, of which 3 hours were somebody else's.
    async fn the_view_has_the_ages_that_a_hand_counts(place) {
        let store = &place.store;
        let id = exception_id();
        let minutes = |count: u64| THEN.plus_ms(count * 60_000);
        let over = ExceptionRow {
            state: ExceptionState::Resolved,
            resolved_at: Some(minutes(1_567)),
            changed_at: minutes(1_567),
            ended: Some("person".to_owned()),
            outcome: Some(Outcome::FixedInSource),
            resolved_by: Some("ada".to_owned()),
            strength: Some(Strength::ReadBack),
            look_at: None,
            ..row(&scope(), &id, "aged")
        };
        let figure = NewFigure {
            exception: id.clone(),
            counted_at: minutes(1_567),
            running: (1_387, 487),
            paused: (180, 120),
            assigned: Some((minutes(31), 31)),
            acted: Some((minutes(62), 62)),
        };
        let save = ExceptionSave { figures: vec![figure], ..new(over) };
        assert!(store.save_exception(&scope(), &save).await.unwrap());
        let columns = "minutes, running_minutes, running_business_minutes, paused_minutes, paused_business_minutes, \
                       assign_minutes, assign_business_minutes, act_minutes, act_business_minutes, met_deadline, \
                       auto_resolved";
        let query = format!("SELECT {columns} FROM ops_exception WHERE workspace_id = '{}'", scope());
        let rows = store.probe_read(crate::schema::sql(query), Vec::new()).await.unwrap();
        let wanted = [1_567, 1_387, 487, 180, 120, 31, 31, 62, 62, 0, 0].map(Value::Int);
        assert_eq!(rows, [wanted.to_vec()]);
    }

    async fn steps_wait_until_they_are_told(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let (one, two) = (exception_id(), exception_id());
        let mut open = commit_of(&claim);
        open.exceptions = vec![open_exception(&one), open_exception(&two)];
        commit(store, open).await;
        assert_eq!(store.unfiled_steps_all(10).await.unwrap().len(), 2);
        let row = row(&scope(), &one, "f");
        let attach = vec![(one.clone(), one.clone()), (two.clone(), one.clone())];
        let save = ExceptionSave { attach, ..new(row.clone()) };
        assert!(store.save_exception(&scope(), &save).await.unwrap());
        assert!(store.unfiled_steps_all(10).await.unwrap().is_empty());
        assert_eq!(store.count_waiting_steps(&scope(), &one).await.unwrap(), 2);
        let by_step = store.get_exception(&scope(), &two).await.unwrap().unwrap();
        assert_eq!(by_step.exception, one, "a step's id leads to what it waits on");
        let signal = NewSignal {
            id: format!("resolve/{one}"),
            kind: "resolved".to_owned(),
            path: None,
            body: b"{}".to_vec(),
            sent_at: THEN,
            lifecycle: None,
        };
        let mut save = changed(&row, vec![taken()]);
        save.release = vec![(one.clone(), claim.run.clone(), signal)];
        assert!(store.save_exception(&scope(), &save).await.unwrap());
        assert_eq!(store.unread_signals(&scope(), &claim.run).await.unwrap().len(), 1);
        let left = store.unreleased_steps(&scope(), &one, 10).await.unwrap();
        assert_eq!(left.iter().map(|step| &step.exception).collect::<Vec<_>>(), [&two]);
        assert_eq!(store.released_since(&scope(), &one, throughline_domain::time::Timestamp(0)).await.unwrap(), [THEN]);
    }

    async fn a_calendar_and_rules_are_kept_as_they_are(place) {
        let store = &place.store;
        let by = By { who: "ada", at: THEN };
        let hours = [("monday".to_owned(), "09:00-17:00".to_owned())].into();
        let holidays = ["2026-12-25".to_owned()].into();
        let definition = CalendarDefinition { zone: "Europe/London".to_owned(), hours, holidays };
        store.set_calendar(&scope(), "default", &definition, by).await.unwrap();
        store.set_calendar(&scope(), "default", &definition, by).await.unwrap();
        let [calendar] = store.list_calendars(&scope()).await.unwrap().try_into().unwrap();
        assert_eq!(calendar.definition, definition);
        let rule = rule();
        store.set_routing_rules(&scope(), &[rule.clone(), rule.clone()], by).await.unwrap();
        store.set_routing_rules(&scope(), std::slice::from_ref(&rule), by).await.unwrap();
        let [stored] = store.list_routing_rules(&scope()).await.unwrap().try_into().unwrap();
        assert_eq!((stored.position, stored.rule), (1, rule));
    }
}

fn rule() -> Rule {
    Rule {
        workflow: Some("invoice".to_owned()),
        kind: None,
        when: Some("{{ money > 100 }}".to_owned()),
        owner: Owner("team:billing".to_owned()),
        backups: vec![Backup { owner: Owner("role:admin".to_owned()), from: None, until: None }],
        due: Some(Due::BusinessTime { days: 1, minutes: 0 }),
        ladder: Some(Ladder::default()),
    }
}

/// Uses every function of a workspace.
pub(crate) async fn live(store: &Store, scope: &Scope) {
    let by = By { who: "ada", at: THEN };
    let hours = [("monday".to_owned(), "09:00-17:00".to_owned())].into();
    let holidays = ["2026-12-25".to_owned()].into();
    let definition = CalendarDefinition { zone: "Europe/London".to_owned(), hours, holidays };
    store.set_calendar(scope, "default", &definition, by).await.unwrap();
    store.list_calendars(scope).await.unwrap();
    store.set_routing_rules(scope, &[rule()], by).await.unwrap();
    store.list_routing_rules(scope).await.unwrap();
    filed(store, scope).await;
}

async fn filed(store: &Store, scope: &Scope) {
    let mut steps = store.unfiled_steps_all(100).await.unwrap();
    steps.retain(|step| step.scope == *scope);
    let (from, into) = (exception_id(), exception_id());
    for (exception, fingerprint) in [(&from, "from"), (&into, "into")] {
        let row = row(scope, exception, &format!("{fingerprint}{scope}"));
        let attach = steps.pop().map(|step| (step.exception, exception.clone())).into_iter().collect();
        assert!(store.save_exception(scope, &ExceptionSave { attach, ..new(row) }).await.unwrap());
    }
    let found = store.get_exception(scope, &from).await.unwrap().unwrap();
    store.exception_of_fingerprint(scope, &found.fingerprint).await.unwrap().unwrap();
    store.exceptions_of_connection(scope, "accounting").await.unwrap();
    let mut save = changed(&found, vec![taken()]);
    save.restart = Some(from.clone());
    for step in store.waiting_steps(scope, &from, None, 10).await.unwrap() {
        let signal = NewSignal {
            id: format!("resolve/{}", step.exception),
            kind: "resolved".to_owned(),
            path: None,
            body: b"{}".to_vec(),
            sent_at: THEN,
            lifecycle: None,
        };
        save.release.push((step.exception, step.run, signal));
    }
    let notice = |id: &str| NewNotice {
        id: format!("{id}{scope}"),
        exception: from.clone(),
        recipient: "team:billing".to_owned(),
        what: "opened",
        made_at: THEN,
    };
    save.notices = vec![notice("told"), notice("held")];
    assert!(store.save_exception(scope, &save).await.unwrap());
    store.tell_notices(scope, &[format!("told{scope}")], &[]).await.unwrap();
    for digest in [false, true] {
        store.due_notices_all(THEN, digest, 10).await.unwrap();
        store.notices_for(scope, "team:billing", digest, 10).await.unwrap();
    }
    store.steps_waited_since(scope, &from, THEN, 10).await.unwrap();
    store.exception_log(scope, &from).await.unwrap();
    store.unreleased_steps(scope, &from, 10).await.unwrap();
    store.released_since(scope, &from, throughline_domain::time::Timestamp(0)).await.unwrap();
    store.count_waiting_steps(scope, &from).await.unwrap();
    for step in store.steps_of_exception(scope, &from, 10).await.unwrap() {
        store.exception_step(scope, &step.exception).await.unwrap().unwrap();
    }
    said(store, scope, &from).await;
    over_and_forgotten(store, scope).await;
    merged_and_over(store, scope, &from, &into).await;
}

async fn merged_and_over(store: &Store, scope: &Scope, from: &ExceptionId, into: &ExceptionId) {
    let mut merged = changed(&store.get_exception(scope, into).await.unwrap().unwrap(), vec![taken()]);
    merged.moved = Some((from.clone(), into.clone()));
    merged.ended = vec![from.clone()];
    merged.figures = vec![NewFigure {
        exception: into.clone(),
        counted_at: THEN,
        running: (0, 0),
        paused: (0, 0),
        assigned: None,
        acted: None,
    }];
    assert!(store.save_exception(scope, &merged).await.unwrap());
    let step = store.steps_of_exception(scope, into, 1).await.unwrap().remove(0);
    // It does not wait: nothing is kept.
    let over = over(row(scope, &exception_id(), "over"), &step.run, 1);
    assert!(!store.save_exception(scope, &over).await.unwrap());
    assert!(store.runs_in_place_of(scope, &step.run).await.unwrap().is_empty());
}

async fn said(store: &Store, scope: &Scope, from: &ExceptionId) {
    let page = PageRequest::first(10);
    let comment =
        CommentRow { id: "cmt_1".to_owned(), by: "ada".to_owned(), text: "seen".to_owned(), at: THEN };
    store.comment_exception(scope, from, &comment).await.unwrap();
    store.exception_comments(scope, from).await.unwrap();
    for person in ["ada", "bob"] {
        store.watch_exception(scope, from, person, Some(THEN)).await.unwrap();
    }
    store.watch_exception(scope, from, "bob", None).await.unwrap();
    store.exception_watchers(scope, from).await.unwrap();
    for filter in [
        ExceptionFilter::All,
        ExceptionFilter::Open,
        ExceptionFilter::Owner("team:billing"),
        ExceptionFilter::Person("ada"),
        ExceptionFilter::Connection("accounting"),
        ExceptionFilter::State(ExceptionState::Open),
    ] {
        store.list_exceptions(scope, filter, &page).await.unwrap();
    }
    store.exceptions_by_due(scope, None, Narrow::default(), &page).await.unwrap();
}

async fn over_and_forgotten(store: &Store, scope: &Scope) {
    let gone = exception_id();
    let over = ExceptionRow {
        state: ExceptionState::Superseded,
        ended: Some("superseded".to_owned()),
        resolved_at: Some(THEN),
        look_at: None,
        ..row(scope, &gone, "gone")
    };
    assert!(store.save_exception(scope, &new(over)).await.unwrap());
    let latest = store.exception_of_fingerprint(scope, "gone").await.unwrap().unwrap();
    assert_eq!(latest.exception, gone);
    assert_eq!(store.forget_exceptions_all(THEN.plus_ms(1), 10).await.unwrap(), 1);
}
