//! Keys and secrets: what the vault may rely on, and what the database refuses.

use throughline_domain::id::{ConnectionId, SecretId};
use throughline_domain::time::Timestamp;
use throughline_store::{
    By, ChannelRow, NewConnection, NewSecret, NewWorkspaceKey, Rewrapped, Scope, Store, TestedAccount,
    WrappedRow,
};

use crate::place::{THEN, scope};
use crate::schema::sql;

/// A key as it is stored: the right length, and a mark to know it by.
fn wrapped(mark: u8) -> Vec<u8> {
    vec![mark; 73]
}

fn fingerprint(mark: char) -> String {
    mark.to_string().repeat(32)
}

fn secret_id(id: u64) -> SecretId {
    SecretId::new(id, 0)
}

fn key(version: u32, root_version: u32) -> NewWorkspaceKey {
    NewWorkspaceKey { version, root_version, wrapped: wrapped(1), created_at: THEN }
}

fn secret(id: u64, name: &str) -> NewSecret {
    NewSecret {
        secret: secret_id(id),
        name: name.to_owned(),
        version: 1,
        bound_to: "https://crm.example.com".to_owned(),
        key_version: 1,
        wrapped_key: wrapped(2),
        ciphertext: vec![3; 50],
        at: THEN,
        by: "person:ada".to_owned(),
    }
}

fn connection(id: u64, uses: &[u64]) -> NewConnection {
    NewConnection {
        connection: ConnectionId::new(id, 0),
        name: format!("crm-{id}"),
        connector: "acme".to_owned(),
        account: None,
        settings: b"{}".to_vec(),
        secrets: b"{}".to_vec(),
        bound_to: Some("https://crm.example.com".to_owned()),
        uses: uses.iter().map(|secret| (format!("default.{secret}"), secret_id(*secret))).collect(),
        created_at: THEN,
    }
}

/// A root key and the workspace's first key.
async fn begin(store: &Store, scope: &Scope) {
    assert!(store.add_root_key(1, &fingerprint('a'), THEN).await.unwrap());
    assert!(store.add_workspace_key(scope, &key(1, 1)).await.unwrap());
}

async fn after_now(store: &Store) -> Timestamp {
    store.now().await.unwrap().plus_ms(1)
}

/// Two channels, one of which goes again; their secret stays as long as one of them uses it.
async fn tell(store: &Store, scope: &Scope) {
    let channel = |name: &str, id| ChannelRow {
        name: name.to_owned(),
        url: "https://hooks.example/told".to_owned(),
        secret: secret_id(id),
        proposals: true,
        exceptions: false,
        changed_at: THEN,
        changed_by: "ada".to_owned(),
    };
    let by = By { who: "ada", at: THEN };
    for name in ["chat", "gone"] {
        assert!(store.put_channel(scope, &channel(name, 1), by).await.unwrap());
    }
    assert!(!store.put_channel(scope, &channel("chat", 2), by).await.unwrap(), "its secret is not there");
    assert!(store.delete_channel(scope, "gone").await.unwrap());
    assert_eq!(store.list_channels(scope).await.unwrap(), [channel("chat", 1)]);
    assert!(!store.delete_secret(scope, &secret_id(1)).await.unwrap(), "a channel uses it");
    let users = store.list_secret_users(scope).await.unwrap();
    assert_eq!(users.iter().filter(|user| user.connection.is_none()).count(), 1);
}

