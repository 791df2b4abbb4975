//! What the gateway counts, by typed labels whose sets are bounded: a route is its pattern, never its address.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

/// The gateway's metrics. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics {
    requests: Family<Answer, Counter>,
    seconds: Family<Route, Histogram>,
    /// Clients of the live stream now.
    pub(crate) sse_clients: Gauge,
    /// Clients dropped for reading too slowly.
    pub(crate) sse_dropped: Counter,
    /// Messages accepted for the bus.
    received: Family<Source, Counter>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answer {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Source {
    source: &'static str,
}

impl Metrics {
    /// Registers every family.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.000_5, 2.0, 16))),
            sse_clients: Gauge::default(),
            sse_dropped: Counter::default(),
            received: Family::default(),
        };
        registry.register("http_requests", "HTTP requests answered", metrics.requests.clone());
        registry.register("http_request_seconds", "Seconds to the first byte of an answer", metrics.seconds.clone());
        registry.register("sse_clients", "Clients of the live stream now", metrics.sse_clients.clone());
        registry.register("sse_clients_dropped", "Clients dropped for reading too slowly", metrics.sse_dropped.clone());
        registry.register("messages_received", "Messages taken over HTTP and on the bus", metrics.received.clone());
        metrics
    }

    /// Counts a message accepted. A producer's own name for its source is not a label: anyone could make new ones.
    pub(crate) fn count_received(&self, source: Option<&str>) {
        const KNOWN: [&str; 5] = ["linkedin_export", "mail", "webhook", "paste", "browser"];
        let source = KNOWN.into_iter().find(|known| Some(*known) == source).unwrap_or("http");
        self.received.get_or_create(&Source { source }).inc();
    }
}

/// Marks an answer that has been counted where its route was known.
#[derive(Clone, Copy)]
struct Observed;

/// Counts and times every request, once.
pub(crate) async fn observe(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| path.as_str()).to_owned();
    let begun = Instant::now();
    let mut response = next.run(request).await;
    if response.extensions_mut().insert(Observed).is_some() {
        return response;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    metrics.seconds.get_or_create(&Route { method, route: route.clone() }).observe(seconds);
    metrics.requests.get_or_create(&Answer { method, route, status }).inc();
    response
}

fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
