//! The gateway whole: a real nats-server, a real SQLite store, requests through the whole router or over a socket.

#![expect(clippy::expect_used, reason = "a test that lacks what it stands on fails at once")]

mod api;
#[path = "../../examples/gallery/fixtures.rs"]
mod fixtures;
mod guard;
mod harness;
mod intake;
#[path = "../../examples/gallery/letters.rs"]
mod letters;
mod live;
mod pages;
mod profile;
