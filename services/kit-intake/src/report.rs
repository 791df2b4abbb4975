//! What an import came to, for the sentence at its end.

use std::{
    collections::{BTreeMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use chrono::{DateTime, Utc};
use contract::Direction;
use serde::Serialize;

use crate::row::{Outcome, Row, Skip};

/// Rejected rows listed singly; the count goes on.
pub(crate) const LISTED: usize = 1000;

/// Counts of the rows seen so far.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Rows seen.
    pub rows: u64,
    /// Of them, messages.
    pub kept: u64,
    /// Of the messages, those that the owner wrote.
    pub outbound: u64,
    /// Sound rows that are no messages, by reason.
    pub skipped: BTreeMap<Skip, u64>,
    /// Rows that could not be taken.
    pub rejected: u64,
    /// The first [`LISTED`] of them, by line.
    pub rejected_rows: Vec<Rejected>,
    /// Conversations that the messages belong to.
    pub conversations: u64,
    /// When the oldest message was written.
    pub since: Option<DateTime<Utc>>,
    /// Hashes of the conversations, so that the report stays small.
    #[serde(skip)]
    threads: HashSet<u64>,
}

/// A row that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// Its line.
    pub line: u64,
    /// Why.
    pub reason: String,
}

impl Report {
    /// Counts a row.
    pub fn add(&mut self, row: &Row) {
        self.rows += 1;
        match &row.outcome {
            Outcome::Message(message) => {
                self.kept += 1;
                self.outbound += u64::from(message.direction == Some(Direction::Outbound));
                self.since = self.since.into_iter().chain(message.sent_at).min();
                if let Some(id) = message.thread.as_ref().and_then(|thread| thread.id.as_deref()) {
                    let mut hasher = DefaultHasher::new();
                    id.hash(&mut hasher);
                    self.threads.insert(hasher.finish());
                    self.conversations = self.threads.len() as u64;
                }
            }
            Outcome::Skipped(skip) => *self.skipped.entry(*skip).or_default() += 1,
            Outcome::Rejected(reason) => {
                self.rejected += 1;
                if self.rejected_rows.len() < LISTED {
                    let at = self.rejected_rows.partition_point(|known| known.line <= row.line);
                    self.rejected_rows.insert(at, Rejected { line: row.line, reason: reason.clone() });
                }
            }
        }
    }
}
