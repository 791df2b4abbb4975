//! What readers ask for and get: plain data, so that nothing above this crate knows the database.

use chrono::{DateTime, Utc};
use contract::{
    Check, Decision, EmploymentType, Engine, Facts, Flag, HardFilter, Kind, Language, NoDraftReason, RemotePolicy,
    ReplyState, ScoreLine, Seniority, Status, Tier,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::rank::Highlight;

/// Which opportunities, in which order, how many.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpportunityFilter {
    pub tiers: Vec<Tier>,
    pub statuses: Vec<Status>,
    pub kinds: Vec<Kind>,
    /// Beginning of the name, folded.
    pub company: Option<String>,
    /// The same.
    pub recruiter: Option<String>,
    /// Canonical technology name.
    pub skill: Option<String>,
    pub remote: Option<RemotePolicy>,
    /// Only those that state a pay (`true`), or only those that do not.
    pub has_pay: Option<bool>,
    pub min_score: Option<u8>,
    pub max_score: Option<u8>,
    /// By `message_timestamp`, inclusive.
    pub since: Option<DateTime<Utc>>,
    /// By `message_timestamp`, exclusive.
    pub until: Option<DateTime<Utc>>,
    /// Full text: every word must occur, the last one as a prefix. Never a pattern language.
    pub q: Option<String>,
}

impl OpportunityFilter {
    /// Whether it narrows nothing.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }
}

/// Orders. The id is always the last key, so that every order is total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sort {
    /// Tier, then score, then newest: what to look at first.
    #[default]
    Priority,
    /// Highest score first.
    ScoreDesc,
    /// Lowest score first.
    ScoreAsc,
    /// Newest message first.
    ReceivedDesc,
    /// Oldest message first.
    ReceivedAsc,
    /// Best fit to the words asked for first, then as by priority. Where more match than are counted, by priority alone:
    /// words that common tell nothing apart.
    Relevance,
}

/// One page of a keyset-paged list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub items: Vec<OpportunityRow>,
    /// Opaque; `None` on the last page.
    pub next_cursor: Option<String>,
    /// Count over the filter without paging, exact up to 2,000 and that number above.
    pub total_estimate: u64,
}

/// An opportunity as a list shows it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct OpportunityRow {
    pub id: Uuid,
    pub kind: Kind,
    pub status: Status,
    pub tier: Option<Tier>,
    pub tier_uncapped: Option<Tier>,
    pub cap_reason: Option<String>,
    pub total_score: Option<u8>,
    pub decision: Decision,
    pub recruiter_name: Option<String>,
    pub company: Option<String>,
    pub agency: Option<String>,
    pub role: Option<String>,
    pub seniority: Option<Seniority>,
    pub tech_stack: Vec<String>,
    pub salary_min: Option<i64>,
    pub salary_max: Option<i64>,
    pub currency: Option<String>,
    pub salary_period: Option<String>,
    pub salary_yearly_min: Option<i64>,
    pub salary_yearly_max: Option<i64>,
    pub salary_yearly_currency: Option<String>,
    pub remote_policy: Option<RemotePolicy>,
    pub location: Option<String>,
    pub employment_type: Option<EmploymentType>,
    pub language: Language,
    pub flags: Vec<Flag>,
    pub engine: Engine,
    /// State of the live reply, if there is one.
    pub reply_state: Option<ReplyState>,
    /// First 160 characters of the message, white space folded.
    pub excerpt: String,
    pub revision: i64,
    pub message_timestamp: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Where the words asked for are in the message; in lists with `q` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub highlight: Option<Highlight>,
}

