//! The door: hosts, origins, and what every answer carries.

use axum::body::Body;

use crate::harness::{Gateway, request};

#[tokio::test]
async fn another_host_or_origin_gets_nothing() {
    let gateway = Gateway::start().await;
    let foreign = request("GET", "/api/v1/stats", &[("host", "rebound.example")], Body::empty());
    gateway.ask(foreign).await.is_problem(403, None);
    let named = request("GET", "/api/v1/stats", &[("host", "inbox.example:9000")], Body::empty());
    assert_eq!(gateway.ask(named).await.status, 200);

    let json = ("content-type", "application/json");
    let body = || Body::from(r#"{"text":"We are hiring"}"#);
    let crossed = request("POST", "/api/v1/messages", &[json, ("origin", "http://evil.example")], body());
    gateway.ask(crossed).await.is_problem(403, None);
    assert_eq!(gateway.bus.last_sequence().await.expect("the log answers"), 0);
    let own = request("POST", "/api/v1/messages", &[json, ("origin", "http://localhost:8080")], body());
    assert_eq!(gateway.ask(own).await.status, 202);
}

#[tokio::test]
async fn every_answer_forbids_what_it_does_not_need() {
    let gateway = Gateway::start().await;
    for address in ["/", "/api/v1/stats", "/nothing", "/livez"] {
        let headers = gateway.get(address).await.headers;
        let policy = headers["content-security-policy"].to_str().expect("text");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{address}: {policy}");
        assert_eq!(
            (&headers["x-content-type-options"], &headers["referrer-policy"]),
            (&"nosniff".parse().expect("text"), &"same-origin".parse().expect("text"))
        );
    }
}
