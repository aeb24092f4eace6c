//! Rotations on a real store: in batches, interrupted at every step, by two nodes, while secrets are put.

use throughline_domain::id::SecretId;
use throughline_domain::time::Timestamp;
use throughline_store::probe::{Reach, Sql};
use throughline_vault::{BATCH, RootFile, Step, Vault};

use crate::place::{THEN, get, put, scope};

/// More than two batches.
const SECRETS: u64 = 2 * BATCH as u64 + 7;

async fn fill(vault: &Vault) {
    for id in 0..SECRETS {
        put(vault, &scope(), id, &format!("value {id}")).await.unwrap();
    }
}

async fn check(vault: &Vault) {
    for id in 0..SECRETS {
        assert_eq!(get(vault, &scope(), id).await.unwrap(), format!("value {id}"));
    }
}

on_both! {
    async fn a_rotation_of_both_keys_that_restarts_at_every_step_loses_nothing(place) {
        let vault = place.open().await.unwrap();
        fill(&vault).await;
        assert_eq!(vault.rotate_workspace(&scope(), THEN).await.unwrap(), 2);
        assert_eq!(vault.rotate_root(THEN).await.unwrap(), 2);
        drop(vault);
        let (mut steps, mut backup): (Vec<Step>, Option<Timestamp>) = (Vec::new(), None);
        loop {
            // Each step by a server that has just started.
            let vault = place.open().await.unwrap();
            let step = match vault.step_workspace(&scope(), backup).await.unwrap() {
                Step::Done => vault.step_root(backup).await.unwrap(),
                step => step,
            };
            get(&vault, &scope(), 0).await.unwrap();
            steps.push(step);
            match step {
                Step::Done => break,
                Step::AwaitBackup { since, .. } => {
                    assert!(backup.is_none_or(|at| at <= since));
                    backup = Some(place.backup().await);
                }
                Step::Rewrap { .. } | Step::NoteEmpty { .. } | Step::Retire { .. } => {}
            }
            assert!(steps.len() < 50, "{steps:?}");
        }
        let vault = place.open().await.unwrap();
        check(&vault).await;
        let batches = steps.iter().filter(|step| matches!(step, Step::Rewrap { .. })).count();
        assert_eq!(batches, 4, "three of secrets and one of workspace keys: {steps:?}");
        let retired = steps.iter().filter(|step| matches!(step, Step::Retire { .. })).count();
        assert_eq!(retired, 2, "{steps:?}");
        // The old root key's file is needed by old backups only.
        std::fs::remove_file(RootFile::new(&place.keys(), 1).path()).unwrap();
        check(&place.open().await.unwrap()).await;
    }

    async fn two_nodes_rotate_while_secrets_are_put(place) {
        let vault = place.open().await.unwrap();
        fill(&vault).await;
        vault.rotate_workspace(&scope(), THEN).await.unwrap();
        let nodes = [place.open().await.unwrap(), place.open().await.unwrap()];
        let turns = nodes.map(|node| tokio::spawn(async move {
            while let Step::Rewrap { .. } = node.step_workspace(&scope(), None).await.unwrap() {}
        }));
        for id in (0..SECRETS).step_by(5) {
            put(&vault, &scope(), id, &format!("value {id}")).await.unwrap();
        }
        for turn in turns {
            turn.await.unwrap();
        }
        check(&vault).await;
        let rows: Vec<_> = place.store.list_workspace_keys(&scope()).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.rows).collect::<Vec<_>>(), [0, SECRETS]);
    }

    async fn another_node_reads_a_root_key_it_has_not_seen(place) {
        let (one, two) = (place.open().await.unwrap(), place.open().await.unwrap());
        put(&one, &scope(), 1, "hunter2").await.unwrap();
        one.rotate_root(THEN).await.unwrap();
        assert_eq!(one.step_root(None).await.unwrap(), Step::Rewrap { from: 1, to: 2 });
        assert_eq!(get(&two, &scope(), 1).await.unwrap(), "hunter2");
        // A node whose folder of keys was not given the new file says so.
        let moved = place.folder.path().join("elsewhere");
        let file = RootFile::new(&place.keys(), 2);
        std::fs::rename(file.path(), &moved).unwrap();
        assert_eq!(place.open().await.unwrap_err().code(), "TL0801");
    }

    async fn one_spoilt_row_holds_no_other_up(place) {
        let vault = place.open().await.unwrap();
        fill(&vault).await;
        let spoil = Sql::same("UPDATE secret SET version = 9 WHERE name = 's3'").named("spoil", Reach::Global);
        place.store.probe_write(Box::leak(Box::new(spoil)), Vec::new()).await.unwrap();
        vault.rotate_workspace(&scope(), THEN).await.unwrap();
        let mut told = 0;
        for _ in 0..4 {
            if vault.step_workspace(&scope(), None).await.is_err_and(|error| error.code() == "TL0809") {
                told += 1;
            }
        }
        assert_eq!(told, 4, "it is said each time");
        let left = place.store.secrets_of_key(&scope(), 1, 100).await.unwrap();
        assert_eq!(left.into_iter().map(|row| row.secret).collect::<Vec<_>>(), [SecretId::new(3, 7)]);
        // Put again, it is whole, and the rotation ends.
        put(&vault, &scope(), 3, "value 3").await.unwrap();
        assert_eq!(vault.step_workspace(&scope(), None).await.unwrap(), Step::NoteEmpty { version: 1 });
        check(&vault).await;
    }
}
