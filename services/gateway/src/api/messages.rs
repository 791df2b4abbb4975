//! Messages in: one, or one a line. Answered when the stream has them, and not before.

use std::time::Duration;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bus::{Bus, BusError, Output, Receipt};
use bytes::BytesMut;
use chrono::Utc;
use contract::{MessageReceived, event::MAX_PAYLOAD};
use kit_store::OpportunityDetail;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{
    intake::{Ids, prepare},
    place::{self, Place},
    plain,
};
use crate::{
    accepted::Taken,
    app::App,
    body::{self, next},
    openapi::Api,
    problem::Problem,
};

/// Most bytes of a body with one message a line.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Most lines of one, so that the answer stays an answer.
const MOST_LINES: usize = 100_000;
/// Messages published in one window.
const WINDOW: usize = 256;
/// While a publish waits, the bus is asked this often whether it is there.
const PULSE: Duration = Duration::from_secs(1);

pub(super) fn routes(api: Api) -> Api {
    api.post("/messages", post, |op| {
        op.is("messages", "Hand in messages")
            .detail(
                "One as JSON, or one a line as NDJSON. Answered when the stream has them; sent again, a message is kept \
                 once.",
            )
            .header("Prefer", json!({ "type": "string" }), "`wait=5`: answer when one message is stored, if it is by then")
            .body::<MessageReceived>()
            .body_as("application/x-ndjson", json!({ "type": "string" }))
            .answer::<OpportunityDetail>(201, "Stored, where the client would wait: its opportunity")
            .answer::<Place>(200, "Arrived, where the client would wait: it makes no card")
            .answer::<Answer>(202, "Taken")
            .problems(&[415, 422])
    })
}

/// What `POST /messages` says: of one message its ids, of many what came of each line.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it is written in two places, and described in one")]
enum Answer {
    One(Ids),
    Many { accepted: usize, rejected: usize, results: Vec<Line> },
}

async fn post(State(app): State<App>, headers: HeaderMap, content: Body) -> Response {
    match body::media(&headers).as_str() {
        "application/json" => one(&app, &headers, content).await.unwrap_or_else(Problem::into_response),
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" => many(&app, content).await,
        _ => {
            let takes = [(header::ACCEPT, "application/json, application/x-ndjson")];
            let problem =
                Problem::media_type("send application/json for one message, application/x-ndjson for one a line");
            (takes, problem).into_response()
        }
    }
}

async fn one(app: &App, headers: &HeaderMap, content: Body) -> Result<Response, Problem> {
    let bytes = body::whole(content, MAX_PAYLOAD).await?;
    let prepared = prepare(&app.account, &bytes, Utc::now())?;
    let waits = place::patience(headers).map(|patience| (patience, place::watch(app)));
    let at = Utc::now();
    let receipt = answered(&app.bus, app.bus.publish(prepared.output)).await??;
    app.metrics.count_received(prepared.source.as_deref());
    let message_id = prepared.ids.message_id;
    app.accepted.remember(message_id, Taken { sequence: receipt.stream_sequence, at });
    if let Some((patience, events)) = waits
        && let Some(answer) = place::arrival(app, message_id, patience, events).await?
    {
        return Ok(answer);
    }
    let location = format!("/api/v1/messages/{message_id}");
    Ok(([(header::LOCATION, location)], plain(StatusCode::ACCEPTED, prepared.ids)).into_response())
}

/// Waits for the stream's word, but not for a bus that is gone. A message that is still under way then may yet arrive;
/// sent again it is the same one.
async fn answered<T>(bus: &Bus, published: impl Future<Output = T>) -> Result<T, BusError> {
    let gone = async {
        loop {
            tokio::time::sleep(PULSE).await;
            if let Err(error) = bus.ping().await {
                return error;
            }
        }
    };
    tokio::select! {
        biased;
        done = published => Ok(done),
        error = gone => Err(error),
    }
}

