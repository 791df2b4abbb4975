//! What happens to a delivery between pull and acknowledgement: decode → handle under limit and guard, with progress
//! → publish → wait for the acknowledgements → settle.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use async_nats::jetstream::{AckKind, Message};
use chrono::Utc;
use contract::{DecodeError, Inbound as _, Reason, identity, topology::StageSpec};
use futures::{FutureExt as _, StreamExt as _, future, stream};
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{
    connect::Bus,
    dead::Origin,
    error::BusError,
    headers,
    metrics::{Because, Executed, Metrics, StageLabel},
    settle::{Action, Outcome, settle},
    stage::{BatchOutcome, Delivery, Output, Stage, StageError},
    topology::LAST_DELIVERY,
    trace,
};

/// Pauses between two tries of something that is away.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Publishes of one batch in flight at once.
const PUBLISH_WINDOW: usize = 64;

/// Works on deliveries of one stage.
pub(crate) struct Worker<S> {
    pub(crate) bus: Bus,
    pub(crate) stage: Arc<S>,
    pub(crate) spec: &'static StageSpec,
    pub(crate) schedule: &'static [Duration],
    pub(crate) metrics: Metrics,
    /// Why the stage cannot work, if so. While it is set nothing is pulled.
    pub(crate) trouble: Arc<watch::Sender<Option<String>>>,
    pub(crate) shutdown: CancellationToken,
}

impl<S> Clone for Worker<S> {
    fn clone(&self) -> Self {
        Self {
            bus: self.bus.clone(),
            stage: Arc::clone(&self.stage),
            spec: self.spec,
            schedule: self.schedule,
            metrics: self.metrics.clone(),
            trouble: Arc::clone(&self.trouble),
            shutdown: self.shutdown.clone(),
        }
    }
}

/// A delivery with what is needed to settle it.
struct Job<I> {
    message: Message,
    origin: Origin,
    delivery: Delivery<I>,
}

/// A delivery that is not what its subject says.
struct Unreadable {
    message: Message,
    origin: Origin,
    error: DecodeError,
}

/// Why outputs were not published.
enum Unpublished {
    /// The process ends while the stream does not accept.
    Ending,
    /// No stream will ever accept one of them.
    Never(BusError),
}

impl<S: Stage> Worker<S> {
    /// Takes deliveries to their end. Never returns an error: every way out is an action on each delivery.
    pub(crate) async fn process(&self, messages: Vec<Message>) {
        let started = Instant::now();
        let label = StageLabel { stage: S::NAME };
        let in_flight = self.metrics.in_flight.get_or_create(&label).clone();
        let count = i64::try_from(messages.len()).unwrap_or(i64::MAX);
        in_flight.inc_by(count);
        let span = tracing::info_span!(
            parent: None, "consume", otel.name = format!("process {}", S::NAME), otel.kind = "consumer",
            stage = S::NAME, messages = messages.len(), attempt = tracing::field::Empty,
        );
        match messages.as_slice() {
            [single] => trace::continue_from(&span, single.headers.as_ref()),
            several => several.iter().for_each(|message| trace::link(&span, message.headers.as_ref())),
        }
        async {
            let (mut jobs, mut failed) = (Vec::with_capacity(messages.len()), Vec::new());
            for message in messages {
                match self.decode(message) {
                    Ok(Job { message, origin, .. }) if origin.attempt >= LAST_DELIVERY => {
                        let never = "delivered to the last and never settled: its process ended each time".to_owned();
                        failed.push((message, origin, Outcome::Failed(StageError::Retry(never))));
                    }
                    Ok(job) => jobs.push(job),
                    Err(unreadable) => {
                        let Unreadable { message, origin, error } = *unreadable;
                        failed.push((message, origin, Outcome::Failed(error.into())));
                    }
                }
            }
            if let [single] = jobs.as_slice() {
                tracing::Span::current().record("attempt", single.delivery.attempt);
            }
            future::join(self.work(jobs), self.settle_all(failed)).await;
        }
        .instrument(span)
        .await;
        in_flight.dec_by(count);
        self.metrics.execution_seconds.get_or_create(&label).observe(started.elapsed().as_secs_f64());
    }

