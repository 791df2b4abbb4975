//! Opening and migrating.

use kit_store::{StoreError, connect, testing::Database};
use migrations::{Migrator, MigratorTrait as _};

use crate::on_both;

on_both!(migrating_again_or_at_once_is_harmless, an_open_store_answers);

async fn migrating_again_or_at_once_is_harmless(database: Database) {
    assert_eq!(database.store.pending_migrations().await.unwrap(), Vec::<String>::new());
    let others = [connect(&database.url, 1).await.unwrap(), connect(&database.url, 1).await.unwrap()];
    let (left, right) = tokio::join!(others[0].migrate(), others[1].migrate());
    left.unwrap();
    right.unwrap();
}

async fn an_open_store_answers(database: Database) {
    database.store.ping().await.unwrap();
    database.store.close().await;
    assert!(matches!(database.store.ping().await, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn two_processes_may_create_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("new.db").display());
    let stores = [connect(&url, 2).await.unwrap(), connect(&url, 2).await.unwrap()];
    assert_eq!(stores[0].pending_migrations().await.unwrap().len(), Migrator::migrations().len());
    let (left, right) = tokio::join!(stores[0].migrate(), stores[1].migrate());
    left.unwrap();
    right.unwrap();
    assert_eq!(stores[1].pending_migrations().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_sqlite_file_is_durable_before_the_acknowledgement() {
    let database = kit_store::testing::Databases::sqlite().await;
    assert_eq!(database.store.ask("SELECT journal_mode FROM pragma_journal_mode").await, ["wal"]);
    assert_eq!(database.store.ask("SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous").await, ["2"]);
    assert_eq!(database.store.ask("SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys").await, ["1"]);
}

#[tokio::test]
async fn an_address_that_is_none_says_what_to_write() {
    let error = connect("mysql://root:secret@localhost/x", 1).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Other(text) if text.contains("sqlite://") && !text.contains("secret")),
        "{error}"
    );
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_not_quoted() {
    for url in ["postgres://me:se/cret@localhost/x", "postgres://me:secret@localhost:port/x", "sqlite://se cret/x"] {
        let error = connect(url, 1).await.unwrap_err();
        assert!(matches!(&error, StoreError::Other(text) if text.contains("no address")), "{error:?}");
        assert!(!error.to_string().contains("cret"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_away_and_its_password_stays_secret() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let error = connect(&format!("postgres://me:secret@127.0.0.1:{port}/x"), 1).await.unwrap_err();
    assert!(matches!(&error, StoreError::Unavailable(text) if !text.contains("secret")), "{error:?}");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named_as_the_reason() {
    let error = connect("sqlite:///nowhere/at/all/x.db?mode=rwc", 1).await.unwrap_err();
    assert!(matches!(&error, StoreError::Unavailable(text) if text.contains("unable to open")), "{error:?}");
}
