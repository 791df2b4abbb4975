//! The snippets of docs/producers.md, as a reader would run them.

use std::fs;

use e2e::{System, file};
use serde_json::Value;
use tokio::process::Command;

/// Fenced blocks of a kind.
fn snippets(kind: &str) -> Vec<String> {
    let text = fs::read_to_string(file("docs/producers.md")).unwrap();
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for line in text.lines() {
        match (&mut block, line.strip_prefix("```")) {
            (Some(code), None) => {
                code.push_str(line);
                code.push('\n');
            }
            (Some(_), Some(_)) => found.extend(block.take()),
            (None, Some(info)) if info == kind => block = Some(String::new()),
            (None, _) => {}
        }
    }
    assert!(!found.is_empty(), "docs/producers.md has no ```{kind} block");
    found
}

async fn run(program: &str, flag: &str, code: &str, system: &System, note: &Value) {
    let text = |key: &str| note[key].as_str().unwrap().to_owned();
    let nats = text("nats").replace("nats://", &format!("nats://{}:{}@", text("user"), text("password")));
    let mut command = Command::new(program);
    command.args([flag, code]).env("SLUICE_URL", system.client.url("")).env("NATS_URL", nats);
    if let Some(path) = std::env::var_os("SLUICE_TEST_PYTHONPATH") {
        command.env("PYTHONPATH", path);
    }
    let output = command.output().await.unwrap();
    let shown = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{code}\n{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shell_and_python_snippets_publish_messages() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start(data.path()).await;
    let note: Value = serde_json::from_slice(&fs::read(data.path().join("instance.json")).unwrap()).unwrap();
    for code in snippets("sh run") {
        run("bash", "-ec", &code, &system, &note).await;
    }
    for code in snippets("python run") {
        run("python3", "-c", &code, &system, &note).await;
    }
    // The client library of the bus is fetched by `./dev test`; without it, that snippet is for its reader alone.
    if std::env::var_os("SLUICE_TEST_PYTHONPATH").is_some() {
        for code in snippets("python run nats") {
            run("python3", "-c", &code, &system, &note).await;
        }
    }
    system.client.until("what they published is stored", async |c| (c.total().await > 0).then_some(())).await;
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shell_snippet_of_the_webhook_signs_as_the_gateway_reads() {
    let data = tempfile::tempdir().unwrap();
    let (config, secret) = (data.path().join("sluice.toml"), "a secret of the tests, of 32 bytes or more");
    fs::write(&config, format!("[webhook]\nsecrets = [\"{secret}\"]")).unwrap();
    let system = System::start_with(&data.path().join("data"), &["--config", config.to_str().unwrap()]).await;
    for code in snippets("sh run webhook") {
        let run = async || {
            let mut command = Command::new("bash");
            command.args(["-ec", &code]).env("SLUICE_URL", system.client.url("")).env("SLUICE_WEBHOOK_SECRET", secret);
            command.output().await.unwrap()
        };
        let output = run().await;
        let shown = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{code}\n{shown}");
    }
    system.client.until("its message is stored", async |c| (c.total().await > 0).then_some(())).await;
    system.stop().await;
}
