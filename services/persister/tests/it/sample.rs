//! Conversations to test with, and a scorer that knows only how much is stated.

use bus::Delivery;
use chrono::{DateTime, Duration, TimeZone, Utc};
use contract::{
    Account, Action, Command, Decision, Direction, DismissalReason, Engine, Evidence, Facts, Field, Kind, Language,
    LineName, Message, MessageDismissed, OpportunitiesRescored, OpportunityAnalyzed, OpportunityScored, Part,
    ReplyDrafted, Rescored, Salary, Score, ScoreLine, Sender, TechMention, Thread, Tier, identity,
};
use persister::{Sending, command::Desk, touch::Input};
use uuid::Uuid;

pub(crate) const THREAD: &str = "2-orchard";

pub(crate) fn me() -> Account {
    Account::me()
}

pub(crate) fn at(minute: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 10, 0, 0).single().unwrap() + Duration::minutes(minute)
}

pub(crate) fn conversation() -> Uuid {
    identity::opportunity_id(&me(), Some(THREAD), Uuid::nil())
}

/// What a command is judged with, where no sender waits.
pub(crate) fn desk(account: &Account, now: DateTime<Utc>) -> Desk<'_> {
    Desk { account, conversation: conversation(), key: None, sending: Sending::ByHand, now }
}

/// A command of Diego's. The number names it.
pub(crate) fn asked(number: u64, expected_revision: Option<i64>, action: Action) -> Input {
    Input::Command(Box::new(Command {
        id: Uuid::from_u128(0xc000 + u128::from(number)),
        issued_at: at(200),
        actor: "diego".into(),
        expected_revision,
        action,
    }))
}

pub(crate) fn message(number: u8, direction: Direction, minute: i64, text: &str) -> Message {
    Message {
        id: Uuid::from_u128(0x1000 + u128::from(number)),
        account: me(),
        source: "linkedin_export".into(),
        direction,
        thread: Thread { id: Some(THREAD.into()), url: Some("https://example.org/t/2-orchard".into()) },
        sender: Sender { name: Some("Ana Ríos".into()), profile_url: None },
        sent_at: at(minute),
        received_at: at(minute) + Duration::milliseconds(10),
        subject: None,
        text: text.into(),
        history: vec![],
        partial: false,
        backfilled: false,
    }
}

pub(crate) fn field<T>(value: T) -> Field<T> {
    Field { value, evidence: Evidence { part: Part::Text, start: 0, end: 1 }, engine: Engine::Rules, confidence: 90 }
}

pub(crate) fn tech(name: &str) -> TechMention {
    let Field { evidence, engine, confidence, .. } = field(());
    TechMention { name: name.into(), required: false, evidence, engine, confidence }
}

/// Company, role and stack.
pub(crate) fn offer() -> Facts {
    Facts {
        company: Some(field("Manzana Labs".into())),
        role: Some(field("Backend Engineer".into())),
        tech_stack: vec![tech("Rust"), tech("PostgreSQL")],
        ..Facts::default()
    }
}

pub(crate) fn pay() -> Facts {
    let salary = Salary { min: Some(70_000), max: Some(80_000), currency: Some("EUR".into()), ..Salary::default() };
    Facts { salary: Some(field(salary)), ..Facts::default() }
}

/// Ten points a stated thing, five more by the second profile.
pub(crate) fn score(facts: &Facts, profile_revision: u64) -> Score {
    let stated = persister::merge::stated(facts).min(6);
    let total = u8::try_from(stated * 10).unwrap() + if profile_revision > 1 { 5 } else { 0 };
    let line = |line, points, max| ScoreLine { line, points, max, rule: "counted".into(), values: Default::default() };
    Score {
        total,
        tier: Tier::of(total),
        tier_uncapped: Tier::of(total),
        cap_reason: None,
        to_next_tier: None,
        lines: vec![line(LineName::Stack, total, 100)],
        filters: vec![],
        missing: vec![],
        yearly: None,
    }
}

/// An event as it is delivered. The number is its place in the stream and names it.
pub(crate) fn delivery(number: u64, event: Input) -> Delivery<Input> {
    Delivery {
        event,
        account: me(),
        event_type: "test".into(),
        id: Some(Uuid::from_u128(0xe000_0000 + u128::from(number))),
        time: at(100),
        published_at: at(100),
        stream_sequence: number,
        attempt: 1,
    }
}

pub(crate) fn scored_by(
    message: Message,
    kind: Kind,
    facts: Facts,
    engine_version: u32,
    profile_revision: u64,
) -> Input {
    let score = score(&facts, profile_revision);
    let opportunity_id = identity::opportunity_id(&me(), message.thread.id.as_deref(), message.id);
    let analysis = OpportunityAnalyzed {
        message,
        opportunity_id,
        kind,
        language: Language::En,
        facts,
        flags: vec![],
        engine: Engine::Rules,
        engine_version,
    };
    Input::Scored(Box::new(OpportunityScored {
        analysis,
        score: Some(score),
        decision: Decision::Engage,
        profile_revision,
    }))
}

pub(crate) fn scored(message: Message, kind: Kind, facts: Facts) -> Input {
    scored_by(message, kind, facts, 1, 1)
}

pub(crate) fn dismissed(message: Message, reason: DismissalReason) -> Input {
    let kind = (reason != DismissalReason::OwnMessage).then_some(Kind::Courtesy);
    Input::Dismissed(Box::new(MessageDismissed {
        message,
        kind,
        reason,
        detail: "by its words".into(),
        language: Language::En,
        engine: Engine::Rules,
        text_withheld: reason == DismissalReason::Private,
    }))
}

pub(crate) fn own(number: u8, minute: i64, text: &str) -> Input {
    dismissed(message(number, Direction::Outbound, minute, text), DismissalReason::OwnMessage)
}

pub(crate) fn drafted(message: &Message, text: &str, profile_revision: u64) -> Input {
    Input::Drafted(Box::new(ReplyDrafted {
        opportunity_id: identity::opportunity_id(&me(), message.thread.id.as_deref(), message.id),
        message_id: message.id,
        message_sent_at: message.sent_at,
        profile_revision,
        decision: Decision::Engage,
        language: Language::En,
        text: Some(text.into()),
        no_draft: None,
        checks: vec![],
        engine: Engine::Template,
    }))
}

pub(crate) fn rescored(opportunity_id: Uuid, facts_revision: i64, facts: &Facts, profile_revision: u64) -> Input {
    let score = Some(score(facts, profile_revision));
    let item = Rescored { opportunity_id, facts_revision, score, decision: Decision::Engage };
    Input::Rescored(Box::new(OpportunitiesRescored { profile_revision, items: vec![item], caused_by: None }))
}
