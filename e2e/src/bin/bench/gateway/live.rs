//! The live view: from an event's publication to fifty clients, and what a thousand that only listen take.

use std::{path::Path, time::Duration};

use bus::Output;
use contract::{Account, Change, OpportunitiesStored, Status, StoredItem};
use e2e::Client;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    sync::mpsc,
    task::JoinSet,
};
use uuid::Uuid;

use crate::{percentile, pipeline::connect, resident_mib, rounded};

const WATCHING: usize = 50;
const EVENTS: usize = 60;
const PACE: Duration = Duration::from_millis(50);
const IDLE: usize = 1_000;
const LIMIT: f64 = 250.0;

pub(crate) async fn run(client: &Client, process: u32, data: &Path) -> Value {
    let address = client.url("").trim_start_matches("http://").to_owned();
    let bus = connect(data).await;
    let (sender, mut arrived) = mpsc::unbounded_channel();
    let mut watching = JoinSet::new();
    for _ in 0..WATCHING {
        watching.spawn(watch(open(&address).await, sender.clone()));
    }
    let mut pace = tokio::time::interval(PACE);
    let mut milliseconds = Vec::with_capacity(WATCHING * EVENTS);
    for n in 0..EVENTS {
        pace.tick().await;
        let began = std::time::Instant::now();
        bus.publish(event(n)).await.expect("it is taken");
        for _ in 0..WATCHING {
            let at: std::time::Instant = arrived.recv().await.expect("every client is told");
            milliseconds.push((at - began).as_secs_f64() * 1000.0);
        }
    }
    watching.shutdown().await;
    milliseconds.sort_by(f64::total_cmp);

    let before = resident_mib(process);
    let mut idle = Vec::with_capacity(IDLE);
    for _ in 0..IDLE {
        idle.push(open(&address).await);
    }
    let with = resident_mib(process);
    for n in 0..EVENTS {
        bus.publish(event(EVENTS + n)).await.expect("it is taken");
    }
    // Each has its events in its socket by the time that one more client has been told of the last.
    let (sender, mut told) = mpsc::unbounded_channel();
    let mut last = JoinSet::new();
    last.spawn(watch(open(&address).await, sender));
    bus.publish(event(2 * EVENTS)).await.expect("it is taken");
    told.recv().await.expect("it is told");
    let after = resident_mib(process);
    drop(idle);
    json!({
        "clients": WATCHING,
        "event_to_client_p50_ms": percentile(&milliseconds, 50),
        "event_to_client_p95_ms": percentile(&milliseconds, 95),
        "p95_limit_ms": LIMIT,
        "idle_clients": IDLE,
        "mib_before": before,
        "mib_with_idle_clients": with,
        "mib_after_events": after,
        "kib_for_each": rounded((with - before) * 1024.0 / 1000.0),
    })
}

/// A stream whose greeting has come: from then on it is told everything.
async fn open(address: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("GET /api/v1/events HTTP/1.1\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while !line.starts_with("retry:") {
        line.clear();
        assert!(stream.read_line(&mut line).await.expect("it answers") > 0, "the stream opens");
    }
    stream
}

/// Says when each event has come.
async fn watch(mut stream: BufReader<TcpStream>, arrived: mpsc::UnboundedSender<std::time::Instant>) {
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|n| n > 0) {
        if line.starts_with("data:") && arrived.send(std::time::Instant::now()).is_err() {
            return;
        }
        line.clear();
    }
}

fn event(n: usize) -> Output {
    let item = StoredItem {
        opportunity_id: Some(Uuid::from_u128(n as u128)),
        message_id: None,
        revision: 1,
        tier: None,
        status: Status::AwaitingReview,
        change: Change::Updated,
        caused_by: None,
    };
    Output::new(&Account::me(), &OpportunitiesStored { items: vec![item] })
}
