//! The API under `/api/v1`: reads from the store, messages onto the bus, the live stream.

mod events;
mod intake;
mod messages;
mod opportunities;
mod profile;

use axum::{
    Json, Router,
    http::{HeaderMap, HeaderValue, StatusCode, header},
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
}

/// An id of a path. What is no id can be nowhere.
fn id(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| Problem::not_found("the address holds no id"))
}

/// JSON with an ETag of its bytes, so that a poll of what has not changed costs no transfer.
fn tagged<T: Serialize>(request: &HeaderMap, value: &T) -> Result<Response, Problem> {
    let body = serde_json::to_vec(value).map_err(|error| {
        tracing::error!(%error, "an answer cannot be written");
        Problem::internal()
    })?;
    let tag = format!("\"{}\"", Uuid::new_v5(&Uuid::NAMESPACE_OID, &body).simple());
    let known = request.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let fresh = known.is_some_and(|known| known.split(',').any(|k| k.trim().trim_start_matches("W/") == tag));
    let tag = HeaderValue::from_str(&tag).map_err(|_| Problem::internal())?;
    let headers = [(header::ETAG, tag), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    if fresh {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Ok((headers, json, body).into_response())
}

/// A small answer that is never cached.
fn plain<T: Serialize>(status: StatusCode, value: T) -> Response {
    (status, [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(value)).into_response()
}
