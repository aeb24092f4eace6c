//! Every statement that was run for one workspace is run again as another: it must give nothing and change nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use throughline_domain::id::{AskId, ConnectionId, RunId};
use throughline_domain::run::event::Payload;
use throughline_domain::time::Timestamp;
use throughline_store::probe::{Arg, Reach, Sql, Value, statements};
use throughline_store::{
    AskChange, AskState, By, CORRELATED_TTL_MS, ContentWindow, Dedupe, EffectChange, EgressGrant, Ending,
    EventKind, ExceptionChange, ExceptionState, FireCommit, Lease, Lifecycle, Listens, NewAsk, NewConnection,
    NewCorrelated, NewSignal, NewWait, PageRequest, PollCommit, PollItem, Release, Reply, RunFilter,
    RunStatus, Scope, Settled, Snapshot, StateWrite, Store,
};

use crate::commits::{intent, open_exception};
use crate::place::{
    THEN, cancel_requested, claimed, commit, commit_of, effect_id, event_id, exception_id, new_event, sha256,
    version, worker,
};
use crate::schema::sql;
use crate::signals::signal;

/// Uses every function of a workspace.
async fn live(store: &Store, scope: &Scope) {
    Box::pin(configure(store, scope)).await;
    Box::pin(crate::vault::live(store, scope)).await;
    Box::pin(crate::drafts::live(store, scope)).await;
    Box::pin(crate::people::live(store, scope)).await;
    Box::pin(crate::mail::live(store, scope)).await;
    Box::pin(trigger(store, scope)).await;
    Box::pin(run(store, scope)).await;
    Box::pin(crate::proposals::live(store, scope)).await;
    Box::pin(crate::backup::live(store, scope)).await;
    Box::pin(look(store, scope)).await;
    figures(store, scope).await;
}

#[expect(clippy::too_many_lines, reason = "one life, told in order")]
async fn configure(store: &Store, scope: &Scope) {
    let expired = NewCorrelated {
        id: event_id(),
        event_type: "paid".to_owned(),
        key: "expired".to_owned(),
        data: Payload::Inline(json!(1)),
        received_at: THEN,
        ttl_ms: 0,
        requested_by: BTreeSet::new(),
    };
    store.publish_correlated(scope, &expired).await.unwrap();
    assert_eq!(store.sweep_expired_all(THEN.plus_ms(1), 10).await.unwrap(), 1);
    let hook = || Listens::Webhook { path: "in".to_owned() };
    store.publish(scope, &version("invoice", "one", hook())).await.unwrap();
    store.publish(scope, &version("invoice", "two", hook())).await.unwrap();
    let event = Listens::Event { event_type: "paid".to_owned() };
    store.publish(scope, &version("listener", "one", event)).await.unwrap();
    let form = Listens::Form { path: "in".to_owned() };
    store.publish(scope, &version("filled", "one", form)).await.unwrap();
    let mail = Listens::Mail { address: "in".to_owned() };
    store.publish(scope, &version("written", "one", mail)).await.unwrap();
    store.publish(scope, &version("gone", "one", Listens::Manual)).await.unwrap();
    store.unpublish(scope, "gone", THEN).await.unwrap();
    store.pause_workflow(scope, "listener", true, THEN).await.unwrap();
    let page = PageRequest::first(10);
    store.get_workflow(scope, "invoice").await.unwrap().unwrap();
    store.list_workflows(scope, &page).await.unwrap();
    store.get_workflow_version(scope, "invoice", 2).await.unwrap().unwrap();
    store.list_versions(scope, "invoice", &page).await.unwrap();
    store.route(scope, EventKind::Webhook, "in").await.unwrap().unwrap();
    store.listeners(scope, "paid").await.unwrap();
    store.trigger(scope, "invoice").await.unwrap().unwrap();
    for (id, name) in [(1, "crm"), (2, "old")] {
        let connection = NewConnection {
            connection: ConnectionId::new(id, 0),
            name: name.to_owned(),
            connector: "acme".to_owned(),
            account: None,
            settings: b"{}".to_vec(),
            secrets: b"{}".to_vec(),
            bound_to: None,
            uses: Vec::new(),
            created_at: THEN,
        };
        store.create_connection(scope, &connection).await.unwrap();
    }
    let (kept, old) = (ConnectionId::new(1, 0), ConnectionId::new(2, 0));
    store.delete_connection(scope, &old, THEN).await.unwrap();
    store.update_connection(scope, &kept, Some("ada"), b"{}", b"{}", THEN).await.unwrap();
    store.get_connection(scope, &kept).await.unwrap().unwrap();
    store.connection_by_name(scope, "crm").await.unwrap().unwrap();
    store.list_connections(scope).await.unwrap();
    for cidr in ["10.0.0.0/8", "127.0.0.1/32"] {
        let grant = EgressGrant {
            cidr: cidr.to_owned(),
            ports: "80".to_owned(),
            reason: "why".to_owned(),
            granted_at: THEN,
            granted_by: "ada".to_owned(),
        };
        store.grant_egress(scope, &grant).await.unwrap();
    }
    store.revoke_egress(scope, "10.0.0.0/8", "80").await.unwrap();
    store.list_egress_grants(scope).await.unwrap();
    let write = |key: &str, value: Option<Vec<u8>>| StateWrite {
        state_scope: "acme/1".to_owned(),
        key: key.to_owned(),
        value,
        at: THEN,
    };
    store
        .set_state(scope, &[write("a", Some(vec![1])), write("b", Some(vec![2])), write("c", None)])
        .await
        .unwrap();
    store.get_state(scope, "acme/1", "a").await.unwrap().unwrap();
    store.state_keys(scope, "acme/1").await.unwrap();
}

