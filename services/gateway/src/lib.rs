//! The gateway: the API and the dashboard. It reads the store and publishes messages; it never writes a row.

mod accepted;
mod api;
mod app;
pub mod assets;
mod guard;
mod live;
mod metrics;
pub mod pages;
mod problem;
mod query;
mod words;

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, Uri},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use bus::Bus;
use contract::Account;
use kit_runtime::Checks;
use kit_store::Reader;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

pub use crate::{
    metrics::Metrics,
    problem::Problem,
    words::{Catalogue, Tongue, Words},
};
use crate::{accepted::Accepted, app::App, guard::Hosts, live::Live};

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
    let hosts = Hosts::new(&deps.allowed_hosts);
    let metrics = deps.metrics.clone();
    let app = App {
        live: Live::start(deps.bus.clone(), deps.account.clone(), metrics.clone(), deps.shutdown),
        bus: deps.bus,
        reader: deps.reader,
        account: deps.account,
        metrics: metrics.clone(),
        accepted: Arc::new(Accepted::default()),
        catalogue: Arc::new(Catalogue::load()),
    };
    Router::new()
        .nest("/api/v1", api::routes())
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

async fn in_time(uri: Uri, headers: HeaderMap, request: Request, next: Next) -> Response {
    let upload = uri.path() == "/api/v1/messages" && headers.get("content-type").is_some_and(|t| t != "application/json");
    if upload {
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
