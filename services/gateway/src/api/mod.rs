//! The API under `/api/v1`: reads from the store, messages onto the bus, the live stream.

pub(crate) mod commands;
mod events;
mod export;
mod hooks;
pub(crate) mod imports;
pub(crate) mod intake;
pub(crate) mod messages;
mod opportunities;
pub(crate) mod pipeline;
mod place;
mod profile;
pub(crate) mod read;
mod replies;
mod trace;

use axum::{
    Json, Router,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) use self::{hooks::receive, pipeline::Rates};
use crate::{app::App, openapi::Api, problem::Problem};

/// The routes below `/api/v1`, and the description of everything that programs may ask.
pub(crate) fn routes() -> (Router<App>, Value) {
    Api::new("/api/v1")
        .with(opportunities::routes)
        .with(replies::routes)
        .with(commands::routes)
        .with(export::routes)
        .with(trace::routes)
        .with(messages::routes)
        .with(hooks::routes)
        .with(imports::routes)
        .with(place::routes)
        .with(read::routes)
        .with(profile::routes)
        .with(pipeline::routes)
        .with(events::routes)
        .with(of_the_process)
        .finish()
}

/// What every process answers beside the API.
fn of_the_process(api: Api) -> Api {
    const PART: &str = "process";
    let text = || json!({ "type": "string" });
    let readiness = || {
        json!({
            "type": "object",
            "required": ["ready", "checks"],
            "properties": {
                "ready": { "type": "boolean" },
                "checks": { "type": "object", "additionalProperties": { "type": "string" } },
            },
        })
    };
    api.described(Method::GET, "/livez", |op| {
        op.is(PART, "Whether the process lives").answer_as(200, "It does", "text/plain", text())
    })
    .described(Method::GET, "/readyz", |op| {
        op.is(PART, "Whether everything is there that it needs")
            .answer_as(200, "It is; `degraded: …` is what it does without", "application/json", readiness())
            .answer_as(503, "It is not", "application/json", readiness())
    })
    .described(Method::GET, "/metrics", |op| {
        op.is(PART, "Metrics for Prometheus").answer_as(200, "OpenMetrics", "application/openmetrics-text", text())
    })
}

/// An id of a path. What is no id can be nowhere.
fn id(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| Problem::not_found("the address holds no id"))
}

/// A small answer that is never cached.
fn plain<T: Serialize>(status: StatusCode, value: T) -> Response {
    (status, [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(value)).into_response()
}
