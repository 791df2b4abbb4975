//! `[llm]`: the language model, what it may cost, and what is different for one stage.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;

/// What a provider may be; the names of kit-llm.
const PROVIDERS: [&str; 3] = ["ollama", "openai", "anthropic"];
/// A stage's own word for no model, where the others have one.
const NONE: &str = "none";
/// A message is in work for two minutes at most: the model has to end before, or nothing would be left of it.
const LONGEST_MODEL_SECONDS: u64 = 100;

/// `[llm]`. An empty provider is none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Llm {
    pub provider: String,
    pub url: String,
    pub model: String,
    pub api_key: SecretString,
    pub api_key_file: PathBuf,
    pub timeout_seconds: u64,
    pub context: u32,
    pub concurrency: usize,
    pub allow_remote: bool,
    /// Dollars for a million tokens of prompt and of answer; empty for those of the table.
    pub price: Vec<f64>,
    pub monthly_budget: f64,
    pub monthly_budget_per_account: f64,
    pub analyzer: StageLlm,
    pub responder: StageLlm,
}

/// `[llm.STAGE]`. What is empty is as in `[llm]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageLlm {
    pub provider: String,
    pub url: String,
    pub model: String,
    pub api_key: SecretString,
    pub api_key_file: PathBuf,
    pub price: Vec<f64>,
    pub prompt: PathBuf,
}

impl Llm {
    /// The model of a stage: its own where it names a provider, else the common one, under the stage's name for it.
    #[must_use]
    pub fn of(&self, stage: &StageLlm) -> Self {
        let mut llm = self.clone();
        if !stage.provider.is_empty() {
            llm.provider = if stage.provider == NONE { String::new() } else { stage.provider.clone() };
            llm.url = stage.url.clone();
            llm.api_key = stage.api_key.clone();
            llm.price = Vec::new();
        }
        if !stage.model.is_empty() {
            llm.model = stage.model.clone();
            llm.price = Vec::new();
        }
        if !stage.price.is_empty() {
            llm.price = stage.price.clone();
        }
        llm
    }

    fn stages(&self) -> [(&'static str, &StageLlm); 2] {
        [("analyzer", &self.analyzer), ("responder", &self.responder)]
    }

    /// Files that hold a key: name of the setting, file, and where the key goes.
    pub(crate) fn secret_files(&mut self) -> Vec<(&'static str, &Path, &mut SecretString)> {
        let Self { api_key, api_key_file, analyzer, responder, .. } = self;
        let files = [
            ("llm.api_key_file", api_key_file, api_key),
            ("llm.analyzer.api_key_file", &mut analyzer.api_key_file, &mut analyzer.api_key),
            ("llm.responder.api_key_file", &mut responder.api_key_file, &mut responder.api_key),
        ];
        let given = files.into_iter().filter(|(_, file, _)| !file.as_os_str().is_empty());
        given.map(|(key, file, secret)| (key, file.as_path(), secret)).collect()
    }

    /// Where the model is, and whether it may be there, is checked by its client before anything connects.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Self::model_faults("llm", &self.provider, &self.model, &self.price);
        let Self { timeout_seconds, context, concurrency, .. } = self;
        let checks = [
            (
                !(1..=LONGEST_MODEL_SECONDS).contains(timeout_seconds),
                format!("llm.timeout_seconds: {timeout_seconds}; must be 1 to {LONGEST_MODEL_SECONDS}"),
            ),
            (!(1024..=1_048_576).contains(context), format!("llm.context: {context}; must be 1024 to 1048576 tokens")),
            (!(1..=256).contains(concurrency), format!("llm.concurrency: {concurrency}; must be 1 to 256")),
        ];
        faults.extend(checks.into_iter().filter_map(|(wrong, text)| wrong.then_some(text)));
        for (key, dollars) in
            [("monthly_budget", self.monthly_budget), ("monthly_budget_per_account", self.monthly_budget_per_account)]
        {
            if !(0.0..=1e6).contains(&dollars) {
                faults.push(format!("llm.{key}: {dollars}; must be 0 (no limit) to 1000000 dollars"));
            }
        }
        for (name, stage) in self.stages() {
            faults.extend(self.stage_faults(name, stage));
        }
        faults
    }

    fn stage_faults(&self, name: &str, stage: &StageLlm) -> Vec<String> {
        let section = format!("llm.{name}");
        if stage.provider == NONE {
            return Vec::new();
        }
        let mut faults = Vec::new();
        if stage.provider.is_empty() && !stage.url.is_empty() {
            faults.push(format!("{section}.provider: missing beside {section}.url; name the one that answers there"));
        }
        if stage.provider.is_empty() && self.provider.is_empty() && !stage.model.is_empty() {
            faults.push(format!("{section}.provider: missing beside {section}.model"));
        }
        if !stage.provider.is_empty() || !stage.price.is_empty() {
            let model = if stage.model.is_empty() { &self.model } else { &stage.model };
            faults.extend(Self::model_faults(&section, &stage.provider, model, &stage.price));
        }
        faults
    }

    fn model_faults(section: &str, provider: &str, model: &str, price: &[f64]) -> Vec<String> {
        let priced = price.is_empty() || price.len() == 2 && price.iter().all(|dollars| (0.0..=1e4).contains(dollars));
        let checks = [
            (
                !provider.is_empty() && !PROVIDERS.contains(&provider),
                format!("{section}.provider: `{provider}` is none of: {}; empty for no model", PROVIDERS.join(", ")),
            ),
            (
                !provider.is_empty() && model.trim().is_empty(),
                format!("{section}.model: missing; name the model, like qwen2.5:7b"),
            ),
            (
                section == "llm" && provider.is_empty() && !model.trim().is_empty(),
                "llm.provider: missing beside llm.model; \"ollama\" for a model on this machine".to_owned(),
            ),
            (
                !priced,
                format!(
                    "{section}.price: must be two amounts, the dollars for a million tokens read and written, like \
                     [0.15, 0.6]"
                ),
            ),
        ];
        checks.into_iter().filter_map(|(wrong, text)| wrong.then_some(text)).collect()
    }
}
