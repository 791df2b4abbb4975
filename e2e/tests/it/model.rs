//! The whole system with a model configured: what it fills, and what becomes of messages when it does not help.

use std::path::Path;

use e2e::{
    Client, System,
    ollama::{FakeOllama, Manner, configuration},
    sluice,
};
use serde_json::{Value, json};

/// The rules find no employer here: nothing says that the name is one.
const OFFER: &str = "Hi! We are hiring a Senior Backend Engineer (Go, Kafka), base 70k-85k EUR a year. The folks behind it \
                     call themselves Quillmoor. Interested?";

/// An employer that the message names, and a place that it does not.
fn filled() -> Manner {
    Manner::Say(
        json!({
            "company": {"value": "Quillmoor", "quote": "call themselves Quillmoor"},
            "location": {"value": "Oslo", "quote": "in Oslo"}
        })
        .to_string(),
    )
}

async fn up(data: &Path, url: &str, more: &str) -> System {
    let config = configuration(data, url, more);
    System::start_with(data, &["--config", config.to_str().unwrap()]).await
}

async fn details(client: &Client) -> Vec<Value> {
    let mut details = Vec::new();
    for item in client.opportunities("").await {
        details.push(client.get(&format!("/api/v1/opportunities/{}", item["id"].as_str().unwrap())).await);
    }
    details
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_model_fills_what_is_proven_and_the_same_words_are_asked_once() {
    let data = tempfile::tempdir().unwrap();
    let model = FakeOllama::start(filled()).await;
    let system = up(data.path(), &model.url, "").await;
    system.client.send(&json!({"text": OFFER, "thread": {"id": "one"}})).await;
    system.client.until_settled(1).await;
    system.client.send(&json!({"text": OFFER, "thread": {"id": "two"}})).await;
    system.client.until_settled(2).await;
    for detail in details(&system.client).await {
        assert_eq!(detail["company"], "Quillmoor", "{detail}");
        assert_eq!((&detail["location"], &detail["salary_max"]), (&Value::Null, &json!(85_000)), "{detail}");
    }
    assert_eq!(model.questions(), 1, "the second is answered from the cache");

    let private = "Are you coming to the climbing gym tonight? Bring the blue rope.";
    system.client.send(&json!({"text": private, "thread": {"id": "three"}})).await;
    system.client.send(&json!({"text": OFFER.replace("Senior ", ""), "thread": {"id": "four"}})).await;
    system.client.until_settled(3).await;
    assert_eq!(model.questions(), 2, "the private message was not asked about");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_fails_costs_no_message_and_the_process_stays_ready() {
    let data = tempfile::tempdir().unwrap();
    let model = FakeOllama::start(Manner::Say("I am only a model.".to_owned())).await;
    let system = up(data.path(), &model.url, "timeout_seconds = 1").await;
    let manners = [Manner::Say("I am only a model.".to_owned()), Manner::Silence, Manner::HangUp];
    for (index, manner) in manners.into_iter().enumerate() {
        model.from_now(manner);
        let text = format!("{OFFER} We are {} people.", index + 20);
        system.client.send(&json!({"text": text, "thread": {"id": index.to_string()}})).await;
        system.client.until_settled(index as u64 + 1).await;
    }
    let details = details(&system.client).await;
    assert_eq!(details.len(), 3);
    for detail in &details {
        assert_eq!((&detail["company"], &detail["salary_max"]), (&Value::Null, &json!(85_000)), "{detail}");
        assert!(detail["flags"].as_array().unwrap().contains(&json!("degraded")), "{detail}");
    }
    let (status, ready) = system.client.status_of("/readyz").await;
    assert_eq!(status, 200, "{ready}");
    let (_, metrics) = system.client.status_of("/metrics").await;
    assert!(metrics.contains("status=\"garbage\"") || metrics.contains("llm_rejected_answers_total 2"), "{metrics}");
    assert!(metrics.contains("status=\"timed_out\"") && metrics.contains("cache_operations_total"), "{metrics}");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_is_away_is_told_by_readiness() {
    let data = tempfile::tempdir().unwrap();
    let config = configuration(data.path(), "http://127.0.0.1:1", "");
    let system = up(data.path(), "http://127.0.0.1:1", "").await;
    let mut doctor = sluice();
    doctor.args(["doctor", "--data"]).arg(data.path()).arg("--config").arg(&config);
    let output = doctor.output().await.unwrap();
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && report.contains("warn  model"), "{report}");
    let (status, text) = system.client.status_of("/readyz").await;
    let ready: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &ready["ready"]), (200, &json!(true)), "{text}");
    assert!(ready["checks"]["model"].as_str().unwrap().starts_with("degraded: the model server at"), "{text}");
    system.stop().await;
}

