//! The API under `/api/v1`: reads from the store, messages onto the bus, the live stream.

mod events;
mod intake;
mod messages;
mod opportunities;
mod profile;

use axum::{
    Json, Router,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;
use uuid::Uuid;

use crate::{app::App, problem::Problem};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/opportunities", get(opportunities::list))
        .route("/opportunities/{id}", get(opportunities::one))
        .route("/opportunities/{id}/events", get(opportunities::history))
        .route("/stats", get(opportunities::stats))
        .route("/messages", axum::routing::post(messages::post))
        .route("/messages/{id}", get(messages::place))
        .route("/profile", get(profile::read).put(profile::replace))
        .route("/profile/preview", axum::routing::post(profile::what_if))
        .route("/events", get(events::stream))
        .route("/ws", get(events::socket))
}

/// An id of a path. What is no id can be nowhere.
fn id(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| Problem::not_found("the address holds no id"))
}

/// A small answer that is never cached.
fn plain<T: Serialize>(status: StatusCode, value: T) -> Response {
    (status, [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(value)).into_response()
}