    fn decode(&self, message: Message) -> Result<Job<S::In>, Box<Unreadable>> {
        let origin = match message.info() {
            Ok(info) => Origin {
                stream: info.stream.to_owned(),
                sequence: info.stream_sequence,
                published_at: info.published,
                attempt: u32::try_from(info.delivered).unwrap_or(1),
            },
            Err(_) => Origin { stream: String::new(), sequence: 0, published_at: Utc::now(), attempt: 1 },
        };
        let invalid = |field, detail: &str| DecodeError::Invalid { field, detail: detail.to_owned() };
        let Some(envelope) = headers::read(&self.bus.prefix, &message.subject, message.headers.as_ref()) else {
            let error = invalid("subject", "names no account as its last token");
            return Err(Box::new(Unreadable { message, origin, error }));
        };
        match S::In::decode_as(&envelope.event_type, envelope.version, &message.payload) {
            Ok(event) => {
                let delivery = Delivery {
                    event,
                    account: envelope.account,
                    event_type: envelope.event_type,
                    id: envelope.id,
                    time: envelope.time.unwrap_or(origin.published_at),
                    published_at: origin.published_at,
                    stream_sequence: origin.sequence,
                    attempt: origin.attempt,
                };
                Ok(Job { message, origin, delivery })
            }
            Err(error) => Err(Box::new(Unreadable { message, origin, error })),
        }
    }

    /// Handles jobs until each is settled; what is held because something is away is handled again.
    async fn work(&self, mut jobs: Vec<Job<S::In>>) {
        while !jobs.is_empty() {
            let (deliveries, others): (Vec<_>, Vec<_>) =
                jobs.into_iter().map(|job| (job.delivery, (job.message, job.origin))).unzip();
            let outcome = self.handle_guarded(&deliveries, &others).await;
            let mut outcome = match outcome {
                Ok(outcome) => outcome,
                Err(outcome) => return self.take_apart(deliveries, others, outcome).await,
            };
            let done: Vec<Uuid> = deliveries
                .iter()
                .zip(&outcome.results)
                .filter(|(_, r)| r.is_ok())
                .map(|(d, _)| self.input_id(d))
                .collect();
            let outputs = std::mem::take(&mut outcome.outputs);
            match self.publish_until_accepted(&outputs, &done, &others).await {
                Ok(()) => {}
                Err(Unpublished::Ending) => {
                    // Nothing is acknowledged: every delivery comes again and yields the same ids.
                    for (message, origin) in &others {
                        self.send_back(message, origin, FIRST_PAUSE).await;
                    }
                    return;
                }
                Err(Unpublished::Never(error)) => {
                    let reject = StageError::Reject { reason: Reason::TooLarge, detail: error.to_string() };
                    return self.take_apart(deliveries, others, Outcome::Failed(reject)).await;
                }
            }
            let (mut held, mut failed) = (Vec::new(), Vec::new());
            for ((delivery, (message, origin)), result) in deliveries.into_iter().zip(others).zip(outcome.results) {
                match result {
                    Err(StageError::Unavailable(what)) => {
                        self.trouble.send_replace(Some(what));
                        held.push(Job { message, origin, delivery });
                    }
                    Ok(()) => self.settle(&message, &origin, Outcome::Done).await,
                    Err(error) => failed.push((message, origin, Outcome::Failed(error))),
                }
            }
            let (ready, ()) = future::join(self.hold(&held), self.settle_all(failed)).await;
            if !ready {
                return;
            }
            jobs = held;
        }
    }

    /// A batch that fails as a whole is worked on one by one, so that one delivery cannot fail the others.
    async fn take_apart(&self, deliveries: Vec<Delivery<S::In>>, others: Vec<(Message, Origin)>, outcome: Outcome) {
        let mut jobs =
            deliveries.into_iter().zip(others).map(|(delivery, (message, origin))| Job { message, origin, delivery });
        match (jobs.len(), jobs.next()) {
            (1, Some(job)) => self.settle(&job.message, &job.origin, outcome).await,
            (_, first) => {
                for job in first.into_iter().chain(jobs) {
                    Box::pin(self.work(vec![job])).await;
                }
            }
        }
    }

