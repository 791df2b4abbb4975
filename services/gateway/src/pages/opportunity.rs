//! One opportunity as the pages show it: its words, what they prove, the score with its proof, the draft and what can be
//! done, the history.

use chrono::{DateTime, Duration, Utc};
use contract::{CapReason, Direction, Fulfilment, Part, ReplyState, Status, Tier};
use kit_store::{HistoryRow, OpportunityDetail, Related, RelatedRow};
use uuid::Uuid;

use super::{
    draft::Draft,
    evidence::{Stretch, cut},
    facts::{self, Fact},
    frame::Scene,
    level::{self, Level},
    money, reasons,
    row::{Said, company, pay, place},
};
use crate::words::Words;

/// What is shown of an opportunity.
#[derive(Clone, Debug)]
pub struct Shown {
    pub detail: OpportunityDetail,
    pub history: Vec<HistoryRow>,
    pub related: Related,
    /// A word of the message file: why what was asked did not happen.
    pub notice: Option<&'static str>,
    /// Whether it can be acted on; a message that is only looked at cannot.
    pub acts: bool,
    /// The tab and place of the queue that an act leads back to.
    pub queue: Option<String>,
}

impl Shown {
    /// An opportunity that stands alone.
    pub fn of(detail: OpportunityDetail) -> Self {
        let (history, related) = (Vec::new(), Related::default());
        Self { detail, history, related, notice: None, acts: true, queue: None }
    }
}

/// An opportunity in the words of a page; `o` of the templates.
pub(crate) struct Opportunity {
    pub(crate) id: Uuid,
    pub(crate) revision: i64,
    pub(crate) acts: bool,
    pub(crate) queue: Option<String>,
    pub(crate) notice: Option<&'static str>,
    pub(crate) title: Option<String>,
    pub(crate) company: Said,
    pub(crate) pay: Said,
    pub(crate) place: String,
    pub(crate) sender: String,
    pub(crate) level: Level,
    pub(crate) tier: String,
    pub(crate) standing: Vec<String>,
    pub(crate) warnings: Vec<String>,
    pub(crate) letters: Vec<Letter>,
    pub(crate) thread_url: Option<String>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) not_stated: Vec<(String, bool)>,
    pub(crate) lines: Vec<ProofLine>,
    pub(crate) profile_revision: u64,
    pub(crate) filters: Vec<Condition>,
    pub(crate) draft: Draft,
    pub(crate) waits: bool,
    pub(crate) restorable: bool,
    pub(crate) tomorrow: String,
    pub(crate) starred: bool,
    pub(crate) notes: String,
    pub(crate) person_title: String,
    pub(crate) person: Vec<Line>,
    pub(crate) joined: Vec<Line>,
    pub(crate) is_joined: bool,
    pub(crate) suggested: Vec<Line>,
    pub(crate) history: Vec<Entry>,
    pub(crate) received: String,
    pub(crate) received_at: String,
    pub(crate) took: String,
}

/// A message of the conversation.
pub(crate) struct Letter {
    pub(crate) own: bool,
    pub(crate) sender: String,
    pub(crate) at: String,
    pub(crate) said_at: String,
    pub(crate) subject: Vec<Stretch>,
    pub(crate) text: Vec<Stretch>,
}

/// A line of the proof.
pub(crate) struct ProofLine {
    pub(crate) name: String,
    pub(crate) points: u8,
    pub(crate) max: u8,
    pub(crate) share: u32,
    pub(crate) rule: String,
    pub(crate) untranslated: bool,
    pub(crate) values: Vec<(String, String)>,
}

/// A condition of the profile.
pub(crate) struct Condition {
    pub(crate) name: String,
    pub(crate) mark: &'static str,
    pub(crate) class: &'static str,
    pub(crate) said: String,
    pub(crate) reason: String,
    pub(crate) untranslated: bool,
    pub(crate) veto: bool,
}

/// Another opportunity in a line.
pub(crate) struct Line {
    pub(crate) id: Uuid,
    pub(crate) class: &'static str,
    pub(crate) mark: &'static str,
    pub(crate) score: String,
    pub(crate) role: String,
    pub(crate) company: String,
    pub(crate) sender: String,
    pub(crate) age: String,
    pub(crate) state: String,
}

/// A change that it went through.
pub(crate) struct Entry {
    pub(crate) at: String,
    pub(crate) said_at: String,
    pub(crate) change: String,
    pub(crate) actor: String,
}

