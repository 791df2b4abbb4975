//! The order of rows: 32 bytes a row, sorted oldest first. LinkedIn writes newest first and promises nothing, and a
//! thread must be published as it was lived.

use crate::error::ImportError;

/// Most rows of one file: the index then takes 96 MB.
pub(crate) const MAX_ROWS: usize = 3_000_000;

/// Where a row is and when it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// First byte.
    pub byte: u64,
    /// Line of the file, from 1.
    pub line: u64,
    /// Seconds since 1970; `None` where the row does not say or cannot be read.
    pub sent_at: Option<i64>,
}

/// Entries in file order while being collected.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: Vec<Entry>,
    /// Steps back in time minus steps forward, from row to row.
    backwards: i64,
    last: Option<i64>,
}

impl Index {
    pub(crate) fn push(&mut self, entry: Entry) -> Result<(), ImportError> {
        if self.entries.len() >= MAX_ROWS {
            return Err(ImportError::TooManyRows);
        }
        if let (Some(last), Some(now)) = (self.last, entry.sent_at) {
            self.backwards += (last - now).signum();
        }
        self.last = entry.sent_at.or(self.last);
        self.entries.push(entry);
        Ok(())
    }

    /// Oldest first, rows without a time last. Within one second a newest-first file is read backwards.
    pub(crate) fn oldest_first(mut self) -> Vec<Entry> {
        if self.backwards > 0 {
            self.entries.reverse();
        }
        self.entries.sort_by_key(|entry| entry.sent_at.unwrap_or(i64::MAX));
        self.entries.shrink_to_fit();
        self.entries
    }
}
