//! A look changes nothing and says what a start would find.

use throughline_store::{Location, WAL_ALARM_BYTES, look, wal_alarm};

use crate::schema::sql;

on_both! {
    async fn a_look_names_the_schema_and_changes_nothing(place) {
        let known = look(&place.location()).await.unwrap().known;
        place.store.probe_write(sql(format!("DELETE FROM _sqlx_migrations WHERE version = {known}")), vec![]).await.unwrap();
        place.store.close().await;
        for _ in 0..2 {
            let found = look(&place.location()).await.unwrap();
            assert!(found.schema.is_some_and(|schema| schema < known) && found.damage.is_none(), "{found:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_made_where_nothing_is() {
    let folder = tempfile::tempdir().unwrap();
    let found = look(&Location::Sqlite(folder.path().join("none"))).await.unwrap();
    assert_eq!((found.schema, found.wal_bytes), (None, 0));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    std::fs::write(folder.path().join("throughline.db"), "this is no database, however long it is looked at")
        .unwrap();
    let error = look(&Location::Sqlite(folder.path().to_owned())).await.unwrap_err();
    assert_eq!(error.code(), "TL0503", "{error}");
}

#[test]
fn a_log_is_an_alarm_beyond_its_measure() {
    assert_eq!(wal_alarm(WAL_ALARM_BYTES), None);
    assert!(wal_alarm(WAL_ALARM_BYTES + 1).unwrap().contains("64 MiB"));
}
