//! What can go wrong in the store, classified once. No error quotes a value of a row.

use sea_orm::{DbErr, RuntimeErr, sqlx};

/// A failed read or write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached or cannot work now: hold what you have and try again.
    #[error("the database is away: {0}")]
    Unavailable(String),
    /// The cursor was not made by this list with this sort.
    #[error("the cursor is not one of this list's; leave it out to start from the first page")]
    BadCursor,
    /// Another writer was faster: read again, decide again.
    #[error("another writer was faster: {0}")]
    Conflict(String),
    /// The database refuses a value: the same write will never succeed.
    #[error("the database refuses a value: {0}")]
    Refused(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::ConnectionAcquire(cause) => Self::Unavailable(cause.to_string()),
            DbErr::Conn(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => of_driver(cause),
            DbErr::Conn(cause) => Self::Unavailable(cause.to_string()),
            DbErr::Type(detail) | DbErr::Json(detail) => {
                Self::Other(format!("a stored value cannot be read: {detail}"))
            }
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<sea_orm::TransactionError<StoreError>> for StoreError {
    fn from(error: sea_orm::TransactionError<StoreError>) -> Self {
        match error {
            sea_orm::TransactionError::Connection(error) => error.into(),
            sea_orm::TransactionError::Transaction(error) => error,
        }
    }
}

/// What to do where the schema is not the program's.
const MIGRATE: &str = "the database's schema is missing or another version's: `sluice migrate` brings it up to date";
/// Where the file or its pages cannot be read.
const DAMAGED: &str = "the database is damaged or is none; stop Sluice and put a backup in its place";
/// Where there is no room.
const FULL: &str = "the database's disk is full; free some space";

fn away(remedy: &str, detail: &str) -> StoreError {
    StoreError::Unavailable(format!("{remedy} ({detail})"))
}

fn of_driver(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(cause) => {
            let code = cause.code().unwrap_or_default();
            let detail = format!("{} ({code})", cause.message());
            match cause.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
                Some(_) => of_postgres(&code, detail),
                None => of_sqlite(&code, detail),
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => StoreError::Unavailable(error.to_string()),
        other => StoreError::Other(other.to_string()),
    }
}

/// By SQLSTATE: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn of_postgres(code: &str, detail: String) -> StoreError {
    match code {
        "40001" | "40P01" | "55P03" | "23505" => StoreError::Conflict(detail),
        // A server that shuts down, starts, recovers or only reads just now; no rights or no such database are set
        // right by an operator, and until then nothing must be given up.
        "42P01" | "42703" | "3F000" => away(MIGRATE, &detail),
        "53100" => away(FULL, &detail),
        "XX001" | "XX002" => away(DAMAGED, &detail),
        "57P01" | "57P02" | "57P03" | "25006" | "3D000" => StoreError::Unavailable(detail),
        _ => match code.get(..2) {
            Some("08" | "28" | "53" | "58") => StoreError::Unavailable(detail),
            Some("22" | "23" | "54") => StoreError::Refused(detail),
            _ => StoreError::Other(detail),
        },
    }
}

/// By extended result code, whose low byte is the primary one: <https://www.sqlite.org/rescode.html>.
fn of_sqlite(code: &str, detail: String) -> StoreError {
    const UNIQUE: i32 = 2067;
    const PRIMARY_KEY: i32 = 1555;
    match code.parse::<i32>() {
        Ok(UNIQUE | PRIMARY_KEY) => StoreError::Conflict(detail),
        Ok(code) => match code & 0xff {
            // The plain error has no code of its own for a missing table or column.
            1 if ["no such table", "no such column", "has no column named"]
                .iter()
                .any(|said| detail.contains(said)) =>
            {
                away(MIGRATE, &detail)
            }
            5 | 6 => StoreError::Conflict(detail),
            11 | 26 => away(DAMAGED, &detail),
            13 => away(FULL, &detail),
            8 | 10 | 14 => StoreError::Unavailable(detail),
            18..=20 => StoreError::Refused(detail),
            _ => StoreError::Other(detail),
        },
        Err(_) => StoreError::Other(detail),
    }
}