    /// Runs the handler under its time limit and a guard against panics, and shows signs of life meanwhile.
    async fn handle_guarded(
        &self,
        deliveries: &[Delivery<S::In>],
        messages: &[(Message, Origin)],
    ) -> Result<BatchOutcome, Outcome> {
        let handler = AssertUnwindSafe(self.stage.handle_many(deliveries)).catch_unwind();
        let limited = tokio::time::timeout(self.spec.timeout, handler);
        let answer = self.with_progress(messages, limited).await;
        match answer {
            Ok(Ok(outcome)) if outcome.results.len() == deliveries.len() => Ok(outcome),
            Ok(Ok(_)) => {
                tracing::error!(stage = S::NAME, "a batch came back with another number of results than deliveries");
                Err(Outcome::Panicked)
            }
            Ok(Err(_)) => Err(Outcome::Panicked),
            Err(_) => Err(Outcome::TimedOut),
        }
    }

    /// Awaits `work` and tells the server every third of ack_wait that the deliveries are alive.
    async fn with_progress<T>(&self, messages: &[(Message, Origin)], work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        let third = self.spec.ack_wait / 3;
        let mut beat = tokio::time::interval_at(Instant::now() + third, third);
        loop {
            tokio::select! {
                answer = &mut work => return answer,
                _ = beat.tick() => for (message, _) in messages {
                    if let Err(error) = message.ack_with(AckKind::Progress).await {
                        tracing::warn!(stage = S::NAME, %error, "no sign of life could be sent");
                    }
                },
            }
        }
    }

    /// Publishes every output; a stream that does not accept is asked again until it does or the process ends. What no
    /// stream can accept is given up at once, else it would hold its delivery for ever.
    async fn publish_until_accepted(
        &self,
        outputs: &[Output],
        inputs: &[Uuid],
        messages: &[(Message, Origin)],
    ) -> Result<(), Unpublished> {
        if outputs.is_empty() {
            return Ok(());
        }
        let base = identity::batch_id(inputs);
        let attempt = messages.iter().map(|(_, origin)| origin.attempt).max().unwrap_or(1);
        let mut pause = FIRST_PAUSE;
        let mut first = 0;
        loop {
            match self.with_progress(messages, self.publish_from(outputs, first, base, attempt)).await {
                Ok(()) => return Ok(()),
                Err((_, error @ BusError::Unacceptable { .. })) => return Err(Unpublished::Never(error)),
                Err((reached, error)) => {
                    first = reached;
                    tracing::warn!(stage = S::NAME, %error, "an output was not accepted; trying again");
                    self.trouble.send_replace(Some(error.to_string()));
                }
            }
            if !self.with_progress(messages, self.pause(&mut pause)).await {
                return Err(Unpublished::Ending);
            }
        }
    }