/// Uses every function of a workspace, and leaves something in every table.
pub(crate) async fn live(store: &Store, scope: &Scope) {
    begin(store, scope).await;
    for (id, name) in [(1, "token"), (2, "gone")] {
        assert!(store.put_secret(scope, &secret(id, name)).await.unwrap());
    }
    assert!(store.put_secret(scope, &NewSecret { version: 2, ..secret(1, "token") }).await.unwrap());
    assert!(store.delete_secret(scope, &secret_id(2)).await.unwrap());
    for id in [10, 11] {
        store.create_connection(scope, &connection(id, &[1])).await.unwrap();
    }
    store.delete_connection(scope, &ConnectionId::new(11, 0), THEN).await.unwrap();
    assert!(store.replace_connection(scope, &connection(10, &[1])).await.unwrap());
    assert_eq!(store.list_secret_users(scope).await.unwrap().len(), 1);
    tell(store, scope).await;
    store.record_account(scope, &ConnectionId::new(10, 0), "ada", THEN).await.unwrap().unwrap();
    assert!(store.agree_account(scope, &ConnectionId::new(10, 0), "ada").await.unwrap());
    assert_eq!(store.secret_users(scope, &secret_id(1)).await.unwrap().len(), 1);
    store.get_secret(scope, &secret_id(1)).await.unwrap().unwrap();
    store.secret_by_name(scope, "token").await.unwrap().unwrap();
    assert_eq!(store.list_secrets(scope).await.unwrap().len(), 1);
    assert!(store.add_workspace_key(scope, &key(2, 1)).await.unwrap());
    let rows = store.secrets_of_key(scope, 1, 10).await.unwrap();
    assert_eq!(store.rewrap_secrets(scope, 1, 2, &rows).await.unwrap(), 1);
    assert!(store.note_workspace_key_empty(scope, 1).await.unwrap());
    assert!(store.retire_workspace_key(scope, 1, after_now(store).await).await.unwrap());
    assert_eq!(store.list_workspace_keys(scope).await.unwrap().len(), 1);
    store.get_workspace_key(scope, 2).await.unwrap().unwrap();
    assert_eq!(store.newest_workspace_key(scope).await.unwrap().unwrap().version, 2);
    assert_eq!(store.list_retired_keys(scope).await.unwrap().len(), 1);
    assert!(store.add_root_key(2, &fingerprint('b'), THEN).await.unwrap());
    let again = Rewrapped { scope: scope.clone(), version: 2, wrapped: wrapped(4) };
    assert_eq!(store.rewrap_workspace_keys_all(1, 2, &[again]).await.unwrap(), 1);
}

async fn refused(store: &Store, text: &str) {
    let error = store.probe_write(sql(text.to_owned()), Vec::new()).await.expect_err(text);
    assert_eq!(error.code(), "TL0509", "{text}: {error}");
}

