//! The figures equal those of the reference scorer; files are read whole or named line by line.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod dataset;
mod figures;
mod prediction;
