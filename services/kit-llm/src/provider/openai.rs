//! OpenAI's chat completions, as OpenAI and many other servers speak it.

use std::time::Duration;

use futures::{FutureExt as _, future::BoxFuture};
use reqwest_for_models::{
    Client as Http, Url,
    header::{AUTHORIZATION, HeaderMap},
};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::http::{self, Place};
use crate::{
    config::{Config, ConfigFault},
    error::LlmError,
    model::{Completion, Model, Request},
    schema,
};

#[derive(Debug)]
pub(super) struct Client {
    http: Http,
    chat: Url,
    models: Url,
    model: String,
    timeout: Duration,
    /// OpenAI's own servers call the limit by a newer name, which others do not know yet.
    limit_name: &'static str,
    place: Place,
}

impl Client {
    pub(super) fn new(config: &Config, url: &Url) -> Result<Self, ConfigFault> {
        let mut headers = HeaderMap::new();
        if let Some(key) = &config.api_key {
            headers.insert(AUTHORIZATION, http::secret_header(&format!("Bearer {}", key.expose_secret()))?);
        }
        let openai = url.host_str() == Some("api.openai.com");
        Ok(Self {
            http: http::client(config, headers)?,
            chat: http::under(url, "chat/completions")?,
            models: http::under(url, "models")?,
            model: config.model.clone(),
            timeout: config.timeout,
            limit_name: if openai { "max_completion_tokens" } else { "max_tokens" },
            place: Place::new(url, config, "correct llm.model, or llm.url (it usually ends with /v1)"),
        })
    }

    fn body(&self, request: &Request) -> Value {
        let turns = request.turns.iter().map(|turn| json!({ "role": turn.role.as_str(), "content": turn.text }));
        let system = json!({ "role": "system", "content": request.system });
        let mut body = json!({
            "model": self.model,
            "messages": std::iter::once(system).chain(turns).collect::<Vec<_>>(),
            "temperature": request.temperature,
        });
        body[self.limit_name] = request.max_tokens.into();
        if let Some(wanted) = &request.schema {
            body["response_format"] = json!({ "type": "json_schema", "json_schema": {
                "name": "answer", "strict": true, "schema": schema::without_lengths(wanted),
            } });
        }
        body
    }
}

fn completion(answer: &Value) -> Result<Completion, LlmError> {
    let choice = &answer["choices"][0];
    let ended = choice["finish_reason"].as_str();
    if choice["message"]["refusal"].is_string() || ended == Some("content_filter") {
        return Err(LlmError::Refused { status: 200, remedy: "the model declined to answer this message" });
    }
    let Some(text) = choice["message"]["content"].as_str() else {
        return Err(LlmError::Garbage("the server's answer holds no message".to_owned()));
    };
    Ok(Completion {
        text: text.to_owned(),
        prompt_tokens: http::tokens(&answer["usage"]["prompt_tokens"]),
        answer_tokens: http::tokens(&answer["usage"]["completion_tokens"]),
        cut_off: ended == Some("length"),
    })
}

impl Model for Client {
    fn complete<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Completion, LlmError>> {
        async move {
            let call = self.http.post(self.chat.clone()).json(&self.body(request));
            completion(&http::json(call, &self.place, self.timeout).await?)
        }
        .boxed()
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), LlmError>> {
        async move {
            let answer = http::json(self.http.get(self.models.clone()), &self.place, self.timeout).await?;
            let models = answer["data"].as_array().map(Vec::as_slice).unwrap_or_default();
            let found = models.iter().any(|model| model["id"].as_str() == Some(&self.model));
            if found { Ok(()) } else { Err(self.place.refused(404)) }
        }
        .boxed()
    }
}
