//! Every account's profile, live. The bucket PROFILES is the store of record and holds each profile as its person
//! wrote it; a [`Directory`] follows it, so that a change applies without a restart.

mod directory;
mod stored;

pub use directory::{Directory, InForce};
pub use stored::{SaveError, load, save};
