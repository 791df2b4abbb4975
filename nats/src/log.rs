//! Looking something up in the log: what its events' headers say, from a place on. For traces; nothing is acknowledged.

use std::time::Duration;

use async_nats::jetstream::consumer::{DeliverPolicy, pull};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use contract::{Account, envelope::header};
use futures::StreamExt as _;
use uuid::Uuid;

use crate::{connect::Bus, error::BusError, headers};

/// Longest wait for the next event of what the server says is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where to begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Since {
    /// With the first event from a time on.
    Time(DateTime<Utc>),
    /// With this sequence.
    Sequence(u64),
}

/// What an event's headers say.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    /// Its place in the stream.
    pub sequence: u64,
    /// Type without version; of a dead letter `dead.STAGE`.
    pub event_type: String,
    /// Its id, where the producer gave one.
    pub id: Option<Uuid>,
    /// The opportunity or message that it is about.
    pub about: Option<Uuid>,
    /// Who produced it.
    pub source: Option<String>,
    /// The delivery of its input that it came of; `None` for what no stage made.
    pub attempt: Option<u32>,
    /// When the stream got it.
    pub published_at: DateTime<Utc>,
    /// Its payload, where that was asked for.
    pub payload: Bytes,
}

/// What to look up.
#[derive(Clone, Copy, Debug)]
pub struct Lookup<'a> {
    /// Bare name of the stream.
    pub stream: &'a str,
    /// Types, of which every one may be a pattern of the tables.
    pub event_types: &'a [&'a str],
    /// Whose.
    pub account: &'a Account,
    /// From where on.
    pub since: Since,
    /// Most events.
    pub most: usize,
    /// Whether the payloads are wanted too.
    pub payloads: bool,
}

impl Bus {
    /// An account's events of some types from a place on, oldest first, as far as the stream goes now.
    ///
    /// # Errors
    /// [`BusError::Missing`] where the topology was never applied, [`BusError::Request`].
    pub async fn look_up(&self, lookup: Lookup<'_>) -> Result<Vec<Logged>, BusError> {
        let failed = |e: &dyn std::fmt::Display| BusError::request("look up events")(e);
        let subjects = lookup.event_types.iter().map(|event_type| self.prefix.event(event_type, lookup.account));
        let config = pull::OrderedConfig {
            name: Some(format!("oc_{}", Uuid::new_v4().simple())),
            filter_subjects: subjects.collect(),
            headers_only: !lookup.payloads,
            deliver_policy: match lookup.since {
                Since::Sequence(sequence) => DeliverPolicy::ByStartSequence { start_sequence: sequence.max(1) },
                Since::Time(time) => DeliverPolicy::ByStartTime { start_time: time },
            },
            ..Default::default()
        };
        let stream = self.stream(lookup.stream).await?;
        let consumer = stream.create_consumer(config).await.map_err(|e| failed(&e))?;
        let mut left = usize::try_from(consumer.cached_info().num_pending).unwrap_or(usize::MAX).min(lookup.most);
        let mut found = Vec::with_capacity(left.min(256));
        if left == 0 {
            return Ok(found);
        }
        let mut messages = consumer.messages().await.map_err(|e| failed(&e))?;
        while left > 0 {
            let Ok(Some(message)) = tokio::time::timeout(PATIENCE, messages.next()).await else { break };
            let message = message.map_err(|e| failed(&e))?;
            left -= 1;
            let (Ok(info), Some(envelope)) =
                (message.info(), headers::read(&self.prefix, &message.subject, message.headers.as_ref()))
            else {
                continue;
            };
            let get = |name: &str| message.headers.as_ref().and_then(|h| h.get(name)).map(|v| v.as_str());
            found.push(Logged {
                sequence: info.stream_sequence,
                published_at: info.published,
                event_type: envelope.event_type,
                id: envelope.id,
                about: get(header::SUBJECT).and_then(|about| about.parse().ok()),
                source: get(header::SOURCE).map(str::to_owned),
                attempt: get(header::ATTEMPT).and_then(|attempt| attempt.parse().ok()),
                payload: message.payload.clone(),
            });
        }
        Ok(found)
    }
}
