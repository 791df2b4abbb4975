//! Reads JSON lines `{"id", "text", …}` from the file given and prints one prediction a line, for the scorer of a
//! labelled set: `cargo run -p analyzer --example eval -- MESSAGES.jsonl > predictions.jsonl`.

use std::{error::Error, io::Write};

use contract::{Account, Direction, Kind, Message};
use serde_json::{Value, json};
use uuid::Uuid;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name the file of messages, one JSON object a line")?;
    let mut out = std::io::stdout().lock();
    for line in std::fs::read_to_string(path)?.lines().filter(|line| !line.trim().is_empty()) {
        let entry: Value = serde_json::from_str(line)?;
        let text = entry["text"].as_str().unwrap_or_default().to_owned();
        writeln!(out, "{}", prediction(&entry["id"], text)?)?;
    }
    Ok(())
}

fn prediction(id: &Value, text: String) -> Result<Value, Box<dyn Error>> {
    let reading = analyzer::read(&message(text)?);
    if reading.kind != Kind::NewOpportunity {
        return Ok(json!({"id": id, "is_opportunity": false, "kind": reading.kind}));
    }
    let facts = reading.facts;
    let pay = facts.salary.map(|f| f.value).unwrap_or_default();
    Ok(json!({
        "id": id,
        "is_opportunity": true,
        "company": facts.company.map(|f| f.value),
        "role": facts.role.map(|f| f.value),
        "seniority": facts.seniority.map(|f| f.value),
        "tech_stack": facts.tech_stack.into_iter().map(|t| t.name).collect::<Vec<_>>(),
        "salary_min": pay.min,
        "salary_max": pay.max,
        "currency": pay.currency,
        "salary_period": pay.period,
        "remote_policy": facts.remote_policy.map(|f| f.value),
        "location": facts.location.map(|f| f.value),
        "employment_type": facts.employment_type.map(|f| f.value),
    }))
}

fn message(text: String) -> Result<Message, Box<dyn Error>> {
    let now = chrono::Utc::now();
    Ok(Message {
        id: Uuid::nil(),
        account: "me".parse::<Account>()?,
        source: "eval".to_owned(),
        direction: Direction::Inbound,
        thread: Default::default(),
        sender: Default::default(),
        sent_at: now,
        received_at: now,
        subject: None,
        text,
        history: Vec::new(),
        partial: false,
        backfilled: false,
    })
}
