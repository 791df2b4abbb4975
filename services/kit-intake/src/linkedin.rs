//! `messages.csv`: the first pass over it, and its rows as messages.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Read, Seek, SeekFrom},
};

use chrono::{DateTime, Utc};
use contract::{
    Account, Direction, MessageReceived, Sender, Thread,
    identity::{MessageKey, message_id},
};
use csv::{ByteRecord, Position, ReaderBuilder};
use uuid::Uuid;

use crate::{
    date,
    error::ImportError,
    header::{self, Columns},
    index::{Entry, Index},
    mojibake,
    owner::{Census, Owner, Seen},
    row::{Outcome, Row, Skip, check},
    source::Source,
};

/// What the messages of an export name as their source.
const SOURCE: &str = "linkedin_export";
/// Bytes of one row before the file counts as broken: a quotation mark is open and swallows the rest.
const MAX_ROW: u64 = 16 * 1024 * 1024;
/// Senders that are LinkedIn itself. “LinkedIn Member” is a person who left, and stays.
const SYSTEM_SENDERS: &[&str] = &[
    "linkedin",
    "linkedin team",
    "the linkedin team",
    "linkedin news",
    "linkedin premium",
    "linkedin learning",
    "linkedin jobs",
    "linkedin talent solutions",
    "linkedin member services",
    "linkedin customer support",
];

/// The file, indexed.
#[derive(Debug)]
pub(crate) struct Table {
    reader: csv::Reader<RowLimit>,
    columns: Columns,
    entries: Vec<Entry>,
    /// Line from which on the file cannot be read as rows.
    broken_at: Option<u64>,
    record: ByteRecord,
    twins: Twins,
}

/// What the first pass finds.
#[derive(Debug)]
pub(crate) struct FirstPass {
    pub table: Table,
    pub owner: Option<Owner>,
    pub warnings: Vec<String>,
}

impl Table {
    /// Reads the file once: header, places and times of the rows, and who owns it.
    pub(crate) fn index(mut source: Source) -> Result<FirstPass, ImportError> {
        let mut head = Vec::new();
        source.by_ref().take(4096).read_to_end(&mut head)?;
        source.rewind()?;
        // Where lines end in CR and LF, a record's place is taken before the LF of the line above.
        let lag = u64::from(head.split(|byte| *byte == b'\n').next().is_some_and(|first| first.ends_with(b"\r")));
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(header::delimiter(&head))
            .from_reader(RowLimit { inner: source, left: MAX_ROW, exceeded: false });
        let mut record = ByteRecord::new();
        match reader.read_byte_record(&mut record) {
            Ok(false) => return Err(ImportError::Empty),
            Ok(true) => {}
            // A first line without end is a header without the columns.
            Err(_) if reader.get_ref().exceeded => record.clear(),
            Err(e) => return Err(io_error(e)),
        }
        let (columns, mut warnings) = header::columns(&record)?;
        let (mut index, mut census, mut broken_at) = (Index::default(), Census::default(), None);
        loop {
            reader.get_mut().left = MAX_ROW;
            let line = reader.position().line();
            match reader.read_byte_record(&mut record) {
                Ok(false) => break,
                Ok(true) => index.push(first_look(&record, &columns, &mut census, lag))?,
                Err(_) if reader.get_ref().exceeded => {
                    broken_at = Some(line + lag);
                    break;
                }
                Err(e) => return Err(io_error(e)),
            }
        }
        let entries = index.oldest_first();
        let owner = census.owner();
        if entries.is_empty() && broken_at.is_none() {
            warnings.push("the file has a header and no messages".to_owned());
        } else if owner.is_none() {
            warnings.push(
                "whose inbox this is cannot be told, so every message counts as received; give your profile's address"
                    .to_owned(),
            );
        }
        let table = Self { reader, columns, entries, broken_at, record, twins: Twins::default() };
        Ok(FirstPass { table, owner, warnings })
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len() + usize::from(self.broken_at.is_some())
    }

