//! Brings two spellings of the same value to one form, so that a comparison judges what was understood and not how
//! it was typed.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use serde_json::Value;
use unicode_normalization::{UnicodeNormalization as _, char::canonical_combining_class};

use crate::{alias, prediction::Labels};

/// Words that say "not stated".
const EMPTY: &[&str] = &["", "null", "none", "n/a", "unknown", "unspecified", "not specified", "not mentioned"];
/// Legal forms, no part of a company's name.
const LEGAL: &[&str] = &[
    "inc",
    "llc",
    "llp",
    "ltd",
    "limited",
    "gmbh",
    "ag",
    "sa",
    "sl",
    "slu",
    "sas",
    "srl",
    "bv",
    "as",
    "ab",
    "oy",
    "plc",
    "corp",
    "corporation",
    "co",
    "kk",
    "the",
];
/// Words of level, judged as seniority and not as part of a role.
const LEVEL: &[&str] =
    &["senior", "sr", "junior", "jr", "mid", "middle", "semi", "ssr", "semisenior", "pleno", "intermediate", "level"];
/// Words that carry nothing.
const STOP: &[&str] = &[
    "de", "del", "la", "el", "los", "las", "en", "of", "the", "and", "y", "e", "o", "or", "in", "at", "for", "para",
    "a",
];
/// Signs that stand for a currency.
const SYMBOLS: &[(&str, &str)] = &[
    ("$", "USD"),
    ("US$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("C$", "CAD"),
    ("A$", "AUD"),
    ("R$", "BRL"),
    ("S/", "PEN"),
    ("¥", "JPY"),
    ("RMB", "CNY"),
    ("₹", "INR"),
    ("ZŁ", "PLN"),
];
/// Other words for a period.
const PERIODS: &[(&str, &str)] = &[
    ("annual", "year"),
    ("annually", "year"),
    ("yearly", "year"),
    ("anual", "year"),
    ("monthly", "month"),
    ("mes", "month"),
    ("mensual", "month"),
    ("daily", "day"),
    ("hourly", "hour"),
    ("hora", "hour"),
];

/// Words of a text: runs of letters and digits; Chinese and Japanese, which set no spaces, by the character.
static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    const CJK: &str = r"\x{3040}-\x{30ff}\x{3400}-\x{9fff}";
    pattern(&format!(r"[{CJK}]|[[\p{{L}}\p{{N}}_+#]--[{CJK}]]+"))
});
/// Both genders of a title, and what stands for them: `Desarrollador/a`.
static GENDER: LazyLock<Regex> = LazyLock::new(|| pattern(r"/a\b|\(a\)|/o\b|\(o\)"));

#[expect(clippy::expect_used, reason = "the patterns are constants of this file and the tests compile both")]
fn pattern(source: &str) -> Regex {
    Regex::new(source).expect("a constant pattern compiles")
}

/// A field whose values are compared word by word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wording {
    /// Without legal forms.
    Company,
    /// Without level words and plurals.
    Role,
    /// As it is.
    Location,
}

/// Lower case, without accents, compatible characters as one.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| canonical_combining_class(*c) == 0 && *c != '\u{200b}') {
        match c {
            'ß' | 'ẞ' => out.push_str("ss"),
            'ς' => out.push('σ'),
            _ => out.extend(c.to_lowercase().filter(|c| canonical_combining_class(*c) == 0)),
        }
    }
    out
}

/// A value as one writes it: a text without its quotes.
fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The value of a field; `None` where it says "not stated".
pub(crate) fn stated<'a>(labels: &'a Labels, field: &str) -> Option<&'a Value> {
    labels.get(field).filter(|value| !empty(value))
}

fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::String(text) => EMPTY.contains(&plain(text).trim()),
        _ => false,
    }
}

/// Share of words in common, from 0 to 1: the harmonic mean of both shares.
pub(crate) fn overlap(wording: Wording, gold: &Value, predicted: &Value) -> f64 {
    let (gold, predicted) = (words(wording, gold), words(wording, predicted));
    let common = gold.intersection(&predicted).count();
    let all = gold.len() + predicted.len();
    if gold.is_empty() || predicted.is_empty() { 0.0 } else { 2.0 * common as f64 / all as f64 }
}

fn words(wording: Wording, value: &Value) -> BTreeSet<String> {
    let text = plain(&written(value));
    let text = without_inner_dots(&GENDER.replace_all(&text, " "));
    let found: Vec<String> = WORDS.find_iter(&text).map(|word| word.as_str().to_owned()).collect();
    let found = match wording {
        Wording::Company => without(found, LEGAL),
        Wording::Role => without(found, LEVEL).into_iter().filter_map(title_word).collect(),
        Wording::Location => found,
    };
    without(found, STOP).into_iter().collect()
}

