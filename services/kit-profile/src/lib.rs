//! Every account's profile, live. The bucket PROFILES is the store of record and holds each profile as its person
//! wrote it; a [`Directory`] follows it, so that a change applies without a restart.

mod copy;
mod directory;
mod edit;
mod stored;

pub use copy::keep_copy;
pub use directory::{Directory, InForce};
pub use edit::{Change, edit};
pub use stored::{SaveError, load, save};
