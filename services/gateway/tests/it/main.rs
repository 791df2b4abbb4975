//! The gateway whole: a real nats-server, a real SQLite store, requests through the whole router or over a socket.

#![expect(clippy::expect_used, reason = "a test that lacks what it stands on fails at once")]

mod access;
mod api;
#[path = "../../examples/gallery/fixtures.rs"]
mod fixtures;
mod guard;
mod harness;
mod hooks;
mod hostile;
mod imports;
mod intake;
mod kept;
#[path = "../../examples/gallery/letters.rs"]
mod letters;
mod live;
mod pages;
mod profile;
mod reading;
