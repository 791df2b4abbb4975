//! The level in this process: bounded in bytes, each entry with a time to live of its own.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use moka::{Expiry, future::Cache};

/// A cached value and how long it may be shown.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) value: Bytes,
    pub(crate) live: Duration,
}

#[derive(Debug)]
struct OwnTime;

impl Expiry<String, Entry> for OwnTime {
    fn expire_after_create(&self, _key: &String, entry: &Entry, _now: Instant) -> Option<Duration> {
        Some(entry.live)
    }

    fn expire_after_update(&self, _: &String, entry: &Entry, _: Instant, _: Option<Duration>) -> Option<Duration> {
        Some(entry.live)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Memory {
    entries: Cache<String, Entry>,
}

impl Memory {
    pub(crate) fn new(most_bytes: u64) -> Self {
        let weight = |key: &String, entry: &Entry| u32::try_from(key.len() + entry.value.len()).unwrap_or(u32::MAX);
        Self { entries: Cache::builder().max_capacity(most_bytes).weigher(weight).expire_after(OwnTime).build() }
    }

    pub(crate) async fn get(&self, key: &str) -> Option<Bytes> {
        self.entries.get(key).await.map(|entry| entry.value)
    }

    pub(crate) async fn set(&self, key: &str, entry: Entry) {
        self.entries.insert(key.to_owned(), entry).await;
    }

    pub(crate) async fn remove(&self, key: &str) {
        self.entries.invalidate(key).await;
    }

    /// The entry, or what `load` gives: called once however many ask, and its error shared by all of them. If the one
    /// who loads is cancelled, another of them loads.
    pub(crate) async fn get_or_load<E: Send + Sync + 'static>(
        &self,
        key: &str,
        load: impl Future<Output = Result<Entry, E>>,
    ) -> Result<Bytes, Arc<E>> {
        self.entries.try_get_with_by_ref(key, load).await.map(|entry| entry.value)
    }

    /// Bytes held, as far as its bookkeeping has come.
    pub(crate) fn bytes(&self) -> u64 {
        self.entries.weighted_size()
    }

    /// Brings the bookkeeping up to date.
    pub(crate) async fn settle(&self) {
        self.entries.run_pending_tasks().await;
    }
}
