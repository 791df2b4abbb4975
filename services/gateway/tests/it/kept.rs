//! Kept answers: right after every change, whatever holds them, and with a Redis that dies.

use axum::{body::Body, http::header};
use bus::Output;
use contract::{Account, Change, OpportunitiesStored, Status, StoredItem};
use kit_cache::{Cache, Metrics, testing::Server};
use prometheus_client::registry::Registry;

use crate::harness::{Gateway, opportunity, opportunity_id, request};

const LIST: &str = "/api/v1/opportunities";

impl Gateway {
    async fn total(&self) -> u64 {
        self.get(LIST).await.json()["total_estimate"].as_u64().expect("a count")
    }

    /// Says what the persister says after a commit.
    async fn tell(&self, n: u128) {
        let item = StoredItem {
            opportunity_id: Some(opportunity_id(n)),
            message_id: None,
            revision: 1,
            tier: None,
            status: Status::AwaitingReview,
            change: Change::Created,
            caused_by: None,
        };
        let event = OpportunitiesStored { items: vec![item] };
        self.bus.publish(Output::new(&Account::me(), &event)).await.expect("it is taken");
    }

    /// Until the list has so many.
    async fn until(&self, total: u64) {
        while self.total().await != total {
            tokio::task::yield_now().await;
        }
    }
}

/// Until the tail has begun: before, nothing is kept. A second answer from the cache shows it.
async fn until_kept(gateway: &Gateway) {
    let hit = r#"cache_operations_total{operation="get",status="hit"}"#;
    loop {
        gateway.get("/api/v1/stats").await;
        if gateway.get("/metrics").await.text.contains(hit) {
            return;
        }
    }
}

#[tokio::test]
async fn an_answer_is_kept_until_something_changes() {
    let gateway = Gateway::start().await;
    until_kept(&gateway).await;
    gateway.store(vec![opportunity(1, 80, "We hire")]).await;
    gateway.until(1).await;
    // Stored without a word: what was answered stays answered.
    gateway.store(vec![opportunity(2, 70, "We hire")]).await;
    assert_eq!(gateway.total().await, 1);
    gateway.tell(2).await;
    gateway.until(2).await;
}

#[tokio::test]
async fn each_question_and_each_account_has_its_own() {
    let gateway = Gateway::start().await;
    until_kept(&gateway).await;
    gateway.store(vec![opportunity(1, 80, "We hire"), opportunity(2, 20, "We hire")]).await;
    let scores = |query: &'static str| {
        let gateway = &gateway;
        async move { gateway.get(&format!("{LIST}?{query}")).await.json()["items"][0]["total_score"].clone() }
    };
    for _ in 0..2 {
        assert_eq!(scores("sort=score").await, 20);
        assert_eq!(scores("sort=-score").await, 80);
        assert_eq!(scores("max_score=50").await, 20);
        assert_eq!(gateway.get(&format!("{LIST}?sort=bogus")).await.status, 400);
    }
    let one = format!("{LIST}/{}", opportunity_id(1));
    let tag = gateway.get(&one).await.headers[header::ETAG].clone();
    let known = request("GET", &one, &[("if-none-match", tag.to_str().expect("text"))], Body::empty());
    assert_eq!(gateway.ask(known).await.status, 304);
}

#[tokio::test]
async fn a_redis_that_dies_costs_time_and_nothing_else() {
    let server = Server::start();
    let mut gateway = Gateway::start().await;
    let metrics = Metrics::register(&mut Registry::default());
    let cache = Cache::redis(&server.address("test"), &metrics).await.expect("an address");
    let asked = cache.clone();
    gateway.deps.cache = cache;
    gateway.deps.checks = gateway.deps.checks.clone().with_optional("cache", move || {
        let cache = asked.clone();
        async move { cache.ping().await }
    });
    gateway.router = gateway::router(gateway.deps.clone());
    gateway.store(vec![opportunity(1, 80, "We hire")]).await;
    gateway.until(1).await;
    assert_eq!(gateway.get("/readyz").await.json()["checks"]["cache"], "ok");

    drop(server);
    gateway.store(vec![opportunity(2, 70, "We hire")]).await;
    gateway.tell(2).await;
    gateway.until(2).await;
    let ready = gateway.get("/readyz").await;
    assert_eq!(ready.status, 200);
    assert!(ready.json()["checks"]["cache"].as_str().expect("text").starts_with("degraded: Redis"), "{}", ready.text);
}
