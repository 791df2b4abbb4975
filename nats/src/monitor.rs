//! How the pipeline stands, from the server's own figures: for `sluice status`, readiness and metrics.

use async_nats::jetstream::consumer::{Consumer, pull};
use chrono::{DateTime, Utc};
use contract::topology::{ConsumerSpec, STAGES, STREAMS};
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
        Ok(PipelineState { consumers, streams })
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
