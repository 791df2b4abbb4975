//! The one loop. For each consumer of a stage: permit → pull as many as there are permits → hand over to
//! [`crate::work`]. It ends when told to, after what is in flight has settled.

use std::{sync::Arc, time::Duration};

use async_nats::jetstream::{
    Message,
    consumer::{Consumer, pull},
};
use contract::topology::{self, ConsumerSpec, Lane, StageSpec};
use futures::StreamExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument as _;

use crate::{connect::Bus, error::BusError, metrics::Metrics, stage::Stage, work::Worker};

/// How long an idle pull stays open. No heartbeat is asked for: the client's batch stream stalls on one.
const IDLE_PULL: Duration = Duration::from_secs(5);
/// A pull that says nothing for this long after its end is rebuilt: the connection was lost under it.
const PULL_GRACE: Duration = Duration::from_secs(5);
/// Most bytes of one pull, so that memory does not grow with the size of events; the largest event still fits.
const PULL_BYTES: usize = 8 * contract::event::MAX_PAYLOAD;
/// How long a pull that waits for nothing may still take when the process ends.
const LAST_FETCH: Duration = Duration::from_secs(1);
/// Pause after a failed pull, doubled up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What a stage's run may be told.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Messages (or batches) in work at once; the row's own where `None`.
    pub permits: Option<usize>,
    /// Delays between deliveries.
    pub schedule: &'static [Duration],
    /// How long what is in flight may take after the end was asked for.
    pub drain: Duration,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { permits: None, schedule: topology::RETRY_SCHEDULE, drain: Duration::from_secs(20) }
    }
}

/// Whether a running stage can work now, for readiness.
#[derive(Clone, Debug)]
pub struct Health(watch::Receiver<Option<String>>);

impl Health {
    /// What is in the way, if anything.
    pub fn trouble(&self) -> Option<String> {
        self.0.borrow().clone()
    }
}

/// A stage ready to run.
#[derive(Debug)]
pub struct Runner<S> {
    bus: Bus,
    stage: Arc<S>,
    spec: &'static StageSpec,
    options: RunOptions,
    metrics: Metrics,
    trouble: watch::Sender<Option<String>>,
}

impl<S: Stage> Runner<S> {
    /// Checks the stage's consumers against the tables.
    ///
    /// # Errors
    /// [`BusError::UnknownStage`], [`BusError::Missing`], [`BusError::Drift`].
    pub async fn new(bus: Bus, stage: S, options: RunOptions, metrics: Metrics) -> Result<Self, BusError> {
        let spec = topology::stage(S::NAME).ok_or_else(|| BusError::UnknownStage(S::NAME.to_owned()))?;
        bus.verify_stage(spec).await?;
        let (trouble, _) = watch::channel(None);
        Ok(Self { bus, stage: Arc::new(stage), spec, options, metrics, trouble })
    }

    /// Whether it can work, to be asked at any time.
    pub fn health(&self) -> Health {
        Health(self.trouble.subscribe())
    }

    /// Runs until `shutdown`, then drains. Returns true where everything in flight settled within the limit.
    pub async fn run(self, shutdown: CancellationToken) -> bool {
        let tracker = TaskTracker::new();
        let pulling = TaskTracker::new();
        let trouble = Arc::new(self.trouble);
        for consumer in self.spec.consumers {
            let whole = self.options.permits.unwrap_or(self.spec.permits).max(1);
            let permits = if consumer.lane == Lane::Bulk { whole.div_ceil(2) } else { whole };
            let lane = LaneLoop {
                worker: Worker {
                    bus: self.bus.clone(),
                    stage: Arc::clone(&self.stage),
                    spec: self.spec,
                    schedule: self.options.schedule,
                    metrics: self.metrics.clone(),
                    trouble: Arc::clone(&trouble),
                    shutdown: shutdown.clone(),
                },
                consumer,
                permits: Arc::new(Semaphore::new(permits)),
                tracker: tracker.clone(),
            };
            pulling.spawn(lane.run().instrument(tracing::info_span!(parent: None, "pull", consumer = consumer.name)));
        }
        pulling.close();
        tracker.close();
        shutdown.cancelled().await;
        // A pull may hang on a server that does not answer: it counts against the limit as what is in flight does.
        let ended = async {
            pulling.wait().await;
            tracker.wait().await;
        };
        let drained = tokio::time::timeout(self.options.drain, ended).await.is_ok();
        // Acknowledgements are sent without waiting; they must not die in the client's buffer.
        let flushed = tokio::time::timeout(Duration::from_secs(2), self.bus.flush()).await;
        drained && matches!(flushed, Ok(Ok(())))
    }
}

/// One consumer's pulls.
struct LaneLoop<S> {
    worker: Worker<S>,
    consumer: &'static ConsumerSpec,
    permits: Arc<Semaphore>,
    tracker: TaskTracker,
}

