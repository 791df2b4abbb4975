//! The signed webhook: one message a request, by a sender who has a secret instead of a token. What is signed is the time
//! and the body; a signature counts for five minutes and once.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use contract::{Account, MessageReceived, event::MAX_PAYLOAD, topology::Lane};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use sha2::Sha256;

use super::{
    intake::{Ids, parse, prepared},
    plain,
};
use crate::{accepted::Taken, app::App, auth::Door, body, openapi::Api, problem::Problem};

/// How far a sender's clock may be off, in seconds.
const SKEW: i64 = 300;
/// A signature is remembered for longer than it counts.
const REMEMBERED: Duration = Duration::from_secs(2 * 300 + 60);
/// Longest idempotency key.
const LONGEST_KEY: usize = 200;
/// Signatures looked at in one request: a sender that changes its secret sends two.
const SIGNATURES: usize = 5;

pub(super) fn routes(api: Api) -> Api {
    let text = || json!({ "type": "string" });
    api.described(axum::http::Method::POST, "/api/v1/hooks/messages", |op| {
        op.is("messages", "Hand in a message by a signed webhook")
            .detail(
                "Signed is `TIMESTAMP.BODY` by HMAC-SHA-256 with a secret of `webhook.secrets`; no token is needed.",
            )
            .header("Sluice-Timestamp", text(), "Unix seconds; at most five minutes off")
            .header("Sluice-Signature", text(), "`v1=` and the signature in hex; several by commas")
            .header("Idempotency-Key", text(), "The sender's own name of the message, where the body has no `id`")
            .body::<MessageReceived>()
            .answer::<Ids>(202, "Taken, now or before")
            .problems(&[404, 409, 415, 422])
    })
}

/// `POST /api/v1/hooks/messages`. The account is the secret's.
pub(crate) async fn receive(State(door): State<Arc<Door>>, request: Request) -> Response {
    let (parts, content) = request.into_parts();
    if let Err(refused) = door.count_client_of(&parts).await {
        return refused;
    }
    take(&door, &parts.headers, content).await.unwrap_or_else(Problem::into_response)
}

async fn take(door: &Door, headers: &HeaderMap, content: Body) -> Result<Response, Problem> {
    if door.webhook().is_empty() {
        return Err(Problem::not_found("there is no webhook here; set webhook.secrets"));
    }
    if body::media(headers) != "application/json" {
        return Err(Problem::media_type("send application/json"));
    }
    let bytes = body::whole(content, MAX_PAYLOAD).await?;
    let (account, signature) = verified(door.webhook(), headers, &bytes, Utc::now())?;
    let mut message = parse(&bytes)?;
    name(&mut message, headers)?;
    let (app, _) = door.rooms.of(account);
    let taken = prepared(account, message, Lane::Live, "sluice/webhook", Utc::now())?;
    // Only what is sound is remembered: whoever mends a message may sign it in the same second.
    let seen = door.limiter.take(&format!("hook:{account}:{signature}"), 1, REMEMBERED, SystemTime::now()).await;
    if !seen.allowed {
        return Err(Problem::replayed());
    }
    publish(&app, taken).await
}

async fn publish(app: &App, taken: super::intake::Prepared) -> Result<Response, Problem> {
    let at = Utc::now();
    let receipt = app.bus.publish(taken.output).await?;
    app.metrics.count_received(Some("webhook"));
    app.accepted.remember(taken.ids.message_id, Taken { sequence: receipt.stream_sequence, at });
    let location = format!("/api/v1/messages/{}", taken.ids.message_id);
    Ok(([(header::LOCATION, location)], plain(StatusCode::ACCEPTED, taken.ids)).into_response())
}

