//! `messages.dismissed`, version 1: a message that makes no opportunity, and why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    events::opportunities_analyzed::v1::Message,
    vocabulary::{Engine, Kind, Language},
};

/// A message kept in its thread without a card or a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessageDismissed {
    /// The message. Its text is empty where `text_withheld`.
    pub message: Message,
    /// What it is; `null` for an own message, which is not judged.
    pub kind: Option<Kind>,
    /// Why there is no card.
    pub reason: DismissalReason,
    /// The rule in words, for the person who wonders.
    pub detail: String,
    /// Language of the message.
    pub language: Language,
    /// What read it.
    pub engine: Engine,
    /// A private message of an import: its words were left out and are not stored.
    #[serde(default)]
    pub text_withheld: bool,
}

/// Why a message makes no card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DismissalReason {
    /// Written by the account's owner: marks its thread answered.
    OwnMessage,
    /// Thanks, congratulations, a closing word.
    Courtesy,
    /// Sells something.
    Promotion,
    /// A mass mailing.
    Newsletter,
    /// Fraud by its own words.
    Scam,
    /// Private, or none of the others.
    Private,
}

impl DismissalReason {
    /// The name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OwnMessage => "own_message",
            Self::Courtesy => "courtesy",
            Self::Promotion => "promotion",
            Self::Newsletter => "newsletter",
            Self::Scam => "scam",
            Self::Private => "private",
        }
    }
}
