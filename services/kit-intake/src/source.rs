//! Where bytes come from: a file, or anything else kept in memory up to a limit and then in an unnamed temporary file,
//! so that both can be read twice. And what kind of bytes they are.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use tempfile::SpooledTempFile;

use crate::error::ImportError;

/// Largest content taken: a thousand times a busy inbox.
pub(crate) const MAX_FILE: u64 = 2 * 1024 * 1024 * 1024;
/// Bytes kept in memory before a temporary file is made.
const IN_MEMORY: usize = 8 * 1024 * 1024;
/// Bytes looked at to tell what a file is.
const PEEK: u64 = 4096;

/// Bytes that can be read again.
#[derive(Debug)]
pub(crate) enum Source {
    File(File),
    Spooled(SpooledTempFile),
}

impl Source {
    pub(crate) fn file(file: File) -> Self {
        Self::File(file)
    }

    /// Keeps at most `limit` bytes of a stream.
    pub(crate) fn spool(bytes: impl Read, limit: u64) -> Result<Self, ImportError> {
        let mut spooled = SpooledTempFile::new(IN_MEMORY);
        let copied = io::copy(&mut bytes.take(limit.saturating_add(1)), &mut spooled)?;
        if copied > limit {
            return Err(ImportError::TooLarge { limit });
        }
        spooled.rewind()?;
        Ok(Self::Spooled(spooled))
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Spooled(spooled) => spooled.read(buffer),
        }
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(to),
            Self::Spooled(spooled) => spooled.seek(to),
        }
    }
}

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sniffed {
    Zip,
    Jsonl,
    Csv,
}

/// Tells by content, since a download may have any name. Leaves the source at its start.
pub(crate) fn sniff(source: &mut Source) -> Result<Sniffed, ImportError> {
    let size = source.seek(SeekFrom::End(0))?;
    source.rewind()?;
    if size > MAX_FILE {
        return Err(ImportError::over_file_limit());
    }
    let mut head = Vec::new();
    source.by_ref().take(PEEK).read_to_end(&mut head)?;
    source.rewind()?;
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Sniffed::Zip);
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Err(ImportError::Utf16);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Err(ImportError::Empty),
        Some(b'{') => Ok(Sniffed::Jsonl),
        Some(b'[') => Err(ImportError::JsonList),
        Some(_) => Ok(Sniffed::Csv),
    }
}

/// A buffered reader that knows where it is: going on costs nothing, going back costs one seek.
#[derive(Debug)]
pub(crate) struct Cursor {
    inner: BufReader<Source>,
    at: u64,
}

impl Cursor {
    pub(crate) fn new(source: Source) -> Self {
        Self { inner: BufReader::new(source), at: 0 }
    }

    pub(crate) const fn position(&self) -> u64 {
        self.at
    }

    pub(crate) fn go(&mut self, to: u64) -> io::Result<()> {
        if to != self.at {
            self.inner.seek(SeekFrom::Start(to))?;
            self.at = to;
        }
        Ok(())
    }

    /// Reads up to and with the next line end, at most `limit` bytes of it; the rest of a longer line is passed over.
    /// Returns the line's whole length, 0 at the end.
    pub(crate) fn line(&mut self, line: &mut Vec<u8>, limit: usize) -> io::Result<u64> {
        use io::BufRead;
        line.clear();
        let mut length = 0;
        loop {
            let chunk = self.inner.fill_buf()?;
            let end = chunk.iter().position(|&b| b == b'\n');
            let used = end.map_or(chunk.len(), |i| i + 1);
            let room = limit.saturating_sub(line.len()).min(used);
            line.extend_from_slice(chunk.get(..room).unwrap_or_default());
            self.inner.consume(used);
            length += used as u64;
            if end.is_some() || used == 0 {
                self.at += length;
                return Ok(length);
            }
        }
    }
}
