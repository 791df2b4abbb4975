//! The gateway: the API and the dashboard. It reads the store and publishes messages; it never writes a row.

mod accepted;
mod api;
mod app;
pub mod assets;
mod at_once;
pub mod auth;
mod body;
mod command;
mod guard;
pub mod imports;
mod live;
mod metrics;
mod openapi;
pub mod pages;
pub mod preview;
mod problem;
mod profiles;
mod query;
mod reads;
mod words;

use std::{any::Any, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::post,
};
use bus::Bus;
use contract::Account;
use kit_cache::{Cache, Limiter};
use kit_runtime::Checks;
use kit_store::Reader;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, cors::CorsLayer};

use crate::{
    accepted::Accepted,
    app::App,
    auth::{Door, Rooms},
    command::Outcomes,
    guard::Hosts,
    live::Live,
    reads::Reads,
};
pub use crate::{
    at_once::{ReadAtOnce, ReadNow},
    auth::Access,
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
    /// Who may come in, and how often.
    pub access: Access,
    /// Host names beside those of loopback.
    pub allowed_hosts: Vec<String>,
    /// Origins like `https://app.example` whose pages may use the API. None: the own pages alone.
    pub allowed_origins: Vec<String>,
    /// Where answers of reads are kept.
    pub cache: Cache,
    /// Longest that one is kept, where the reader's database may be behind the persister's.
    pub cache_longest: Option<Duration>,
    /// Reads one message here and now.
    pub at_once: Arc<dyn ReadAtOnce>,
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
    let live = Live::start(deps.bus.clone(), metrics.clone(), deps.shutdown.clone());
    let limiter = Limiter::beside(&deps.cache);
    let catalogue = Arc::new(Catalogue::load());
    let app = App {
        reads: Reads::new(deps.cache, Arc::clone(&live), deps.cache_longest),
        live,
        outcomes: Outcomes::start(deps.bus.clone(), deps.shutdown.clone()),
        bus: deps.bus,
        reader: deps.reader.clone(),
        account: deps.account.clone(),
        metrics: metrics.clone(),
        accepted: Arc::new(Accepted::default()),
        catalogue: Arc::clone(&catalogue),
        at_once: deps.at_once,
        rates: Arc::default(),
        imports: Arc::default(),
        shutdown: deps.shutdown,
    };
    let (routes, description) = api::routes();
    let of_an_account = Router::new()
        .nest("/api/v1", routes.layer(cors(&deps.allowed_origins)))
        .merge(pages::routes())
        .fallback(pages::missing)
        .method_not_allowed_fallback(async || Problem::method())
        .layer(middleware::from_fn_with_state(metrics.clone(), metrics::observe));
    let door = Door::new(deps.access, deps.reader, limiter, Rooms::new(of_an_account, app), deps.account);
    let admin = kit_runtime::admin_router(deps.registry, deps.checks)
        .layer(middleware::from_fn_with_state(Arc::clone(&door), auth::watched));
    Router::new()
        .route("/api/v1/hooks/messages", post(api::receive))
        .fallback(auth::enter)
        .method_not_allowed_fallback(async || Problem::method())
        .with_state(Arc::clone(&door))
        .merge(auth::login_routes(door, catalogue))
        .merge(assets::routes())
        .merge(openapi::routes(&description))
        .merge(admin)
        .layer(middleware::from_fn(in_time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(hosts, guard::guard))
        .layer(middleware::from_fn_with_state(metrics, metrics::observe))
}

/// The description of the API, OpenAPI 3.1.
pub fn description() -> serde_json::Value {
    api::routes().1
}

/// Serves until `deps.shutdown`; requests under way are answered first.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(listener: TcpListener, deps: Deps) -> std::io::Result<()> {
    let shutdown = deps.shutdown.clone();
    let service = router(deps).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(async move { shutdown.cancelled().await }).await
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
    let uploads = ["/api/v1/messages", "/api/v1/imports", "/imports"];
    if uploads.contains(&uri.path()) && !one {
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
