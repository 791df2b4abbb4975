//! `sluice eval` in a terminal: figures, misses, predictions, and lines that cannot be read.

use std::path::Path;

use e2e::sluice;
use kit_eval::{Dataset, Pair, score};
use serde_json::{Value, json};

/// A labelled offer, a bad line, a labelled courtesy, a message nobody labelled, and a text the system refuses.
const DATA: &str = r#"{"id": "offer", "language": "en", "text": "Tallgrass is hiring a Backend Engineer (Go, Kafka), base 70k EUR.", "gold": {"is_opportunity": true, "company": "Tallgrass", "role": "Backend Engineer", "seniority": "senior", "tech_stack": ["Go", "Kafka"], "salary_min": 70000, "salary_max": 70000, "currency": "EUR", "salary_period": "year", "remote_policy": "unspecified", "location": null, "employment_type": null, "kind": "pitch"}}
{"id": "cut", "text": "half a l
{"id": 3, "language": "es", "text": "¡Muchas gracias, Lola! Un abrazo.", "gold": {"is_opportunity": false, "tech_stack": [], "kind": "other"}}
{"id": "unlabelled", "text": "Buscamos Desarrollador PHP en Tallgrass."}
{"id": "blank", "text": "  ", "gold": {"is_opportunity": false, "tech_stack": [], "kind": "other"}}
"#;

async fn eval(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = sluice();
    command.arg("eval").args(arguments).current_dir(folder).arg("--data").arg(folder);
    let output = command.output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("data.jsonl"), DATA).unwrap();
    folder
}

#[tokio::test]
async fn figures_are_shown_and_what_cannot_be_read_is_named() {
    let folder = folder();
    let (code, out, err) = eval(folder.path(), &["data.jsonl", "--errors", "seniority", "--by", "language"]).await;
    assert_eq!(code, Some(0), "{err}");
    assert!(out.starts_with("3 messages, macro mean"), "{out}");
    assert!(out.contains("offer\tlabel: \"senior\"\tpredicted: null"), "{out}");
    assert!(out.contains("\nes: 1 messages"), "{out}");
    assert!(err.contains("data.jsonl: line 2: is no JSON object on one line; left out"), "{err}");
    assert!(err.contains("data.jsonl: line 5: field `text`"), "{err}");
    assert!(!err.contains("half a l"), "no text of a message: {err}");
}

#[tokio::test]
async fn json_and_predictions_say_the_same_figures() {
    let folder = folder();
    let (code, out, err) = eval(folder.path(), &["data.jsonl", "--json", "--predictions", "out.jsonl"]).await;
    assert_eq!(code, Some(0), "{err}");
    let figures: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&figures["messages"], &figures["read"], &figures["without_prediction"]),
        (&json!(3), &json!(4), &json!(1))
    );
    assert_eq!(figures["skipped"].as_array().unwrap().len(), 2);

    let written = std::fs::read_to_string(folder.path().join("out.jsonl")).unwrap();
    let lines: Vec<Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<&Value> = lines.iter().map(|line| &line["id"]).collect();
    assert_eq!(ids, [&json!("offer"), &json!(3), &json!("unlabelled")], "labelled or not, each with its own id");
    assert_eq!(lines[0]["tech_stack"], json!(["Go", "Kafka"]));

    let dataset = Dataset::read(DATA.as_bytes());
    let labelled: Vec<_> = dataset.messages.iter().filter(|message| message.gold.is_some()).collect();
    let names: Vec<String> = labelled.iter().map(|message| message.name()).collect();
    let report = score(labelled.iter().zip(&names).map(|(message, name)| Pair {
        id: name,
        gold: message.gold.as_ref().unwrap(),
        predicted: lines.iter().find(|line| line["id"] == message.id).and_then(Value::as_object),
    }));
    assert_eq!(figures["macro"], json!(report.mean));
    assert_eq!(figures["fields"], json!(report.fields));
}

#[tokio::test]
async fn what_cannot_be_is_said_and_nothing_is_written() {
    let folder = folder();
    let (code, _, err) = eval(folder.path(), &["none.jsonl"]).await;
    assert!(code == Some(1) && err.contains("none.jsonl"), "{err}");
    std::fs::write(folder.path().join("empty.jsonl"), "\n").unwrap();
    let (code, _, err) = eval(folder.path(), &["empty.jsonl", "--predictions", "out.jsonl"]).await;
    assert!(code == Some(1) && err.contains("holds no message"), "{err}");
    assert!(!folder.path().join("out.jsonl").exists());
    let (code, _, err) = eval(folder.path(), &["data.jsonl", "--errors", "pay"]).await;
    assert!(code == Some(2) && err.contains("is_opportunity, company"), "{err}");
    std::fs::write(folder.path().join("plain.jsonl"), "{\"id\":1,\"text\":\"Hola\"}").unwrap();
    let (code, out, _) = eval(folder.path(), &["plain.jsonl"]).await;
    assert!(code == Some(0) && out.contains("none has a label"), "{out}");
}
