//! The loop with a stage that does as its input says: every way a delivery can end.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bus::{
    Bus, Delivery, Metrics, Output, RunOptions, Runner, Stage, StageError, Start, TopologyOptions,
    testing::{self, TestServer, conformance::Running},
};
use contract::{Account, Event as _, MessageReceived, Reason};
use futures::StreamExt as _;
use prometheus_client::registry::Registry;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Short delays, so that a test of the schedule takes no time.
const QUICK: RunOptions = RunOptions {
    permits: None,
    schedule: &[Duration::from_millis(20), Duration::from_millis(20)],
    drain: Duration::from_secs(20),
};

/// Answers by the text of the message; counts what it saw.
#[derive(Clone, Default)]
struct Scripted {
    seen: Arc<Mutex<Vec<(String, u32)>>>,
    away: Arc<AtomicBool>,
    /// How often it was asked whether it can work.
    asked: Arc<AtomicUsize>,
}

impl Scripted {
    fn attempts(&self, text: &str) -> Vec<u32> {
        self.seen.lock().unwrap().iter().filter(|(t, _)| t == text).map(|(_, attempt)| *attempt).collect()
    }
}

impl Stage for Scripted {
    type In = MessageReceived;
    const NAME: &'static str = "analyzer";

    async fn handle(&self, delivery: &Delivery<MessageReceived>) -> Result<Vec<Output>, StageError> {
        let text = delivery.event.text.as_str();
        self.seen.lock().unwrap().push((text.to_owned(), delivery.attempt));
        match text {
            "reject" => Err(StageError::Reject { reason: Reason::Invalid, detail: "as asked".into() }),
            "retry" => Err(StageError::Retry("as asked".into())),
            "retry once" if delivery.attempt == 1 => Err(StageError::Retry("as asked".into())),
            "panic" => panic!("as asked"),
            "away" if self.away.load(Ordering::SeqCst) => Err(StageError::Unavailable("the database".into())),
            "silent" => Ok(vec![]),
            "too large" => Ok(vec![message(&"x".repeat(2 * 1024 * 1024))]),
            _ => Ok(vec![Output::new(&delivery.account, &stored())]),
        }
    }

    async fn ready(&self) -> Result<(), String> {
        let away = self.away.load(Ordering::SeqCst);
        self.asked.fetch_add(1, Ordering::SeqCst);
        if away { Err("the database".into()) } else { Ok(()) }
    }
}

fn stored() -> contract::OpportunitiesStored {
    contract::OpportunitiesStored { items: vec![] }
}

fn message(text: &str) -> Output {
    Output::new(&Account::me(), &MessageReceived { text: text.to_owned(), ..Default::default() })
}

async fn publish(bus: &Bus, text: &str) -> Uuid {
    let id = Uuid::new_v4();
    bus.publish(message(text).with_id(id)).await.unwrap();
    id
}

async fn outputs(bus: &Bus, count: usize) {
    testing::events(bus, &["opportunities.stored"], count).await;
}

/// A stage that lost what it needs while it was running, with a delivery in its hands.
async fn taken_away(bus: &Bus, stage: &Scripted) -> Running {
    let running = Running::start(bus, stage.clone(), QUICK).await;
    // Each of its consumers asks once before it pulls.
    until(|| stage.asked.load(Ordering::SeqCst) >= 2).await;
    stage.away.store(true, Ordering::SeqCst);
    publish(bus, "away").await;
    seen(stage, "away").await;
    running
}

async fn seen(stage: &Scripted, text: &str) {
    until(|| !stage.attempts(text).is_empty()).await;
}

