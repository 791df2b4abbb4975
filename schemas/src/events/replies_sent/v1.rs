//! `replies.sent`, version 1: a reply is in its thread.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A reply seen in its thread after sending.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplySent {
    /// The reply.
    pub reply_id: Uuid,
    /// The opportunity it answers.
    pub opportunity_id: Uuid,
    /// When it was seen there.
    pub sent_at: DateTime<Utc>,
    /// SHA-256 of the words sent, hex.
    pub text_sha256: String,
}
