//! What the persister reads and writes: plain data. The facts it decides from are a conversation's messages with what
//! came of each, its replies, and the last new score; everything else of an opportunity's row follows from them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SubsecRound, Utc};
use contract::{
    Account, Change, Check, Decision, DismissalReason, Engine, Facts, Flag, Kind, Language, Message, NoDraftReason,
    ReplyState, Score, Status,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use crate::review::{Approval, Review};

/// By which a newer message is told from an older one, whenever either arrives. Microseconds, as databases keep them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub sent_at: DateTime<Utc>,
    pub message_id: Uuid,
}

impl Key {
    pub fn new(sent_at: DateTime<Utc>, message_id: Uuid) -> Self {
        Self { sent_at: sent_at.trunc_subsecs(6), message_id }
    }
}

/// Everything stored of one conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    pub account: Account,
    /// Also the opportunity's id, whether there is one yet or not.
    pub id: Uuid,
    /// Whether another account has a conversation of this id: nothing of this one may be written.
    pub foreign: bool,
    pub opportunity: Option<Standing>,
    pub messages: Vec<StoredMessage>,
    pub replies: Vec<Reply>,
    /// Events of the batch that changed the opportunity before: what each changed, and the revision it made.
    pub done: BTreeMap<Uuid, (Change, i64)>,
    /// Messages of the batch that are stored in another conversation.
    pub elsewhere: BTreeSet<Uuid>,
    /// What a person added.
    pub review: Review,
}

/// What an opportunity's row knows that does not follow from messages and replies.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub status: Status,
    /// Newest inbound message.
    pub newest: Key,
    pub rescored: Option<Judgement>,
    pub revision: i64,
    pub created_at: DateTime<Utc>,
    pub processed_at: DateTime<Utc>,
    pub processing_time_ms: i64,
}

/// A message and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredMessage {
    pub message: Message,
    pub outcome: Outcome,
    pub stream_sequence: i64,
}

impl StoredMessage {
    pub fn key(&self) -> Key {
        Key::new(self.message.sent_at, self.message.id)
    }
}

/// What came of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Read(Box<Reading>),
    Dismissed(Dismissal),
}

/// What a message says and how that was judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub kind: Kind,
    pub language: Language,
    pub facts: Facts,
    pub flags: Vec<Flag>,
    pub engine: Engine,
    pub engine_version: u32,
    pub judgement: Judgement,
}

/// Why a message makes no card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dismissal {
    pub kind: Option<Kind>,
    pub reason: DismissalReason,
    pub detail: String,
    pub language: Language,
    pub engine: Engine,
    /// Private: nothing is kept but id, times and reason.
    pub withheld: bool,
}

/// A score and what it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    pub score: Option<Score>,
    pub decision: Decision,
    pub profile_revision: u64,
    /// Fingerprint of the facts that were judged: a score counts only for these.
    pub facts_revision: i64,
    /// Place in the stream of the event that brought it: the later of two equals counts.
    pub stream_sequence: i64,
}

/// A reply, or the reason why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub id: Uuid,
    pub answers: Key,
    pub state: ReplyState,
    pub decision: Decision,
    pub language: Language,
    pub text: Option<String>,
    pub no_draft: Option<NoDraftReason>,
    pub checks: Vec<Check>,
    pub engine: Engine,
    pub profile_revision: u64,
    pub stream_sequence: i64,
    /// What a person said yes to, from `approved` on.
    pub approval: Option<Approval>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An opportunity's row as it is to be; notes, star and snooze are not the pipeline's and stay as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Opportunity {
    pub standing: Standing,
    pub kind: Kind,
    pub source: String,
    pub language: Language,
    pub engine: Engine,
    pub flags: Vec<Flag>,
    pub thread_url: Option<String>,
    pub recruiter_name: Option<String>,
    pub recruiter_profile_url: Option<String>,
    pub raw_message: String,
    /// All that the other side wrote and that was read, subjects included, oldest first: what conditions in words look
    /// into.
    pub said: String,
    pub facts: Facts,
    pub sources: BTreeMap<String, Uuid>,
    pub facts_revision: i64,
    pub judgement: Judgement,
    pub reply_state: Option<ReplyState>,
    pub ai_response: Option<String>,
    pub updated_at: DateTime<Utc>,
}

/// A conversation at its source, with when each side last wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadRecord {
    pub source: String,
    pub source_thread_id: String,
    pub url: Option<String>,
    pub last_inbound_at: Option<DateTime<Utc>>,
    pub last_outbound_at: Option<DateTime<Utc>>,
}

/// One change of an opportunity.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryRecord {
    pub event_id: Uuid,
    pub at: DateTime<Utc>,
    /// Who changed it: `sluice/STAGE`, or the person by the name of the token.
    pub actor: String,
    pub change: Change,
    pub detail: serde_json::Value,
    pub revision: i64,
    pub stream_sequence: i64,
}

/// What to write of one conversation: only what changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    pub account: Account,
    pub conversation_id: Uuid,
    pub opportunity: Option<Opportunity>,
    pub thread: Option<ThreadRecord>,
    pub messages: Vec<StoredMessage>,
    pub replies: Vec<Reply>,
    pub history: Vec<HistoryRecord>,
    /// What a person added, where that changed.
    pub review: Option<Review>,
}
