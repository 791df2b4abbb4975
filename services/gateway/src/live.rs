//! The live view's source: one tail of the log for all clients, a short memory of it, and the log itself for whoever
//! was away longer. A client gets every event of its account after the one it names, in order, once.

use std::{
    collections::{HashMap, VecDeque},
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

/// Events remembered, and most that the clients' tasks may be behind.
const MEMORY: usize = 1024;
/// Most events that wait for one client: with more it is let go, and comes back with the last id that it has.
const BEHIND: usize = 256;
/// Longest that a client which catches up may take nothing.
const STALLED: Duration = Duration::from_secs(30);
/// Wait before the tail is taken up again after an error.
const PAUSE: Duration = Duration::from_secs(1);

/// An event for the clients.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) sequence: u64,
    account: Account,
    /// The event as JSON on one line.
    pub(crate) json: Arc<str>,
}

/// The shared tail of every account.
#[derive(Debug)]
pub(crate) struct Live {
    bus: Bus,
    shutdown: CancellationToken,
    memory: Mutex<Memory>,
    sender: broadcast::Sender<Seen>,
    metrics: Metrics,
}

/// The newest events: all after `floor`, which is unknown until the tail has begun.
#[derive(Debug, Default)]
struct Memory {
    /// Where the tail began.
    begun: u64,
    floor: Option<u64>,
    events: VecDeque<Seen>,
    /// Each account's newest event since the tail began.
    newest: HashMap<Account, u64>,
}

impl Memory {
    fn newest(&self) -> Option<u64> {
        self.events.back().map(|seen| seen.sequence).or(self.floor)
    }

    fn push(&mut self, seen: Seen) {
        self.newest.insert(seen.account.clone(), seen.sequence);
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
    /// It left.
    Gone,
}

impl Live {
    /// Starts the tail, which goes on until `shutdown`.
    pub(crate) fn start(bus: Bus, metrics: Metrics, shutdown: CancellationToken) -> Arc<Self> {
        let (sender, _) = broadcast::channel(MEMORY);
        let live = Arc::new(Self { bus, shutdown, memory: Mutex::default(), sender, metrics });
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

    /// Waits until an event that was stored is known here, so that whoever asks for what it made is not told of before.
    pub(crate) async fn reached(&self, sequence: u64) {
        let mut events = self.sender.subscribe();
        while self.position().is_none_or(|newest| newest < sequence) {
            if let Err(broadcast::error::RecvError::Closed) = events.recv().await {
                return;
            }
        }
    }

    /// Number of the account's newest change that is known here: what was read under it stays right until it grows.
    /// `None` while nothing can be known, before the tail has begun and while the bus is away.
    pub(crate) fn generation(&self, account: &Account) -> Option<u64> {
        if !self.bus.is_connected() {
            return None;
        }
        let memory = self.memory();
        memory.floor?;
        Some(memory.newest.get(account).copied().unwrap_or(memory.begun))
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
                let mut memory = self.memory();
                (memory.begun, memory.floor) = (sequence, Some(sequence));
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

    /// The events of every account after a sequence, from the log.
    async fn tail(
        &self,
        after: u64,
    ) -> Result<impl Stream<Item = Result<Seen, bus::BusError>> + Send + use<>, bus::BusError> {
        let tail = self.bus.tail(&[OpportunitiesStored::TYPE], Start::After(after)).await?;
        Ok(tail.filter_map(|item| std::future::ready(item.map(|tailed| seen(&tailed)).transpose())))
    }

    /// A client's stream: everything of its account after `after`, or everything new.
    pub(crate) fn watch(self: &Arc<Self>, account: &Account, after: Option<u64>) -> ReceiverStream<Seen> {
        let (sender, receiver) = mpsc::channel(BEHIND);
        let (live, broadcast) = (Arc::clone(self), self.sender.subscribe());
        let client = Client { account: account.clone(), sender };
        tokio::spawn(async move {
            let shutdown = live.shutdown.clone();
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = client.sender.closed() => {}
                Err(broken) = live.feed(after, broadcast, &client) => {
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
        client: &Client,
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
                    client.catch_up(seen).await?;
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
            client.catch_up(seen).await?;
        }
        loop {
            match broadcast.recv().await {
                Ok(seen) if seen.sequence <= last => {}
                Ok(seen) => {
                    last = seen.sequence;
                    client.show(seen)?;
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

/// One who watches.
struct Client {
    account: Account,
    sender: mpsc::Sender<Seen>,
}

impl Client {
    /// Gives it an event of the past, at its own pace.
    async fn catch_up(&self, seen: Seen) -> Result<(), Broken> {
        if seen.account != self.account {
            return Ok(());
        }
        match tokio::time::timeout(STALLED, self.sender.send(seen)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Broken::Gone),
            Err(_) => Err(Broken::Slow),
        }
    }

    /// Gives it an event as it happens: everybody's pace.
    fn show(&self, seen: Seen) -> Result<(), Broken> {
        if seen.account != self.account {
            return Ok(());
        }
        self.sender.try_send(seen).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Broken::Slow,
            mpsc::error::TrySendError::Closed(_) => Broken::Gone,
        })
    }
}

/// Reads an event before any client gets it; one that cannot be read is left out.
fn seen(tailed: &Tailed) -> Option<Seen> {
    let stored = OpportunitiesStored::decode(tailed.version, &tailed.payload)
        .inspect_err(
            |error| tracing::warn!(%error, sequence = tailed.sequence, "an event of the live tail is left out"),
        )
        .ok()?;
    let (sequence, account) = (tailed.sequence, tailed.account.clone());
    Some(Seen { sequence, account, json: serde_json::to_string(&stored).ok()?.into() })
}
