//! JSON lines: a `MessageReceived` on each.

use chrono::{DateTime, Utc};
use contract::{Event, MessageReceived, event::MAX_PAYLOAD};

use crate::{
    error::ImportError,
    index::{Entry, Index},
    row::{Outcome, Row, check},
    source::{Cursor, Source},
};

/// The file, indexed.
#[derive(Debug)]
pub(crate) struct Lines {
    cursor: Cursor,
    entries: Vec<Entry>,
    line: Vec<u8>,
}

impl Lines {
    /// Reads the file once for the places and times of its lines. Blank ones do not count.
    pub(crate) fn index(source: Source) -> Result<Self, ImportError> {
        let (mut cursor, mut index, mut buffer) = (Cursor::new(source), Index::default(), Vec::new());
        for line in 1.. {
            let byte = cursor.position();
            if cursor.line(&mut buffer, MAX_PAYLOAD + 2)? == 0 {
                break;
            }
            if !payload(&buffer).is_empty() {
                let sent_at = decode(&buffer).ok().and_then(|message| message.sent_at).map(|time| time.timestamp());
                index.push(Entry { byte, line, sent_at })?;
            }
        }
        Ok(Self { cursor, entries: index.oldest_first(), line: buffer })
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The n-th message, oldest first; those without a time, which count as written now, come last.
    pub(crate) fn row(&mut self, n: usize, now: DateTime<Utc>) -> Option<Result<Row, ImportError>> {
        let entry = *self.entries.get(n)?;
        if let Err(e) = self.read(entry.byte) {
            return Some(Err(e));
        }
        let outcome = match decode(&self.line).and_then(|message| check(&message, now).map(|()| message)) {
            Ok(message) => Outcome::Message(Box::new(message)),
            Err(reason) => Outcome::Rejected(reason),
        };
        Some(Ok(Row { line: entry.line, outcome }))
    }

    fn read(&mut self, byte: u64) -> Result<(), ImportError> {
        self.cursor.go(byte)?;
        self.cursor.line(&mut self.line, MAX_PAYLOAD + 2)?;
        Ok(())
    }
}

fn payload(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii()
}

fn decode(line: &[u8]) -> Result<MessageReceived, String> {
    MessageReceived::decode(MessageReceived::VERSION, payload(line)).map_err(|e| e.to_string())
}
