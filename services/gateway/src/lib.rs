//! The gateway: the API and the dashboard. It reads the store and publishes messages; it never writes a row.

mod accepted;
mod api;
mod app;
pub mod assets;
mod guard;
mod live;
mod metrics;
pub mod pages;
pub mod preview;
mod problem;
mod profiles;
mod query;
mod reads;
mod words;

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use bus::Bus;
use contract::Account;
use kit_cache::Cache;
use kit_runtime::Checks;
use kit_store::Reader;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, cors::CorsLayer};

use crate::{accepted::Accepted, app::App, guard::Hosts, live::Live, reads::Reads};
pub use crate::{
    metrics::Metrics,
    problem::{Fault, Problem},
    words::{Catalogue, Tongue, Words},
};

/// Longest that an answer may take; uploads and live streams are bounded by their own clocks.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// What the gateway stands on.
#[derive(Clone, Debug)]
pub struct Deps {
    /// Where messages go and the live view comes from.
    pub bus: Bus,
    /// Where everything else is read.
    pub reader: Reader,
    /// Whose inbox it shows.
    pub account: Account,
    /// Host names beside those of loopback.
    pub allowed_hosts: Vec<String>,
    /// Origins like `https://app.example` whose pages may use the API. None: the own pages alone.
    pub allowed_origins: Vec<String>,
    /// Where answers of reads are kept.
    pub cache: Cache,
    /// Longest that one is kept, where the reader's database may be behind the persister's.
    pub cache_longest: Option<Duration>,
    /// Its own metrics, registered by [`Metrics::register`].
    pub metrics: Metrics,
    /// The whole process's metrics, for `/metrics`.
    pub registry: Arc<Registry>,
    /// What `/readyz` asks.
    pub checks: Checks,
    /// Ends the live streams and the listener.
    pub shutdown: CancellationToken,
}

/// Every route. Starts the live tail on the current tokio runtime.
pub fn router(deps: Deps) -> Router {
    let hosts = Hosts::new(&deps.allowed_hosts, &deps.allowed_origins);
    let metrics = deps.metrics.clone();
    let live = Live::start(deps.bus.clone(), metrics.clone(), deps.shutdown);
    let app = App {
        reads: Reads::new(deps.cache, Arc::clone(&live), deps.cache_longest),
        live,
        bus: deps.bus,
        reader: deps.reader,
        account: deps.account,
        metrics: metrics.clone(),
        accepted: Arc::new(Accepted::default()),
        catalogue: Arc::new(Catalogue::load()),
    };
    Router::new()
        .nest("/api/v1", api::routes().layer(cors(&deps.allowed_origins)))
        .merge(pages::routes())
        .fallback(pages::missing)
        .method_not_allowed_fallback(async || Problem::method())
        .with_state(app)
        .merge(assets::routes())
        .merge(kit_runtime::admin_router(deps.registry, deps.checks))
        .layer(middleware::from_fn(in_time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(hosts, guard::guard))
        .layer(middleware::from_fn_with_state(metrics, metrics::observe))
}

/// Serves until `deps.shutdown`; requests under way are answered first.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(listener: TcpListener, deps: Deps) -> std::io::Result<()> {
    let shutdown = deps.shutdown.clone();
    axum::serve(listener, router(deps)).with_graceful_shutdown(async move { shutdown.cancelled().await }).await
}

/// Pages of other sites: none but those configured, and these without the browser's own cookie.
fn cors(origins: &[String]) -> CorsLayer {
    let origins: Vec<HeaderValue> =
        origins.iter().filter_map(|origin| HeaderValue::from_str(&origin.trim().to_ascii_lowercase()).ok()).collect();
    if origins.is_empty() {
        return CorsLayer::new();
    }
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_MATCH, header::IF_NONE_MATCH])
        .expose_headers([header::ETAG, header::LOCATION, header::RETRY_AFTER])
        .max_age(Duration::from_secs(3600))
}

async fn in_time(uri: Uri, headers: HeaderMap, request: Request, next: Next) -> Response {
    let one = headers.get("content-type").is_some_and(|media| media.as_bytes().starts_with(b"application/json"));
    if uri.path() == "/api/v1/messages" && !one {
        return next.run(request).await;
    }
    match tokio::time::timeout(TIME_LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::unavailable("the answer took longer than 30 s").into_response(),
    }
}

fn panicked(_cause: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Problem::internal().into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use tower::ServiceExt as _;

    use super::*;

    async fn broken() -> &'static str {
        panic!("on purpose")
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_that_says_nothing_of_it() {
        let router: Router = Router::new().route("/", get(broken)).layer(CatchPanicLayer::custom(panicked));
        let response = router.oneshot(Request::new(Body::empty())).await.expect("a router never fails");
        assert_eq!(
            (response.status().as_u16(), &response.headers()["content-type"]),
            (500, &"application/problem+json".parse().expect("text"))
        );
        let body = axum::body::to_bytes(response.into_body(), 4096).await.expect("the answer arrives whole");
        assert!(!String::from_utf8_lossy(&body).contains("on purpose"));
    }
}
