//! What comes of a row.

use chrono::{DateTime, Utc};
use contract::{MessageReceived, intake::validate};
use serde::Serialize;

/// One row of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Line at which it starts, from 1 (a quoted text may run over several).
    pub line: u64,
    /// What it is.
    pub outcome: Outcome,
}

/// What a row is.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A message, checked by [`contract::intake::validate`].
    Message(Box<MessageReceived>),
    /// A sound row that is no message.
    Skipped(Skip),
    /// A row that cannot be taken, and why; never in its own words.
    Rejected(String),
}

/// Why a sound row is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// Written but never sent.
    Draft,
    /// Written by LinkedIn itself, not by a person.
    SystemSender,
}

impl Skip {
    /// In words.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Draft => "a draft that was never sent",
            Self::SystemSender => "a notice of LinkedIn itself",
        }
    }
}

/// Checks a message by the rules of every intake, so that what a file yields is never refused later.
pub(crate) fn check(message: &MessageReceived, now: DateTime<Utc>) -> Result<(), String> {
    validate(message, now).map_err(|error| error.to_string())
}
