//! The store against real databases: the same bodies on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod failing;
mod listing;
mod opening;
mod sample;
mod style;
mod writing;

/// Runs each body on both databases.
macro_rules! on_both {
    ($($body:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $body() { super::$body(kit_store::testing::Databases::sqlite().await).await; })+
        }
        mod postgres {
            $(#[tokio::test] async fn $body() { super::$body(kit_store::testing::Databases::postgres().await).await; })+
        }
    };
}
pub(crate) use on_both;
