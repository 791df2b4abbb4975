//! `golden/figures.json` was computed by the reference scorer of the labelling rules over the two files beside it,
//! which hold every spelling that counts as the same and every kind of disagreement. The file never changes: a
//! difference is a fault of this crate.

use std::collections::BTreeMap;

use kit_eval::{Dataset, FIELDS, Labels, MACRO, Pair, Report, score};
use serde_json::Value;

const GOLD: &str = include_str!("../golden/gold.jsonl");
const PREDICTIONS: &str = include_str!("../golden/predictions.jsonl");
const FIGURES: &str = include_str!("../golden/figures.json");

/// Predictions by id; some stand in an object of their own.
fn predictions() -> BTreeMap<String, Labels> {
    let lines = PREDICTIONS.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let fields = |line: Value| line.get("fields").unwrap_or(&line).as_object().unwrap().clone();
    lines
        .map(|line| (line["id"].as_str().map_or_else(|| line["id"].to_string(), str::to_owned), fields(line)))
        .collect()
}

fn report(kind: Option<&str>) -> Report {
    let (dataset, predictions) = (Dataset::read(GOLD.as_bytes()), predictions());
    assert_eq!(dataset.bad, []);
    let chosen: Vec<_> =
        dataset.messages.iter().filter(|message| kind.is_none_or(|kind| message.kind() == Some(kind))).collect();
    let names: Vec<String> = chosen.iter().map(|message| message.name()).collect();
    score(chosen.iter().zip(&names).map(|(message, name)| Pair {
        id: name,
        gold: message.gold.as_ref().unwrap(),
        predicted: predictions.get(name),
    }))
}

fn same(report: &Report, expected: &Value) {
    let close = |ours: f64, theirs: &Value, what: &str| {
        let theirs = theirs.as_f64().unwrap();
        assert!((ours - theirs).abs() < 1e-12, "{what}: {ours} here, {theirs} there");
    };
    assert_eq!(report.messages as u64, expected["messages"]);
    for field in FIELDS {
        let (ours, theirs) = (report.fields[field], &expected["fields"][field]);
        close(ours.precision, &theirs["precision"], field);
        close(ours.recall, &theirs["recall"], field);
        close(ours.f1, &theirs["f1"], field);
        close(ours.accuracy, &theirs["accuracy"], field);
        assert_eq!(ours.support as u64, theirs["support"], "{field}");
    }
    for field in MACRO {
        close(report.points[field], &expected["points"][field], field);
    }
    close(report.mean, &expected["macro"], "macro");
}

#[test]
fn every_figure_equals_that_of_the_reference_scorer() {
    let expected: Value = serde_json::from_str(FIGURES).unwrap();
    same(&report(None), &expected);
    for (kind, figures) in expected["by"].as_object().unwrap() {
        same(&report(Some(kind)), figures);
    }
}

#[test]
fn each_disagreement_is_listed_with_both_values() {
    let report = report(None);
    let of = |field: &str| report.misses.iter().filter(|miss| miss.field == field).collect::<Vec<_>>();
    let ids = |field: &str| of(field).iter().map(|miss| miss.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids("company"), ["4", "h"]);
    assert_eq!(ids("is_opportunity"), ["c", "g", "h"]);
    let location = of("location");
    assert_eq!((location[0].gold.as_str(), location[0].predicted.as_str()), (Some("Málaga"), Some("Sevilla")));
    let stack = of("tech_stack");
    assert_eq!(stack[0].predicted, serde_json::json!(["docker"]), "what is too many");
    assert_eq!(stack[0].gold, serde_json::json!([]), "nothing was missed");
    assert_eq!(of("salary")[1].gold, serde_json::json!([1000, null, "GBP", "day"]));
}

#[test]
fn no_messages_make_no_figures() {
    let report = score([]);
    assert_eq!((report.messages, report.mean), (0, 0.0));
    assert_eq!(report.fields.len(), FIELDS.len());
}

#[test]
fn the_table_has_a_line_for_every_field() {
    let table = report(None).to_string();
    for field in FIELDS {
        assert!(table.lines().any(|line| line.starts_with(field)), "{field} in\n{table}");
    }
    assert!(table.starts_with("9 messages, macro mean 0.739"), "{table}");
}
