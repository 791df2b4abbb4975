//! A scored message built from few words: each stated fact names the words of the text that prove it.

use contract::*;
use kit_reply::{Drafted, draft};
use kit_score::{Profile, profile::SearchStatus};
use uuid::Uuid;

/// The profile of the examples.
pub(crate) fn diego() -> Profile {
    Profile::parse(
        r#"
name: Diego Ferrer
languages: [es, en, pt, fr, de]
technologies:
  - { name: PostgreSQL, level: known, years: 9 }
  - { name: Kafka, level: known, years: 5 }
  - { name: Rust, level: known, years: 4 }
  - { name: Go, level: known, years: 3 }
  - { name: Terraform, level: basic, years: 2 }
seniority: senior
years: 12
salary: { minimum: 90000, ideal: 110000, currency: EUR }
remote_policy: { accepted: [remote, hybrid], max_office_days: 1 }
locations: [Madrid]
search_status: active
notice_period_days: 30
disclosure: { salary: on_request, notice: on_request, phone: never, email: never, cv: never }
time_zone: Europe/Madrid
call_windows:
  - { day: tuesday, from: "17:00", to: "18:30" }
  - { day: thursday, from: "17:00", to: "18:30" }
"#,
    )
    .expect("the profile of the tests is valid")
}

/// A message with its score, under construction.
#[derive(Clone, Debug)]
pub(crate) struct Situation {
    pub(crate) scored: OpportunityScored,
    pub(crate) profile: Profile,
}

fn field<T>(value: T, evidence: Evidence) -> Field<T> {
    Field { value, evidence, engine: Engine::Rules, confidence: 90 }
}

impl Situation {
    pub(crate) fn new(language: Language, text: &str) -> Self {
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes());
        let sent_at = "2026-11-20T10:00:00Z".parse().expect("a time");
        let message = Message {
            id,
            account: Account::me(),
            source: "paste".to_owned(),
            direction: Direction::Inbound,
            thread: Thread::default(),
            sender: Sender::default(),
            sent_at,
            received_at: sent_at,
            subject: None,
            text: text.to_owned(),
            history: Vec::new(),
            partial: false,
            backfilled: false,
        };
        let analysis = OpportunityAnalyzed {
            message,
            opportunity_id: id,
            kind: Kind::NewOpportunity,
            language,
            facts: Facts::default(),
            flags: Vec::new(),
            engine: Engine::Rules,
            engine_version: 1,
        };
        let score = Score {
            total: 80,
            tier: Tier::HighPriority,
            tier_uncapped: Tier::HighPriority,
            cap_reason: None,
            to_next_tier: None,
            lines: Vec::new(),
            filters: Vec::new(),
            missing: Vec::new(),
            yearly: None,
        };
        let scored =
            OpportunityScored { analysis, score: Some(score), decision: Decision::Engage, profile_revision: 1 };
        Self { scored, profile: diego() }
    }

    pub(crate) fn facts(&mut self) -> &mut Facts {
        &mut self.scored.analysis.facts
    }

    pub(crate) fn message(&mut self) -> &mut Message {
        &mut self.scored.analysis.message
    }

    pub(crate) fn score(&mut self) -> &mut Score {
        self.scored.score.as_mut().expect("a situation is scored")
    }

    fn evidence(&self, quote: &str) -> Evidence {
        let start = self.scored.analysis.message.text.find(quote).expect("the text says so");
        Evidence { part: Part::Text, start, end: start + quote.len() }
    }

    pub(crate) fn from(mut self, name: &str) -> Self {
        self.message().sender.name = Some(name.to_owned());
        self
    }

    pub(crate) fn role(mut self, quote: &str) -> Self {
        self.facts().role = Some(field(quote.to_owned(), self.evidence(quote)));
        self
    }

    pub(crate) fn company(mut self, quote: &str) -> Self {
        self.facts().company = Some(field(quote.to_owned(), self.evidence(quote)));
        self
    }

    pub(crate) fn location(mut self, quote: &str) -> Self {
        self.facts().location = Some(field(quote.to_owned(), self.evidence(quote)));
        self
    }

    pub(crate) fn place(mut self, policy: RemotePolicy, quote: &str) -> Self {
        self.facts().remote_policy = Some(field(policy, self.evidence(quote)));
        self
    }

    pub(crate) fn stack(mut self, names: &[&str]) -> Self {
        for name in names {
            let evidence = self.evidence(name);
            let mention = TechMention {
                name: (*name).to_owned(),
                required: false,
                evidence,
                engine: Engine::Rules,
                confidence: 90,
            };
            self.facts().tech_stack.push(mention);
        }
        self
    }

    pub(crate) fn decide(mut self, decision: Decision, total: u8) -> Self {
        self.scored.decision = decision;
        self.score().total = total;
        self.score().tier = Tier::of(total);
        self
    }

    pub(crate) fn missing(mut self, names: &[&str]) -> Self {
        self.score().missing = names.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    pub(crate) fn veto(mut self, name: &str) -> Self {
        let filter =
            HardFilter { name: name.to_owned(), fulfilment: Fulfilment::Fail, veto: true, reason: "fails".to_owned() };
        self.score().filters.push(filter);
        self
    }

    pub(crate) fn flag(mut self, flag: Flag) -> Self {
        self.scored.analysis.flags.push(flag);
        self
    }

    pub(crate) fn status(mut self, status: SearchStatus) -> Self {
        self.profile.search_status = status;
        self
    }

    /// A follow-up whose questions are the sentences given.
    pub(crate) fn asks(mut self, question_type: QuestionType, questions: &[&str]) -> Self {
        self.scored.analysis.kind = Kind::FollowUp;
        self.scored.decision = Decision::Review;
        for question in questions {
            let evidence = self.evidence(question);
            self.facts().questions.push(field((*question).to_owned(), evidence));
        }
        let whole = Evidence { part: Part::Text, start: 0, end: self.scored.analysis.message.text.len() };
        self.facts().question_type = Some(field(question_type, whole));
        self
    }

    pub(crate) fn draft(&self) -> Drafted {
        draft(&self.scored, Some(&self.profile))
    }

    /// The text of a draft that must be there; says which check failed where it is not.
    #[track_caller]
    pub(crate) fn text(&self) -> String {
        let drafted = self.draft();
        let failed: Vec<_> = drafted.checks.iter().filter(|check| !check.passed).collect();
        drafted.text.unwrap_or_else(|reason| panic!("no draft: {reason:?}, failed checks: {failed:?}"))
    }
}
