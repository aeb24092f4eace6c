//! Putting and opening, starting with the right key, and what a database in the wrong hands is worth.

use std::os::unix::fs::PermissionsExt;

use throughline_domain::id::{ConnectionId, SecretId};
use throughline_store::probe::{Reach, Sql};
use throughline_store::{NewConnection, Scope, Store};
use throughline_vault::{RootFile, RootKey};

use crate::Counting;
use crate::place::{ORIGIN, THEN, get, name, put, scope};

async fn tamper(store: &Store, text: &'static str) {
    let statement = Box::leak(Box::new(Sql::same(text).named("tamper", Reach::Global)));
    assert!(store.probe_write(statement, Vec::new()).await.unwrap().0 > 0, "{text}");
}

on_both! {
    async fn a_value_comes_back_for_its_workspace_and_origin_only(place) {
        let vault = place.open().await.unwrap();
        assert_eq!(put(&vault, &scope(), 1, "hunter2").await.unwrap().version, 1);
        assert_eq!(get(&vault, &scope(), 1).await.unwrap(), "hunter2");
        let again = put(&vault, &scope(), 1, "hunter3").await.unwrap();
        assert_eq!((again.version, again.updated_by.as_str()), (2, "person:ada"));
        assert_eq!(get(&vault, &scope(), 1).await.unwrap(), "hunter3");
        let other = Scope::new("other").unwrap();
        assert_eq!(get(&vault, &other, 1).await.unwrap_err().code(), "TL0812");
        let opened = vault.get(&scope(), &SecretId::new(1, 7)).await.unwrap();
        assert_eq!(opened.for_origin("https://evil.example.com").unwrap_err().code(), "TL0814");
        assert_eq!(opened.for_origin("http://crm.example.com").unwrap_err().code(), "TL0814");
        assert_eq!(opened.for_origin("inbound").unwrap_err().code(), "TL0814");
        assert_eq!(opened.for_inbound().unwrap_err().code(), "TL0814");
        assert!(!format!("{opened:?}").contains("hunter"));
        assert_eq!(vault.list(&scope()).await.unwrap(), [again]);
        assert!(vault.list(&other).await.unwrap().is_empty());
        assert_eq!(vault.delete(&other, &name("s1")).await.unwrap_err().code(), "TL0812");
        vault.delete(&scope(), &name("s1")).await.unwrap();
        assert_eq!(get(&vault, &scope(), 1).await.unwrap_err().code(), "TL0812");
        assert_eq!(vault.delete(&scope(), &name("s1")).await.unwrap_err().code(), "TL0812");
    }

    async fn a_start_needs_the_key_the_database_goes_with(place) {
        let vault = place.open().await.unwrap();
        put(&vault, &scope(), 1, "hunter2").await.unwrap();
        drop(vault);
        let file = RootFile::new(&place.keys(), 1);
        let saved = place.folder.path().join("saved");
        std::fs::rename(file.path(), &saved).unwrap();
        assert_eq!(place.open().await.unwrap_err().code(), "TL0801");
        assert!(!file.path().exists(), "no new key is made for a database that has one");
        // The second of a row of keys of which this place has the first.
        let random = Counting::default();
        RootKey::generate(1, &random).unwrap();
        let stranger = RootKey::generate(1, &random).unwrap();
        file.create(&stranger).unwrap();
        let error = place.open().await.unwrap_err();
        assert_eq!(error.code(), "TL0808");
        assert!(error.to_string().contains(stranger.fingerprint().as_str()));
        std::fs::remove_file(file.path()).unwrap();
        std::fs::rename(&saved, file.path()).unwrap();
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(place.open().await.unwrap_err().code(), "TL0802");
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(get(&place.open().await.unwrap(), &scope(), 1).await.unwrap(), "hunter2");
    }

    async fn a_first_start_that_was_cut_short_goes_on_with_its_key(place) {
        let key = RootKey::generate(1, &Counting::default()).unwrap();
        RootFile::new(&place.keys(), 1).create(&key).unwrap();
        let vault = place.open().await.unwrap();
        put(&vault, &scope(), 1, "hunter2").await.unwrap();
        assert_eq!(place.store.list_root_keys().await.unwrap()[0].fingerprint, key.fingerprint().as_str());
    }

    async fn who_can_write_to_the_database_cannot_move_a_value(place) {
        let vault = place.open().await.unwrap();
        let other = Scope::new("other").unwrap();
        for (scope, id, text) in [(&scope(), 1, "one"), (&scope(), 2, "two"), (&other, 3, "three")] {
            put(&vault, scope, id, text).await.unwrap();
        }
        tamper(&place.store, "UPDATE secret SET bound_to = 'https://evil.example.com' WHERE name = 's1'").await;
        assert_eq!(vault.get(&scope(), &SecretId::new(1, 7)).await.unwrap_err().code(), "TL0809");
        tamper(&place.store, "UPDATE secret SET version = version + 1 WHERE name = 's2'").await;
        assert_eq!(get(&vault, &scope(), 2).await.unwrap_err().code(), "TL0809");
        tamper(&place.store, "UPDATE secret SET version = version - 1 WHERE name = 's2'").await;
        assert_eq!(get(&vault, &scope(), 2).await.unwrap(), "two");
        tamper(&place.store, "UPDATE secret SET workspace_id = 'default' WHERE name = 's3'").await;
        assert_eq!(get(&vault, &scope(), 3).await.unwrap_err().code(), "TL0809");
        tamper(
            &place.store,
            "UPDATE workspace_key SET wrapped = (SELECT wrapped FROM workspace_key WHERE workspace_id = 'other')
             WHERE workspace_id = 'default'",
        )
        .await;
        assert_eq!(get(&vault, &scope(), 2).await.unwrap_err().code(), "TL0809");
    }

    async fn a_secret_that_a_connection_uses_is_not_deleted(place) {
        let vault = place.open().await.unwrap();
        let secret = put(&vault, &scope(), 1, "hunter2").await.unwrap().secret;
        let connection = NewConnection {
            connection: ConnectionId::new(1, 1),
            name: "crm".to_owned(),
            connector: "acme".to_owned(),
            account: None,
            settings: b"{}".to_vec(),
            secrets: b"{}".to_vec(),
            bound_to: Some(ORIGIN.to_owned()),
            uses: vec![("default.token".to_owned(), secret)],
            created_at: THEN,
        };
        place.store.create_connection(&scope(), &connection).await.unwrap();
        let error = vault.delete(&scope(), &name("s1")).await.unwrap_err();
        assert_eq!(error.code(), "TL0815");
        assert!(error.to_string().contains("in use by crm"), "{error}");
        put(&vault, &scope(), 1, "hunter3").await.unwrap();
        place.store.delete_connection(&scope(), &connection.connection, THEN).await.unwrap();
        vault.delete(&scope(), &name("s1")).await.unwrap();
    }

    async fn puts_at_once_are_all_kept_in_turn(place) {
        let vault = place.open().await.unwrap();
        put(&vault, &scope(), 1, "zero").await.unwrap();
        let tasks: Vec<_> = (0..3).map(|n| {
            let vault = vault.clone();
            tokio::spawn(async move { put(&vault, &scope(), 1, &format!("value {n}")).await.unwrap().version })
        }).collect();
        let mut versions = Vec::new();
        for task in tasks {
            versions.push(task.await.unwrap());
        }
        assert_eq!(vault.list(&scope()).await.unwrap()[0].version, 4);
        assert!(get(&vault, &scope(), 1).await.unwrap().starts_with("value "));
        assert!(versions.iter().all(|version| (2..=4).contains(version)), "{versions:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_values_nor_keys_are_in_any_file_of_the_database() {
    let place = crate::place::Place::sqlite().await;
    let vault = place.open().await.unwrap();
    let canary = "canary-7f3a-never-in-clear";
    put(&vault, &scope(), 1, canary).await.unwrap();
    vault.rotate_root(THEN).await.unwrap();
    drop(vault);
    let root = std::fs::read_to_string(RootFile::new(&place.keys(), 1).path()).unwrap();
    let digits = root.trim().strip_prefix("tlrk_").unwrap().to_owned();
    let raw = hex::decode(&digits).unwrap();
    let mut files = 0;
    for entry in std::fs::read_dir(place.folder.path()).unwrap().map(Result::unwrap) {
        if !entry.path().is_file() {
            continue;
        }
        files += 1;
        let bytes = std::fs::read(entry.path()).unwrap();
        for needle in [canary.as_bytes(), digits.as_bytes(), &raw] {
            assert!(!bytes.windows(needle.len()).any(|window| window == needle), "{:?}", entry.path());
        }
    }
    assert!(files >= 2, "the database and its log were looked at");
}