    /// The n-th row, oldest first; to be asked for in order.
    pub(crate) fn row(
        &mut self,
        n: usize,
        owner: Option<&Owner>,
        now: DateTime<Utc>,
    ) -> Option<Result<Row, ImportError>> {
        let Some(&entry) = self.entries.get(n) else {
            let line = self.broken_at.filter(|_| n == self.entries.len())?;
            let reason =
                format!("the row is over {MAX_ROW} bytes: a quotation mark is not closed; nothing after it is read");
            return Some(Ok(Row { line, outcome: Outcome::Rejected(reason) }));
        };
        Some(self.seek_and_read(entry).map(|()| {
            let cells = Cells { record: &self.record, columns: &self.columns };
            let outcome = match cells.outcome(owner, now) {
                Ok(Outcome::Message(mut message)) => {
                    if self.shares_its_second(n) {
                        let folder = self.columns.folder.and_then(|i| self.record.get(i)).unwrap_or_default();
                        self.twins.mark(&mut message, entry.sent_at, folder);
                    }
                    Outcome::Message(message)
                }
                Ok(other) => other,
                Err(reason) => Outcome::Rejected(reason),
            };
            Row { line: entry.line, outcome }
        }))
    }

    /// Only then can the row have a twin.
    fn shares_its_second(&self, n: usize) -> bool {
        let second = |n: usize| self.entries.get(n).and_then(|entry| entry.sent_at);
        second(n) == second(n + 1) || n.checked_sub(1).is_some_and(|before| second(n) == second(before))
    }

    fn seek_and_read(&mut self, entry: Entry) -> Result<(), ImportError> {
        let mut position = Position::new();
        position.set_byte(entry.byte).set_line(entry.line);
        self.reader.seek(position).map_err(io_error)?;
        self.reader.get_mut().left = MAX_ROW;
        if self.reader.read_byte_record(&mut self.record).map_err(io_error)? {
            Ok(())
        } else {
            Err(ImportError::Io(io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter")))
        }
    }
}

/// What the first pass takes from a row.
fn first_look(record: &ByteRecord, columns: &Columns, census: &mut Census, lag: u64) -> Entry {
    let cells = Cells { record, columns };
    let text = |column| cells.text(column, "").ok().flatten();
    let (from, sender, to, recipients) =
        (text(Some(columns.from)), text(columns.sender_address), text(columns.to), text(columns.recipient_addresses));
    if record.len() == columns.count && !is_system(from.as_deref(), sender.as_deref()) {
        let mut hasher = DefaultHasher::new();
        record.get(columns.conversation).hash(&mut hasher);
        census.add(&Seen {
            conversation: hasher.finish(),
            from: from.as_deref(),
            sender_address: sender.as_deref(),
            to: to.as_deref(),
            recipient_addresses: recipients.as_deref(),
        });
    }
    let sent_at = text(Some(columns.date)).and_then(|date| date::parse(&date)).map(|time| time.timestamp());
    let at = record.position();
    Entry { byte: at.map_or(0, Position::byte), line: at.map_or(0, Position::line) + lag, sent_at }
}

/// One row by column.
struct Cells<'a> {
    record: &'a ByteRecord,
    columns: &'a Columns,
}

impl Cells<'_> {
    /// A cell's text, `None` where there is no such column or nothing in it.
    fn text(&self, column: Option<usize>, name: &str) -> Result<Option<String>, String> {
        let Some(bytes) = column.and_then(|i| self.record.get(i)) else { return Ok(None) };
        let text = std::str::from_utf8(bytes)
            .map_err(|_| format!("{name} is not UTF-8 text; a spreadsheet saves that as “CSV UTF-8”"))?;
        let text = mojibake::repaired(text).unwrap_or_else(|| text.to_owned());
        Ok(Some(text).filter(|text| !text.trim().is_empty()))
    }

