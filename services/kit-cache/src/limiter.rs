//! Counts requests in sliding windows, in Redis where there is one, so that replicas count together; in this process
//! otherwise, and while Redis is away.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use moka::future::Cache as Counts;

use crate::{Cache, redis::Server};

/// Counters held in this process; the ones not asked for longest go first.
const MOST: u64 = 200_000;
/// The longest window there is.
pub const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Counts by key. Cheap to clone; clones count together.
#[derive(Clone, Debug)]
pub struct Limiter {
    counts: Counts<String, Arc<AtomicU64>>,
    redis: Option<Server>,
}

/// Whether one more is within the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub allowed: bool,
    /// How many more there may be now.
    pub remaining: u32,
    /// When the window is over.
    pub reset: Duration,
}

/// Where a moment lies among windows of a length.
struct Place {
    window: u128,
    /// How much of the window before still counts, from 1 to 0.
    rest: f64,
    left: Duration,
}

impl Limiter {
    /// Counts where a cache keeps its values.
    pub fn beside(cache: &Cache) -> Self {
        let counts = Counts::builder().max_capacity(MOST).time_to_live(2 * LONGEST).build();
        Self { counts, redis: cache.server() }
    }

    /// Counts one more for a key, unless that would be over the limit: the window before counts by the share of it that
    /// the last `window` of time still covers.
    pub async fn take(&self, key: &str, limit: u32, window: Duration, now: SystemTime) -> Verdict {
        let place = Place::of(window, now);
        let (current, before) =
            (format!("{key}:{}", place.window), format!("{key}:{}", place.window.saturating_sub(1)));
        if let Some(redis) = &self.redis
            && let Ok((count, earlier)) = redis.count(&current, &before, 2 * window).await
        {
            let verdict = place.verdict(count, earlier, limit);
            if !verdict.allowed {
                redis.uncount(&current).await;
            }
            return verdict;
        }
        let earlier = self.counts.get(&before).await.map_or(0, |count| count.load(Ordering::Relaxed));
        let counter = self.counts.get_with(current, async { Arc::default() }).await;
        let verdict = place.verdict(counter.fetch_add(1, Ordering::Relaxed) + 1, earlier, limit);
        if !verdict.allowed {
            counter.fetch_sub(1, Ordering::Relaxed);
        }
        verdict
    }
}

impl Place {
    fn of(window: Duration, now: SystemTime) -> Self {
        let (window, now) = (window.as_millis().max(1), now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default());
        let into = now.as_millis() % window;
        #[expect(clippy::cast_precision_loss, reason = "a window has fewer milliseconds than 2^52")]
        let rest = 1.0 - into as f64 / window as f64;
        let left = Duration::from_millis(u64::try_from(window - into).unwrap_or(u64::MAX));
        Self { window: now.as_millis() / window, rest, left }
    }

    fn verdict(&self, count: u64, earlier: u64, limit: u32) -> Verdict {
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
        let taken = earlier as f64 * self.rest + count as f64;
        let free = f64::from(limit) - taken;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the limit")]
        let remaining = free.clamp(0.0, f64::from(limit)) as u32;
        Verdict { allowed: free >= 0.0, remaining, reset: self.left }
    }
}
