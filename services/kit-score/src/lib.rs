//! The judgement: a profile, a message's facts, and a score from 0 to 100 with its proof. Pure, integer and without
//! IO, so that the scorer, the gateway's preview and the command line reach the same result from the same words.

mod company;
mod difference;
mod filter;
mod judge;
mod level;
mod line;
mod office;
mod pay;
mod place;
pub mod profile;
mod rates;
mod stack;
mod words;

pub use difference::{Difference, differences};
pub use judge::{Judge, score, text_of};
pub use profile::{Profile, ProfileFault, ProfileFaults};
pub use rates::{Rates, RatesFault};
pub use stack::{is_technology, same_technology};
