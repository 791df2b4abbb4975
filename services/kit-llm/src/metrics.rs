//! Counts of model calls, with typed labels, in a registry that is passed in.

use std::sync::atomic::AtomicU64;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// Which model.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ModelLabel {
    /// Whose protocol.
    pub provider: &'static str,
    /// Its name, from the configuration.
    pub model: String,
}

/// Which model and how the call ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct CallLabel {
    /// Whose protocol.
    pub provider: &'static str,
    /// Its name, from the configuration.
    pub model: String,
    /// `ok` or the class of the error.
    pub status: &'static str,
}

/// Which tokens.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct TokenLabel {
    /// `prompt` or `completion`.
    pub r#type: &'static str,
}

/// The metrics of every model of a process.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Calls, also those that the breaker or a full queue held back.
    pub calls: Family<CallLabel, Counter>,
    /// Seconds of calls that reached the server.
    pub latency: Family<ModelLabel, Histogram>,
    /// Tokens as the servers counted them.
    pub tokens: Family<TokenLabel, Counter>,
    /// Dollars that calls cost, by the table of prices or the configuration.
    pub cost: Family<ModelLabel, Counter<f64, AtomicU64>>,
    /// Things mended in answers.
    pub repairs: Counter,
    /// Answers that could not be used and were asked for again, or given up.
    pub rejected: Counter,
    /// 0 closed, 1 trying, 2 open.
    pub circuit: Family<ModelLabel, Gauge>,
}

fn seconds() -> Histogram {
    Histogram::new([0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0])
}

impl Metrics {
    /// Registers every family.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            calls: Family::default(),
            latency: Family::new_with_constructor(seconds as fn() -> Histogram),
            tokens: Family::default(),
            cost: Family::default(),
            repairs: Counter::default(),
            rejected: Counter::default(),
            circuit: Family::default(),
        };
        registry.register("llm_api_calls", "Calls to a model, by how they ended", metrics.calls.clone());
        registry.register("llm_api_latency_seconds", "Seconds until a model answered", metrics.latency.clone());
        registry.register("llm_tokens_used", "Tokens read and written", metrics.tokens.clone());
        registry.register("llm_cost_usd", "Dollars that calls cost", metrics.cost.clone());
        registry.register("llm_parse_repairs", "Things mended in answers", metrics.repairs.clone());
        registry.register("llm_rejected_answers", "Answers that could not be used", metrics.rejected.clone());
        registry.register("llm_circuit_state", "0 closed, 1 trying, 2 open", metrics.circuit.clone());
        metrics
    }
}
