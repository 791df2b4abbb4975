//! Counts agreements and disagreements field by field. The figures are those of information extraction: over stated
//! values, with accuracy beside them for what is rightly empty.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    fold::{self, Wording},
    prediction::Labels,
    report::{FIELDS, MACRO, Miss, Report, Row},
};

/// Fields compared word by word, each with the least overlap that counts as a match.
const WORDED: [(&str, Wording, f64); 3] =
    [("company", Wording::Company, 0.8), ("role", Wording::Role, 0.8), ("location", Wording::Location, 0.5)];
/// Fields of a closed vocabulary.
const CLOSED: [&str; 3] = ["seniority", "remote_policy", "employment_type"];
/// The parts of the pay.
const SALARY: [&str; 4] = ["salary_min", "salary_max", "currency", "salary_period"];
/// Sums of fractions are compared with this much room.
const ROOM: f64 = 1e-9;

/// A label and what was predicted for the same message.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// The message's id, for the list of misses.
    pub id: &'a str,
    /// What a careful person read.
    pub gold: &'a Labels,
    /// What was predicted; `None` counts as every field empty and `is_opportunity` unanswered.
    pub predicted: Option<&'a Labels>,
}

/// Compares predictions with labels.
pub fn score<'a>(pairs: impl IntoIterator<Item = Pair<'a>>) -> Report {
    let nothing = Labels::new();
    let mut tally = Tally::default();
    let mut messages = 0;
    for pair in pairs {
        messages += 1;
        tally.compare(pair.id, pair.gold, pair.predicted.unwrap_or(&nothing));
    }
    let fields: BTreeMap<&'static str, Row> = FIELDS.iter().map(|field| (*field, tally.row(field))).collect();
    let point = |field: &&'static str| {
        let row = fields[field];
        (*field, if *field == "is_opportunity" { row.accuracy } else { row.f1 })
    };
    let points: BTreeMap<&'static str, f64> = MACRO.iter().map(point).collect();
    let mean = MACRO.iter().map(|field| points[field]).sum::<f64>() / MACRO.len() as f64;
    Report { messages, fields, points, mean, misses: tally.misses }
}

#[derive(Debug, Default)]
struct Tally {
    counts: BTreeMap<&'static str, Count>,
    misses: Vec<Miss>,
}

/// What happened to one field over all messages.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    found: usize,
    wrong: usize,
    missed: usize,
    right: usize,
    messages: usize,
}

impl Tally {
    fn compare(&mut self, id: &str, gold: &Labels, predicted: &Labels) {
        self.opportunity(id, gold, predicted);
        for (field, wording, least) in WORDED {
            let (g, p) = (fold::stated(gold, field), fold::stated(predicted, field));
            let matched = g.zip(p).is_some_and(|(g, p)| fold::overlap(wording, g, p) >= least - ROOM);
            self.value(field, id, g.cloned(), p.cloned(), matched);
        }
        for field in CLOSED {
            let (g, p) = (fold::word(gold, field), fold::word(predicted, field));
            let matched = g == p;
            self.value(field, id, g, p, matched);
        }
        let (g, p) = (fold::salary(gold), fold::salary(predicted));
        for (part, field) in SALARY.into_iter().enumerate() {
            self.value(field, id, g[part].clone(), p[part].clone(), g[part] == p[part]);
        }
        let whole = |pay: &[Option<Value>; 4]| {
            let stated = pay[0].is_some() || pay[1].is_some();
            stated.then(|| pay.iter().map(|part| part.clone().unwrap_or(Value::Null)).collect::<Value>())
        };
        self.value("salary", id, whole(&g), whole(&p), g == p);
        self.technologies(id, gold, predicted);
    }

    fn opportunity(&mut self, id: &str, gold: &Labels, predicted: &Labels) {
        let field = "is_opportunity";
        let (truth, said) = (fold::truth(gold, field), fold::truth(predicted, field));
        let count = self.counts.entry(field).or_default();
        let (is, claimed) = (truth == Some(true), said == Some(true));
        count.messages += 1;
        count.right += usize::from(truth == said);
        count.found += usize::from(is && claimed);
        count.wrong += usize::from(claimed && !is);
        count.missed += usize::from(is && !claimed);
        if truth != said {
            self.miss(field, id, truth.map(Value::Bool), said.map(Value::Bool));
        }
    }

    /// A field with at most one value a message: a wrong value is both a wrong one and a missed one.
    fn value(&mut self, field: &'static str, id: &str, gold: Option<Value>, predicted: Option<Value>, matched: bool) {
        let (stated, claimed) = (gold.is_some(), predicted.is_some());
        let count = self.counts.entry(field).or_default();
        let right = if stated && claimed { matched } else { !stated && !claimed };
        count.messages += 1;
        count.right += usize::from(right);
        count.found += usize::from(stated && claimed && matched);
        count.wrong += usize::from(claimed && !(stated && matched));
        count.missed += usize::from(stated && !(claimed && matched));
        if !right {
            self.miss(field, id, gold, predicted);
        }
    }

    /// Each technology counts by itself.
    fn technologies(&mut self, id: &str, gold: &Labels, predicted: &Labels) {
        let field = "tech_stack";
        let (gold, predicted) = (fold::technologies(gold), fold::technologies(predicted));
        let missed: Vec<&String> = gold.difference(&predicted).collect();
        let extra: Vec<&String> = predicted.difference(&gold).collect();
        let count = self.counts.entry(field).or_default();
        count.messages += 1;
        count.right += usize::from(gold == predicted);
        count.found += gold.intersection(&predicted).count();
        count.wrong += extra.len();
        count.missed += missed.len();
        if gold != predicted {
            let list = |names: Vec<&String>| Some(names.into_iter().cloned().collect::<Value>());
            let (missed, extra) = (list(missed), list(extra));
            self.miss(field, id, missed, extra);
        }
    }

    fn miss(&mut self, field: &'static str, id: &str, gold: Option<Value>, predicted: Option<Value>) {
        let (gold, predicted) = (gold.unwrap_or_default(), predicted.unwrap_or_default());
        self.misses.push(Miss { field, id: id.to_owned(), gold, predicted });
    }

    fn row(&self, field: &str) -> Row {
        let Count { found, wrong, missed, right, messages } = self.counts.get(field).copied().unwrap_or_default();
        let precision = share(found, found + wrong);
        let recall = share(found, found + missed);
        let sum = precision + recall;
        let f1 = if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 };
        Row { precision, recall, f1, accuracy: share(right, messages), support: found + missed }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
