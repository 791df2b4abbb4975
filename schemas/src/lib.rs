//! The contract between Sluice's services: events, envelope, identity, subjects and the tables of streams and
//! stages. No IO; everything else depends on this crate and this crate on nothing of ours.

pub mod account;
pub mod catalogue;
pub mod document;
pub mod envelope;
pub mod event;
pub mod events;
pub mod identity;
pub mod intake;
pub mod seal;
pub mod subject;
pub mod topology;
pub mod vocabulary;

pub use account::{Account, InvalidAccount};
pub use envelope::Envelope;
pub use event::{DecodeError, Event, Inbound};
pub use events::*;
pub use seal::{SealKey, text_sha256};
pub use vocabulary::*;
