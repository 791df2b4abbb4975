//! A changed profile over a large history: how long until every stored opportunity has its new score, and until a
//! preview of the same change is answered. No model is asked.

use std::{collections::HashSet, path::Path, time::Instant};

use bus::Start;
use chrono::{DateTime, Duration, Utc};
use contract::{
    Account, Change, Decision, Direction, Engine, Event as _, Facts, Kind, Language, Message, OpportunitiesStored,
    Sender, Status, Thread,
};
use e2e::{System, file, sluice};
use futures::StreamExt as _;
use kit_store::{
    Scope,
    record::{HistoryRecord, Judgement, Key, Opportunity, Outcome, Reading, Standing, StoredMessage, Write},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Options,
    pipeline::{connect, offer},
    resident_mib, rounded,
};

/// Opportunities stored.
const STORED: usize = 50_000;
/// Distinct offers among them, each read once by the real rules.
const DISTINCT: usize = 40;
/// Rows of one transaction while the history is made.
const ROWS: usize = 1_000;
/// Seconds that the two may take, on two cores.
const RESCORE_LIMIT: f64 = 5.0;
const PREVIEW_LIMIT: f64 = 2.0;

pub(crate) async fn run(options: &Options) -> Value {
    let data = tempfile::tempdir().expect("a folder");
    store(data.path()).await;
    let system = System::start_with(data.path(), &["--durability", &options.durability]).await;
    let yaml = std::fs::read_to_string(file("e2e/sample/profile.yaml")).expect("the sample profile");
    let first = rescored(data.path(), &yaml).await;
    let other = yaml.replace("minimum: 90000", "minimum: 99000").replace("ideal: 110000", "ideal: 140000");
    assert_ne!(yaml, other, "the sample profile has the pay that this bench changes");

    let began = Instant::now();
    let (status, _, preview) = system.client.post("/api/v1/profile/preview", "application/yaml", other.clone()).await;
    let previewed = began.elapsed().as_secs_f64();
    assert_eq!((status, preview["compared"].as_u64()), (200, Some(STORED as u64)), "{preview}");
    let changed = rescored(data.path(), &other).await;
    let memory = resident_mib(system.process.id());
    let by_tier = system.client.get("/api/v1/stats").await["by_tier"].clone();
    assert_eq!(by_tier, preview["after"], "the preview said what came");
    system.stop().await;

    json!({
        "opportunities": STORED,
        "durability": options.durability,
        "database": "sqlite",
        "first_score_s": rounded(first),
        "rescore_s": rounded(changed),
        "rescore_limit_s": RESCORE_LIMIT,
        "preview_s": rounded(previewed),
        "preview_limit_s": PREVIEW_LIMIT,
        "preview_changed": preview["changed"],
        "sluice_mib": memory,
    })
}

/// Seconds from the command line's `profile set` to the notice of the last new score.
async fn rescored(data: &Path, yaml: &str) -> f64 {
    let bus = connect(data).await;
    let events = bus.tail(&[OpportunitiesStored::TYPE], Start::New).await.expect("the log can be followed");
    let mut events = std::pin::pin!(events);
    let profile = data.join("bench.yaml");
    std::fs::write(&profile, yaml).expect("a file");
    let began = Instant::now();
    let output =
        sluice().args(["profile", "set"]).arg(&profile).arg("--data").arg(data).output().await.expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut seen: HashSet<Uuid> = HashSet::with_capacity(STORED);
    while seen.len() < STORED {
        let event = events.next().await.expect("the log goes on").expect("an event");
        let stored = OpportunitiesStored::decode(event.version, &event.payload).expect("a stored event");
        let scored = stored.items.into_iter().filter(|item| item.change == Change::Rescored);
        seen.extend(scored.filter_map(|item| item.opportunity_id));
    }
    began.elapsed().as_secs_f64()
}

/// A history, as the persister would have left it before there was a profile.
async fn store(data: &Path) {
    let url = format!("sqlite://{}?mode=rwc", data.join("sluice.db").display());
    let store = kit_store::connect(&url, 2).await.expect("a database");
    store.migrate().await.expect("its schema");
    let mut read = Vec::with_capacity(DISTINCT);
    for n in 0..DISTINCT {
        let text = offer(n).text;
        let facts = facts(data, &text).await;
        read.push((text, facts));
    }
    let numbers: Vec<usize> = (0..STORED).collect();
    for numbers in numbers.chunks(ROWS) {
        let writes = numbers.iter().map(|n| conversation(*n, &read[n % DISTINCT])).collect();
        store.writer().transact(&Scope::default(), |_| (writes, ())).await.expect("rows are written");
    }
    store.close().await;
}

/// What the real rules read in a text.
async fn facts(data: &Path, text: &str) -> Facts {
    let offer = data.join("offer.txt");
    std::fs::write(&offer, text).expect("a file");
    let output =
        sluice().arg("read").arg(&offer).arg("--json").arg("--data").arg(data).output().await.expect("it runs");
    let read: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    serde_json::from_value(read["facts"].clone()).expect("facts")
}

fn conversation(n: usize, (text, facts): &(String, Facts)) -> Write {
    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, &n.to_be_bytes());
    let sent_at: DateTime<Utc> = Utc::now() - Duration::minutes(i64::try_from(n).unwrap_or(0));
    let message = Message {
        id: Uuid::new_v5(&id, b"message"),
        account: Account::me(),
        source: "bench".to_owned(),
        direction: Direction::Inbound,
        thread: Thread::default(),
        sender: Sender { name: Some("Ana R.".to_owned()), profile_url: None },
        sent_at,
        received_at: sent_at,
        subject: None,
        text: text.clone(),
        history: Vec::new(),
        partial: false,
        backfilled: true,
    };
    let judgement = Judgement {
        score: None,
        decision: Decision::Review,
        profile_revision: 0,
        facts_revision: 1,
        stream_sequence: 1,
    };
    let newest = Key::new(sent_at, message.id);
    let reading = Reading {
        kind: Kind::NewOpportunity,
        language: Language::En,
        facts: facts.clone(),
        flags: Vec::new(),
        engine: Engine::Rules,
        engine_version: 1,
        judgement: judgement.clone(),
    };
    let standing = Standing {
        status: Status::AwaitingReview,
        newest,
        rescored: None,
        revision: 1,
        created_at: sent_at,
        processed_at: sent_at,
        processing_time_ms: 1,
    };
    let opportunity = Opportunity {
        standing,
        kind: Kind::NewOpportunity,
        source: message.source.clone(),
        language: Language::En,
        engine: Engine::Rules,
        flags: Vec::new(),
        thread_url: None,
        recruiter_name: message.sender.name.clone(),
        recruiter_profile_url: None,
        raw_message: text.clone(),
        said: text.clone(),
        facts: facts.clone(),
        sources: [("role".to_owned(), message.id)].into(),
        facts_revision: 1,
        judgement,
        reply_state: None,
        ai_response: None,
        updated_at: sent_at,
    };
    let created = HistoryRecord {
        event_id: Uuid::new_v5(&id, b"created"),
        at: sent_at,
        actor: "sluice/persister".to_owned(),
        change: Change::Created,
        detail: json!({}),
        revision: 1,
        stream_sequence: 1,
    };
    Write {
        account: Account::me(),
        conversation_id: id,
        opportunity: Some(opportunity),
        thread: None,
        messages: vec![StoredMessage { message, outcome: Outcome::Read(Box::new(reading)), stream_sequence: 1 }],
        replies: Vec::new(),
        history: vec![created],
        review: None,
    }
}
