//! The protocols of OpenAI and Anthropic: what is sent, what is read, and what each refusal comes out as.

use kit_llm::{Config, Llm, LlmError, Provider, Request, Truncation, Turn};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::server::{Reply, Server};

fn config(provider: Provider, url: &str) -> Config {
    let url = if provider == Provider::OpenAi { format!("{url}/v1") } else { url.to_owned() };
    Config { provider, url, api_key: Some(SecretString::from("key-1")), ..Config::ollama("big") }
}

fn request() -> Request {
    let schema = json!({
        "type": "object", "required": ["name"], "additionalProperties": false,
        "properties": { "name": { "type": "string", "maxLength": 9 } },
    });
    Request {
        system: "Read.".to_owned(),
        turns: vec![Turn::user("q1"), Turn::assistant("a1"), Turn::user("q2")],
        schema: Some(schema),
        max_tokens: 50,
        temperature: 0.0,
    }
}

fn openai(text: &str, finish: &str) -> Value {
    json!({
        "choices": [{ "message": { "role": "assistant", "content": text }, "finish_reason": finish }],
        "usage": { "prompt_tokens": 31, "completion_tokens": 5 },
    })
}

fn anthropic(content: &Value, stop: &str) -> Value {
    let usage = json!({ "input_tokens": 11, "cache_read_input_tokens": 20, "output_tokens": 5 });
    json!({ "content": content, "stop_reason": stop, "usage": usage })
}

async fn outcome(provider: Provider, reply: Reply) -> Result<kit_llm::Completion, LlmError> {
    let server = Server::start([reply]).await;
    Llm::unmeasured(config(provider, &server.url)).unwrap().complete(request()).await
}

#[tokio::test]
async fn openai_is_asked_for_a_strict_schema() {
    let server = Server::start([Reply::ok(&openai(r#"{"name":"x"}"#, "stop"))]).await;
    let llm = Llm::unmeasured(config(Provider::OpenAi, &server.url)).unwrap();
    let completion = llm.complete(request()).await.unwrap();
    assert_eq!(completion.text, r#"{"name":"x"}"#);
    assert_eq!((completion.prompt_tokens, completion.answer_tokens), (Some(31), Some(5)));
    let seen = &server.seen()[0];
    assert_eq!(seen.line, "POST /v1/chat/completions HTTP/1.1");
    assert!(seen.headers.contains("authorization: bearer key-1"));
    let messages = &seen.body["messages"];
    assert_eq!(messages[0], json!({ "role": "system", "content": "Read." }));
    assert_eq!(messages[3], json!({ "role": "user", "content": "q2" }));
    assert_eq!(seen.body["max_tokens"], json!(50));
    let form = &seen.body["response_format"]["json_schema"];
    assert_eq!(form["strict"], json!(true));
    assert_eq!(form["schema"]["properties"]["name"], json!({ "type": "string" }), "strict mode knows no lengths");
}

#[tokio::test]
async fn anthropic_answers_by_a_form_that_it_must_fill() {
    let filled = json!([{ "type": "tool_use", "name": "answer", "input": { "name": "x" } }]);
    let server = Server::start([Reply::ok(&anthropic(&filled, "tool_use"))]).await;
    let llm = Llm::unmeasured(config(Provider::Anthropic, &server.url)).unwrap();
    let completion = llm.complete(request()).await.unwrap();
    assert_eq!(completion.text, r#"{"name":"x"}"#);
    assert_eq!(completion.prompt_tokens, Some(31), "what came from the provider's cache was read as well");
    let seen = &server.seen()[0];
    assert_eq!(seen.line, "POST /v1/messages HTTP/1.1");
    assert!(seen.headers.contains("x-api-key: key-1") && seen.headers.contains("anthropic-version: 2023-06-01"));
    assert_eq!(seen.body["system"], json!("Read."));
    assert_eq!(seen.body["messages"].as_array().unwrap().len(), 3);
    assert_eq!(seen.body["tool_choice"], json!({ "type": "tool", "name": "answer" }));
    assert_eq!(seen.body["tools"][0]["input_schema"]["properties"]["name"]["maxLength"], json!(9));
}

#[tokio::test]
async fn each_status_has_its_class_and_shows_no_key() {
    for provider in [Provider::OpenAi, Provider::Anthropic] {
        for (status, class) in [
            (400, "refused"),
            (401, "refused"),
            (402, "refused"),
            (404, "model_missing"),
            (429, "busy"),
            (500, "unreachable"),
            (503, "busy"),
            (529, "busy"),
            (302, "refused"),
        ] {
            let body = r#"{"error":{"message":"the message said key-1"}}"#.to_owned();
            let error = outcome(provider, Reply::Status(status, body)).await.unwrap_err();
            assert_eq!(error.class(), class, "{provider} {status}");
            assert!(!format!("{error} {error:?}").contains("key-1"), "{error:?}");
        }
    }
}

#[tokio::test]
async fn answers_that_are_none_are_told_apart() {
    let refusal = json!({ "choices": [{ "message": { "content": null, "refusal": "No." }, "finish_reason": "stop" }] });
    for (provider, body, class) in [
        (Provider::OpenAi, openai("", "content_filter"), "refused"),
        (Provider::OpenAi, refusal, "refused"),
        (Provider::OpenAi, openai(r#"{"name":"#, "length"), "truncated"),
        (Provider::OpenAi, json!({ "choices": [] }), "garbage"),
        (Provider::Anthropic, anthropic(&json!([]), "refusal"), "refused"),
        (Provider::Anthropic, anthropic(&json!([{ "type": "text", "text": "{" }]), "max_tokens"), "truncated"),
        (Provider::Anthropic, anthropic(&json!([]), "end_turn"), "garbage"),
    ] {
        let told = body.to_string();
        let error = outcome(provider, Reply::ok(&body)).await.unwrap_err();
        assert_eq!(error.class(), class, "{told}");
        if class == "truncated" {
            assert_eq!(error, LlmError::Truncated(Truncation::Answer(50)));
        }
    }
}

#[tokio::test]
async fn a_broken_connection_is_unreachable() {
    for provider in [Provider::OpenAi, Provider::Anthropic] {
        for reply in [Reply::Cut(openai("{}", "stop").to_string()), Reply::HangUp] {
            assert_eq!(outcome(provider, reply).await.unwrap_err().class(), "unreachable");
        }
        let page = Reply::Status(200, "<html>".to_owned());
        assert_eq!(outcome(provider, page).await.unwrap_err().class(), "garbage");
    }
}

#[tokio::test]
async fn a_probe_asks_for_the_model_and_makes_nothing_compute() {
    let listed = json!({ "data": [{ "id": "big" }] });
    let unlisted = json!({ "data": [] });
    for (provider, reply, line, class) in [
        (Provider::OpenAi, Reply::ok(&listed), "GET /v1/models HTTP/1.1", None),
        (Provider::OpenAi, Reply::ok(&unlisted), "GET /v1/models HTTP/1.1", Some("model_missing")),
        (Provider::Anthropic, Reply::ok(&json!({})), "GET /v1/models/big HTTP/1.1", None),
        (Provider::Anthropic, Reply::Status(404, String::new()), "GET /v1/models/big HTTP/1.1", Some("model_missing")),
    ] {
        let server = Server::start([reply]).await;
        let probed = Llm::unmeasured(config(provider, &server.url)).unwrap().probe().await;
        assert_eq!(server.seen()[0].line, line);
        assert_eq!(probed.err().map(|error| error.class()), class);
    }
}
