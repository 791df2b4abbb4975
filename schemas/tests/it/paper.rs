//! docs/contract.md: its examples of events are the golden payloads, word for word, and all of its JSON is JSON.

use std::collections::BTreeSet;

use contract::{
    Decision, Direction, EmploymentType, Engine, Flag, Kind, Language, PayBasis, Period, QuestionType, Reason,
    RemotePolicy, ReplyState, Seniority, Status, Tier, catalogue, envelope,
    envelope::split_type,
    events::opportunities_rescored::v1::MOST_ITEMS,
    intake::{MAX_HISTORY, MAX_LINE, MAX_TEXT},
    topology::STREAMS,
};
use serde_json::Value;

use crate::files::{read, updating, write};

const PAPER: &str = "../docs/contract.md";

/// The fenced JSON blocks of a text: label and content.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    text.split("```json ")
        .skip(1)
        .map(|rest| {
            let (label, rest) = rest.split_once('\n').unwrap();
            (label, rest.split_once("```").expect("a block that ends").0)
        })
        .collect()
}

/// `messages.received.v1` → the full golden payload, `messages.received.v1 minimal` → that one, a command → its verb's.
fn golden(label: &str) -> String {
    let (ce_type, name) = label.split_once(' ').unwrap_or((label, "full"));
    let (event_type, version) = split_type(ce_type);
    let spec = catalogue::find(event_type).unwrap_or_else(|| panic!("`{label}` names no event of the catalogue"));
    let name = event_type.strip_prefix("commands.").unwrap_or(name);
    read(&format!("golden/{}/v{version}/{name}.json", spec.event_type))
}

#[test]
fn examples_of_events_are_the_golden_payloads() {
    let mut paper = read(PAPER);
    if updating() {
        let written = paper.clone();
        for (label, example) in blocks(&written).into_iter().filter(|(label, _)| !label.starts_with("http ")) {
            paper = paper
                .replace(&format!("```json {label}\n{example}```"), &format!("```json {label}\n{}```", golden(label)));
        }
        write(PAPER, &paper);
    }
    for (label, example) in blocks(&paper).into_iter().filter(|(label, _)| !label.starts_with("http ")) {
        assert!(
            example == golden(label),
            "docs/contract.md, block `{label}`, is not its golden payload: run `UPDATE=1 cargo test -p contract`"
        );
        let (event_type, version) = split_type(label.split(' ').next().unwrap());
        let spec = catalogue::find(event_type).unwrap();
        (spec.rewrite)(version, example.as_bytes()).unwrap_or_else(|error| panic!("{label}: {error}"));
    }
}

#[test]
fn every_event_and_every_verb_has_an_example() {
    let paper = read(PAPER);
    let shown: BTreeSet<_> = blocks(&paper).into_iter().map(|(label, _)| label.to_owned()).collect();
    for spec in catalogue::EVENTS {
        let types = if spec.event_type == "dead" { vec!["dead.analyzer".to_owned()] } else { spec.types() };
        for event_type in types {
            let label = format!("{event_type}.v{}", spec.version);
            assert!(shown.contains(&label), "docs/contract.md has no example labelled `{label}`");
        }
    }
}

#[test]
fn examples_of_answers_are_json() {
    let paper = read(PAPER);
    let answers: Vec<_> = blocks(&paper).into_iter().filter(|(label, _)| label.starts_with("http ")).collect();
    for (label, answer) in &answers {
        serde_json::from_str::<Value>(answer).unwrap_or_else(|error| panic!("{label}: {error}"));
    }
    for wanted in [
        "GET /opportunities",
        "GET /opportunities/{id}",
        "GET /stats",
        "POST /messages 202",
        "POST /messages NDJSON 202",
        "GET /messages/{id}",
        "problem",
    ] {
        assert!(
            answers.iter().any(|(label, _)| label.strip_prefix("http ") == Some(wanted)),
            "no example of `{wanted}`"
        );
    }
}

#[test]
fn every_header_is_on_paper() {
    use envelope::header::{ID, MSG_ID, SOURCE, SPEC_VERSION, SUBJECT, TIME, TRACEPARENT, TRACESTATE, TYPE};

    let paper = read(PAPER);
    for header in [ID, MSG_ID, SOURCE, SPEC_VERSION, SUBJECT, TIME, TRACEPARENT, TRACESTATE, TYPE] {
        assert!(paper.contains(&format!("`{header}`")), "docs/contract.md does not name `{header}`");
    }
}

/// The paper with line breaks as spaces.
fn flowing() -> String {
    read(PAPER).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words<V: Copy>(all: &[V], name: fn(V) -> &'static str) -> String {
    all.iter().copied().map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_vocabulary_is_on_paper_whole() {
    let paper = flowing();
    for vocabulary in [
        words(Direction::ALL, Direction::as_str),
        words(Kind::ALL, Kind::as_str),
        words(Tier::ALL, Tier::as_str),
        words(Decision::ALL, Decision::as_str),
        words(Language::ALL, Language::as_str),
        words(Seniority::ALL, Seniority::as_str),
        words(RemotePolicy::ALL, RemotePolicy::as_str),
        words(EmploymentType::ALL, EmploymentType::as_str),
        words(Period::ALL, Period::as_str),
        words(PayBasis::ALL, PayBasis::as_str),
        words(Engine::ALL, Engine::as_str),
        words(QuestionType::ALL, QuestionType::as_str),
        words(Flag::ALL, Flag::as_str),
        words(Status::ALL, Status::as_str),
        words(ReplyState::ALL, ReplyState::as_str),
        words(Reason::ALL, Reason::as_str),
    ] {
        assert!(paper.contains(&format!("`{vocabulary}`")), "docs/contract.md lacks `{vocabulary}`");
    }
}

#[test]
fn every_stream_and_limit_on_paper_is_that_of_the_code() {
    let paper = flowing();
    for stream in STREAMS {
        let takes = stream.patterns.map(|patterns| format!("| `{}` | `{}` |", stream.name, patterns.join(" ")));
        let line = takes.unwrap_or_else(|| format!("| `{}` |", stream.name));
        assert!(paper.contains(&line), "docs/contract.md lacks {line}");
    }
    let thousands = |figure: usize| format!("{},{:03}", figure / 1000, figure % 1000);
    for (limit, unit) in
        [(MAX_TEXT, "bytes; plain text"), (MAX_LINE, "bytes each"), (MAX_HISTORY, "bytes or 200 turns")]
    {
        assert!(paper.contains(&format!("{} {unit}", thousands(limit))), "docs/contract.md: {limit} {unit}");
    }
    assert!(paper.contains(&format!("Up to {MOST_ITEMS} new scores")));
}
