//! Ollama by ollama-rs, without streaming: its streams lose text where a packet ends inside a character.

use std::time::Duration;

use futures::{FutureExt as _, future::BoxFuture};
use ollama_rs::{
    Ollama,
    error::OllamaError,
    generation::{
        chat::{ChatMessage, ChatMessageResponse, request::ChatMessageRequest},
        parameters::{FormatType, JsonStructure},
    },
    models::ModelOptions,
};
use reqwest_for_models::{
    Url,
    header::{AUTHORIZATION, HeaderMap},
};
use schemars::Schema;
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::http::{self, Place};
use crate::{
    config::{Config, ConfigFault},
    error::LlmError,
    model::{Completion, Model, Request, Role},
};

#[derive(Debug)]
pub(super) struct Client {
    ollama: Ollama,
    model: String,
    context: u32,
    timeout: Duration,
    place: Place,
}

impl Client {
    pub(super) fn new(config: &Config, url: Url) -> Result<Self, ConfigFault> {
        let mut headers = HeaderMap::new();
        if let Some(key) = &config.api_key {
            headers.insert(AUTHORIZATION, http::secret_header(&format!("Bearer {}", key.expose_secret()))?);
        }
        let place = Place::new(&url, config, &format!("fetch it with `ollama pull {}`", config.model));
        // ollama-rs puts its paths straight behind the address, which must therefore end with a slash.
        let base = http::under(&url, "")?;
        let ollama = Ollama::builder().url(base).reqwest_client(http::client(config, headers)?).build();
        Ok(Self { ollama, model: config.model.clone(), context: config.context, timeout: config.timeout, place })
    }

    fn chat(&self, request: &Request) -> Result<ChatMessageRequest, LlmError> {
        let turns = request.turns.iter().map(|turn| match turn.role {
            Role::User => ChatMessage::user(turn.text.clone()),
            Role::Assistant => ChatMessage::assistant(turn.text.clone()),
        });
        let messages = std::iter::once(ChatMessage::system(request.system.clone())).chain(turns).collect();
        let options = ModelOptions::default()
            .num_ctx(self.context.into())
            .num_predict(i32::try_from(request.max_tokens).unwrap_or(i32::MAX))
            .temperature(request.temperature)
            // The default of 1.1 makes a model shun the very words that it is to quote.
            .repeat_penalty(1.0);
        let chat = ChatMessageRequest::new(self.model.clone(), messages).options(options);
        let Some(schema) = &request.schema else { return Ok(chat) };
        let schema = Schema::try_from(schema.clone())
            .map_err(|_| LlmError::Garbage("the program's own schema is no JSON Schema".to_owned()))?;
        Ok(chat.format(FormatType::StructuredJson(Box::new(JsonStructure::new_for_schema(schema)))))
    }

    fn failure(&self, error: OllamaError) -> LlmError {
        match error {
            OllamaError::ReqwestError(e) => self.place.broken(&e, self.timeout),
            OllamaError::JsonError(_) => LlmError::Garbage("the server's answer is not Ollama's".to_owned()),
            OllamaError::Other(body) => self.place.refused(status_of(&body)),
            // Neither is made by a chat without tools.
            OllamaError::InternalError(_) | OllamaError::ToolCallError(_) => self.place.refused(500),
        }
    }
}

/// The library drops the status of a failure; Ollama's own words tell it.
fn status_of(body: &str) -> u16 {
    let said = serde_json::from_str::<Value>(body).ok().and_then(|body| Some(body.get("error")?.as_str()?.to_owned()));
    let said = said.as_deref().unwrap_or(body).to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    match () {
        () if has(&["not found", "no such model"]) => 404,
        () if has(&["busy", "overloaded", "maximum pending", "unavailable", "too many requests"]) => 503,
        () if has(&["unauthorized", "forbidden"]) => 401,
        () if has(&["invalid", "not supported", "exceed", "too long", "context", "unsupported", "bad request"]) => 400,
        () => 500,
    }
}

fn completion(response: ChatMessageResponse, limit: u32) -> Result<Completion, LlmError> {
    if !response.done {
        return Err(LlmError::Garbage("the server ended before the answer did".to_owned()));
    }
    let count = |tokens: u64| Some(u32::try_from(tokens).unwrap_or(u32::MAX));
    let counts = response.final_data.as_ref();
    let answer_tokens = counts.and_then(|counts| count(counts.eval_count));
    Ok(Completion {
        text: response.message.content,
        prompt_tokens: counts.and_then(|counts| count(counts.prompt_eval_count)),
        answer_tokens,
        // The library does not pass on why the answer ended.
        cut_off: answer_tokens.is_some_and(|tokens| tokens >= limit),
    })
}

impl Model for Client {
    fn complete<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Completion, LlmError>> {
        async move {
            let chat = self.chat(request)?;
            let response = self.ollama.send_chat_messages(chat).await.map_err(|e| self.failure(e))?;
            completion(response, request.max_tokens)
        }
        .boxed()
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), LlmError>> {
        async move {
            let models = self.ollama.list_local_models().await.map_err(|e| self.failure(e))?;
            let tagged = format!("{}:latest", self.model);
            let found = models.iter().any(|model| model.name == self.model || model.name == tagged);
            if found { Ok(()) } else { Err(self.place.refused(404)) }
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_by_ollamas_own_words() {
        for (body, status) in [
            (r#"{"error":"model 'qwen9:1b' not found"}"#, 404),
            (r#"{"error":"server busy, please try again.  maximum pending requests exceeded"}"#, 503),
            (r#"{"error":"unauthorized"}"#, 401),
            (r#"{"error":"invalid JSON schema in format"}"#, 400),
            (r#"{"error":"the prompt exceeds the context"}"#, 400),
            (r#"{"error":"llama runner process has terminated"}"#, 500),
            ("upstream connect error", 500),
            ("", 500),
        ] {
            assert_eq!(status_of(body), status, "{body}");
        }
    }
}
