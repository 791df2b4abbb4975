//! The live stream, as server-sent events and over a WebSocket: what the store has taken in, with the log's sequence
//! as id.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header},
    response::{IntoResponse, Response, Sse, sse},
};
use bytes::Bytes;
use contract::{Event as _, OpportunitiesStored};
use futures::{Stream, StreamExt as _, stream};
use prometheus_client::metrics::gauge::Gauge;
use serde_json::json;
use tokio::time::Instant;

use crate::{
    app::App,
    live::Seen,
    openapi::{Api, Parameter},
    problem::Problem,
    query,
};

/// A sign of life after this long without an event.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Longest that a client may take for one message of a socket.
const STALLED: Duration = Duration::from_secs(30);
/// Most bytes that a client may say at once: it has nothing to say but good-bye.
const MOST_SAID: usize = 4096;
/// How long a browser waits before it comes back.
const RETRY: Duration = Duration::from_secs(2);

pub(super) fn routes(api: Api) -> Api {
    let after = || Parameter::number("after", 0, u64::MAX, "The last id that the client has");
    let last = || json!({ "type": "integer", "minimum": 0 });
    api.get("/events", stream, |op| {
        op.is("live", "What the store takes in, as server-sent events")
            .detail("Each event is an `opportunities.stored`; a client that comes back with its last id loses nothing.")
            .query(&[after()])
            .header("Last-Event-ID", last(), "The same as `after`, as browsers send it")
            .answer_as(200, "The stream", "text/event-stream", json!({ "type": "string" }))
    })
    .get("/ws", socket, |op| {
        op.is("live", "The same over a WebSocket")
            .detail("Each text is `{\"id\", \"type\", \"data\"}`.")
            .query(&[after()])
            .empty(101, "The socket is open")
            .problems(&[426])
    })
}

/// `GET /events`: everything after the sequence that `Last-Event-ID` or `after` names, else everything new.
async fn stream(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Problem> {
    let after = place(&headers, &uri)?;
    let client = Client::count(&app.metrics.sse_clients);
    let hello = stream::iter([Ok::<_, Infallible>(sse::Event::default().retry(RETRY).comment("live"))]);
    let events = app.live.watch(&app.account, after).map(move |seen| {
        let _client = &client;
        Ok(sse::Event::default().id(seen.sequence.to_string()).event(OpportunitiesStored::TYPE).data(&*seen.json))
    });
    let live = Sse::new(hello.chain(events)).keep_alive(sse::KeepAlive::new().interval(HEARTBEAT));
    let unbuffered = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((unbuffered, live).into_response())
}

/// `GET /ws`: the same events over a WebSocket, each a text of JSON with its `id` and `type`.
async fn socket(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let after = place(&headers, &uri)?;
    let upgrade = upgrade.map_err(|_| Problem::upgrade())?;
    Ok(upgrade.max_message_size(MOST_SAID).on_upgrade(async move |socket| {
        let _client = Client::count(&app.metrics.sse_clients);
        speak(socket, app.live.watch(&app.account, after)).await;
    }))
}

/// Until either side is through. What the client says is read, so that it can close, and otherwise left alone.
async fn speak(mut socket: WebSocket, mut events: impl Stream<Item = Seen> + Unpin) {
    let mut heartbeat = tokio::time::interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    loop {
        let message = tokio::select! {
            seen = events.next() => match seen {
                Some(seen) => Message::text(format!(
                    r#"{{"id":{},"type":"{}","data":{}}}"#, seen.sequence, OpportunitiesStored::TYPE, seen.json
                )),
                // The client comes back with the last id that it has.
                None => break,
            },
            _ = heartbeat.tick() => Message::Ping(Bytes::new()),
            said = socket.recv() => match said {
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => return,
            },
        };
        match tokio::time::timeout(STALLED, socket.send(message)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => return,
        }
    }
    let going = CloseFrame { code: close_code::AWAY, reason: "come back with the last id that you have".into() };
    // A client that is gone already needs no word.
    let _ = tokio::time::timeout(STALLED, socket.send(Message::Close(Some(going)))).await;
}

/// Where a client wants to go on: the header counts before the address.
fn place(headers: &HeaderMap, uri: &Uri) -> Result<Option<u64>, Problem> {
    let mut after = None;
    for (name, value) in query::pairs(uri)? {
        match name.as_str() {
            "after" => after = Some(sequence(&value).ok_or_else(|| Problem::parameter("after", "is no sequence"))?),
            unknown => return Err(Problem::parameter(unknown, "is no parameter of this stream; there is only after")),
        }
    }
    if let Some(last) = headers.get("last-event-id") {
        let last = last.to_str().ok().and_then(sequence);
        after = Some(last.ok_or_else(|| Problem::request("Last-Event-ID is no id of this stream"))?);
    }
    Ok(after)
}

fn sequence(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

/// Counts a client while its stream lives.
struct Client(Gauge);

impl Client {
    fn count(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.0.dec();
    }
}
