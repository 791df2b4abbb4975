//! Questions that nobody asks in good faith: each has an answer that says what is wrong, and none is a fault of ours.

use axum::body::Body;

use crate::harness::{Gateway, opportunity, opportunity_id, request};

/// Characters that mean something somewhere.
const ODD: [&str; 14] = [
    "%27%20OR%201%3D1--",
    "%25",
    "_",
    "%2A",
    "%22",
    "a%26%7C!%3A%3C-%3E",
    "NEAR(a%20b)",
    "%E2%80%AE",
    "%F0%9F%92%A9",
    "%C3%A9",
    "a%0Ab",
    "%3Cscript%3E",
    "..%2F..%2Fetc%2Fpasswd",
    "%EF%BF%BF",
];

#[tokio::test]
async fn words_are_words_whatever_they_are() {
    let gateway = Gateway::start().await;
    gateway.store(vec![opportunity(1, 80, "We hire")]).await;
    for name in ["q", "company", "recruiter", "skill"] {
        for odd in ODD {
            let answer = gateway.get(&format!("/api/v1/opportunities?{name}={odd}")).await;
            assert_eq!(answer.status, 200, "{name}={odd}: {}", answer.text);
        }
        gateway.get(&format!("/api/v1/opportunities?{name}=a%00b")).await.is_problem(400, Some(name));
        gateway.get(&format!("/api/v1/opportunities?{name}={}", "x".repeat(600))).await.is_problem(400, Some(name));
    }
}

#[tokio::test]
async fn numbers_and_times_beyond_their_range_are_refused() {
    let gateway = Gateway::start().await;
    for (query, field) in [
        ("limit=99999999999999999999999", "limit"),
        ("limit=1e3", "limit"),
        ("min_score=-1", "min_score"),
        ("max_score=256", "max_score"),
        ("since=0000-00-00", "since"),
        ("until=2026-13-01T00:00:00Z", "until"),
        ("until=999999-01-01", "until"),
        ("sort=metadata", "sort"),
        ("sort=id;drop", "sort"),
        ("remote=moon", "remote"),
    ] {
        gateway.get(&format!("/api/v1/opportunities?{query}")).await.is_problem(400, Some(field));
    }
    for far in ["since=0001-01-01", "until=9999-12-31T23:59:59Z", "since=1969-12-31T23:59:60Z"] {
        let answer = gateway.get(&format!("/api/v1/opportunities?{far}")).await;
        assert!([200, 400].contains(&answer.status.as_u16()), "{far}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_cursor_that_is_none_is_refused() {
    let gateway = Gateway::start().await;
    gateway.store((1..=5).map(|n| opportunity(n, 50, "We hire")).collect()).await;
    let first = gateway.get("/api/v1/opportunities?limit=2").await.json();
    let good = first["next_cursor"].as_str().expect("there is more").to_owned();
    for broken in [&good[1..], &good[..good.len() - 3], "e30", "bnVsbA", "%00", "eyJzb3J0IjoiUHJpb3JpdHkifQ"] {
        gateway.get(&format!("/api/v1/opportunities?cursor={broken}")).await.is_problem(400, Some("cursor"));
    }
    // Every byte of a good one turned: refused, or a page, and never a fault.
    for at in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let turned = String::from_utf8(bytes).expect("ASCII");
        let answer = gateway.get(&format!("/api/v1/opportunities?limit=2&cursor={turned}")).await;
        assert!([200, 400].contains(&answer.status.as_u16()), "{turned}: {}", answer.text);
    }
}

#[tokio::test]
async fn ids_and_addresses_lead_nowhere_quietly() {
    let gateway = Gateway::start().await;
    for path in [
        "/api/v1/opportunities/-1",
        "/api/v1/opportunities/99999999999999999999999999",
        "/api/v1/opportunities/..%2f..%2fetc",
        "/api/v1/opportunities/'%20OR%201=1",
        "/api/v1/messages/%00",
        "/api/v1/",
        "/api/v2/opportunities",
    ] {
        gateway.get(path).await.is_problem(404, None);
    }
    for (method, path) in [("PATCH", "/api/v1/stats"), ("PUT", "/api/v1/opportunities"), ("DELETE", "/openapi.json")] {
        let answer = gateway.ask(request(method, path, &[], Body::empty())).await;
        answer.is_problem(405, None);
    }
    let one = format!("/api/v1/opportunities/{}/events", opportunity_id(9));
    gateway.get(&one).await.is_problem(404, None);
}

#[tokio::test]
async fn a_body_over_its_limit_is_refused_before_it_is_read_whole() {
    let gateway = Gateway::start().await;
    let huge = vec![b'x'; 2 * 1024 * 1024];
    for path in ["/api/v1/read", "/api/v1/messages"] {
        let headers = [("content-type", "application/json")];
        gateway.ask(request("POST", path, &headers, Body::from(huge.clone()))).await.is_problem(413, None);
    }
    let put = request("PUT", "/api/v1/profile", &[], Body::from(huge));
    gateway.ask(put).await.is_problem(413, None);
}

#[tokio::test]
async fn pages_of_other_sites_may_ask_where_they_are_named() {
    let gateway = Gateway::start().await;
    let asked =
        |origin: &'static str| gateway.ask(request("GET", "/api/v1/stats", &[("origin", origin)], Body::empty()));
    let friend = asked("https://friend.example").await;
    assert_eq!(friend.headers["access-control-allow-origin"], "https://friend.example");
    assert!(!friend.headers.contains_key("access-control-allow-credentials"));
    assert!(!asked("https://evil.example").await.headers.contains_key("access-control-allow-origin"));
}
