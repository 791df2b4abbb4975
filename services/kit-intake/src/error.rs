//! What can be wrong with a file as a whole: each says what it is and what to do; which file, the caller knows. A bad
//! row is no error.

use std::io;

use crate::{index::MAX_ROWS, source::MAX_FILE};

/// Why a file cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be opened.
    #[error("the file cannot be opened: {0}")]
    Unreadable(io::Error),
    /// A folder was named.
    #[error("this is a folder; name the messages.csv or the zip archive in it")]
    Folder,
    /// Reading broke off.
    #[error("reading broke off: {0}; what was read before stays, import the file again")]
    Io(#[from] io::Error),
    /// Nothing in it.
    #[error("the file is empty; ask LinkedIn for the export again, or check that the download was complete")]
    Empty,
    /// Saved in another encoding.
    #[error("the file is saved as UTF-16; save it as “CSV UTF-8”, or import LinkedIn's zip archive as it came")]
    Utf16,
    /// JSON, but one big list.
    #[error("the file is one JSON list; give one message a line (`jq -c '.[]' FILE` makes it so)")]
    JsonList,
    /// No header of messages.
    #[error(
        "this is no messages.csv: its first line has no column {}; choose “Messages” in LinkedIn's data export and \
         import that messages.csv or the whole zip archive",
        missing.join(", ")
    )]
    NotMessages { missing: Vec<&'static str> },
    /// The zip archive is broken.
    #[error("the zip archive cannot be read ({0}); download it again")]
    BrokenArchive(String),
    /// The zip archive needs a password.
    #[error("the zip archive is locked with a password; unpack it and import its messages.csv")]
    LockedArchive,
    /// The zip archive holds no messages.
    #[error("there is no messages.csv in the zip archive; choose “Messages” when you ask LinkedIn for your data")]
    NoMessagesInArchive,
    /// The zip archive says nothing of its owner.
    #[error(
        "the zip archive holds none of Profile.csv, Skills.csv, Positions.csv and Languages.csv; choose “Profile” when \
         you ask LinkedIn for your data"
    )]
    NoProfileInArchive,
    /// More than any inbox, or made to fill the disk.
    #[error(
        "the file's content is over {limit} bytes, more than an inbox comes to; unpack it, look at it, and split it"
    )]
    TooLarge { limit: u64 },
    /// The index would grow past its bound.
    #[error("the file has over {MAX_ROWS} rows; split it")]
    TooManyRows,
}

impl ImportError {
    pub(crate) const fn over_file_limit() -> Self {
        Self::TooLarge { limit: MAX_FILE }
    }
}
