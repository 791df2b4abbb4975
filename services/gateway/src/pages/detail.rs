//! One opportunity whole: its words, what they prove, the score with its proof, the draft, the history.

use askama::Template;
use chrono::{DateTime, Utc};
use contract::{CapReason, Direction, Fulfilment, Part, Tier};
use kit_store::{HistoryRow, OpportunityDetail, ReplyRow};
use uuid::Uuid;

use super::{
    evidence::{Stretch, cut},
    facts::{self, Fact},
    frame::{Frame, Scene},
    level::Level,
    money,
    row::{Said, company, pay, place},
};
use crate::words::Words;

#[derive(Template)]
#[template(path = "detail.html")]
struct Html<'a> {
    frame: Frame<'a>,
    id: Uuid,
    title: Option<String>,
    company: Said,
    pay: Said,
    place: String,
    sender: String,
    level: Level,
    tier: String,
    standing: Vec<String>,
    warnings: Vec<String>,
    letters: Vec<Letter>,
    thread_url: Option<String>,
    facts: Vec<Fact>,
    not_stated: Vec<(String, bool)>,
    lines: Vec<Line>,
    profile_revision: u64,
    filters: Vec<Condition>,
    reply: Option<Reply>,
    history: Vec<Entry>,
    received: String,
    received_at: String,
    took: String,
}

/// A message of the conversation.
struct Letter {
    own: bool,
    sender: String,
    at: String,
    said_at: String,
    subject: Vec<Stretch>,
    text: Vec<Stretch>,
}

/// A line of the proof.
struct Line {
    name: String,
    points: u8,
    max: u8,
    share: u32,
    rule: String,
    values: Vec<(String, String)>,
}

struct Condition {
    name: String,
    mark: &'static str,
    class: &'static str,
    said: String,
    reason: String,
    veto: bool,
}

struct Reply {
    text: Option<String>,
    words: usize,
    about: String,
    state: String,
    sent: bool,
    no_draft: Option<String>,
    checks: Vec<(String, bool, String)>,
}

struct Entry {
    at: String,
    said_at: String,
    change: String,
    actor: String,
}

/// Renders an opportunity.
///
/// # Errors
/// Where the template fails.
pub fn render(scene: &Scene<'_>, detail: &OpportunityDetail, history: &[HistoryRow]) -> Result<String, askama::Error> {
    let frame = Frame::of(scene, &format!("/opportunities/{}", detail.row.id));
    let (words, row) = (frame.words, &detail.row);
    let (facts, proofs) = facts::of(detail, words);
    let letter = |message: &kit_store::MessageRow| {
        let proofs = proofs.get(&message.id).map_or(&[][..], Vec::as_slice);
        let own = message.direction == Direction::Outbound;
        let named = message.sender_name.clone().unwrap_or_else(|| words.t("sender-missing").to_owned());
        Letter {
            own,
            sender: if own { words.t("you-wrote").to_owned() } else { named },
            at: message.sent_at.to_rfc3339(),
            said_at: moment(message.sent_at),
            subject: cut(message.subject.as_deref().unwrap_or_default(), Part::Subject, proofs),
            text: cut(&message.text, Part::Text, proofs),
        }
    };
    Html {
        id: row.id,
        title: row.role.clone(),
        company: company(row, words),
        pay: pay(row, words),
        place: place(row, words),
        sender: row.recruiter_name.clone().unwrap_or_else(|| words.t("sender-missing").to_owned()),
        level: Level::of(row, words),
        tier: row.tier.map_or_else(|| words.t("not-scored").to_owned(), |tier| words.of("tier", tier)),
        standing: standing(detail, words),
        warnings: row.flags.iter().map(|flag| words.of("flag", flag)).collect(),
        letters: detail.messages.iter().map(letter).collect(),
        thread_url: detail.thread_url.clone().filter(|url| url.starts_with("https://")),
        not_stated: facts::not_stated(detail, words),
        facts,
        lines: detail.score_lines.iter().map(|line| proof(line, words)).collect(),
        profile_revision: detail.profile_revision,
        filters: detail.hard_filters.iter().map(|filter| condition(filter, words)).collect(),
        reply: detail.reply.as_ref().map(|r| reply(r, words)),
        history: history.iter().map(|entry| happened(entry, words)).collect(),
        received: words.with("received", moment(row.message_timestamp)),
        received_at: row.message_timestamp.to_rfc3339(),
        took: words.with("took", money::span(detail.processing_time_ms)),
        frame,
    }
    .render()
}