/// An opportunity whole.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct OpportunityDetail {
    #[serde(flatten)]
    pub row: OpportunityRow,
    /// The live reply's text: the draft, or what was sent.
    pub ai_response: Option<String>,
    pub reply: Option<ReplyRow>,
    /// The newest inbound message, as given; evidence of `facts_message_id` counts in that message.
    pub raw_message: String,
    /// The conversation, oldest first.
    pub messages: Vec<MessageRow>,
    /// Facts merged over the thread. Each field's evidence counts in the message `facts_sources` names for it.
    pub facts: Facts,
    /// Field name (`company`, `role`, `salary`, …) → id of the message whose words prove it.
    pub facts_sources: std::collections::BTreeMap<String, Uuid>,
    pub score_lines: Vec<ScoreLine>,
    pub hard_filters: Vec<HardFilter>,
    pub missing: Vec<String>,
    pub to_next_tier: Option<u8>,
    pub score_stack: Option<u8>,
    pub score_pay: Option<u8>,
    pub score_seniority: Option<u8>,
    pub score_company: Option<u8>,
    pub profile_revision: u64,
    pub source: String,
    pub thread_url: Option<String>,
    pub processed_at: DateTime<Utc>,
    /// From the stream's receipt of the first message to its commit.
    pub processing_time_ms: i64,
    pub notes: Option<String>,
    pub starred: bool,
    pub snoozed_until: Option<DateTime<Utc>>,
}

/// A reply.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReplyRow {
    pub id: Uuid,
    pub opportunity_id: Uuid,
    /// The message that it answers.
    pub message_id: Uuid,
    pub state: ReplyState,
    pub decision: Decision,
    pub language: Language,
    pub text: Option<String>,
    pub no_draft: Option<NoDraftReason>,
    pub checks: Vec<Check>,
    pub engine: Engine,
    pub approved_at: Option<DateTime<Utc>>,
    pub approved_by: Option<String>,
    /// Until then it is not handed to a sender.
    pub hold_until: Option<DateTime<Utc>>,
    /// The approval ends then.
    pub expires_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A message of a thread.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct MessageRow {
    pub id: Uuid,
    pub direction: contract::Direction,
    pub sender_name: Option<String>,
    pub sent_at: DateTime<Utc>,
    pub subject: Option<String>,
    pub text: String,
    /// The conversation it stands in, whether that has an opportunity or not; `None` where its words were left out.
    pub conversation_id: Option<Uuid>,
    /// The kind it was read as; `None` for own messages.
    pub kind: Option<Kind>,
    /// The opportunity it belongs to, if any.
    pub opportunity_id: Option<Uuid>,
    /// Why it made no card.
    pub dismissed: Option<String>,
}

/// One entry of an opportunity's history.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HistoryRow {
    pub at: DateTime<Utc>,
    /// `sluice/persister` or a person's token.
    pub actor: String,
    /// `created`, `updated`, `rescored`, `drafted`, `answered`, …
    pub change: String,
    pub detail: serde_json::Value,
    pub revision: i64,
    pub stream_sequence: i64,
}

/// Figures over an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Stats {
    /// Opportunities; `by_tier` (with `none` where there is no score), `by_status` and `by_kind` each add up to it.
    pub total: u64,
    pub by_tier: std::collections::BTreeMap<String, u64>,
    pub by_status: std::collections::BTreeMap<String, u64>,
    pub by_kind: std::collections::BTreeMap<String, u64>,
    pub by_engine: std::collections::BTreeMap<String, u64>,
    /// Messages dismissed, by reason.
    pub dismissed: std::collections::BTreeMap<String, u64>,
    /// Ten bins: 0–9, …, 90–100.
    pub score_histogram: [u64; 10],
    pub average_score: Option<f64>,
    /// The newest 26 weeks in which a message came that made a card, oldest first.
    pub per_week: Vec<Week>,
    /// Pay a year, in the profile's currency when it was judged, by the middle of what is stated.
    pub salary_bands: Vec<SalaryBand>,
}

/// A week's opportunities, by their newest message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Week {
    /// Its Monday, in UTC: `2026-11-16`.
    pub week: String,
    pub count: u64,
}

/// Opportunities whose pay is from `from` to below `to`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SalaryBand {
    pub currency: String,
    pub from: i64,
    pub to: i64,
    pub count: u64,
}

/// What the scorer judges again: an opportunity's facts, merged over its thread.
#[derive(Clone, Debug, PartialEq)]
pub struct FactsForScoring {
    pub opportunity_id: Uuid,
    /// Goes back in `Rescored`: the new score counts only for these very facts.
    pub facts_revision: i64,
    pub kind: Kind,
    pub facts: Facts,
    pub flags: Vec<Flag>,
    /// The inbound messages' own words, subjects included, oldest first, for conditions in words.
    pub text: String,
    /// Tier and total of the standing score, to compare with.
    pub standing: Option<(Tier, u8)>,
}
