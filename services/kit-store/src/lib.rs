//! The store: entities, the persister's writes and everybody's reads. The only crate beside `migrations` that names
//! sea-orm.

mod access;
mod connect;
mod convert;
mod cursor;
mod entity;
mod error;
mod filter;
mod imports;
mod insights;
mod list;
mod marks;
mod opportunity_row;
pub mod query;
mod rank;
mod read;
pub mod record;
mod related;
mod relevance;
mod replies;
mod review;
mod scores;
mod standing;
mod stats;
mod style;
#[cfg(feature = "testing")]
pub mod testing;
mod words;
mod write;

pub use access::{AccountRow, Known, NewToken, TokenRow};
pub use connect::{Store, connect};
pub use error::StoreError;
pub use imports::{ImportRow, Progress};
pub use insights::Dot;
pub use marks::Mark;
pub use query::*;
pub use rank::Highlight;
pub use read::Reader;
pub use related::{Related, RelatedRow};
pub use replies::{QueuedReply, ReplyPage};
pub use review::{Approval, Due, Review};
pub use scores::{NewScore, Scored};
pub use write::{Scope, Writer};