fn moment(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M").to_string()
}

/// What the total means: the cap, the way to the next bound, the bound it is above.
fn standing(detail: &OpportunityDetail, words: &Words) -> Vec<String> {
    let row = &detail.row;
    let (Some(total), Some(tier)) = (row.total_score, row.tier) else {
        return vec![words.t("no-profile").to_owned()];
    };
    let mut said = Vec::new();
    if let Some(uncapped) = row.tier_uncapped.filter(|uncapped| *uncapped != tier) {
        let why = if row.cap_reason.as_deref() == Some("thin") { CapReason::Thin } else { CapReason::Veto };
        said.push(words.t(if why == CapReason::Thin { "capped-thin" } else { "capped-veto" }).to_owned());
        said.push(words.with2("would-be", total, words.of("tier", uncapped)));
        return said;
    }
    let bound = tier.floor();
    if bound > 0 {
        said.push(words.with2("above-bound", total.saturating_sub(bound), bound));
    }
    let next = Tier::ALL.iter().find(|t| t.rank() == tier.rank() + 1);
    if let (Some(points), Some(next)) = (detail.to_next_tier, next) {
        said.push(words.with2("to-next", points, words.of("tier", next)));
    }
    said
}

fn proof(line: &contract::ScoreLine, words: &Words) -> Line {
    let name = serde_json::to_value(line.line).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    Line {
        name: words.of("line", name),
        points: line.points,
        max: line.max,
        share: u32::from(line.points) * 100 / u32::from(line.max.max(1)),
        rule: line.rule.clone(),
        values: line.values.iter().map(|(key, value)| (words.of("proof-value", key), readable(value))).collect(),
    }
}

/// `105000 EUR` with its thousands apart.
fn readable(value: &str) -> String {
    let apart = |word: &str| match word.parse::<i64>() {
        Ok(figure) if figure >= 10_000 => money::grouped(figure),
        _ => word.to_owned(),
    };
    value.split(' ').map(apart).collect::<Vec<_>>().join(" ")
}

fn condition(filter: &contract::HardFilter, words: &Words) -> Condition {
    let (mark, class, said) = match filter.fulfilment {
        Fulfilment::Pass => ("✓", "pass", "passed"),
        Fulfilment::Fail => ("✗", "fail", "failed"),
        Fulfilment::Unknown => ("?", "unknown", "unknown"),
    };
    Condition {
        name: words.of("filter", &filter.name),
        mark,
        class,
        said: words.t(said).to_owned(),
        reason: readable(&filter.reason),
        veto: filter.veto && filter.fulfilment == Fulfilment::Fail,
    }
}

fn reply(reply: &ReplyRow, words: &Words) -> Reply {
    let about = [words.of("lang-name", reply.language), words.of("decision", reply.decision)];
    Reply {
        words: reply.text.as_deref().map_or(0, |text| text.split_whitespace().count()),
        text: reply.text.clone(),
        about: about.join(" · "),
        state: words.of("reply-state", reply.state),
        sent: reply.state == contract::ReplyState::Sent,
        no_draft: reply.no_draft.map(|reason| words.of("no-draft-reason", reason.as_str())),
        checks: reply.checks.iter().map(|c| (words.of("check", &c.name), c.passed, c.detail.clone())).collect(),
    }
}

fn happened(entry: &HistoryRow, words: &Words) -> Entry {
    Entry {
        at: entry.at.to_rfc3339(),
        said_at: entry.at.format("%Y-%m-%d %H:%M:%S").to_string(),
        change: words.of("change", &entry.change),
        actor: entry.actor.strip_prefix("sluice/").unwrap_or(&entry.actor).to_owned(),
    }
}
