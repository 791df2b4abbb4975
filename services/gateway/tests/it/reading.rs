//! What else can be asked: exports, the way of a message, waiting for it, a message read at once, the pipeline, and the
//! description of it all.

use axum::{body::Body, http::header};
use bus::Output;
use contract::{Account, Change, OpportunitiesStored, Status, StoredItem};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::harness::{Gateway, dismissal, opportunity, opportunity_id, request};

#[tokio::test]
async fn an_export_has_everything_that_matches() {
    let gateway = Gateway::start().await;
    gateway.store((1..=205).map(|n| opportunity(n, (n % 90) as u8, "We hire a Rust Engineer")).collect()).await;
    let lines = gateway.get("/api/v1/opportunities/export?sort=score").await;
    assert_eq!(lines.headers[header::CONTENT_TYPE], "application/x-ndjson");
    let scores: Vec<u64> = lines
        .text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["total_score"].as_u64().expect("a score"))
        .collect();
    assert_eq!(scores.len(), 205);
    assert!(scores.is_sorted());

    let table = gateway.get("/api/v1/opportunities/export?format=csv&min_score=80").await;
    assert!(table.headers[header::CONTENT_TYPE].to_str().expect("text").starts_with("text/csv"));
    let rows: Vec<&str> = table.text.lines().collect();
    assert!(rows[0].starts_with("id,received,tier,"), "{}", rows[0]);
    assert_eq!(rows.len() - 1, scores.iter().filter(|score| **score >= 80).count());
    // Packed on its way, and nothing at all.
    let packed = request("GET", "/api/v1/opportunities/export", &[("accept-encoding", "gzip")], Body::empty());
    let packed = gateway.router.clone().oneshot(packed).await.expect("a router never fails");
    assert_eq!(packed.headers()[header::CONTENT_ENCODING], "gzip");
    let bytes = axum::body::to_bytes(packed.into_body(), usize::MAX).await.expect("the answer arrives whole");
    assert!(bytes.len() < lines.text.len() / 2);
    assert_eq!(gateway.get("/api/v1/opportunities/export?q=nothing").await.text, "");
    for (query, field) in [("format=xls", "format"), ("limit=5", "limit"), ("cursor=x", "cursor"), ("x=1", "x")] {
        gateway.get(&format!("/api/v1/opportunities/export?{query}")).await.is_problem(400, Some(field));
    }
}

#[tokio::test]
async fn a_search_ranks_and_shows_where() {
    let gateway = Gateway::start().await;
    gateway
        .store(vec![
            opportunity(1, 90, "Come to Berlin, we speak of a rust engineer"),
            opportunity(2, 20, "Hello! We look for a Rust Engineer, in Berlin"),
        ])
        .await;
    let found = gateway.get("/api/v1/opportunities?q=rust%20eng").await.json();
    let (first, second) = (&found["items"][0], &found["items"][1]);
    assert_eq!((&first["id"], &second["id"]), (&json!(opportunity_id(2)), &json!(opportunity_id(1))));
    let (text, range) = (first["highlight"]["text"].as_str().expect("text"), &first["highlight"]["ranges"][0]);
    let at = |n: usize| usize::try_from(range[n].as_u64().expect("a place")).expect("small");
    assert_eq!(&text[at(0)..at(1)], "Rust");
    assert!(gateway.get("/api/v1/opportunities").await.json()["items"][0].get("highlight").is_none());
    gateway.get("/api/v1/opportunities?sort=-relevance").await.is_problem(400, Some("sort"));
}

