//! One cache over one or two levels. Errors end here: a caller sees values and misses.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;

use crate::{
    memory::{Entry, Memory},
    metrics::{Metrics, OperationLabel, StatusLabel},
    redis::{Redis, RedisFault, Server},
};

/// A larger value is not worth its place.
const MOST_VALUE: usize = 1 << 20;
/// The level before Redis, and how long it may be behind what another process sets or removes.
const NEAR_BYTES: u64 = 8 << 20;
const NEAR_LIVE: Duration = Duration::from_secs(1);

/// A cache. Cheap to clone; clones are the same cache.
#[derive(Clone, Debug)]
pub struct Cache {
    memory: Memory,
    redis: Option<Server>,
    metrics: Metrics,
}

/// A value that was there or was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The value.
    pub value: Bytes,
    /// It was there, or somebody else was loading it already.
    pub hit: bool,
}

impl Cache {
    /// In this process, of at most so many bytes.
    pub fn in_process(most_bytes: u64, metrics: &Metrics) -> Self {
        Self { memory: Memory::new(most_bytes), redis: None, metrics: metrics.clone() }
    }

    /// In Redis, with a second's worth of memory before it. A server that is away is waited for in the background.
    ///
    /// # Errors
    /// [`RedisFault`] where the address cannot be.
    pub async fn redis(redis: &Redis, metrics: &Metrics) -> Result<Self, RedisFault> {
        let server = Server::connect(redis).await?;
        Ok(Self { memory: Memory::new(NEAR_BYTES), redis: Some(server), metrics: metrics.clone() })
    }

    /// Whether Redis answers; memory always does.
    ///
    /// # Errors
    /// What a person should know, in words. Nothing else fails for it.
    pub async fn ping(&self) -> Result<(), String> {
        match &self.redis {
            Some(redis) => redis.ping().await.map_err(|_| "Redis does not answer; reads go to the database".to_owned()),
            None => Ok(()),
        }
    }

    /// The value of a key; `None` where there is none, its time is over, or the cache does not answer.
    #[tracing::instrument(name = "cache.get", skip_all)]
    pub async fn get(&self, key: &str) -> Option<Bytes> {
        let start = Instant::now();
        let (value, status) = match self.memory.get(key).await {
            Some(value) => (Some(value), "hit"),
            None => {
                let far = self.get_far(key).await;
                if let (Some(value), _) = &far {
                    // How long it still lives in Redis is not asked: the near time is shorter than any in use.
                    self.memory.set(key, Entry { value: value.clone(), live: NEAR_LIVE }).await;
                }
                far
            }
        };
        self.done("get", status, start);
        tracing::trace!(event = if value.is_some() { "cache_hit" } else { "cache_miss" });
        value
    }

    /// Keeps a value for `live`. Empty times and values over 1 MiB are not kept.
    pub async fn set(&self, key: &str, value: Bytes, live: Duration) {
        let start = Instant::now();
        let status = self.keep(key, value, live).await;
        self.done("set", status, start);
    }

    /// Forgets a key. Other processes may show its value for a second more.
    pub async fn remove(&self, key: &str) {
        let start = Instant::now();
        self.memory.remove(key).await;
        let status = match &self.redis {
            Some(redis) if redis.remove(key).await.is_err() => "error",
            _ => "ok",
        };
        self.memory.settle().await;
        self.done("remove", status, start);
    }

    /// The value of a key, or what `load` gives, kept for `live`. Of several who ask for one key at once in this
    /// process, one loads and all get the outcome; an error is not kept.
    ///
    /// # Errors
    /// The error of `load`, shared by all who waited for it.
    pub async fn load<E, F>(&self, key: &str, live: Duration, load: impl FnOnce() -> F + Send) -> Result<Loaded, Arc<E>>
    where
        E: Send + Sync + 'static,
        F: Future<Output = Result<Bytes, E>> + Send,
    {
        let start = Instant::now();
        let (asked, loaded) = (AtomicBool::new(false), AtomicBool::new(false));
        let outcome = self
            .memory
            .get_or_load(key, async {
                asked.store(true, Ordering::Relaxed);
                let (value, status) = self.get_far(key).await;
                self.done("get", status, start);
                if let Some(value) = value {
                    return Ok(Entry { value, live: live.min(NEAR_LIVE) });
                }
                loaded.store(true, Ordering::Relaxed);
                let value = load().await?;
                let start = Instant::now();
                let status = self.keep_far(key, value.clone(), live).await;
                self.done("set", status, start);
                Ok(Entry { value, live: self.near(live) })
            })
            .await;
        if !asked.into_inner() {
            self.done("get", "hit", start);
        }
        let value = outcome?;
        if value.len() > MOST_VALUE {
            self.memory.remove(key).await;
        }
        Ok(Loaded { value, hit: !loaded.into_inner() })
    }

    /// The server it is kept on, if it is one.
    pub(crate) fn server(&self) -> Option<Server> {
        self.redis.clone()
    }

    async fn get_far(&self, key: &str) -> (Option<Bytes>, &'static str) {
        let Some(redis) = &self.redis else { return (None, "miss") };
        match redis.get(key).await {
            Ok(Some(value)) => (Some(value), "hit"),
            Ok(None) => (None, "miss"),
            Err(_) => (None, "error"),
        }
    }

    async fn keep(&self, key: &str, value: Bytes, live: Duration) -> &'static str {
        if live.is_zero() || value.len() > MOST_VALUE {
            return "skipped";
        }
        self.memory.set(key, Entry { value: value.clone(), live: self.near(live) }).await;
        self.memory.settle().await;
        self.keep_far(key, value, live).await
    }

    async fn keep_far(&self, key: &str, value: Bytes, live: Duration) -> &'static str {
        if live.is_zero() || value.len() > MOST_VALUE {
            return "skipped";
        }
        match &self.redis {
            Some(redis) if redis.set(key, value, live).await.is_err() => "error",
            _ => "ok",
        }
    }

    /// How long this process may show it without asking Redis.
    fn near(&self, live: Duration) -> Duration {
        if self.redis.is_some() { live.min(NEAR_LIVE) } else { live }
    }

    fn done(&self, operation: &'static str, status: &'static str, start: Instant) {
        self.metrics.operations.get_or_create(&StatusLabel { operation, status }).inc();
        self.metrics.latency.get_or_create(&OperationLabel { operation }).observe(start.elapsed().as_secs_f64());
        self.metrics.bytes.set(i64::try_from(self.memory.bytes()).unwrap_or(i64::MAX));
    }
}