async fn trigger(store: &Store, scope: &Scope) {
    let schedule = Listens::Schedule { next_at: Some(THEN.plus_ms(1)), tzdata: "2025b".to_owned() };
    store.publish(scope, &version("daily", "one", schedule)).await.unwrap();
    let fire = FireCommit {
        workflow: "daily".to_owned(),
        mark_at: THEN,
        new_mark_at: THEN.plus_ms(2),
        next_at: Some(THEN.plus_ms(3)),
        tzdata: "2025b".to_owned(),
        fires: vec![(THEN.plus_ms(2), new_event())],
        missed: vec![THEN.plus_ms(1)],
        recorded_at: THEN,
    };
    store.accept_fire(scope, &fire).await.unwrap().unwrap();
    store.get_schedule(scope, "daily").await.unwrap().unwrap();
    store.list_schedules(scope).await.unwrap();
    store.list_fires(scope, "daily", None, &PageRequest::first(5)).await.unwrap();
    store.publish(scope, &version("poll", "one", Listens::Poll { next_at: THEN })).await.unwrap();
    let page = PollCommit {
        workflow: "poll".to_owned(),
        generation: 0,
        cursor: Some(b"c".to_vec()),
        polled_at: THEN,
        next_at: THEN.plus_ms(5),
        items: vec![PollItem { key: "a".to_owned(), event: Some(new_event()) }],
    };
    store.accept_poll(scope, &page).await.unwrap().unwrap();
    assert!(store.fail_poll(scope, "poll", 1, THEN, ("code", "words")).await.unwrap());
    store.get_poll(scope, "poll").await.unwrap().unwrap();
    store.list_polls(scope).await.unwrap();
    assert!(store.reset_poll(scope, "poll", THEN).await.unwrap());
    // The runs they started are out of the way.
    for claim in store.claim_all(&worker(), 10, 60_000).await.unwrap() {
        let mut end = commit_of(&claim);
        end.release = Release::Ended(Ending::Succeeded { at: THEN });
        commit(store, end).await;
    }
}

