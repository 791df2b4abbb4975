//! From the configuration to the model that reads messages.

use std::time::Duration;

use analyzer::ModelEngine;
use kit_llm::{ConfigFault, Llm};
use kit_runtime::Config;
use prometheus_client::registry::Registry;
use secrecy::ExposeSecret as _;

use crate::{caches, failure::Failure};

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
pub(crate) async fn engine(
    config: &Config,
    registry: &mut Registry,
    cache: &kit_cache::Metrics,
) -> Result<Option<ModelEngine>, Failure> {
    let Some(model) = configured(config)? else { return Ok(None) };
    let llm = Llm::new(model, &kit_llm::Metrics::register(registry))?;
    let cache = caches::open(config, CACHE_BYTES, cache).await?;
    let live = Duration::from_secs(config.cache.analysis_ttl_seconds);
    ModelEngine::new(llm, cache, live).map(Some).map_err(Failure::failed)
}
