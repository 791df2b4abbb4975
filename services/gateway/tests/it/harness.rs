//! A gateway with its bus and its store, each its own.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use bus::{Bus, testing::TestServer};
use chrono::{DateTime, Duration, Utc};
use contract::{
    Account, CapReason, Decision, Direction, DismissalReason, Engine, Evidence, Facts, Field, Kind, Language, Message,
    Part, Score, Sender, Status, Thread, Tier,
};
use gateway::{Deps, Metrics, ReadAtOnce, ReadNow};
use kit_cache::Cache;
use kit_runtime::Checks;
use kit_score::Profile;
use kit_store::{
    Scope,
    record::{Dismissal, HistoryRecord, Judgement, Key, Opportunity, Outcome, Reading, Standing, StoredMessage, Write},
    testing::{Database, Databases},
};
use prometheus_client::registry::Registry;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use uuid::Uuid;

pub(crate) struct Gateway {
    pub(crate) server: TestServer,
    pub(crate) bus: Bus,
    pub(crate) database: Database,
    pub(crate) router: Router,
    pub(crate) deps: Deps,
}

/// Reads every message as the same.
#[derive(Debug)]
struct AtOnce;

impl ReadAtOnce for AtOnce {
    fn read(&self, message: Message, profile: Option<&Profile>) -> ReadNow {
        ReadNow {
            kind: Some(Kind::NewOpportunity),
            language: Language::En,
            engine: Engine::Rules,
            dismissed: None,
            detail: profile.and_then(|profile| profile.name.clone()),
            facts: Some(Facts::default()),
            flags: Vec::new(),
            score: None,
            decision: Some(Decision::Review),
            draft: Some(message.text),
            no_draft: None,
            checks: Vec::new(),
        }
    }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// Of a response that has arrived whole.
    pub(crate) async fn of(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("the answer arrives whole");
        let text = String::from_utf8(bytes.into()).expect("the answer is UTF-8");
        Answer { status: parts.status, headers: parts.headers, text }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).expect("the answer is JSON")
    }

    /// A problem of this status about this field; nothing else of an error may get out.
    pub(crate) fn is_problem(&self, status: u16, field: Option<&str>) {
        let problem = self.json();
        assert_eq!(self.status.as_u16(), status, "{problem}");
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!((problem["status"].as_u64(), problem["field"].as_str()), (Some(status.into()), field), "{problem}");
        assert!(problem["type"].as_str().is_some_and(|kind| kind.starts_with("urn:sluice:problem:")), "{problem}");
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
    }
}

impl Gateway {
    pub(crate) async fn start() -> Self {
        let server = TestServer::start().await;
        let (bus, database) = (server.bus().await, Databases::sqlite().await);
        let mut registry = Registry::default();
        let metrics = Metrics::register(&mut registry);
        let cache = kit_cache::Metrics::register(&mut registry);
        let (nats, store) = (bus.clone(), database.store.clone());
        let checks = Checks::default()
            .with("nats", move || {
                let nats = nats.clone();
                async move { nats.ping().await.map_err(|e| e.to_string()) }
            })
            .with("store", move || {
                let store = store.clone();
                async move { store.ping().await.map_err(|e| e.to_string()) }
            });
        let deps = Deps {
            bus: bus.clone(),
            reader: database.store.reader(),
            account: Account::me(),
            access: gateway::Access::open(),
            allowed_hosts: vec!["inbox.example".to_owned()],
            allowed_origins: vec!["https://friend.example".to_owned()],
            cache: Cache::in_process(8 << 20, &cache),
            cache_longest: None,
            at_once: Arc::new(AtOnce),
            metrics,
            registry: Arc::new(registry),
            checks,
            shutdown: CancellationToken::new(),
        };
        Self { server, bus, database, router: gateway::router(deps.clone()), deps }
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router.clone().oneshot(request).await.expect("a router never fails")).await
    }

    pub(crate) async fn get(&self, address: &str) -> Answer {
        self.ask(request("GET", address, &[], Body::empty())).await
    }

    pub(crate) async fn post(&self, media: &str, body: impl Into<Body>) -> Answer {
        self.ask(request("POST", "/api/v1/messages", &[("content-type", media)], body)).await
    }

    /// Stores rows as the persister would.
    pub(crate) async fn store(&self, writes: Vec<Write>) {
        self.database.store.writer().transact(&Scope::default(), |_| (writes, ())).await.expect("rows are written");
    }
}

