//! Tests of the cache: the same promises in memory and in a real Redis, and what a Redis that fails may cost.
#![expect(clippy::unwrap_used, reason = "a test's helper fails by panicking, like the test itself")]

mod failing;
mod limits;
mod promises;
