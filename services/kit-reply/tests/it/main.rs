//! What replies say and do not say, seen from outside the crate.

#![expect(clippy::expect_used, clippy::panic, reason = "what a test rests on fails it loudly")]

mod answers;
mod checker;
mod grid;
mod hostile;
mod offers;
mod owner;
mod reasons;
mod situation;
mod situations;
