//! Claims, leases and who comes first.

use throughline_store::{Lease, Lifecycle, Release, RunStatus, Scope};

use crate::place::{THEN, accepted, claimed, commit, commit_of, scope, worker};

fn lease(claim: &throughline_store::Claim) -> Lease {
    Lease { scope: claim.scope.clone(), run: claim.run.clone(), generation: claim.generation }
}

on_both! {
    async fn a_run_is_claimed_by_one_worker(place) {
        let store = place.store.clone();
        for _ in 0..40 {
            accepted(&store, &scope()).await;
        }
        let tasks: Vec<_> = (0..8).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.claim_all(&worker(), 10, 60_000).await.unwrap() })
        }).collect();
        let mut runs = Vec::new();
        for task in tasks {
            runs.extend(task.await.unwrap().into_iter().map(|claim| claim.run));
        }
        for _ in 0..8 {
            runs.extend(store.claim_all(&worker(), 10, 60_000).await.unwrap().into_iter().map(|claim| claim.run));
        }
        let unique: std::collections::BTreeSet<_> = runs.iter().collect();
        assert_eq!((runs.len(), unique.len()), (40, 40));
    }

    async fn a_claim_raises_generation_and_claims(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        assert_eq!((claim.generation, claim.claims, claim.last_seq), (1, 1, 1));
        let row = store.get_run(&scope(), &claim.run).await.unwrap().unwrap();
        assert_eq!(row.status, RunStatus::Running);
        assert!(row.started_at.is_some() && row.worker.is_some() && row.due_at.is_none());
        assert!(store.claim_all(&worker(), 10, 60_000).await.unwrap().is_empty());
    }

    async fn an_expired_lease_goes_back_and_counts(place) {
        let store = &place.store;
        accepted(store, &scope()).await;
        let me = worker();
        for n in 1..=3 {
            let claim = store.claim_all(&me, 1, 1).await.unwrap().remove(0);
            assert_eq!((claim.generation, claim.claims), (n, u32::try_from(n).unwrap()));
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            assert_eq!(store.renew_all(&me, &[lease(&claim)], 60_000).await.unwrap().len(), 1, "too late to renew");
            assert_eq!(store.expire_leases_all().await.unwrap(), [(scope(), claim.run)]);
        }
    }

    async fn a_renewed_lease_stays_and_a_stolen_one_is_lost(place) {
        let store = &place.store;
        accepted(store, &scope()).await;
        let me = worker();
        let claim = store.claim_all(&me, 1, 60_000).await.unwrap().remove(0);
        assert!(store.renew_all(&me, &[lease(&claim)], 120_000).await.unwrap().is_empty());
        assert_eq!(store.renew_all(&worker(), &[lease(&claim)], 60_000).await.unwrap(), [lease(&claim)]);
        assert!(store.expire_leases_all().await.unwrap().is_empty());
        let mut stale = lease(&claim);
        stale.generation = 0;
        assert_eq!(store.renew_all(&me, &[lease(&claim), stale.clone()], 60_000).await.unwrap(), [stale]);
    }

    async fn a_drained_run_is_claimed_again_without_counting(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        store.release_all(&[lease(&claim)]).await.unwrap();
        let again = store.claim_all(&worker(), 1, 60_000).await.unwrap().remove(0);
        assert_eq!((again.run, again.generation, again.claims), (claim.run, 2, 1));
    }

    async fn leases_are_void_at_start_on_sqlite_only(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let void = store.void_leases_all().await.unwrap();
        assert_eq!(void.len(), usize::from(store.is_sqlite()));
        if store.is_sqlite() {
            assert_eq!(void[0].1, claim.run);
        }
    }

    async fn a_crowd_in_one_workspace_does_not_hold_back_another(place) {
        let store = &place.store;
        let (small, tiny) = (Scope::new("small").unwrap(), Scope::new("tiny").unwrap());
        for _ in 0..20 {
            accepted(store, &scope()).await;
        }
        for _ in 0..2 {
            accepted(store, &small).await;
        }
        accepted(store, &tiny).await;
        let claims = store.claim_all(&worker(), 6, 60_000).await.unwrap();
        let of = |scope: &Scope| claims.iter().filter(|claim| claim.scope == *scope).count();
        assert_eq!((of(&scope()), of(&small), of(&tiny)), (3, 2, 1));
    }

    async fn what_is_paused_or_not_due_is_not_claimed(place) {
        let store = &place.store;
        let claim = claimed(store, &scope()).await;
        let now = store.now().await.unwrap();
        let mut wait = commit_of(&claim);
        wait.release = Release::ToWaiting { wake_at: Some(now.plus_ms(300)) };
        assert!(commit(store, wait).await.released);
        assert!(store.claim_all(&worker(), 1, 60_000).await.unwrap().is_empty());
        assert_eq!(store.next_due_all().await.unwrap(), Some(now.plus_ms(300)));
        assert!(store.set_lifecycle(&scope(), &claim.run, Lifecycle::Paused).await.unwrap());
        tokio::time::sleep(std::time::Duration::from_millis(350)).await;
        assert!(store.claim_all(&worker(), 1, 60_000).await.unwrap().is_empty(), "it is paused");
        assert_eq!(store.next_due_all().await.unwrap(), None);
        assert!(store.set_lifecycle(&scope(), &claim.run, Lifecycle::Active).await.unwrap());
        let again = store.claim_all(&worker(), 1, 60_000).await.unwrap();
        assert_eq!(again.len(), 1, "its time has come");
        assert_eq!(again[0].claims, 1, "a release forgets the claims before");
    }

    async fn the_database_has_a_clock(place) {
        let (first, second) = (place.store.now().await.unwrap(), place.store.now().await.unwrap());
        assert!(first > THEN && second >= first);
        assert!(second.0 - first.0 < 60_000_000);
    }

    async fn a_closed_store_claims_nothing(place) {
        let store = &place.store;
        accepted(store, &scope()).await;
        store.close().await;
        let error = store.claim_all(&worker(), 1, 60_000).await.unwrap_err();
        assert_eq!(error.code(), "TL0515");
    }
}
