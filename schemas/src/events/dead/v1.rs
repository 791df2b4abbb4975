//! `dead.STAGE`, version 1: an event given up, whole, with the reason. The payload stays byte for byte.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::Reason;

/// Largest payload that a dead letter carries: in base64 and with the rest it stays under the bus's limit.
pub const MOST_PAYLOAD: usize = 640 * 1024;

/// A dead letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeadLetter {
    /// The stage that gave up.
    pub stage: String,
    /// Why.
    pub reason: Reason,
    /// In words; never the message's own.
    pub detail: String,
    /// Deliveries before it was given up.
    pub attempts: u32,
    /// Subject of the original event.
    pub subject: String,
    /// Stream of the original event.
    pub stream: String,
    /// Its sequence there.
    pub stream_sequence: u64,
    /// When the stream got it.
    pub published_at: DateTime<Utc>,
    /// When it was given up.
    pub died_at: DateTime<Utc>,
    /// Its headers.
    pub headers: BTreeMap<String, String>,
    /// Its payload, base64 (it may be anything); `null` where it is over [`MOST_PAYLOAD`]: then only the original, in
    /// `stream` at `stream_sequence`, holds it.
    pub payload_base64: Option<String>,
}