#[tokio::test]
async fn a_model_on_another_machine_must_be_allowed() {
    let data = tempfile::tempdir().unwrap();
    let config = configuration(data.path(), "http://models.example:11434", "");
    let mut command = sluice();
    command.arg("up").args(["--listen", "127.0.0.1:0", "--data"]).arg(data.path()).arg("--config").arg(&config);
    let output = command.output().await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(78), "{said}");
    assert!(said.contains("llm.url: models.example is another host") && said.contains("allow_remote"), "{said}");
}

/// Two thousandths of a dollar a token, so that the fake's 4,012 tokens cost some dollars; money for one call.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spent_budget_leaves_the_rules_alone_and_a_restart_does_not_forget_it() {
    let data = tempfile::tempdir().unwrap();
    let model = FakeOllama::start(filled()).await;
    let priced = "price = [2000.0, 2000.0]\nmonthly_budget = 14.0";
    let system = up(data.path(), &model.url, priced).await;
    for (index, more) in ["", " We are twenty people."].into_iter().enumerate() {
        let text = format!("{OFFER}{more}");
        system.client.send(&json!({"text": text, "thread": {"id": index.to_string()}})).await;
        system.client.until_settled(index as u64 + 1).await;
    }
    let degraded = |detail: &Value| detail["flags"].as_array().unwrap().contains(&json!("degraded"));
    let seen = details(&system.client).await;
    assert_eq!(seen.iter().filter(|detail| degraded(detail)).count(), 1, "{seen:?}");
    assert_eq!(model.questions(), 1, "the second is not covered");
    let (status, ready) = system.client.status_of("/readyz").await;
    assert!(status == 200 && ready.contains("degraded: the month's budget of $14.00 for models is spent"), "{ready}");
    let (_, metrics) = system.client.status_of("/metrics").await;
    assert!(metrics.contains("llm_cost_usd_total{provider=\"ollama\",model=\"fake:1b\"} 8.024"), "{metrics}");
    let status = async || {
        let mut command = sluice();
        command.args(["status", "--data"]).arg(data.path()).arg("--config").arg(data.path().join("with-model.toml"));
        String::from_utf8(command.output().await.unwrap().stdout).unwrap()
    };
    assert!(status().await.contains("models cost $8.02 of $14.00 this month"), "{}", status().await);
    system.stop().await;

    let system = up(data.path(), &model.url, priced).await;
    system.client.send(&json!({"text": format!("{OFFER} Thirty by now."), "thread": {"id": "later"}})).await;
    system.client.until_settled(3).await;
    assert_eq!(model.questions(), 1, "another process has the same book");
    system.stop().await;
}

#[tokio::test]
async fn eval_measures_each_engine() {
    let folder = tempfile::tempdir().unwrap();
    let model = FakeOllama::start(filled()).await;
    let config = configuration(folder.path(), &model.url, "");
    let private = json!({"id": "private", "text": "Are you coming to the climbing gym tonight? Bring the blue rope."});
    let lines = format!("{}\n{private}\n", json!({"id": "offer", "text": OFFER}));
    std::fs::write(folder.path().join("data.jsonl"), lines).unwrap();
    for (engine, company, pay) in [
        ("rules", Value::Null, json!(85_000)),
        ("llm", json!("Quillmoor"), Value::Null),
        ("merged", json!("Quillmoor"), json!(85_000)),
    ] {
        let asked = model.questions();
        let mut command = sluice();
        command.args(["eval", "data.jsonl", "--engine", engine, "--predictions", "out.jsonl"]);
        let output = command.arg("--config").arg(&config).current_dir(folder.path()).output().await.unwrap();
        assert!(output.status.success(), "{engine}: {}", String::from_utf8_lossy(&output.stderr));
        let written = std::fs::read_to_string(folder.path().join("out.jsonl")).unwrap();
        let lines: Vec<Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((&lines[0]["company"], &lines[0]["salary_max"]), (&company, &pay), "{engine}");
        assert_eq!(lines[1]["is_opportunity"], false, "{engine}");
        assert_eq!(model.questions() - asked, usize::from(engine != "rules"), "{engine}: never about the private one");
    }
    let mut command = sluice();
    command.args(["eval", "data.jsonl", "--engine", "llm"]).current_dir(folder.path());
    let output = command.output().await.unwrap();
    assert_eq!(output.status.code(), Some(78), "no model is configured: {}", String::from_utf8_lossy(&output.stderr));
}