    /// Waits, longer each time; false where the process ends meanwhile.
    async fn pause(&self, pause: &mut Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(*pause) => {
                *pause = (*pause * 2).min(LONGEST_PAUSE);
                true
            }
            () = self.shutdown.cancelled() => false,
        }
    }

    /// Publishes from an index on; an error says which index was not accepted.
    async fn publish_from(
        &self,
        outputs: &[Output],
        first: usize,
        base: Uuid,
        attempt: u32,
    ) -> Result<(), (usize, BusError)> {
        let started = Instant::now();
        let source = format!("sluice/{}", S::NAME);
        let mut publishes = Vec::with_capacity(outputs.len() - first);
        for (index, output) in outputs.iter().enumerate().skip(first) {
            let id = output.id.unwrap_or_else(|| identity::output_id(base, S::NAME, index, output.revision));
            let source = &source;
            publishes.push(async move {
                self.bus.publish_as(output, id, &id.to_string(), Some((source, attempt))).await.map_err(|e| (index, e))
            });
        }
        let mut receipts = stream::iter(publishes).buffered(PUBLISH_WINDOW);
        while let Some(receipt) = receipts.next().await {
            receipt?;
        }
        self.metrics
            .publish_seconds
            .get_or_create(&StageLabel { stage: S::NAME })
            .observe(started.elapsed().as_secs_f64());
        Ok(())
    }

    /// Waits, with signs of life, until the stage is ready again; false where the process ends first, and then the
    /// deliveries have been sent back.
    async fn hold(&self, held: &[Job<S::In>]) -> bool {
        if held.is_empty() {
            return true;
        }
        let messages: Vec<(Message, Origin)> =
            held.iter().map(|job| (job.message.clone(), job.origin.clone())).collect();
        self.count_executed("held", held.len());
        let ready = async {
            tokio::select! {
                () = self.wait_until_ready() => true,
                () = self.shutdown.cancelled() => false,
            }
        };
        let ready = self.with_progress(&messages, ready).await;
        if !ready {
            for (message, origin) in &messages {
                self.send_back(message, origin, FIRST_PAUSE).await;
            }
        }
        ready
    }

    /// Returns at once where the stage is not in trouble, else when it is ready again.
    pub(crate) async fn wait_until_ready(&self) {
        let mut pause = FIRST_PAUSE;
        while self.trouble.borrow().is_some() {
            let missing = match (self.stage.ready().await, self.bus.ping().await) {
                (Ok(()), Ok(())) => {
                    self.trouble.send_replace(None);
                    return;
                }
                (Err(what), _) => what,
                (_, Err(error)) => error.to_string(),
            };
            tracing::warn!(stage = S::NAME, missing, "waiting until it is back");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Settles at once what failed: a dead letter that is not accepted holds up no other delivery.
    async fn settle_all(&self, failed: Vec<(Message, Origin, Outcome)>) {
        let settled = failed.iter().map(|(message, origin, outcome)| self.settle(message, origin, outcome.clone()));
        future::join_all(settled).await;
    }

    async fn settle(&self, message: &Message, origin: &Origin, outcome: Outcome) {
        match settle(outcome, origin.attempt, self.schedule, rand::random::<f64>()) {
            Action::Ack => {
                self.count_executed("done", 1);
                self.answer(message, AckKind::Ack).await;
            }
            Action::Nak(delay) => self.send_back(message, origin, delay).await,
            Action::Hold(_) => self.send_back(message, origin, LONGEST_PAUSE).await,
            Action::Bury { reason, detail } => {
                tracing::error!(
                    stage = S::NAME,
                    reason = reason.as_str(),
                    detail,
                    attempts = origin.attempt,
                    stream_sequence = origin.sequence,
                    "given up: to the dead letters"
                );
                if self.bury_until_accepted(message, origin, reason, &detail).await {
                    self.count_executed("buried", 1);
                    let because = Because { stage: S::NAME, reason: reason.as_str() };
                    self.metrics.dead_letters.get_or_create(&because).inc();
                    self.answer(message, AckKind::Term).await;
                } else {
                    self.send_back(message, origin, LONGEST_PAUSE).await;
                }
            }
        }
    }

    /// Keeps the delivery until its dead letter is accepted; false where the process ends first. Sent back instead, it
    /// would come to the server's last delivery, and be neither worked on nor buried.
    async fn bury_until_accepted(&self, message: &Message, origin: &Origin, reason: Reason, detail: &str) -> bool {
        let kept = [(message.clone(), origin.clone())];
        let mut pause = FIRST_PAUSE;
        loop {
            let buried = self.bus.bury(S::NAME, message, origin, reason, detail.to_owned());
            let Err(error) = self.with_progress(&kept, buried).await else { return true };
            tracing::error!(stage = S::NAME, %error, "the dead letter was not accepted; keeping the event");
            self.trouble.send_replace(Some(error.to_string()));
            if !self.with_progress(&kept, self.pause(&mut pause)).await {
                return false;
            }
        }
    }

    async fn send_back(&self, message: &Message, origin: &Origin, delay: Duration) {
        self.count_executed("retried", 1);
        self.metrics.retries.get_or_create(&Because { stage: S::NAME, reason: "nak" }).inc();
        tracing::warn!(
            stage = S::NAME,
            attempt = origin.attempt,
            stream_sequence = origin.sequence,
            delay_ms = delay.as_millis(),
            "sent back"
        );
        self.answer(message, AckKind::Nak(Some(delay))).await;
    }

    async fn answer(&self, message: &Message, kind: AckKind) {
        if let Err(error) = message.ack_with(kind).await {
            // Not lost: without an answer the server delivers again, and the ids are the same.
            tracing::warn!(stage = S::NAME, %error, "an acknowledgement could not be sent");
        }
    }

    fn count_executed(&self, status: &'static str, count: usize) {
        self.metrics.executions.get_or_create(&Executed { stage: S::NAME, status }).inc_by(count as u64);
    }

    /// Identity of an input: the producer's, else its place in the stream.
    fn input_id(&self, delivery: &Delivery<S::In>) -> Uuid {
        delivery.id.unwrap_or_else(|| identity::sequence_id(S::NAME, delivery.stream_sequence))
    }
}
