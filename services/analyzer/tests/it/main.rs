//! The analyzer from outside: what it reads from whole messages, what it publishes, what no text can break.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod facts;
mod hostile;
mod kinds;
mod model;
mod pay;
mod properties;
mod stage;

use contract::{Direction, Message};

/// An inbound message of that text, with everything else plain.
fn message(text: &str) -> Message {
    let at = chrono::DateTime::UNIX_EPOCH;
    Message {
        id: uuid::Uuid::nil(),
        account: "me".parse().unwrap(),
        source: "test".to_owned(),
        direction: Direction::Inbound,
        thread: Default::default(),
        sender: Default::default(),
        sent_at: at,
        received_at: at,
        subject: None,
        text: text.to_owned(),
        history: Vec::new(),
        partial: false,
        backfilled: false,
    }
}

fn read(text: &str) -> analyzer::Reading {
    analyzer::read(&message(text))
}
