//! Specification of the scorer: what it decides, and the stage on a real server.

#![expect(clippy::unwrap_used, reason = "a test whose setting cannot be made has failed")]

mod decide;
mod sample;
mod stage;
