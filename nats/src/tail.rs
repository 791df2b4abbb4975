//! Following the log live, without a durable consumer and without acknowledging anything: for live views.

use async_nats::jetstream::consumer::{DeliverPolicy, pull};
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

impl Bus {
    /// Follows events of some types over every account, in order and without gaps, also over reconnects. The stream
    /// ends only after an error: tail again after the last sequence seen.
    ///
    /// # Errors
    /// [`BusError::Missing`] where the topology was never applied, [`BusError::Request`].
    pub async fn tail(
        &self,
        event_types: &[&str],
        start: Start,
    ) -> Result<impl Stream<Item = Result<Tailed, BusError>> + Send + use<>, BusError> {
        let stream = self.stream(topology::EVENTS).await?;
        let config = pull::OrderedConfig {
            // A name of its own, so that permissions can allow this and yet keep the stages' consumers out of reach.
            name: Some(format!("oc_{}", uuid::Uuid::new_v4().simple())),
            filter_subjects: event_types.iter().map(|pattern| self.prefix.filter(pattern)).collect(),
            deliver_policy: match start {
                Start::New => DeliverPolicy::New,
                Start::After(sequence) => DeliverPolicy::ByStartSequence { start_sequence: sequence + 1 },
            },
            ..Default::default()
        };
        let failed = |e: &dyn std::fmt::Display| BusError::request("follow the log")(e);
        let consumer = stream.create_consumer(config).await.map_err(|e| failed(&e))?;
        let mut messages = consumer.messages().await.map_err(|e| failed(&e))?;
        let prefix = self.prefix.clone();
        Ok(async_stream(move |sender| async move {
            while let Some(message) = messages.next().await {
                let seen = message.map_err(|e| BusError::request("follow the log")(&e)).map(|message| {
                    let info = message.info().ok()?;
                    let (sequence, published_at) = (info.stream_sequence, info.published);
                    let envelope = headers::read(&prefix, &message.subject, message.headers.as_ref())?;
                    Some(Tailed {
                        sequence,
                        account: envelope.account,
                        event_type: envelope.event_type,
                        version: envelope.version,
                        payload: message.payload.clone(),
                        published_at,
                    })
                });
                let (item, last) = match seen {
                    Ok(Some(tailed)) => (Ok(tailed), false),
                    Ok(None) => continue,
                    Err(error) => (Err(error), true),
                };
                if sender.send(item).await.is_err() || last {
                    return;
                }
            }
        }))
    }
}