pub(crate) fn request(method: &str, address: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(address);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "localhost:8080");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).expect("a request")
}

pub(crate) fn at() -> DateTime<Utc> {
    "2026-11-20T10:00:00Z".parse().expect("a time")
}

/// A message of this number.
pub(crate) fn message(n: u128, text: &str) -> Message {
    let sent_at = at() - Duration::minutes(i64::try_from(n).unwrap_or(0));
    Message {
        id: Uuid::from_u128(n),
        account: Account::me(),
        source: "test".to_owned(),
        direction: Direction::Inbound,
        thread: Thread::default(),
        sender: Sender { name: Some(format!("Recruiter {n}")), profile_url: None },
        sent_at,
        received_at: sent_at,
        subject: None,
        text: text.to_owned(),
        history: Vec::new(),
        partial: false,
        backfilled: false,
    }
}

/// An opportunity of this number with this total, from a message with this text.
pub(crate) fn opportunity(n: u128, total: u8, text: &str) -> Write {
    let message = message(n, text);
    let key = Key::new(message.sent_at, message.id);
    let role = text.find("Rust Engineer").map(|start| Field {
        value: "Rust Engineer".to_owned(),
        evidence: Evidence { part: Part::Text, start, end: start + "Rust Engineer".len() },
        engine: Engine::Rules,
        confidence: 90,
    });
    let facts = Facts { role, ..Facts::default() };
    let score = Score {
        total,
        tier: Tier::of(total),
        tier_uncapped: Tier::of(total),
        cap_reason: None::<CapReason>,
        to_next_tier: None,
        lines: Vec::new(),
        filters: Vec::new(),
        missing: Vec::new(),
        yearly: None,
    };
    let judgement = Judgement {
        score: Some(score),
        decision: Decision::Engage,
        profile_revision: 1,
        facts_revision: 1,
        stream_sequence: 1,
    };
    let reading = Reading {
        kind: Kind::NewOpportunity,
        language: Language::En,
        facts: facts.clone(),
        flags: Vec::new(),
        engine: Engine::Rules,
        engine_version: 1,
        judgement: judgement.clone(),
    };
    let id = opportunity_id(n);
    let standing = Standing {
        status: Status::AwaitingReview,
        newest: key,
        rescored: None,
        revision: 1,
        created_at: message.sent_at,
        processed_at: message.sent_at,
        processing_time_ms: 12,
    };
    let event = HistoryRecord {
        event_id: Uuid::from_u128(10_000 + n),
        at: message.sent_at,
        actor: "sluice/persister".to_owned(),
        change: contract::Change::Created,
        detail: serde_json::json!({}),
        revision: 1,
        stream_sequence: 1,
    };
    Write {
        account: Account::me(),
        conversation_id: id,
        opportunity: Some(Opportunity {
            standing,
            kind: Kind::NewOpportunity,
            source: message.source.clone(),
            language: Language::En,
            engine: Engine::Rules,
            flags: Vec::new(),
            thread_url: None,
            recruiter_name: message.sender.name.clone(),
            recruiter_profile_url: None,
            raw_message: message.text.clone(),
            said: message.text.clone(),
            facts,
            sources: [("role".to_owned(), message.id)].into(),
            facts_revision: 1,
            judgement,
            reply_state: None,
            ai_response: None,
            updated_at: message.sent_at,
        }),
        thread: None,
        messages: vec![StoredMessage { message, outcome: Outcome::Read(Box::new(reading)), stream_sequence: 1 }],
        replies: Vec::new(),
        history: vec![event],
        review: None,
    }
}

/// A message that made no card.
pub(crate) fn dismissal(n: u128, text: &str) -> Write {
    let dismissal = Dismissal {
        kind: Some(Kind::Courtesy),
        reason: DismissalReason::Courtesy,
        detail: "thanks".to_owned(),
        language: Language::En,
        engine: Engine::Rules,
        withheld: false,
    };
    Write {
        account: Account::me(),
        conversation_id: opportunity_id(n),
        opportunity: None,
        thread: None,
        messages: vec![StoredMessage {
            message: message(n, text),
            outcome: Outcome::Dismissed(dismissal),
            stream_sequence: 1,
        }],
        replies: Vec::new(),
        history: Vec::new(),
        review: None,
    }
}

pub(crate) fn opportunity_id(n: u128) -> Uuid {
    Uuid::from_u128(500_000 + n)
}
