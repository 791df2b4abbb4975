//! The profile over HTTP: read it, replace the one that was seen, and ask what another would change.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use kit_score::{Profile, profile::MAX_BYTES};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::plain;
use crate::{
    app::App,
    body,
    openapi::Api,
    preview::preview,
    problem::Problem,
    profiles::{self, Saved},
};

/// The profile as it stands.
#[derive(Debug, Serialize, JsonSchema)]
struct Standing {
    revision: u64,
    /// As its person wrote it.
    yaml: String,
    /// The same, read; `null` where this version cannot read it.
    profile: Option<serde_json::Value>,
}

pub(super) fn routes(api: Api) -> Api {
    const PART: &str = "profile";
    let tag = || json!({ "type": "string" });
    let yaml = || json!({ "type": "string", "maxLength": MAX_BYTES });
    api.get("/profile", read, |op| {
        op.is(PART, "The profile")
            .kept::<Standing>("As JSON with its YAML")
            .answer_as(200, "The profile; as YAML where that is asked for", "application/yaml", yaml())
            .problems(&[404])
    })
    .on(Method::PUT, "/profile", replace, |op| {
        op.is(PART, "Replace the profile that was seen")
            .detail("Everything stored is judged anew by it. Without a fault in it, or not at all.")
            .header("If-Match", tag(), "ETag of the profile that was seen; needed once there is one")
            .body_as("application/yaml", yaml())
            .answer::<Saved>(200, "Saved")
            .answer::<Saved>(201, "Saved as the first")
            .problems(&[412, 422, 428])
    })
    .post("/profile/preview", what_if, |op| {
        op.is(PART, "What another profile would change")
            .body_as("application/yaml", yaml())
            .answer::<serde_json::Value>(200, "Which opportunities would change tier; nothing is kept")
            .problems(&[422])
    })
}

/// `GET /profile`: as YAML where that is asked for, else as JSON with both.
async fn read(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
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
    let profile = profile.and_then(|profile| serde_json::to_value(profile).ok());
    Ok((cached, axum::Json(Standing { revision, yaml, profile })).into_response())
}

/// `PUT /profile`: YAML, or the same as JSON. `If-Match` names the revision seen, and is needed once there is one.
async fn replace(State(app): State<App>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
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
async fn what_if(State(app): State<App>, body: Body) -> Result<Response, Problem> {
    let yaml = text(body).await?;
    let new = Profile::parse(&yaml).map_err(|faults| Problem::profile(&yaml, &faults))?;
    let old = profiles::stored(&app).await?.and_then(|(yaml, _)| Profile::parse(&yaml).ok()).map(Arc::new);
    Ok(plain(StatusCode::OK, preview(&app.reader, &app.account, old, Arc::new(new)).await?))
}

async fn text(content: Body) -> Result<String, Problem> {
    String::from_utf8(body::whole(content, MAX_BYTES).await?.into()).map_err(|_| Problem::body("is not UTF-8"))
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
