//! What a cache promises, in memory and in Redis alike.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use kit_cache::{
    Cache, Metrics,
    testing::{Server, measured},
};
use prometheus_client::registry::Registry;
use tokio::sync::Notify;

const LONG: Duration = Duration::from_secs(600);

/// Both kinds, with what they need.
struct Both {
    caches: Vec<(&'static str, Cache, Registry)>,
    server: Server,
}

async fn both() -> Both {
    let server = Server::start();
    let (mut memory, mut redis) = (Registry::default(), Registry::default());
    let in_process = Cache::in_process(1 << 20, &Metrics::register(&mut memory));
    let in_redis = Cache::redis(&server.address("test"), &Metrics::register(&mut redis)).await.unwrap();
    Both { caches: vec![("memory", in_process, memory), ("redis", in_redis, redis)], server }
}

fn bytes(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

#[tokio::test]
async fn a_value_is_kept_replaced_and_removed() {
    for (kind, cache, registry) in both().await.caches {
        assert_eq!(cache.get("a").await, None, "{kind}");
        cache.set("a", bytes("one"), LONG).await;
        assert_eq!(cache.get("a").await, Some(bytes("one")), "{kind}");
        cache.set("a", bytes("two"), LONG).await;
        assert_eq!(cache.get("a").await, Some(bytes("two")), "{kind}");
        cache.remove("a").await;
        assert_eq!(cache.get("a").await, None, "{kind}");
        for (labels, count) in [
            (r#"operation="get",status="miss""#, 2),
            (r#"operation="get",status="hit""#, 2),
            (r#"operation="set",status="ok""#, 2),
            (r#"operation="remove",status="ok""#, 1),
        ] {
            assert_eq!(measured(&registry, &format!("cache_operations_total{{{labels}}}")), count, "{kind} {labels}");
        }
        assert_eq!(measured(&registry, r#"cache_operation_latency_seconds_count{operation="get"}"#), 4, "{kind}");
        assert_eq!(measured(&registry, "cache_size_bytes"), 0, "{kind}: nothing is held");
    }
}

#[tokio::test]
async fn a_value_ends_with_its_own_time() {
    for (kind, cache, _) in both().await.caches {
        cache.set("long", bytes("l"), LONG).await;
        cache.set("short", bytes("s"), Duration::from_millis(30)).await;
        cache.set("none", bytes("n"), Duration::ZERO).await;
        assert_eq!(cache.get("none").await, None, "{kind}");
        while cache.get("short").await.is_some() {
            tokio::task::yield_now().await;
        }
        assert_eq!(cache.get("long").await, Some(bytes("l")), "{kind}");
    }
}

#[tokio::test]
async fn many_who_ask_at_once_are_one_load() {
    for (kind, cache, _) in both().await.caches {
        let (calls, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let askers: Vec<_> = (0..20)
            .map(|_| {
                let (cache, calls, go) = (cache.clone(), Arc::clone(&calls), Arc::clone(&go));
                tokio::spawn(async move {
                    let load = || async move {
                        calls.fetch_add(1, Ordering::SeqCst);
                        go.notified().await;
                        Ok::<_, &str>(bytes("loaded"))
                    };
                    cache.load("key", LONG, load).await.unwrap()
                })
            })
            .collect();
        while calls.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        go.notify_one();
        let mut loaded = Vec::new();
        for asker in askers {
            loaded.push(asker.await.unwrap());
        }
        assert!(loaded.iter().all(|loaded| loaded.value == bytes("loaded")), "{kind}");
        assert_eq!(loaded.iter().filter(|loaded| !loaded.hit).count(), 1, "{kind}");
        assert_eq!(calls.load(Ordering::SeqCst), 1, "{kind}");
        let again = cache.load("key", LONG, || async { Err::<Bytes, _>("not called") }).await.unwrap();
        assert!(again.hit, "{kind}");
    }
}

#[tokio::test]
async fn an_error_is_shared_but_not_kept() {
    for (kind, cache, _) in both().await.caches {
        let failed = cache.load("key", LONG, || async { Err::<Bytes, _>("away") }).await;
        assert_eq!(*failed.unwrap_err(), "away", "{kind}");
        let loaded = cache.load("key", LONG, || async { Ok::<_, &str>(bytes("back")) }).await.unwrap();
        assert!(!loaded.hit && loaded.value == bytes("back"), "{kind}");
    }
}

#[tokio::test]
async fn when_the_one_who_loads_is_cancelled_another_loads() {
    for (kind, cache, _) in both().await.caches {
        let begun = Arc::new(Notify::new());
        let first = tokio::spawn({
            let (cache, begun) = (cache.clone(), Arc::clone(&begun));
            async move {
                let load = || async move {
                    begun.notify_one();
                    std::future::pending::<Result<Bytes, &str>>().await
                };
                cache.load("key", LONG, load).await
            }
        });
        begun.notified().await;
        let second = tokio::spawn({
            let cache = cache.clone();
            async move { cache.load("key", LONG, || async { Ok::<_, &str>(bytes("second")) }).await }
        });
        first.abort();
        assert_eq!(second.await.unwrap().unwrap().value, bytes("second"), "{kind}");
    }
}

#[tokio::test]
async fn what_is_too_large_is_given_but_not_kept() {
    let large = Bytes::from(vec![b'x'; (1 << 20) + 1]);
    for (kind, cache, registry) in both().await.caches {
        cache.set("a", large.clone(), LONG).await;
        assert_eq!(cache.get("a").await, None, "{kind}");
        let load = || async { Ok::<_, &str>(large.clone()) };
        assert_eq!(cache.load("b", LONG, load).await.unwrap().value, large, "{kind}");
        assert_eq!(cache.get("b").await, None, "{kind}");
        assert_eq!(measured(&registry, r#"cache_operations_total{operation="set",status="skipped"}"#), 2, "{kind}");
    }
}

#[tokio::test]
async fn memory_is_bounded_in_bytes() {
    let mut registry = Registry::default();
    let cache = Cache::in_process(10_000, &Metrics::register(&mut registry));
    for index in 0..200 {
        cache.set(&format!("key-{index}"), Bytes::from(vec![b'x'; 1000]), LONG).await;
    }
    let held = measured(&registry, "cache_size_bytes");
    assert!((1_000..=10_000).contains(&held), "{held} bytes");
}

#[tokio::test]
async fn processes_share_redis_and_prefixes_keep_tenants_apart() {
    let Both { caches, server } = both().await;
    let (_, first, _) = &caches[1];
    let metrics = Metrics::register(&mut Registry::default());
    let second = Cache::redis(&server.address("test"), &metrics).await.unwrap();
    let other = Cache::redis(&server.address("other"), &metrics).await.unwrap();
    first.set("analysis:1", bytes("shared"), LONG).await;
    assert_eq!(second.get("analysis:1").await, Some(bytes("shared")));
    assert_eq!(other.get("analysis:1").await, None);
    let remaining: u128 = server.command("PTTL test:analysis:1").trim_start_matches(':').parse().unwrap();
    assert!((1..=LONG.as_millis()).contains(&remaining), "{remaining} ms left");
    second.remove("analysis:1").await;
    assert_eq!(server.command("EXISTS test:analysis:1"), ":0");
}