/// What came of one line.
#[derive(Debug, Serialize, JsonSchema)]
struct Line {
    line: usize,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum Outcome {
    Accepted(Ids),
    Rejected { problem: Problem },
}

/// Good lines go on when others are bad. Where the upload itself fails, the answer is that problem with the results so
/// far; sending all of it again is safe, because a message has the same id each time.
async fn many(app: &App, body: Body) -> Response {
    let mut upload = Upload { app, lines: 0, results: Vec::new(), window: Vec::new(), away: None };
    let failed = upload.read(body).await.err();
    upload.publish().await;
    let Upload { results, away, .. } = upload;
    let accepted = results.iter().filter(|line| matches!(line.outcome, Outcome::Accepted(_))).count();
    let mut answer = json!({ "accepted": accepted, "rejected": results.len() - accepted, "results": results });
    let Some(problem) = failed.or(away) else { return plain(StatusCode::ACCEPTED, answer) };
    if let (Ok(serde_json::Value::Object(fields)), Some(object)) =
        (serde_json::to_value(&problem), answer.as_object_mut())
    {
        object.extend(fields);
    }
    let mut response = problem.into_response();
    *response.body_mut() = Body::from(answer.to_string());
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response
}

struct Upload<'a> {
    app: &'a App,
    lines: usize,
    results: Vec<Line>,
    window: Vec<(usize, Ids, Option<String>, Output)>,
    away: Option<Problem>,
}

impl Upload<'_> {
    /// Splits the body into lines as it arrives; never holds more than a line and a window.
    async fn read(&mut self, body: Body) -> Result<(), Problem> {
        let (mut chunks, mut size, mut rest, mut too_long) = (body.into_data_stream(), 0, BytesMut::new(), false);
        while let Some(chunk) = next(&mut chunks).await? {
            size += chunk.len();
            if size > MOST_BYTES {
                return Err(Problem::too_large(format!(
                    "the body has at most {MOST_BYTES} bytes; send the rest by itself"
                )));
            }
            for piece in chunk.split_inclusive(|byte| *byte == b'\n') {
                too_long |= rest.len() + piece.len() > MAX_PAYLOAD + 1;
                if !too_long {
                    rest.extend_from_slice(piece);
                }
                if piece.ends_with(b"\n") {
                    self.line(&rest, too_long).await?;
                    rest.clear();
                    too_long = false;
                }
            }
        }
        if rest.is_empty() && !too_long { Ok(()) } else { self.line(&rest, too_long).await }
    }

    async fn line(&mut self, bytes: &[u8], too_long: bool) -> Result<(), Problem> {
        self.lines += 1;
        let line = self.lines;
        if !too_long && bytes.trim_ascii().is_empty() {
            return Ok(());
        }
        if self.results.len() + self.window.len() >= MOST_LINES {
            return Err(Problem::too_large(format!(
                "at most {MOST_LINES} messages go in one request; send those from line {line} on by themselves"
            )));
        }
        let prepared = if too_long {
            Err(Problem::too_large(format!("one message has at most {MAX_PAYLOAD} bytes")))
        } else {
            prepare(&self.app.account, bytes.trim_ascii(), Utc::now())
        };
        match prepared {
            Ok(prepared) => self.window.push((line, prepared.ids, prepared.source, prepared.output)),
            Err(problem) => self.results.push(Line { line, outcome: Outcome::Rejected { problem } }),
        }
        if self.window.len() >= WINDOW {
            self.publish().await;
        }
        match &self.away {
            Some(problem) => Err(problem.clone()),
            None => Ok(()),
        }
    }

    /// Publishes the window; a line counts as accepted when the stream has it.
    async fn publish(&mut self) {
        let (at, mut lines, mut outputs) = (Utc::now(), Vec::new(), Vec::new());
        for (line, ids, source, output) in self.window.drain(..) {
            lines.push((line, ids, source));
            outputs.push(output);
        }
        let bus = &self.app.bus;
        let receipts: Vec<Result<Receipt, Problem>> = match answered(bus, bus.publish_all(outputs)).await {
            Ok(receipts) => receipts.into_iter().map(|receipt| receipt.map_err(Problem::from)).collect(),
            Err(error) => vec![Err(Problem::from(error)); lines.len()],
        };
        for ((line, ids, source), receipt) in lines.into_iter().zip(receipts) {
            let outcome = match receipt {
                Ok(receipt) => {
                    self.app.metrics.count_received(source.as_deref());
                    let taken = Taken { sequence: receipt.stream_sequence, at };
                    self.app.accepted.remember(ids.message_id, taken);
                    Outcome::Accepted(ids)
                }
                Err(problem) => {
                    self.away = Some(problem.clone());
                    Outcome::Rejected { problem }
                }
            };
            self.results.push(Line { line, outcome });
        }
        self.results.sort_by_key(|result| result.line);
    }
}
