//! Anthropic's messages. The answer's form is the input of a tool that it must call: the tool exists in name only.

use std::time::Duration;

use futures::{FutureExt as _, future::BoxFuture};
use reqwest_for_models::{
    Client as Http, Url,
    header::{HeaderMap, HeaderValue},
};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::http::{self, Place};
use crate::{
    config::{Config, ConfigFault},
    error::LlmError,
    model::{Completion, Model, Request},
};

const PROTOCOL: &str = "2023-06-01";
const FORM: &str = "answer";

#[derive(Debug)]
pub(super) struct Client {
    http: Http,
    messages: Url,
    named_model: Url,
    model: String,
    timeout: Duration,
    place: Place,
}

impl Client {
    pub(super) fn new(config: &Config, url: &Url) -> Result<Self, ConfigFault> {
        let mut headers = HeaderMap::from_iter([(
            reqwest_for_models::header::HeaderName::from_static("anthropic-version"),
            HeaderValue::from_static(PROTOCOL),
        )]);
        if let Some(key) = &config.api_key {
            headers.insert("x-api-key", http::secret_header(key.expose_secret())?);
        }
        Ok(Self {
            http: http::client(config, headers)?,
            messages: http::under(url, "v1/messages")?,
            named_model: http::under(url, &format!("v1/models/{}", config.model))?,
            model: config.model.clone(),
            timeout: config.timeout,
            place: Place::new(url, config, "correct llm.model"),
        })
    }

    fn body(&self, request: &Request) -> Value {
        let turns = request.turns.iter().map(|turn| json!({ "role": turn.role.as_str(), "content": turn.text }));
        let mut body = json!({
            "model": self.model,
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "system": request.system,
            "messages": turns.collect::<Vec<_>>(),
        });
        if let Some(schema) = &request.schema {
            body["tools"] = json!([{ "name": FORM, "description": "Gives the answer.", "input_schema": schema }]);
            body["tool_choice"] = json!({ "type": "tool", "name": FORM });
        }
        body
    }
}

fn completion(answer: &Value) -> Result<Completion, LlmError> {
    let ended = answer["stop_reason"].as_str();
    if ended == Some("refusal") {
        return Err(LlmError::Refused { status: 200, remedy: "the model declined to answer this message" });
    }
    let blocks = answer["content"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_type = |wanted: &str| blocks.iter().find(|block| block["type"].as_str() == Some(wanted));
    let form = of_type("tool_use").map(|block| block["input"].to_string());
    let text = form.or_else(|| of_type("text").and_then(|block| block["text"].as_str().map(str::to_owned)));
    let usage = &answer["usage"];
    // What came from the provider's prompt cache was read as well.
    let read = ["input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"];
    let read: Vec<_> = read.iter().filter_map(|name| http::tokens(&usage[*name])).collect();
    Ok(Completion {
        text: text.ok_or_else(|| LlmError::Garbage("the server's answer holds no message".to_owned()))?,
        prompt_tokens: read.iter().copied().reduce(u32::saturating_add),
        answer_tokens: http::tokens(&usage["output_tokens"]),
        cut_off: ended == Some("max_tokens"),
    })
}

impl Model for Client {
    fn complete<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Completion, LlmError>> {
        async move {
            let call = self.http.post(self.messages.clone()).json(&self.body(request));
            completion(&http::json(call, &self.place, self.timeout).await?)
        }
        .boxed()
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), LlmError>> {
        async move {
            http::json(self.http.get(self.named_model.clone()), &self.place, self.timeout).await?;
            Ok(())
        }
        .boxed()
    }
}
