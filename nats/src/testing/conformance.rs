//! What every stage must do, checked against a real server. A stage's crate calls [`crate::stage_conformance!`] with a
//! way to make the stage, a valid input and the types of its outputs.

use prometheus_client::registry::Registry;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{TestServer, count, dead_letters, events, settled};
use crate::{
    connect::Bus,
    headers::NewEnvelope,
    metrics::Metrics,
    run::{RunOptions, Runner},
    stage::{Output, Stage},
};

/// A stage running in the test.
pub struct Running {
    shutdown: CancellationToken,
    task: tokio::task::JoinHandle<bool>,
    /// Its metrics.
    pub registry: Registry,
}

impl Running {
    /// Starts a stage.
    pub async fn start<S: Stage>(bus: &Bus, stage: S, options: RunOptions) -> Self {
        let mut registry = Registry::default();
        let metrics = Metrics::register(&mut registry);
        let runner = Runner::new(bus.clone(), stage, options, metrics).await.expect("the stage's consumers are there");
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(runner.run(shutdown.clone()));
        Self { shutdown, task, registry }
    }

    /// Asks it to end and says whether it drained.
    pub async fn stop(self) -> bool {
        self.shutdown.cancel();
        self.task.await.expect("the loop does not panic")
    }
}

/// Publishes an event under a message id of its own: to the stream a new message, to the stage the same event.
async fn redeliver(bus: &Bus, output: &Output, id: Uuid, copy: u32) {
    bus.publish_as(output, id, &format!("{id}-{copy}"), None).await.expect("the stream accepts it");
}

async fn raw(bus: &Bus, sample: &Output, version: u32, payload: &'static [u8]) {
    let id = Uuid::new_v4();
    let headers = NewEnvelope {
        id,
        message_id: &id.to_string(),
        source: "test",
        event_type: &sample.event_type,
        version,
        time: chrono::Utc::now(),
        about: None,
        attempt: None,
    }
    .write();
    let subject = bus.prefix.event(&sample.event_type, &sample.account);
    bus.send(subject, headers, payload.into()).await.expect("the stream accepts it");
}

/// One valid input yields the outputs and is acknowledged; the metrics move; a redelivery yields nothing new.
pub async fn happy_and_duplicate<S: Stage>(make: impl AsyncFn(&Bus) -> S, sample: Output, outputs: &[&str]) {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let id = Uuid::new_v4();
    redeliver(&bus, &sample, id, 1).await;
    let stage = make(&bus).await;
    let running = Running::start(&bus, stage, RunOptions::default()).await;
    events(&bus, outputs, 1).await;
    settled(&bus, S::NAME).await;
    let mut before = Vec::new();
    for output in outputs {
        before.push(count(&bus, output).await);
    }
    // As after a crash between publish and acknowledgement: the same input again.
    redeliver(&bus, &sample, id, 2).await;
    settled(&bus, S::NAME).await;
    for (output, before) in outputs.iter().zip(before) {
        assert_eq!(count(&bus, output).await, before, "{output}: a redelivery yields the same ids");
    }
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &running.registry).expect("metrics are text");
    let done = format!("pipeline_executions_total{{stage=\"{}\",status=\"done\"}}", S::NAME);
    assert!(text.contains(&done), "{done} moved:\n{text}");
    assert!(running.stop().await, "drained");
}

/// What cannot be read is parked with its reason, and what comes after it passes.
pub async fn poison<S: Stage>(make: impl AsyncFn(&Bus) -> S, sample: Output, outputs: &[&str]) {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    raw(&bus, &sample, 1, b"{ not json").await;
    raw(&bus, &sample, 1, b"[]").await;
    raw(&bus, &sample, 4711, b"{}").await;
    redeliver(&bus, &sample, Uuid::new_v4(), 1).await;
    let stage = make(&bus).await;
    let running = Running::start(&bus, stage, RunOptions::default()).await;
    events(&bus, outputs, 1).await;
    let letters = dead_letters(&bus, 3).await;
    let mut reasons: Vec<&str> = letters.iter().map(|letter| letter.reason.as_str()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["malformed", "malformed", "unsupported-version"]);
    assert!(letters.iter().all(|l| l.stage == S::NAME && l.attempts == 1 && l.stream_sequence > 0));
    assert!(letters.iter().all(|l| l.payload_base64.is_some() && l.headers.contains_key("ce-id")));
    settled(&bus, S::NAME).await;
    assert!(running.stop().await, "drained");
}

/// A stage told to end takes nothing more and ends at once; what comes later waits for the next start.
pub async fn cancel<S: Stage>(make: impl AsyncFn(&Bus) -> S, sample: Output, outputs: &[&str]) {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let stage = make(&bus).await;
    assert!(Running::start(&bus, stage, RunOptions::default()).await.stop().await, "an idle stage ends");
    redeliver(&bus, &sample, Uuid::new_v4(), 1).await;
    let stage = make(&bus).await;
    let running = Running::start(&bus, stage, RunOptions::default()).await;
    events(&bus, outputs, 1).await;
    settled(&bus, S::NAME).await;
    assert!(running.stop().await, "drained");
}

/// Makes the conformance tests of a stage: `stage_conformance!(make, sample, ["opportunities.analyzed"])`, where
/// `make` is an `async fn(&Bus) -> S` and `sample` a `fn() -> Output`.
#[macro_export]
macro_rules! stage_conformance {
    ($make:expr, $sample:expr, $outputs:expr) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn a_valid_input_yields_its_outputs_once() {
            $crate::testing::conformance::happy_and_duplicate($make, $sample(), &$outputs).await;
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn what_cannot_be_read_is_parked_and_others_pass() {
            $crate::testing::conformance::poison($make, $sample(), &$outputs).await;
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn a_stage_told_to_end_ends_and_loses_nothing() {
            $crate::testing::conformance::cancel($make, $sample(), &$outputs).await;
        }
    };
}
