//! The answers of the API as docs/contract.md shows them: the same keys with values of the same kind, everywhere.

use std::{collections::BTreeMap, fs};

use e2e::{System, file, set_profile};
use serde_json::{Value, json};

/// Objects whose keys are data, not names of fields.
const MAPS: [&str; 7] = ["by_tier", "by_status", "by_kind", "by_engine", "dismissed", "facts_sources", "values"];

/// Blocks labelled `json http …`, by the rest of their label.
fn documented() -> BTreeMap<String, Value> {
    let text = fs::read_to_string(file("docs/contract.md")).unwrap();
    let mut blocks = BTreeMap::new();
    let mut block: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut block, line.strip_prefix("```")) {
            (Some((_, json)), None) => json.push_str(line),
            (Some(_), Some(_)) => {
                let (label, json) = block.take().unwrap();
                blocks.insert(label, serde_json::from_str(&json).unwrap());
            }
            (None, Some(info)) => {
                block = info.strip_prefix("json http ").map(|label| (label.to_owned(), String::new()));
            }
            (None, None) => {}
        }
    }
    blocks
}

fn compare(path: &str, documented: &Value, real: &Value, faults: &mut Vec<String>) {
    match (documented, real) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(_), Value::Object(_)) if MAPS.iter().any(|map| path.ends_with(map)) => {}
        (Value::Object(wanted), Value::Object(got)) => {
            for key in wanted.keys().filter(|key| !got.contains_key(*key)) {
                faults.push(format!("{path}.{key} is documented, but the answer lacks it"));
            }
            for key in got.keys().filter(|key| !wanted.contains_key(*key)) {
                faults.push(format!("{path}.{key} is answered, but not documented"));
            }
            for (key, value) in wanted {
                if let Some(real) = got.get(key) {
                    compare(&format!("{path}.{key}"), value, real, faults);
                }
            }
        }
        (Value::Array(wanted), Value::Array(got)) => {
            if let (Some(wanted), Some(got)) = (wanted.first(), got.first()) {
                compare(&format!("{path}[]"), wanted, got, faults);
            }
        }
        (Value::Bool(_), Value::Bool(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::String(_), Value::String(_)) => {}
        _ => faults.push(format!("{path}: {documented} is documented, {real} is answered")),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_has_the_documented_form() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start(data.path()).await;
    set_profile(data.path()).await;
    let client = &system.client;
    let message = json!({
        "source": "linkedin_export", "thread": { "id": "2-nimbus" }, "sender": { "name": "Ana Rivas" },
        "sent_at": "2026-11-20T09:12:00Z",
        "text": "Hi Diego, Nimbus Robotics looks for a Staff Backend Engineer. Rust, Kafka, Flink. Fully remote in the EU, €95–115k plus equity.",
    });
    let (_, _, posted) = client.post("/api/v1/messages", "application/json", message.to_string()).await;
    let (_, _, lines) =
        client.post("/api/v1/messages", "application/x-ndjson", "{\"text\":\"Thanks, have a nice week!\"}\n{}\n").await;
    let (_, _, problem) = client.post("/api/v1/messages", "application/json", r#"{"text":" "}"#).await;
    client.until_settled(1).await;
    let id = posted["opportunity_id"].as_str().unwrap();
    let mut real = BTreeMap::from([
        ("GET /opportunities", client.get("/api/v1/opportunities").await),
        ("GET /opportunities/{id}", client.get(&format!("/api/v1/opportunities/{id}")).await),
        ("GET /stats", client.get("/api/v1/stats").await),
        ("POST /messages 202", posted.clone()),
        ("POST /messages NDJSON 202", lines),
        ("problem", problem),
    ]);
    let read = client.get(&format!("/api/v1/messages/{}", posted["message_id"].as_str().unwrap())).await;
    real.insert("GET /messages/{id}", read);
    let reply = real["GET /opportunities/{id}"]["reply"]["id"].as_str().unwrap().to_owned();
    real.insert("GET /replies/{id}", client.get(&format!("/api/v1/replies/{reply}")).await);

    let mut faults = Vec::new();
    let mut documented = documented();
    // Commands are shown by what is sent. Understood but for another revision, each is refused in the documented form.
    for (label, path) in [
        ("POST /replies/{id}/approve", format!("replies/{reply}/approve")),
        ("POST /replies/{id}/edit", format!("replies/{reply}/edit")),
        ("POST /opportunities/{id}/snooze", format!("opportunities/{id}/snooze")),
    ] {
        let mut body = documented.remove(label).unwrap();
        body["revision"] = json!(999);
        let (status, _, answer) = client.post(&format!("/api/v1/{path}"), "application/json", body.to_string()).await;
        assert_eq!(status, 409, "{label}: {answer}");
        real.insert("409", answer);
    }
    for (label, documented) in documented {
        match real.get(label.as_str()) {
            Some(real) => compare(&label, &documented, real, &mut faults),
            None => faults.push(format!("{label} is documented, but no test asks for it")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    system.stop().await;
}
