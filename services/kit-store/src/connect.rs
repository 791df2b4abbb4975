//! Opens the database by its address and hands out its two faces: [`Reader`] for everybody, [`Writer`] for the
//! persister.

use std::time::Duration;

use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::{Reader, StoreError, Writer};

/// Longest wait for a free connection, and for a first answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// An open database.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) reads: DatabaseConnection,
    pub(crate) writes: DatabaseConnection,
}

/// Opens `sqlite://PATH?mode=rwc` or `postgres://…` with at most so many connections. On SQLite one of its own is
/// added for writing, since a file has one writer at a time.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer, [`StoreError::Other`] where the address is none.
/// Neither quotes the address, which may hold a password.
pub async fn connect(url: &str, max_connections: u32) -> Result<Store, StoreError> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(max_connections.max(1))
        .acquire_timeout(PATIENCE)
        .connect_timeout(PATIENCE)
        .sqlx_logging(false);
    if url.starts_with("sqlite:") {
        options.map_sqlx_sqlite_opts(durable);
        let mut single = options.clone();
        single.max_connections(1).map_sqlx_sqlite_opts(roomy);
        let writes = open(single).await?;
        Ok(Store { reads: open(options).await?, writes })
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        let db = open(options).await?;
        Ok(Store { reads: db.clone(), writes: db })
    } else {
        Err(StoreError::Other(
            "the database address must begin with `sqlite://` or `postgres://`, like `sqlite://data/sluice.db?mode=rwc`".into(),
        ))
    }
}

async fn open(options: ConnectOptions) -> Result<DatabaseConnection, StoreError> {
    Database::connect(options).await.map_err(|error| match error {
        // Its words quote the address.
        DbErr::Conn(RuntimeErr::Internal(_)) => StoreError::Other(
            "the database address is no address; special characters of a user or password are written like `%2F` for `/`"
                .into(),
        ),
        error => error.into(),
    })
}

/// Readers never wait for the writer (WAL), and a commit is on the disk before it is answered (FULL): the event is
/// acknowledged right after it.
fn durable(options: sea_orm::sqlx::sqlite::SqliteConnectOptions) -> sea_orm::sqlx::sqlite::SqliteConnectOptions {
    use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
    options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE)
        .foreign_keys(true)
}

/// The writer goes over many wide rows at random when a profile changes: with room for them in memory, and in the log
/// before it is copied back, a page is read and written once rather than at every row.
fn roomy(options: sea_orm::sqlx::sqlite::SqliteConnectOptions) -> sea_orm::sqlx::sqlite::SqliteConnectOptions {
    durable(options).pragma("cache_size", "-65536").pragma("wal_autocheckpoint", "16384")
}

/// A transaction to write in. SQLite takes the write lock at once: a read lock cannot be raised while another waits.
pub(crate) async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    Ok(db.begin_with_options(options).await?)
}

impl Store {
    /// For questions.
    pub fn reader(&self) -> Reader {
        Reader { db: self.reads.clone() }
    }

    /// For the persister alone.
    pub fn writer(&self) -> Writer {
        Writer { db: self.writes.clone() }
    }

    /// Brings the schema up to date, in one transaction. Several processes may do so at once: one works, the others
    /// wait for it and find nothing left to do.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let transaction = begin(&self.writes).await?;
        if transaction.get_database_backend() == DbBackend::Postgres {
            transaction.execute_unprepared("SELECT pg_advisory_xact_lock(hashtext('sluice migrations'))").await?;
        }
        Migrator::up(&transaction, None).await?;
        Ok(transaction.commit().await?)
    }

    /// Names of the migrations that the database lacks, oldest first.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        let pending = Migrator::get_pending_migrations_read_only(&self.writes).await?;
        Ok(pending.iter().map(|migration| migration.name().to_owned()).collect())
    }

    /// Closes every connection, waiting for statements under way. What comes after is [`StoreError::Unavailable`].
    pub async fn close(&self) {
        for db in [&self.reads, &self.writes] {
            if let Err(error) = db.close_by_ref().await {
                tracing::debug!(%error, "a database connection did not close");
            }
        }
    }

    /// Whether rows can be read: the database answers and has the tables.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where it does not.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.writes.execute_unprepared("SELECT revision FROM opportunities LIMIT 1").await?;
        Ok(())
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.writes.execute_unprepared("SELECT 1").await?;
        Ok(())
    }
}
