//! The store: entities, the persister's writes and everybody's reads. The only crate beside `migrations` that names
//! sea-orm.

mod connect;
mod convert;
mod cursor;
mod entity;
mod error;
mod list;
mod opportunity_row;
pub mod query;
mod read;
pub mod record;
mod scores;
mod standing;
mod stats;
#[cfg(feature = "testing")]
pub mod testing;
mod words;
mod write;

pub use connect::{Store, connect};
pub use error::StoreError;
pub use query::*;
pub use read::Reader;
pub use scores::{NewScore, Scored};
pub use write::{Scope, Writer};
