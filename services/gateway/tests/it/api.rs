//! Reads: lists, paging, one, figures, readiness, and every way to ask wrongly.

use axum::{body::Body, http::header};
use serde_json::Value;

use crate::harness::{Gateway, dismissal, opportunity, opportunity_id, request};

async fn with_three() -> Gateway {
    let gateway = Gateway::start().await;
    gateway
        .store(vec![
            opportunity(1, 87, "We hire a Rust Engineer for a control plane"),
            opportunity(2, 55, "We hire a Rust Engineer for payments"),
            opportunity(3, 12, "Come and sell things"),
            dismissal(4, "Thanks, talk soon!"),
        ])
        .await;
    gateway
}

#[tokio::test]
async fn a_list_is_ordered_filtered_and_paged_without_gaps() {
    let gateway = with_three().await;
    let scores = |answer: &Value| -> Vec<u64> {
        answer["items"].as_array().expect("items").iter().filter_map(|row| row["total_score"].as_u64()).collect()
    };
    let all = gateway.get("/api/v1/opportunities").await.json();
    assert_eq!(
        (scores(&all), all["total_estimate"].as_u64(), &all["next_cursor"]),
        (vec![87, 55, 12], Some(3), &Value::Null)
    );
    assert_eq!(all["items"][0]["tier"], "HIGH_PRIORITY");
    assert_eq!(all["items"][0]["role"], "Rust Engineer");

    let some = gateway.get("/api/v1/opportunities?tier=INTERESANTE,NO_INTERESA&sort=score").await.json();
    assert_eq!(scores(&some), [12, 55]);
    assert_eq!(scores(&gateway.get("/api/v1/opportunities?q=payments&min_score=50").await.json()), [55]);
    assert_eq!(scores(&gateway.get("/api/v1/opportunities?status=replied").await.json()), [0_u64; 0]);

    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = gateway.get(&format!("/api/v1/opportunities?limit=1{cursor}")).await.json();
        seen.extend(scores(&page));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, [87, 55, 12]);
}

#[tokio::test]
async fn one_is_whole_has_its_history_and_costs_nothing_when_known() {
    let gateway = with_three().await;
    let address = format!("/api/v1/opportunities/{}", opportunity_id(1));
    let one = gateway.get(&address).await;
    let detail = one.json();
    assert_eq!((&detail["total_score"], &detail["ai_response"]), (&87.into(), &Value::Null));
    assert_eq!(detail["raw_message"], "We hire a Rust Engineer for a control plane");

    let tag = one.headers[header::ETAG].to_str().expect("a tag");
    let again = gateway.ask(request("GET", &address, &[("if-none-match", tag)], Body::empty())).await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));

    let history = gateway.get(&format!("{address}/events")).await.json();
    assert_eq!(history["items"][0]["change"], "created");
}

#[tokio::test]
async fn figures_add_up() {
    let stats = with_three().await.get("/api/v1/stats").await.json();
    let sum = |name: &str| stats[name].as_object().expect("counts").values().filter_map(Value::as_u64).sum::<u64>();
    assert_eq!((stats["total"].as_u64(), sum("by_tier"), sum("by_status"), sum("by_kind")), (Some(3), 3, 3, 3));
    assert_eq!(stats["dismissed"]["courtesy"], 1);
}

#[tokio::test]
async fn a_wrong_question_is_a_problem_that_names_the_parameter() {
    let gateway = with_three().await;
    for (query, field) in [
        ("priority=HIGH_PRIORITY", "priority"),
        ("tier=A", "tier"),
        ("status=contacted", "status"),
        ("sort=metadata", "sort"),
        ("limit=101", "limit"),
        ("cursor=broken", "cursor"),
        ("since=soon", "since"),
    ] {
        gateway.get(&format!("/api/v1/opportunities?{query}")).await.is_problem(400, Some(field));
    }
    let first = gateway.get("/api/v1/opportunities?limit=1").await.json();
    let cursor = first["next_cursor"].as_str().expect("there is more");
    gateway.get(&format!("/api/v1/opportunities?sort=score&cursor={cursor}")).await.is_problem(400, Some("cursor"));
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let gateway = Gateway::start().await;
    for address in [
        "/api/v1/opportunities/00000000-0000-4000-8000-000000000000",
        "/api/v1/opportunities/00000000-0000-4000-8000-000000000000/events",
        "/api/v1/opportunities/1%00",
        "/api/v1/messages/7d2a7e7e-0000-4000-8000-000000000000",
        "/api/v1/nothing",
        "/nothing",
        "/assets/nothing.js",
    ] {
        gateway.get(address).await.is_problem(404, None);
    }
    let wrong = gateway.ask(request("DELETE", "/api/v1/stats", &[], Body::empty())).await;
    wrong.is_problem(405, None);
    assert_eq!(wrong.headers[header::ALLOW], "GET,HEAD");
}

#[tokio::test]
async fn readiness_tells_the_truth_and_metrics_move() {
    let mut gateway = Gateway::start().await;
    assert_eq!(gateway.get("/livez").await.status, 200);
    assert_eq!(
        gateway.get("/readyz").await.json(),
        serde_json::json!({ "ready": true, "checks": { "nats": "ok", "store": "ok" } })
    );
    gateway.server.kill().await;
    let away = gateway.get("/readyz").await;
    assert_eq!((away.status.as_u16(), &away.json()["checks"]["store"]), (503, &"ok".into()));
    assert_ne!(away.json()["checks"]["nats"], "ok");
    assert_eq!(gateway.get("/livez").await.status, 200);

    gateway.get("/api/v1/stats").await;
    let metrics = gateway.get("/metrics").await.text;
    let counted = r#"http_requests_total{method="GET",route="/api/v1/stats",status="200"} 1"#;
    assert!(metrics.contains(counted), "{metrics}");
    assert!(metrics.contains(r#"http_request_seconds_count{method="GET",route="/readyz"} 2"#), "{metrics}");
}
