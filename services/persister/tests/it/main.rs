//! The persister against real databases, and its decisions against every order of arrival.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod merging;
mod order;
mod sample;
mod stage;
mod storing;