impl Opportunity {
    pub(crate) fn of(scene: &Scene<'_>, shown: &Shown) -> Self {
        let words = scene.catalogue.words(scene.tongue);
        let (detail, row) = (&shown.detail, &shown.detail.row);
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
        let line = |other: &RelatedRow| Line::of(other, words, scene.now);
        Self {
            id: row.id,
            revision: row.revision,
            acts: shown.acts,
            queue: shown.queue.clone(),
            notice: shown.notice,
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
            draft: Draft::of(detail, &shown.history, words),
            waits: matches!(row.status, Status::New | Status::AwaitingReview),
            restorable: matches!(row.status, Status::Snoozed | Status::Archived | Status::Dismissed),
            tomorrow: (scene.now + Duration::days(1)).format("%Y-%m-%d").to_string(),
            starred: detail.starred,
            notes: detail.notes.clone().unwrap_or_default(),
            person_title: words.with("person-before", shown.related.same_person.len()),
            person: shown.related.same_person.iter().map(line).collect(),
            joined: shown.related.joined.iter().map(line).collect(),
            is_joined: shown.related.joined_to.is_some(),
            suggested: shown.related.suggested.iter().map(line).collect(),
            history: shown.history.iter().map(|entry| happened(entry, words)).collect(),
            received: words.with("received", moment(row.message_timestamp)),
            received_at: row.message_timestamp.to_rfc3339(),
            took: words.with("took", money::span(detail.processing_time_ms)),
        }
    }

    /// Where a verb is asked for.
    pub(crate) fn deed(&self, verb: &str) -> String {
        format!("/opportunities/{}/{verb}", self.id)
    }
}

impl Line {
    fn of(row: &RelatedRow, words: &Words, now: DateTime<Utc>) -> Self {
        let (class, mark) = level::class(row.tier);
        let or = |value: &Option<String>, missing: &str| value.clone().unwrap_or_else(|| words.t(missing).to_owned());
        let state = match (row.status, row.reply_state) {
            (Status::New | Status::AwaitingReview, Some(state)) if state != ReplyState::Draft => {
                words.of("reply-state", state)
            }
            (status, _) => words.of("status", status),
        };
        Self {
            id: row.id,
            class,
            mark,
            score: row.total_score.map_or_else(|| "–".to_owned(), |score| score.to_string()),
            role: or(&row.role, "role-missing"),
            company: or(&row.company, "company-missing"),
            sender: or(&row.recruiter_name, "sender-missing"),
            age: money::age(words, row.message_timestamp, now),
            state,
        }
    }
}

/// A time to the minute.
pub(crate) fn moment(time: DateTime<Utc>) -> String {
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

fn proof(line: &contract::ScoreLine, words: &Words) -> ProofLine {
    let name = serde_json::to_value(line.line).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    let (rule, untranslated) = reasons::rule(line, &name, words);
    ProofLine {
        name: words.of("line", name),
        points: line.points,
        max: line.max,
        share: u32::from(line.points) * 100 / u32::from(line.max.max(1)),
        rule,
        untranslated,
        values: line.values.iter().map(|(key, value)| (words.of("proof-value", key), readable(value))).collect(),
    }
}

/// `105000 EUR` with its thousands apart, `full_time` in two words.
fn readable(value: &str) -> String {
    let apart = |word: &str| match word.parse::<i64>() {
        Ok(figure) if figure >= 10_000 => money::grouped(figure),
        _ => word.replace('_', " "),
    };
    value.split(' ').map(apart).collect::<Vec<_>>().join(" ")
}

fn condition(filter: &contract::HardFilter, words: &Words) -> Condition {
    let (mark, class, said) = match filter.fulfilment {
        Fulfilment::Pass => ("✓", "pass", "passed"),
        Fulfilment::Fail => ("✗", "fail", "failed"),
        Fulfilment::Unknown => ("?", "unknown", "unknown"),
    };
    let (reason, untranslated) = reasons::condition(filter, class, words);
    Condition {
        name: words.of("filter", &filter.name),
        mark,
        class,
        said: words.t(said).to_owned(),
        reason: readable(&reason),
        untranslated,
        veto: filter.veto && filter.fulfilment == Fulfilment::Fail,
    }
}

fn happened(entry: &HistoryRow, words: &Words) -> Entry {
    Entry {
        at: entry.at.to_rfc3339(),
        said_at: entry.at.format("%Y-%m-%d %H:%M:%S").to_string(),
        change: match entry.detail["verb"].as_str() {
            Some(verb) => words.of("verb", verb),
            None => words.of("change", &entry.change),
        },
        actor: match entry.actor.strip_prefix("sluice/") {
            Some(stage) => stage.to_owned(),
            None if entry.actor == "owner" || entry.actor == "page" => words.t("you").to_owned(),
            None => entry.actor.clone(),
        },
    }
}
