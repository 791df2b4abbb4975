//! Liveness, readiness and metrics, the same on every process: the process lives while it answers, and is ready while
//! every dependency answers.

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
pub struct Checks(Vec<(&'static str, Check)>);

impl std::fmt::Debug for Checks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// What readiness answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// Every check passed.
    pub ready: bool,
    /// `ok`, or what is wrong, by name.
    pub checks: BTreeMap<&'static str, String>,
}

impl Checks {
    /// Adds a check.
    #[must_use]
    pub fn with<F, Fut>(mut self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.0.push((name, Arc::new(move || Box::pin(check()))));
        self
    }

    /// Runs every check at once.
    pub async fn readiness(&self) -> Readiness {
        let run = self.0.iter().map(|(name, check)| async {
            let answer = tokio::time::timeout(LIMIT, check()).await;
            let text = match answer {
                Ok(Ok(())) => "ok".to_owned(),
                Ok(Err(what)) => what,
                Err(_) => "no answer in 3 s".to_owned(),
            };
            (*name, text)
        });
        let checks: BTreeMap<_, _> = join_all(run).await.into_iter().collect();
        Readiness { ready: checks.values().all(|text| text == "ok"), checks }
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
