//! The rules' reasons in the reader's language. What a rule found is told by its code: the line or the condition, and how
//! it came out. In English the rule's own sentence stands, with its figures.

use contract::{HardFilter, LineName, ScoreLine};

use crate::words::Words;

/// Why a line has its points, and whether that is English on a page of another language.
pub(crate) fn rule(line: &ScoreLine, name: &str, words: &Words) -> (String, bool) {
    let outcome = match (line.line, line.points) {
        (LineName::Company, points @ (0 | 2 | 5 | 7 | 10)) => points.to_string(),
        (LineName::Seniority, points @ (0 | 5 | 12 | 18 | 20)) if line.values.contains_key("job") => points.to_string(),
        (LineName::Stack | LineName::Pay, _) if !line.values.is_empty() => "stated".to_owned(),
        _ => "open".to_owned(),
    };
    said(words, &format!("rule.{name}-{outcome}"), &line.rule)
}

/// Why a condition came out as it did, likewise; `outcome` is `pass`, `fail` or `unknown`.
pub(crate) fn condition(filter: &HardFilter, outcome: &str, words: &Words) -> (String, bool) {
    said(words, &format!("reason.{}-{outcome}", filter.name), &filter.reason)
}

fn said(words: &Words, key: &str, english: &str) -> (String, bool) {
    if words.is_english() {
        (english.to_owned(), false)
    } else if words.knows(key) {
        (words.t(key).to_owned(), false)
    } else {
        (english.to_owned(), true)
    }
}
