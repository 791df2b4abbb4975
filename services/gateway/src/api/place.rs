//! `GET /messages/{id}`: where a message is; and the wait of `POST /messages` for one to arrive in the store.

use std::{pin::pin, time::Duration};

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bus::{Logged, Lookup, Since};
use contract::{
    Account, DeadLetter, Event as _, MessageDismissed, MessageReceived, OpportunitiesStored, OpportunityAnalyzed,
    OpportunityScored, Reason, identity,
    topology::{ANALYZER, DEAD_LETTERS, EVENTS, STAGES},
};
use futures::{Stream, StreamExt as _};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::{id, plain};
use crate::{accepted::Taken, app::App, live::Seen, openapi::Api, problem::Problem};

/// Longest that a client may have an answer wait.
const LONGEST: u64 = 20;
/// Events after the message that are looked through.
const EVENTS_AFTER: usize = 5_000;
/// Dead letters that are looked through.
const LETTERS: usize = 500;

/// Where a message is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Place {
    message_id: Uuid,
    state: Step,
    /// Why it made no card, where it was dismissed.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The opportunity that it belongs to, where there is one.
    opportunity_id: Option<Uuid>,
    /// That one's address.
    opportunity: Option<String>,
    /// The dead letter, where a stage gave it up.
    #[serde(skip_serializing_if = "Option::is_none")]
    dead: Option<Dead>,
}

/// Steps of a message.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "MessageState")]
enum Step {
    /// In the log; nobody has read it yet.
    Received,
    /// Read; it waits to be judged.
    Analyzed,
    /// Judged; it waits to be stored.
    Scored,
    /// Its opportunity is in the store.
    Stored,
    /// It makes no card.
    Dismissed,
    /// A stage gave it up.
    Dead,
}

/// A message that was given up.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Dead {
    /// Its dead letter's place.
    sequence: u64,
    stage: String,
    reason: Reason,
}

pub(super) fn routes(api: Api) -> Api {
    api.get("/messages/{id}", place, |op| {
        op.is("messages", "Where a message is")
            .detail("A message that is not stored yet is known to the gateway that took it.")
            .answer::<Place>(200, "Its place")
    })
}

async fn place(State(app): State<App>, Path(path): Path<String>) -> Result<Response, Problem> {
    let message_id = id(&path)?;
    match find(&app, message_id).await? {
        Some(place) => Ok(plain(StatusCode::OK, place)),
        None => Err(Problem::not_found("no message of this id is stored, nor was it taken by this gateway")),
    }
}

/// In the store, else as far as the log says.
async fn find(app: &App, message_id: Uuid) -> Result<Option<Place>, Problem> {
    let at = |state, opportunity_id: Option<Uuid>| Place {
        message_id,
        state,
        reason: None,
        opportunity_id,
        opportunity: opportunity_id.map(|id| format!("/api/v1/opportunities/{id}")),
        dead: None,
    };
    if let Some(message) = app.reader.message(&app.account, message_id).await? {
        let state = if message.dismissed.is_some() { Step::Dismissed } else { Step::Stored };
        return Ok(Some(Place { reason: message.dismissed, ..at(state, message.opportunity_id) }));
    }
    let Some(taken) = app.accepted.get(message_id) else { return Ok(None) };
    let way = way(app, message_id, taken).await?;
    let mut steps = vec![taken.sequence];
    steps.extend(way.iter().map(|event| event.sequence));
    if let Some(dead) = dead(app, taken, &steps).await? {
        return Ok(Some(Place { dead: Some(dead), ..at(Step::Dead, None) }));
    }
    let state = match way.last().map(|event| event.event_type.as_str()) {
        None => Step::Received,
        Some(OpportunityScored::TYPE) => Step::Scored,
        Some(_) => Step::Analyzed,
    };
    Ok(Some(at(state, None)))
}

/// What the analyzer and the scorer have made of a message: ids of outputs follow from their input.
async fn way(app: &App, message_id: Uuid, taken: Taken) -> Result<Vec<Logged>, Problem> {
    let types = [OpportunityAnalyzed::TYPE, OpportunityScored::TYPE, MessageDismissed::TYPE];
    let after = app
        .bus
        .look_up(Lookup {
            stream: EVENTS,
            event_types: &types,
            account: &app.account,
            since: Since::Sequence(taken.sequence + 1),
            most: EVENTS_AFTER,
            payloads: false,
        })
        .await?;
    let intake = identity::intake_event_id(message_id, MessageReceived::TYPE);
    let read = identity::output_id(intake, ANALYZER, 0, 0);
    let Some(read) = after.iter().find(|event| event.id == Some(read)) else { return Ok(Vec::new()) };
    let judged = after.iter().find(|event| {
        event.event_type == OpportunityScored::TYPE && event.about == read.about && event.sequence > read.sequence
    });
    Ok([Some(read), judged].into_iter().flatten().cloned().collect())
}