#[expect(clippy::too_many_lines, reason = "one life, told in order")]
async fn run(store: &Store, scope: &Scope) {
    let mut event = new_event();
    event.payload = format!("\"{}\"", "x".repeat(Payload::INLINE_MAX)).into_bytes();
    event.dedupe = Some(Dedupe { scope: "invoice/done".to_owned(), key: "k".to_owned() });
    event.content_window = Some(ContentWindow { sha256: sha256("content"), ms: 1_000 });
    let first = store.accept(scope, event.clone()).await.unwrap();
    let mut again = event.clone();
    again.id = event_id();
    assert!(store.accept(scope, again).await.unwrap().duplicate);
    let me = worker();
    let claim = store.claim_all(&me, 1, 60_000).await.unwrap().remove(0);
    assert_eq!(claim.run, first.run);
    let lease = Lease { scope: scope.clone(), run: claim.run.clone(), generation: claim.generation };
    assert!(store.renew_all(&me, std::slice::from_ref(&lease), 60_000).await.unwrap().is_empty());
    let now = store.now().await.unwrap();
    let body = json!({ "$blob": sha256("a file") }).to_string().into_bytes();
    assert!(store.signal(scope, &claim.run, &NewSignal { body, ..signal("one") }).await.unwrap());
    let paid = |key: &str| NewCorrelated {
        id: event_id(),
        event_type: "paid".to_owned(),
        key: key.to_owned(),
        data: Payload::Inline(json!(1)),
        received_at: now,
        ttl_ms: CORRELATED_TTL_MS,
        requested_by: BTreeSet::new(),
    };
    store.publish_correlated(scope, &paid("early")).await.unwrap();
    let mut big = commit_of(&claim);
    let (effect, exception, ask) = (effect_id(), exception_id(), AskId::new(1, 1));
    big.entries = vec![cancel_requested(2)];
    big.snapshot = Some(Snapshot { seq: 1, state: b"{}".to_vec() });
    big.effects = vec![intent(&effect), intent(&effect_id())];
    big.exceptions = vec![open_exception(&exception), open_exception(&exception_id())];
    big.asks = vec![AskChange::Open(Box::new(NewAsk {
        ask: ask.clone(),
        path: "ask".to_owned(),
        workflow: "invoice".to_owned(),
        question: "Which?".to_owned(),
        form: json!({}),
        owner: "team:billing".to_owned(),
        due_at: THEN,
        asked_at: THEN,
    }))];
    let wait = |path: &str, key: &str| NewWait {
        path: path.to_owned(),
        event_type: "paid".to_owned(),
        key: key.to_owned(),
        since: now,
    };
    big.waits = vec![wait("w1", "early"), wait("w2", "late"), wait("w3", "never")];
    big.signals_read = vec!["one".to_owned()];
    big.reply =
        Some(Reply { status: 200, headers: Vec::new(), body: Payload::Inline(json!(1)), replied_at: THEN });
    big.release = Release::ToWaiting { wake_at: None };
    commit(store, big).await;
    store.publish_correlated(scope, &paid("late")).await.unwrap();
    let mut settle = commit_of(&claim);
    settle.after_seq = 2;
    settle.waits_over = vec!["w3".to_owned()];
    let receipt = Payload::Inline(json!(1));
    let outcome = Settled::Confirmed { receipt, by: throughline_domain::run::event::Evidence::Answer };
    settle.effects = vec![EffectChange::Settle { effect, outcome, at: THEN }];
    settle.looks = true;
    settle.exceptions = vec![ExceptionChange::Resolve {
        exception,
        state: ExceptionState::Resolved,
        resolution: "retried".to_owned(),
        body: None,
        by: "ada".to_owned(),
        at: THEN,
    }];
    settle.asks = vec![AskChange::Close { ask, expired: true, at: THEN }];
    settle.release = Release::Requeue { due_at: THEN };
    assert!(commit(store, settle).await.released);
    let again = store.claim_all(&me, 1, 60_000).await.unwrap().remove(0);
    store.late_evidence(scope, &claim.run, claim.generation, &[cancel_requested(3)]).await.unwrap();
    let lease = Lease { scope: scope.clone(), run: again.run, generation: again.generation };
    store.release_all(&[lease]).await.unwrap();
    assert!(store.set_lifecycle(scope, &claim.run, Lifecycle::Paused).await.unwrap());
    let done = claimed(store, scope).await;
    let mut end = commit_of(&done);
    end.release = Release::Ended(Ending::Succeeded { at: THEN });
    commit(store, end).await;
    let tomorrow = now.plus_ms(2 * 86_400_000);
    store.put_blob(scope, b"loose").await.unwrap();
    assert_eq!(store.sweep_blobs_all(tomorrow, 10).await.unwrap(), 1);
    store.put_blob(scope, b"loose").await.unwrap();
    let before = THEN.plus_ms(10);
    assert_eq!(store.delete_finished_runs(scope, Some("none"), before, None, 10).await.unwrap().runs, 0);
    let deleted = store.delete_finished_runs(scope, None, before, None, 1).await.unwrap();
    assert_eq!((deleted.runs, deleted.next.is_some()), (1, true));
}

