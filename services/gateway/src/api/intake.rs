//! From the bytes of a request to a message for the bus: what is wrong is told with the field's name, never with its
//! value.

use bus::{Intake, Output};
use chrono::{DateTime, Utc};
use contract::{Account, MessageReceived, topology::Lane};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::error::Category;
use uuid::Uuid;

use crate::problem::Problem;

/// A message ready to be published.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) ids: Ids,
    pub(super) source: Option<String>,
    pub(super) output: Output,
}

/// What the client learns of its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Ids {
    pub(super) message_id: Uuid,
    pub(super) opportunity_id: Uuid,
}

/// Reads and checks one JSON object, and derives its ids as every stage will.
pub(super) fn prepare(account: &Account, bytes: &[u8], now: DateTime<Utc>) -> Result<Prepared, Problem> {
    prepared(account, parse(bytes)?, Lane::Live, "sluice/gateway", now)
}

/// The same for a message that has been read; `by` is what hands it in.
pub(super) fn prepared(
    account: &Account,
    received: MessageReceived,
    lane: Lane,
    by: &str,
    now: DateTime<Utc>,
) -> Result<Prepared, Problem> {
    let source = received.source.clone();
    let intake = Intake::new(account, received, lane, by, now)?;
    let ids = Ids { message_id: intake.message_id, opportunity_id: intake.opportunity_id };
    Ok(Prepared { ids, source, output: intake.output })
}

/// Strict JSON in UTF-8 (a byte-order mark is forgiven: some editors write one).
pub(super) fn parse(bytes: &[u8]) -> Result<MessageReceived, Problem> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|e| Problem::body(format!("is not UTF-8 (byte {})", e.valid_up_to() + 1)))?;
    if !text.trim_start().starts_with('{') {
        return Err(Problem::body("is not one JSON object"));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let received = serde_path_to_error::deserialize(&mut json).map_err(|e| {
        let path = e.path().to_string();
        wrong(&path, e.inner())
    })?;
    json.end().map_err(|e| Problem::body(format!("goes on after its object ({})", place(&e))))?;
    Ok(received)
}

fn wrong(path: &str, error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    match error.classify() {
        Category::Data => {}
        Category::Eof => return Problem::body(format!("ends before its object does ({})", place(error))),
        Category::Syntax | Category::Io => return Problem::body(format!("is not JSON ({})", place(error))),
    }
    for (what, detail) in [("missing field `", "is missing"), ("duplicate field `", "is given twice")] {
        if let Some(name) = text.strip_prefix(what).and_then(|rest| rest.split('`').next()) {
            let field = if path == "." { name.to_owned() } else { format!("{path}.{name}") };
            return Problem::field(field, detail);
        }
    }
    // "invalid type: integer `5`, expected a string at line 1": only what was expected, not what was given.
    let expected = text.rsplit_once("expected ").map(|(_, rest)| rest.split(" at line").next().unwrap_or(rest));
    Problem::field(path, expected.map_or("cannot be read".to_owned(), |expected| format!("is not {expected}")))
}

fn place(error: &serde_json::Error) -> String {
    format!("line {} column {}", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-24T12:00:00Z".parse().expect("a time")
    }

    fn problem(bytes: &[u8]) -> (u16, serde_json::Value) {
        let problem = prepare(&Account::me(), bytes, now()).expect_err("a problem");
        (problem.status().as_u16(), serde_json::to_value(problem).expect("a problem is JSON"))
    }

    #[test]
    fn the_least_message_is_its_text() {
        let prepared =
            prepare(&Account::me(), br#"{"text":"We are hiring a Rust engineer"}"#, now()).expect("it is fine");
        let again = prepare(&Account::me(), b"\xEF\xBB\xBF{\"text\":\"We are  hiring a Rust engineer\"}", now())
            .expect("so is this");
        assert_eq!(prepared.ids, again.ids);
        assert_eq!(prepared.output.event_type(), "messages.received");
    }

    #[test]
    fn a_thread_is_one_opportunity() {
        let message = |text: &str| {
            let json = serde_json::json!({ "text": text, "thread": { "id": "2-abc" } });
            prepare(&Account::me(), json.to_string().as_bytes(), now()).expect("it is fine").ids
        };
        let (first, second) = (message("Hello"), message("Any news?"));
        assert_ne!(first.message_id, second.message_id);
        assert_eq!(first.opportunity_id, second.opportunity_id);
    }

    #[test]
    fn what_is_no_json_is_a_bad_body() {
        for bytes in [
            &b""[..],
            b"  ",
            b"[]",
            b"\"text\"",
            b"{\"text\":\"x\"",
            b"{\"text\":\"x\"} {}",
            b"{\"text\":\"\xff\"}",
            b"{\"text\":\"\\ud800\"}",
        ] {
            assert_eq!(problem(bytes).0, 400, "{bytes:?}");
        }
    }

    #[test]
    fn a_wrong_field_is_named_and_its_value_is_not_quoted() {
        for (json, field) in [
            (r#"{}"#, "text"),
            (r#"{"text":5309117}"#, "text"),
            (r#"{"text":"   "}"#, "text"),
            (r#"{"text":"a","text":"b"}"#, "text"),
            (r#"{"text":"a\u0000b"}"#, "text"),
            (r#"{"text":"a","direction":"5309117"}"#, "direction"),
            (r#"{"text":"a","sent_at":"5309117"}"#, "sent_at"),
            (r#"{"text":"a","sent_at":"1970-01-01T00:00:00Z"}"#, "sent_at"),
            (r#"{"text":"a","sent_at":"2030-01-01T00:00:00Z"}"#, "sent_at"),
            (r#"{"text":"a","sender":{"name":5309117}}"#, "sender.name"),
            (r#"{"text":"a","history":[{"direction":"inbound"}]}"#, "history[0].text"),
        ] {
            let (status, problem) = problem(json.as_bytes());
            assert_eq!((status, &problem["field"]), (422, &field.into()), "{json}");
            assert!(!problem.to_string().contains("5309117"), "{problem}");
        }
    }

    #[test]
    fn a_text_over_the_limit_is_too_large() {
        let json = serde_json::json!({ "text": "x".repeat(contract::intake::MAX_TEXT + 1) }).to_string();
        let (status, problem) = problem(json.as_bytes());
        assert_eq!((status, &problem["field"]), (413, &"text".into()));
    }
}
