//! The gate: places, deadline, breaker, truncation, masking and metrics, by a clock that the tests move.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use kit_llm::{Circuit, Completion, Config, LlmError, Provider, Truncation, Turn};
use tokio::{sync::Notify, time::Instant};

use crate::scripted::{LIMITS, Rig, Step, ask, unreachable};

#[tokio::test(start_paused = true)]
async fn after_repeated_failures_the_model_is_left_alone_then_tried_and_used_again() {
    let rig = Rig::new([Step::Fail(unreachable()), Step::Fail(unreachable()), Step::Say("back"), Step::Say("well")]);
    for _ in 0..LIMITS.failures {
        assert_eq!(rig.llm.complete(ask()).await, Err(unreachable()));
    }
    assert_eq!(rig.llm.circuit(), Circuit::Open);
    assert_eq!(rig.llm.complete(ask()).await, Err(LlmError::CircuitOpen { retry_in: LIMITS.pause }));
    assert_eq!(rig.log.calls(), 2, "an open circuit calls nobody");
    rig.measured(r#"llm_circuit_state{provider="ollama",model="test:1b"} 2"#);
    rig.measured(r#"llm_api_calls_total{provider="ollama",model="test:1b",status="circuit_open"} 1"#);

    tokio::time::advance(LIMITS.pause).await;
    assert_eq!(rig.llm.complete(ask()).await.unwrap().text, "back");
    assert_eq!(rig.llm.circuit(), Circuit::Closed);
    assert_eq!(rig.llm.complete(ask()).await.unwrap().text, "well");
    rig.measured(r#"llm_circuit_state{provider="ollama",model="test:1b"} 0"#);
    rig.measured(r#"llm_api_calls_total{provider="ollama",model="test:1b",status="unreachable"} 2"#);
    rig.measured(r#"llm_api_calls_total{provider="ollama",model="test:1b",status="ok"} 2"#);
}

#[tokio::test(start_paused = true)]
async fn a_slow_model_ends_at_the_deadline_and_counts_as_a_failure() {
    let rig = Rig::new([Step::Never, Step::Never]);
    let timeout = rig.llm.config().timeout;
    for _ in 0..LIMITS.failures {
        let start = Instant::now();
        assert_eq!(rig.llm.complete(ask()).await, Err(LlmError::TimedOut(timeout)));
        assert_eq!(start.elapsed(), timeout);
    }
    assert_eq!(rig.llm.circuit(), Circuit::Open);
}

#[tokio::test(start_paused = true)]
async fn what_one_message_causes_does_not_stop_the_model_for_the_others() {
    let refused = LlmError::Refused { status: 400, remedy: "" };
    let garbage = LlmError::Garbage("prose".to_owned());
    let rig = Rig::new([refused.clone(), garbage.clone(), refused, garbage].map(Step::Fail));
    for _ in 0..4 {
        rig.llm.complete(ask()).await.unwrap_err();
        assert_eq!(rig.llm.circuit(), Circuit::Closed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_try_leaves_the_next_call_to_try() {
    let rig = Rig::new([Step::Fail(unreachable()), Step::Fail(unreachable()), Step::Never, Step::Say("back")]);
    for _ in 0..LIMITS.failures {
        rig.llm.complete(ask()).await.unwrap_err();
    }
    tokio::time::advance(LIMITS.pause).await;
    tokio::time::timeout(Duration::from_secs(1), rig.llm.complete(ask())).await.unwrap_err();
    assert_eq!(rig.llm.complete(ask()).await.unwrap().text, "back");
    assert_eq!(rig.llm.circuit(), Circuit::Closed);
}

#[tokio::test(start_paused = true)]
async fn no_more_calls_at_once_than_allowed_and_waiting_has_an_end() {
    let signal = Arc::new(Notify::new());
    let config = Config { concurrency: 2, ..Config::ollama("test:1b") };
    let rig = Rig::with(config, (0..3).map(|_| Step::Wait(Arc::clone(&signal))));
    let calls: Vec<_> = (0..3)
        .map(|_| {
            tokio::spawn({
                let llm = rig.llm.clone();
                async move { llm.complete(ask()).await }
            })
        })
        .collect();
    while rig.log.calls() < 2 {
        tokio::task::yield_now().await;
    }
    let soon = Instant::now() + Duration::from_secs(1);
    assert!(matches!(rig.llm.complete_by(ask(), soon).await, Err(LlmError::Busy(_))), "no place within its time");
    assert_eq!(rig.log.calls(), 2);
    for _ in 0..3 {
        signal.notify_one();
        tokio::task::yield_now().await;
    }
    while !calls.iter().all(tokio::task::JoinHandle::is_finished) {
        signal.notify_one();
        tokio::task::yield_now().await;
    }
    assert_eq!(rig.log.most_running.load(Ordering::SeqCst), 2);
    assert_eq!(rig.llm.circuit(), Circuit::Closed, "our own queue says nothing about the server");
}

fn read(prompt_tokens: u32) -> Step {
    Step::Complete(Completion { text: "{}".to_owned(), prompt_tokens: Some(prompt_tokens), ..Completion::default() })
}

#[tokio::test]
async fn a_prompt_that_the_server_cut_is_an_error() {
    let mut request = ask();
    request.turns.push(Turn::user("one two three four five six seven eight nine"));
    let rig = Rig::new([read(9), read(10), read(0)]);
    let cut = rig.llm.complete(request.clone()).await;
    assert_eq!(cut, Err(LlmError::Truncated(Truncation::Prompt { read: 9, sent: 10 })));
    assert!(rig.llm.complete(request.clone()).await.is_ok());
    assert!(rig.llm.complete(request).await.is_ok(), "a server that does not count says nothing");
}

#[tokio::test]
async fn a_prompt_that_leaves_no_room_for_the_answer_is_an_error_before_and_after_the_call() {
    let config = Config { context: 1024, ..Config::ollama("test:1b") };
    let rig = Rig::with(config, [read(1000)]);
    let late = rig.llm.complete(ask()).await;
    let expected = Truncation::Context { prompt: 1000, answer: 64, context: 1024 };
    assert_eq!(late, Err(LlmError::Truncated(expected)));
    let mut request = ask();
    request.turns.push(Turn::user("word ".repeat(1000)));
    assert!(matches!(rig.llm.complete(request).await, Err(LlmError::Truncated(Truncation::Context { .. }))));
    assert_eq!(rig.log.calls(), 1, "the second was not sent");
}

#[tokio::test]
async fn an_answer_that_was_cut_off_is_an_error() {
    let cut = Completion { text: r#"{"a":"#.to_owned(), cut_off: true, ..Completion::default() };
    let rig = Rig::new([Step::Complete(cut)]);
    assert_eq!(rig.llm.complete(ask()).await, Err(LlmError::Truncated(Truncation::Answer(64))));
    rig.measured(r#"llm_api_calls_total{provider="ollama",model="test:1b",status="truncated"} 1"#);
}

#[tokio::test]
async fn tokens_and_seconds_are_counted() {
    let answer =
        Completion { text: "{}".to_owned(), prompt_tokens: Some(120), answer_tokens: Some(7), ..Completion::default() };
    let rig = Rig::new([Step::Complete(answer)]);
    rig.llm.complete(ask()).await.unwrap();
    rig.measured(r#"llm_tokens_used_total{type="prompt"} 120"#);
    rig.measured(r#"llm_tokens_used_total{type="completion"} 7"#);
    rig.measured(r#"llm_api_latency_seconds_count{provider="ollama",model="test:1b"} 1"#);
}

#[tokio::test]
async fn a_model_on_another_host_sees_no_phone_and_no_mail() {
    let text = "Call +34 600 112 233 or write to ana@example.com";
    let remote = Config {
        provider: Provider::OpenAi,
        url: "https://models.example/v1".to_owned(),
        allow_remote: true,
        ..Config::ollama("big")
    };
    for (config, expected) in [(remote, "Call [phone] or write to [mail]"), (Config::ollama("small"), text)] {
        let rig = Rig::with(config, [Step::Say("{}")]);
        let mut request = ask();
        request.turns = vec![Turn::user(text), Turn::assistant(text), Turn::user(text)];
        rig.llm.complete(request).await.unwrap();
        let sent = rig.log.requests.lock().unwrap()[0].turns.clone();
        assert!(sent.iter().all(|turn| turn.text == expected), "{sent:?}");
    }
}

#[test]
fn another_host_is_refused_unless_allowed_and_named_when_it_is() {
    for (url, remote) in [
        ("", None),
        ("http://localhost:11434", None),
        ("http://[::1]:11434", None),
        ("http://127.8.8.8", None),
        ("http://[::ffff:127.0.0.1]", None),
        ("http://192.168.1.9:11434", Some("192.168.1.9")),
        ("http://localhost.example.com", Some("localhost.example.com")),
        ("http://0.0.0.0:11434", Some("0.0.0.0")),
        ("https://models.example", Some("models.example")),
    ] {
        let config = Config { url: url.to_owned(), ..Config::ollama("small") };
        assert_eq!(config.remote_host().as_deref(), remote, "{url}");
        assert_eq!(config.check().is_err(), remote.is_some(), "{url}");
        assert!(Config { allow_remote: true, ..config }.check().is_ok(), "{url}");
    }
}

#[test]
fn a_configuration_that_cannot_be_names_its_key_and_shows_no_secret() {
    let sound = Config::ollama("small");
    let faults = [
        (Config { model: " ".to_owned(), ..sound.clone() }, "llm.model"),
        (Config { url: "not an address".to_owned(), ..sound.clone() }, "llm.url"),
        (Config { url: "ftp://127.0.0.1".to_owned(), ..sound.clone() }, "llm.url"),
        (Config { url: "http://me:secret@127.0.0.1".to_owned(), ..sound.clone() }, "llm.url"),
        (Config { timeout: Duration::ZERO, ..sound.clone() }, "llm.timeout"),
        (Config { context: 10, ..sound.clone() }, "llm.context"),
        (Config { concurrency: 0, ..sound.clone() }, "llm.concurrency"),
        (Config { provider: Provider::Anthropic, allow_remote: true, ..sound }, "llm.api_key"),
    ];
    for (config, key) in faults {
        let fault = config.check().unwrap_err().to_string();
        assert!(fault.starts_with(key) && !fault.contains("secret"), "{fault}");
    }
    assert!("olama".parse::<Provider>().unwrap_err().to_string().contains("ollama, openai, anthropic"));
}