/// The account whose secret signed it, and the signature. Every secret is tried, each comparison in constant time.
fn verified<'a>(
    secrets: &'a [(Account, SecretString)],
    headers: &HeaderMap,
    body: &Bytes,
    now: DateTime<Utc>,
) -> Result<(&'a Account, String), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let timestamp = text("sluice-timestamp").and_then(|text| text.trim().parse::<i64>().ok());
    let timestamp = timestamp.ok_or_else(|| Problem::signature("Sluice-Timestamp is missing or no Unix seconds"))?;
    if now.timestamp().abs_diff(timestamp) > SKEW.unsigned_abs() {
        return Err(Problem::signature("Sluice-Timestamp is more than five minutes off; set the clock, sign it anew"));
    }
    let given = text("sluice-signature").unwrap_or_default();
    let given: Vec<Vec<u8>> =
        given.split(',').take(SIGNATURES).filter_map(|one| unhex(one.trim().strip_prefix("v1=")?)).collect();
    let mut found = None;
    for (account, secret) in secrets {
        for signature in &given {
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else { continue };
            mac.update(timestamp.to_string().as_bytes());
            mac.update(b".");
            mac.update(body);
            if mac.verify_slice(signature).is_ok() {
                found = found.or(Some((account, hex(signature))));
            }
        }
    }
    found.ok_or_else(|| Problem::signature("Sluice-Signature fits no secret, this time and this body"))
}

/// The sender's own name of the message: the body's `id`, else the idempotency key. Either makes it the same message
/// however often it comes.
fn name(message: &mut MessageReceived, headers: &HeaderMap) -> Result<(), Problem> {
    message.source.get_or_insert_with(|| "webhook".to_owned());
    let Some(key) = headers.get("idempotency-key") else { return Ok(()) };
    let key = key.to_str().ok().map(str::trim).filter(|key| (1..=LONGEST_KEY).contains(&key.len()));
    let key = key.ok_or_else(|| Problem::request("Idempotency-Key is 1 to 200 visible characters"))?;
    message.id.get_or_insert_with(|| key.to_owned());
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits.filter(|digits| digits.len() == 64)?;
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn secrets() -> Vec<(Account, SecretString)> {
        vec![
            ("ana".parse().unwrap(), SECRET.to_owned().into()),
            ("bo".parse().unwrap(), "another secret of 32 characters.".to_owned().into()),
        ]
    }

    /// Of `1800000000.{"text":"Hi"}`, by `openssl dgst -sha256 -hmac`.
    fn sign(secret: &str, timestamp: i64, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{timestamp}.{body}").as_bytes());
        format!("v1={}", hex(&mac.finalize().into_bytes()))
    }

    fn account(timestamp: &str, signature: &str, body: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([
            (header::HeaderName::from_static("sluice-timestamp"), timestamp.parse().unwrap()),
            (header::HeaderName::from_static("sluice-signature"), signature.parse().unwrap()),
        ]);
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let (secrets, body) = (secrets(), Bytes::from(body.to_owned()));
        verified(&secrets, &headers, &body, now).ok().map(|(account, _)| account.to_string())
    }

    #[test]
    fn a_signature_names_its_account_within_five_minutes_and_for_its_body_alone() {
        let (at, body) = (1_800_000_000, r#"{"text":"Hi"}"#);
        let good = sign(SECRET, at, body);
        assert_eq!(account("1800000000", &good, body).as_deref(), Some("ana"));
        let other = sign("another secret of 32 characters.", at, body);
        assert_eq!(account("1800000000", &other, body).as_deref(), Some("bo"));
        let both = format!("{}, {good}", sign("the secret that was before it...", at, body));
        assert_eq!(account("1800000000", &both, body).as_deref(), Some("ana"), "a sender that changes its secret");
        for shift in [-300, 300] {
            let at = at + shift;
            assert!(account(&at.to_string(), &sign(SECRET, at, body), body).is_some(), "{shift}");
        }
        for shift in [-301, 301, i64::MIN + 1_800_000_001] {
            let at = at.saturating_add(shift);
            assert_eq!(account(&at.to_string(), &sign(SECRET, at, body), body), None, "{shift}");
        }
        assert_eq!(account("1800000001", &good, body), None, "another time");
        assert_eq!(account("1800000000", &good, r#"{"text":"Ho"}"#), None, "another body");
        for signature in ["", "v1=", &good[3..], &good[..66], &format!("{good}0"), "v1=zz", &good.replace("v1", "v0")] {
            assert_eq!(account("1800000000", signature, body), None, "{signature}");
        }
        assert_eq!(account("now", &good, body), None);
    }
}
