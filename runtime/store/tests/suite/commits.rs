//! The commit of a run: fence, prefix, and all that goes with it.

use serde_json::json;
use throughline_domain::connector::{Effect, Undo};
use throughline_domain::failure::Failure;
use throughline_domain::run::event::{Evidence, Payload};
use throughline_domain::time::Timestamp;
use throughline_store::{
    AskChange, AskState, CommitOutcome, EffectChange, EffectState, Ending, ExceptionChange, ExceptionKind,
    ExceptionState, Lifecycle, NewAsk, NewEffect, NewException, PageRequest, Release, Reply, RunFilter,
    RunStatus, Settled, Snapshot, StateWrite,
};

use crate::place::{
    THEN, cancel_requested, claimed, commit, commit_of, draft, effect_id, exception_id, new_run, run_id,
    scope, worker,
};

pub(crate) fn intent(effect: &throughline_domain::id::EffectId) -> EffectChange {
    EffectChange::Intend(Box::new(NewEffect {
        effect: effect.clone(),
        path: "invoice".to_owned(),
        connector: "accounting".to_owned(),
        action: "create_invoice".to_owned(),
        connection: Some("accounting".to_owned()),
        class: Effect::WriteIdempotent,
        undo: Undo::Compensable,
        attempt: 1,
        sending: 1,
        idempotency_key: "key".to_owned(),
        request_sha256: "00".to_owned(),
        intended_at: THEN,
    }))
}

pub(crate) fn open_exception(exception: &throughline_domain::id::ExceptionId) -> ExceptionChange {
    ExceptionChange::Open(Box::new(NewException {
        exception: exception.clone(),
        kind: ExceptionKind::Business,
        fingerprint: "f".to_owned(),
        path: "missing".to_owned(),
        workflow: "invoice".to_owned(),
        version: 1,
        draft: draft(),
        context: json!({}),
        due_at: THEN.plus_ms(3_600_000),
        opened_at: THEN,
    }))
}

