//! How the pipeline stands, from the server's own figures: for `sluice status`, readiness and metrics.

use std::collections::BTreeMap;

use async_nats::jetstream::consumer::{Consumer, pull};
use chrono::{DateTime, Utc};
use contract::topology::{self, ConsumerSpec, STAGES, STREAMS};
use futures::StreamExt as _;
use serde::Serialize;

use crate::{connect::Bus, error::BusError};

/// One consumer of a stage.
#[derive(Clone, Debug, Serialize)]
pub struct ConsumerState {
    /// Stage.
    pub stage: &'static str,
    /// Durable name.
    pub consumer: String,
    /// Not yet delivered.
    pub pending: u64,
    /// Delivered and not yet settled.
    pub in_flight: usize,
    /// Of these, delivered more than once.
    pub redelivered: usize,
    /// Pulls that wait for a message: 0 means that no copy of the stage is running or every one is busy.
    pub waiting_pulls: usize,
    /// Age of the oldest event not yet settled, in seconds.
    pub oldest_age_seconds: Option<f64>,
    /// Deliveries ever, repeated ones included.
    pub delivered: u64,
    /// When it last delivered.
    pub last_delivered: Option<DateTime<Utc>>,
}

/// One stream.
#[derive(Clone, Debug, Serialize)]
pub struct StreamState {
    /// Name.
    pub stream: String,
    /// Messages in it.
    pub messages: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// Size at which it refuses.
    pub max_bytes: i64,
    /// Newest sequence.
    pub last_sequence: u64,
}

/// The whole pipeline.
#[derive(Clone, Debug, Serialize)]
pub struct PipelineState {
    /// Every consumer of the tables.
    pub consumers: Vec<ConsumerState>,
    /// Every stream of the tables.
    pub streams: Vec<StreamState>,
    /// Dead letters of each stage, over every account.
    pub dead_letters: BTreeMap<String, u64>,
}

impl Bus {
    /// Asks the server how the pipeline stands.
    ///
    /// # Errors
    /// [`BusError::Missing`] where the topology was never applied, [`BusError::Request`].
    pub async fn pipeline(&self) -> Result<PipelineState, BusError> {
        let mut consumers = Vec::new();
        for stage in STAGES {
            for spec in stage.consumers {
                consumers.push(self.consumer_state(stage.name, spec).await?);
            }
        }
        let mut streams = Vec::new();
        for spec in STREAMS {
            let stream = self.stream(spec.name).await?;
            let info = stream.cached_info();
            streams.push(StreamState {
                stream: info.config.name.clone(),
                messages: info.state.messages,
                bytes: info.state.bytes,
                max_bytes: info.config.max_bytes,
                last_sequence: info.state.last_sequence,
            });
        }
        Ok(PipelineState { consumers, streams, dead_letters: self.dead_letters().await? })
    }

    /// How many dead letters each stage has left.
    async fn dead_letters(&self) -> Result<BTreeMap<String, u64>, BusError> {
        let stream = self.stream(topology::DEAD_LETTERS).await?;
        let failed = |e: &dyn std::fmt::Display| BusError::request("count the dead letters")(e);
        let mut subjects = stream.info_with_subjects(">").await.map_err(|e| failed(&e))?;
        let mut counts = BTreeMap::new();
        while let Some(subject) = subjects.next().await {
            let (subject, count) = subject.map_err(|e| failed(&e))?;
            if let Some((event_type, _)) = self.prefix.split(&subject)
                && let Some(stage) = event_type.rsplit('.').next()
            {
                *counts.entry(stage.to_owned()).or_default() += count as u64;
            }
        }
        Ok(counts)
    }

    async fn consumer_state(&self, stage: &'static str, spec: &ConsumerSpec) -> Result<ConsumerState, BusError> {
        let (name, stream_name) = self.consumer_place(spec);
        let consumer: Consumer<pull::Config> = self
            .jetstream
            .get_consumer_from_stream(&name, &stream_name)
            .await
            .map_err(|_| BusError::Missing { what: format!("consumer {stream_name}/{name}") })?;
        let info = consumer.cached_info();
        let behind = info.num_pending > 0 || info.num_ack_pending > 0;
        let oldest = if behind { self.oldest_after(spec, info.ack_floor.stream_sequence).await } else { None };
        Ok(ConsumerState {
            stage,
            consumer: name,
            pending: info.num_pending,
            in_flight: info.num_ack_pending,
            redelivered: info.num_redelivered,
            waiting_pulls: info.num_waiting,
            oldest_age_seconds: oldest.map(|t| (Utc::now() - t).as_seconds_f64().max(0.0)),
            delivered: info.delivered.consumer_sequence,
            last_delivered: info.delivered.last_active,
        })
    }

    /// When the first event after the acknowledged ones was published.
    async fn oldest_after(&self, spec: &ConsumerSpec, floor: u64) -> Option<DateTime<Utc>> {
        let stream = self.stream(spec.stream).await.ok()?;
        let mut oldest: Option<DateTime<Utc>> = None;
        for pattern in spec.patterns {
            let next = stream.direct_get_next_for_subject(self.prefix.filter(pattern), Some(floor + 1)).await;
            if let Ok(message) = next {
                oldest = Some(oldest.map_or(message.time, |t| t.min(message.time)));
            }
        }
        oldest
    }
}