async fn until(condition: impl Fn() -> bool) {
    let holds = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(testing::PATIENCE, holds).await.expect("within a minute");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_that_passes_is_tried_again_with_a_delay() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let stage = Scripted::default();
    let running = Running::start(&bus, stage.clone(), QUICK).await;
    publish(&bus, "retry once").await;
    outputs(&bus, 1).await;
    assert_eq!(stage.attempts("retry once"), [1, 2]);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_that_stays_is_buried_after_the_schedule_and_holds_up_nobody() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let stage = Scripted::default();
    let running = Running::start(&bus, stage.clone(), QUICK).await;
    for text in ["retry", "panic", "reject", "fine"] {
        publish(&bus, text).await;
    }
    outputs(&bus, 1).await;
    let mut letters = testing::dead_letters(&bus, 3).await;
    letters.sort_by_key(|letter| letter.stream_sequence);
    let ends: Vec<_> = letters.iter().map(|l| (l.reason.as_str(), l.attempts)).collect();
    assert_eq!(ends, [("attempts-exhausted", 3), ("panicked", 3), ("invalid", 1)]);
    assert_eq!(stage.attempts("retry"), [1, 2, 3]);
    testing::settled(&bus, "analyzer").await;
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_away_holds_the_delivery_without_spending_attempts() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let stage = Scripted::default();
    let running = taken_away(&bus, &stage).await;
    stage.away.store(false, Ordering::SeqCst);
    outputs(&bus, 1).await;
    let attempts = stage.attempts("away");
    assert!(attempts.iter().all(|attempt| *attempt == 1), "{attempts:?}");
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stage_that_ends_while_something_is_away_sends_its_deliveries_back() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let stage = Scripted::default();
    let running = taken_away(&bus, &stage).await;
    assert!(running.stop().await, "nothing is stuck");
    stage.away.store(false, Ordering::SeqCst);
    let running = Running::start(&bus, stage, QUICK).await;
    outputs(&bus, 1).await;
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_loop_survives_a_restart_of_the_server() {
    let mut server = TestServer::start_with(bus::server::Durability::Always).await;
    let bus = server.bus().await;
    let running = Running::start(&bus, Scripted::default(), QUICK).await;
    publish(&bus, "before").await;
    outputs(&bus, 1).await;
    server.restart().await;
    let mut accepted = bus.publish(message("after").with_id(Uuid::new_v4())).await;
    while accepted.is_err() {
        accepted = bus.publish(message("after").with_id(Uuid::new_v4())).await;
    }
    outputs(&bus, 2).await;
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_smallest_producer_needs_no_header() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let client = async_nats::ConnectOptions::new()
        .user_and_password(server.user().0, server.user().1)
        .connect(server.url())
        .await
        .unwrap();
    let running = Running::start(&bus, Scripted::default(), QUICK).await;
    client.publish("sluice.messages.received.me", r#"{"text":"Hi, we are hiring"}"#.into()).await.unwrap();
    client.flush().await.unwrap();
    outputs(&bus, 1).await;
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backlog_of_imports_leaves_permits_to_what_is_fresh() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    for n in 0..200 {
        let backfilled =
            contract::MessageBackfilled(MessageReceived { text: format!("old {n}"), ..Default::default() });
        bus.publish(Output::new(&Account::me(), &backfilled)).await.unwrap();
    }
    publish(&bus, "fresh").await;
    let running = Running::start(&bus, Scripted::default(), RunOptions { permits: Some(2), ..QUICK }).await;
    outputs(&bus, 201).await;
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tail_resumes_after_a_sequence_without_gap() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let mut sequences = Vec::new();
    for n in 0..5 {
        sequences.push(bus.publish(message(&format!("m{n}"))).await.unwrap().stream_sequence);
    }
    let tail = bus.tail(&[MessageReceived::TYPE], Start::After(sequences[1])).await.unwrap();
    let seen: Vec<u64> = tail.take(3).map(|t| t.unwrap().sequence).collect().await;
    assert_eq!(seen, sequences[2..]);
    assert_eq!(bus.last_sequence().await.unwrap(), sequences[4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tail_goes_on_over_a_restart_of_the_server() {
    let mut server = TestServer::start_with(bus::server::Durability::Always).await;
    let bus = server.bus().await;
    let mut tail = Box::pin(bus.tail(&[MessageReceived::TYPE], Start::New).await.unwrap());
    let first = bus.publish(message("before")).await.unwrap().stream_sequence;
    assert_eq!(tail.next().await.unwrap().unwrap().sequence, first);
    server.restart().await;
    let second = loop {
        if let Ok(receipt) = bus.publish(message("after").with_id(Uuid::from_u128(1))).await {
            break receipt.stream_sequence;
        }
    };
    assert_eq!(tail.next().await.unwrap().unwrap().sequence, second);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stage_that_cannot_work_when_it_starts_spends_no_attempt() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let stage = Scripted::default();
    stage.away.store(true, Ordering::SeqCst);
    publish(&bus, "away").await;
    for _ in 0..3 {
        let running = Running::start(&bus, stage.clone(), QUICK).await;
        let before = stage.asked.load(Ordering::SeqCst);
        until(|| stage.asked.load(Ordering::SeqCst) >= before + 3).await;
        assert!(running.stop().await);
    }
    stage.away.store(false, Ordering::SeqCst);
    let running = Running::start(&bus, stage.clone(), QUICK).await;
    outputs(&bus, 1).await;
    assert_eq!(stage.attempts("away"), [1]);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_output_that_no_stream_can_take_parks_its_input() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let running = Running::start(&bus, Scripted::default(), QUICK).await;
    for text in ["too large", "fine"] {
        publish(&bus, text).await;
    }
    outputs(&bus, 1).await;
    let letters = testing::dead_letters(&bus, 1).await;
    assert_eq!((letters[0].reason, letters[0].attempts), (Reason::TooLarge, 1));
    testing::settled(&bus, "analyzer").await;
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_is_kept_until_its_dead_letter_is_accepted() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    publish(&bus, "reject").await;
    let full = TopologyOptions { replicas: 1, max_bytes: Some(1) };
    bus.apply_topology(full).await.unwrap();
    let metrics = Metrics::register(&mut Registry::default());
    let runner = Runner::new(bus.clone(), Scripted::default(), QUICK, metrics).await.unwrap();
    let (health, shutdown) = (runner.health(), CancellationToken::new());
    let running = tokio::spawn(runner.run(shutdown.clone()));
    until(|| health.trouble().is_some()).await;
    server.bus().await;
    let letters = testing::dead_letters(&bus, 1).await;
    assert_eq!((letters[0].reason, letters[0].attempts), (Reason::Invalid, 1));
    testing::settled(&bus, "analyzer").await;
    shutdown.cancel();
    assert!(running.await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_letter_fits_whatever_headers_its_event_had() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    // Six times as long in JSON as in a header.
    let headers = [("x-long", "\u{1}".repeat(60 * 1024))];
    let payload = vec![b'x'; 640 * 1024];
    testing::publish_raw_with(&bus, "messages.received", "me", &headers, &payload).await;
    let running = Running::start(&bus, Scripted::default(), QUICK).await;
    let letters = testing::dead_letters(&bus, 1).await;
    assert_eq!((letters[0].reason, letters[0].headers.len()), (Reason::Malformed, 0));
    assert!(letters[0].payload_base64.is_some(), "the payload is worth more");
    testing::settled(&bus, "analyzer").await;
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stage_told_to_end_keeps_no_delivery_from_the_next_copy() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let stage = Scripted::default();
    for receipt in bus.publish_all((0..2000).map(|_| message("silent")).collect()).await {
        receipt.unwrap();
    }
    for round in 1..=8 {
        let running = Running::start(&bus, stage.clone(), QUICK).await;
        until(|| stage.attempts("silent").len() >= round * 150).await;
        assert!(running.stop().await);
        let waiting =
            async { while bus.pipeline().await.unwrap().consumers.iter().any(|consumer| consumer.in_flight > 0) {} };
        // Far less than the wait for an acknowledgement.
        tokio::time::timeout(Duration::from_secs(5), waiting).await.expect("nothing waits for its redelivery");
    }
}

/// Takes the next message of the analyzer and sends it back, as a process does that ends.
async fn end_with_a_delivery(server: &TestServer, bus: &Bus) {
    let (user, password) = server.user();
    let client =
        async_nats::ConnectOptions::with_user_and_password(user, password).connect(server.url()).await.unwrap();
    let state = bus.pipeline().await.unwrap();
    let (consumer, stream) = (&state.consumers[0].consumer, &state.streams[0].stream);
    let jetstream = async_nats::jetstream::new(client);
    let consumer: async_nats::jetstream::consumer::PullConsumer =
        jetstream.get_consumer_from_stream(consumer, stream).await.unwrap();
    let message = consumer.batch().max_messages(1).messages().await.unwrap().next().await.unwrap().unwrap();
    message.double_ack_with(async_nats::jetstream::AckKind::Nak(None)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ended_its_process_every_time_parks_before_the_server_forgets_it() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    publish(&bus, "crash").await;
    for _ in 0..7 {
        end_with_a_delivery(&server, &bus).await;
    }
    let stage = Scripted::default();
    let running = Running::start(&bus, stage.clone(), QUICK).await;
    let letters = testing::dead_letters(&bus, 1).await;
    assert_eq!((letters[0].reason, letters[0].attempts), (Reason::AttemptsExhausted, 8));
    assert!(stage.attempts("crash").is_empty());
    testing::settled(&bus, "analyzer").await;
    assert!(running.stop().await);
}
