//! `messages.received` and `messages.backfilled`, version 1: a message as a producer knows it. Only `text` is
//! required; [`crate::intake`] derives the rest.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::Direction;

/// A message that reached the account, from any producer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessageReceived {
    /// Where it came from: `linkedin_export`, `mail`, `webhook`, `paste`, … (`unknown` where not given).
    #[serde(default)]
    pub source: Option<String>,
    /// The source's own message id, where it has one: then identity rests on it alone.
    #[serde(default)]
    pub id: Option<String>,
    /// Inbound where not given.
    #[serde(default)]
    pub direction: Option<Direction>,
    /// The conversation it belongs to.
    #[serde(default)]
    pub thread: Option<Thread>,
    /// Who wrote it.
    #[serde(default)]
    pub sender: Option<Sender>,
    /// When it was written; the time of receipt where not given.
    #[serde(default)]
    pub sent_at: Option<DateTime<Utc>>,
    /// Subject line, mostly of InMails.
    #[serde(default)]
    pub subject: Option<String>,
    /// What was written. Plain text or HTML; kept as given.
    pub text: String,
    /// Earlier messages of the conversation, oldest first, where the producer knows them.
    #[serde(default)]
    pub history: Vec<Turn>,
    /// True where only the beginning of the message is known (a notification mail's preview).
    #[serde(default)]
    pub partial: bool,
}

/// The same message from an import or a replay: the slow lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct MessageBackfilled(pub MessageReceived);

/// A conversation at its source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Thread {
    /// The source's id of the conversation.
    #[serde(default)]
    pub id: Option<String>,
    /// Address at which a person can open it.
    #[serde(default)]
    pub url: Option<String>,
}

/// Who wrote a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sender {
    /// Name as shown at the source.
    #[serde(default)]
    pub name: Option<String>,
    /// Address of the profile: the identity of a person, unlike the name.
    #[serde(default)]
    pub profile_url: Option<String>,
}

/// An earlier message of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Turn {
    /// Who wrote it.
    pub direction: Direction,
    /// When, if known.
    #[serde(default)]
    pub sent_at: Option<DateTime<Utc>>,
    /// What was written.
    pub text: String,
}
