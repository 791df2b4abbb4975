//! The live stream as server-sent events: what the store has taken in, with the log's sequence as id.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header},
    response::{IntoResponse, Response, Sse, sse},
};
use contract::{Event as _, OpportunitiesStored};
use futures::{StreamExt as _, stream};
use prometheus_client::metrics::gauge::Gauge;

use crate::{app::App, problem::Problem, query};

/// A sign of life after this long without an event.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a browser waits before it comes back.
const RETRY: Duration = Duration::from_secs(2);

/// Everything after the sequence that `Last-Event-ID` or `after` names, else everything new.
pub(super) async fn stream(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Problem> {
    let mut after = None;
    for (name, value) in query::pairs(&uri)? {
        match name.as_str() {
            "after" => after = Some(sequence(&value).ok_or_else(|| Problem::parameter("after", "is no sequence"))?),
            unknown => return Err(Problem::parameter(unknown, "is no parameter of this stream; there is only after")),
        }
    }
    if let Some(last) = headers.get("last-event-id") {
        let last = last.to_str().ok().and_then(sequence);
        after = Some(last.ok_or_else(|| Problem::request("Last-Event-ID is no id of this stream"))?);
    }
    let client = Client::count(&app.metrics.sse_clients);
    let hello = stream::iter([Ok::<_, Infallible>(sse::Event::default().retry(RETRY).comment("live"))]);
    let events = app.live.watch(after).map(move |seen| {
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
