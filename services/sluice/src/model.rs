//! From the configuration to the model that reads messages, and to the cache of its answers.

use std::time::Duration;

use analyzer::ModelEngine;
use kit_cache::{Cache, Redis};
use kit_llm::{ConfigFault, Llm};
use kit_runtime::Config;
use prometheus_client::registry::Registry;
use secrecy::ExposeSecret as _;

use crate::failure::Failure;

/// What the answers may take of this process's memory: some thousand messages.
const CACHE_BYTES: u64 = 16 << 20;

impl From<ConfigFault> for Failure {
    fn from(fault: ConfigFault) -> Self {
        Self::configuration(fault)
    }
}

/// The configured model, checked before anything connects; `None` where the rules read alone.
pub(crate) fn configured(config: &Config) -> Result<Option<kit_llm::Config>, ConfigFault> {
    let llm = &config.llm;
    if llm.provider.is_empty() {
        return Ok(None);
    }
    let model = kit_llm::Config {
        provider: llm.provider.parse()?,
        url: llm.url.clone(),
        model: llm.model.clone(),
        timeout: Duration::from_secs(llm.timeout_seconds),
        context: llm.context,
        concurrency: llm.concurrency,
        allow_remote: llm.allow_remote,
        api_key: (!llm.api_key.expose_secret().is_empty()).then(|| llm.api_key.clone()),
    };
    model.check()?;
    Ok(Some(model))
}

/// The engine, with its metrics registered; `None` where no model is configured.
pub(crate) async fn engine(config: &Config, registry: &mut Registry) -> Result<Option<ModelEngine>, Failure> {
    let Some(model) = configured(config)? else { return Ok(None) };
    let llm = Llm::new(model, &kit_llm::Metrics::register(registry))?;
    let cache = cache(config, registry).await?;
    let live = Duration::from_secs(config.cache.analysis_ttl_seconds);
    ModelEngine::new(llm, cache, live).map(Some).map_err(Failure::failed)
}

async fn cache(config: &Config, registry: &mut Registry) -> Result<Cache, Failure> {
    let metrics = kit_cache::Metrics::register(registry);
    if config.cache.url.expose_secret().is_empty() {
        return Ok(Cache::in_process(CACHE_BYTES, &metrics));
    }
    let redis = Redis { url: config.cache.url.clone(), prefix: config.nats.prefix.clone() };
    Cache::redis(&redis, &metrics).await.map_err(Failure::configuration)
}
