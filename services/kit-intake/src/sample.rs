//! The sample inbox and the profile of its owner, who is made up: what `--demo` shows and whole-system tests publish.

use chrono::{DateTime, TimeDelta, Utc};
use contract::MessageReceived;
use serde::Deserialize;

/// Messages with their age, one a line, oldest first.
const INBOX: &str = include_str!("../../../e2e/sample/inbox.jsonl");
/// The profile of the inbox's owner, as a person would write it.
pub const PROFILE: &str = include_str!("../../../e2e/sample/profile.yaml");

/// A message as the sample keeps it: by age, so that it always looks fresh.
#[derive(Deserialize)]
struct Aged {
    age_minutes: u32,
    message: MessageReceived,
}

/// The sample inbox as of a moment, oldest first. Every message has an id of its own, so that two calls at different
/// moments yield the same messages to everything downstream.
///
/// # Errors
/// Where the file built in is damaged, which a test rules out.
pub fn inbox(now: DateTime<Utc>) -> Result<Vec<MessageReceived>, serde_json::Error> {
    INBOX.lines().map(|line| serde_json::from_str::<Aged>(line).map(|aged| aged.dated(now))).collect()
}

impl Aged {
    fn dated(self, now: DateTime<Utc>) -> MessageReceived {
        MessageReceived { sent_at: Some(now - TimeDelta::minutes(self.age_minutes.into())), ..self.message }
    }
}
