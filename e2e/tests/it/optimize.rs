//! `sluice optimize`: a better prompt where there is one, judged by messages that had no say, and a run that goes on where
//! it was interrupted.

use std::path::Path;

use e2e::{
    ollama::{FakeOllama, Manner, configuration},
    sluice,
};
use serde_json::{Value, json};

/// Offers of which the rules leave the employer open, each with another.
fn lines() -> String {
    let names = [
        "Quillmoor",
        "Vendale",
        "Tarnwick",
        "Ostrava Nine",
        "Pellworm",
        "Brackness",
        "Corvane",
        "Dunmarsh",
        "Elverby",
        "Fennlake",
        "Grimsay",
        "Hollowmere",
        "Inverdale",
        "Jarrowby",
        "Kestmoor",
        "Larkhaven",
    ];
    let line = |name: &&str| {
        let text = format!(
            "Hi! We are hiring a Senior Backend Engineer (Go, Kafka), fully remote, base 70k-85k EUR a year. The folks \
             behind it call themselves {name}. Interested?"
        );
        let gold = json!({
            "is_opportunity": true, "company": name, "role": "Senior Backend Engineer", "seniority": "senior",
            "tech_stack": ["Go", "Kafka"], "salary_min": 70000, "salary_max": 85000, "currency": "EUR",
            "salary_period": "year", "remote_policy": "remote", "location": null, "employment_type": null,
        });
        json!({"id": name, "text": text, "gold": gold}).to_string()
    };
    names.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A model that understands these offers once an example of one stands before the question, and else says nothing.
fn learns_by_example(body: &Value) -> String {
    let turns = body["messages"].as_array().unwrap();
    let shown =
        turns[..turns.len() - 1].iter().any(|turn| turn["content"].as_str().unwrap().contains("call themselves"));
    let question: Value = serde_json::from_str(turns.last().unwrap()["content"].as_str().unwrap()).unwrap();
    let text = question["message"].as_str().unwrap();
    let name = text.split("call themselves ").nth(1).and_then(|rest| rest.split('.').next()).unwrap();
    let company = shown.then(|| json!({"value": name, "quote": format!("call themselves {name}")}));
    json!({"company": company, "agency": null, "employment_type": null}).to_string()
}

async fn optimize(folder: &Path, url: &str, more: &[&str]) -> (Option<i32>, String, String) {
    let config = configuration(folder, url, "");
    let mut command = sluice();
    command.args(["optimize", "data.jsonl", "--json"]).args(more).arg("--config").arg(config).current_dir(folder);
    let output = command.output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("data.jsonl"), lines()).unwrap();
    folder
}

#[tokio::test]
async fn a_better_prompt_is_found_judged_apart_and_used() {
    let folder = folder();
    let model = FakeOllama::start(Manner::Answer(learns_by_example)).await;
    let (code, out, err) = optimize(folder.path(), &model.url, &[]).await;
    assert_eq!(code, Some(0), "{err}");
    let outcome: Value = serde_json::from_str(&out).unwrap();
    let held_back = &outcome["held_back"];
    let of = |when: &str, what: &str| held_back[when][what].as_u64().unwrap();
    assert_eq!(of("after", "right") - of("before", "right"), outcome["messages"]["held_back"].as_u64().unwrap());
    assert_eq!(of("after", "right"), of("after", "asked"), "{out}");
    assert!(held_back["after"]["merged"].as_f64() > held_back["before"]["merged"].as_f64(), "{out}");
    assert_eq!((&outcome["written"], &outcome["version"]), (&json!("extract.v3.toml"), &json!(3)));
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "data, configuration and the prompt; no journal: {left:?}");

    let config = configuration(folder.path(), &model.url, "[llm.analyzer]\nprompt = \"extract.v3.toml\"");
    let mut eval = sluice();
    eval.args(["eval", "data.jsonl", "--engine", "merged", "--json", "--config"]).arg(config);
    let output = eval.current_dir(folder.path()).output().await.unwrap();
    let figures: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(figures["points"]["company"], json!(1.0), "the file that was written is the prompt in use");
}

#[tokio::test]
async fn an_interrupted_run_goes_on_where_it_was() {
    let (whole, parted) = (folder(), folder());
    let model = FakeOllama::start(Manner::Answer(learns_by_example)).await;
    let (_, expected, _) = optimize(whole.path(), &model.url, &["--candidates", "2"]).await;
    let questions = model.questions();

    // It dies after each question until all are asked: none is asked twice.
    let model = FakeOllama::start(Manner::Answer(learns_by_example)).await;
    model.from_now(Manner::HangUp);
    let (code, _, err) = optimize(parted.path(), &model.url, &["--candidates", "2"]).await;
    assert!(code == Some(1) && err.contains("the same command goes on"), "{err}");
    let asked = model.questions();
    model.from_now(Manner::AnswerSome(learns_by_example, 5));
    let (code, _, err) = optimize(parted.path(), &model.url, &["--candidates", "2"]).await;
    assert_eq!(code, Some(1), "{err}");
    model.from_now(Manner::Answer(learns_by_example));
    let (code, out, err) = optimize(parted.path(), &model.url, &["--candidates", "2"]).await;
    assert!(code == Some(0) && err.contains("going on with 5 answers of an earlier run"), "{err}");
    assert_eq!(out, expected);
    assert_eq!(model.questions() - asked, questions + 1, "each once, and the one that was hung up on");
}

#[tokio::test]
async fn where_nothing_is_better_nothing_is_written() {
    let folder = folder();
    let model = FakeOllama::start(Manner::Say("{}".to_owned())).await;
    let (code, out, err) = optimize(folder.path(), &model.url, &["--candidates", "2"]).await;
    assert_eq!(code, Some(0), "{err}");
    let outcome: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&outcome["written"], &outcome["held_back"]["before"]), (&Value::Null, &outcome["held_back"]["after"]));
    assert!(!folder.path().join("extract.v3.toml").exists());

    std::fs::write(folder.path().join("data.jsonl"), lines().lines().take(5).collect::<Vec<_>>().join("\n")).unwrap();
    let (code, _, err) = optimize(folder.path(), &model.url, &[]).await;
    assert!(code == Some(1) && err.contains("4 are needed"), "{err}");
}
