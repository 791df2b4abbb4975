//! Analyses, stored facts and profiles for the tests.

use std::sync::{Arc, Mutex};

use chrono::{TimeZone as _, Utc};
use contract::{
    Account, Direction, Engine, Evidence, Facts, Field, Kind, Language, Message, OpportunityAnalyzed, Part,
    RemotePolicy, Sender, TechMention, Thread,
};
use kit_profile::InForce;
use kit_score::Profile;
use kit_store::{FactsForScoring, StoreError};
use scorer::StoredFacts;
use uuid::Uuid;

pub(crate) const PROFILE: &str = "technologies: [Rust]\nsalary: {minimum: 50000, currency: EUR}\nremote_policy: {accepted: [remote]}\nreject_if: [crypto]\n";

pub(crate) fn in_force(yaml: &str, revision: u64) -> InForce {
    (Arc::new(Profile::parse(yaml).unwrap()), revision)
}

fn field<T>(value: T) -> Field<T> {
    Field { value, evidence: Evidence { part: Part::Text, start: 0, end: 4 }, engine: Engine::Rules, confidence: 90 }
}

pub(crate) fn facts() -> Facts {
    let rust = TechMention {
        name: "Rust".to_owned(),
        required: false,
        evidence: Evidence { part: Part::Text, start: 0, end: 4 },
        engine: Engine::Rules,
        confidence: 90,
    };
    Facts { tech_stack: vec![rust], remote_policy: Some(field(RemotePolicy::Remote)), ..Facts::default() }
}

pub(crate) fn analysis(subject: Option<&str>, text: &str) -> OpportunityAnalyzed {
    let at = Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap();
    OpportunityAnalyzed {
        message: Message {
            id: Uuid::from_u128(7),
            account: Account::me(),
            source: "test".to_owned(),
            direction: Direction::Inbound,
            thread: Thread::default(),
            sender: Sender::default(),
            sent_at: at,
            received_at: at,
            subject: subject.map(str::to_owned),
            text: text.to_owned(),
            history: Vec::new(),
            partial: false,
            backfilled: false,
        },
        opportunity_id: Uuid::from_u128(8),
        kind: Kind::NewOpportunity,
        language: Language::En,
        facts: facts(),
        flags: Vec::new(),
        engine: Engine::Rules,
        engine_version: 1,
    }
}

pub(crate) fn stored(number: u128, text: &str) -> FactsForScoring {
    FactsForScoring {
        opportunity_id: Uuid::from_u128(number),
        facts_revision: i64::try_from(number).unwrap(),
        kind: Kind::NewOpportunity,
        facts: facts(),
        flags: Vec::new(),
        text: text.to_owned(),
        standing: None,
    }
}

/// Stored facts in memory, which may be away for some reads.
#[derive(Clone, Default)]
pub(crate) struct Memory {
    pub rows: Arc<Vec<FactsForScoring>>,
    pub errors: Arc<Mutex<Vec<StoreError>>>,
}

impl Memory {
    pub(crate) fn of(rows: impl IntoIterator<Item = FactsForScoring>) -> Self {
        Self { rows: Arc::new(rows.into_iter().collect()), errors: Arc::default() }
    }
}

impl StoredFacts for Memory {
    async fn page(
        &self,
        _account: &Account,
        ids: &[Uuid],
        after: Option<Uuid>,
        most: usize,
    ) -> Result<Vec<FactsForScoring>, StoreError> {
        if let Some(error) = self.errors.lock().unwrap().pop() {
            return Err(error);
        }
        let wanted = |row: &&FactsForScoring| {
            (ids.is_empty() || ids.contains(&row.opportunity_id))
                && after.is_none_or(|after| row.opportunity_id > after)
        };
        Ok(self.rows.iter().filter(wanted).take(most).cloned().collect())
    }
}