on_both! {
    async fn entries_are_appended_in_order(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let mut first = commit_of(&claim);
        first.entries = vec![cancel_requested(2), cancel_requested(3)];
        let done = commit(store, first).await;
        assert_eq!((done.released, done.lifecycle), (false, Lifecycle::Active));
        let mut second = commit_of(&claim);
        second.after_seq = 3;
        second.entries = vec![cancel_requested(4)];
        commit(store, second).await;
        let log = store.load_log(&scope(), &claim.run).await.unwrap();
        assert_eq!(log.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(store.log_after(&scope(), &claim.run, 2).await.unwrap().len(), 2);
    }

    async fn pipelined_commits_of_one_run_keep_their_order(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let commits = (2..40).map(|seq| {
            let mut next = commit_of(&claim);
            next.after_seq = seq - 1;
            next.entries = vec![cancel_requested(seq)];
            commit(store, next)
        });
        futures::future::join_all(commits).await;
        assert_eq!(store.load_log(&scope(), &claim.run).await.unwrap().len(), 39);
    }

    async fn a_lost_lease_and_a_second_append_are_fenced(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let mut good = commit_of(&claim);
        good.entries = vec![cancel_requested(2)];
        let mut old = good.clone();
        old.generation = 0;
        assert_eq!(store.commit(old).await.unwrap(), CommitOutcome::Fenced);
        commit(store, good.clone()).await;
        assert_eq!(store.commit(good.clone()).await.unwrap(), CommitOutcome::Fenced, "appended already");
        let mut end = commit_of(&claim);
        end.after_seq = 2;
        end.release = Release::Requeue { due_at: THEN };
        assert!(commit(store, end).await.released);
        let again = store.claim_all(&worker(), 1, 60_000).await.unwrap().remove(0);
        let mut zombie = commit_of(&claim);
        zombie.after_seq = 2;
        zombie.effects = vec![intent(&effect_id())];
        zombie.entries = vec![cancel_requested(3)];
        assert_eq!(store.commit(zombie.clone()).await.unwrap(), CommitOutcome::Fenced);
        assert!(store.list_effects(&scope(), &claim.run).await.unwrap().is_empty(), "nothing of it was kept");
        store.late_evidence(&scope(), &claim.run, claim.generation, &zombie.entries).await.unwrap();
        let late = store.late_results(&scope(), &claim.run).await.unwrap();
        assert_eq!((late[0].generation, &late[0].entries), (claim.generation, &zombie.entries));
        assert_eq!(again.generation, claim.generation + 1);
    }

    async fn effects_are_intended_then_settled(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let (sure, doubt) = (effect_id(), effect_id());
        let mut first = commit_of(&claim);
        first.effects = vec![intent(&sure), intent(&doubt)];
        commit(store, first).await;
        let open = store.open_effects(&scope(), &PageRequest::first(10)).await.unwrap();
        assert_eq!(open.items.iter().filter(|row| row.state == EffectState::Intended).count(), 2);
        let receipt = Payload::Inline(json!({ "invoice": "I-1" }));
        let confirmed = Settled::Confirmed { receipt: receipt.clone(), by: Evidence::Answer };
        let failure = Failure::permanent("TL0323", "no answer came");
        let mut second = commit_of(&claim);
        second.effects = vec![
            EffectChange::Settle { effect: sure.clone(), outcome: confirmed.clone(), at: THEN },
            EffectChange::Settle { effect: doubt.clone(), outcome: Settled::InDoubt { failure: failure.clone() }, at: THEN },
        ];
        commit(store, second).await;
        let mut third = commit_of(&claim);
        third.effects = vec![
            EffectChange::Settle { effect: sure.clone(), outcome: Settled::NotApplied { failure }, at: THEN },
            EffectChange::Settle { effect: doubt.clone(), outcome: confirmed, at: THEN },
        ];
        commit(store, third).await;
        let rows = store.list_effects(&scope(), &claim.run).await.unwrap();
        assert_eq!(rows.len(), 2);
        for row in rows {
            assert_eq!((row.state, row.receipt, row.settled_at), (EffectState::Confirmed, Some(receipt.clone()), Some(THEN)));
        }
        assert_eq!(store.get_effect(&scope(), &sure).await.unwrap().unwrap().evidence, Some(Evidence::Answer));
    }

    async fn a_run_ends_once_and_shows_why(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let mut end = commit_of(&claim);
        let ending = Ending::Failed { at: THEN, code: "TL0409".to_owned(), message: "gave up".to_owned() };
        end.release = Release::Ended(ending);
        assert!(commit(store, end.clone()).await.released);
        assert_eq!(store.commit(end).await.unwrap(), CommitOutcome::Fenced);
        let row = store.get_run(&scope(), &claim.run).await.unwrap().unwrap();
        assert_eq!((row.status, row.ended_at), (RunStatus::Failed, Some(THEN)));
        assert_eq!(row.failure.unwrap().code, "TL0409");
        assert!(!store.set_lifecycle(&scope(), &claim.run, Lifecycle::Paused).await.unwrap());
    }

    async fn exceptions_open_and_close(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let (kept, closed) = (exception_id(), exception_id());
        let mut open = commit_of(&claim);
        open.exceptions = vec![open_exception(&kept), open_exception(&closed)];
        commit(store, open).await;
        let mut resolve = commit_of(&claim);
        resolve.exceptions = vec![ExceptionChange::Resolve {
            exception: closed.clone(),
            state: ExceptionState::Resolved,
            resolution: "retried".to_owned(),
            body: Some(b"{}".to_vec()),
            by: "person:ada".to_owned(),
            at: THEN,
        }];
        commit(store, resolve).await;
        let of_run = store.exceptions_of_run(&scope(), &claim.run).await.unwrap();
        let open: Vec<_> = of_run.iter().filter(|row| row.resolved_at.is_none()).collect();
        assert_eq!(open.iter().map(|row| &row.exception).collect::<Vec<_>>(), [&kept]);
        assert_eq!(open[0].sentence, draft().sentence);
        assert!(open[0].no_update_reason.is_some());
        let row = store.exception_step(&scope(), &closed).await.unwrap().unwrap();
        assert_eq!((row.state, row.resolved_by.as_deref()), (ExceptionState::Resolved, Some("person:ada")));
        assert_eq!(of_run.len(), 2);
    }

    async fn a_sentence_that_says_nothing_is_refused(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let mut open = commit_of(&claim);
        let ExceptionChange::Open(mut new) = open_exception(&exception_id()) else { panic!() };
        "it broke".clone_into(&mut new.draft.sentence);
        open.exceptions = vec![ExceptionChange::Open(new)];
        open.entries = vec![cancel_requested(2)];
        assert_eq!(store.commit(open).await.unwrap_err().code(), "TL0509");
        assert_eq!(store.load_log(&scope(), &claim.run).await.unwrap().len(), 1, "nothing of it was kept");
    }

    async fn asks_are_answered_once(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let ask = throughline_domain::id::AskId::new(1, 1);
        let mut open = commit_of(&claim);
        open.asks = vec![AskChange::Open(Box::new(NewAsk {
            ask: ask.clone(),
            path: "ask".to_owned(),
            workflow: "invoice".to_owned(),
            question: "Which customer?".to_owned(),
            form: json!({ "type": "object" }),
            owner: "team:billing".to_owned(),
            due_at: THEN,
            asked_at: THEN,
        }))];
        commit(store, open).await;
        assert_eq!(store.list_asks(&scope(), Some(AskState::Open), &PageRequest::first(5)).await.unwrap().items.len(), 1);
        let owners = store.owners_to_tell_all(THEN, 10).await.unwrap();
        let mut untold = Vec::new();
        for (scope, owner) in &owners {
            untold.extend(store.untold_asks(scope, owner, 10).await.unwrap().into_iter().map(|row| row.ask));
        }
        assert_eq!((owners.len(), untold.len()), (1, 1));
        store.tell_asks(&scope(), &untold, &[], &[]).await.unwrap();
        assert!(store.owners_to_tell_all(THEN, 10).await.unwrap().is_empty(), "told once");
        let late = Timestamp(i64::MAX);
        assert_eq!(store.asks_due_all(late, 10).await.unwrap().len(), 1);
        store.tell_asks(&scope(), &[], &untold, &[]).await.unwrap();
        assert!(store.asks_due_all(late, 10).await.unwrap().is_empty(), "told once that it is due");
        let answer = Payload::Inline(json!({ "customer": 4 }));
        let mut close = commit_of(&claim);
        close.asks = vec![
            AskChange::Answer { ask: ask.clone(), answer: answer.clone(), by: "person:ada".to_owned(), at: THEN },
            AskChange::Close { ask: ask.clone(), expired: true, at: THEN },
        ];
        commit(store, close).await;
        let row = store.get_ask(&scope(), &ask).await.unwrap().unwrap();
        assert_eq!((row.state, row.answer), (AskState::Answered, Some(answer)));
        assert_eq!(store.asks_of_run(&scope(), &claim.run).await.unwrap().len(), 1);
        assert_eq!(store.list_asks(&scope(), None, &PageRequest::first(5)).await.unwrap().items.len(), 1);
    }

    async fn a_reply_is_stored_once_and_told_after_its_commit(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let mut changes = store.changes();
        let reply = |status| Reply {
            status,
            headers: vec![("x".to_owned(), "y".to_owned())],
            body: Payload::Inline(json!(1)),
            replied_at: THEN,
        };
        for status in [201, 500] {
            let mut answer = commit_of(&claim);
            answer.reply = Some(reply(status));
            commit(store, answer).await;
        }
        let change = changes.recv().await.unwrap();
        assert!(change.replied && change.run == claim.run);
        assert_eq!(store.reply(&scope(), &claim.run).await.unwrap(), Some(reply(201)));
    }

    async fn children_snapshot_and_state_are_part_of_the_commit(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let child = run_id();
        let mut call = commit_of(&claim);
        let mut new = new_run(&child, None);
        let path = throughline_domain::run::event::StepPath("call".to_owned());
        new.parent = Some(throughline_domain::run::event::Parent { run: claim.run.clone(), path });
        call.children = vec![new.clone(), new];
        call.snapshot = Some(Snapshot { seq: 1, state: b"{}".to_vec() });
        let write = |key: &str, value: Option<&str>| StateWrite {
            state_scope: "acme/1".to_owned(),
            key: key.to_owned(),
            value: value.map(|text| text.as_bytes().to_vec()),
            at: THEN,
        };
        call.state_writes = vec![write("a", Some("1")), write("b", Some("2")), write("a", Some("3")), write("b", None)];
        commit(store, call.clone()).await;
        commit(store, call).await;
        assert_eq!(store.children(&scope(), &claim.run).await.unwrap().len(), 1);
        assert_eq!(store.snapshot(&scope(), &claim.run).await.unwrap(), Some(Snapshot { seq: 1, state: b"{}".to_vec() }));
        assert_eq!(store.get_state(&scope(), "acme/1", "a").await.unwrap(), Some(b"3".to_vec()));
        assert_eq!(store.state_keys(&scope(), "acme/1").await.unwrap(), ["a"]);
        let filter = RunFilter { status: Some(RunStatus::Queued), ..RunFilter::default() };
        let queued = store.list_runs(&scope(), &filter, &PageRequest::first(5)).await.unwrap();
        assert_eq!(queued.items[0].run, child);
    }
}
