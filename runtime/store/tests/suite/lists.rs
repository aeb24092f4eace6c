//! Keyset pages.

use futures::future::maybe_done;
use throughline_store::{Ending, PageRequest, Release, RunFilter, RunStatus};

use crate::place::{THEN, accepted, claimed, commit, commit_of, scope};

on_both! {
    async fn pages_hold_every_run_once_newest_first(place) {
        let store = &place.store;
        let mut runs = Vec::new();
        for _ in 0..25 {
            runs.push(accepted(store, &scope()).await);
        }
        runs.reverse();
        let mut seen = Vec::new();
        let mut page = PageRequest::first(10);
        loop {
            let rows = store.list_runs(&scope(), &RunFilter::default(), &page).await.unwrap();
            assert!(rows.items.len() <= 10);
            seen.extend(rows.items.into_iter().map(|row| row.run));
            // A run created while one pages does not move the pages behind it.
            accepted(store, &scope()).await;
            match rows.next {
                Some(next) => page.after = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, runs);
        let bad = PageRequest { after: Some("a b".to_owned()), limit: 10 };
        let error = store.list_runs(&scope(), &RunFilter::default(), &bad).await.unwrap_err();
        assert_eq!(error.code(), "TL0512");
    }

    async fn filters_narrow_a_list(place) {
        let store = &place.store;
        let failed = claimed(store, &scope()).await;
        let mut end = commit_of(&failed);
        end.release =
            Release::Ended(Ending::Failed { at: THEN, code: "TL0400".to_owned(), message: "no".to_owned() });
        commit(store, end).await;
        let good = claimed(store, &scope()).await;
        let mut end = commit_of(&good);
        end.release = Release::Ended(Ending::Succeeded { at: THEN });
        commit(store, end).await;
        let mut event = crate::place::new_event();
        "other".clone_into(&mut event.run.workflow);
        event.run.keys = vec![("job".to_owned(), "8".to_owned())];
        let other = store.accept(&scope(), event).await.unwrap().run;
        let list = async |filter: RunFilter| {
            let page = store.list_runs(&scope(), &filter, &PageRequest::first(0)).await.unwrap();
            assert!(page.items.len() <= 1);
            let page = store.list_runs(&scope(), &filter, &PageRequest::first(1_000)).await.unwrap();
            page.items.into_iter().map(|row| row.run).collect::<Vec<_>>()
        };
        let all = RunFilter::default;
        assert_eq!(list(all()).await, [other.clone(), good.run.clone(), failed.run.clone()]);
        assert_eq!(list(RunFilter { status: Some(RunStatus::Failed), ..all() }).await, std::slice::from_ref(&failed.run));
        assert_eq!(list(RunFilter { status: Some(RunStatus::Succeeded), ..all() }).await, std::slice::from_ref(&good.run));
        assert_eq!(list(RunFilter { status: Some(RunStatus::Queued), ..all() }).await, std::slice::from_ref(&other));
        assert!(list(RunFilter { status: Some(RunStatus::Waiting), ..all() }).await.is_empty());
        let invoice = Some("invoice".to_owned());
        assert_eq!(list(RunFilter { workflow: invoice.clone(), ..all() }).await, [good.run.clone(), failed.run.clone()]);
        let narrow = RunFilter { workflow: invoice.clone(), status: Some(RunStatus::Failed), ..all() };
        assert_eq!(list(narrow).await, std::slice::from_ref(&failed.run));
        let key = |value: &str| Some(("job".to_owned(), value.to_owned()));
        assert_eq!(list(RunFilter { key: key("8"), ..all() }).await, std::slice::from_ref(&other));
        assert_eq!(list(RunFilter { key: key("7"), workflow: invoice, ..all() }).await.len(), 2);
        assert!(list(RunFilter { key: key("8"), workflow: Some("invoice".to_owned()), ..all() }).await.is_empty());
        assert_eq!(list(RunFilter { since: Some(THEN), ..all() }).await.len(), 3);
        assert!(list(RunFilter { since: Some(THEN.plus_ms(86_400_000)), ..all() }).await.is_empty());
        let events = store.list_events(&scope(), Some("invoice"), &PageRequest::first(2)).await.unwrap();
        assert_eq!((events.items.len(), events.next.is_some()), (2, true));
        let page = PageRequest { after: events.next, limit: 2 };
        assert_eq!(store.list_events(&scope(), None, &page).await.unwrap().items.len(), 1);
        let figures = store.open_runs_all().await.unwrap();
        assert_eq!(figures, [(scope(), RunStatus::Queued, 1)]);
    }

    async fn a_page_of_a_common_key_looks_at_so_many_runs_only(place) {
        let store = &place.store;
        let mut event = crate::place::new_event();
        "other".clone_into(&mut event.run.workflow);
        let rare = store.accept(&scope(), event).await.unwrap().run;
        let scope_of_all = scope();
        let accepting = (0..400).map(|_| accepted(store, &scope_of_all));
        futures::future::join_all(accepting).await;
        let filter = RunFilter {
            key: Some(("job".to_owned(), "7".to_owned())),
            workflow: Some("other".to_owned()),
            ..RunFilter::default()
        };
        let mut page = PageRequest::first(10);
        let first = store.list_runs(&scope(), &filter, &page).await.unwrap();
        assert!(first.items.is_empty(), "the first 250 runs with this key are of another workflow");
        page.after = first.next;
        assert!(page.after.is_some(), "there may be more behind them");
        let second = store.list_runs(&scope(), &filter, &page).await.unwrap();
        assert_eq!(second.items.iter().map(|row| &row.run).collect::<Vec<_>>(), [&rare]);
        assert_eq!(second.next, None);
        let since = RunFilter { since: Some(THEN.plus_ms(86_400_000)), ..filter };
        assert_eq!(store.list_runs(&scope(), &since, &PageRequest::first(10)).await.unwrap().next, None);
    }

    async fn a_page_of_succeeded_runs_looks_further_when_it_is_not_full(place) {
        let store = &place.store;
        let good = claimed(store, &scope()).await;
        let mut end = commit_of(&good);
        end.release = Release::Ended(Ending::Succeeded { at: THEN });
        commit(store, end).await;
        let scope_of_all = scope();
        futures::future::join_all((0..450).map(|_| accepted(store, &scope_of_all))).await;
        let succeeded = RunFilter { status: Some(RunStatus::Succeeded), ..RunFilter::default() };
        let of_workflow = RunFilter { workflow: Some("invoice".to_owned()), ..succeeded.clone() };
        for filter in [succeeded, of_workflow] {
            let page = store.list_runs(&scope(), &filter, &PageRequest::first(10)).await.unwrap();
            assert_eq!(page.items.iter().map(|row| &row.run).collect::<Vec<_>>(), [&good.run]);
            assert_eq!(page.next, None);
        }
    }

    /// A run that waits for a read does not poll the calls beside it, which may wait for theirs.
    async fn reads_and_claims_that_nobody_polls_hold_up_nobody(place) {
        let store = &place.store;
        let (scope, worker) = (scope(), crate::place::worker());
        let run = claimed(store, &scope).await.run;
        // The first may be done at once.
        let mut reads: Vec<_> = (0..64).map(|_| Box::pin(maybe_done(store.get_run(&scope, &run)))).collect();
        let mut claims: Vec<_> =
            (0..16).map(|_| Box::pin(maybe_done(store.claim_all(&worker, 1, 1_000)))).collect();
        for read in &mut reads {
            let _ = futures::poll!(read);
        }
        for claim in &mut claims {
            let _ = futures::poll!(claim);
        }
        let after = async {
            store.get_run(&scope, &run).await.unwrap();
            store.claim_all(&worker, 1, 1_000).await.unwrap();
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), after).await.expect("nobody is waited for");
        for mut read in reads {
            read.as_mut().await;
            read.as_mut().take_output().unwrap().unwrap();
        }
    }
}
