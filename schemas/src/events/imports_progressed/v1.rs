//! `imports.progressed`, version 1: how far an import is.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
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
    /// What the file is and what was found in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ImportReport>,
}

/// What a person wants to know of an import, as far as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImportReport {
    /// What the file is called, where the client said so.
    #[serde(default)]
    pub name: Option<String>,
    /// `linkedin_csv`, `linkedin_archive` or `jsonl`.
    #[serde(default)]
    pub format: Option<String>,
    /// Rows of the file.
    #[serde(default)]
    pub rows: u64,
    /// Of the messages, those that the owner of the inbox wrote.
    #[serde(default)]
    pub outbound: u64,
    /// Conversations that the messages belong to.
    #[serde(default)]
    pub conversations: u64,
    /// Messages that had been published before.
    #[serde(default)]
    pub duplicates: u64,
    /// When the oldest message was written.
    #[serde(default)]
    pub since: Option<DateTime<Utc>>,
    /// Sound rows that are no messages, by reason.
    #[serde(default)]
    pub skipped: BTreeMap<String, u64>,
    /// The first of the rows that were rejected; with the last event only.
    #[serde(default)]
    pub rejected_rows: Vec<RejectedRow>,
    /// Odd things about the file as a whole.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// Why it ended before its end.
    #[serde(default)]
    pub failure: Option<String>,
}

/// A row that could not be taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RejectedRow {
    /// Its line in the file.
    pub line: u64,
    /// Why.
    pub reason: String,
}
