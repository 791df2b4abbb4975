//! Throughput and latency of the whole pipeline against a bare relay on the same server in the same run.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use bus::{Bus, ConnectOptions, Intake, Start};
use chrono::{DateTime, Utc};
use contract::{Account, Change, Event as _, MessageReceived, OpportunitiesStored, Sender, Thread, topology::Lane};
use e2e::{System, set_profile};
use futures::StreamExt as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Options, percentile, resident_mib, rounded, server_of};

/// Messages of the latency part, and the pause between two: an inbox under a heavy but even load.
const PACED: usize = 300;
const PACE: Duration = Duration::from_millis(20);

pub(crate) async fn run(options: &Options) -> Value {
    let data = tempfile::tempdir().expect("a folder");
    let system = System::start_with(data.path(), &["--durability", &options.durability]).await;
    set_profile(data.path()).await;
    let bus = connect(data.path()).await;
    let payload = serde_json::to_vec(&offer(0)).expect("JSON");

    let relay_before = bus::testing::relay::hops_per_second(&bus, options.messages, &payload).await;
    let mut stored = Stored::follow(&bus).await;
    let began = Instant::now();
    let ids = publish(&bus, 0..options.messages).await;
    stored.until(&ids, Change::Created).await;
    let created = began.elapsed().as_secs_f64();
    stored.until(&ids, Change::Drafted).await;
    let drafted = began.elapsed().as_secs_f64();
    let relay_after = bus::testing::relay::hops_per_second(&bus, options.messages, &payload).await;

    let latencies = paced(&bus, &mut stored, options.messages).await;
    let id = system.process.id();
    let memory = (resident_mib(id), server_of(id).map(resident_mib));
    system.stop().await;

    #[expect(clippy::cast_precision_loss, reason = "a rate for a person's eyes")]
    let messages = options.messages as f64;
    let relay = f64::midpoint(relay_before, relay_after);
    json!({
        "messages": options.messages,
        "payload_bytes": payload.len(),
        "durability": options.durability,
        "database": "sqlite",
        "messages_per_s": rounded(messages / drafted),
        "stored_per_s": rounded(messages / created),
        "relay_hops_per_s": rounded(relay),
        "ratio_to_relay": rounded((messages / drafted) / (relay / 4.0)),
        "p50_ms": percentile(&latencies, 50),
        "p99_ms": percentile(&latencies, 99),
        "paced_messages_per_s": 1.0 / PACE.as_secs_f64(),
        "sluice_mib": memory.0,
        "nats_server_mib": memory.1,
    })
}

pub(crate) async fn connect(data: &std::path::Path) -> Bus {
    let note: Value =
        serde_json::from_slice(&std::fs::read(data.join("instance.json")).expect("a note")).expect("JSON");
    let text = |key: &str| note[key].as_str().unwrap_or_default().to_owned();
    let options = ConnectOptions {
        url: text("nats"),
        name: "bench".to_owned(),
        user: Some((text("user"), text("password"))),
        ..Default::default()
    };
    Bus::connect(options).await.expect("the system's bus answers")
}

/// A distinct offer of about a kilobyte.
pub(crate) fn offer(n: usize) -> MessageReceived {
    let text = format!(
        "Hi Diego, this is opening number {n}. We are rebuilding the fleet control plane at Nimbus Robotics and look for a Staff \
         Backend Engineer. The stack is Rust, Kafka and PostgreSQL on Kubernetes, with Flink for the streams. The role is \
         fully remote within the EU, full time, and pays €{}k to €{}k a year plus equity. You would own the services that \
         plan and watch the moves of four thousand robots in warehouses of nine countries, with a team of eight engineers \
         who pair often and write things down. We work in small steps, measure what we ship and keep the pager quiet: two \
         calls in the last quarter. The process is a first talk with me, a technical conversation about a system that you \
         have built, and a meeting with the team; no puzzles and no take-home work. Would you have time for a talk this \
         week or the next? If it is not for you, I would be glad to hear what you look for. Best regards, Ana",
        80 + n % 20,
        100 + n % 20
    );
    MessageReceived {
        source: Some("bench".to_owned()),
        id: Some(format!("bench-{n}")),
        thread: Some(Thread { id: Some(format!("bench-{n}")), url: None }),
        sender: Some(Sender { name: Some("Ana R.".to_owned()), profile_url: None }),
        sent_at: Some(Utc::now()),
        text,
        ..Default::default()
    }
}

fn intake(n: usize) -> Intake {
    Intake::new(&Account::me(), offer(n), Lane::Live, "bench", Utc::now()).expect("a valid message")
}

async fn publish(bus: &Bus, range: std::ops::Range<usize>) -> HashSet<Uuid> {
    let intakes: Vec<Intake> = range.map(intake).collect();
    let ids = intakes.iter().map(|i| i.opportunity_id).collect();
    for receipt in bus.publish_all(intakes.into_iter().map(|i| i.output).collect()).await {
        receipt.expect("accepted");
    }
    ids
}

/// What the persister has said so far: when each opportunity was first stored, and which have their drafts.
struct Stored {
    events: std::pin::Pin<Box<dyn futures::Stream<Item = Result<bus::Tailed, bus::BusError>> + Send>>,
    created: HashMap<Uuid, DateTime<Utc>>,
    drafted: HashSet<Uuid>,
}

impl Stored {
    async fn follow(bus: &Bus) -> Self {
        let events = bus.tail(&[OpportunitiesStored::TYPE], Start::New).await.expect("the log can be followed");
        Self { events: Box::pin(events), created: HashMap::new(), drafted: HashSet::new() }
    }

    async fn until(&mut self, ids: &HashSet<Uuid>, change: Change) {
        while !match change {
            Change::Created => ids.iter().all(|id| self.created.contains_key(id)),
            _ => ids.iter().all(|id| self.drafted.contains(id)),
        } {
            let event = self.events.next().await.expect("the log goes on").expect("an event");
            let stored = OpportunitiesStored::decode(event.version, &event.payload).expect("a stored event");
            for item in stored.items {
                let Some(id) = item.opportunity_id else { continue };
                match item.change {
                    Change::Created => drop(self.created.entry(id).or_insert(event.published_at)),
                    Change::Drafted => drop(self.drafted.insert(id)),
                    _ => {}
                }
            }
        }
    }
}

/// Milliseconds from the log's receipt of a message to its receipt of the word that it is stored, at an even pace.
async fn paced(bus: &Bus, stored: &mut Stored, from: usize) -> Vec<f64> {
    let received = bus.tail(&[MessageReceived::TYPE], Start::New).await.expect("the log can be followed");
    let mut pace = tokio::time::interval(PACE);
    let mut by_sequence = HashMap::new();
    for n in from..from + PACED {
        pace.tick().await;
        let intake = intake(n);
        let receipt = bus.publish(intake.output).await.expect("accepted");
        by_sequence.insert(receipt.stream_sequence, intake.opportunity_id);
    }
    stored.until(&by_sequence.values().copied().collect(), Change::Created).await;
    let mut latencies = Vec::with_capacity(PACED);
    let mut received = std::pin::pin!(received.take(PACED));
    while let Some(event) = received.next().await {
        let event = event.expect("an event");
        let stored_at = by_sequence.get(&event.sequence).and_then(|id| stored.created.get(id));
        let stored_at = stored_at.expect("each was stored");
        latencies.push((*stored_at - event.published_at).as_seconds_f64() * 1000.0);
    }
    latencies.sort_by(f64::total_cmp);
    latencies
}
