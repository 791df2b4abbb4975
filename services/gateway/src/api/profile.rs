//! The profile over HTTP: read it, replace the one that was seen, and ask what another would change.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kit_score::{Profile, profile::MAX_BYTES};
use serde_json::json;

use super::plain;
use crate::{app::App, preview::preview, problem::Problem, profiles};

/// `GET /profile`: as YAML where that is asked for, else as JSON with both.
pub(super) async fn read(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let (yaml, revision) = profiles::stored(&app).await?.ok_or_else(|| {
        Problem::not_found("this account has no profile yet; PUT one here, or answer the three questions on the page")
    })?;
    let tag = tag(revision)?;
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|known| known.trim() == format!("\"{revision}\""))) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let wanted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let cached = [(header::ETAG, tag), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    if wanted.contains("yaml") || wanted.contains("text/plain") {
        let yaml_type = [(header::CONTENT_TYPE, HeaderValue::from_static("application/yaml; charset=utf-8"))];
        return Ok((cached, yaml_type, yaml).into_response());
    }
    let profile = Profile::parse(&yaml).ok();
    let body = json!({ "revision": revision, "yaml": yaml, "profile": profile });
    Ok((cached, axum::Json(body)).into_response())
}

/// `PUT /profile`: YAML, or the same as JSON. `If-Match` names the revision seen, and is needed once there is one.
pub(super) async fn replace(State(app): State<App>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let yaml = text(body).await?;
    let current = profiles::stored(&app).await?.map_or(0, |(_, revision)| revision);
    let seen = seen(&headers, current)?;
    // A faulty text is told of before a conflict: it has to be mended anyway.
    Profile::parse(&yaml).map_err(|faults| Problem::profile(&yaml, &faults))?;
    let saved = profiles::save(&app, &yaml, seen).await?;
    let status = if current == 0 { StatusCode::CREATED } else { StatusCode::OK };
    Ok(([(header::ETAG, tag(saved.revision)?)], plain(status, saved)).into_response())
}

/// `POST /profile/preview`: what this profile would change; nothing is kept.
pub(super) async fn what_if(State(app): State<App>, body: Body) -> Result<Response, Problem> {
    let yaml = text(body).await?;
    let new = Profile::parse(&yaml).map_err(|faults| Problem::profile(&yaml, &faults))?;
    let old = profiles::stored(&app).await?.and_then(|(yaml, _)| Profile::parse(&yaml).ok()).map(Arc::new);
    Ok(plain(StatusCode::OK, preview(&app.reader, &app.account, old, Arc::new(new)).await?))
}

async fn text(body: Body) -> Result<String, Problem> {
    let too_large = |_| Problem::too_large(format!("a profile has at most {MAX_BYTES} bytes"));
    let bytes = to_bytes(body, MAX_BYTES).await.map_err(too_large)?;
    String::from_utf8(bytes.into()).map_err(|_| Problem::body("is not UTF-8"))
}

fn tag(revision: u64) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(&format!("\"{revision}\"")).map_err(|_| Problem::internal())
}

/// The revision that the client has seen: 0 where it may be the first.
fn seen(headers: &HeaderMap, current: u64) -> Result<u64, Problem> {
    match headers.get(header::IF_MATCH).map(|value| value.to_str().unwrap_or_default().trim()) {
        None if current == 0 => Ok(0),
        None => Err(Problem::precondition_required()),
        Some("*") if current > 0 => Ok(current),
        Some(tag) => match tag.trim_start_matches("W/").trim_matches('"').parse() {
            Ok(revision) if revision == current && current > 0 => Ok(revision),
            _ => Err(Problem::changed_meanwhile()),
        },
    }
}