impl<S: Stage> LaneLoop<S> {
    async fn run(self) {
        let shutdown = self.worker.shutdown.clone();
        let mut pause = FIRST_PAUSE;
        while !shutdown.is_cancelled() {
            match self.pull_until_failure(&shutdown).await {
                Ok(()) => pause = FIRST_PAUSE,
                Err(error) => {
                    tracing::warn!(stage = S::NAME, consumer = self.consumer.name, %error, "pull failed; trying again");
                    self.worker.trouble.send_replace(Some(error.to_string()));
                    tokio::select! {
                        () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
                        () = shutdown.cancelled() => {}
                    }
                }
            }
        }
    }

    /// Looks the consumer up and pulls from it; ends at shutdown or with the first failure.
    async fn pull_until_failure(&self, shutdown: &CancellationToken) -> Result<(), BusError> {
        let (name, stream) = self.worker.bus.consumer_place(self.consumer);
        let consumer: Consumer<pull::Config> = self
            .worker
            .bus
            .jetstream
            .get_consumer_from_stream(&name, &stream)
            .await
            .map_err(|e| BusError::request("look up a consumer")(&e))?;
        // Asked before the first pull: what a stage pulls and cannot work on would be sent back at the end of the
        // process, and have spent an attempt.
        let ready = tokio::select! {
            ready = self.worker.stage.ready() => ready,
            () = shutdown.cancelled() => return Ok(()),
        };
        self.worker.trouble.send_replace(ready.err());
        let mut connections = self.worker.bus.connections.clone();
        let mut idle = false;
        loop {
            let permits = tokio::select! {
                biased;
                () = shutdown.cancelled() => return Ok(()),
                permits = self.acquire() => permits?,
            };
            tokio::select! {
                () = self.worker.wait_until_ready() => {}
                () = shutdown.cancelled() => return Ok(()),
            }
            // Waiting is done with a pull of one, so that an idle lane never has more on its way than it can take
            // at once; what else is there is then fetched without waiting.
            let most = if idle { 1 } else { permits.len() * self.worker.spec.batch };
            let pulled = pull(&consumer, most, idle, &mut connections, shutdown).await?;
            idle = pulled.is_empty();
            self.hand_over(pulled, permits);
        }
    }

    /// At least one permit, and whatever else is free.
    async fn acquire(&self) -> Result<Vec<OwnedSemaphorePermit>, BusError> {
        let closed = |e: tokio::sync::AcquireError| BusError::request("take a permit")(&e);
        let mut permits = vec![Arc::clone(&self.permits).acquire_owned().await.map_err(closed)?];
        // A stage that takes batches takes one a pull, so that its copies share a backlog.
        if self.worker.spec.batch == 1 {
            while let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
                permits.push(permit);
            }
        }
        Ok(permits)
    }

    fn hand_over(&self, pulled: Vec<Message>, permits: Vec<OwnedSemaphorePermit>) {
        let mut pulled = pulled.into_iter();
        for permit in permits {
            let messages: Vec<Message> = pulled.by_ref().take(self.worker.spec.batch).collect();
            if messages.is_empty() {
                return;
            }
            let worker = self.worker.clone();
            self.tracker.spawn(async move {
                let _permit = permit;
                worker.process(messages).await;
            });
        }
    }
}

/// Pulls up to `most`: waits for the first where `wait`, else takes what is there. Ends early when the connection was
/// made anew: the server has forgotten the pull. At the end of the process what the server has sent already is still
/// taken: left behind, it would be nobody's until its wait for an acknowledgement is over.
async fn pull(
    consumer: &Consumer<pull::Config>,
    most: usize,
    wait: bool,
    connections: &mut watch::Receiver<u64>,
    shutdown: &CancellationToken,
) -> Result<Vec<Message>, BusError> {
    let failed = |e: &dyn std::fmt::Display| BusError::request("pull")(e);
    connections.mark_unchanged();
    let batch = if wait {
        consumer.batch().max_messages(most).max_bytes(PULL_BYTES).expires(IDLE_PULL).messages().await
    } else {
        consumer.fetch().max_messages(most).max_bytes(PULL_BYTES).messages().await
    };
    let mut batch = batch.map_err(|e| failed(&e))?;
    let mut messages = Vec::with_capacity(most);
    let ending = async {
        shutdown.cancelled().await;
        if !wait {
            tokio::time::sleep(LAST_FETCH).await;
        }
    };
    tokio::pin!(ending);
    loop {
        let next = tokio::select! {
            next = tokio::time::timeout(IDLE_PULL + PULL_GRACE, batch.next()) => next,
            _ = connections.changed() => return Ok(messages),
            () = &mut ending => return Ok(messages),
        };
        match next {
            Ok(Some(Ok(message))) => messages.push(message),
            Ok(None) => return Ok(messages),
            // What came before the failure is worked on; the next pull meets the failure again.
            Ok(Some(Err(_))) | Err(_) if !messages.is_empty() => return Ok(messages),
            Ok(Some(Err(error))) => return Err(failed(&error)),
            Err(_) => return Err(failed(&"no answer; the connection was lost under the pull")),
        }
    }
}
