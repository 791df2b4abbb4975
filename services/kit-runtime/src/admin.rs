//! Liveness, readiness and metrics, the same on every process: the process lives while it answers, and is ready while
//! every dependency answers that it cannot work without.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

pub use axum::Router;
use axum::{Json, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use futures::future::{BoxFuture, join_all};
use prometheus_client::registry::Registry;
use serde::Serialize;

/// Longest a check may take.
const LIMIT: Duration = Duration::from_secs(3);

/// A dependency's check: `Err` says what is wrong.
pub type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// The checks of a process, by name of what they check.
#[derive(Clone, Default)]
pub struct Checks(Vec<Named>);

#[derive(Clone)]
struct Named {
    name: &'static str,
    /// Without it the process does worse, but works.
    optional: bool,
    check: Check,
}

impl std::fmt::Debug for Checks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|named| named.name)).finish()
    }
}

/// What readiness answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// Every check passed, but for those that the process can do without.
    pub ready: bool,
    /// `ok`, or what is wrong, by name; after `degraded: ` what the process does without.
    pub checks: BTreeMap<&'static str, String>,
}

impl Checks {
    /// Adds a check.
    #[must_use]
    pub fn with<F, Fut>(self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.and(name, false, Arc::new(move || Box::pin(check())))
    }

    /// Adds a check of something that the process can do without: a failure is told, and the process stays ready.
    #[must_use]
    pub fn with_optional<F, Fut>(self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.and(name, true, Arc::new(move || Box::pin(check())))
    }

    fn and(mut self, name: &'static str, optional: bool, check: Check) -> Self {
        self.0.push(Named { name, optional, check });
        self
    }

    /// Runs every check at once.
    pub async fn readiness(&self) -> Readiness {
        let run = self.0.iter().map(|named| async move {
            let outcome = match tokio::time::timeout(LIMIT, (named.check)()).await {
                Ok(outcome) => outcome,
                Err(_) => Err("no answer in 3 s".to_owned()),
            };
            (named, outcome)
        });
        let (mut ready, mut checks) = (true, BTreeMap::new());
        for (named, outcome) in join_all(run).await {
            let text = match outcome {
                Ok(()) => "ok".to_owned(),
                Err(what) if named.optional => format!("degraded: {what}"),
                Err(what) => {
                    ready = false;
                    what
                }
            };
            checks.insert(named.name, text);
        }
        Readiness { ready, checks }
    }
}

/// `/livez`, `/readyz` and `/metrics`.
pub fn admin_router(registry: Arc<Registry>, checks: Checks) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz).with_state(checks))
        .route("/metrics", get(metrics).with_state(registry))
}

async fn readyz(State(checks): State<Checks>) -> impl IntoResponse {
    let readiness = checks.readiness().await;
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness))
}

async fn metrics(State(registry): State<Arc<Registry>>) -> impl IntoResponse {
    let mut text = String::new();
    match prometheus_client::encoding::text::encode(&mut text, &registry) {
        Ok(()) => {
            ([("content-type", "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Serves a router until `ended`.
///
/// # Errors
/// As the system's.
pub async fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
    ended: tokio_util::sync::CancellationToken,
) -> std::io::Result<()> {
    axum::serve(listener, router).with_graceful_shutdown(ended.cancelled_owned()).await
}
