//! An opportunity as a row of the list.

use chrono::{DateTime, Utc};
use contract::{Flag, ReplyState, Status};
use kit_store::OpportunityRow;
use uuid::Uuid;

use super::{level::Level, markup, money};
use crate::words::Words;

/// Technologies that a row names; the rest are counted.
const CHIPS: usize = 4;

/// What a row shows.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) revision: i64,
    pub(crate) level: Level,
    pub(crate) tier: String,
    pub(crate) role: Option<String>,
    pub(crate) company: Said,
    pub(crate) pay: Said,
    pub(crate) place: String,
    pub(crate) chips: Vec<String>,
    pub(crate) more_chips: usize,
    pub(crate) excerpt: String,
    pub(crate) warnings: Vec<String>,
    pub(crate) quarantined: bool,
    pub(crate) state: String,
    pub(crate) age: String,
    pub(crate) at: String,
}

/// A value, or the words that say it is missing.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) missing: bool,
}

impl Said {
    fn or(value: Option<String>, missing: &str) -> Self {
        let (text, missing) = value.map_or_else(|| (missing.to_owned(), true), |text| (text, false));
        Self { text, missing }
    }
}

impl Row {
    pub(crate) fn of(row: &OpportunityRow, words: &Words, now: DateTime<Utc>) -> Self {
        let level = Level::of(row, words);
        let tier = row.tier.map_or_else(|| words.t("not-scored").to_owned(), |tier| words.of("tier-short", tier));
        let shown = row.flags.iter().filter(|flag| **flag != Flag::ClientNotNamed && **flag != Flag::Thin);
        Self {
            id: row.id,
            revision: row.revision,
            tier,
            level,
            role: row.role.clone(),
            company: company(row, words),
            pay: pay(row, words),
            place: place(row, words),
            chips: row.tech_stack.iter().take(CHIPS).cloned().collect(),
            more_chips: row.tech_stack.len().saturating_sub(CHIPS),
            excerpt: excerpt(&row.excerpt),
            warnings: shown.map(|flag| words.of("flag", flag)).collect(),
            quarantined: row.flags.contains(&Flag::Injection),
            state: state(row, words),
            age: money::age(words, row.message_timestamp, now),
            at: row.message_timestamp.to_rfc3339(),
        }
    }
}

fn excerpt(text: &str) -> String {
    if !markup::is_html(text) {
        return text.to_owned();
    }
    markup::plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn company(row: &OpportunityRow, words: &Words) -> Said {
    let missing = match &row.agency {
        Some(agency) => format!("{} · {}", words.t("client-missing"), words.with("via", agency)),
        None if row.flags.contains(&Flag::ClientNotNamed) => words.t("client-missing").to_owned(),
        None => words.t("company-missing").to_owned(),
    };
    Said::or(row.company.clone(), &missing)
}

pub(crate) fn pay(row: &OpportunityRow, words: &Words) -> Said {
    let figures = (row.salary_min, row.salary_max);
    Said::or(money::pay(words, figures, row.currency.as_deref(), row.salary_period.as_deref()), words.t("pay-missing"))
}

pub(crate) fn place(row: &OpportunityRow, words: &Words) -> String {
    let policy = row.remote_policy.map(|policy| words.of("value", policy));
    policy.into_iter().chain(row.location.clone()).collect::<Vec<_>>().join(", ")
}

/// Where it stands with the person: what waits to be read, or what has become of it.
fn state(row: &OpportunityRow, words: &Words) -> String {
    match (row.status, row.reply_state) {
        (Status::New | Status::AwaitingReview, Some(ReplyState::Draft)) => words.of("drafted", row.decision),
        (Status::New | Status::AwaitingReview, Some(state)) => words.of("reply-state", state),
        (Status::New | Status::AwaitingReview, None) => String::new(),
        (status, _) => words.of("status", status),
    }
}
