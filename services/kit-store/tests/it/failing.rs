//! What only an operator can mend holds the writer instead of spending attempts, and says what to do.

use kit_store::{StoreError, connect, testing::Database};

use crate::{
    on_both,
    sample::{Row, write},
};

on_both!(a_missing_table_or_column_says_to_migrate,);

fn remedy(result: Result<(), StoreError>) -> String {
    let error = result.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    error.to_string()
}

async fn a_missing_table_or_column_says_to_migrate(database: Database) {
    database.store.execute("ALTER TABLE opportunity_texts RENAME COLUMN facts TO other").await;
    let said = remedy(write(&database.store, &[Row::new(1, "ACME", 0, None)]).await);
    assert!(said.contains("sluice migrate"), "{said}");
    database.store.ready().await.unwrap();
    database.store.execute("DROP TABLE scores").await;
    database.store.execute("DROP TABLE opportunity_texts").await;
    database.store.execute("DROP TABLE opportunities").await;
    let said = remedy(write(&database.store, &[Row::new(1, "ACME", 0, None)]).await);
    assert!(said.contains("sluice migrate"), "{said}");
    assert!(remedy(database.store.ready().await).contains("sluice migrate"));
}

#[tokio::test]
async fn a_full_disk_says_so_and_works_again_when_there_is_room() {
    let database = kit_store::testing::Databases::sqlite().await;
    database.store.execute("PRAGMA max_page_count = 1").await;
    let rows: Vec<Row> = (1..200).map(|number| Row::new(number, "ACME", 0, Some(50))).collect();
    let said = remedy(write(&database.store, &rows).await);
    assert!(said.contains("free some space"), "{said}");
    database.store.execute("PRAGMA max_page_count = 1000000").await;
    write(&database.store, &rows).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database_or_a_damaged_one_asks_for_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sluice.db");
    std::fs::write(&file, vec![b'x'; 8192]).unwrap();
    let url = format!("sqlite://{}", file.display());
    let opened = async { connect(&url, 1).await?.ready().await };
    assert!(remedy(opened.await).contains("backup"));

    let database = kit_store::testing::Databases::sqlite().await;
    let rows: Vec<Row> = (1..200).map(|number| Row::new(number, "ACME", 0, Some(50))).collect();
    write(&database.store, &rows).await.unwrap();
    database.store.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
    database.store.close().await;
    let file = database.url.trim_start_matches("sqlite://").split('?').next().unwrap().to_owned();
    let mut bytes = std::fs::read(&file).unwrap();
    // The head and the first table stay; every later page is noise.
    bytes.iter_mut().skip(8192).for_each(|byte| *byte = 0xa5);
    std::fs::write(&file, bytes).unwrap();
    let damaged = async { write(&connect(&database.url, 1).await?, &rows).await };
    assert!(remedy(damaged.await).contains("backup"));
}
