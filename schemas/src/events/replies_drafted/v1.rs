//! `replies.drafted`, version 1: the reply to an opportunity, or why there is none.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::vocabulary::{Decision, Engine, Language};

/// A draft, waiting for a person's yes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplyDrafted {
    /// The opportunity it answers.
    pub opportunity_id: Uuid,
    /// The message it answers.
    pub message_id: Uuid,
    /// When that message was written: with its id, the key by which newer is told from older.
    pub message_sent_at: DateTime<Utc>,
    /// Revision of the profile it was written from.
    pub profile_revision: u64,
    /// What it is to do.
    pub decision: Decision,
    /// Language it is written in.
    pub language: Language,
    /// The text; `null` where there is no draft.
    pub text: Option<String>,
    /// Why there is no draft.
    pub no_draft: Option<NoDraftReason>,
    /// What the checker verified.
    pub checks: Vec<Check>,
    /// What wrote it.
    pub engine: Engine,
}

/// Why there is no draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoDraftReason {
    /// The account has no profile to write from.
    NoProfile,
    /// Older than the days within which the person answers: history.
    TooOld,
    /// Only a preview of the message is known.
    Partial,
    /// Tries to give orders to a machine: a person reads it first.
    Injection,
    /// Shows signs of fraud.
    ScamSigns,
    /// Asks for something that the profile does not answer.
    NeedsPerson,
    /// The decision is to ignore it.
    Ignored,
    /// No draft can be written in its language yet.
    Language,
}

impl NoDraftReason {
    /// The name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoProfile => "no_profile",
            Self::TooOld => "too_old",
            Self::Partial => "partial",
            Self::Injection => "injection",
            Self::ScamSigns => "scam_signs",
            Self::NeedsPerson => "needs_person",
            Self::Ignored => "ignored",
            Self::Language => "language",
        }
    }
}

/// One verification of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// Its name: `language`, `length`, `facts`, …
    pub name: String,
    /// Whether it passed.
    pub passed: bool,
    /// What was seen.
    pub detail: String,
    /// The words of the text that a failed check is about, where it is about some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
}

/// A place in a text, in bytes of its UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mark {
    /// Where it begins.
    pub start: usize,
    /// Where it has ended.
    pub end: usize,
}
