//! LinkedIn's zip archive: finds the one file wanted and reads it. Nothing is unpacked by name, so no name in the
//! archive can do harm, and what is read is bounded by what was packed.

use std::{collections::BTreeMap, io::Read};

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
        warnings
            .push(format!("the archive holds {} files named messages.csv; the outermost is read", candidates.len()));
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

/// A file of an archive that is no list of messages is at most this long.
const MOST_SMALL: u64 = 4 * 1024 * 1024;

/// The outermost file of each name, whole, where the archive has it.
pub(crate) fn small_files(
    archive: Source,
    wanted: &[&'static str],
) -> Result<BTreeMap<&'static str, Vec<u8>>, ImportError> {
    let mut archive = ZipArchive::new(archive).map_err(broken)?;
    let mut found = BTreeMap::new();
    for wanted in wanted {
        let candidates = (0..archive.len()).filter_map(|i| Some((i, archive.name_for_index(i)?.ok()?.into_owned())));
        let named = candidates.filter(|(_, name)| is_file(name, wanted));
        let Some((index, _)) = named.min_by_key(|(_, name)| name.matches(['/', '\\']).count()) else { continue };
        let entry = archive.by_index(index).map_err(broken)?;
        let mut bytes = Vec::new();
        let read = entry
            .take(MOST_SMALL + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| ImportError::BrokenArchive(e.to_string()))?;
        if read as u64 > MOST_SMALL {
            return Err(ImportError::TooLarge { limit: MOST_SMALL });
        }
        found.insert(*wanted, bytes);
    }
    Ok(found)
}

fn is_messages(name: &str) -> bool {
    is_file(name, "messages.csv")
}

fn is_file(name: &str, wanted: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    // macOS packs a shadow of every file beside it.
    file.eq_ignore_ascii_case(wanted) && !name.starts_with("__MACOSX")
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
