//! What a stage is: input event → output events. Everything else (pull, permits, retry, publish, ack, dead letters,
//! spans, counts) is the loop's, so that no stage can get it wrong.

use std::future::Future;

use chrono::{DateTime, Utc};
use contract::{Account, DecodeError, Event, Inbound, Reason};
use uuid::Uuid;

/// A stage. Implementations write `async fn handle`.
pub trait Stage: Send + Sync + 'static {
    /// The event, or the enum over several (`contract::inbound!`), that it takes.
    type In: Inbound + Sync;

    /// Its row in `contract::topology::STAGES`.
    const NAME: &'static str;

    /// Turns one input into outputs. Called again with the same input after a failure or a crash, so it must be
    /// idempotent.
    ///
    /// # Errors
    /// [`StageError`] says once whether to try again, to give up, or to wait.
    fn handle(&self, delivery: &Delivery<Self::In>) -> impl Future<Output = Result<Vec<Output>, StageError>> + Send;

    /// Takes a whole batch, for a stage whose row says `batch > 1`. `results` has one entry for each delivery, in
    /// order; `outputs` go out before any of them is acknowledged.
    fn handle_many(&self, batch: &[Delivery<Self::In>]) -> impl Future<Output = BatchOutcome> + Send {
        async move {
            let mut outcome = BatchOutcome::default();
            for delivery in batch {
                match self.handle(delivery).await {
                    Ok(outputs) => {
                        outcome.outputs.extend(outputs);
                        outcome.results.push(Ok(()));
                    }
                    Err(error) => outcome.results.push(Err(error)),
                }
            }
            outcome
        }
    }

    /// Whether it could work now: asked before pulling again after [`StageError::Unavailable`].
    ///
    /// # Errors
    /// What is missing, in words.
    fn ready(&self) -> impl Future<Output = Result<(), String>> + Send {
        async { Ok(()) }
    }
}

/// What came of a batch.
#[derive(Debug, Default)]
pub struct BatchOutcome {
    /// One entry for each delivery, in order.
    pub results: Vec<Result<(), StageError>>,
    /// What to publish, once for the batch.
    pub outputs: Vec<Output>,
}

/// One delivered event.
#[derive(Clone, Debug)]
pub struct Delivery<I> {
    /// The event, decoded and upgraded.
    pub event: I,
    /// Whose it is, from the subject.
    pub account: Account,
    /// Type without version, from the subject.
    pub event_type: String,
    /// `ce-id`; `None` where the producer gave none (only for events from outside).
    pub id: Option<Uuid>,
    /// `ce-time` where given, else [`Self::published_at`].
    pub time: DateTime<Utc>,
    /// When the stream got it: the same on every delivery.
    pub published_at: DateTime<Utc>,
    /// Its place in the stream.
    pub stream_sequence: u64,
    /// 1 on the first delivery.
    pub attempt: u32,
}

/// Why a stage could not do its work, classified once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StageError {
    /// May work next time: again after the schedule's delay.
    #[error("{0}")]
    Retry(String),
    /// Will never work: to the dead letters.
    #[error("{detail}")]
    Reject {
        /// Reason code.
        reason: Reason,
        /// In words, without the message's own.
        detail: String,
    },
    /// Something it needs is away (database, model): the delivery is held, nothing more is pulled until
    /// [`Stage::ready`], and no attempt is spent.
    #[error("{0}")]
    Unavailable(String),
}

impl From<DecodeError> for StageError {
    fn from(error: DecodeError) -> Self {
        Self::Reject { reason: error.reason(), detail: error.to_string() }
    }
}

/// An event to publish.
#[derive(Clone, Debug)]
pub struct Output {
    pub(crate) account: Account,
    pub(crate) event_type: String,
    pub(crate) version: u32,
    pub(crate) payload: Result<Vec<u8>, String>,
    pub(crate) id: Option<Uuid>,
    pub(crate) about: Option<Uuid>,
    pub(crate) revision: u64,
    pub(crate) source: Option<String>,
}

impl Output {
    /// An event for an account. Its id is derived from the input by the loop.
    pub fn new<E: Event>(account: &Account, event: &E) -> Self {
        Self {
            account: account.clone(),
            event_type: event.event_type(),
            version: E::VERSION,
            payload: serde_json::to_vec(event).map_err(|e| e.to_string()),
            id: None,
            about: None,
            revision: 0,
            source: None,
        }
    }

    /// Gives the event an id of its own (intakes derive it from the message).
    #[must_use]
    pub fn with_id(mut self, id: Uuid) -> Self {
        self.id = Some(id);
        self
    }

    /// What the event is about, for `ce-subject`.
    #[must_use]
    pub fn about(mut self, id: Uuid) -> Self {
        self.about = Some(id);
        self
    }

    /// Distinguishes an output that the same input may yield anew (a new prompt, a new profile).
    #[must_use]
    pub fn revision(mut self, revision: u64) -> Self {
        self.revision = revision;
        self
    }

    /// Who produced it, for `ce-source` (stages are named by the loop).
    #[must_use]
    pub fn from_source(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The event that it carries, where it is one of this type: for tests of stages.
    #[cfg(feature = "testing")]
    pub fn read<E: Event>(&self) -> Option<E> {
        let payload = self.payload.as_deref().ok().filter(|_| self.event_type.starts_with(E::TYPE))?;
        E::decode(self.version, payload).ok()
    }

    /// Its type without version.
    pub fn event_type(&self) -> &str {
        &self.event_type
    }
}
