//! The limiter: windows that slide, keys apart, replicas together, and no door left open by a Redis that is away.

use std::time::{Duration, SystemTime};

use kit_cache::{Cache, Limiter, Metrics, testing::Server};
use prometheus_client::registry::Registry;

const MINUTE: Duration = Duration::from_secs(60);

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(6_000_000 + seconds)
}

async fn taken(limiter: &Limiter, key: &str, limit: u32, now: SystemTime, times: u32) -> u32 {
    let mut allowed = 0;
    for _ in 0..times {
        allowed += u32::from(limiter.take(key, limit, MINUTE, now).await.allowed);
    }
    allowed
}

#[tokio::test]
async fn a_window_slides_and_keys_do_not_share() {
    let metrics = Metrics::register(&mut Registry::default());
    let limiter = Limiter::beside(&Cache::in_process(1 << 20, &metrics));
    let first = limiter.take("a", 10, MINUTE, at(0)).await;
    assert!(first.allowed && first.remaining == 9 && first.reset == MINUTE, "{first:?}");
    assert_eq!(taken(&limiter, "a", 10, at(59), 20).await, 9);
    assert_eq!(taken(&limiter, "b", 10, at(59), 20).await, 10);
    // A new window begins; the one before still counts by what is left of it.
    assert_eq!(taken(&limiter, "a", 10, at(60), 20).await, 0);
    assert_eq!(taken(&limiter, "a", 10, at(90), 20).await, 5);
    assert_eq!(taken(&limiter, "a", 10, at(60 * 5), 20).await, 10);
}

#[tokio::test]
async fn replicas_count_together_and_each_alone_while_redis_is_away() {
    let server = Server::start();
    let metrics = Metrics::register(&mut Registry::default());
    let redis = server.address("test");
    let one = Limiter::beside(&Cache::redis(&redis, &metrics).await.unwrap());
    let other = Limiter::beside(&Cache::redis(&redis, &metrics).await.unwrap());
    assert_eq!(taken(&one, "a", 10, at(0), 7).await, 7);
    assert_eq!(taken(&other, "a", 10, at(0), 7).await, 3);
    drop(server);
    assert_eq!(taken(&other, "a", 10, at(1), 20).await, 10);
}
