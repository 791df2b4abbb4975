//! Tests over the whole: what may depend on what, what may stand in a file, and the system as real processes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test's helper fails by panicking, like the test itself"
)]

mod access;
mod answers;
mod architecture;
mod browser;
mod command_line;
mod conservation;
mod demo;
mod eval;
mod eval_verb;
mod import;
mod intake;
mod model;
mod optimize;
mod producers;
mod profile;
mod review;
mod tidy;
