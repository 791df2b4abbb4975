//! The responder as a stage.

#![expect(clippy::expect_used, reason = "what a test rests on fails it loudly")]

mod stage;
mod writer;