/// The dead letter of one of these events.
async fn dead(app: &App, taken: Taken, steps: &[u64]) -> Result<Option<Dead>, Problem> {
    let types: Vec<String> = STAGES.iter().map(|stage| format!("{}.{}", DeadLetter::TYPE, stage.name)).collect();
    let types: Vec<&str> = types.iter().map(String::as_str).collect();
    let letters = app
        .bus
        .look_up(Lookup {
            stream: DEAD_LETTERS,
            event_types: &types,
            account: &app.account,
            since: Since::Time(taken.at),
            most: LETTERS,
            payloads: true,
        })
        .await?;
    Ok(letters.iter().find_map(|logged| {
        let letter: DeadLetter = serde_json::from_slice(&logged.payload).ok()?;
        steps.contains(&letter.stream_sequence).then_some(Dead {
            sequence: logged.sequence,
            stage: letter.stage,
            reason: letter.reason,
        })
    }))
}

/// How long the client would have the answer wait: `Prefer: wait=5` (RFC 7240), within bounds.
pub(super) fn patience(headers: &HeaderMap) -> Option<Duration> {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let mut each = preferences.flat_map(|value| value.split([',', ';']));
    let seconds = each.find_map(|one| {
        let (name, value) = one.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("wait") { value.trim().trim_matches('"').parse::<u64>().ok() } else { None }
    })?;
    (seconds > 0).then(|| Duration::from_secs(seconds.min(LONGEST)))
}

/// The live stream from now on, to be begun before the message is published.
pub(super) fn watch(app: &App) -> impl Stream<Item = Seen> + use<> {
    app.live.watch(&app.account, None)
}

/// 201 with the opportunity once the message is in the store, 200 with its place if it makes no card; `None` where the
/// time is over before.
pub(super) async fn arrival(
    app: &App,
    message_id: Uuid,
    patience: Duration,
    events: impl Stream<Item = Seen>,
) -> Result<Option<Response>, Problem> {
    let arrived = async {
        let mut events = pin!(events);
        loop {
            // Before the first event too: the message may have been stored long ago.
            if let Some(answer) = stored(app, &app.account, message_id).await? {
                return Ok::<_, Problem>(answer);
            }
            loop {
                let Some(seen) = events.next().await else {
                    return std::future::pending().await;
                };
                if speaks_of(&seen, message_id) {
                    break;
                }
            }
        }
    };
    let Ok(answer) = tokio::time::timeout(patience, arrived).await else { return Ok(None) };
    let mut answer = answer?;
    let applied = HeaderValue::from_str(&format!("wait={}", patience.as_secs()));
    answer
        .headers_mut()
        .extend(applied.ok().map(|applied| (header::HeaderName::from_static("preference-applied"), applied)));
    Ok(Some(answer))
}

fn speaks_of(seen: &Seen, message_id: Uuid) -> bool {
    let stored: Result<OpportunitiesStored, _> = serde_json::from_str(&seen.json);
    stored.is_ok_and(|stored| stored.items.iter().any(|item| item.message_id == Some(message_id)))
}

async fn stored(app: &App, account: &Account, message_id: Uuid) -> Result<Option<Response>, Problem> {
    let Some(message) = app.reader.message(account, message_id).await? else { return Ok(None) };
    if let Some(id) = message.opportunity_id.filter(|_| message.dismissed.is_none())
        && let Some(opportunity) = app.reader.opportunity(account, id).await?
    {
        let location = [(header::LOCATION, format!("/api/v1/opportunities/{id}"))];
        return Ok(Some((location, plain(StatusCode::CREATED, opportunity)).into_response()));
    }
    Ok(find(app, message_id).await?.map(|place| plain(StatusCode::OK, place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preference_to_wait_is_read_and_bounded() {
        for (given, seconds) in [
            ("wait=5", Some(5)),
            ("respond-async, wait=3", Some(3)),
            ("Wait = 4; foo=bar", Some(4)),
            ("wait=9999999", Some(LONGEST)),
            ("wait=99999999999999999999999999", None),
            ("wait=0", None),
            ("wait=-1", None),
            ("wait", None),
        ] {
            let headers = HeaderMap::from_iter([(header::HeaderName::from_static("prefer"), given.parse().unwrap())]);
            assert_eq!(patience(&headers), seconds.map(Duration::from_secs), "{given}");
        }
    }
}
