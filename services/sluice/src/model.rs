//! From the configuration to the models that stages ask, each with its prompt, cache and share of the budget.

use std::{path::Path, sync::Arc, time::Duration};

use analyzer::ModelEngine;
use chrono::Utc;
use kit_llm::{ConfigFault, Ledger, Limits, Llm, Micros, Price, extract::Extract};
use kit_runtime::{
    Config,
    config::{self, StageLlm},
};
use prometheus_client::registry::Registry;
use responder::{Wording, Writer};
use secrecy::ExposeSecret as _;

use crate::{caches, failure::Failure};

/// What the answers may take of this process's memory: some thousand messages.
const CACHE_BYTES: u64 = 16 << 20;

impl From<ConfigFault> for Failure {
    fn from(fault: ConfigFault) -> Self {
        Self::configuration(fault)
    }
}

/// A stage that asks a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asking {
    Analyzer,
    Responder,
}

impl Asking {
    pub(crate) const ALL: [Self; 2] = [Self::Analyzer, Self::Responder];

    pub(crate) fn settings(self, config: &Config) -> &StageLlm {
        match self {
            Self::Analyzer => &config.llm.analyzer,
            Self::Responder => &config.llm.responder,
        }
    }
}

/// The model of a stage, checked before anything connects; `None` where it works without.
pub(crate) fn configured(config: &Config, stage: Asking) -> Result<Option<kit_llm::Config>, ConfigFault> {
    let llm = config.llm.of(stage.settings(config));
    if llm.provider.is_empty() {
        return Ok(None);
    }
    let price = <[f64; 2]>::try_from(llm.price.as_slice()).ok().map(|[prompt, answer]| Price { prompt, answer });
    let model = kit_llm::Config {
        provider: llm.provider.parse()?,
        url: llm.url.clone(),
        model: llm.model.clone(),
        timeout: Duration::from_secs(llm.timeout_seconds),
        context: llm.context,
        concurrency: llm.concurrency,
        allow_remote: llm.allow_remote,
        api_key: (!llm.api_key.expose_secret().is_empty()).then(|| llm.api_key.clone()),
        price,
        budget: limits(&llm),
    };
    model.check()?;
    Ok(Some(model))
}

/// What models may cost in a month.
pub(crate) fn limits(llm: &config::Llm) -> Limits {
    Limits { overall: Micros::dollars(llm.monthly_budget), account: Micros::dollars(llm.monthly_budget_per_account) }
}

/// Checks every stage's model.
pub(crate) fn check(config: &Config) -> Result<(), ConfigFault> {
    Asking::ALL.iter().try_for_each(|stage| configured(config, *stage).map(drop))
}

/// The other machines that messages go to, each once: what a person should see wherever they look.
pub(crate) fn remote_hosts(config: &Config) -> Vec<String> {
    let models = Asking::ALL.iter().filter_map(|stage| configured(config, *stage).ok().flatten());
    let mut hosts: Vec<String> = models.filter_map(|model| model.remote_host()).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// Says in the log to which other machines messages go.
pub(crate) fn name_remote_hosts(config: &Config) {
    for host in remote_hosts(config) {
        tracing::warn!(host, "messages go to a model on another machine, as llm.allow_remote says");
    }
}

/// The models of a process: stages with the same model share its places and its circuit breaker.
#[derive(Debug)]
pub(crate) struct Models {
    metrics: kit_llm::Metrics,
    /// The book that all processes share; without it this one counts alone.
    ledger: Option<Arc<dyn Ledger>>,
    made: Vec<Llm>,
}

impl Models {
    pub(crate) fn register(registry: &mut Registry, ledger: Option<Arc<dyn Ledger>>) -> Self {
        Self { metrics: kit_llm::Metrics::register(registry), ledger, made: Vec::new() }
    }

    /// The model of a stage; `None` where it works without.
    pub(crate) fn of(&mut self, config: &Config, stage: Asking) -> Result<Option<Llm>, Failure> {
        let Some(model) = configured(config, stage)? else { return Ok(None) };
        let place = |model: &kit_llm::Config| (model.provider, model.url.clone(), model.model.clone());
        if let Some(llm) = self.made.iter().find(|llm| place(llm.config()) == place(&model)) {
            return Ok(Some(llm.clone()));
        }
        let llm = Llm::new(model, &self.metrics)?;
        let llm = match &self.ledger {
            Some(ledger) => llm.noted_in(Arc::clone(ledger), Arc::new(Utc::now)),
            None => llm,
        };
        self.made.push(llm.clone());
        Ok(Some(llm))
    }

    /// The model that words replies; `None` where the templates write alone.
    pub(crate) fn writer(&mut self, config: &Config) -> Result<Option<Writer>, Failure> {
        let Some(llm) = self.of(config, Asking::Responder)? else { return Ok(None) };
        Ok(Some(Writer::new(llm, wording(&config.llm.responder.prompt)?)))
    }

    /// The engine that reads messages; `None` where the rules read alone.
    pub(crate) async fn reader(
        &mut self,
        config: &Config,
        cache: &kit_cache::Metrics,
    ) -> Result<Option<ModelEngine>, Failure> {
        let Some(llm) = self.of(config, Asking::Analyzer)? else { return Ok(None) };
        let program = program(&config.llm.analyzer.prompt)?;
        let cache = caches::open(config, CACHE_BYTES, cache).await?;
        let live = Duration::from_secs(config.cache.analysis_ttl_seconds);
        ModelEngine::new(llm, program, cache, live).map(Some).map_err(Failure::failed)
    }
}

/// The program that words replies: of a file, or the one that comes with this version.
fn wording(file: &Path) -> Result<Wording, Failure> {
    if file.as_os_str().is_empty() {
        return responder::wording().map_err(Failure::failed);
    }
    let name = file.display();
    let fault = |e: &dyn std::fmt::Display| Failure::configuration(format!("llm.responder.prompt: {name}: {e}"));
    let text = std::fs::read_to_string(file).map_err(|e| fault(&e))?;
    let program = Wording::from_toml(&text).map_err(|e| fault(&e))?;
    match program.name.as_str() {
        "draft" => Ok(program),
        other => Err(fault(&format!("is the program `{other}`; the responder runs `draft`"))),
    }
}

/// The program that reads messages: of a file, or the one that comes with this version.
pub(crate) fn program(file: &Path) -> Result<Extract, Failure> {
    if file.as_os_str().is_empty() {
        return Extract::current().map_err(Failure::failed);
    }
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|e| Failure::configuration(format!("llm.analyzer.prompt: {name}: {e}")))?;
    let program =
        Extract::from_toml(&text).map_err(|e| Failure::configuration(format!("llm.analyzer.prompt: {name}: {e}")))?;
    match program.name.as_str() {
        "extract" => Ok(program),
        other => Err(Failure::configuration(format!(
            "llm.analyzer.prompt: {name} is the program `{other}`; the analyzer runs `extract`"
        ))),
    }
}
