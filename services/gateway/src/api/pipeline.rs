//! `GET /pipeline`: how each stage stands, from the server's own figures.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{extract::State, http::StatusCode, response::Response};
use bus::{ConsumerState, PipelineState};
use schemars::JsonSchema;
use serde::Serialize;

use super::plain;
use crate::{app::App, openapi::Api, problem::Problem};

/// A rate over less than this says nothing.
const SPAN: Duration = Duration::from_secs(1);

/// What every consumer had delivered at a moment: a rate is the difference of two.
#[derive(Debug, Default)]
pub(crate) struct Rates(Mutex<[Option<Sample>; 2]>);

#[derive(Debug)]
struct Sample {
    at: Instant,
    delivered: BTreeMap<String, u64>,
}

/// The whole pipeline.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Pipeline {
    pub(crate) stages: Vec<StageFigures>,
    pub(crate) streams: Vec<StreamFigures>,
}

/// A stage, over all its copies.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct StageFigures {
    pub(crate) stage: &'static str,
    /// Events not yet delivered to it.
    pub(crate) pending: u64,
    /// Delivered and not yet settled.
    pub(crate) in_flight: u64,
    /// Of these, delivered more than once.
    pub(crate) redelivered: u64,
    /// Age of its oldest event that is not settled, in seconds.
    pub(crate) oldest_age_seconds: Option<f64>,
    /// Deliveries a second since the question before; `null` the first time.
    pub(crate) rate: Option<f64>,
    /// Whether a copy waits for work now; `false` where all are busy or none runs.
    pub(crate) waiting: bool,
    /// What it gave up and nobody has looked after.
    pub(crate) dead_letters: u64,
}

/// A stream.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct StreamFigures {
    pub(crate) stream: String,
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
    /// Size at which it refuses.
    pub(crate) max_bytes: i64,
}

pub(super) fn routes(api: Api) -> Api {
    api.get("/pipeline", pipeline, |op| {
        op.is("pipeline", "How each stage stands").answer::<Pipeline>(200, "Stages and streams, now")
    })
}

async fn pipeline(State(app): State<App>) -> Result<Response, Problem> {
    now(&app).await.map(|pipeline| plain(StatusCode::OK, pipeline))
}

/// How it stands now.
pub(crate) async fn now(app: &App) -> Result<Pipeline, Problem> {
    let state = app.bus.pipeline().await?;
    let rates = app.rates.since(&state);
    Ok(figures(&state, &rates))
}

fn figures(state: &PipelineState, rates: &BTreeMap<String, f64>) -> Pipeline {
    let mut stages: Vec<StageFigures> = Vec::new();
    for consumer in &state.consumers {
        let index = stages.iter().position(|stage| stage.stage == consumer.stage).unwrap_or_else(|| {
            stages.push(StageFigures {
                stage: consumer.stage,
                pending: 0,
                in_flight: 0,
                redelivered: 0,
                oldest_age_seconds: None,
                rate: None,
                waiting: false,
                dead_letters: state.dead_letters.get(consumer.stage).copied().unwrap_or(0),
            });
            stages.len() - 1
        });
        add(&mut stages[index], consumer, rates.get(&consumer.consumer).copied());
    }
    let streams = state.streams.iter().map(|stream| StreamFigures {
        stream: stream.stream.clone(),
        messages: stream.messages,
        bytes: stream.bytes,
        max_bytes: stream.max_bytes,
    });
    Pipeline { stages, streams: streams.collect() }
}

fn add(stage: &mut StageFigures, consumer: &ConsumerState, rate: Option<f64>) {
    stage.pending += consumer.pending;
    stage.in_flight += consumer.in_flight as u64;
    stage.redelivered += consumer.redelivered as u64;
    stage.waiting |= consumer.waiting_pulls > 0;
    stage.oldest_age_seconds = match (stage.oldest_age_seconds, consumer.oldest_age_seconds) {
        (Some(one), Some(other)) => Some(one.max(other)),
        (one, other) => one.or(other),
    };
    stage.rate = rate.map(|rate| stage.rate.unwrap_or(0.0) + rate).or(stage.rate);
}

impl Rates {
    /// Deliveries a second of each consumer since a sample that is old enough; none at first.
    fn since(&self, state: &PipelineState) -> BTreeMap<String, f64> {
        let delivered = state.consumers.iter().map(|c| (c.consumer.clone(), c.delivered)).collect();
        let now = Sample { at: Instant::now(), delivered };
        let mut samples = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The older of two samples, so that several who ask one after the other each see a whole span.
        let [older, newer] = &mut *samples;
        if newer.as_ref().is_none_or(|newer| newer.at + SPAN <= now.at) {
            *older = newer.take();
        }
        let before = older.as_ref();
        let rate = |consumer: &String, delivered: u64| {
            let before = before?;
            let seconds = (now.at - before.at).as_secs_f64();
            let grown = delivered.saturating_sub(*before.delivered.get(consumer)?);
            #[expect(clippy::cast_precision_loss, reason = "counts of a few seconds stay far below 2^52")]
            Some(((grown as f64 / seconds) * 10.0).round() / 10.0)
        };
        let rates = now.delivered.iter().filter_map(|(c, delivered)| Some((c.clone(), rate(c, *delivered)?))).collect();
        if newer.is_none() {
            *newer = Some(now);
        }
        rates
    }
}
