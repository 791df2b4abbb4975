//! The persister against real databases, and its decisions against every order of arrival.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

/// Runs each body on SQLite and on PostgreSQL.
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
mod jobs;
mod merging;
mod model;
mod order;
mod review;
mod sample;
mod sequences;
mod stage;
mod storing;