on_both! {
    async fn root_keys_come_one_after_the_other_and_never_back(place) {
        let store = &place.store;
        assert!(!store.add_root_key(2, &fingerprint('b'), THEN).await.unwrap(), "the first is 1");
        assert!(store.add_root_key(1, &fingerprint('a'), THEN).await.unwrap());
        assert!(!store.add_root_key(1, &fingerprint('b'), THEN).await.unwrap(), "another node was faster");
        assert!(!store.add_root_key(2, &fingerprint('a'), THEN).await.unwrap(), "the same key is no rotation");
        assert!(store.add_root_key(2, &fingerprint('b'), THEN).await.unwrap());
        assert!(store.note_root_key_empty(1).await.unwrap());
        assert!(store.retire_root_key(1, after_now(store).await).await.unwrap());
        assert!(!store.add_root_key(1, &fingerprint('c'), THEN).await.unwrap());
        assert!(!store.add_root_key(3, &fingerprint('a'), THEN).await.unwrap(), "a retired key does not come back");
        assert!(store.add_root_key(3, &fingerprint('c'), THEN).await.unwrap());
        let versions: Vec<_> = store.list_root_keys().await.unwrap().into_iter().map(|row| row.version).collect();
        assert_eq!(versions, [2, 3]);
    }

    async fn a_root_key_leaves_when_nothing_needs_it(place) {
        let store = &place.store;
        begin(store, &scope()).await;
        assert!(!store.note_root_key_empty(1).await.unwrap(), "the newest stays");
        assert!(store.add_root_key(2, &fingerprint('b'), THEN).await.unwrap());
        assert!(!store.add_workspace_key(&scope(), &key(2, 1)).await.unwrap(), "new keys take the newest root key");
        assert!(!store.note_root_key_empty(1).await.unwrap(), "it wraps a key");
        let rows = store.workspace_keys_of_root_all(1, 10).await.unwrap();
        assert_eq!((rows.len(), rows[0].version, &rows[0].wrapped), (1, 1, &wrapped(1)));
        let again = [Rewrapped { scope: scope(), version: 1, wrapped: wrapped(9) }];
        assert_eq!(store.rewrap_workspace_keys_all(1, 2, &again).await.unwrap(), 1);
        assert_eq!(store.rewrap_workspace_keys_all(1, 2, &again).await.unwrap(), 0, "somebody else did it");
        let rows = store.list_workspace_keys(&scope()).await.unwrap();
        assert_eq!((rows[0].root_version, &rows[0].wrapped), (2, &wrapped(9)));
        let early = store.now().await.unwrap();
        assert!(store.note_root_key_empty(1).await.unwrap());
        assert!(!store.note_root_key_empty(1).await.unwrap());
        assert!(!store.retire_root_key(1, early).await.unwrap(), "that backup needs it");
        assert!(!store.retire_root_key(2, after_now(store).await).await.unwrap(), "the newest stays");
        assert!(store.retire_root_key(1, after_now(store).await).await.unwrap());
        assert!(!store.retire_root_key(1, after_now(store).await).await.unwrap());
        assert_eq!(store.list_root_keys().await.unwrap()[0].rows, 1);
    }

    async fn a_put_takes_the_next_version_and_the_newest_key(place) {
        let store = &place.store;
        begin(store, &scope()).await;
        assert!(store.put_secret(&scope(), &secret(1, "token")).await.unwrap());
        assert!(!store.put_secret(&scope(), &secret(2, "token")).await.unwrap(), "the name is taken");
        let next = |version| NewSecret { version, ciphertext: vec![9; 60], ..secret(1, "token") };
        assert!(!store.put_secret(&scope(), &next(3)).await.unwrap());
        assert!(store.put_secret(&scope(), &next(2)).await.unwrap());
        assert!(!store.put_secret(&scope(), &next(2)).await.unwrap(), "of two puts at once one is told to look again");
        assert!(store.add_workspace_key(&scope(), &key(2, 1)).await.unwrap());
        assert!(!store.put_secret(&scope(), &next(3)).await.unwrap(), "the key is not the newest any more");
        assert!(!store.put_secret(&scope(), &secret(3, "other")).await.unwrap());
        let moved = NewSecret { key_version: 2, bound_to: "inbound".to_owned(), by: "bob".to_owned(), ..next(3) };
        assert!(store.put_secret(&scope(), &moved).await.unwrap());
        let row = store.get_secret(&scope(), &secret_id(1)).await.unwrap().unwrap();
        assert_eq!((row.summary.version, row.key_version, row.ciphertext), (3, 2, vec![9; 60]));
        assert_eq!(store.secret_by_name(&scope(), "token").await.unwrap(), Some(row.summary.clone()));
        let told = (row.summary.bound_to.as_str(), row.summary.created_by.as_str(), row.summary.updated_by.as_str());
        assert_eq!(told, ("inbound", "person:ada", "bob"));
        assert_eq!(store.list_secrets(&scope()).await.unwrap(), [row.summary]);
        let other = Scope::new("other").unwrap();
        assert!(store.get_secret(&other, &secret_id(1)).await.unwrap().is_none());
        assert!(!store.delete_secret(&other, &secret_id(1)).await.unwrap());
        assert!(store.delete_secret(&scope(), &secret_id(1)).await.unwrap());
        assert!(!store.delete_secret(&scope(), &secret_id(1)).await.unwrap());
    }

    async fn a_batch_of_a_rotation_changes_only_what_is_as_it_was_read(place) {
        let store = &place.store;
        begin(store, &scope()).await;
        for id in 1..=4 {
            assert!(store.put_secret(&scope(), &secret(id, &format!("s{id}"))).await.unwrap());
        }
        assert!(store.add_workspace_key(&scope(), &key(2, 1)).await.unwrap());
        assert_eq!(store.rotating_workspaces_all(10).await.unwrap(), [scope()]);
        let read = store.secrets_of_key(&scope(), 1, 3).await.unwrap();
        assert_eq!(read.len(), 3, "in batches");
        let batch: Vec<_> = read.into_iter().map(|row| WrappedRow { wrapped_key: wrapped(7), ..row }).collect();
        // Meanwhile the first is put again and the second deleted.
        let put = NewSecret { version: 2, key_version: 2, wrapped_key: wrapped(8), ..secret(1, "s1") };
        assert!(store.put_secret(&scope(), &put).await.unwrap());
        assert!(store.delete_secret(&scope(), &secret_id(2)).await.unwrap());
        assert_eq!(store.rewrap_secrets(&scope(), 1, 2, &batch).await.unwrap(), 1);
        assert_eq!(store.rewrap_secrets(&scope(), 1, 2, &batch).await.unwrap(), 0, "another node's batch changes nothing");
        let first = store.get_secret(&scope(), &secret_id(1)).await.unwrap().unwrap();
        assert_eq!((first.key_version, first.wrapped_key), (2, wrapped(8)));
        let third = store.get_secret(&scope(), &secret_id(3)).await.unwrap().unwrap();
        assert_eq!((third.key_version, third.wrapped_key), (2, wrapped(7)));
        let left: Vec<_> = store.secrets_of_key(&scope(), 1, 10).await.unwrap().into_iter().map(|row| row.secret).collect();
        assert_eq!(left, [secret_id(4)], "what is left is found by its version");
        let counts: Vec<_> =
            store.list_workspace_keys(&scope()).await.unwrap().iter().map(|row| (row.version, row.rows)).collect();
        assert_eq!(counts, [(1, 1), (2, 2)]);
    }

    async fn a_key_with_rows_cannot_be_retired_by_anybody(place) {
        let store = &place.store;
        begin(store, &scope()).await;
        assert!(store.put_secret(&scope(), &secret(1, "token")).await.unwrap());
        assert!(!store.note_workspace_key_empty(&scope(), 1).await.unwrap(), "the newest stays");
        assert!(store.add_workspace_key(&scope(), &key(2, 1)).await.unwrap());
        assert!(!store.note_workspace_key_empty(&scope(), 1).await.unwrap(), "it has a row");
        assert!(!store.retire_workspace_key(&scope(), 1, after_now(store).await).await.unwrap());
        refused(store, "DELETE FROM workspace_key WHERE version = 1").await;
        refused(store, "DELETE FROM root_key").await;
        let rows = store.secrets_of_key(&scope(), 1, 10).await.unwrap();
        store.rewrap_secrets(&scope(), 1, 2, &rows).await.unwrap();
        assert!(store.note_workspace_key_empty(&scope(), 1).await.unwrap());
        let backup = after_now(store).await;
        // A put that began before the second key was there is committed only now, and is moved at once.
        let late = "UPDATE secret SET key_version = 1";
        store.probe_write(sql(late.to_owned()), Vec::new()).await.unwrap();
        assert!(!store.retire_workspace_key(&scope(), 1, backup).await.unwrap());
        let rows = store.secrets_of_key(&scope(), 1, 10).await.unwrap();
        store.rewrap_secrets(&scope(), 1, 2, &rows).await.unwrap();
        assert!(!store.retire_workspace_key(&scope(), 1, backup).await.unwrap(), "the backup may have the row as it was");
        assert!(store.note_workspace_key_empty(&scope(), 1).await.unwrap());
        let backup = after_now(store).await;
        assert!(store.retire_workspace_key(&scope(), 1, backup).await.unwrap());
        let retired = store.list_retired_keys(&scope()).await.unwrap();
        assert_eq!((retired.len(), retired[0].version, retired[0].backup_at), (1, 1, backup));
        assert!(store.rotating_workspaces_all(10).await.unwrap().is_empty());
        assert_eq!(store.rewrap_secrets(&scope(), 2, 1, &rows).await.unwrap_err().code(), "TL0509");
        assert!(!store.add_workspace_key(&scope(), &key(1, 1)).await.unwrap(), "no version comes twice");
        assert!(store.add_workspace_key(&scope(), &key(3, 1)).await.unwrap());
    }

    async fn the_database_refuses_bad_states(place) {
        let store = &place.store;
        begin(store, &scope()).await;
        let other = Scope::new("other").unwrap();
        assert!(store.create_workspace(&other, "Other", THEN).await.unwrap());
        assert!(store.put_secret(&scope(), &secret(1, "token")).await.unwrap());
        store.create_connection(&scope(), &connection(1, &[])).await.unwrap();
        for text in [
            "UPDATE root_key SET version = 0",
            "UPDATE root_key SET fingerprint = 'short'",
            "UPDATE workspace_key SET root_version = 2",
            "UPDATE workspace_key SET version = 0",
            "UPDATE secret SET version = 0",
            "UPDATE secret SET key_version = 2",
            "UPDATE secret SET workspace_id = 'other'",
            "UPDATE secret SET name = ''",
            "UPDATE secret SET bound_to = ''",
            "UPDATE connection SET bound_to = ''",
            "UPDATE connection SET tested_at = 1",
            "INSERT INTO root_key (version, fingerprint, created_at) SELECT 9, fingerprint, 1 FROM root_key",
            "INSERT INTO retired_root_key (version, fingerprint, emptied_at, backup_at, retired_at)
             SELECT 9, fingerprint, 5, 5, 9 FROM root_key",
            "INSERT INTO retired_workspace_key (workspace_id, version, emptied_at, backup_at, retired_at)
             VALUES ('default', 9, 5, 5, 9)",
            "INSERT INTO retired_workspace_key (workspace_id, version, emptied_at, backup_at, retired_at)
             VALUES ('nobody', 9, 5, 6, 9)",
            "INSERT INTO connection_secret (workspace_id, connection_id, field, secret_id)
             SELECT 'other', connection_id, 'a.b', 'sec_x' FROM connection",
        ] {
            refused(store, text).await;
        }
        let short = |bytes: &[u8]| throughline_store::probe::Arg::Bytes(Some(bytes.to_vec()));
        for (text, length) in [
            ("UPDATE workspace_key SET wrapped = $1", 72),
            ("UPDATE secret SET wrapped_key = $1", 74),
            ("UPDATE secret SET ciphertext = $1", 41),
            ("UPDATE secret SET ciphertext = $1", 65_578),
        ] {
            let error = store.probe_write(sql(text.to_owned()), vec![short(&vec![1; length])]).await.unwrap_err();
            assert_eq!(error.code(), "TL0509", "{text} with {length} bytes: {error}");
        }
        assert!(!store.add_workspace_key(&Scope::new("nobody").unwrap(), &key(1, 1)).await.unwrap());
    }

    async fn a_secret_in_use_stays(place) {
        let store = &place.store;
        begin(store, &scope()).await;
        assert!(store.put_secret(&scope(), &secret(1, "token")).await.unwrap());
        let error = store.create_connection(&scope(), &connection(1, &[2])).await.unwrap_err();
        assert_eq!(error.code(), "TL0509", "a secret that is not there");
        assert!(store.list_connections(&scope()).await.unwrap().is_empty(), "nothing is made by half");
        store.create_connection(&scope(), &connection(1, &[1])).await.unwrap();
        assert_eq!(store.secret_users(&scope(), &secret_id(1)).await.unwrap(), [ConnectionId::new(1, 0)]);
        assert!(!store.delete_secret(&scope(), &secret_id(1)).await.unwrap());
        refused(store, "DELETE FROM secret").await;
        store.delete_connection(&scope(), &ConnectionId::new(1, 0), THEN).await.unwrap();
        assert!(store.secret_users(&scope(), &secret_id(1)).await.unwrap().is_empty());
        assert!(store.delete_secret(&scope(), &secret_id(1)).await.unwrap());
    }

    async fn a_test_records_the_account(place) {
        let store = &place.store;
        store.create_connection(&scope(), &connection(1, &[])).await.unwrap();
        let id = ConnectionId::new(1, 0);
        let row = store.get_connection(&scope(), &id).await.unwrap().unwrap();
        assert_eq!((row.bound_to.as_deref(), row.tested_at), (Some("https://crm.example.com"), None));
        let record = async |account: &str, ms| {
            store.record_account(&scope(), &id, account, THEN.plus_ms(ms)).await.unwrap()
        };
        assert_eq!(record("ada@acme", 1).await, Some(TestedAccount::First));
        assert_eq!(record("ada@acme", 2).await, Some(TestedAccount::Same));
        let other = TestedAccount::Other { was: "ada@acme".to_owned() };
        assert_eq!(record("bob@acme", 3).await, Some(other));
        let row = store.get_connection(&scope(), &id).await.unwrap().unwrap();
        assert_eq!((row.account.as_deref(), row.tested_at), (Some("bob@acme"), Some(THEN.plus_ms(3))));
        store.delete_connection(&scope(), &id, THEN).await.unwrap();
        assert_eq!(record("eve@acme", 4).await, None);
    }
}
