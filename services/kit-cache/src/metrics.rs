//! Counts of the cache, with typed labels, in a registry that is passed in.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// Which operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OperationLabel {
    /// `get`, `set`, `remove`.
    pub operation: &'static str,
}

/// Which operation and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct StatusLabel {
    /// `get`, `set`, `remove`.
    pub operation: &'static str,
    /// `hit`, `miss`, `ok`, `skipped`, `error`.
    pub status: &'static str,
}

/// The metrics of every cache of a process.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Operations, by how they ended.
    pub operations: Family<StatusLabel, Counter>,
    /// Seconds an operation took, without the loading of a value.
    pub latency: Family<OperationLabel, Histogram>,
    /// Bytes of keys and values that this process holds.
    pub bytes: Gauge,
}

fn seconds() -> Histogram {
    Histogram::new([0.000_01, 0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0])
}

impl Metrics {
    /// Registers every family.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            operations: Family::default(),
            latency: Family::new_with_constructor(seconds as fn() -> Histogram),
            bytes: Gauge::default(),
        };
        registry.register("cache_operations", "Cache operations, by how they ended", metrics.operations.clone());
        registry.register("cache_operation_latency_seconds", "Seconds a cache operation took", metrics.latency.clone());
        registry.register("cache_size_bytes", "Bytes that this process caches", metrics.bytes.clone());
        metrics
    }
}
