//! The live view's source: one tail of the log for all clients, a short memory of it, and the log itself for whoever
//! was away longer. A client gets every event after the one it names, in order, once.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bus::{Bus, Start, Tailed};
use contract::{Account, Event as _, OpportunitiesStored};
use futures::{Stream, StreamExt as _};
use tokio::sync::{broadcast, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;

use crate::metrics::Metrics;

/// Events remembered, and most that a client may be behind.
const MEMORY: usize = 1024;
/// Wait before the tail is taken up again after an error.
const PAUSE: Duration = Duration::from_secs(1);

/// An event for the clients.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) sequence: u64,
    /// The event as JSON on one line.
    pub(crate) json: Arc<str>,
}

/// The shared tail of one account.
#[derive(Debug)]
pub(crate) struct Live {
    bus: Bus,
    account: Account,
    shutdown: CancellationToken,
    memory: Mutex<Memory>,
    sender: broadcast::Sender<Seen>,
    metrics: Metrics,
}

/// The newest events: all after `floor`, which is unknown until the tail has begun.
#[derive(Debug, Default)]
struct Memory {
    floor: Option<u64>,
    events: VecDeque<Seen>,
}

impl Memory {
    fn newest(&self) -> Option<u64> {
        self.events.back().map(|seen| seen.sequence).or(self.floor)
    }

    fn push(&mut self, seen: Seen) {
        self.events.push_back(seen);
        if self.events.len() > MEMORY {
            self.floor = self.events.pop_front().map(|oldest| oldest.sequence);
        }
    }
}

/// Why a client's stream ends before the process does. It comes back by itself with the last id that it has.
#[derive(Debug)]
pub(crate) enum Broken {
    /// It reads too slowly.
    Slow,
    /// The log cannot be read now.
    Bus,
}

impl Live {
    /// Starts the tail, which goes on until `shutdown`.
    pub(crate) fn start(bus: Bus, account: Account, metrics: Metrics, shutdown: CancellationToken) -> Arc<Self> {
        let (sender, _) = broadcast::channel(MEMORY);
        let live = Arc::new(Self { bus, account, shutdown, memory: Mutex::default(), sender, metrics });
        let tail = Arc::clone(&live);
        tokio::spawn(async move {
            tail.shutdown.run_until_cancelled(tail.follow()).await;
        });
        live
    }

    /// Sequence of the newest event known; `None` until the tail has begun.
    pub(crate) fn position(&self) -> Option<u64> {
        self.memory().newest()
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn follow(&self) {
        loop {
            if let Err(error) = self.follow_once().await {
                tracing::warn!(%error, "the live tail broke; it is taken up again where it was");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn follow_once(&self) -> Result<(), bus::BusError> {
        let after = match self.position() {
            Some(sequence) => sequence,
            None => {
                let sequence = self.bus.last_sequence().await?;
                self.memory().floor = Some(sequence);
                sequence
            }
        };
        let mut tail = std::pin::pin!(self.tail(after).await?);
        while let Some(seen) = tail.next().await {
            let seen = seen?;
            let mut memory = self.memory();
            memory.push(seen.clone());
            // Under the lock, so that a subscriber has each event either from the memory or from the channel. No
            // receiver is no error: nobody watches.
            let _ = self.sender.send(seen);
        }
        Ok(())
    }

    /// The account's events after a sequence, from the log.
    async fn tail(
        &self,
        after: u64,
    ) -> Result<impl Stream<Item = Result<Seen, bus::BusError>> + Send + use<>, bus::BusError> {
        let tail = self.bus.tail(&[OpportunitiesStored::TYPE], Start::After(after)).await?;
        let account = self.account.clone();
        Ok(tail.filter_map(move |item| {
            let item = match item {
                Ok(tailed) if tailed.account == account => seen(&tailed).map(Ok),
                Ok(_) => None,
                Err(error) => Some(Err(error)),
            };
            std::future::ready(item)
        }))
    }

    /// A client's stream: everything after `after`, or everything new.
    pub(crate) fn watch(self: &Arc<Self>, after: Option<u64>) -> ReceiverStream<Seen> {
        let (sender, receiver) = mpsc::channel(64);
        let (live, broadcast) = (Arc::clone(self), self.sender.subscribe());
        tokio::spawn(async move {
            let shutdown = live.shutdown.clone();
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = sender.closed() => {}
                Err(broken) = live.feed(after, broadcast, &sender) => {
                    if matches!(broken, Broken::Slow) {
                        live.metrics.sse_dropped.inc();
                    }
                    tracing::debug!(?broken, "a live client is let go");
                }
            }
        });
        ReceiverStream::new(receiver)
    }

    /// From the log while the memory does not reach back far enough, then from the memory, then as it comes.
    async fn feed(
        &self,
        after: Option<u64>,
        mut broadcast: broadcast::Receiver<Seen>,
        client: &mpsc::Sender<Seen>,
    ) -> Result<(), Broken> {
        let after = self.plausible(after).await?;
        // Without a place, the subscription itself is the place: it was made when the client came, and holds all since.
        let mut last = after.unwrap_or(0);
        let remembered = match (after, self.since(last)) {
            (None, _) => Vec::new(),
            (Some(_), Some(events)) => events,
            (Some(_), None) => {
                let mut tail = std::pin::pin!(self.tail(last).await.map_err(|_| Broken::Bus)?);
                loop {
                    let seen = tail.next().await.ok_or(Broken::Bus)?.map_err(|_| Broken::Bus)?;
                    last = seen.sequence;
                    if client.send(seen).await.is_err() {
                        return Ok(());
                    }
                    // Subscribed first, so that nothing falls between memory and channel.
                    let fresh = broadcast.resubscribe();
                    if let Some(events) = self.since(last) {
                        broadcast = fresh;
                        break events;
                    }
                }
            }
        };
        for seen in remembered {
            last = seen.sequence;
            if client.send(seen).await.is_err() {
                return Ok(());
            }
        }
        loop {
            match broadcast.recv().await {
                Ok(seen) if seen.sequence <= last => {}
                Ok(seen) => {
                    last = seen.sequence;
                    if client.send(seen).await.is_err() {
                        return Ok(());
                    }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => return Err(Broken::Slow),
                Err(broadcast::error::RecvError::Closed) => return Ok(()),
            }
        }
    }

    /// What the memory holds after a sequence; `None` where it does not reach back that far.
    fn since(&self, sequence: u64) -> Option<Vec<Seen>> {
        let memory = self.memory();
        (memory.floor? <= sequence)
            .then(|| memory.events.iter().filter(|seen| seen.sequence > sequence).cloned().collect())
    }

    /// A sequence beyond the log's end comes from a log that is no more: then only what is new can be told.
    async fn plausible(&self, after: Option<u64>) -> Result<Option<u64>, Broken> {
        let Some(sequence) = after else { return Ok(None) };
        if self.position().is_some_and(|newest| sequence <= newest) {
            return Ok(after);
        }
        let end = self.bus.last_sequence().await.map_err(|_| Broken::Bus)?;
        Ok(after.filter(|sequence| *sequence <= end))
    }
}

/// Reads an event before any client gets it; one that cannot be read is left out.
fn seen(tailed: &Tailed) -> Option<Seen> {
    let stored = OpportunitiesStored::decode(tailed.version, &tailed.payload)
        .inspect_err(
            |error| tracing::warn!(%error, sequence = tailed.sequence, "an event of the live tail is left out"),
        )
        .ok()?;
    Some(Seen { sequence: tailed.sequence, json: serde_json::to_string(&stored).ok()?.into() })
}
