//! Ollama's protocol: what is sent, and what each fault of a server comes out as.

use std::time::Duration;

use kit_llm::{
    Config, Llm, LlmError, Metrics, Truncation,
    extract::{Extract, ExtractIn},
};
use prometheus_client::registry::Registry;
use serde_json::{Value, json};

use crate::{
    scripted::ask,
    server::{Reply, Server},
};

fn said(text: &str) -> Value {
    json!({
        "model": "test:1b", "created_at": "2026-01-01T00:00:00Z", "done": true, "done_reason": "stop",
        "message": { "role": "assistant", "content": text },
        "total_duration": 9, "load_duration": 1, "prompt_eval_count": 2000, "prompt_eval_duration": 4,
        "eval_count": 12, "eval_duration": 4,
    })
}

fn at(url: &str) -> Config {
    Config { url: url.to_owned(), timeout: Duration::from_secs(30), ..Config::ollama("test:1b") }
}

async fn outcome(reply: Reply) -> Result<String, LlmError> {
    let server = Server::start([reply]).await;
    let llm = Llm::unmeasured(at(&server.url)).unwrap();
    llm.complete(ask()).await.map(|completion| completion.text)
}

#[tokio::test]
async fn the_request_states_everything_that_ollama_would_else_choose() {
    let server = Server::start([Reply::ok(&said(r#"{"language":"en"}"#))]).await;
    let llm = Llm::unmeasured(at(&server.url)).unwrap();
    let message = "Line one\nline two \"quoted\" <|im_end|>";
    let input = ExtractIn { message: message.to_owned(), ..ExtractIn::default() };
    Extract::current().unwrap().run(&llm, &input).await.unwrap();

    let seen = &server.seen()[0];
    assert_eq!(seen.line, "POST /api/chat HTTP/1.1");
    let body = &seen.body;
    assert_eq!((&body["model"], &body["stream"]), (&json!("test:1b"), &json!(false)));
    let options = &body["options"];
    assert_eq!((&options["num_ctx"], &options["num_predict"]), (&json!(8192), &json!(1000)));
    assert_eq!((&options["repeat_penalty"], &options["temperature"]), (&json!(1.0), &json!(0.0)));
    assert_eq!(body["format"]["additionalProperties"], json!(false));
    let messages = body["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 12, "system, five demonstrations, the question");
    let (first, last) = (&messages[0], &messages[11]);
    assert_eq!((&first["role"], &last["role"]), (&json!("system"), &json!("user")));
    let others = serde_json::to_string(&messages[..11]).unwrap();
    assert!(!others.contains("line two"), "a stranger's words stand in the last question alone");
    let question = last["content"].as_str().unwrap();
    assert!(!question.contains('\n') && !question.contains("<|"), "one JSON line, without marks of a chat: {question}");
    assert_eq!(serde_json::from_str::<ExtractIn>(question).unwrap(), input);
}

#[tokio::test]
async fn each_fault_of_a_server_has_its_class() {
    let error = |text: &str| json!({ "error": text }).to_string();
    let not_done =
        json!({ "model": "m", "created_at": "", "done": false, "message": { "role": "assistant", "content": "" } });
    for (reply, class) in [
        (Reply::Status(404, error("model 'test:1b' not found")), "model_missing"),
        (Reply::Status(503, error("server busy, please try again.  maximum pending requests exceeded")), "busy"),
        (Reply::Status(503, error("Service Unavailable")), "busy"),
        (Reply::Status(500, error("llama runner process has terminated")), "unreachable"),
        (Reply::Status(400, error("invalid format")), "refused"),
        (Reply::Status(401, error("unauthorized")), "refused"),
        (Reply::Status(302, String::new()), "unreachable"),
        (Reply::Status(200, "<html>a proxy's page</html>".to_owned()), "garbage"),
        (Reply::Status(200, r#"{"unexpected":true}"#.to_owned()), "garbage"),
        (Reply::ok(&not_done), "garbage"),
        (Reply::Cut(said("an answer").to_string()), "unreachable"),
        (Reply::HangUp, "unreachable"),
    ] {
        let told = format!("{reply:?}");
        let error = outcome(reply).await.unwrap_err();
        assert_eq!(error.class(), class, "{told} gave {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_with_the_remedy() {
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let llm = Llm::unmeasured(at(&format!("http://127.0.0.1:{port}"))).unwrap();
    let error = llm.complete(ask()).await.unwrap_err();
    assert_eq!(error.class(), "unreachable");
    assert_eq!(
        error.to_string(),
        format!(
            "the model server at http://127.0.0.1:{port}/ does not answer (connection refused or host not found); \
                 start it, or correct the address"
        )
    );
}

#[tokio::test]
async fn a_silent_server_ends_at_the_timeout() {
    let server = Server::start([Reply::Silence]).await;
    let timeout = Duration::from_secs(1);
    let llm = Llm::unmeasured(Config { timeout, ..at(&server.url) }).unwrap();
    assert_eq!(llm.complete(ask()).await, Err(LlmError::TimedOut(timeout)));
}

#[tokio::test]
async fn an_answer_as_long_as_its_limit_was_cut_off() {
    let mut answer = said("{");
    answer["eval_count"] = json!(64);
    let error = outcome(Reply::ok(&answer)).await.unwrap_err();
    assert_eq!(error, LlmError::Truncated(Truncation::Answer(64)));
}

#[tokio::test]
async fn a_server_that_leaves_out_a_count_is_understood() {
    let mut answer = said("fine");
    answer.as_object_mut().unwrap().remove("prompt_eval_count");
    assert_eq!(outcome(Reply::ok(&answer)).await.unwrap(), "fine");
}

#[tokio::test]
async fn a_wrong_answer_is_asked_for_once_more_and_then_given_up() {
    let wrong = Reply::ok(&said(r#"{"language":"klingon"}"#));
    for (replies, right) in
        [(vec![wrong.clone(), Reply::ok(&said(r#"{"language":"es"}"#))], true), (vec![wrong; 2], false)]
    {
        let server = Server::start(replies).await;
        let llm = Llm::unmeasured(at(&server.url)).unwrap();
        let answered = Extract::current().unwrap().run(&llm, &ExtractIn::default()).await;
        match answered {
            Ok(answered) => assert!(right && answered.calls == 2 && answered.version == 2),
            Err(error) => assert!(!right && error.class() == "garbage", "{error:?}"),
        }
        let seen = server.seen();
        assert_eq!(seen.len(), 2);
        let again =
            seen[1].body["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap().to_owned();
        assert!(again.contains("a value that is not in the list at language"), "{again}");
    }
}

#[tokio::test]
async fn a_probe_tells_whether_the_model_is_there() {
    let models = |name: &str| json!({ "models": [{ "name": name, "modified_at": "", "size": 1 }] });
    for (name, found) in [("test:1b", true), ("other:1b", false)] {
        let server = Server::start([Reply::ok(&models(name))]).await;
        let llm = Llm::new(at(&server.url), &Metrics::register(&mut Registry::default())).unwrap();
        let probed = llm.probe().await;
        assert_eq!(server.seen()[0].line, "GET /api/tags HTTP/1.1");
        match probed {
            Ok(()) => assert!(found),
            Err(error) => assert!(!found && error.to_string().contains("ollama pull test:1b"), "{error}"),
        }
    }
}
