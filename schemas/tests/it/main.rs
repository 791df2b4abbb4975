//! The contract's tests: ids, intake, subjects and tables by example, frozen payloads, and the documents generated
//! from the code.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test's helper fails by panicking, like the test itself"
)]

mod decoding;
mod documents;
mod envelope;
mod files;
mod golden;
mod identity;
mod intake;
mod paper;
mod subject;
mod topology;
mod vocabulary;
