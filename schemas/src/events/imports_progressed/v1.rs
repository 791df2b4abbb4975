//! `imports.progressed`, version 1: how far an import is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Progress of an import, cumulative.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImportProgressed {
    /// The import.
    pub import_id: Uuid,
    /// Rows read so far.
    pub rows_read: u64,
    /// Rows published as messages.
    pub kept: u64,
    /// Rows known to be private and not published.
    pub private: u64,
    /// Rows rejected, with line and reason in the import's report.
    pub rejected: u64,
    /// Nothing more will come.
    pub done: bool,
}
