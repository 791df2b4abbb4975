//! Counts of the loop, with typed labels, in a registry that is passed in.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// Which stage.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct StageLabel {
    /// Its name.
    pub stage: &'static str,
}

/// Which stage and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Executed {
    /// Stage.
    pub stage: &'static str,
    /// `done`, `retried`, `buried`, `held`.
    pub status: &'static str,
}

/// Which stage and why.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Because {
    /// Stage.
    pub stage: &'static str,
    /// Reason code.
    pub reason: &'static str,
}

/// The loop's metrics.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Deliveries settled.
    pub executions: Family<Executed, Counter>,
    /// Seconds from delivery to settled.
    pub execution_seconds: Family<StageLabel, Histogram>,
    /// Deliveries in work.
    pub in_flight: Family<StageLabel, Gauge>,
    /// Deliveries sent back.
    pub retries: Family<Because, Counter>,
    /// Dead letters.
    pub dead_letters: Family<Because, Counter>,
    /// Seconds from publish to the stream's acknowledgement.
    pub publish_seconds: Family<StageLabel, Histogram>,
}

fn seconds() -> Histogram {
    Histogram::new([0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0])
}

impl Metrics {
    /// Registers every family.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            executions: Family::default(),
            execution_seconds: Family::new_with_constructor(seconds as fn() -> Histogram),
            in_flight: Family::default(),
            retries: Family::default(),
            dead_letters: Family::default(),
            publish_seconds: Family::new_with_constructor(seconds as fn() -> Histogram),
        };
        registry.register(
            "pipeline_executions",
            "Deliveries settled, by stage and outcome",
            metrics.executions.clone(),
        );
        registry.register(
            "pipeline_execution_time_seconds",
            "Seconds from delivery to settled",
            metrics.execution_seconds.clone(),
        );
        registry.register("stage_in_flight", "Deliveries in work", metrics.in_flight.clone());
        registry.register("stage_retries", "Deliveries sent back with a delay", metrics.retries.clone());
        registry.register("dead_letters", "Deliveries given up", metrics.dead_letters.clone());
        registry.register("publish_seconds", "Seconds until the stream acknowledged", metrics.publish_seconds.clone());
        metrics
    }
}
