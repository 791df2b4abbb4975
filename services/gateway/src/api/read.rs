//! `POST /read`: one message read, judged and answered here and now; nothing is stored and nothing goes onto the bus.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use chrono::Utc;
use contract::{Message, MessageReceived, event::MAX_PAYLOAD, intake};
use kit_score::Profile;
use serde_json::json;

use super::{intake::parse, plain};
use crate::{app::App, at_once::ReadNow, body, openapi::Api, problem::Problem, profiles};

pub(super) fn routes(api: Api) -> Api {
    api.post("/read", read, |op| {
        op.is("messages", "Read one message without storing it")
            .detail("By the rules alone, whatever model is configured. The same as `sluice read`.")
            .body::<MessageReceived>()
            .body_as("text/plain", json!({ "type": "string", "minLength": 1, "maxLength": 65536 }))
            .answer::<ReadNow>(200, "What it says, what it is worth, and the draft")
            .problems(&[415, 422])
    })
}

async fn read(State(app): State<App>, headers: HeaderMap, content: Body) -> Result<Response, Problem> {
    let media = body::media(&headers);
    let received = match media.as_str() {
        "application/json" => parse(&body::whole(content, MAX_PAYLOAD).await?)?,
        "text/plain" => {
            let bytes = body::whole(content, MAX_PAYLOAD).await?;
            let text = String::from_utf8(bytes.into()).map_err(|_| Problem::body("is not UTF-8"))?;
            MessageReceived { text, ..MessageReceived::default() }
        }
        _ => return Err(Problem::media_type("send application/json, or the bare words as text/plain")),
    };
    at_once(&app, received).await.map(|(_, read)| plain(StatusCode::OK, read))
}

/// The message as it would have been taken, and what it says.
pub(crate) async fn at_once(app: &App, received: MessageReceived) -> Result<(Message, ReadNow), Problem> {
    let now = Utc::now();
    let receipt = intake::Receipt { account: &app.account, time: now, received_at: now, backfilled: false };
    let message = intake::resolve(received, receipt)?;
    let profile = profiles::stored(app).await?.and_then(|(yaml, _)| Profile::parse(&yaml).ok());
    let (desk, given) = (Arc::clone(&app.at_once), message.clone());
    let read = tokio::task::spawn_blocking(move || desk.read(given, profile.as_ref())).await;
    read.map(|read| (message, read)).map_err(|error| {
        tracing::error!(%error, "a message could not be read");
        Problem::internal()
    })
}
