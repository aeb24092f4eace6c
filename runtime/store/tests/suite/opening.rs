//! Opening: alone, sound, not newer than this release.

use std::sync::{Arc, Mutex};

use throughline_store::{Location, Store, StoreOptions};
use throughline_test_support::postgres;

use crate::place::{accepted, new_event, scope};
use crate::schema::sql;

fn sqlite(folder: &std::path::Path) -> StoreOptions {
    StoreOptions::new(Location::Sqlite(folder.to_owned()))
}

async fn refused(options: StoreOptions) -> throughline_store::StoreError {
    Store::open(options).await.expect_err("the store must not open")
}

#[tokio::test]
async fn a_data_directory_belongs_to_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(sqlite(folder.path())).await.unwrap();
    let error = refused(sqlite(folder.path())).await;
    assert_eq!(error.code(), "TL0501");
    assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
    store.close().await;
    drop(store);
    Store::open(sqlite(folder.path())).await.unwrap();
}

#[tokio::test]
async fn a_corrupt_file_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("throughline.db");
    std::fs::write(&path, b"this is no database, however long it may be".repeat(200)).unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = refused(sqlite(folder.path())).await;
    assert_eq!(error.code(), "TL0503", "{error}");
    assert!(error.to_string().contains("throughline.db"));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_damaged_in_its_middle_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(sqlite(folder.path())).await.unwrap();
    for _ in 0..20 {
        accepted(&store, &scope()).await;
    }
    store.close().await;
    drop(store);
    let path = folder.path().join("throughline.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let pages = bytes.len() / 4096;
    for page in 2..pages {
        bytes[page * 4096..page * 4096 + 64].fill(0xee);
    }
    std::fs::write(&path, bytes).unwrap();
    let error = refused(sqlite(folder.path())).await;
    assert_eq!(error.code(), "TL0503", "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_and_recovers_without_hands() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(sqlite(folder.path())).await.unwrap();
    // Not below what is there: from now on the file may not grow.
    store.probe_write(sql("PRAGMA max_page_count = 1".to_owned()), Vec::new()).await.unwrap();
    let mut refused = 0;
    let mut kept = Vec::new();
    for _ in 0..200 {
        match store.accept(&scope(), new_event()).await {
            Ok(accepted) => kept.push(accepted.run),
            Err(error) => {
                assert_eq!(error.code(), "TL0507", "{error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 0);
    assert!(store.failed().borrow().is_none(), "a full disk is no broken one");
    store.probe_write(sql("PRAGMA max_page_count = 1000000".to_owned()), Vec::new()).await.unwrap();
    kept.push(accepted(&store, &scope()).await);
    for run in &kept {
        assert!(store.get_run(&scope(), run).await.unwrap().is_some());
    }
    assert!(store.check().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_newer_sqlite_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(sqlite(folder.path())).await.unwrap();
    store.close().await;
    drop(store);
    let db = rusqlite::Connection::open(folder.path().join("throughline.db")).unwrap();
    db.execute_batch(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', 1, x'00', 0)",
    )
    .unwrap();
    drop(db);
    let error = refused(sqlite(folder.path())).await;
    assert_eq!(error.code(), "TL0504", "{error}");
    assert!(error.to_string().contains("9999"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_postgres_database_is_refused() {
    let (database, folder) = (postgres::database(), tempfile::tempdir().unwrap());
    let location = Location::Postgres { url: database.url().to_owned(), blobs: folder.path().to_owned() };
    let store = Store::open(StoreOptions::new(location.clone())).await.unwrap();
    store.close().await;
    database.query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', true, '\\x00', 0)",
    );
    assert_eq!(refused(StoreOptions::new(location)).await.code(), "TL0504");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_that_may_lose_commits_is_refused() {
    let (database, folder) = (postgres::database(), tempfile::tempdir().unwrap());
    let name = database.url().rsplit('/').next().unwrap().to_owned();
    database.query(&format!("ALTER DATABASE {name} SET synchronous_commit = off"));
    let location = Location::Postgres { url: database.url().to_owned(), blobs: folder.path().to_owned() };
    let error = refused(StoreOptions::new(location)).await;
    assert_eq!(error.code(), "TL0505");
    assert!(error.to_string().contains("synchronous_commit"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_migrate_one_database_together() {
    let (database, folder) = (postgres::database(), tempfile::tempdir().unwrap());
    let location = Location::Postgres { url: database.url().to_owned(), blobs: folder.path().to_owned() };
    let open = || Store::open(StoreOptions::new(location.clone()));
    let (one, other) = tokio::join!(open(), open());
    let (one, other) = (one.unwrap(), other.unwrap());
    // What one node makes due, the other hears of.
    let mut due = other.due();
    due.borrow_and_update();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    accepted(&one, &scope()).await;
    tokio::time::timeout(std::time::Duration::from_secs(5), due.changed()).await.unwrap().unwrap();
    one.close().await;
    other.close().await;
}

#[tokio::test]
async fn a_database_that_is_not_there_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let url = "postgres://nobody@127.0.0.1:1/none".to_owned();
    let error = refused(StoreOptions::new(Location::Postgres { url, blobs: folder.path().to_owned() })).await;
    assert_eq!(error.code(), "TL0506", "{error}");
}

#[tokio::test]
async fn migrations_tell_their_progress_once() {
    let folder = tempfile::tempdir().unwrap();
    let steps = Arc::new(Mutex::new(Vec::new()));
    for _ in 0..2 {
        let mut options = sqlite(folder.path());
        let told = Arc::clone(&steps);
        options.progress = Some(Arc::new(move |step| told.lock().unwrap().push(step)));
        let store = Store::open(options).await.unwrap();
        store.close().await;
    }
    let steps = steps.lock().unwrap();
    assert_eq!(steps.len(), throughline_store::probe::migrations()[0].len());
    assert_eq!((steps[0].done, steps[0].name.as_str()), (0, "workspace"));
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"").unwrap();
    let error = refused(sqlite(&file.join("data"))).await;
    assert_eq!(error.code(), "TL0518");
}