async fn one_run(store: &Store, scope: &Scope, run: &RunId) {
    store.get_run(scope, run).await.unwrap();
    store.children(scope, run).await.unwrap();
    let by = By { who: "ada", at: THEN };
    store.add_reveal(scope, run, "The customer asks", by).await.unwrap();
    assert_eq!(store.list_reveals(scope, run).await.unwrap().len(), 1);
}

async fn look(store: &Store, scope: &Scope) {
    let page = PageRequest::first(50);
    let all = RunFilter::default;
    for status in [None, Some(RunStatus::Queued), Some(RunStatus::Failed), Some(RunStatus::Succeeded)] {
        store.list_runs(scope, &RunFilter { status, ..all() }, &page).await.unwrap();
    }
    let runs = store
        .list_runs(scope, &RunFilter { workflow: Some("invoice".to_owned()), ..all() }, &page)
        .await
        .unwrap();
    for status in [Some(RunStatus::Waiting), Some(RunStatus::Failed), Some(RunStatus::Succeeded)] {
        let workflow = Some("invoice".to_owned());
        store.list_runs(scope, &RunFilter { status, workflow, ..all() }, &page).await.unwrap();
    }
    let key = Some(("job".to_owned(), "7".to_owned()));
    let workflow = Some("invoice".to_owned());
    store.list_runs(scope, &RunFilter { key: key.clone(), workflow, ..all() }, &page).await.unwrap();
    assert!(!store.list_runs(scope, &RunFilter { key, ..all() }, &page).await.unwrap().items.is_empty());
    store.standing_exceptions(scope, None, 10).await.unwrap();
    store.later_runs(scope, None, &exception_id()).await.unwrap();
    for row in runs.items {
        let run = row.run;
        one_run(store, scope, &run).await;
        store.load_log(scope, &run).await.unwrap();
        store.log_piece(scope, &run, 0).await.unwrap();
        store.log_segments(scope, &run).await.unwrap();
        store.snapshot(scope, &run).await.unwrap();
        store.late_results(scope, &run).await.unwrap();
        store.unread_signals(scope, &run).await.unwrap();
        store.reply(scope, &run).await.unwrap();
        for effect in store.list_effects(scope, &run).await.unwrap() {
            store.get_effect(scope, &effect.effect).await.unwrap();
        }
        for exception in store.exceptions_of_run(scope, &run).await.unwrap() {
            store.exception_step(scope, &exception.exception).await.unwrap();
        }
        for ask in store.asks_of_run(scope, &run).await.unwrap() {
            store.get_ask(scope, &ask.ask).await.unwrap();
        }
    }
    store.open_runs(scope).await.unwrap();
    store.open_effects(scope, &page).await.unwrap();
    Box::pin(crate::exceptions::live(store, scope)).await;
    store.list_events(scope, Some("invoice"), &page).await.unwrap();
    for state in [None, Some(AskState::Open), Some(AskState::Answered)] {
        store.list_asks(scope, state, &page).await.unwrap();
    }
    store.owners_to_tell_all(THEN, 10).await.unwrap();
    store.asks_due_all(THEN, 10).await.unwrap();
    let asks = store.untold_asks(scope, "team:ops", 10).await.unwrap();
    let asks: Vec<AskId> = asks.into_iter().map(|row| row.ask).chain([AskId::new(1, 1)]).collect();
    store.tell_asks(scope, &asks, &[], &[]).await.unwrap();
    for event in store.list_events(scope, None, &page).await.unwrap().items {
        assert_eq!(event.scope, *scope);
        store.get_event(scope, &event.event).await.unwrap().unwrap();
        store.event_payload(scope, &event.event).await.unwrap().unwrap();
        assert_ne!(event.kind, EventKind::Called);
    }
}

