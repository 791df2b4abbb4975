//! Following the log live, without a durable consumer and without acknowledging anything: for live views.

use std::time::Duration;

use async_nats::jetstream::{
    Message,
    consumer::{DeliverPolicy, pull},
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use contract::{Account, topology};
use futures::{Stream, StreamExt as _};

use crate::{bucket::async_stream, connect::Bus, error::BusError, headers};

/// Where to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the next event.
    New,
    /// After this sequence.
    After(u64),
}

/// An event seen.
#[derive(Clone, Debug)]
pub struct Tailed {
    /// Its place in the log.
    pub sequence: u64,
    /// Whose.
    pub account: Account,
    /// Type without version.
    pub event_type: String,
    /// Version of the payload.
    pub version: u32,
    /// The payload.
    pub payload: Bytes,
    /// When the log got it.
    pub published_at: DateTime<Utc>,
}

/// Pause before a tail that was lost is taken up again.
const RETAIL: Duration = Duration::from_millis(500);

impl Bus {
    /// Follows events of some types over every account, in order and without gaps. A lost connection is taken up again
    /// after the last event seen, for as long as somebody reads.
    ///
    /// # Errors
    /// [`BusError::Missing`] where the topology was never applied, [`BusError::Request`]: both only at the beginning.
    pub async fn tail(
        &self,
        event_types: &[&str],
        start: Start,
    ) -> Result<impl Stream<Item = Result<Tailed, BusError>> + Send + use<>, BusError> {
        let filters: Vec<String> = event_types.iter().map(|pattern| self.prefix.filter(pattern)).collect();
        let mut after = match start {
            Start::After(sequence) => sequence,
            Start::New => self.last_sequence().await?,
        };
        let mut connections = self.connections.clone();
        connections.mark_unchanged();
        let mut opened = Some(self.open_tail(&filters, after).await?);
        let bus = self.clone();
        Ok(async_stream(move |sender| async move {
            loop {
                let mut messages = match opened.take() {
                    Some(messages) => messages,
                    None => {
                        // Also where it opens and then fails at its first read, which would be tried without end.
                        tokio::time::sleep(RETAIL).await;
                        match bus.open_tail(&filters, after).await {
                            Ok(messages) => messages,
                            Err(error) => {
                                tracing::warn!(%error, "the log is not followed; trying again");
                                continue;
                            }
                        }
                    }
                };
                loop {
                    let message = tokio::select! {
                        message = messages.next() => message,
                        // What the server kept of this consumer may be gone with the old connection.
                        _ = connections.changed() => break,
                        () = sender.closed() => return,
                    };
                    let Some(Ok(message)) = message else { break };
                    let Some(tailed) = bus.tailed(&message) else { continue };
                    after = tailed.sequence;
                    if sender.send(Ok(tailed)).await.is_err() {
                        return;
                    }
                }
            }
        }))
    }

    /// An ordered consumer of the events after a sequence.
    async fn open_tail(&self, filters: &[String], after: u64) -> Result<pull::Ordered, BusError> {
        let config = pull::OrderedConfig {
            // A name of its own, so that permissions can allow this and yet keep the stages' consumers out of reach.
            name: Some(format!("oc_{}", uuid::Uuid::new_v4().simple())),
            filter_subjects: filters.to_vec(),
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: after + 1 },
            ..Default::default()
        };
        let failed = |e: &dyn std::fmt::Display| BusError::request("follow the log")(e);
        let stream = self.stream(topology::EVENTS).await?;
        let consumer = stream.create_consumer(config).await.map_err(|e| failed(&e))?;
        consumer.messages().await.map_err(|e| failed(&e))
    }

    /// A message as an event; `None` where its subject is not of our form.
    fn tailed(&self, message: &Message) -> Option<Tailed> {
        let info = message.info().ok()?;
        let envelope = headers::read(&self.prefix, &message.subject, message.headers.as_ref())?;
        Some(Tailed {
            sequence: info.stream_sequence,
            published_at: info.published,
            account: envelope.account,
            event_type: envelope.event_type,
            version: envelope.version,
            payload: message.payload.clone(),
        })
    }
}
