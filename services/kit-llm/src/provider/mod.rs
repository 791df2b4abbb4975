//! The providers: each a translation of one request into a protocol and of its answers back.

mod anthropic;
mod http;
mod ollama;
mod openai;

use crate::{
    config::{Config, ConfigFault, Provider},
    model::Model,
};

/// The client of a checked configuration.
pub(crate) fn client(config: &Config) -> Result<Box<dyn Model>, ConfigFault> {
    let url = config.check()?;
    Ok(match config.provider {
        Provider::Ollama => Box::new(ollama::Client::new(config, url)?),
        Provider::OpenAi => Box::new(openai::Client::new(config, &url)?),
        Provider::Anthropic => Box::new(anthropic::Client::new(config, &url)?),
    })
}
