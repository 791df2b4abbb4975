//! What the providers share over HTTP: one client, bounded answers, and what a status or a broken connection means.

use std::time::Duration;

use reqwest_for_models::{
    Client, ClientBuilder, Error, RequestBuilder, StatusCode, Url,
    header::{HeaderMap, HeaderValue},
    redirect::Policy,
};
use serde_json::Value;

use crate::{
    config::{Config, ConfigFault},
    error::LlmError,
};

const CONNECT: Duration = Duration::from_secs(5);
/// Far over any answer: a server that sends without end is not read without end.
const MOST_BYTES: usize = 4 << 20;

/// A client with the configured time limit. It follows no redirect: one could lead off this machine.
pub(super) fn client(config: &Config, headers: HeaderMap) -> Result<Client, ConfigFault> {
    let mut builder: ClientBuilder = Client::builder()
        .connect_timeout(CONNECT)
        .timeout(config.timeout)
        .redirect(Policy::none())
        .default_headers(headers)
        .user_agent(concat!("sluice/", env!("CARGO_PKG_VERSION")));
    if config.remote_host().is_none() {
        // A proxy of the environment is meant for the outside.
        builder = builder.no_proxy();
    }
    builder.build().map_err(|e| ConfigFault(format!("url: no HTTP client for it ({e})")))
}

/// A header that no log shows.
pub(super) fn secret_header(value: &str) -> Result<HeaderValue, ConfigFault> {
    let mut header = HeaderValue::from_str(value)
        .map_err(|_| ConfigFault("api_key: holds characters that no key has; is it the right file?".to_owned()))?;
    header.set_sensitive(true);
    Ok(header)
}

/// `base` with `path` under it.
pub(super) fn under(base: &Url, path: &str) -> Result<Url, ConfigFault> {
    let mut base = base.clone();
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", base.path()));
    }
    base.join(path).map_err(|e| ConfigFault(format!("url: cannot take the path {path} ({e})")))
}

/// Where a call went and what it asked for, for the words of an error.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) url: String,
    pub(super) model: String,
    /// How to get a model that is missing.
    pub(super) remedy: String,
}

impl Place {
    pub(super) fn new(url: &Url, config: &Config, remedy: &str) -> Self {
        let mut shown = url.clone();
        shown.set_query(None);
        Self { url: shown.to_string(), model: config.model.clone(), remedy: remedy.to_owned() }
    }

    /// A request that brought no whole answer.
    pub(super) fn broken(&self, error: &Error, timeout: Duration) -> LlmError {
        let detail = match error {
            e if e.is_connect() && e.is_timeout() => "no connection within 5 s",
            e if e.is_connect() => "connection refused or host not found",
            e if e.is_timeout() => return LlmError::TimedOut(timeout),
            _ => "the connection was cut before the answer was whole",
        };
        LlmError::Unreachable { url: self.url.clone(), detail: detail.to_owned() }
    }

    /// What a status other than success means.
    pub(super) fn refused(&self, status: u16) -> LlmError {
        match status {
            404 => LlmError::ModelMissing { model: self.model.clone(), remedy: self.remedy.clone() },
            408 | 429 | 503 | 529 => LlmError::Busy(format!("status {status}")),
            500.. => LlmError::Unreachable { url: self.url.clone(), detail: format!("status {status}") },
            401 | 403 => LlmError::Refused { status, remedy: "check llm.api_key and what it may use" },
            300..=399 => LlmError::Refused { status, remedy: "it redirects; set llm.url to the address itself" },
            402 => LlmError::Refused { status, remedy: "the account at the provider is out of credit" },
            413 => LlmError::Refused { status, remedy: "the message is too long for this model" },
            _ => LlmError::Refused {
                status,
                remedy: "see its log; does this model take a JSON Schema and a temperature?",
            },
        }
    }
}

/// Sends and reads one JSON answer.
pub(super) async fn json(request: RequestBuilder, place: &Place, timeout: Duration) -> Result<Value, LlmError> {
    let mut response = request.send().await.map_err(|e| place.broken(&e, timeout))?;
    if response.status() != StatusCode::OK {
        return Err(place.refused(response.status().as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| place.broken(&e, timeout))? {
        body.extend_from_slice(&chunk);
        if body.len() > MOST_BYTES {
            return Err(LlmError::Garbage("an answer of more than 4 MiB".to_owned()));
        }
    }
    serde_json::from_slice(&body).map_err(|_| LlmError::Garbage("the server's answer is not JSON".to_owned()))
}

/// A count of tokens.
pub(super) fn tokens(value: &Value) -> Option<u32> {
    value.as_u64().map(|count| u32::try_from(count).unwrap_or(u32::MAX))
}
