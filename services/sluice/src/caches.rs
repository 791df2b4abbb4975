//! From the configuration to a cache: in Redis, or in this process.

use kit_cache::{Cache, Metrics, Redis};
use kit_runtime::Config;
use secrecy::ExposeSecret as _;

use crate::failure::Failure;

/// Opens the configured cache; without an address, of so many bytes of this process.
pub(crate) async fn open(config: &Config, most_bytes: u64, metrics: &Metrics) -> Result<Cache, Failure> {
    if config.cache.url.expose_secret().is_empty() {
        return Ok(Cache::in_process(most_bytes, metrics));
    }
    let redis = Redis { url: config.cache.url.clone(), prefix: config.nats.prefix.clone() };
    Cache::redis(&redis, metrics).await.map_err(Failure::configuration)
}
