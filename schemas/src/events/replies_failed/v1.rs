//! `replies.failed`, version 1: a reply was not sent, or nobody can tell.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A reply that did not go out for certain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplyFailed {
    /// The reply.
    pub reply_id: Uuid,
    /// The opportunity it answers.
    pub opportunity_id: Uuid,
    /// Why.
    pub reason: FailureReason,
    /// In words, for the person.
    pub detail: String,
}

/// Why a reply was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// The approval had ended.
    Expired,
    /// The seal does not fit the words.
    SealBroken,
    /// A newer message came first.
    Superseded,
    /// The thread could not be opened.
    ThreadUnreachable,
    /// Sent perhaps: it was not seen in the thread. Never tried again without a person.
    Unconfirmed,
}