/// A word of a title in the singular, with the halves of "full stack" and the like as one word.
fn title_word(mut word: String) -> Option<String> {
    let stem = word.strip_suffix('s').filter(|stem| !stem.ends_with('s'));
    let three = |stem: &str| stem.len() >= 3 && stem.bytes().rev().take(3).all(|byte| byte.is_ascii_lowercase());
    if stem.is_some_and(three) {
        word.pop();
    }
    match word.as_str() {
        "full" | "stack" => Some("fullstack".to_owned()),
        "front" => Some("frontend".to_owned()),
        "back" => Some("backend".to_owned()),
        "end" => None,
        _ => Some(word),
    }
}

/// Drops words, unless nothing would be left.
fn without(words: Vec<String>, dropped: &[&str]) -> Vec<String> {
    let kept: Vec<String> = words.iter().filter(|word| !dropped.contains(&word.as_str())).cloned().collect();
    if kept.is_empty() { words } else { kept }
}

/// Whether a full stop between two of these belongs to a name: `camb.ai`, `S.L.`.
fn joins(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || c == '_')
}

fn without_inner_dots(text: &str) -> String {
    let mut before = None;
    let mut rest = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = rest.next() {
        if c != '.' || !joins(before) || !joins(rest.peek().copied()) {
            out.push(c);
        }
        before = Some(c);
    }
    out
}

/// Technologies of a label, by the name they count under. A text holds them between commas.
pub(crate) fn technologies(labels: &Labels) -> BTreeSet<String> {
    let names: Vec<String> = match stated(labels, "tech_stack") {
        Some(Value::String(text)) => text.split(',').map(str::to_owned).collect(),
        Some(Value::Array(items)) => items.iter().map(written).collect(),
        _ => Vec::new(),
    };
    let folded = names.iter().map(|name| technology(name)).filter(|name| !name.is_empty());
    folded.map(|name| alias::canonical(&name).map_or_else(|| name.clone(), str::to_owned)).collect()
}

/// `Node.js` and `node js` are one: no spaces, hyphens, brackets, nor dots inside or before a final `js`.
fn technology(name: &str) -> String {
    let name = plain(name);
    let name = name.trim();
    let mut before = None;
    let mut out = String::with_capacity(name.len());
    for (at, c) in name.char_indices() {
        let rest = &name[at + c.len_utf8()..];
        let dropped = match c {
            '_' | '/' | '(' | ')' | '-' => true,
            '.' => joins(before) && joins(rest.chars().next()) || rest == "js",
            _ => c.is_whitespace(),
        };
        if !dropped {
            out.push(c);
        }
        before = Some(c);
    }
    out
}

/// Pay of a label: minimum, maximum, currency, period. A currency or a period alone says nothing.
pub(crate) fn salary(labels: &Labels) -> [Option<Value>; 4] {
    let number = |field| stated(labels, field).filter(|value| !value.is_boolean()).map(number);
    let (min, max) = (number("salary_min"), number("salary_max"));
    if min.is_none() && max.is_none() {
        return [const { None }; 4];
    }
    let currency = stated(labels, "currency").map(|value| written(value).trim().to_uppercase());
    let period = stated(labels, "salary_period").map(|value| plain(&written(value)).trim().to_owned());
    [min, max, renamed(currency, SYMBOLS), renamed(period, PERIODS)]
}

fn renamed(name: Option<String>, names: &[(&str, &str)]) -> Option<Value> {
    let name = name?;
    let other = names.iter().find(|(from, _)| *from == name).map(|(_, to)| (*to).to_owned());
    Some(Value::String(other.unwrap_or(name)))
}

/// A number, whatever stands between its digits; what is none stays as written.
fn number(value: &Value) -> Value {
    let text = written(value);
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | ',' | '\'')).collect();
    match digits.parse::<f64>() {
        Ok(number) if number.is_finite() && number.fract() == 0.0 => Value::from(number as i64),
        Ok(number) if number.is_finite() => Value::from(number),
        _ => Value::String(text),
    }
}

/// A word of a closed vocabulary.
pub(crate) fn word(labels: &Labels, field: &str) -> Option<Value> {
    let text = plain(&written(stated(labels, field)?));
    let parts: Vec<&str> = text.trim().split(|c: char| c.is_whitespace() || c == '-').collect();
    let joined = parts.iter().enumerate().filter(|(at, part)| !part.is_empty() || *at == 0 || *at + 1 == parts.len());
    Some(Value::String(joined.map(|(_, part)| *part).collect::<Vec<_>>().join("_")))
}

/// A yes or no; `None` where neither is said.
pub(crate) fn truth(labels: &Labels, field: &str) -> Option<bool> {
    match labels.get(field)? {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => match text.trim().to_lowercase().as_str() {
            "true" | "yes" => Some(true),
            "false" | "no" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