#[tokio::test]
async fn a_message_is_read_without_a_trace_of_it() {
    let gateway = Gateway::start().await;
    let read = |media: &'static str, body: &'static str| {
        gateway.ask(request("POST", "/api/v1/read", &[("content-type", media)], Body::from(body)))
    };
    let answer = read("application/json", r#"{"text":"We are hiring"}"#).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["draft"]), (200, &"We are hiring".into()), "{}", answer.text);
    assert_eq!(read("text/plain", "Bare words").await.json()["draft"], "Bare words");
    read("application/json", r#"{"text":" "}"#).await.is_problem(422, Some("text"));
    read("application/xml", "<a/>").await.is_problem(415, None);
    assert_eq!(gateway.bus.last_sequence().await.expect("the log answers"), 0);
}

/// What the persister says of a message.
async fn stored(gateway: &Gateway, n: u128, opportunity: bool) {
    let item = StoredItem {
        opportunity_id: opportunity.then(|| opportunity_id(n)),
        message_id: Some(Uuid::from_u128(n)),
        revision: 1,
        tier: None,
        status: Status::AwaitingReview,
        change: if opportunity { Change::Created } else { Change::Dismissed },
        caused_by: None,
    };
    let event = OpportunitiesStored { items: vec![item] };
    gateway.bus.publish(Output::new(&Account::me(), &event)).await.expect("it is taken");
}

#[tokio::test]
async fn who_prefers_to_wait_gets_the_opportunity() {
    let gateway = Gateway::start().await;
    let body = r#"{"text":"We hire","sent_at":"2026-11-20T10:00:00Z"}"#;
    let wait = |seconds: &'static str| {
        let headers = [("content-type", "application/json"), ("prefer", seconds)];
        gateway.ask(request("POST", "/api/v1/messages", &headers, Body::from(body)))
    };
    let first = wait("wait=0").await;
    assert_eq!(first.status, 202);
    let id: Uuid = first.json()["message_id"].as_str().expect("an id").parse().expect("a UUID");
    let n = id.as_u128();
    let waiting = wait("wait=20");
    let storing = async {
        gateway.store(vec![opportunity(n, 80, "We hire")]).await;
        stored(&gateway, n, true).await;
    };
    let (answer, ()) = tokio::join!(waiting, storing);
    assert_eq!((answer.status.as_u16(), &answer.json()["total_score"]), (201, &80.into()), "{}", answer.text);
    assert_eq!(answer.headers["preference-applied"], "wait=20");
    assert_eq!(answer.headers[header::LOCATION], format!("/api/v1/opportunities/{}", opportunity_id(n)));
    // Stored long ago: answered at once.
    assert_eq!(wait("wait=20").await.status, 201);
}

#[tokio::test]
async fn who_prefers_to_wait_learns_that_there_is_no_card() {
    let gateway = Gateway::start().await;
    let body = r#"{"text":"Thanks!","sent_at":"2026-11-20T10:00:00Z"}"#;
    let id: Uuid = gateway.post("application/json", body).await.json()["message_id"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("a UUID");
    gateway.store(vec![dismissal(id.as_u128(), "Thanks!")]).await;
    stored(&gateway, id.as_u128(), false).await;
    let headers = [("content-type", "application/json"), ("prefer", "wait=20")];
    let answer = gateway.ask(request("POST", "/api/v1/messages", &headers, Body::from(body))).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["state"]), (200, &"dismissed".into()), "{}", answer.text);
}

#[tokio::test]
async fn the_way_of_a_message_is_read_from_the_log() {
    let gateway = Gateway::start().await;
    gateway.store(vec![opportunity(1, 80, "We hire")]).await;
    let empty = gateway.get(&format!("/api/v1/opportunities/{}/trace", opportunity_id(1))).await;
    assert_eq!(empty.json()["messages"][0]["steps"], json!([]), "{}", empty.text);
    let received = contract::MessageReceived { text: "We hire".to_owned(), ..Default::default() };
    let about = Output::new(&Account::me(), &received).about(Uuid::from_u128(1)).from_source("sluice/gateway");
    gateway.bus.publish(about).await.expect("it is taken");
    let trace = gateway.get(&format!("/api/v1/opportunities/{}/trace", opportunity_id(1))).await.json();
    let steps = trace["messages"][0]["steps"].as_array().expect("steps");
    let came = steps.iter().find(|step| step["event"] == "messages.received").expect("it came");
    assert_eq!((&came["stage"], &came["attempts"], &came["sequence"]), (&"gateway".into(), &Value::Null, &1.into()));
    gateway.get(&format!("/api/v1/opportunities/{}/trace", Uuid::nil())).await.is_problem(404, None);
}

#[tokio::test]
async fn the_pipeline_says_how_each_stage_stands() {
    let gateway = Gateway::start().await;
    gateway.post("application/json", r#"{"text":"We are hiring"}"#).await;
    let pipeline = gateway.get("/api/v1/pipeline").await.json();
    let analyzer = &pipeline["stages"][0];
    assert_eq!((&analyzer["stage"], &analyzer["pending"]), (&"analyzer".into(), &1.into()), "{pipeline}");
    assert_eq!((&analyzer["dead_letters"], &analyzer["waiting"]), (&0.into(), &false.into()));
    assert_eq!(pipeline["streams"][0]["messages"], 1);
}

#[tokio::test]
async fn the_description_is_served_for_programs_and_for_persons() {
    let gateway = Gateway::start().await;
    let served = gateway.get("/openapi.json").await.json();
    assert_eq!(served, gateway::description());
    let page = gateway.get("/docs").await;
    assert!(page.text.contains("GET /api/v1/opportunities") && !page.text.contains("<script"), "{}", page.text);
}

/// The file in the repository is what the code says; `UPDATE=1 cargo test -p gateway` writes it anew.
#[test]
fn the_description_in_the_repository_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let text = serde_json::to_string_pretty(&gateway::description()).expect("JSON") + "\n";
    #[expect(clippy::disallowed_methods, reason = "a test that writes what it checks")]
    if std::env::var("UPDATE").is_ok() {
        std::fs::write(path, &text).expect("the file is written");
    }
    let committed = std::fs::read_to_string(path).expect("the file");
    // Values, not bytes: the order of keys is the library's.
    let committed: Value = serde_json::from_str(&committed).expect("JSON");
    assert_eq!(committed, gateway::description(), "run UPDATE=1 cargo test -p gateway");
}