    fn outcome(&self, owner: Option<&Owner>, now: DateTime<Utc>) -> Result<Outcome, String> {
        let (columns, cells) = (self.columns, self.record.len());
        if cells != columns.count {
            return Err(format!(
                "has {cells} cells where the header has {}: a comma or quotation mark is wrong, or the file was cut off",
                columns.count
            ));
        }
        if columns.drafts.iter().filter_map(|&i| self.record.get(i)).any(is_yes) {
            return Ok(Outcome::Skipped(Skip::Draft));
        }
        let trimmed = |text: Option<String>| text.map(|text| text.trim().to_owned());
        let sender = Sender {
            name: trimmed(self.text(Some(columns.from), "FROM")?),
            profile_url: trimmed(self.text(columns.sender_address, "SENDER PROFILE URL")?),
        };
        if is_system(sender.name.as_deref(), sender.profile_url.as_deref()) {
            return Ok(Outcome::Skipped(Skip::SystemSender));
        }
        let date = self.text(Some(columns.date), "DATE")?.ok_or("DATE is empty")?;
        let sent_at = date::parse(&date).ok_or("DATE is none of the forms known (2026-11-20 10:00:00 UTC)")?;
        let attached =
            columns.attachments.and_then(|i| self.record.get(i)).is_some_and(|cell| !cell.trim_ascii().is_empty());
        let text = self.text(Some(columns.content), "CONTENT")?.ok_or(match attached {
            true => "CONTENT is empty; there is only an attachment",
            false => "CONTENT is empty",
        })?;
        let own = owner.is_some_and(|owner| owner.wrote(sender.name.as_deref(), sender.profile_url.as_deref()));
        let message = MessageReceived {
            source: Some(SOURCE.to_owned()),
            direction: Some(if own { Direction::Outbound } else { Direction::Inbound }),
            thread: trimmed(self.text(Some(columns.conversation), "CONVERSATION ID")?).map(thread),
            sender: Some(sender),
            sent_at: Some(sent_at),
            subject: trimmed(self.text(columns.subject, "SUBJECT")?),
            text,
            ..MessageReceived::default()
        };
        check(&message, now)?;
        Ok(Outcome::Message(Box::new(message)))
    }
}

fn is_yes(cell: &[u8]) -> bool {
    ["yes", "true", "1"].iter().any(|yes| cell.trim_ascii().eq_ignore_ascii_case(yes.as_bytes()))
}

fn is_system(name: Option<&str>, profile_url: Option<&str>) -> bool {
    let personal = profile_url.is_some_and(|url| url.contains("/in/"));
    !personal && name.is_some_and(|name| SYSTEM_SENDERS.contains(&name.trim().to_lowercase().as_str()))
}

/// A conversation with the address at which LinkedIn shows it, where its id is of the usual form.
fn thread(id: String) -> Thread {
    let usual = id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'='));
    let url = usual.then(|| format!("https://www.linkedin.com/messaging/thread/{id}/"));
    Thread { id: Some(id), url }
}

/// Gives an id of its own to a message that a file holds more than once. The export has no message ids, so identity
/// rests on conversation, sender, second and text (`contract::identity`); two rows that agree in all of these are two
/// messages with one identity, and the second would be lost. Numbering them keeps both, and keeps a second import from
/// adding anything: equal rows get the same numbers whatever their order. The first stays without, so that it meets
/// the same message from another source. A row that is there again in another folder is the same message.
#[derive(Debug, Default)]
struct Twins {
    /// Equal rows share their second, and rows come by time: one second's rows are enough to remember.
    second: Option<i64>,
    seen: HashMap<(Uuid, Vec<u8>), u32>,
}

impl Twins {
    fn mark(&mut self, message: &mut MessageReceived, second: Option<i64>, folder: &[u8]) {
        if self.second != second {
            self.seen.clear();
            self.second = second;
        }
        let id = message_id(
            &Account::me(),
            &MessageKey {
                source_id: None,
                thread: message.thread.as_ref().unwrap_or(&Thread::default()),
                sender: message.sender.as_ref().unwrap_or(&Sender::default()),
                direction: message.direction.unwrap_or(Direction::Inbound),
                sent_at: message.sent_at,
                text: &message.text,
            },
        );
        let count = self.seen.entry((id, folder.to_owned())).or_default();
        *count += 1;
        if *count > 1 {
            message.id = Some(format!("{id}#{count}"));
        }
    }
}

/// Stops a row that never ends before it fills the memory.
#[derive(Debug)]
struct RowLimit {
    inner: Source,
    left: u64,
    exceeded: bool,
}

impl Read for RowLimit {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            self.exceeded = true;
            return Err(io::Error::other("row without end"));
        }
        let read = self.inner.read(buffer)?;
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

impl Seek for RowLimit {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

fn io_error(error: csv::Error) -> ImportError {
    match error.into_kind() {
        csv::ErrorKind::Io(e) => ImportError::Io(e),
        other => ImportError::Io(io::Error::other(format!("{other:?}"))),
    }
}
