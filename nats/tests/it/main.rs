//! The bus against a real nats-server.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod approval;
mod bucket;
mod log;
mod permissions;
mod stage_loop;
mod topology;
