//! Bad input, over HTTP and on the bus: told with the field's name, parked with its reason, and the rest goes on.

use bus::{ConnectOptions, Start};
use contract::{DeadLetter, Event as _};
use e2e::System;
use futures::StreamExt as _;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_message_over_http_is_a_problem_with_the_fields_name() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start(data.path()).await;
    let post = async |content_type: &str, body: Vec<u8>| {
        let (status, _, answer) = system.client.post("/api/v1/messages", content_type, body).await;
        (status, answer.to_string())
    };
    let json_type = "application/json";
    for (body, status, says) in [
        (b"".to_vec(), 400, ""),
        (b"{ not json".to_vec(), 400, ""),
        (b"{\"text\":\"\xff\xfe\"}".to_vec(), 400, ""),
        (b"{}".to_vec(), 422, "text"),
        (json!({"text": "   "}).to_string().into_bytes(), 422, "text"),
        (json!({"text": 5}).to_string().into_bytes(), 422, "text"),
        (json!({"text": "a\0b"}).to_string().into_bytes(), 422, "text"),
        (json!({"text": "x", "subject": "a\0b"}).to_string().into_bytes(), 422, "subject"),
        (json!({"text": "x", "sent_at": "2999-01-01T00:00:00Z"}).to_string().into_bytes(), 422, "sent_at"),
        (json!({"text": "x", "sent_at": "1900-01-01T00:00:00Z"}).to_string().into_bytes(), 422, "sent_at"),
        (json!({"text": "x".repeat(100_000)}).to_string().into_bytes(), 413, ""),
        (json!({"text": "x".repeat(1024 * 1024)}).to_string().into_bytes(), 413, ""),
    ] {
        let (got, answer) = post(json_type, body.clone()).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        assert_eq!(got, status, "{shown}: {answer}");
        assert!(answer.contains(says), "{shown}: {answer}");
    }
    assert_eq!(post("text/plain", b"hello".to_vec()).await.0, 415);

    // One bad line does not hold up the good ones.
    let lines = "{\"text\":\"Senior Go Engineer at Orbeva, 80k EUR, remote\"}\nnonsense\n{\"text\":\"Rust role at Talpa Freight, 90k EUR\"}\n";
    let (status, _, body) = system.client.post("/api/v1/messages", "application/x-ndjson", lines).await;
    assert_eq!(status, 202, "{body}");
    let results = body["results"].as_array().unwrap();
    let accepted: Vec<bool> = results.iter().map(|r| r["message_id"].is_string()).collect();
    assert_eq!(accepted, [true, false, true], "{body}");
    system.client.until_settled(2).await;
    system.stop().await;
}

/// The bus of a running system.
async fn bus_of(data: &std::path::Path) -> bus::Bus {
    let note: Value = serde_json::from_slice(&std::fs::read(data.join("instance.json")).unwrap()).unwrap();
    let text = |key: &str| note[key].as_str().unwrap().to_owned();
    let user = Some((text("user"), text("password")));
    bus::Bus::connect(ConnectOptions { url: text("nats"), name: "test".into(), user, ..Default::default() })
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_sent_three_times_without_any_id_is_one_row_and_one_draft() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start(data.path()).await;
    e2e::set_profile(data.path()).await;
    let bus = bus_of(data.path()).await;
    let offer = br#"{"text":"Senior Rust Engineer at Orbeva, 90k EUR, remote","sent_at":"2026-11-20T10:00:00Z"}"#;
    for _ in 0..3 {
        bus::testing::publish_raw(&bus, "messages.received", "me", offer).await;
    }
    // Three events reach the persister: the stream cannot know that they are one message.
    for event in ["opportunities.scored", "replies.drafted"] {
        bus::testing::events(&bus, &[event], 3).await;
    }
    bus::testing::settled(&bus, "persister").await;
    let item = system.client.until_settled(1).await.remove(0);
    let history = system.client.get(&format!("/api/v1/opportunities/{}/events", item["id"].as_str().unwrap())).await;
    let changes = history["items"].as_array().or(history.as_array()).unwrap().len();
    assert_eq!(changes, 2, "created and drafted, once each: {history}");
    assert_eq!(item["revision"], 2);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_on_the_bus_is_parked_with_its_reason_and_the_rest_goes_on() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start(data.path()).await;
    let bus = bus_of(data.path()).await;
    let long = json!({ "text": "x".repeat(200_000) }).to_string();
    for payload in ["", "{", "[1]", r#"{"txt":"typo"}"#, r#"{"text":"  "}"#, r#"{"text":"a\u0000b"}"#, &long] {
        bus::testing::publish_raw(&bus, "messages.received", "me", payload.as_bytes()).await;
    }
    let old = json!({"text": "x", "sent_at": "1899-01-01T00:00:00Z"}).to_string();
    bus::testing::publish_raw(&bus, "messages.received", "me", old.as_bytes()).await;
    bus::testing::publish_raw(
        &bus,
        "messages.received",
        "me",
        br#"{"text":"Senior Rust Engineer at Orbeva, 90k EUR, remote"}"#,
    )
    .await;
    system.client.until_settled(1).await;
    let letters: Vec<DeadLetter> = bus::testing::dead_letters(&bus, 8).await;
    let mut reasons: Vec<&str> = letters.iter().map(|l| l.reason.as_str()).collect();
    reasons.sort_unstable();
    assert_eq!(
        reasons,
        ["invalid", "invalid", "invalid", "malformed", "malformed", "malformed", "malformed", "too-large"]
    );

    // Everything that happened is in the log, in one sequence.
    let tail = bus.tail(&[contract::OpportunitiesStored::TYPE], Start::After(0)).await.unwrap();
    assert!(tail.take(1).next().await.unwrap().is_ok());
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_own_message_makes_no_card_and_marks_its_thread_answered() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start(data.path()).await;
    let thread = json!({ "id": "2-abc" });
    system
        .client
        .send(&json!({"thread": thread, "sender": {"name": "Ana R."}, "sent_at": "2026-11-20T10:00:00Z",
            "text": "Hi, we look for a Staff Backend Engineer at Nimbus Robotics, €95–115k, fully remote, Rust and Kafka."}))
        .await;
    system.client.until_settled(1).await;
    system
        .client
        .send(&json!({"thread": thread, "direction": "outbound", "sender": {"name": "Diego"},
            "sent_at": "2026-11-20T12:00:00Z", "text": "Hi Ana, thanks, let us talk on Tuesday."}))
        .await;
    let item = system
        .client
        .until("the thread is answered", async |client| {
            let item = client.opportunities("").await.remove(0);
            (item["status"] == "replied").then_some(item)
        })
        .await;
    assert_eq!(system.client.total().await, 1, "no second card");
    let detail = system.client.get(&format!("/api/v1/opportunities/{}", item["id"].as_str().unwrap())).await;
    assert_eq!(detail["messages"].as_array().unwrap().len(), 2, "it is kept in its thread");
    system.stop().await;
}
