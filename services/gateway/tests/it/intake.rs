//! Messages in: accepted only when the stream has them, told apart when they are wrong.

use axum::http::header;
use bus::Start;
use contract::{Event as _, MessageReceived, identity};
use futures::StreamExt as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Gateway, dismissal, opportunity};

/// What the log holds, as many as there should be.
async fn published(gateway: &Gateway, count: usize) -> Vec<MessageReceived> {
    let tail = gateway.bus.tail(&[MessageReceived::TYPE], Start::After(0)).await.expect("the log can be followed");
    let events: Vec<_> = tail.take(count).collect().await;
    assert_eq!(gateway.bus.last_sequence().await.expect("the log answers"), count as u64);
    events
        .into_iter()
        .map(|event| MessageReceived::decode(1, &event.expect("an event").payload).expect("a message"))
        .collect()
}

#[tokio::test]
async fn one_message_is_in_the_log_before_it_is_answered() {
    let gateway = Gateway::start().await;
    let body = r#"{"text":"We are hiring","sender":{"name":"Ana R."},"thread":{"id":"2-abc"},"extra":"ignored"}"#;
    let answer = gateway.post("application/json; charset=utf-8", body).await;
    assert_eq!(answer.status, 202);
    let ids = answer.json();
    let id = ids["message_id"].as_str().expect("an id");
    assert_eq!(answer.headers[header::LOCATION], format!("/api/v1/messages/{id}"));
    let expected = identity::opportunity_id(&gateway.deps.account, Some("2-abc"), Uuid::nil());
    assert_eq!(ids["opportunity_id"], expected.to_string());
    let log = published(&gateway, 1).await;
    assert_eq!(log[0].sender.as_ref().and_then(|s| s.name.as_deref()), Some("Ana R."));
    assert_eq!(gateway.get(&format!("/api/v1/messages/{id}")).await.json()["state"], "received");
    assert!(gateway.get("/metrics").await.text.contains(r#"messages_received_total{source="http"} 1"#));
}

#[tokio::test]
async fn the_same_message_twice_is_once_in_the_log() {
    let gateway = Gateway::start().await;
    let body = r#"{"text":"We are hiring","sent_at":"2026-11-20T10:00:00Z"}"#;
    let (first, second) = (gateway.post("application/json", body).await, gateway.post("application/json", body).await);
    assert_eq!((second.status.as_u16(), first.json()), (202, second.json()));
    published(&gateway, 1).await;
}

#[tokio::test]
async fn a_wrong_message_is_refused_with_its_field_and_nothing_is_published() {
    let gateway = Gateway::start().await;
    let long = json!({ "text": "x".repeat(64 * 1024 + 1) }).to_string();
    let huge = vec![b' '; 1024 * 1024 + 1];
    for (body, status, field) in [
        (&b"{"[..], 400, None),
        (b"\xff\xfe", 400, None),
        (b"", 400, None),
        (b"{}", 422, Some("text")),
        (br#"{"text":"  \n "}"#, 422, Some("text")),
        (br#"{"text":"a","sent_at":"2999-01-01T00:00:00Z"}"#, 422, Some("sent_at")),
        (long.as_bytes(), 413, Some("text")),
        (&huge, 413, None),
    ] {
        gateway.post("application/json", body.to_vec()).await.is_problem(status, field);
    }
    let other = gateway.post("text/plain", "We are hiring").await;
    other.is_problem(415, None);
    assert!(other.headers[header::ACCEPT].to_str().expect("text").contains("application/json"));
    assert_eq!(gateway.bus.last_sequence().await.expect("the log answers"), 0);
}

#[tokio::test]
async fn good_lines_go_on_when_others_are_bad() {
    let gateway = Gateway::start().await;
    let long = format!("{{\"text\":\"{}\"}}", "y".repeat(1024 * 1024));
    let body = format!(
        "{{\"text\":\"one\"}}\n\nnot json\r\n{{\"text\":\"two\"}}\r\n{long}\n{{\"text\":7}}\n{{\"text\":\"three\"}}"
    );
    let answer = gateway.post("application/x-ndjson", body).await;
    let result = answer.json();
    assert_eq!((answer.status.as_u16(), &result["accepted"], &result["rejected"]), (202, &3.into(), &3.into()));
    let lines: Vec<(u64, Option<u64>)> = result["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|line| (line["line"].as_u64().unwrap_or(0), line["problem"]["status"].as_u64()))
        .collect();
    assert_eq!(lines, [(1, None), (3, Some(400)), (4, None), (5, Some(413)), (6, Some(422)), (7, None)]);
    assert!(result["results"][0]["message_id"].is_string());
    let texts: Vec<String> = published(&gateway, 3).await.into_iter().map(|m| m.text).collect();
    let (mut sorted, expected) = (texts.clone(), ["one", "three", "two"]);
    sorted.sort();
    assert_eq!(sorted, expected);
}

#[tokio::test]
async fn thousands_of_lines_are_all_kept() {
    let gateway = Gateway::start().await;
    let body: String = (0..2_000).map(|n| format!("{{\"text\":\"message {n}\"}}\n")).collect();
    let answer = gateway.post("application/x-ndjson", body).await.json();
    assert_eq!(answer["accepted"], 2_000);
    let lines: Vec<u64> =
        answer["results"].as_array().expect("results").iter().filter_map(|l| l["line"].as_u64()).collect();
    assert_eq!(lines, (1..=2_000).collect::<Vec<_>>());
    assert_eq!(gateway.bus.last_sequence().await.expect("the log answers"), 2_000);
}

#[tokio::test]
async fn without_the_bus_nothing_is_promised() {
    let mut gateway = Gateway::start().await;
    gateway.server.kill().await;
    let (one, many) = tokio::join!(
        gateway.post("application/json", r#"{"text":"We are hiring"}"#),
        gateway.post("application/x-ndjson", "{\"text\":\"We are hiring\"}\nnot json\n"),
    );
    one.is_problem(503, None);
    assert_eq!(one.headers[header::RETRY_AFTER], "5");
    many.is_problem(503, None);
    let result = many.json();
    assert_eq!((&result["accepted"], &result["rejected"]), (&0.into(), &2.into()));
    assert_eq!(result["results"][0]["problem"]["status"], 503);
}

#[tokio::test]
async fn a_message_is_told_where_it_is() {
    let gateway = Gateway::start().await;
    gateway.store(vec![opportunity(1, 80, "We hire"), dismissal(2, "Thanks!")]).await;
    let place = async |n: u128| gateway.get(&format!("/api/v1/messages/{}", Uuid::from_u128(n))).await.json();
    let stored: Value = place(1).await;
    assert_eq!(stored["state"], "stored");
    let link = stored["opportunity"].as_str().expect("a link");
    assert_eq!(gateway.get(link).await.status, 200);
    let dismissed = place(2).await;
    assert_eq!((&dismissed["state"], &dismissed["reason"]), (&"dismissed".into(), &"courtesy".into()));
}
