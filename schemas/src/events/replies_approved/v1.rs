//! `replies.approved`, version 1: exactly the words that a person said yes to, sealed.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::events::messages_received::v1::Thread;

/// A reply to send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplyApproved {
    /// The reply.
    pub reply_id: Uuid,
    /// The opportunity it answers.
    pub opportunity_id: Uuid,
    /// Where it goes.
    pub thread: Thread,
    /// The words.
    pub text: String,
    /// SHA-256 of the words, hex.
    pub text_sha256: String,
    /// The last inbound message when it was approved: a newer one voids the approval.
    pub last_inbound_message_id: Uuid,
    /// The revision that was shown to the person.
    pub shown_revision: i64,
    /// The approval ends then.
    pub expires_at: DateTime<Utc>,
    /// HMAC-SHA-256 over all other fields and the account, hex, by the key that only persister and sender hold: see
    /// [`crate::seal`].
    pub seal: String,
    /// Where the thread is: `linkedin_export`, `mail`, …
    #[serde(default)]
    pub source: Option<String>,
}
