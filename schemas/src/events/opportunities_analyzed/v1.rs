//! `opportunities.analyzed`, version 1: what a message says, each value with the words that prove it.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    account::Account,
    events::messages_received::v1::{Sender, Thread, Turn},
    vocabulary::{
        Direction, EmploymentType, Engine, Flag, Kind, Language, PayBasis, Period, QuestionType, RemotePolicy,
        Seniority,
    },
};

/// A message read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OpportunityAnalyzed {
    /// The message, with everything derived that its producer left out.
    pub message: Message,
    /// The opportunity it speaks of.
    pub opportunity_id: Uuid,
    /// `new_opportunity` or `follow_up`; the other kinds are dismissed.
    pub kind: Kind,
    /// Language of the message.
    pub language: Language,
    /// What it states.
    pub facts: Facts,
    /// What to know beside the facts, sorted, each once.
    pub flags: Vec<Flag>,
    /// What read it.
    pub engine: Engine,
    /// Version of the rules or the prompt that read it: newer wins over older for the same message.
    pub engine_version: u32,
}

/// A message with every field derived: what stages work on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// Derived id, see `contract::identity`.
    pub id: Uuid,
    /// Whose inbox it came to.
    pub account: Account,
    /// Where it came from.
    pub source: String,
    /// Who wrote it.
    pub direction: Direction,
    /// The conversation at its source.
    pub thread: Thread,
    /// The person who wrote it.
    pub sender: Sender,
    /// When it was written.
    pub sent_at: DateTime<Utc>,
    /// When the bus first had it.
    pub received_at: DateTime<Utc>,
    /// Subject line.
    pub subject: Option<String>,
    /// What was written, as given.
    pub text: String,
    /// Earlier messages of the conversation, oldest first.
    pub history: Vec<Turn>,
    /// Only the beginning is known.
    pub partial: bool,
    /// Came by the slow lane (an import or a replay).
    pub backfilled: bool,
}

/// What a message states. Not stated is `null` or an empty list: never a guess, never a default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Facts {
    /// The employer.
    #[serde(default)]
    pub company: Option<Field<String>>,
    /// The agency that recruits, where it is not the employer.
    #[serde(default)]
    pub agency: Option<Field<String>>,
    /// The employer's industry, in English, lower case.
    #[serde(default)]
    pub industry: Option<Field<String>>,
    /// Job title as written.
    #[serde(default)]
    pub role: Option<Field<String>>,
    /// Level named in words.
    #[serde(default)]
    pub seniority: Option<Field<Seniority>>,
    /// Technologies by canonical name, each once, in order of mention.
    #[serde(default)]
    pub tech_stack: Vec<TechMention>,
    /// Pay.
    #[serde(default)]
    pub salary: Option<Field<Salary>>,
    /// Where the work is done.
    #[serde(default)]
    pub remote_policy: Option<Field<RemotePolicy>>,
    /// Place, or the region a remote worker must live in.
    #[serde(default)]
    pub location: Option<Field<String>>,
    /// Form of employment.
    #[serde(default)]
    pub employment_type: Option<Field<EmploymentType>>,
    /// Working days a week.
    #[serde(default)]
    pub work_week_days: Option<Field<u8>>,
    /// Questions that the sender wants answered.
    #[serde(default)]
    pub questions: Vec<Field<String>>,
    /// What a follow-up asks for.
    #[serde(default)]
    pub question_type: Option<Field<QuestionType>>,
    /// Phone numbers and mail addresses given.
    #[serde(default)]
    pub contacts: Vec<Field<String>>,
    /// Web addresses given.
    #[serde(default)]
    pub links: Vec<Field<String>>,
}

/// A value with its proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Field<T> {
    /// What is stated.
    pub value: T,
    /// The words that state it.
    pub evidence: Evidence,
    /// What found it.
    pub engine: Engine,
    /// How sure, in percent.
    pub confidence: u8,
}

/// The words that prove a value: a half-open range of UTF-8 byte offsets into the message's text or subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Which part of the message the offsets count in.
    #[serde(default)]
    pub part: Part,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A part of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The text.
    #[default]
    Text,
    /// The subject line.
    Subject,
}

/// One technology of the job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TechMention {
    /// Canonical name.
    pub name: String,
    /// The job insists on it ("must have", "imprescindible").
    #[serde(default)]
    pub required: bool,
    /// The words that state it.
    pub evidence: Evidence,
    /// What found it.
    pub engine: Engine,
    /// How sure, in percent.
    pub confidence: u8,
}

/// Pay as stated: whole units of `currency` per `period`, base pay only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Salary {
    /// Lower bound; `null` in "up to 95k".
    pub min: Option<i64>,
    /// Upper bound; `null` in "from 50k".
    pub max: Option<i64>,
    /// ISO 4217 code; `null` where none can be told.
    pub currency: Option<String>,
    /// What it is per; `null` where it cannot be told.
    pub period: Option<Period>,
    /// Before or after tax, where said.
    #[serde(default)]
    pub basis: Option<PayBasis>,
    /// Equity or options are offered beside it.
    #[serde(default)]
    pub equity: bool,
}

impl Evidence {
    /// The words themselves; `None` where the range does not fit the message.
    pub fn quote<'a>(&self, message: &'a Message) -> Option<&'a str> {
        match self.part {
            Part::Text => message.text.get(self.start..self.end),
            Part::Subject => message.subject.as_deref()?.get(self.start..self.end),
        }
    }
}
