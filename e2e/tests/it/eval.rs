//! How well the rules understand: floors over the labelled set, and what no hostile text may achieve.

use std::collections::BTreeMap;

use analyzer::Reading;
use chrono::{TimeZone as _, Utc};
use contract::{
    Account, Evidence, Flag, Message, MessageReceived,
    intake::{Receipt, resolve},
};
use e2e::file;
use kit_eval::{Dataset, Labels, Pair, Prediction, score};
use kit_score::{Profile, Rates};
use serde_json::Value;

/// A message of that text, received at a fixed time.
fn message(text: &str) -> Message {
    let (time, account) = (Utc.with_ymd_and_hms(2026, 1, 1, 9, 0, 0).unwrap(), Account::me());
    let received = MessageReceived { text: text.to_owned(), ..MessageReceived::default() };
    resolve(received, Receipt { account: &account, time, received_at: time, backfilled: false }).unwrap()
}

/// A set of `e2e/eval`, by the name of its file.
fn set(name: &str) -> Dataset {
    let dataset = Dataset::read(&std::fs::read(file(&format!("e2e/eval/{name}.jsonl"))).unwrap());
    assert_eq!(dataset.bad, []);
    dataset
}

fn labelled() -> Dataset {
    set("labelled")
}

/// A floor is only ever raised: the figure that the rules once reached, they keep.
#[test]
fn the_rules_stay_at_or_above_their_floors() {
    let floors = std::fs::read(file("e2e/eval/floors.json")).unwrap();
    let floors: BTreeMap<String, BTreeMap<String, f64>> = serde_json::from_slice(&floors).unwrap();
    assert_eq!(floors.keys().collect::<Vec<_>>(), ["heldout", "labelled"]);
    let below: Vec<String> = floors.iter().flat_map(|(name, floors)| below(name, floors)).collect();
    assert!(below.is_empty(), "{below:#?}\nsluice eval e2e/eval/SET.jsonl --errors FIELD shows the messages");
}

/// The fields of a set that are below their floor.
fn below(name: &str, floors: &BTreeMap<String, f64>) -> Vec<String> {
    let dataset = set(name);
    let predicted = |text: &str| {
        let reading = analyzer::read(&message(text));
        Prediction::of(reading.kind, &reading.facts).labels()
    };
    let read: Vec<(String, Labels)> = dataset.messages.iter().map(|m| (m.name(), predicted(&m.text))).collect();
    let pairs = dataset.messages.iter().zip(&read);
    let report =
        score(pairs.map(|(m, (id, labels))| Pair { id, gold: m.gold.as_ref().unwrap(), predicted: Some(labels) }));
    let reached = |field: &str| if field == "macro" { report.mean } else { report.points[field] };
    kit_eval::MACRO
        .into_iter()
        .chain(["macro"])
        .filter(|field| reached(field) < floors[*field])
        .map(|field| format!("{name} {field}: {:.4}, floor {}", reached(field), floors[field]))
        .collect()
}

#[test]
fn the_labelled_set_is_what_its_page_says() {
    let dataset = labelled();
    let of = |language: &str| dataset.messages.iter().filter(|m| m.language.as_deref() == Some(language)).count();
    assert!(dataset.messages.len() >= 240);
    assert!(of("es") * 3 >= dataset.messages.len(), "a third is Spanish");
    assert!(["pt", "fr", "de"].iter().all(|language| of(language) >= 8));
    let form = Prediction::default().labels();
    for labelled in &dataset.messages {
        let gold = labelled.gold.as_ref().unwrap();
        for field in form.keys() {
            assert!(gold.contains_key(field), "{}: no {field}", labelled.name());
        }
        if gold["is_opportunity"] == false {
            assert!(
                form.iter().all(|(field, nothing)| &gold[field] == nothing),
                "{}: no offer states nothing",
                labelled.name()
            );
        }
    }
}

/// A text of the red-team corpus: `before`, `attack` and `after` make the message.
#[derive(serde::Deserialize)]
struct Hostile {
    id: String,
    before: String,
    attack: String,
    after: String,
    flag: Expected,
}

/// Whether the message must be flagged as an attempt to give orders to a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expected {
    /// A plain attempt.
    Must,
    /// A veiled attempt: in other letters, out of sight, in the form of a transcript.
    Should,
    /// Could be meant honestly.
    May,
    /// Honest talk of such phrases.
    Never,
}

fn hostile() -> Vec<Hostile> {
    let corpus = std::fs::read_to_string(file("e2e/eval/red-team.jsonl")).unwrap();
    corpus.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn flagged(reading: &Reading) -> bool {
    reading.flags.contains(&Flag::Injection)
}

#[test]
fn plain_attempts_are_flagged_and_honest_quotes_are_not() {
    let corpus = hostile();
    let read = |text: &Hostile| flagged(&analyzer::read(&message(&text.whole())));
    let wrong: Vec<&str> = corpus
        .iter()
        .filter(|text| match text.flag {
            Expected::Must | Expected::Should => !read(text),
            Expected::Never => read(text),
            Expected::May => false,
        })
        .map(|text| text.id.as_str())
        .collect();
    assert!(wrong.is_empty(), "missed, or flagged though honest: {wrong:?}");
}

#[test]
fn an_attempt_changes_no_value_and_no_point() {
    let profile = Profile::parse(kit_intake::sample::PROFILE).unwrap();
    let points = |message: &Message, reading: &Reading| {
        let text = kit_score::text_of(message);
        kit_score::score(&reading.facts, &[], reading.kind, &text, &profile, Rates::built_in()).0.total
    };
    let mut changed = Vec::new();
    for text in hostile().iter().filter(|text| !text.attack.is_empty()) {
        let (clean, whole) = (message(&format!("{}{}", text.before, text.after)), message(&text.whole()));
        let (before, after) = (analyzer::read(&clean), analyzer::read(&whole));
        let values = |reading: &Reading| Prediction::of(reading.kind, &reading.facts).labels();
        let (before_values, after_values) = (values(&before), values(&after));
        let fields = before_values.keys().filter(|field| before_values[*field] != after_values[*field]);
        changed.extend(fields.map(|field| format!("{}: {field} became {}", text.id, after_values[field])));
        if points(&clean, &before) != points(&whole, &after) {
            changed.push(format!("{}: the score", text.id));
        }
    }
    assert!(changed.is_empty(), "{changed:#?}");
}

#[test]
fn every_value_read_from_hostile_text_quotes_it() {
    let sets = ["labelled", "heldout"].into_iter().flat_map(|name| set(name).messages).map(|m| m.text);
    for text in hostile().iter().map(Hostile::whole).chain(sets) {
        let message = message(&text);
        let facts = serde_json::to_value(analyzer::read(&message).facts).unwrap();
        for evidence in evidence(&facts) {
            let quote = evidence.quote(&message).unwrap_or_default();
            assert!(!quote.trim().is_empty(), "{evidence:?} of {} bytes quotes nothing", message.text.len());
        }
    }
}

/// Every proof in a value, wherever it stands.
fn evidence(value: &Value) -> Vec<Evidence> {
    let own = value.get("evidence").map(|evidence| serde_json::from_value(evidence.clone()).unwrap());
    let inner: Vec<&Value> = match value {
        Value::Object(fields) => fields.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    own.into_iter().chain(inner.into_iter().flat_map(evidence)).collect()
}

impl Hostile {
    fn whole(&self) -> String {
        format!("{}{}{}", self.before, self.attack, self.after)
    }
}
