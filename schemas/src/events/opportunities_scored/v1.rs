//! `opportunities.scored`, version 1: the analysis with a score and its proof.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    events::opportunities_analyzed::v1::OpportunityAnalyzed,
    vocabulary::{Decision, Tier},
};

/// An analysed message, judged against the account's profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OpportunityScored {
    /// What was read.
    pub analysis: OpportunityAnalyzed,
    /// The judgement; `null` while the account has no profile.
    pub score: Option<Score>,
    /// What to do about it.
    pub decision: Decision,
    /// Revision of the profile it was judged by; 0 without one.
    pub profile_revision: u64,
}

/// A score from 0 to 100 with its proof: the lines' points add up to the total.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// Sum of the lines.
    pub total: u8,
    /// Tier after caps.
    pub tier: Tier,
    /// Tier by the total alone.
    pub tier_uncapped: Tier,
    /// Why the tier is lower than the total says.
    pub cap_reason: Option<CapReason>,
    /// Points missing to the next tier up, `null` at the top.
    pub to_next_tier: Option<u8>,
    /// Stack, pay, seniority, company, in this order.
    pub lines: Vec<ScoreLine>,
    /// The profile's conditions, each met or not.
    pub filters: Vec<HardFilter>,
    /// Deciding facts that the message does not state, in the order to ask for them.
    pub missing: Vec<String>,
    /// The pay as a yearly figure in the profile's currency.
    pub yearly: Option<YearlyPay>,
}

/// One line of the proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreLine {
    /// What is judged.
    pub line: LineName,
    /// Points given.
    pub points: u8,
    /// Points possible.
    pub max: u8,
    /// The rule that gave them, in words.
    pub rule: String,
    /// The values it used.
    pub values: BTreeMap<String, String>,
}

/// The lines of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineName {
    /// Technologies, 40 points.
    Stack,
    /// Pay, 30 points.
    Pay,
    /// Level, 20 points.
    Seniority,
    /// Employer, 10 points.
    Company,
}

/// A condition of the profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HardFilter {
    /// Its name: `remote_policy`, `minimum_salary`, …
    pub name: String,
    /// Whether it is met.
    pub fulfilment: Fulfilment,
    /// Whether failing it is a veto.
    pub veto: bool,
    /// Why, in words.
    pub reason: String,
}

/// Whether a condition is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fulfilment {
    /// Met.
    Pass,
    /// Not met.
    Fail,
    /// The message does not say.
    Unknown,
}

/// Why a tier is capped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CapReason {
    /// A condition of the profile failed.
    Veto,
    /// The message says too little.
    Thin,
}

/// Pay as a yearly range in the profile's currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct YearlyPay {
    /// Lower bound, whole units.
    pub min: Option<i64>,
    /// Upper bound, whole units.
    pub max: Option<i64>,
    /// The profile's currency.
    pub currency: String,
    /// Date of the exchange rates used; `null` where none were needed.
    pub rates_of: Option<NaiveDate>,
}
