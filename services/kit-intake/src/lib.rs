//! Reads files of messages: LinkedIn's `messages.csv` in every form seen, the archive it comes in, and JSON lines.
//! It knows no bus and no database: bytes in, [`MessageReceived`](contract::MessageReceived) out, row by row.
//!
//! A file is read twice. The first pass keeps 32 bytes a row (where it is and when it was written), and learns whose
//! inbox it is; the second yields the rows oldest first, whatever the file's order, so that a thread is published as
//! it was lived. Neither pass holds more than one row's text, so a ten-year archive needs no more memory than a short
//! one beyond that index.

mod archive;
mod date;
mod error;
mod header;
mod index;
mod jsonl;
mod linkedin;
mod mojibake;
mod owner;
mod person;
mod report;
mod row;
pub mod sample;
mod source;
#[cfg(feature = "testing")]
pub mod testing;

use std::{fs::File, io::Read, path::Path};

use chrono::{DateTime, Utc};

pub use error::ImportError;
pub use owner::Owner;
pub use person::{Person, Position, person};
pub use report::{Rejected, Report};
pub use row::{Outcome, Row, Skip};
use source::Source;

/// What kind of file it is, by its content; the name does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// LinkedIn's `messages.csv`.
    LinkedinCsv,
    /// LinkedIn's archive with a `messages.csv` in it.
    LinkedinArchive,
    /// A `MessageReceived` as JSON on each line.
    Jsonl,
}

/// A file that has been looked through once and is ready to be read.
#[derive(Debug)]
pub struct Import {
    /// What it is.
    pub format: Format,
    /// Whose inbox it is, where that can be told; own messages become outbound.
    pub owner: Option<Owner>,
    /// What is odd about the file as a whole, in sentences for the person.
    pub warnings: Vec<String>,
    now: DateTime<Utc>,
    reader: Reader,
}

#[derive(Debug)]
enum Reader {
    Linkedin(Box<linkedin::Table>),
    Jsonl(jsonl::Lines),
}

/// Opens a file by path.
///
/// # Errors
/// [`ImportError`] says what is wrong with the file as a whole and what to do; a bad row is no error.
pub fn open(path: impl AsRef<Path>) -> Result<Import, ImportError> {
    let file = File::open(path).map_err(ImportError::Unreadable)?;
    let metadata = file.metadata().map_err(ImportError::Unreadable)?;
    if metadata.is_dir() {
        return Err(ImportError::Folder);
    }
    // A pipe (`/dev/stdin`) cannot be read twice.
    if metadata.is_file() { look(Source::file(file), Utc::now()) } else { read(file, Utc::now()) }
}

/// The same over bytes that come once, such as the body of a request. They are kept in memory up to a limit and then
/// in an unnamed temporary file. `now` decides which dates lie in the future.
///
/// # Errors
/// As [`open`].
pub fn read(bytes: impl Read, now: DateTime<Utc>) -> Result<Import, ImportError> {
    look(Source::spool(bytes, source::MAX_FILE)?, now)
}

fn look(mut source: Source, now: DateTime<Utc>) -> Result<Import, ImportError> {
    match source::sniff(&mut source)? {
        source::Sniffed::Zip => {
            let found = archive::messages_csv(source)?;
            linkedin_import(found.source, Format::LinkedinArchive, found.warnings, now)
        }
        source::Sniffed::Jsonl => {
            let reader = Reader::Jsonl(jsonl::Lines::index(source)?);
            Ok(Import { format: Format::Jsonl, owner: None, warnings: Vec::new(), now, reader })
        }
        source::Sniffed::Csv => linkedin_import(source, Format::LinkedinCsv, Vec::new(), now),
    }
}

fn linkedin_import(
    source: Source,
    format: Format,
    mut warnings: Vec<String>,
    now: DateTime<Utc>,
) -> Result<Import, ImportError> {
    let first = linkedin::Table::index(source)?;
    warnings.extend(first.warnings);
    Ok(Import { format, owner: first.owner, warnings, now, reader: Reader::Linkedin(Box::new(first.table)) })
}

impl Import {
    /// How many rows it will yield.
    pub fn len(&self) -> usize {
        match &self.reader {
            Reader::Linkedin(table) => table.len(),
            Reader::Jsonl(lines) => lines.len(),
        }
    }

    /// Whether the file holds a header only.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Says whose inbox it is, by profile address or by name, where the guess is wrong or missing.
    #[must_use]
    pub fn owned_by(mut self, address_or_name: &str) -> Self {
        self.owner = Some(Owner::given(address_or_name));
        self
    }
}

impl IntoIterator for Import {
    type Item = Result<Row, ImportError>;
    type IntoIter = Rows;

    fn into_iter(self) -> Rows {
        Rows { import: self, next: 0, failed: false }
    }
}

/// The rows of a file, oldest first. An error ends it: the file could not be read any further.
#[derive(Debug)]
pub struct Rows {
    import: Import,
    next: usize,
    failed: bool,
}

impl Iterator for Rows {
    type Item = Result<Row, ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let Import { reader, owner, now, .. } = &mut self.import;
        let row = match reader {
            Reader::Linkedin(table) => table.row(self.next, owner.as_ref(), *now),
            Reader::Jsonl(lines) => lines.row(self.next, *now),
        }?;
        self.next += 1;
        self.failed = row.is_err();
        Some(row)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = if self.failed { 0 } else { self.import.len().saturating_sub(self.next) };
        (0, Some(left))
    }
}
