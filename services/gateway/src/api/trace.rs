//! `GET /opportunities/{id}/trace`: the way of an opportunity's messages through the stages, as the log has it.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use bus::{Logged, Lookup, Since};
use chrono::{DateTime, Duration, Utc};
use contract::{
    Event as _, MessageBackfilled, MessageDismissed, MessageReceived, OpportunityAnalyzed, OpportunityScored,
    ReplyDrafted, topology::EVENTS,
};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::{id, opportunities::missing};
use crate::{app::App, openapi::Api, problem::Problem, reads::tagged};

/// Messages of a conversation that are traced: its newest.
const MESSAGES: usize = 5;
/// Events of the account that are looked through for each message.
const EVENTS_EACH: usize = 5_000;
/// A message may have been in the log a little before the time that it says.
const BEFORE: Duration = Duration::seconds(2);

/// The way of an opportunity's newest messages.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Trace {
    opportunity_id: Uuid,
    /// Newest last.
    messages: Vec<MessageTrace>,
}

/// The way of one message. Steps that the log has let go, or that lie behind thousands of others, are not there.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct MessageTrace {
    message_id: Uuid,
    received_at: DateTime<Utc>,
    /// In the order of the log.
    steps: Vec<Step>,
    /// Milliseconds from the first step to the last.
    total_ms: Option<i64>,
}

/// One step: a stage published, or the store was written.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
struct Step {
    /// Who made it: a stage, or the source that brought the message.
    stage: String,
    /// What it published; `stored` for the commit.
    event: String,
    at: DateTime<Utc>,
    /// Deliveries of its input that it took; `null` where no stage made it.
    attempts: Option<u32>,
    /// Since the step before: waiting and work.
    milliseconds: Option<i64>,
    /// Place in the log.
    sequence: u64,
}

pub(super) fn routes(api: Api) -> Api {
    api.get("/opportunities/{id}/trace", trace, |op| {
        op.is("opportunities", "The way of its messages through the stages")
            .kept::<Trace>("Stages, attempts, durations")
    })
}

async fn trace(State(app): State<App>, headers: HeaderMap, Path(path): Path<String>) -> Result<Response, Problem> {
    let opportunity_id = id(&path)?;
    let detail = app.reader.opportunity(&app.account, opportunity_id).await?.ok_or_else(missing)?;
    let history = app.reader.history(&app.account, opportunity_id).await?;
    let marks = app.reader.marks(&app.account, opportunity_id).await?;
    let mut messages = Vec::new();
    for mark in marks.iter().skip(marks.len().saturating_sub(MESSAGES)) {
        let lookup = Lookup {
            stream: EVENTS,
            event_types: &[
                MessageReceived::TYPE,
                MessageBackfilled::TYPE,
                MessageDismissed::TYPE,
                OpportunityAnalyzed::TYPE,
                OpportunityScored::TYPE,
                ReplyDrafted::TYPE,
            ],
            account: &app.account,
            since: Since::Time(mark.received_at - BEFORE),
            most: EVENTS_EACH,
            payloads: false,
        };
        // Until the next message of the conversation came, what is about the opportunity is about this message.
        let until = marks.iter().map(|other| other.received_at).filter(|at| *at > mark.received_at).min();
        let of_this = |event: &Logged| {
            event.about == Some(mark.message_id)
                || event.about == Some(detail.row.id) && until.is_none_or(|until| event.published_at < until)
        };
        let mut steps: Vec<Step> = app.bus.look_up(lookup).await?.iter().filter(|e| of_this(e)).map(step).collect();
        let sequences: Vec<u64> = steps.iter().map(|step| step.sequence).collect();
        let stored = history.iter().filter(|row| sequences.contains(&row.stream_sequence.unsigned_abs()));
        steps.extend(stored.map(|row| Step {
            stage: "persister".to_owned(),
            event: "stored".to_owned(),
            at: row.at,
            attempts: None,
            milliseconds: None,
            sequence: row.stream_sequence.unsigned_abs(),
        }));
        messages.push(finish(mark.message_id, mark.received_at, steps));
    }
    tagged(&headers, &Trace { opportunity_id, messages })
}

fn step(event: &Logged) -> Step {
    let source = event.source.as_deref().unwrap_or("a producer");
    Step {
        stage: source.strip_prefix("sluice/").unwrap_or(source).to_owned(),
        event: event.event_type.clone(),
        at: event.published_at,
        attempts: event.attempt,
        milliseconds: None,
        sequence: event.sequence,
    }
}

/// Puts the steps in order of time and says how long each took.
fn finish(message_id: Uuid, received_at: DateTime<Utc>, mut steps: Vec<Step>) -> MessageTrace {
    steps.sort_by_key(|step| (step.at, step.sequence));
    for n in 1..steps.len() {
        steps[n].milliseconds = Some((steps[n].at - steps[n - 1].at).num_milliseconds());
    }
    let total_ms = steps.first().zip(steps.last()).map(|(first, last)| (last.at - first.at).num_milliseconds());
    MessageTrace { message_id, received_at, steps, total_ms }
}
