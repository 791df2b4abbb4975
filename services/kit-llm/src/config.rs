//! Which model is asked, where it runs and within what limits; checked before anything connects.

use std::{fmt, str::FromStr, time::Duration};

use reqwest_for_models::Url;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{budget::Limits, price::Price};

/// Whose protocol the server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Provider {
    /// Ollama, the default: on the person's own machine.
    Ollama,
    /// OpenAI's chat completions, which many servers speak (vLLM, llama.cpp, LM Studio, …).
    OpenAi,
    /// Anthropic's messages.
    Anthropic,
}

impl Provider {
    /// Name in the configuration and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ollama => "ollama",
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
        }
    }

    /// Where it is if nothing else is said.
    pub const fn default_url(self) -> &'static str {
        match self {
            Self::Ollama => "http://127.0.0.1:11434",
            Self::OpenAi => "https://api.openai.com/v1",
            Self::Anthropic => "https://api.anthropic.com",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Provider {
    type Err = ConfigFault;

    fn from_str(name: &str) -> Result<Self, ConfigFault> {
        [Self::Ollama, Self::OpenAi, Self::Anthropic]
            .into_iter()
            .find(|provider| provider.as_str() == name)
            .ok_or_else(|| ConfigFault(format!("provider: `{name}` is none of: ollama, openai, anthropic")))
    }
}

/// A model and the limits of its use.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whose protocol.
    pub provider: Provider,
    /// Address; empty for the provider's own.
    pub url: String,
    /// Name of the model at the provider.
    pub model: String,
    /// Longest that one question may take, with its second try and any waiting for a free place.
    pub timeout: Duration,
    /// Tokens of prompt and answer together.
    pub context: u32,
    /// Calls at once.
    pub concurrency: usize,
    /// Whether the model may run on another host than this one.
    pub allow_remote: bool,
    /// Key of the provider, where it wants one.
    pub api_key: Option<SecretString>,
    /// What it costs, where that is not what the table of prices says.
    pub price: Option<Price>,
    /// Most that may be spent on it and on every other model in a month.
    pub budget: Limits,
}

/// A configuration that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("llm.{0}")]
pub struct ConfigFault(pub(crate) String);

impl Config {
    /// A model of this machine's Ollama, with limits that suit one without a graphics card.
    pub fn ollama(model: &str) -> Self {
        Self {
            provider: Provider::Ollama,
            url: String::new(),
            model: model.to_owned(),
            timeout: Duration::from_secs(60),
            context: 8192,
            concurrency: 2,
            allow_remote: false,
            api_key: None,
            price: None,
            budget: Limits::default(),
        }
    }

    /// Checks everything that can be told without connecting.
    ///
    /// # Errors
    /// [`ConfigFault`] with the key and the remedy.
    pub fn check(&self) -> Result<Url, ConfigFault> {
        let fault = |text: String| Err(ConfigFault(text));
        let url = self.parsed_url()?;
        if self.model.trim().is_empty() {
            return fault("model: missing; name the model, like qwen2.5:7b".to_owned());
        }
        if !(Duration::from_secs(1)..=Duration::from_secs(600)).contains(&self.timeout) {
            return fault(format!("timeout: {} s; must be 1 to 600 seconds", self.timeout.as_secs()));
        }
        if !(1024..=1_048_576).contains(&self.context) {
            return fault(format!("context: {}; must be 1024 to 1048576 tokens", self.context));
        }
        if !(1..=256).contains(&self.concurrency) {
            return fault(format!("concurrency: {}; must be 1 to 256", self.concurrency));
        }
        let keyless = self.api_key.as_ref().is_none_or(|key| key.expose_secret().trim().is_empty());
        if keyless && self.provider == Provider::Anthropic {
            return fault("api_key: missing; Anthropic answers nobody without one".to_owned());
        }
        if is_remote(&url) && !self.allow_remote {
            return fault(format!(
                "url: {} is another host; messages would leave this machine. Set llm.allow_remote = true if you want \
                 that, or use a model on this machine",
                url.host_str().unwrap_or_default()
            ));
        }
        if self.budget.any() && self.price().is_none() {
            return fault(format!(
                "price: what {} costs is not known, so that no budget can be kept; set llm.price to the dollars for a \
                 million tokens read and written, like [0.15, 0.6]",
                self.model
            ));
        }
        Ok(url)
    }

    /// What it costs; `None` where nobody said. A model on this machine costs nothing, nor does Ollama anywhere.
    pub fn price(&self) -> Option<Price> {
        let own = self.remote_host().is_none() || self.provider == Provider::Ollama;
        self.price.or_else(|| own.then(Price::default)).or_else(|| Price::listed(self.provider, &self.model))
    }

    /// The host that messages go to, where it is not this one: to be named wherever a person looks.
    pub fn remote_host(&self) -> Option<String> {
        let url = self.parsed_url().ok()?;
        is_remote(&url).then(|| url.host_str().unwrap_or_default().to_owned())
    }

    fn parsed_url(&self) -> Result<Url, ConfigFault> {
        let given = if self.url.trim().is_empty() { self.provider.default_url() } else { self.url.trim() };
        // The value is not shown where it cannot be read: it may hold a password.
        let url = Url::parse(given)
            .map_err(|e| ConfigFault(format!("url: not an address ({e}); like {}", self.provider.default_url())))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(ConfigFault(format!("url: must begin with http:// or https://, not {}:", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ConfigFault("url: holds a user or a password; put the key into llm.api_key".to_owned()));
        }
        Ok(url)
    }
}

/// Whether an address is on another machine. `localhost` is this one by RFC 6761.
fn is_remote(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches([']', '.']);
    match host.parse::<std::net::IpAddr>() {
        Ok(address) => !address.to_canonical().is_loopback(),
        Err(_) => host != "localhost" && !host.ends_with(".localhost"),
    }
}
