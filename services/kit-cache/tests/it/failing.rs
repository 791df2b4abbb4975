//! A Redis that is away, hangs, restarts or holds nonsense: each costs a miss, none an error or a long wait.

use std::time::{Duration, Instant};

use bytes::Bytes;
use kit_cache::{
    Cache, Metrics,
    testing::{Server, address, free_port, measured},
};
use prometheus_client::registry::Registry;

const LONG: Duration = Duration::from_secs(600);
const ERRORS: &str = r#"cache_operations_total{operation="get",status="error"}"#;

async fn cache(redis: &kit_cache::Redis) -> (Cache, Registry) {
    let mut registry = Registry::default();
    let cache = Cache::redis(redis, &Metrics::register(&mut registry)).await.unwrap();
    (cache, registry)
}

async fn load(cache: &Cache, key: &str) -> Bytes {
    cache.load(key, LONG, || async { Ok::<_, &str>(Bytes::from_static(b"loaded")) }).await.unwrap().value
}

/// Until a value set by `cache` is seen in Redis itself.
async fn until_kept(cache: &Cache, server: &Server) {
    while server.command("EXISTS test:probe") != ":1" {
        cache.set("probe", Bytes::from_static(b"p"), LONG).await;
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn without_redis_there_are_misses_and_it_is_used_once_it_comes() {
    let port = free_port();
    let (cache, registry) = cache(&address(port, "test")).await;
    assert_eq!(cache.get("a").await, None);
    assert_eq!(load(&cache, "b").await, "loaded");
    cache.remove("a").await;
    assert_eq!(measured(&registry, ERRORS), 2);
    assert_eq!(measured(&registry, r#"cache_operations_total{operation="set",status="error"}"#), 1);
    assert_eq!(measured(&registry, r#"cache_operations_total{operation="remove",status="error"}"#), 1);
    let server = Server::start_at(port);
    until_kept(&cache, &server).await;
}

#[tokio::test]
async fn a_restart_of_redis_is_survived() {
    let server = Server::start();
    let port = server.port;
    let (cache, _registry) = cache(&server.address("test")).await;
    until_kept(&cache, &server).await;
    drop(server);
    assert_eq!(load(&cache, "during").await, "loaded");
    let server = Server::start_at(port);
    until_kept(&cache, &server).await;
}

#[tokio::test]
async fn a_redis_that_hangs_costs_a_short_wait() {
    let server = Server::start();
    let (cache, registry) = cache(&server.address("test")).await;
    until_kept(&cache, &server).await;
    server.signal("STOP");
    let start = Instant::now();
    assert_eq!(cache.get("a").await, None);
    assert_eq!(load(&cache, "b").await, "loaded");
    // Three commands of 250 ms; the rest is for a machine under load.
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert!(measured(&registry, ERRORS) >= 2);
    server.signal("CONT");
    until_kept(&cache, &server).await;
}

#[tokio::test]
async fn a_key_that_holds_something_else_is_a_miss() {
    let server = Server::start();
    let (cache, registry) = cache(&server.address("test")).await;
    assert_eq!(server.command("RPUSH test:list x"), ":1");
    assert_eq!(cache.get("list").await, None);
    assert_eq!(measured(&registry, ERRORS), 1);
    assert_eq!(load(&cache, "list").await, "loaded");
}

#[tokio::test]
async fn an_address_that_cannot_be_is_told_without_showing_it() {
    let metrics = Metrics::register(&mut Registry::default());
    for url in ["http://:secret@127.0.0.1", "secret", "redis://:secret@127.0.0.1:notaport"] {
        let redis = kit_cache::Redis { url: url.to_owned().into(), prefix: "test".to_owned() };
        let fault = Cache::redis(&redis, &metrics).await.unwrap_err();
        assert!(fault.to_string().starts_with("cache.url: ") && !format!("{fault:?} {redis:?}").contains("secret"));
    }
}
