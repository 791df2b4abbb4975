//! LinkedIn's zip archive: finds the one file wanted and reads it. Nothing is unpacked by name, so no name in the
//! archive can do harm, and what is read is bounded by what was packed.

use std::io::Read;

use zip::{ZipArchive, result::ZipError};

use crate::{
    error::ImportError,
    source::{MAX_FILE, Source},
};

/// Text packs ten to one; far more than that is made to fill a disk.
const MOST_EXPANSION: u64 = 200;
/// Any archive may expand to this much.
const ALWAYS_ALLOWED: u64 = 16 * 1024 * 1024;

/// The messages of an archive.
#[derive(Debug)]
pub(crate) struct Found {
    pub source: Source,
    pub warnings: Vec<String>,
}

/// Finds `messages.csv` in any folder of the archive. `guide_messages.csv` and `learning_role_play_messages.csv` share
/// its header but are other things.
pub(crate) fn messages_csv(archive: Source) -> Result<Found, ImportError> {
    let mut archive = ZipArchive::new(archive).map_err(broken)?;
    let mut candidates: Vec<(usize, String)> = (0..archive.len())
        .filter_map(|i| Some((i, archive.name_for_index(i)?.ok()?.into_owned())))
        .filter(|(_, name)| is_messages(name))
        .collect();
    candidates.sort_by_key(|(_, name)| name.matches(['/', '\\']).count());
    let &(index, _) = candidates.first().ok_or(ImportError::NoMessagesInArchive)?;
    let mut warnings = Vec::new();
    if candidates.len() > 1 {
        warnings.push(format!(
            "the archive holds {} files named messages.csv; the outermost is read",
            candidates.len()
        ));
    }
    let entry = archive.by_index(index).map_err(broken)?;
    let limit = entry.compressed_size().saturating_mul(MOST_EXPANSION).clamp(ALWAYS_ALLOWED, MAX_FILE);
    if entry.size() > limit {
        return Err(ImportError::TooLarge { limit });
    }
    let source = Source::spool(Checked(entry), limit).map_err(|error| match error {
        ImportError::Io(e) if e.get_ref().is_some_and(|inner| inner.is::<Damaged>()) => {
            ImportError::BrokenArchive(e.to_string())
        }
        other => other,
    })?;
    Ok(Found { source, warnings })
}

fn is_messages(name: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    // macOS packs a shadow of every file beside it.
    file.eq_ignore_ascii_case("messages.csv") && !name.starts_with("__MACOSX")
}

fn broken(error: ZipError) -> ImportError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            ImportError::LockedArchive
        }
        ZipError::Io(e) => ImportError::BrokenArchive(e.to_string()),
        other => ImportError::BrokenArchive(other.to_string()),
    }
}

/// Marks what the packed side gets wrong, to tell it from a full disk on the other.
struct Checked<R>(R);

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Damaged(std::io::Error);

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer).map_err(|e| match e.kind() {
            std::io::ErrorKind::Interrupted => e,
            kind => std::io::Error::new(kind, Damaged(e)),
        })
    }
}