async fn figures(store: &Store, scope: &Scope) {
    for workflow in [None, Some("invoice")] {
        store.straight_through(scope, workflow, (Timestamp(0), THEN)).await.unwrap();
    }
}

/// Everything of a workspace, table by table.
async fn everything(store: &Store, tables: &[String], workspace: &str) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for table in tables {
        let rows = store
            .probe_read(
                sql(format!("SELECT * FROM {table} WHERE workspace_id = $1")),
                vec![Arg::Text(Some(workspace.to_owned()))],
            )
            .await
            .unwrap();
        let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
        rows.sort();
        all.insert(table.clone(), rows);
    }
    all
}

async fn tables(store: &Store) -> Vec<String> {
    let query = Box::leak(Box::new(
        Sql::fork(
            "SELECT t.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
             WHERE t.schema = 'main' AND t.type = 'table' AND c.name = 'workspace_id' ORDER BY t.name",
            "SELECT c.table_name::text FROM information_schema.columns AS c JOIN information_schema.tables AS t
                 ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
             WHERE c.table_schema = 'public' AND c.column_name = 'workspace_id' ORDER BY 1",
        )
        .named("tables", Reach::Global),
    ));
    let rows = store.probe_read(query, Vec::new()).await.unwrap();
    rows.into_iter()
        .map(|row| match &row[0] {
            Value::Text(name) => name.clone(),
            other => panic!("{other:?}"),
        })
        .collect()
}

on_both! {
    async fn no_statement_reaches_another_workspace(place) {
        let store = &place.store;
        let (own, other) = (Scope::new("own").unwrap(), Scope::new("other").unwrap());
        for scope in [&own, &other] {
            store.create_workspace(scope, scope.as_str(), THEN).await.unwrap();
        }
        store.probe_recorded();
        Box::pin(live(store, &own)).await;
        let recorded = store.probe_recorded();
        let tables = tables(store).await;
        let mut before = everything(store, &tables, "own").await;
        let empty: Vec<_> = before.iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| table).collect();
        assert_eq!(empty, ["api_token"], "the life above leaves something everywhere");
        let is_read = |statement: &Sql| {
            statement.sqlite.trim_start().starts_with("SELECT") && statement.name != "LOCK_KEY"
        };
        let mut tried = BTreeSet::new();
        let tenant = recorded.into_iter().filter(|(statement, _)| statement.reach == Reach::Tenant);
        let (reads, writes): (Vec<_>, Vec<_>) = tenant.partition(|(statement, _)| is_read(statement));
        let as_other = |statement: &Sql, mut args: Vec<Arg>| {
            assert_eq!(args[0], Arg::Text(Some("own".to_owned())), "{} takes the workspace first", statement.name);
            args[0] = Arg::Text(Some("other".to_owned()));
            args
        };
        // The other workspace is empty as yet: what a read gives would be this one's.
        for (statement, args) in reads {
            tried.insert((statement.name, statement.sqlite));
            let rows = store.probe_read(statement, as_other(statement, args)).await.unwrap();
            assert!(rows.is_empty(), "{} gave {rows:?}", statement.name);
        }
        for (statement, args) in writes {
            tried.insert((statement.name, statement.sqlite));
            if let Err(error) = store.probe_write(statement, as_other(statement, args)).await {
                // A foreign key: the other workspace has no such row, which is what is to be shown.
                assert_eq!(error.code(), "TL0509", "{}: {error}", statement.name);
            }
            let after = everything(store, &tables, "own").await;
            assert_eq!(before, after, "{} changed another workspace", statement.name);
            before = after;
        }
        let all: BTreeSet<_> = statements().into_iter().filter(|statement| statement.reach == Reach::Tenant)
            .map(|statement| (statement.name, statement.sqlite)).collect();
        let missed: Vec<_> = all.difference(&tried).map(|(name, _)| name).collect();
        assert!(missed.is_empty(), "not tried: {missed:?}");
    }
}
