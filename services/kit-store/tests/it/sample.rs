//! Opportunities to list, written as the persister writes them.

use chrono::{DateTime, Duration, TimeZone, Utc};
use contract::{
    Account, Decision, Engine, Evidence, Facts, Field, Kind, Language, Part, RemotePolicy, Score, Status, TechMention,
    Tier,
};
use kit_store::{
    Scope, Store, StoreError,
    record::{Judgement, Key, Opportunity, Standing, Write},
};
use uuid::Uuid;

pub(crate) fn me() -> Account {
    Account::me()
}

pub(crate) fn at(minute: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 10, 0, 0).single().unwrap() + Duration::minutes(minute)
}

pub(crate) fn id(number: u8) -> Uuid {
    Uuid::from_u128(u128::from(number) << 64 | u128::from(number))
}

/// An opportunity at a company, received at a minute, with a total or without a profile.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) number: u8,
    pub(crate) company: &'static str,
    pub(crate) minute: i64,
    pub(crate) total: Option<u8>,
    pub(crate) text: &'static str,
    pub(crate) stack: &'static [&'static str],
    pub(crate) status: Status,
    pub(crate) revision: i64,
}

impl Row {
    pub(crate) fn new(number: u8, company: &'static str, minute: i64, total: Option<u8>) -> Self {
        let (text, stack): (_, &'static [&'static str]) = ("We are looking for an engineer.", &["Rust"]);
        Self { number, company, minute, total, text, stack, status: Status::AwaitingReview, revision: 1 }
    }

    fn facts(&self) -> Facts {
        let evidence = Evidence { part: Part::Text, start: 0, end: 1 };
        let tech = |name: &&str| TechMention {
            name: (*name).to_owned(),
            required: false,
            evidence,
            engine: Engine::Rules,
            confidence: 90,
        };
        Facts {
            company: Some(Field { value: self.company.to_owned(), evidence, engine: Engine::Rules, confidence: 90 }),
            remote_policy: Some(Field { value: RemotePolicy::Remote, evidence, engine: Engine::Rules, confidence: 90 }),
            tech_stack: self.stack.iter().map(tech).collect(),
            ..Facts::default()
        }
    }

    fn score(total: u8) -> Score {
        Score {
            total,
            tier: Tier::of(total),
            tier_uncapped: Tier::of(total),
            cap_reason: None,
            to_next_tier: None,
            lines: vec![],
            filters: vec![],
            missing: vec![],
            yearly: None,
        }
    }

    pub(crate) fn write(&self) -> Write {
        let judgement = Judgement {
            score: self.total.map(Self::score),
            decision: Decision::Ask,
            profile_revision: 1,
            facts_revision: 1,
            stream_sequence: 1,
        };
        let standing = Standing {
            status: self.status,
            newest: Key::new(at(self.minute), id(self.number)),
            rescored: None,
            revision: self.revision,
            created_at: at(500),
            processed_at: at(500),
            processing_time_ms: 12,
        };
        let opportunity = Opportunity {
            standing,
            kind: Kind::NewOpportunity,
            source: "paste".into(),
            language: Language::Es,
            engine: Engine::Rules,
            flags: vec![],
            thread_url: None,
            recruiter_name: Some("Íñigo Peña".into()),
            recruiter_profile_url: None,
            raw_message: self.text.into(),
            said: self.text.into(),
            facts: self.facts(),
            sources: Default::default(),
            facts_revision: 1,
            judgement,
            reply_state: None,
            ai_response: None,
            updated_at: at(500),
        };
        Write {
            account: me(),
            conversation_id: id(self.number),
            opportunity: Some(opportunity),
            thread: None,
            messages: vec![],
            replies: vec![],
            history: vec![],
            review: None,
        }
    }
}

pub(crate) async fn write(store: &Store, rows: &[Row]) -> Result<(), StoreError> {
    let writes: Vec<Write> = rows.iter().map(Row::write).collect();
    let conversations = writes.iter().map(|write| (me(), write.conversation_id)).collect();
    let scope = Scope { conversations, ..Scope::default() };
    store.writer().transact(&scope, |_| (writes, ())).await
}
