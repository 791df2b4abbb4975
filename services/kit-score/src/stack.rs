//! The stack line: how much of the job's stack the person knows.

use crate::words::folded;

/// By what two spellings of a technology are the same.
pub(crate) fn key(name: &str) -> String {
    folded(name)
}
